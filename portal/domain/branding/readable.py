"""What becomes of the colours somebody asks for: which will be used instead so that everything can be read."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.branding.calculations import contrast, palette, text_on


@dataclass(frozen=True, slots=True)
class Use:
    """One colour in one place: `asked`, `used` instead, and the contrast of both to what they stand on (1 to 21)."""

    asked: str
    used: str
    before: float
    after: float
    needed: float

    @property
    def is_changed(self) -> bool:
        return self.asked != self.used

    @property
    def is_enough(self) -> bool:
        """Whether the asked one would have passed: what is used instead has a little to spare."""
        return self.before >= self.needed


@dataclass(frozen=True, slots=True)
class Side:
    """A light or dark page: the brand's fill, the text on that fill, and links, with the ground they stand on."""

    fill: Use
    text: Use
    link: Use
    ground: str
    hover: str


@dataclass(frozen=True, slots=True)
class Shown:
    light: Side
    dark: Side

    @property
    def is_changed(self) -> bool:
        """Whether the light page shows another colour than the one asked for."""
        return self.light.fill.is_changed or self.light.link.is_changed


def readable(primary: str, accent: str | None = None) -> Shown:
    """The two colours of a brand (`#rrggbb`) as pages will show them."""
    return Shown(_side(primary, palette(primary, accent)), _side(primary, palette(primary, accent, dark=True)))


def _side(asked: str, tokens: dict[str, str]) -> Side:
    grounds = [tokens[name] for name in ("surface", "bg", "tint", "sunken")]
    fills = [tokens[name] for name in ("surface", "sunken")]
    brand, link, text = tokens["brand"], tokens["link"], tokens["on-brand"]
    wished = text_on(asked)
    return Side(
        fill=Use(asked, brand, _least(asked, fills), _least(brand, fills), 3.0),
        text=Use(wished, text, contrast(wished, asked), contrast(text, brand), 4.5),
        link=Use(asked, link, _least(asked, grounds), _least(link, grounds), 4.5),
        ground=tokens["surface"],
        hover=tokens["hover"],
    )


def _least(colour: str, grounds: list[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)
