"""What a theme folder may hold: its keys, its files, the colour tokens made from it."""

from __future__ import annotations

DEFAULT_FOLDER = "_default"
VENDOR_FOLDER = "_vendor"
SETTINGS_FILE = "theme.toml"

LANGUAGES = ("pt-BR", "en")
LAYOUTS = ("side", "centre")
RADII = range(33)
NAME_LENGTH = 60
TEXT_LENGTH = 240

TOKENS = (
    "bg", "surface", "sunken", "line", "field", "text", "muted", "tint", "brand", "hover", "on-brand", "link",
)  # fmt: skip

# Which token must stand out from which grounds, and by how much (WCAG 2.2: 1.4.3 and 1.4.11).
GUARANTEES = (
    ("text", ("bg", "surface", "sunken", "tint"), 4.5),
    ("muted", ("bg", "surface", "sunken"), 4.5),
    ("link", ("bg", "surface", "sunken", "tint"), 4.5),
    ("on-brand", ("brand", "hover"), 4.5),
    ("brand", ("surface", "sunken"), 3.0),
    ("field", ("bg", "surface", "sunken"), 3.0),
)

# Pictures by role: the endings that are read, in the order in which the first one found wins.
PICTURES = {
    "logo": ("svg", "png", "webp", "jpg", "jpeg"),
    "logo-on-dark": ("svg", "png", "webp", "jpg", "jpeg"),
    "icon": ("svg", "png", "webp"),
    "favicon": ("svg", "ico", "png"),
    "login": ("svg", "webp", "jpg", "jpeg", "png"),
    "badge": ("svg", "png"),
}

# The pictures that an agency may have.
ROLES = ("logo", "logo-on-dark", "icon", "favicon", "login")

# Mail clients show PNG and nothing else that is reliable: `logo.png` beside a `logo.svg` serves them.
MAIL_PICTURES = ("logo", "logo-on-dark")

CONTENT_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "ico": "image/x-icon",
}
RASTER_FORMATS = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG", "jpeg": "JPEG", "ico": "ICO"}
PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_SIDE = 4096
