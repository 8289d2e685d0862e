"""Brands: a theme folder read, checked, and turned into colours, pictures and words.

A page, letter or document asks for a `Brand` and finds everything in it. An agency that has set
nothing is shown by its own name; the vendor's brand is only ever asked for by name (`load_vendor`).
"""

from portal.domain.branding.brand import Brand, Picture, SignInText, freeze
from portal.domain.branding.calculations import contrast, palette, text_on
from portal.domain.branding.queries import Shelf, load_all, load_brand, load_vendor
from portal.domain.branding.theme_file import BrandError

__all__ = [
    "Brand",
    "BrandError",
    "Picture",
    "Shelf",
    "SignInText",
    "contrast",
    "freeze",
    "load_all",
    "load_brand",
    "load_vendor",
    "palette",
    "text_on",
]
