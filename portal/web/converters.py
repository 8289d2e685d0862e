"""What may stand in a path. A value that does not fit is a 404 before any view sees it."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

from portal.domain.rights import BOXES, Box


class SlugConverter(BaseConverter):
    """The slug of an app, client or agency."""

    regex = r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"


class TokenConverter(BaseConverter):
    """The secret part of a link; whether it opens anything is the view's question."""

    regex = r"[A-Za-z0-9_-]{1,128}"


class PeriodConverter(BaseConverter):
    """A month, `2026-06`."""

    regex = r"[0-9]{4}-(?:0[1-9]|1[0-2])"


class ServiceConverter(BaseConverter):
    """The key of a service, `litmus_test`."""

    regex = r"[a-z][a-z0-9_]{1,39}"


class BoxConverter(BaseConverter):
    """A box of the rights form, `menus` or `menus:publish`."""

    regex = r"[a-z-]+(?::[a-z]+)?"

    def to_python(self, value: str) -> str:
        if value not in BOXES:
            raise ValidationError
        return value

    def to_url(self, value: str | Box) -> str:
        return value.key if isinstance(value, Box) else value


CONVERTERS = {
    "slug": SlugConverter,
    "token": TokenConverter,
    "period": PeriodConverter,
    "service": ServiceConverter,
    "box": BoxConverter,
}
