"""Passkeys (WebAuthn): a key in the person's device, bound to the host, unlocked by finger, face or PIN."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from portal.db import lock_row, transaction
from portal.domain import texts
from portal.domain.accounts import Person, SignIn, ask_no_factor, digest
from portal.domain.errors import Invalid, NotFound
from portal.domain.sign_in import answers, begun
from portal.domain.sign_in.models import Passkey
from portal.domain.sign_in.news import tell, write_down
from portal.domain.sign_in.recovery import go_with_the_last

MOST_PASSKEYS, LONGEST_NAME = 20, 60


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
    said = answers.read(answer)
    if said is None:
        raise Invalid({"credential": ("passkey_refused", {})})
    try:
        made = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=base64url_to_bytes(row.secret),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except answers.STRANGE:
        raise Invalid({"credential": ("passkey_refused", {})}) from None
    ways = answers.transports_of(said)
    return _keep(session, made, ways, site, name, now)


def _keep(
    session: SignIn, made: VerifiedRegistration, ways: list[str], site: Site, name: str, now: datetime
) -> Passkey:
    person, credential = session.person, bytes_to_base64url(made.credential_id)
    with transaction():
        lock_row(Person, person.id.hex)
        if Passkey.select().where(Passkey.credential_hash == digest(credential)).exists():
            raise Invalid({"credential": ("passkey_refused", {})})
        row = Passkey.create(
            person=person,
            credential_hash=digest(credential),
            credential=credential,
            public_key=bytes_to_base64url(made.credential_public_key),
            signs=made.sign_count,
            transports=ways,
            host=site.host,
            name=name,
            created_at=now,
        )
        begun.forget(person)
        ask_no_factor(session, now=now)
        write_down("factor.added", person, now=now, factor="passkey", name=name)
        tell(person, "factor_added", now=now, factor="passkey", name=name)
    return row


def remove_passkey(person: Person, passkey_id: UUID, *, now: datetime) -> None:
    """Raises NotFound for what is not his."""
    row = Passkey.get_or_none((Passkey.id == passkey_id) & (Passkey.person == person))
    with transaction():
        lock_row(Person, person.id.hex)
        if row is None or not Passkey.delete().where(Passkey.id == row.id).execute():
            raise NotFound
        go_with_the_last(person)
        write_down("factor.removed", person, now=now, factor="passkey", name=row.name)
        tell(person, "factor_removed", now=now, factor="passkey", name=row.name)
