"""Passkeys (WebAuthn): a key in the person's device, bound to the host, unlocked by finger, face or PIN."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.db import transaction
from portal.domain import texts
from portal.domain.accounts import Person, SignIn, ask_no_factor, digest
from portal.domain.errors import Invalid, NotFound
from portal.domain.sign_in import begun
from portal.domain.sign_in.entering import Entered, Visitor, enter
from portal.domain.sign_in.models import Begun, Passkey
from portal.domain.sign_in.news import tell, write_down

MOST_PASSKEYS, LONGEST_NAME, LONGEST_ANSWER = 20, 60, 20_000


@dataclass(frozen=True)
class Site:
    """Where passkeys are asked for: the host they are bound to, the origin of its pages, and its name."""

    host: str
    origin: str
    name: str


def passkeys_of(person: Person) -> list[Passkey]:
    return list(Passkey.select().where(Passkey.person == person).order_by(Passkey.created_at, Passkey.id))


def begin_passkey(session: SignIn, site: Site, *, now: datetime) -> tuple[str, str]:
    """A new key is to be made: the token of what was begun, and what the browser needs, as JSON.

    Raises Invalid when there are too many.
    """
    person = session.person
    held = passkeys_of(person)
    if len(held) >= MOST_PASSKEYS:
        raise Invalid({"credential": ("too_many_passkeys", {"most": MOST_PASSKEYS})})
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.shown_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential)) for row in held],
    )
    secret = bytes_to_base64url(options.challenge)
    token = begun.begin("passkey_new", session.house, person=person, secret=secret, now=now)
    return token, webauthn.options_to_json(options)


def add_passkey(session: SignIn, token: str, answer: str, site: Site, *, name: str, now: datetime) -> Passkey:
    """Keep the key that the device made. Raises Invalid at `credential` or `name`, NotFound when that is over."""
    person = session.person
    row = begun.held(token, "passkey_new", session.house, now=now)
    if row is None or row.person_id != person.id or not begun.take(row):
        raise NotFound("begun_over")
    name = texts.tidy(name)
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        raise Invalid({"name": problem})
    try:
        made = webauthn.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(row.secret),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Invalid({"credential": ("passkey_refused", {})}) from None
    return _keep(person, made.credential_id, made.credential_public_key, made.sign_count, answer, site, name, now)


def _keep(
    person: Person, key_id: bytes, public: bytes, signs: int, answer: str, site: Site, name: str, now: datetime
) -> Passkey:
    credential = bytes_to_base64url(key_id)
    with transaction():
        if Passkey.select().where(Passkey.credential_hash == digest(credential)).exists():
            raise Invalid({"credential": ("passkey_refused", {})})
        row = Passkey.create(
            person=person,
            credential_hash=digest(credential),
            credential=credential,
            public_key=bytes_to_base64url(public),
            signs=signs,
            transports=_transports(answer),
            host=site.host,
            name=name,
            created_at=now,
        )
        ask_no_factor(person)
        write_down("factor.added", person, now=now, factor="passkey", name=name)
        tell(person, "factor_added", now=now, factor="passkey", name=name)
    return row


def remove_passkey(person: Person, passkey_id: UUID, *, now: datetime) -> None:
    """Raises NotFound for what is not his."""
    row = Passkey.get_or_none((Passkey.id == passkey_id) & (Passkey.person == person))
    with transaction():
        if row is None or not Passkey.delete().where(Passkey.id == row.id).execute():
            raise NotFound
        write_down("factor.removed", person, now=now, factor="passkey", name=row.name)
        tell(person, "factor_removed", now=now, factor="passkey", name=row.name)


def ask_passkey(house: str, site: Site, *, half: Begun | None = None, now: datetime) -> tuple[str, str]:
    """A question to the device: the token of what was begun, and what the browser needs, as JSON.

    `half`: the sign-in that it finishes; without one the device says who it is.
    """
    held = passkeys_of(half.owner) if half else []
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential)) for row in held],
    )
    secret = bytes_to_base64url(options.challenge)
    token = begun.begin("passkey_in", house, person=half.person if half else None, secret=secret, now=now)
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
    key = _key_of(answer, house)
    if key is None or (row.person_id and row.person_id != key.person_id):
        raise wrong
    try:
        seen = webauthn.verify_authentication_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(row.secret),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.signs,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise wrong from None
    same = (Passkey.id == key.id) & (Passkey.signs == key.signs)
    if not Passkey.update(signs=seen.new_sign_count, used_at=now).where(same).execute():
        raise wrong
    return key


def _key_of(answer: str, house: str) -> Passkey | None:
    """The key that an answer names, its person loaded; of this house, and of nobody disabled."""
    try:
        named = json.loads(answer[:LONGEST_ANSWER])["id"]
    except (ValueError, TypeError, KeyError):
        return None
    found: Passkey | None = (
        Passkey.select(Passkey, Person)
        .join(Person)
        .where((Passkey.credential_hash == digest(str(named))) & (Person.house == house) & Person.disabled_at.is_null())
        .first()
    )
    return found


def _transports(answer: str) -> list[str]:
    said = json.loads(answer)["response"].get("transports") or []
    return [str(name)[:20] for name in said[:8]]
