"""The command that follows the chains of the audit trail."""

from __future__ import annotations

import click

from portal.cli.group import agency_named, portal
from portal.domain import audit, tenants


@portal.command("audit-verify")
@click.option("--agency", "slug", help="The chain of one agency alone.")
@click.option("--expect", help="NUMBER:SEAL as it was printed for that agency earlier and kept elsewhere.")
def audit_verify(slug: str | None, expect: str | None) -> None:
    """Seal what is new in the audit trail and follow its chains; ends with 1 at the first entry that is wrong."""
    noted = _noted(expect) if expect else None
    if noted and not slug:
        raise click.UsageError("--expect speaks of one chain: name its agency too.")
    audit.seal()
    chains = [agency_named(slug).id] if slug else audit.chains()
    names = {agency.id: agency.slug for agency in tenants.agencies()}
    verdicts = [audit.verify(chain, expected=noted) for chain in chains]
    for verdict in verdicts:
        name = names.get(verdict.agency_id, verdict.agency_id) if verdict.agency_id else "(installation)"
        click.echo(f"{'BAD' if verdict.wrong else 'ok '}  {name}: {_verdict(verdict)}")
    raise SystemExit(1 if any(verdict.wrong for verdict in verdicts) else 0)


def _noted(text: str) -> tuple[int, str]:
    number, _, seal = text.partition(":")
    if not number.isdecimal() or not seal:
        raise click.UsageError("--expect looks like 1234:9f3a…, as this command printed it.")
    return int(number), seal


def _verdict(verdict: audit.Verdict) -> str:
    entry = verdict.entry
    which = f"entry {verdict.number} ({entry.id}, {entry.action}, {entry.at:%Y-%m-%d %H:%M} UTC)" if entry else ""
    match verdict.wrong:
        case "changed":
            return f"{which} is not what was sealed"
        case "missing":
            return f"entry {verdict.number} is missing; {entry.id if entry else ''} stands in its place"
        case "cut":
            return f"what came after entry {verdict.number} is missing"
    return f"{verdict.entries} entries, {verdict.erased} of them with words erased; {verdict.number}:{verdict.seal}"
