"""What can go wrong in the business, as codes; the words are found at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A rule that said no. `code` names the rule, `values` fill its sentence, `field` is where it shows."""

    def __init__(self, code: str, /, *, field: str | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values


class NotFound(DomainError):
    """There is no such thing for the one who asks."""

    def __init__(self, code: str = "not_found", /, **values: Any) -> None:
        super().__init__(code, **values)


class Forbidden(DomainError):
    """The thing is there, and the one who asks may not."""


class Refused(DomainError):
    """A wish that a rule does not grant."""


class Conflict(DomainError):
    """Somebody or something was faster."""


class Invalid(DomainError):
    """Values that can't be taken: one or more, each at its field.

    `problems` maps a field to `(code, values)`.
    """

    def __init__(self, problems: Mapping[str, tuple[str, dict[str, Any]]]) -> None:
        super().__init__("invalid")
        self.problems = dict(problems)


AT_THE_FORM = (Invalid, Conflict, Refused)
"""What is said beside what was typed. What is missing (NotFound) or nobody's right any more (Forbidden) is not:
its page may hold what the one who asks may not read since he lost his place, so it ends at the plain error page."""
