"""Tokens with which people are sent to a service outside: signed JWTs (RFC 7519, ES256), and the keys to check them by.

The keys lie in one file of the data folder, which several web nodes share. It is read each time: whatever another
process has changed holds at once.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

LIFE = timedelta(seconds=60)
KEPT_AFTER_ROTATION = timedelta(days=1)

FILE = "launch-keys.json"
_ALGORITHM, _CURVE = "ES256", "P-256"
_PRIVATE = "d"


class KeyRing:
    """The signing key of one data folder, and the public halves of older ones that are still good.

    A list of JWKs, the newest first and made when it is needed; older ones have lost their private half and say
    `until` when they are published.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE

    def token(self, claims: Mapping[str, Any], *, now: datetime) -> str:
        """A token of these claims that lives for LIFE and has a name of its own (`jti`). `now` is real time."""
        newest = self._keys()[0]
        begin = int(now.timestamp())
        times = {"iat": begin, "nbf": begin, "exp": begin + int(LIFE.total_seconds()), "jti": uuid4().hex}
        header = {"alg": _ALGORITHM, "kid": newest["kid"], "typ": "JWT"}
        return jwt.encode(header, {**claims, **times}, ECKey.import_key(newest), algorithms=[_ALGORITHM])

    def public(self, *, now: datetime) -> dict[str, list[dict[str, Any]]]:
        """The JSON Web Key Set (RFC 7517) by which tokens are checked."""
        good = [key for key in self._keys() if key.get("until", now.timestamp()) >= now.timestamp()]
        return {"keys": [_public(key) for key in good]}

    def rotate(self, *, now: datetime) -> str:
        """Sign with a new key from now on; the old one is published for a day more. The new key's id."""
        present = now.timestamp()
        gone = {"until": present + KEPT_AFTER_ROTATION.total_seconds()}
        old: list[dict[str, Any]] = [_public(key) | gone if _PRIVATE in key else key for key in self._keys()]
        new = _new_key()
        _write(self.file, [new, *(key for key in old if key["until"] >= present)], replace=True)
        return str(new["kid"])

    def _keys(self) -> list[dict[str, Any]]:
        if not self.file.exists():
            _write(self.file, [_new_key()], replace=False)
        found: list[dict[str, Any]] = json.loads(self.file.read_text("utf-8"))
        return found


def _new_key() -> dict[str, Any]:
    return dict(ECKey.generate_key(_CURVE, auto_kid=True).as_dict(private=True))


def _public(key: dict[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in ("kty", "crv", "x", "y", "kid")} | {"use": "sig", "alg": _ALGORITHM}


def _write(file: Path, keys: list[dict[str, Any]], *, replace: bool) -> None:
    """For its owner alone, whole or not at all; without `replace` the one who was first wins."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".launch-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as out:
            json.dump(keys, out)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            Path(name).replace(file)
        else:
            with suppress(FileExistsError):
                os.link(name, file)
    finally:
        Path(name).unlink(missing_ok=True)
