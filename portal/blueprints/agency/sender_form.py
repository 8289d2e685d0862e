"""The form of an agency's mail server: what it shows, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.sending import Sender, Wish
from portal.gateways import smtp_own
from portal.gateways.egress import Egress
from portal.gateways.smtp_own import Server
from portal.gateways.targets import AddressRefused
from portal.languages import gettext as _
from portal.web import hosts
from portal.web.forms import FormState

FIELDS = ("host", "port", "security", "username", "from_address", "selector")
_AT = {"address_port": "port"}


def stored(sender: Sender | None) -> FormState:
    if sender is None:
        return FormState({"port": "587", "security": "starttls"})
    return FormState({name: getattr(sender, name) for name in FIELDS})


def typed(form: Mapping[str, str]) -> FormState:
    """What was posted but the password, which is not shown again."""
    return FormState.typed(form, *FIELDS)


def wish_of(form: FormState, *, password: str) -> Wish:
    """The server as typed. Raises Invalid where nothing would ever be sent to it."""
    port = form.whole("port", least=1, most=65535)
    host = form.text("host").lower().removesuffix(".")
    try:
        smtp_own.check(Server(host, port or 587, form.text("security")), Egress(hosts.settings()))
    except AddressRefused as refused:
        form.note(_AT.get(refused.code, "host"), f"mail_{refused.code}", **refused.values)
    form.check()
    return Wish(
        host=host,
        port=port,
        security=form.text("security"),
        username=form.text("username"),
        password=password,
        from_address=form.text("from_address"),
        selector=form.text("selector"),
    )


def securities() -> list[tuple[str, str, str]]:
    """How the connection is encrypted, each with where it is met, for radio cards."""
    return [
        ("starttls", _("STARTTLS"), _("Usual with port 587")),
        ("tls", _("TLS from the start"), _("Usual with port 465")),
    ]
