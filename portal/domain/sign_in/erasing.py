"""What signing in has waiting of a person who is erased."""

from __future__ import annotations

from collections.abc import Collection

from portal.domain import mail, outbox
from portal.domain.accounts import Person
from portal.domain.sign_in.models import MailedLink


def forget_wishes(person: Person, emails: Collection[str]) -> None:
    """A new password or address that was asked for, and attacks to tell of, go with the account.

    `emails`: what it was known by. So do letters about it to whatever address, such as one that was never confirmed.
    """
    accounts = {f"{person.house}|{email}" for email in emails}
    for message in outbox.unfinished("sign_in."):
        told = message.payload
        if accounts & {told.get("account"), f"{told.get('house')}|{told.get('email') or told.get('old')}"}:
            outbox.drop(message)
    for letter in ("address_confirm", "password_reset", "sign_in_news"):
        mail.forget_about(letter, person.id.hex)
    MailedLink.delete().where(MailedLink.person == person).execute()
