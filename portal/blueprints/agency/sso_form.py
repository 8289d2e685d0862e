"""The provider's form: what it shows, and what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.domain.errors import DomainError
from portal.domain.federation import Provider, Use, Wish
from portal.gateways.egress import Egress
from portal.gateways.targets import AddressRefused
from portal.languages import N_, Text, gettext
from portal.web import hosts
from portal.web.forms import FormState

FIELDS = ("label", "issuer", "client_id", "domains", "groups", "group_claim", "contributors", "staff")
REASONS: dict[str, Text] = {
    "domain": N_("The address is of none of the domains that you let in."),
    "group": N_("None of the groups that you let in is among those of this person."),
    "unverified": N_("The provider does not say that it has verified the address, so nobody is found by it."),
    "unknown": N_("Nobody of your staff has this address. Whoever has none is not let in, and gets no account by it."),
    "disabled": N_("The account with this address is switched off."),
    "other_subject": N_("The account with this address is connected with somebody else at the provider."),
}


def stored(provider: Provider | None) -> FormState:
    if provider is None:
        return FormState({"group_claim": "groups", "contributors": Use.OFF.value, "staff": Use.OFF.value})
    values = {name: getattr(provider, name) for name in FIELDS}
    return FormState(values | {name: "\n".join(values[name]) for name in ("domains", "groups")})


def typed(form: Mapping[str, str]) -> FormState:
    """What was posted but the secret, which is not shown again."""
    return FormState.typed(form, *FIELDS)


def wish_of(form: FormState, *, secret: str) -> Wish:
    """The provider as typed. Raises Invalid where nothing would ever be asked of its address."""
    uses = {kind: form.choice(kind, list(Use)) for kind in ("contributors", "staff")}
    try:
        Egress(hosts.settings()).check(form.text("issuer"))
    except AddressRefused as refused:
        form.note("issuer", refused.code, **refused.values)
    form.check()
    return Wish(
        label=form.text("label"),
        issuer=form.text("issuer"),
        client_id=form.text("client_id"),
        secret=secret.strip(),
        domains=tuple(
            dict.fromkeys(name.lower().lstrip("@") for name in re.split(r"[\s,;]+", form.text("domains")) if name)
        ),
        groups=tuple(dict.fromkeys(line.strip() for line in form.text("groups").splitlines() if line.strip())),
        group_claim=form.text("group_claim") or "groups",
        contributors=Use(uses["contributors"] or Use.OFF),
        staff=Use(uses["staff"] or Use.OFF),
    )


def refused(form: FormState, error: DomainError, *, secret: str) -> FormState:
    """What was typed, with what is wrong: a secret is not shown again, so it must be said that it is to be retyped."""
    form.take(error)
    if secret:
        form.note("secret", "client_secret_retype")
    return form


def uses(*, proven: bool) -> list[tuple[str, str, str]]:
    """How people may come in, each with its consequence, for radio cards."""
    later = "" if proven else " " + gettext("Try it out first.")
    return [
        (Use.OFF.value, gettext("Off"), gettext("They sign in with a password")),
        (Use.OFFERED.value, gettext("Optional"), gettext("Password or provider, as they like")),
        (
            Use.ONLY.value,
            gettext("Required (no passwords)"),
            gettext("Passwords open nothing any more, and everybody signs in anew.") + later,
        ),
    ]
