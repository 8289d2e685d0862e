"""Why each section is open to somebody or not: what `rights.may` and `rights.admitted` ask, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain import periods, rights
from portal.domain.accounts import Contributor, Member
from portal.domain.rights import SECTIONS, Given, Section, SectionState, Standing


class Closed(StrEnum):
    """Why somebody can't come in at all."""

    DISABLED = "disabled"
    ENDED = "ended"
    ACCESS_OFF = "access_off"
    AGENCY_SUSPENDED = "agency_suspended"
    CLIENT_SUSPENDED = "client_suspended"
    APP_SUSPENDED = "app_suspended"


class Why(StrEnum):
    """What decides about one section for whoever is let in; the first two open it."""

    ALWAYS = "always"
    TICKED = "ticked"
    NOT_TICKED = "not_ticked"
    HIDDEN = "hidden"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Reason:
    """One section: what decides, and the boxes of it that are ticked, access first."""

    section: Section
    why: Why
    held: list[Given]

    @property
    def opens(self) -> bool:
        return self.why in (Why.ALWAYS, Why.TICKED)


@dataclass(frozen=True)
class Explained:
    """What keeps somebody out altogether, and each section; it is open where nothing is `closed` and it `opens`."""

    closed: list[Closed]
    reasons: list[Reason]


def explain(member: Member, colleague: Contributor, *, now: datetime) -> Explained:
    """The sections of a colleague, as far as `member` may know of them: a contributor of those that he holds."""
    known = {s.key for s in rights.menu_of(member)} | {s.key for s in rights.locked_of(member)}
    standings = {standing.section.key: standing for standing in rights.states_of(member.client)}
    given = rights.given_to([colleague.id])[colleague.id]
    reasons = [_reason(s, standings.get(s.key), given) for s in SECTIONS if s.key in known]
    return Explained(_closed(member, colleague, now), reasons)


def _closed(member: Member, colleague: Contributor, now: datetime) -> list[Closed]:
    client = member.client
    today = periods.local_day(now, member.agency.timezone)
    facts = {
        Closed.DISABLED: colleague.person.disabled_at,
        Closed.ENDED: colleague.ended_at or (colleague.ends_on and today > colleague.ends_on),
        Closed.ACCESS_OFF: not client.access,
        Closed.AGENCY_SUSPENDED: member.agency.suspended_at,
        Closed.CLIENT_SUSPENDED: client.suspended_at,
        Closed.APP_SUSPENDED: member.app.suspended_at,
    }
    return [closed for closed, is_so in facts.items() if is_so]


def _reason(section: Section, standing: Standing | None, given: dict[str, Given]) -> Reason:
    held = [given[box.key] for box in section.boxes if box.key in given]
    if standing is None:
        return Reason(section, Why.ALWAYS, [])
    return Reason(section, _why(standing, is_ticked=section.key in given), held)


def _why(standing: Standing, *, is_ticked: bool) -> Why:
    if not standing.available:
        return Why.UNAVAILABLE
    if standing.state == SectionState.HIDDEN:
        return Why.HIDDEN
    if not is_ticked:
        return Why.NOT_TICKED
    return Why.LOCKED if standing.state == SectionState.LOCKED else Why.TICKED
