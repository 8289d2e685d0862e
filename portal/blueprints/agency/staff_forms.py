"""What the pages about the staff are made of: fields read, and what a place opens said in numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template
from werkzeug.datastructures import ImmutableMultiDict

from portal import clock
from portal.domain import accounts, periods, rights, tenants
from portal.domain.accounts import Role, Staff, StaffMembership
from portal.domain.errors import NotFound
from portal.domain.staffing import Place
from portal.domain.tenants import Agency, Client
from portal.languages import LANGUAGES
from portal.staff_words import OPENS
from portal.web.forms import FormState
from portal.web.hosts import settings

MOST_CLIENTS = 200
"""So many clients can be ticked while inviting; of more, the others are given on the person's page."""
FIELDS = ("email", "role", "language", "ends_on")
_EVERYTHING = (Role.OWNER.value, Role.ADMIN.value)


@dataclass(frozen=True)
class Opens:
    """What a place opens: which back offices, by number, and the clients of a manager."""

    role: Role
    apps: int
    clients: Sequence[Client]


def typed(form: ImmutableMultiDict[str, str]) -> FormState:
    state = FormState.typed(form, *FIELDS, "confirmation")
    state.values["clients"] = form.getlist("clients")
    return state


def place_of(form: FormState) -> Place:
    """The place that was asked for. Raises Invalid at a field that can't be read, NotFound for what is no id."""
    form.choice("role", list(Role))
    ends_on = form.day("ends_on")
    form.check()
    try:
        clients = [UUID(client_id) for client_id in form.values["clients"]]
    except ValueError:
        raise NotFound from None
    return Place(form.text("role"), clients, form.text("language"), ends_on)


def invitation_page(staff: Staff, form: FormState) -> str:
    page = accounts.page_of_clients(staff, most=MOST_CLIENTS)
    return render_template(
        "agency/staff_invitations/new.html",
        staff=staff,
        form=form,
        roles=[(role.value, role.label, OPENS[role]) for role in rights.appointable(staff.role)],
        clients=page.clients,
        more_clients=page.following is not None,
        languages_offered=list(LANGUAGES.items()),
        today=periods.local_day(clock.now(), staff.agency.timezone),
        days=settings().invitation_days,
    )


def review_page(staff: Staff, form: FormState, email: str, clients: Sequence[Client]) -> str:
    """What the invitation will open, in words, before anything is sent."""
    kept: list[tuple[str, Any]] = [(name, form.values.get(name, "")) for name in FIELDS if name != "email"]
    return render_template(
        "agency/staff_invitations/review.html",
        staff=staff,
        form=form,
        email=email,
        role=Role(form.text("role")),
        kept=[*kept, ("email", email), *(("clients", client.id) for client in clients)],
        opens=what_opens(staff.agency, form.text("role"), clients),
        days=settings().invitation_days,
    )


def what_opens(agency: Agency, role: str, clients: Collection[Client]) -> Opens:
    apps = tenants.apps_of_agency(agency) if role != Role.BILLING else []
    if role == Role.MANAGER:
        ids = {client.id for client in clients}
        apps = [app for app in apps if app.client_id in ids]
    return Opens(Role(role), len(apps), list(clients))


def asks_for_words(person: StaffMembership, role: str) -> bool:
    """Whether a new role opens so much more that its giver confirms it in words."""
    return role in _EVERYTHING and (person.role not in _EVERYTHING or role == Role.OWNER != person.role)
