"""Mutants that change nothing anybody could notice, each with its reason: no test can catch them."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
