"""Web manifests: what a phone needs to know to put a page among its apps, in the brand of the host."""

from __future__ import annotations

import json

from flask import Response

from portal.domain.branding import ICON_SIZES, Brand


def manifest(brand: Brand, name: str, start: str) -> Response:
    """The manifest of the pages that begin with `start`, under that name."""
    icons = [_icon(brand, f"icon-{side}.png", side) for side in ICON_SIZES]
    icons.append(_icon(brand, "icon-maskable-512.png", 512) | {"purpose": "maskable"})
    told = {
        "name": name,
        "short_name": name,
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": brand.light["bg"],
        "theme_color": brand.light["brand"],
        "icons": icons,
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8")


def _icon(brand: Brand, file_name: str, side: int) -> dict[str, str]:
    return {"src": f"/brand/{brand.version}/{file_name}", "sizes": f"{side}x{side}", "type": "image/png"}
