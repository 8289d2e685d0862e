"""Pages behind mailed links, of an agency that has nobody to send them."""

from __future__ import annotations

from types import SimpleNamespace

from portal.domain import accounts, tenants
from portal.domain.accounts import Member, Role
from portal.scan.links import mailed
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff


def paths_of(member: Member) -> list[str]:
    return mailed(SimpleNamespace(ask=lambda path: path.rpartition("/")[0]), member, now=NOW)


def test_an_agency_without_an_owner_is_looked_at_without_invitations(database):
    agency = make_agency("aurora", "Aurora")
    app = make_app(make_client(agency))
    row = make_contributor(app)
    app = tenants.apps_of_agency(agency)[0]
    app.agency = app.client.agency = agency
    member = Member(row.person, agency, app, row)
    assert not accounts.owners_of(agency)
    without = paths_of(member)

    make_staff(Role.OWNER, agency)

    invited = [path for path in paths_of(member) if path not in without]
    assert "/account/address" in without and len(invited) == 1
