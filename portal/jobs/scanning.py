"""A brand looked through in the background, its report kept for the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain import tenants
from portal.domain.audit import Actor
from portal.domain.outbox import Message
from portal.gateways import scans
from portal.jobs.context import Context


def scan_brand(message: Message, context: Context, *, now: datetime) -> None:
    """Look through one agency's brand, telling how far it is; the report before stays until there is a new one.

    Raises what went wrong, after it was written down; a later attempt may go better.
    """
    told = message.payload
    agency = tenants.agency_by_id(UUID(told["agency"]))
    by = Actor(told["kind"], told["name"], UUID(told["person"]) if told["person"] else None)
    before = scans.read(context.settings, agency.id).get("report")

    def keep(state: str, **more: Any) -> None:
        values = {"report": before, "at": now.isoformat(), "by": by.name, **more}
        scans.keep(context.settings, agency.id, state=state, **values)

    def tell(done: int, steps: int, what: str) -> None:
        keep("running", done=done, steps=steps, what=what)

    if context.scan is None:
        raise RuntimeError("nothing here can look through a brand")
    try:
        report = context.scan(agency, by=by, told=tell)
    except BaseException:
        keep("failed")
        raise
    keep("done", report=report.as_dict())
