"""Letters, statements and pages made fit for a preview: harmless, and marked as samples where they could be taken for
real ones.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping

from flask import current_app
from markupsafe import escape

from portal.domain.branding import Brand
from portal.languages import gettext
from portal.rendering import Letter

_SCRIPTS = re.compile(r"<script\b[^>]*></script>\s*")
_FONT = re.compile(r"url\(asset:(inter-latin(?:-ext)?)-\d+-normal\.woff2\)")
_BODY = re.compile(r"(<body[^>]*>)")
_DARK = "@media (prefers-color-scheme: dark)"

_SAMPLE = """<style>
.sample { position: fixed; z-index: 1; top: 105mm; left: 0; width: 100%; text-align: center; font-size: 76pt;
  font-weight: 600; letter-spacing: -.02em; color: #000; opacity: .06; transform: rotate(-28deg); }
</style>"""
_SCREEN = """<style>
html { background: #fff; }
body { position: relative; width: 210mm; min-height: 297mm; margin: 0 auto; padding: 17mm 18mm 25mm; }
.running, .foot { display: none; }
</style>"""


def inert(html: str) -> str:
    """A page in which nothing can be pressed, filled in or run."""
    return _SCRIPTS.sub("", html).replace("<body", "<body inert", 1)


def letter(made: Letter, appearance: str) -> str:
    """A letter as a mail program shows it, its pictures within it; light or dark as asked and not as the reader is."""
    html = made.html
    for name, data in made.images.items():
        html = html.replace(f"cid:{name}", _inline("image/png", data))
    html = html.replace(_DARK, "@media all" if appearance == "dark" else "@media not all")
    return html.replace("<body", "<body inert", 1)


def marked(html: str) -> str:
    """A statement with the word that it is none across its page."""
    html = html.replace("</head>", f"{_SAMPLE}</head>", 1)
    word = escape(gettext("Sample"))
    return _BODY.sub(rf'\1<div class="sample">{word}</div>', html, count=1)


def on_screen(html: str, pictures: Mapping[str, bytes], brand: Brand) -> str:
    """A marked statement as one page of paper in a frame."""
    for sha256, data in pictures.items():
        html = html.replace(f"asset:{sha256}", _inline(brand.logo.content_type, data))
    html = _FONT.sub(lambda found: f"url({_font(found[1])})", html)
    return marked(html).replace("</head>", f"{_SCREEN}</head>", 1).replace("<body", "<body inert", 1)


def _font(name: str) -> str:
    return str(current_app.extensions["assets"].font_url("office", name))


def _inline(content_type: str, data: bytes) -> str:
    return f"data:{content_type};base64,{b64encode(data).decode()}"
