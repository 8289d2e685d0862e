"""Which letters about limits a person wants: turned down, or one a day; never off where it costs an owner money."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts.actions import set_preferences
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import Contributor, NoticeChoice, Person
from portal.domain.accounts.queries import staff_of_person
from portal.domain.audit import Actor


class Rhythm(StrEnum):
    """When letters go: each at once until they get many, or all of a day in its evening."""

    AT_ONCE = "at_once"
    DAILY = "daily"


@dataclass(frozen=True)
class Notices:
    """What somebody of the staff wants to hear of; at first everything, at once."""

    approaching: bool = True
    reached: bool = True
    foreseen: bool = True
    resolved: bool = True
    rhythm: str = Rhythm.AT_ONCE.value


def notices_of(person: Person) -> Notices:
    """The person's choice, or what holds for whoever never chose."""
    row = NoticeChoice.get_or_none(NoticeChoice.person == person)
    if row is None:
        return Notices()
    return Notices(row.approaching, row.reached, row.foreseen, row.resolved, row.rhythm)


def wants(person: Person, kind: str, *, costs: bool) -> bool:
    """Whether somebody of the staff gets a letter of this kind: approaching, reached, foreseen, resolved.

    `costs`: a limit is reached and the excess costs money; of that an owner always hears.
    """
    if kind == "reached" and costs and is_owner(person):
        return True
    return bool(getattr(notices_of(person), kind))


def is_owner(person: Person) -> bool:
    row = staff_of_person(person)
    return row is not None and row.role == Role.OWNER


def choose_notices(person: Person, notices: Notices) -> None:
    """Keep the whole choice of this person."""
    values = {**asdict(notices), "rhythm": Rhythm(notices.rhythm).value}
    with transaction():
        NoticeChoice.insert(**NoticeChoice(person=person, **values).__data__).on_conflict(
            conflict_target=[NoticeChoice.person], update=values
        ).execute()


def wants_administrative(person: Person) -> bool:
    """Whether a contributor wants administrative notices in any of his back offices."""
    rows = Contributor.select().where((Contributor.person == person) & Contributor.ended_at.is_null())
    return any(row.wants_notices for row in rows)


def choose_administrative(person: Person, *, wanted: bool) -> None:
    """The same choice for all back offices of the person."""
    Contributor.update(wants_notices=wanted).where(Contributor.person == person).execute()


def set_correspondence(contributor: Contributor, *, language: str, wanted: bool, by: Actor, now: datetime) -> None:
    """The language in which a member is spoken to, and whether he gets administrative notices of this back office.

    Raises Invalid for a language that there is not.
    """
    person, app = contributor.person, contributor.app
    old = {"language": person.language, "notices": contributor.wants_notices}
    new = {"language": language, "notices": wanted}
    changes = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    if not changes:
        return
    with transaction():
        set_preferences(person, language=language)
        Contributor.update(wants_notices=wanted).where(Contributor.id == contributor.id).execute()
        contributor.wants_notices = wanted
        audit.record(
            "contributor.changed",
            by=by,
            now=now,
            agency_id=app.agency_id,
            client_id=app.client_id,
            app_id=app.id,
            subject=person.email,
            changes=changes,
        )
