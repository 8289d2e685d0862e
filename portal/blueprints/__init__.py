"""HTTP and nothing else: one package per audience, one module per page or resource.

A module of an audience that has a `bp` is served, and the endpoints of its views are their paths:
`agency.clients.index` is the function `index` of `agency/clients.py`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from flask import Blueprint, Flask

AUDIENCES = {
    "account": "",
    "agency": "/agency",
    "operator": "/operator",
    "office": "/office/<slug:app>",
    "app": "/app/<slug:app>",
    "api": "/api/v1",
    "brand": "",
    "health": "",
    "well_known": "/.well-known",
    "dev": "/dev",
}
"""Each audience with the beginning of its paths."""


def register(app: Flask) -> None:
    """Serve every audience that is there."""
    for package in pkgutil.iter_modules(__path__):
        audience = Blueprint(package.name, __name__, url_prefix=AUDIENCES[package.name])
        folder = import_module(f"{__name__}.{package.name}")
        for module in pkgutil.iter_modules(folder.__path__):
            pages = getattr(import_module(f"{folder.__name__}.{module.name}"), "bp", None)
            if pages is not None:
                audience.register_blueprint(pages)
        app.register_blueprint(audience)
