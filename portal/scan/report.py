"""What a scan says: what was looked at, what was found, what was not seen and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

SKIPPED = "not looked for, as people of this agency bear the name as well: "
"""What stands before a word in a note that the agency's own people make ordinary."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One foreign thing at one place. `leak` is a key of `rules.LEAKS`.

    `address` is a path, or names a letter or document; `who` are the kinds of reader that met it.
    """

    leak: str
    what: str
    whose: str
    place: str
    address: str
    around: str = ""
    who: tuple[str, ...] = ()
    section: str = ""
    """Of what is allowed there: the badged section that it belongs to."""


@dataclass(frozen=True, slots=True)
class Look:
    """One kind of reader: what he holds, how many people are like him, how many answers he was given."""

    name: str
    boxes: tuple[str, ...]
    badged: tuple[str, ...]
    people: int
    answers: int


@dataclass
class Report:
    """The whole scan of one agency."""

    agency: str
    host: str
    at: str
    seconds: float = 0.0
    looks: list[Look] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    leaks: list[Finding] = field(default_factory=list)
    badged: list[Finding] = field(default_factory=list)
    unseen: list[tuple[str, str]] = field(default_factory=list)
    """Routes that no reader came to, each with its reason; an empty one is a hole in the scan."""
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether people without badged sections meet nothing foreign."""
        return not self.leaks

    @property
    def badged_sections(self) -> list[str]:
        """The vendor-branded sections that showed the vendor to who holds them, as they do in rights forms, too."""
        held = {section for look in self.looks for section in look.badged}
        return sorted({finding.section for finding in self.badged} & held)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"clean": self.is_clean, "badged_sections": self.badged_sections}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Report:
        values = {name: kept[name] for name in cls.__dataclass_fields__}
        values["looks"] = [Look(**_tuples(one)) for one in kept["looks"]]
        values["leaks"] = [Finding(**_tuples(one)) for one in kept["leaks"]]
        values["badged"] = [Finding(**_tuples(one)) for one in kept["badged"]]
        values["unseen"] = [(route, reason) for route, reason in kept["unseen"]]
        return cls(**values)


def as_text(report: Report) -> str:
    """The report for a terminal."""
    counted = ", ".join(f"{number} {name}" for name, number in report.counts.items())
    verdict = "Nothing foreign was found." if report.is_clean else f"{len(report.leaks)} foreign things were found."
    lines = [f"{report.agency} at {report.host}: {verdict}", f"Looked at {counted} ({report.seconds:.1f} s)"]
    for look in report.looks:
        badged = f"; badged: {', '.join(look.badged)}" if look.badged else ""
        lines.append(f"  as {look.name}: {look.answers} answers{badged}")
    lines += _listed("Foreign to this brand", report.leaks)
    lines += _listed("In badged sections, for people who hold them", report.badged)
    holes = [route for route, reason in report.unseen if not reason]
    lines += ["", "Not seen, and nobody said why:", *(f"  {route}" for route in holes)] if holes else []
    lines += ["", "Not seen:", *(f"  {route}: {why}" for route, why in report.unseen if why)] if report.unseen else []
    lines += ["", *report.notes] if report.notes else []
    lines += ["", verdict]
    return "\n".join(lines)


def _listed(title: str, findings: list[Finding]) -> list[str]:
    if not findings:
        return []
    lines = ["", f"{title}:"]
    for one in findings:
        who = f" [{', '.join(one.who)}]" if one.who else ""
        lines.append(f"  {one.leak:10} {one.what!r} ({one.whose}) in {one.place} of {one.address}{who}")
        if one.around and one.around != one.what:
            lines.append(f"             … {one.around} …")
    return lines


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
