"""A browser sent to a provider and back, and what is said when that goes wrong: for sign-in and for trying it out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import url_for

from portal import clock
from portal.domain import federation, sign_in
from portal.domain.accounts import Person
from portal.domain.federation import Claims, Door, Errand, Purpose
from portal.gateways.identity import Answer, Client, IdentityProvider
from portal.gateways.identity_discovery import Trouble
from portal.gateways.signing import Seal, SecretLost
from portal.languages import N_, Text, gettext
from portal.web import doors, hosts, sessions
from portal.web.messages import said

WORDS: dict[str, Text] = {
    "down": N_("%(label)s does not answer at the moment (%(said)s). Wait a minute, then try again."),
    "no_host": N_("There is no such host as in the issuer's address. Check how it is spelled."),
    "bad_answer": N_("%(label)s answered with something that is no JSON. Check the issuer's address."),
    "no_discovery": N_("There is no /.well-known/openid-configuration at the issuer (%(said)s). Check its address."),
    "bad_discovery": N_("What the provider says about itself lacks %(missing)s. Ask whoever runs it to add it."),
    "other_issuer": N_("The provider calls itself %(said)s. Enter the issuer exactly like that, with every slash."),
    "no_keys": N_("The provider publishes no keys (%(said)s). Ask whoever runs it to look at its key set."),
    "wrong_issuer": N_("The answer came from another provider (%(said)s). Begin again from the sign-in page."),
    "declined": N_("%(label)s let nobody in (%(said)s). Try again, or ask whoever runs it."),
    "code_refused": N_("%(label)s did not accept us (%(said)s). Check client ID, secret and redirect address."),
    "bad_token": N_("%(label)s vouched in a way that can't be trusted (%(said)s). Begin again from the sign-in page."),
    "secret_lost": N_("The client secret can't be opened any more. Enter it again in the settings."),
}


def trouble_said(trouble: Trouble, door: Door) -> str:
    """What to tell who may change the settings."""
    if trouble.code == "address":
        why = said(str(trouble.values["why"]), trouble.values)
        return gettext("%(address)s can't be used: %(why)s", address=str(trouble.values["address"]), why=why)
    code = "no_host" if trouble.values.get("said") == "no_host" else trouble.code
    values = {"said": "-", "missing": "-", **{name: str(value) for name, value in trouble.values.items()}}
    return gettext(WORDS[code], label=door.label, **values)


def visit(door: Door) -> IdentityProvider:
    """One visit to the provider. Raises Trouble when its secret can't be opened."""
    return IdentityProvider(
        Client(door.issuer, door.client_id, _secret(door), door.group_claim, bool(door.groups)), hosts.settings()
    )


def send(
    door: Door,
    house_key: str,
    *,
    purpose: Purpose = Purpose.SIGN_IN,
    wanted: str = "",
    setup: str = "",
    person_id: UUID | None = None,
) -> str:
    """Where to send the browser. Raises Trouble."""
    provider, browser = visit(door), doors.browser_secret(make=True)
    provider.metadata()
    state = federation.begin(
        door, house_key, browser, purpose=purpose, wanted=wanted, setup=setup, person_id=person_id, now=clock.now()
    )
    return provider.address(
        doors.return_address(door, house_key),
        state=state,
        nonce=federation.nonce_of(state, browser),
        verifier=federation.verifier_of(state, browser),
    )


def arrive(door: Door, house_key: str, state: str) -> Errand:
    """The errand that this browser comes back from, used up. Raises Refused."""
    return federation.take(state, doors.browser_secret(), door, house_key, now=clock.now())


def redeem(door: Door, house_key: str, state: str, answer: Answer) -> Claims:
    """Who came back. Raises Trouble."""
    browser = doors.browser_secret()
    return visit(door).redeem(
        answer,
        doors.return_address(door, house_key),
        nonce=federation.nonce_of(state, browser),
        verifier=federation.verifier_of(state, browser),
        now=datetime.now(UTC),
    )


def proved_as() -> UUID | None:
    """Whose account somebody who is signed in here has lately proved to be his."""
    found = sessions.signed_in()
    return found.person.id if found and sign_in.is_fresh(found.row, now=clock.now()) else None


def after_password(door: Door) -> str:
    """Where on the platform the way to this provider begins for whoever has signed in with a password."""
    return url_for("account.sso.named", agency=door.agency.slug) if door.agency else url_for("account.sso.show")


RULES = ("domain", "group", "unverified")


def outcome_of(claims: Claims, reason: str, person: Person | None) -> dict[str, Any]:
    """What a try showed, for its page."""
    return {
        "subject": claims.subject,
        "email": claims.named_email,
        "verified": bool(claims.email),
        "groups": list(claims.groups)[:50],
        "reason": reason,
        "person": person.shown_name if person else None,
    }


def _secret(door: Door) -> str:
    if door.agency is None:
        return door.secret
    try:
        return Seal(hosts.settings()).open(door.secret)
    except SecretLost:
        raise Trouble("secret_lost") from None
