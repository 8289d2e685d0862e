"""The page that everything is held against: Flask, one route, no database."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def page() -> str:
    return "<!doctype html><title>Bare</title><p>Nothing here."
