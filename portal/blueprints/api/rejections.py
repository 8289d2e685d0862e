"""Why single events of a batch were not counted, in the language of the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.domain.metering import Rejection
from portal.languages import N_, Text, gettext

_CODES: dict[str, Text] = {
    "id_conflict": N_("This id was used before with another body."),
    "ceiling_reached": N_("The limit or ceiling of the client leaves no room for it."),
    "service_disabled": N_("The service is switched off for this client."),
    "client_suspended": N_("The client is suspended."),
    "unknown_client": N_("The agency has no such client."),
    "unknown_service": N_("There is no such metered service."),
    "too_early": N_("It lies more than 5 minutes ahead."),
    "too_old": N_("It lies more than 13 months back."),
}
_WRONG_CORRECTION = N_(
    "The correction fits no counted event of the same client and service, or takes back more than is left."
    " A gauge is not corrected."
)
_WRONG_KIND = N_("A counter sends quantity, a gauge sends value.")

# What is wrong with the form of an event.
_FORM: dict[str, Text] = {
    "not_an_object": N_("An event is an object."),
    "unknown_field": N_("Unknown field: %(field)s"),
    "not_a_name": N_("%(field)s is a text of 1 to 128 visible ASCII characters."),
    "quantity_or_value": N_("Give either quantity or value."),
    "bad_quantity": N_("quantity is a whole number above 0; a negative one needs corrects."),
    "bad_value": N_("value is a whole number of 0 or more, without corrects."),
    "not_a_whole_number": N_("%(field)s is a whole number up to %(most)s."),
    "bad_at": N_("at is a moment with its offset, as in 2026-06-30T23:59:59-03:00."),
    "no_such_moment": N_("at is no moment that exists."),
}


def described(rejections: Sequence[Rejection], batch: Sequence[Any]) -> list[dict[str, Any]]:
    """The rejections as the API answers them; `batch` holds the events as they came."""
    return [
        {"index": each.index, "id": each.id, "code": each.code, "detail": _detail(each, batch[each.index])}
        for each in rejections
    ]


def _detail(rejection: Rejection, event: Any) -> str:
    if rejection.code in _CODES:
        return gettext(_CODES[rejection.code])
    if rejection.reason:
        return gettext(_FORM[rejection.reason], field=rejection.field, most=rejection.most)
    return gettext(_WRONG_CORRECTION if event.get("corrects") else _WRONG_KIND)
