"""How gunicorn serves the portal, read from the working folder; address and numbers come from `bin/run`."""

import os

from gunicorn.http.wsgi import Response

_headers = Response.default_headers


def _without_server(response: Response) -> list[str]:
    """No answer says what it was made with: a back office is its agency's alone."""
    return [line for line in _headers(response) if not line.startswith("Server:")]


Response.default_headers = _without_server

preload_app = True  # read once; the processes share what was read, and each opens its own connections

# Memory for all processes of this server: they count together how fast a credential asks (`api/buckets.py`).
_pace = os.memfd_create("portal-pace")
os.ftruncate(_pace, 1 << 18)
os.environ["PORTAL_PACE_MEMORY"] = str(_pace)
