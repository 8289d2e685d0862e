"""Which pages of the agency's host were not seen: each has a reason here, or the scan has a hole."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask import Flask

from portal.web.access import On, stamp_of

UNSEEN = {
    "brand.preview.": "what the agency's staff see of a brand before it is published, by a token of a few minutes",
    "well_known.host_proof.show": "asked by the portal itself, while a name is being proved",
    "health.tls_ask.show": "asked by the front server, which gets yes or no",
    "office.help.": "online help, which nobody holds at the moment",
    "office.marks.show": "the vendor's mark, for who holds a badged section; nobody does at the moment",
    "office.support.": "direct support, or a conversation with it, which nobody holds or has at the moment",
    "office.team.seal": "the seal of a rights form; nobody on the team can be managed by anybody else",
    "account.start.index": "leads on to another page, always",
    "account.apps.index": "the choice of somebody with several apps; nobody here has more than one",
    "account.authenticator.index": "the secret of an app for codes, which is made when its owner asks for it",
    "account.fresh.index": "asked of somebody who proved long ago who he is",
    "account.recovery.index": "codes of somebody with a second factor",
    "office.team_rights.show": "the rights of a colleague; nobody on the team can be managed by anybody else",
    "office.statements.index": "statements are offered under the client's own card",
    "account.sso.callback": "only a provider of identities sends people there, and it answers with a redirect",
    "account.second_step.show": "asked between password and second factor, which the scan has neither of",
    "account.enter.show": "for the agency's own staff, on their way in",
    "account.strength.show": "a fragment about a password that is being typed",
    "office.team_many.progress": "asked while a list of people is being invited",
    "office.team_many.show": "a list of people who are being invited; nobody invites one at the moment",
    "office.offers.show": "an offer of the agency before a locked section; nothing is locked at the moment",
    "office.statements.show": "a statement; none is issued yet",
    "office.statements.pdf": "a statement; none is issued yet",
    "office.menus.category": "a category of the menu; there is none yet",
    "office.menus.dish": "a dish; there is none yet",
    "office.menus.new_dish": "a dish; there is no category yet",
}
"""Pages, or whole modules of them, that a scan may not come to. What is seen after all is judged like any other."""

AGENCY: tuple[On, ...] = ("agency", "both", "any")


def unseen(app: Flask, seen: Collection[str]) -> Iterator[tuple[str, str]]:
    """Every page of an agency's host that nobody came to, with its reason; an empty reason is a hole."""
    told: set[str] = set()
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app.view_functions[rule.endpoint])
        is_here = stamp is not None and stamp.on in AGENCY
        if is_here and "GET" in (rule.methods or ()) and rule.endpoint not in {*seen, *told}:
            told.add(rule.endpoint)
            folder = rule.endpoint.rpartition(".")[0] + "."
            yield rule.endpoint, UNSEEN.get(rule.endpoint) or UNSEEN.get(folder, "")
