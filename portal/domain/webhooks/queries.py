from __future__ import annotations

from datetime import datetime
from uuid import UUID

from peewee import fn

from portal.domain.errors import NotFound
from portal.domain.tenants import Agency
from portal.domain.webhooks.catalogue import State
from portal.domain.webhooks.models import Attempt, Delivery, Endpoint


def endpoints_of(agency: Agency) -> list[Endpoint]:
    """The agency's endpoints, oldest first."""
    living = (Endpoint.agency == agency) & Endpoint.deleted_at.is_null()
    return list(Endpoint.select().where(living).order_by(Endpoint.created_at, Endpoint.id))


def endpoint_of(agency: Agency, endpoint_id: UUID) -> Endpoint:
    """Raises NotFound for foreign, deleted and unknown ones alike."""
    found = Endpoint.get_or_none(
        (Endpoint.id == endpoint_id) & (Endpoint.agency == agency) & Endpoint.deleted_at.is_null()
    )
    if found is None:
        raise NotFound
    return found


def deliveries_of(
    endpoint: Endpoint, *, state: State | None = None, event: str | None = None, after: UUID | None = None, most: int
) -> list[Delivery]:
    """The endpoint's deliveries, newest first; from the one after `after` on where that is one of them."""
    query = Delivery.select().where(Delivery.endpoint == endpoint)
    if state:
        query = query.where(Delivery.state == state.value)
    if event:
        query = query.where(Delivery.event == event)
    edge = Delivery.get_or_none((Delivery.id == after) & (Delivery.endpoint == endpoint)) if after else None
    if edge:
        query = query.where(
            (Delivery.created_at < edge.created_at)
            | ((Delivery.created_at == edge.created_at) & (Delivery.id < edge.id))
        )
    return list(query.order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(most))


def delivery_of(endpoint: Endpoint, delivery_id: UUID) -> Delivery:
    """Raises NotFound for those of other endpoints and unknown ones alike."""
    found = Delivery.get_or_none((Delivery.id == delivery_id) & (Delivery.endpoint == endpoint))
    if found is None:
        raise NotFound
    return found


def attempts_of(delivery: Delivery) -> list[Attempt]:
    """Every try, newest first."""
    return list(Attempt.select().where(Attempt.delivery == delivery).order_by(Attempt.at.desc(), Attempt.id.desc()))


def next_due() -> datetime | None:
    """When the next delivery that nobody has in hand is to go."""
    moment = (
        Delivery.select(fn.MIN(Delivery.next_at))
        .where((Delivery.state == State.PENDING.value) & Delivery.claimed_until.is_null())
        .scalar()
    )
    return Delivery.next_at.python_value(moment) if isinstance(moment, int) else moment
