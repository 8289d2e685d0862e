"""One test message by an agency's own mail server, to whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from portal import rendering, sender_words
from portal.domain.accounts import Staff
from portal.domain.sending import Sender
from portal.gateways import smtp_own
from portal.gateways.egress import Egress
from portal.gateways.signing import Seal, SecretLost
from portal.gateways.smtp import Outgoing, Permanent, Temporary
from portal.gateways.smtp_own import Server, ServerTrouble
from portal.web import hosts
from portal.web.brand import brand_of


@dataclass(frozen=True)
class Outcome:
    """`trouble` in words, "" when it went well; `said`: what the server answered, in its own."""

    trouble: str = ""
    said: str = ""

    @property
    def went_well(self) -> bool:
        return not self.trouble


def send(sender: Sender, staff: Staff) -> Outcome:
    """Send it now: the person waits for the answer of the server."""
    settings = hosts.settings()
    try:
        password = Seal(settings).open(sender.password) if sender.password else ""
        server = Server(sender.host, sender.port, sender.security, sender.username, password)
        smtp_own.deliver(_message(sender, staff), server, Egress(settings))
    except SecretLost:
        return Outcome(sender_words.trouble("secret_lost"))
    except ServerTrouble as trouble:
        return Outcome(sender_words.trouble(trouble.code), trouble.said)
    except (Temporary, Permanent) as refused:
        return Outcome(sender_words.trouble("recipient_refused"), str(refused))
    return Outcome()


def _message(sender: Sender, staff: Staff) -> Outgoing:
    brand, person = brand_of(staff.agency), staff.person
    letter = rendering.render_letter("sender_test", brand, person.language, {"server": sender.host})
    return Outgoing(
        to=person.email,
        to_name=person.name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        images=letter.images,
        from_address=sender.from_address,
        from_name=brand.sender_name,
        reply_to=brand.contact,
        message_id_domain=sender.domain,
    )
