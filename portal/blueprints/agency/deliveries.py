from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import webhooks
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.domain.webhooks import Delivery, Outcome, State
from portal.languages import gettext as _
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page

bp = Blueprint("deliveries", __name__, url_prefix="/webhooks/<uuid:endpoint_id>/deliveries")

_SOON = timedelta(seconds=15)


@bp.get("/<uuid:delivery_id>/")
@agency_staff(may=Permission.PRICES)
def show(staff: Staff, endpoint_id: UUID, delivery_id: UUID) -> Response:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    delivery = webhooks.delivery_of(endpoint, delivery_id)
    return fragment_or_page(
        "agency/deliveries/_attempts.html",
        "agency/deliveries/show.html",
        agency=staff.agency,
        endpoint=endpoint,
        delivery=delivery,
        attempts=webhooks.attempts_of(delivery),
        body=json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2),
        is_moving=_is_moving(delivery),
        outcome=Outcome,
    )


@bp.post("/<uuid:delivery_id>/replay")
@agency_staff(may=Permission.PRICES)
def replay(staff: Staff, endpoint_id: UUID, delivery_id: UUID) -> AnyResponse:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    webhooks.replay(endpoint, webhooks.delivery_of(endpoint, delivery_id), by=staff.actor, now=clock.now())
    flash(_("It is sent again, under the same id."))
    return redirect(url_for(".show", endpoint_id=endpoint_id, delivery_id=delivery_id), 303)


def _is_moving(delivery: Delivery) -> bool:
    """Whether something happens within seconds, so that the page should look again."""
    return delivery.state == State.PENDING and delivery.next_at is not None and delivery.next_at < clock.now() + _SOON
