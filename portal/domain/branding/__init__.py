"""Brands: a theme folder read, checked, and turned into colours, pictures and words; drafted, published, restored.

A page, letter or document asks for a `Brand` and finds everything in it. An agency that has set
nothing is shown by its own name; the vendor's brand is only ever asked for by name (`load_vendor`).

What an agency changes goes into its `Draft` and from there into the folder (`publish`), which stays the one truth:
a folder edited by hand is what the next draft begins from. Every brand that was live is kept (`versions`).
"""

from portal.domain.branding.brand import Brand, SignInText, freeze
from portal.domain.branding.calculations import contrast, palette, text_on
from portal.domain.branding.catalogue import LAYOUTS, NAME_LENGTH, PICTURE_BYTES, RADII, ROLES, TEXT_LENGTH
from portal.domain.branding.changes import Changed
from portal.domain.branding.draft import Draft
from portal.domain.branding.drafts import (
    brand_of_draft,
    discard_draft,
    draft_of,
    drop_picture,
    picture_bytes,
    put_picture,
    save_draft,
)
from portal.domain.branding.drawing_tree import DrawingLate, DrawingRefused
from portal.domain.branding.drawings import DRAWING_BYTES, draw_with
from portal.domain.branding.faint import faint_logos
from portal.domain.branding.letters import is_written
from portal.domain.branding.live import ThemeStore
from portal.domain.branding.making import SizeStore, draw_sizes, keep_sizes_in
from portal.domain.branding.picture import Picture
from portal.domain.branding.publishing import Version, publish, reset, restore, versions
from portal.domain.branding.queries import load_all, load_brand, load_vendor
from portal.domain.branding.raster import PIXELS, SIDE
from portal.domain.branding.readable import Shown, Side, Use, readable
from portal.domain.branding.scanning import ask_scan
from portal.domain.branding.shelf import Shelf
from portal.domain.branding.sizes import ICON_SIZES
from portal.domain.branding.theme_file import BrandError, ThemeFile
from portal.domain.branding.uploads import SQUARE
from portal.domain.branding.values import FIELDS, flat

__all__ = [
    "DRAWING_BYTES",
    "FIELDS",
    "ICON_SIZES",
    "LAYOUTS",
    "NAME_LENGTH",
    "PICTURE_BYTES",
    "PIXELS",
    "RADII",
    "ROLES",
    "SIDE",
    "SQUARE",
    "TEXT_LENGTH",
    "Brand",
    "BrandError",
    "Changed",
    "Draft",
    "DrawingLate",
    "DrawingRefused",
    "Picture",
    "Shelf",
    "Shown",
    "Side",
    "SignInText",
    "SizeStore",
    "ThemeFile",
    "ThemeStore",
    "Use",
    "Version",
    "ask_scan",
    "brand_of_draft",
    "contrast",
    "discard_draft",
    "draft_of",
    "draw_sizes",
    "draw_with",
    "drop_picture",
    "faint_logos",
    "flat",
    "freeze",
    "is_written",
    "keep_sizes_in",
    "load_all",
    "load_brand",
    "load_vendor",
    "palette",
    "picture_bytes",
    "publish",
    "put_picture",
    "readable",
    "reset",
    "restore",
    "save_draft",
    "text_on",
    "versions",
]
