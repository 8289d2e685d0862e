"""What the page of an agency's own domain shows."""

from __future__ import annotations

from flask import render_template

from portal.domain import federation, hosts
from portal.domain.accounts import Staff
from portal.domain.federation import Use
from portal.domain.hosts import State
from portal.domain.tenants import Agency
from portal.languages import N_, Text
from portal.languages import gettext as _
from portal.web.forms import FormState
from portal.web.hosts import settings, sub_domain_of

TROUBLES: dict[str, Text] = {
    "no_name": N_("The TXT record is not there yet. Name servers may take up to a day to show a new one."),
    "no_record": N_("The TXT record is not there yet. Name servers may take up to a day to show a new one."),
    "proof_wrong": N_("There is a TXT record with another value. Copy the value once more, whole."),
    "timeout": N_("The name servers of the domain did not answer in time. Check again in a few minutes."),
    "failed": N_("The name servers of the domain gave no answer that could be used. Ask whoever manages the domain."),
    "taken": N_("Another agency uses this domain at the moment. Have it given up there first, or choose another one."),
    "probe_no_host": N_("It is proven, but the name leads nowhere yet. Make the second record."),
    "probe_elsewhere": N_("It is proven, but another server answers. Let the second record lead here alone."),
    "probe_address": N_(
        "It is proven, but the name leads into a private network. Let the second record lead here alone."
    ),
    "probe_no_connection": N_("It is proven, but where the name leads nobody answers. Check the second record."),
    "probe_timeout": N_(
        "It is proven, but nobody answered there in time. The first certificate takes a moment: check again in a "
        "minute."
    ),
    "probe_no_tls": N_(
        "It is proven, but there is no good certificate for it yet. It is made at the first visit: check again in a "
        "minute."
    ),
    "probe_broken": N_("It is proven, but the answer broke off. Check again in a few minutes."),
}
WHEN: dict[int, Text] = {
    0: N_("At once"),
    1: N_("In a day"),
    3: N_("In three days"),
    7: N_("In a week"),
}


def page(staff: Staff, form: FormState) -> str:
    row = hosts.own_host_of(staff.agency)
    present = staff.agency.own_host or sub_domain_of(staff.agency)
    is_active = row is not None and row.state == State.ACTIVE
    target = sub_domain_of(staff.agency) if row is None or is_active else row.host
    keys = hosts.count_passkeys(staff.agency, but=target) if row else 0
    return render_template(
        "agency/domains/index.html",
        form=form,
        own=row,
        agency=staff.agency,
        present=present,
        sub_domain=sub_domain_of(staff.agency),
        addresses=[text for text in settings().public_addresses.split(",") if text],
        trouble=TROUBLES.get(row.trouble) if row else None,
        passkeys=keys,
        when=[(days, _(words)) for days, words in WHEN.items() if days or is_active or not keys],
        sso=_has_provider(staff.agency),
    )


def _has_provider(agency: Agency) -> bool:
    provider = federation.provider_of(agency)
    return provider is not None and provider.contributors != Use.OFF
