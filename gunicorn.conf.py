"""How gunicorn serves the portal, read from the working folder; address and numbers come from `bin/run`."""

from gunicorn.http.wsgi import Response

_headers = Response.default_headers


def _without_server(response: Response) -> list[str]:
    """No answer says what it was made with: a back office is its agency's alone."""
    return [line for line in _headers(response) if not line.startswith("Server:")]


Response.default_headers = _without_server
