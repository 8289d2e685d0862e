from __future__ import annotations

from uuid import UUID

from portal.db import Lookup
from portal.domain.accounts import Person
from portal.domain.accounts.models import Contributor
from portal.domain.hosts.catalogue import State
from portal.domain.hosts.models import OwnHost
from portal.domain.sign_in.models import Passkey
from portal.domain.tenants import Agency, App


def own_host_of(agency: Agency) -> OwnHost | None:
    """What the agency has asked for, in whatever state."""
    return _of_agency(agency.id.hex)


def is_proven(host: str) -> bool:
    """Whether somebody has proven that the host may lead here: requests for its certificate are in order.

    So they are for one that was lost and is proven again: it is back once it is reached, which takes a certificate.
    """
    found = _proven(host)
    return found is not None


def is_asked_for(host: str) -> bool:
    """Whether some agency wants to be met there."""
    return _asked(host) is not None


def count_passkeys(agency: Agency, *, but: str) -> int:
    """How many of the people of its clients have passkeys that hold at another host than `but`."""
    elsewhere = Passkey.select(Passkey.person).where(Passkey.host != but)
    return Person.select().where(_living(agency) & Person.id.in_(elsewhere)).count()


def people_to_tell(agency: Agency, *, host: str, after: UUID | None, most: int) -> list[tuple[Person, bool]]:
    """The people of its clients' back offices by id, from behind the one given; each with whether he has a passkey
    that holds at that host.
    """
    inside = (
        Contributor.select(Contributor.person).join(App).where((App.agency == agency) & Contributor.ended_at.is_null())
    )
    query = Person.select().where(_living(agency) & Person.id.in_(inside))
    if after:
        query = query.where(Person.id > after)
    people = list(query.order_by(Person.id).limit(most))
    there = Passkey.select(Passkey.person).where(Passkey.person.in_(people) & (Passkey.host == host))
    having = {row.person_id for row in there}
    return [(person, person.id in having) for person in people]


def _living(agency: Agency):  # type: ignore[no-untyped-def]  # a peewee expression
    return (Person.house == str(agency.id)) & Person.disabled_at.is_null()


_of_agency = Lookup(OwnHost, lambda agency: OwnHost.agency == agency)
_asked = Lookup(OwnHost, lambda host: OwnHost.host == host)
_good = OwnHost.state.in_([State.VERIFIED.value, State.ACTIVE.value])
_proven_again = (OwnHost.state == State.LOST.value) & OwnHost.trouble.startswith("probe")
"""The network was asked, which is done where the proof was found."""
_proven = Lookup(OwnHost, lambda host: (OwnHost.host == host) & (_good | _proven_again))
