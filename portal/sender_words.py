"""What came of speaking with a mail server, and what the DNS says of a domain: in words, for letters and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.languages import N_, Text
from portal.languages import gettext as _

TROUBLES: dict[str, Text] = {
    "address_host": N_("The name of the server is none. Write it in full, as your mail provider gives it."),
    "address_port": N_("The server is asked on another port. Use 587, 465, 2525 or 25."),
    "address_private": N_("The server lies in a private network, where nothing is sent. Use its public name."),
    "no_host": N_("Nobody knows a server of this name. Check how it is spelled."),
    "no_connection": N_("The server takes no connection on this port. Ask your mail provider for host and port."),
    "timeout": N_("The server did not answer in time. Check host and port, or try again later."),
    "no_starttls": N_("The server offers no encryption on this port. Use port 465 with TLS from the start."),
    "no_tls": N_("The encrypted connection failed. With port 465 choose TLS from the start, with 587 STARTTLS."),
    "bad_certificate": N_("The certificate of the server is not good for this name. Use the name your provider gives."),
    "login_refused": N_(
        "The server refused user or password. Enter them again; some providers want a key made for it."
    ),
    "login_not_offered": N_("The server wants no sign-in on this port. Use another port, or leave the user blank."),
    "sender_refused": N_("The server does not send for this address. Confirm the address with your mail provider."),
    "letter_refused": N_(
        "The server refused the e-mail itself, as one does that may not send this way. Ask your mail provider, and "
        "tell them the server's own words."
    ),
    "secret_lost": N_("The password can't be opened any more. Enter it again."),
    "broken": N_("The server broke off. Try again; if it stays so, ask your mail provider."),
    "recipient_refused": N_("The server did not take your own address as recipient. Ask your mail provider why."),
}

KINDS: dict[str, Text] = {
    "spf": N_("Who may send for the domain (SPF)"),
    "dkim": N_("The signature on each e-mail (DKIM)"),
    "dmarc": N_("What happens to forged e-mails (DMARC)"),
}

FINDINGS: dict[str, Text] = {
    "no_answer": N_("The name servers did not answer. Look again in a few minutes."),
    "spf_none": N_(
        "There is no SPF record, so receivers can't tell your e-mails from forged ones. Your mail provider names "
        "the TXT record to add; it begins with v=spf1."
    ),
    "spf_several": N_("There are several SPF records, and receivers then trust none. Put them together into one."),
    "spf_unreadable": N_("Receivers can't read the part %(term)s. Correct it."),
    "spf_lookups": N_(
        "Receivers would have to ask %(n)s times and stop after %(most)s, so the record counts as broken. Remove "
        "providers you don't use any more."
    ),
    "spf_open": N_("The record allows everybody to send in your name. Let it end with ~all or -all."),
    "spf_neutral": N_("The record says nothing about everybody else. Let it end with ~all or -all."),
    "spf_good": N_("Only those may send: %(allowed)s. Make sure that your mail provider is one of them."),
    "dkim_none": N_(
        "There is no key of this name. Your mail provider names the record to add, or another selector to enter above."
    ),
    "dkim_unnamed": N_(
        "No key was found under the usual names (%(tried)s). Ask your mail provider for the selector and enter it "
        "above."
    ),
    "dkim_several": N_("There are several keys under this name. Leave only the one of your mail provider."),
    "dkim_revoked": N_("The key was withdrawn: the record is empty. Add the one that your mail provider gives."),
    "dkim_unreadable": N_("The key can't be read. Copy the record from your mail provider once more, whole."),
    "dkim_short": N_("The key is shorter than 2048 bits, which some receivers no longer take. Make a new one."),
    "dkim_trial": N_("The key is marked as a trial (t=y), so receivers may ignore it. Remove the mark."),
    "dkim_good": N_("The key is there. Your mail provider signs with it."),
    "dmarc_none": N_(
        "There is no DMARC record, and large mailboxes ask for one. Begin with v=DMARC1; p=none and tighten it later."
    ),
    "dmarc_several": N_("There are several DMARC records, and receivers then follow none. Leave one."),
    "dmarc_unreadable": N_("The policy can't be read. The record needs p=none, p=quarantine or p=reject."),
    "dmarc_watching": N_("Forged e-mails are let through and only reported. Once all is well, set p=quarantine."),
    "dmarc_partly": N_("The policy holds for %(percent)s%% of forged e-mails. Raise pct to 100 once all is well."),
    "dmarc_quarantine": N_("Forged e-mails go to the spam folder."),
    "dmarc_reject": N_("Forged e-mails are refused."),
}


def trouble(code: str) -> str:
    """What went wrong with a server, and what to do."""
    return _(TROUBLES.get(code, TROUBLES["broken"]))


def finding(found: Mapping[str, Any]) -> str:
    """What the DNS said, and what to do. `found` as `sending.Finding` is kept."""
    values = {name: value for name, value in found["values"].items() if name != "allowed"}
    allowed = found["values"].get("allowed")
    if allowed is not None:
        values["allowed"] = ", ".join(allowed) or _("nobody named")
    text = FINDINGS[found["code"]]
    return _(text, **values)
