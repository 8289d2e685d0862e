"""Signed-in browsers. A row per session, so that any of them can be ended at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import JOIN

from portal.db import Lookup, microseconds, transaction
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import HandOver, Person, SignIn, StaffAssignment, StaffMembership
from portal.domain.accounts.principals import Staff
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.accounts.trail import note_session
from portal.domain.errors import NotFound
from portal.domain.tenants import Agency, App

LONGEST_SESSION = timedelta(hours=20)
LONGEST_REST, OPERATORS_REST = timedelta(hours=8), timedelta(minutes=30)
"""A session that nobody used for so long is over."""
HAND_OVER_LIFE = timedelta(seconds=30)
_SEEN_EVERY = timedelta(minutes=1)


def start_session(
    person: Person,
    house: str,
    *,
    address: str = "",
    browser: str = "",
    entered_app: App | None = None,
    owes_factor: bool = False,
    now: datetime,
) -> str:
    """A new session; returns the token that only the browser will know. See SignIn for `owes_factor`."""
    token = new_token()
    with transaction():
        SignIn.create(
            token_hash=digest(token),
            person=person,
            house=house,
            entered_app=entered_app,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST_SESSION,
            address=address[:64],
            browser=browser[:200],
            proved_at=now,
            owes_factor_since=now if owes_factor else None,
        )
        note_session(person, entered_app, now=now)
    return token


def session_of(token: str, house: str, *, seen: bool = True, now: datetime) -> SignIn | None:
    """The living session of that token at that house, person loaded; None for every other.

    `seen` False: the person did nothing, an open page asks by itself.
    """
    found = _living(digest(token), house, microseconds(now))
    if found and _rests_too_long(found, now):
        return None
    if found and seen and now - found.seen_at > _SEEN_EVERY:
        SignIn.update(seen_at=now).where((SignIn.id == found.id) & SignIn.ended_at.is_null()).execute()
    return found


def end_session(session: SignIn, *, now: datetime) -> None:
    SignIn.update(ended_at=now).where((SignIn.id == session.id) & SignIn.ended_at.is_null()).execute()


def end_all_sessions(person: Person, *, but: SignIn | None = None, now: datetime) -> None:
    """Sign the person out everywhere (but in the session named). What he was handed over with opens nothing more."""
    query = SignIn.update(ended_at=now).where((SignIn.person == person) & SignIn.ended_at.is_null())
    (query.where(SignIn.id != but.id) if but else query).execute()
    places = StaffMembership.select(StaffMembership.id).where(StaffMembership.person == person)
    HandOver.update(used_at=now).where(HandOver.used_at.is_null() & HandOver.membership.in_(places)).execute()


def note_proof(session: SignIn, *, now: datetime) -> None:
    """The person has just proved again who he is."""
    session.proved_at = now
    SignIn.update(proved_at=now).where(SignIn.id == session.id).execute()


def ask_no_factor(session: SignIn, *, now: datetime) -> None:
    """The session's person has set up a second factor in it: it waits for one no more.

    Others that owe one end: who sits there has proved nothing but the password. Raises NotFound when it ended itself.
    """
    living = (SignIn.person == session.person_id) & SignIn.ended_at.is_null()
    if not SignIn.update(owes_factor_since=None).where(living & (SignIn.id == session.id)).execute():
        raise NotFound("begun_over")
    SignIn.update(ended_at=now).where(living & SignIn.owes_factor_since.is_null(False)).execute()


def sessions_of(person: Person, *, now: datetime) -> list[SignIn]:
    """Where the person is signed in, the latest use first; in a back office that staff entered, too."""
    living = SignIn.ended_at.is_null() & (SignIn.expires_at > now)
    rows = SignIn.select(SignIn, App).join(App, JOIN.LEFT_OUTER).where((SignIn.person == person) & living)
    for row in (found := list(rows.order_by(SignIn.seen_at.desc(), SignIn.id))):
        row.person = person
    return [row for row in found if not _rests_too_long(row, now)]


def _rests_too_long(session: SignIn, now: datetime) -> bool:
    return bool(now - session.seen_at > (OPERATORS_REST if session.person.is_operator else LONGEST_REST))


def begin_hand_over(staff: Staff, app: App, *, now: datetime) -> str:
    """The token with which the staff member enters one back office within 30 s.

    The app must come from a look-up that started at the staff member.
    """
    token = new_token()
    HandOver.create(token_hash=digest(token), membership=staff.membership_id, app=app, expires_at=now + HAND_OVER_LIFE)
    return token


def handed_over(token: str) -> Person | None:
    """For whom a token was made, whatever became of it since. Looking changes nothing."""
    mine = HandOver.token_hash == digest(token)
    row = HandOver.select(HandOver, StaffMembership, Person).join(StaffMembership).join(Person).where(mine).first()
    return row.membership.person if row else None


def take_hand_over(
    token: str, agency: Agency, *, address: str = "", browser: str = "", now: datetime
) -> tuple[str, App]:
    """Use the token up on the agency's host; a session there, for the one app.

    Raises NotFound when it is unknown, used, too old, of another agency, or the role no longer opens the app.
    """
    with transaction():
        row = (
            HandOver.select(HandOver, StaffMembership, Person)
            .join(StaffMembership)
            .join(Person)
            .where(
                (HandOver.token_hash == digest(token))
                & StaffMembership.ended_at.is_null()
                & (StaffMembership.ends_at.is_null() | (StaffMembership.ends_at > now))
                & Person.disabled_at.is_null()
            )
            .first()
        )
        if (
            row is None
            or agency.suspended_at
            or row.app.agency_id != agency.id
            or row.membership.agency_id != agency.id
        ):
            raise NotFound
        if not may_enter(row.membership, row.app):
            raise NotFound
        used = (
            HandOver.update(used_at=now)
            .where((HandOver.id == row.id) & HandOver.used_at.is_null() & (HandOver.expires_at > now))
            .execute()
        )
        if not used:
            raise NotFound
        person = row.membership.person
        session = start_session(person, str(agency.id), address=address, browser=browser, entered_app=row.app, now=now)
    return session, row.app


def may_enter(membership: StaffMembership, app: App) -> bool:
    """Whether the role opens this back office: owners and admins all, managers those of their clients, billing none."""
    if membership.role in (Role.OWNER, Role.ADMIN):
        return True
    return (
        membership.role == Role.MANAGER
        and StaffAssignment.select()
        .where((StaffAssignment.membership == membership) & (StaffAssignment.client == app.client_id))
        .exists()
    )


_living = Lookup(
    SignIn,
    lambda token_hash, house, now: (
        (SignIn.token_hash == token_hash)
        & (SignIn.house == house)
        & SignIn.ended_at.is_null()
        & (SignIn.expires_at > now)
        & Person.disabled_at.is_null()
    ),
    person=Person,
)
