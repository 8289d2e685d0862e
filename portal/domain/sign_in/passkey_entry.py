"""Coming in by a passkey: alone, or as the second half after a password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from portal.domain.accounts import Person, SignIn, digest, may_ask, new_token, note_proof
from portal.domain.errors import Invalid
from portal.domain.sign_in import answers, begun
from portal.domain.sign_in.entering import Entered, Visitor, enter
from portal.domain.sign_in.models import Begun, Passkey
from portal.domain.sign_in.passkeys import Site, passkeys_of

MOST_FROM_ONE_PLACE = 200
"""So many questions an hour: an office behind one address asks more than one person."""


def ask_passkey(
    house: str, site: Site, *, half: Begun | None = None, address: str = "", now: datetime
) -> tuple[str, str]:
    """A question to the device: the token of what was begun, and what the browser needs, as JSON.

    `half`: the sign-in that it finishes; without one the device says who it is. Of too many from one `address`
    no more is kept; they look like the others.
    """
    kept = may_ask("passkey", address, MOST_FROM_ONE_PLACE, now=now)
    return _ask("passkey_in", house, half.person if half else None, site, now, kept=kept)


def ask_again(session: SignIn, site: Site, *, now: datetime) -> tuple[str, str]:
    """The same question to somebody who is signed in and is to prove that it is still he."""
    return _ask("passkey_proof", session.house, session.person, site, now)


def prove_by_passkey(session: SignIn, token: str, answer: str, site: Site, *, now: datetime) -> None:
    """That it is still the same person, by a key of his. Raises Invalid at `credential`."""
    row = begun.held(token, "passkey_proof", session.house, now=now)
    if row is None or row.person_id != session.person_id or not begun.take(row):
        raise Invalid({"credential": ("passkey_over", {})})
    _answered(row, answer, site, session.person.house, now=now)
    note_proof(session, now=now)


def _ask(
    purpose: begun.Purpose, house: str, person: Person | None, site: Site, now: datetime, *, kept: bool = True
) -> tuple[str, str]:
    held = passkeys_of(person) if person else []
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential)) for row in held],
    )
    secret = bytes_to_base64url(options.challenge)
    token = begun.begin(purpose, house, person=person, secret=secret, now=now) if kept else new_token()
    return token, webauthn.options_to_json(options)


def by_passkey(
    token: str,
    answer: str,
    house: str,
    site: Site,
    *,
    admits: Callable[[Person], bool] = lambda _person: True,
    visitor: Visitor,
    now: datetime,
) -> Entered:
    """Sign in with a key of this house; it counts for password and second factor in one, for it asked for the person.

    `admits` may refuse a person whom another way in is meant for. Raises Invalid with one and the same words whatever
    is wrong.
    """
    row = begun.held(token, "passkey_in", house, now=now)
    if row is None or not begun.take(row):
        raise Invalid({"credential": ("passkey_over", {})})
    key = _answered(row, answer, site, house, now=now)
    if not admits(key.person):
        raise Invalid({"credential": ("passkey_wrong", {})})
    return enter(key.person, house, strong=True, visitor=visitor, now=now)


def _answered(row: Begun, answer: str, site: Site, house: str, *, now: datetime) -> Passkey:
    """The key that signed the challenge. Raises Invalid."""
    wrong = Invalid({"credential": ("passkey_wrong", {})})
    said = answers.read(answer)
    key = _key_of(said["id"], house) if said else None
    if said is None or key is None or (row.person_id and row.person_id != key.person_id):
        raise wrong
    try:
        seen = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(row.secret),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.signs,
            require_user_verification=True,
        )
    except answers.STRANGE:
        raise wrong from None
    same = (Passkey.id == key.id) & (Passkey.signs == key.signs)
    if not Passkey.update(signs=seen.new_sign_count, used_at=now).where(same).execute():
        raise wrong
    return key


def _key_of(named: str, house: str) -> Passkey | None:
    """The key that an answer names, its person loaded; of this house, and of nobody disabled."""
    found: Passkey | None = (
        Passkey.select(Passkey, Person)
        .join(Person)
        .where((Passkey.credential_hash == digest(named)) & (Person.house == house) & Person.disabled_at.is_null())
        .first()
    )
    return found
