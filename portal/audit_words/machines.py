"""Credentials of the API, webhooks and mail servers."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

_ROTATED = N_("%(who)s gave the webhook endpoint %(what)s a new secret")

WORDS = {
    "credential.created": Words("key", "machines", N_("%(who)s made the API credential %(what)s")),
    "credential.revoked": Words("key", "machines", N_("%(who)s revoked the API credential %(what)s")),
    "credential.rotated": Words("key", "machines", N_("%(who)s gave the API credential %(what)s a new secret")),
    "credential.taken_over": Words("key", "machines", N_("%(who)s took over the API credential %(what)s")),
    "sender.saved": Words("mail", "agency", N_("%(who)s entered the mail server %(server)s for %(what)s")),
    "sender.tried": Words("mail", "agency", N_("%(who)s sent a test message by the mail server %(server)s")),
    "sender.used": Words("mail", "agency", N_("%(who)s put the mail server %(server)s to use for %(what)s")),
    "sender.unused": Words("mail", "agency", N_("%(who)s lets e-mails leave by the portal instead of %(server)s")),
    "sender.removed": Words("mail", "agency", N_("%(who)s removed the mail server %(server)s of %(what)s")),
    "webhook.added": Words("webhook", "machines", N_("%(who)s added the webhook endpoint %(what)s")),
    "webhook.changed": Words("webhook", "machines", N_("%(who)s changed the webhook endpoint %(what)s")),
    "webhook.deleted": Words("webhook", "machines", N_("%(who)s deleted the webhook endpoint %(what)s")),
    "webhook.paused": Words("webhook", "machines", N_("%(who)s paused the webhook endpoint %(what)s")),
    "webhook.resumed": Words("webhook", "machines", N_("%(who)s resumed the webhook endpoint %(what)s")),
    "webhook.replayed": Words("webhook", "machines", N_("%(who)s sent an event to %(what)s again")),
    "webhook.secret_rotated": Words(
        "webhook", "machines", N_("%(who)s gave the webhook endpoint %(what)s a new secret")
    ),
    "webhook.tested": Words("webhook", "machines", N_("%(who)s sent a test to %(what)s")),
}
