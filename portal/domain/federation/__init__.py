"""Sign-in with somebody else's word: OpenID Connect providers, who people are there, and when it is the only way in.

A provider gives nobody a right. It says who somebody is; whether that person exists here, and what he may do, was
decided here before.
"""

from portal.domain.federation.closing import check_open
from portal.domain.federation.connections import connections_of, disconnect
from portal.domain.federation.errands import begin, finish_trial, nonce_of, take, trial_of, verifier_of
from portal.domain.federation.errands import forget_old as forget_errands
from portal.domain.federation.first_time import NotRecognised, forget_person, let_in, part
from portal.domain.federation.models import Errand, Identity, Provider
from portal.domain.federation.passwords import (
    is_only_way_for_contributors,
    is_only_way_for_staff,
    may_use_password,
    note_password,
)
from portal.domain.federation.people import (
    check_rules,
    connect,
    fits,
    identities_of,
    known_as,
    note_proven,
    person_behind,
    writing_down,
)
from portal.domain.federation.providers import (
    Wish,
    door_of,
    provider_of,
    remove,
    renew_seals,
    save,
    serves_any_staff,
    trial_door,
)
from portal.domain.federation.values import INSTALLATION, Claims, Door, Purpose, Use

__all__ = [
    "INSTALLATION",
    "Claims",
    "Door",
    "Errand",
    "Identity",
    "NotRecognised",
    "Provider",
    "Purpose",
    "Use",
    "Wish",
    "begin",
    "check_open",
    "check_rules",
    "connect",
    "connections_of",
    "disconnect",
    "door_of",
    "finish_trial",
    "fits",
    "forget_errands",
    "forget_person",
    "identities_of",
    "is_only_way_for_contributors",
    "is_only_way_for_staff",
    "known_as",
    "let_in",
    "may_use_password",
    "nonce_of",
    "note_password",
    "note_proven",
    "part",
    "person_behind",
    "provider_of",
    "remove",
    "renew_seals",
    "save",
    "serves_any_staff",
    "take",
    "trial_door",
    "trial_of",
    "verifier_of",
    "writing_down",
]
