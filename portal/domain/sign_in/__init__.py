"""How people prove who they are: passwords and how they are renewed, second factors, passkeys, known browsers."""

from portal.domain.sign_in.addresses import address_of, confirm_address, send_address, want_address
from portal.domain.sign_in.authenticators import (
    add_authenticator,
    address_for_app,
    authenticator_of,
    begin_authenticator,
    begun_authenticator,
    remove_authenticator,
    renew_authenticator_seals,
)
from portal.domain.sign_in.begun import forget as forget_begun_of
from portal.domain.sign_in.begun import forget_old as forget_begun
from portal.domain.sign_in.entering import (
    Entered,
    HalfIn,
    Visitor,
    by_password,
    enter,
    forget_old_browsers,
    half_in,
    meet,
)
from portal.domain.sign_in.erasing import forget_wishes
from portal.domain.sign_in.factors import finish_by_code, is_fresh, prove_again, take_factors
from portal.domain.sign_in.links import forget_old as forget_links
from portal.domain.sign_in.models import Authenticator, Begun, MailedLink, Passkey
from portal.domain.sign_in.news import NEWS
from portal.domain.sign_in.passkey_entry import ask_again, ask_passkey, by_passkey, prove_by_passkey
from portal.domain.sign_in.passkeys import (
    LONGEST_NAME,
    Site,
    add_passkey,
    begin_passkey,
    passkeys_of,
    remove_passkey,
)
from portal.domain.sign_in.passwords import (
    attacked,
    change_password,
    known_words,
    reset,
    reset_of,
    send_reset,
    want_reset,
)
from portal.domain.sign_in.people import has_factor, must_have_factor
from portal.domain.sign_in.recovery import are_codes_of, codes_left, make_codes
from portal.domain.sign_in.rules import (
    Demand,
    demand_of,
    end_everywhere,
    end_one,
    help_person,
    person_to_help,
    set_demand,
    staff_with_factor,
)

__all__ = [
    "LONGEST_NAME",
    "NEWS",
    "Authenticator",
    "Begun",
    "Demand",
    "Entered",
    "HalfIn",
    "MailedLink",
    "Passkey",
    "Site",
    "Visitor",
    "add_authenticator",
    "add_passkey",
    "address_for_app",
    "address_of",
    "are_codes_of",
    "ask_again",
    "ask_passkey",
    "attacked",
    "authenticator_of",
    "begin_authenticator",
    "begin_passkey",
    "begun_authenticator",
    "by_passkey",
    "by_password",
    "change_password",
    "codes_left",
    "confirm_address",
    "demand_of",
    "end_everywhere",
    "end_one",
    "enter",
    "finish_by_code",
    "forget_begun",
    "forget_begun_of",
    "forget_links",
    "forget_old_browsers",
    "forget_wishes",
    "half_in",
    "has_factor",
    "help_person",
    "is_fresh",
    "known_words",
    "make_codes",
    "meet",
    "must_have_factor",
    "passkeys_of",
    "person_to_help",
    "prove_again",
    "prove_by_passkey",
    "remove_authenticator",
    "remove_passkey",
    "renew_authenticator_seals",
    "reset",
    "reset_of",
    "send_address",
    "send_reset",
    "set_demand",
    "staff_with_factor",
    "take_factors",
    "want_address",
    "want_reset",
]
