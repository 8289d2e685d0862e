"""How gunicorn serves the portal, read from the working folder; address and numbers come from `bin/run`."""

import os

from gunicorn.http.wsgi import Response

_headers = Response.default_headers


def _without_server(response: Response) -> list[str]:
    """No answer says what it was made with: a back office is its agency's alone."""
    return [line for line in _headers(response) if not line.startswith("Server:")]


Response.default_headers = _without_server

# Memory for all processes of this server: they count together how fast a credential asks (`api/buckets.py`).
# It is there before the portal is read, also where the portal is read before the processes part (--preload).
_pace = os.memfd_create("portal-pace")
os.ftruncate(_pace, 1 << 18)
os.environ["PORTAL_PACE_MEMORY"] = str(_pace)
