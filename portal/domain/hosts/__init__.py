"""The domain of its own at which an agency's clients meet it: asked for, proven, in use, lost and found again.

Whether it is in use stands with the agency itself (`Agency.own_host`), so that whoever has the agency knows its host.
"""

from portal.domain.hosts.asking import ask, of_agency, remove
from portal.domain.hosts.brakes import MOST_NAMES, MOST_PLANS, PAUSE, take_look
from portal.domain.hosts.catalogue import DAYS, MISSES, PROOF, State
from portal.domain.hosts.checking import check
from portal.domain.hosts.due import is_due, take_due
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.moving import move_due, plan, stay
from portal.domain.hosts.names import Ours
from portal.domain.hosts.queries import count_passkeys, is_asked_for, is_proven, own_host_of
from portal.domain.hosts.telling import tell_more

__all__ = [
    "DAYS",
    "MISSES",
    "MOST_NAMES",
    "MOST_PLANS",
    "PAUSE",
    "PROOF",
    "Ours",
    "OwnHost",
    "State",
    "ask",
    "check",
    "count_passkeys",
    "is_asked_for",
    "is_due",
    "is_proven",
    "move_due",
    "of_agency",
    "own_host_of",
    "plan",
    "remove",
    "stay",
    "take_due",
    "take_look",
    "tell_more",
]
