"""Credentials of the API and webhooks."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

_ROTATED = N_("%(who)s gave the webhook endpoint %(what)s a new secret")

WORDS = {
    "credential.created": Words("key", "machines", N_("%(who)s made the API credential %(what)s")),
    "credential.revoked": Words("key", "machines", N_("%(who)s revoked the API credential %(what)s")),
    "credential.rotated": Words("key", "machines", N_("%(who)s gave the API credential %(what)s a new secret")),
    "credential.taken_over": Words("key", "machines", N_("%(who)s took over the API credential %(what)s")),
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
