"""From one colour of an agency to a whole theme that can be read, light and dark.

Lightness is moved in OKLCH, where equal steps look equal, until WCAG contrast is reached.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from portal.domain.branding.catalogue import GUARANTEES

WHITE = "#ffffff"
INK = "#15120f"

# Lightness and highest chroma of the neutral tokens; they lean towards the accent's hue.
_NEUTRALS = {
    "light": {
        "bg": (0.983, 0.006),
        "sunken": (0.962, 0.010),
        "line": (0.905, 0.014),
        "field": (0.60, 0.030),
        "text": (0.23, 0.022),
        "muted": (0.47, 0.028),
        "tint": (0.957, 0.025),
    },
    "dark": {
        "bg": (0.17, 0.010),
        "surface": (0.21, 0.012),
        "sunken": (0.245, 0.014),
        "line": (0.33, 0.016),
        "field": (0.58, 0.020),
        "text": (0.95, 0.008),
        "muted": (0.76, 0.014),
        "tint": (0.29, 0.050),
    },
}
_STEP = 0.01


def palette(primary: str, accent: str | None = None, *, dark: bool = False) -> dict[str, str]:
    """The tokens of a theme as `#rrggbb`, made from `primary` and an optional `accent`."""
    lightness, chroma, hue = to_oklch(primary)
    _, accent_chroma, accent_hue = to_oklch(accent or primary)
    tokens = {
        token: to_hex(light, min(accent_chroma, most), accent_hue)
        for token, (light, most) in _NEUTRALS["dark" if dark else "light"].items()
    }
    tokens.setdefault("surface", WHITE)
    grounds = [tokens[name] for name in ("surface", "bg", "tint", "sunken")]
    if dark:
        brand = _until(max(lightness, 0.62), chroma, hue, _STEP, 3.2, tokens["surface"], tokens["sunken"])
        tokens["link"] = _until(max(lightness, 0.66), chroma, hue, _STEP, 4.6, *grounds)
    else:
        brand = _until(lightness, chroma, hue, -_STEP, 3.0, tokens["surface"], tokens["sunken"])
        tokens["link"] = _until(lightness, chroma, hue, -_STEP, 4.6, *grounds)
    return tokens | _filled(brand, chroma, hue)


def too_faint(tokens: Mapping[str, str]) -> Iterator[tuple[str, str, float, float]]:
    """Every pair that can't be read: token, ground, its contrast, the contrast it needs."""
    for token, grounds, wanted in GUARANTEES:
        for ground in grounds:
            got = contrast(tokens[token], tokens[ground])
            if got < wanted:
                yield token, ground, got, wanted


def text_on(colour: str) -> str:
    """White or ink, whichever is clearer on `colour`."""
    return max((WHITE, INK), key=lambda text: contrast(text, colour))


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma, hue in radians of `#rrggbb`."""
    r, g, b = (_linear(channel) for channel in rgb(colour))
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    x = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    y = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    return lightness, math.hypot(x, y), math.atan2(y, x)


def to_hex(lightness: float, chroma: float, hue: float) -> str:
    """`#rrggbb`; chroma is given up until the colour exists on a screen."""
    channels = _channels(lightness, chroma, hue)
    while chroma > 0 and not all(-0.0005 <= value <= 1.0005 for value in channels):
        chroma -= 0.004
        channels = _channels(lightness, max(chroma, 0.0), hue)
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, value)))):02x}" for value in channels)


def rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of `#rrggbb`, 0 to 1 each."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _filled(brand: str, chroma: float, hue: float) -> dict[str, str]:
    """A fill, the text on it, and the fill under the pointer, which only gets clearer."""
    while contrast(text_on(brand), brand) < 4.5:  # the narrow band in which neither text colour passes
        brand = to_hex(to_oklch(brand)[0] - _STEP, chroma, hue)
    on_brand = text_on(brand)
    away = -0.06 if on_brand == WHITE else 0.05
    hover = to_hex(min(1.0, max(0.0, to_oklch(brand)[0] + away)), chroma, hue)
    return {"brand": brand, "on-brand": on_brand, "hover": hover}


def _until(lightness: float, chroma: float, hue: float, step: float, wanted: float, *grounds: str) -> str:
    """The nearest lightness in the direction of `step` with `wanted` contrast to every ground."""
    colour = to_hex(lightness, chroma, hue)
    while min(contrast(colour, ground) for ground in grounds) < wanted and 0 < lightness < 1:
        lightness = min(1.0, max(0.0, lightness + step))
        colour = to_hex(lightness, chroma, hue)
    return colour


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )
