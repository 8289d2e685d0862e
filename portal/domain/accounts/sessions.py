"""Signed-in browsers. A row per session, so that any of them can be ended at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.db import Lookup, microseconds, transaction
from portal.domain import audit
from portal.domain.accounts import throttle
from portal.domain.accounts.catalogue import PLATFORM, Role
from portal.domain.accounts.models import HandOver, Person, SignIn, StaffAssignment, StaffMembership
from portal.domain.accounts.passwords import LONGEST, check_strength, hash_password, is_outdated, matches
from portal.domain.accounts.principals import Staff
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.accounts.trail import note_session
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.tenants import Agency, App

LONGEST_SESSION = timedelta(hours=20)
HAND_OVER_LIFE = timedelta(seconds=30)
_SEEN_EVERY = timedelta(minutes=1)


def sign_in(house: str, email: str, password: str, *, address: str, browser: str = "", now: datetime) -> str:
    """Prove who one is by password; the token of a new session.

    Raises Invalid with one and the same words whatever is wrong, TooManyAttempts when guessing.
    """
    email = email.strip().lower()[:254].replace("\x00", "")
    person = Person.get_or_none((Person.house == house) & (Person.email == email))
    if not proves(person, password, account=f"{house}|{email}", address=address, now=now):
        raise Invalid({"password": ("sign_in_wrong", {})})
    assert person is not None and person.password_hash is not None, "nobody proves nothing"
    if is_outdated(person.password_hash):
        Person.update(password_hash=hash_password(password)).where(Person.id == person.id).execute()
    return start_session(person, house, address=address, browser=browser, now=now)


def proves(person: Person | None, password: str, *, account: str, address: str, now: datetime) -> bool:
    """Whether the person exists, is enabled and knows the password; it takes as long whatever is wrong.

    Guessing is slowed per `account` and `address`: raises TooManyAttempts.
    """
    throttle.check(account, address, now=now)
    usable = person.password_hash if person and person.disabled_at is None else None
    right = len(password) <= LONGEST and matches(usable, password)
    if right:
        throttle.succeeded(account, address)
    else:
        throttle.failed(account, address, now=now)
    return right


def start_session(
    person: Person,
    house: str,
    *,
    address: str = "",
    browser: str = "",
    entered_app: App | None = None,
    now: datetime,
) -> str:
    """A new session; returns the token that only the browser will know."""
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
        )
        note_session(person, entered_app, now=now)
    return token


def session_of(token: str, house: str, *, seen: bool = True, now: datetime) -> SignIn | None:
    """The living session of that token at that house, person loaded; None for every other.

    `seen` False: the person did nothing, an open page asks by itself.
    """
    found = _living(digest(token), house, microseconds(now))
    if found and seen and now - found.seen_at > _SEEN_EVERY:
        SignIn.update(seen_at=now).where((SignIn.id == found.id) & SignIn.ended_at.is_null()).execute()
    return found


def end_session(session: SignIn, *, now: datetime) -> None:
    SignIn.update(ended_at=now).where((SignIn.id == session.id) & SignIn.ended_at.is_null()).execute()


def end_all_sessions(person: Person, *, but: SignIn | None = None, now: datetime) -> None:
    """Sign the person out everywhere (but in the session named)."""
    query = SignIn.update(ended_at=now).where((SignIn.person == person) & SignIn.ended_at.is_null())
    (query.where(SignIn.id != but.id) if but else query).execute()


def change_password(session: SignIn, *, current: str, new: str, now: datetime) -> None:
    """Another password, proved by the present one; every other session of the person ends.

    Raises Invalid at `current` or `new`, TooManyAttempts when guessing.
    """
    person = session.person
    if not proves(person, current, account=f"{person.house}|{person.email}", address=f"session {session.id}", now=now):
        raise Invalid({"current": ("password_wrong", {})})
    check_strength(new, known=[person.email, person.name], field="new")
    with transaction():
        Person.update(password_hash=hash_password(new)).where(Person.id == person.id).execute()
        end_all_sessions(person, but=session, now=now)
        audit.record(
            "person.password_changed",
            by=Actor("staff" if person.house == PLATFORM else "contributor", person.shown_name, person.id),
            now=now,
            agency_id=person.agency_id,
            subject=person.email,
        )


def begin_hand_over(staff: Staff, app: App, *, now: datetime) -> str:
    """The token with which the staff member enters one back office within 30 s.

    The app must come from a look-up that started at the staff member.
    """
    token = new_token()
    HandOver.create(token_hash=digest(token), membership=staff.membership_id, app=app, expires_at=now + HAND_OVER_LIFE)
    return token


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
        if row is None or agency.suspended_at or row.app.agency_id != agency.id or row.membership.agency_id != agency.id:
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
