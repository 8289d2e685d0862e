"""Mutants that change nothing anybody could notice, each with its reason: no test can catch them."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    'portal/web/access/stamps.py: without here is not None of here is not None and self.on in (here.kind, "both")': (
        "a host of nobody is answered with the one neutral page, whatever went wrong (portal/web/errors.py)"
    ),
    "portal/web/access/routes.py: without set() of rule.methods or set()": (
        "every rule of an application has its methods; that there may be none is only what its type says"
    ),
    "portal/domain/rights/viewing.py: without colleague of accounts.look_as(by.session, None) and colleague": (
        "no membership is ever deleted: whose session looks, looks as somebody; asked for the type checker"
    ),
}

_NARROWS = "it only narrows what is read: each mail is judged by its own moment, each line by its own address"
_AGAIN = "the action asks for the same right again, and refuses in the same way"
EQUIVALENT |= dict.fromkeys(
    (
        "portal/domain/invitations/actions.py: without Invitation.sent_at > since",
        "portal/domain/invitations/actions.py: >= for >: Invitation.sent_at > since",
        "portal/domain/invitations/many_judging.py: without Invitation.sent_at > since",
        "portal/domain/invitations/many_judging.py: >= for >: Invitation.sent_at > since",
        "portal/domain/invitations/many_judging.py: without Invitation.email.in_(list(emails))",
        "portal/domain/invitations/many_judging.py: without Person.email.in_(list(emails))",
        "portal/domain/invitations/many_judging.py: not filtered: if not problem",
        "portal/domain/invitations/queries.py: not filtered: if entry.app_id",
        "portal/domain/invitations/queries.py: without Invitation.email.in_([address for _, address in told])",
        "portal/domain/invitations/queries.py: without Invitation.app.in_([app for app, _ in told])",
    ),
    _NARROWS,
)
EQUIVALENT |= dict.fromkeys(
    (
        "portal/domain/invitations/team.py: without Invitation.revoked_at.is_null()",
        "portal/domain/invitations/team.py: without Invitation.accepted_at.is_null()",
        "portal/domain/invitations/team.py: without waiting",
        "portal/domain/invitations/voiding.py: without Invitation.revoked_at.is_null()",
        "portal/domain/invitations/voiding.py: without Invitation.accepted_at.is_null()",
        "portal/domain/invitations/voiding.py: without waiting",
    ),
    "it only narrows what is read: the list asks for the same once more, and what is taken back must still be open",
)
EQUIVALENT |= dict.fromkeys(
    (
        "portal/domain/invitations/reminding.py: without Contributor.ends_on >= today",
        "portal/domain/invitations/reminding.py: without Contributor.ended_at.is_null()",
    ),
    "it only narrows what is read: each is then asked whether he may come in, which nobody may who has ended",
)
EQUIVALENT |= {
    "portal/domain/invitations/listing.py: always: next((part for part in parts if part.holds(after or before)), None) "
    "if after or before …": "without an edge nobody is it: the question is only spared",
    "portal/domain/invitations/listing.py: >= for >: most > 0": "of no rows none are read, with or without asking",
    "portal/domain/invitations/listing.py: not filtered: if isinstance(row, Contributor)": (
        "the id of an invitation is nobody's membership: it is looked for, and not found"
    ),
    'portal/domain/invitations/standing.py: never: if invitation.inviter_kind != "contributor"': (
        "staff and a client's people have different accounts: an account of the staff is no member of any back office"
    ),
}
EQUIVALENT[
    "portal/domain/rights/queries.py: without s.boxes of s.boxes and (not facts[s.key][0] or facts[s.key][1] == hidden)"
] = "what has no box is always there: nobody can hide it"
EQUIVALENT["portal/domain/invitations/many.py: without waits"] = (
    "what was chosen waits; it is asked again for a list that is confirmed at this very moment"
)
_ACCOUNT = "portal/blueprints/account/"
EQUIVALENT |= dict.fromkeys(
    (
        f"{_ACCOUNT}authenticator.py: add: signed_in(owing=True) -> signed_in(owing=True, inside=True)",
        f"{_ACCOUNT}passkeys.py: add: signed_in(owing=True) -> signed_in(owing=True, inside=True)",
    ),
    "what it finishes was begun by the same session, at a page that is closed to staff inside",
)
_INVITE = "portal/blueprints/agency/staff_invitations.py: create: agency_staff(may=Permission.STAFF) -> "
_WITHDRAW = "portal/blueprints/agency/staff_ownership.py: withdraw: agency_staff(may=Permission.OWN) -> "
_SSO = "portal/blueprints/agency/sso.py: {0}: agency_staff(may=Permission.PRICES) -> agency_staff(may=Permission.{1})"
EQUIVALENT |= dict.fromkeys(
    (
        *(_SSO.format(view, may) for view in ("remove", "disconnect") for may in ("CLIENTS", "COSTS")),
        f"{_INVITE}agency_staff(may=Permission.CLIENTS)",
        f"{_INVITE}agency_staff(may=Permission.COSTS)",
        f"{_WITHDRAW}agency_staff(may=Permission.PRICES)",
    ),
    _AGAIN,
)
