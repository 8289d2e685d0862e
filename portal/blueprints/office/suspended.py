"""What the agency's staff reads on every page of a back office that is closed to its people."""

from __future__ import annotations

from portal.domain.accounts import Member
from portal.formatting import day
from portal.languages import gettext as _
from portal.web.shell import Banner, banners_for


@banners_for(Member)
def closed(member: Member) -> list[Banner]:
    """Only staff come this far; the reason is for them."""
    for row in (member.client, member.app):
        if row.suspended_at:
            title = _(
                "%(name)s is suspended since %(day)s.", name=row.name, day=day(row.suspended_at, member.agency.timezone)
            )
            text = _("Its people can't sign in. What you change here is kept and shows once it goes on.")
            if row.suspended_because:
                text += " " + _("Reason: %(reason)s", reason=row.suspended_because)
            return [{"tone": "warn", "title": title, "text": text, "actions": []}]
    return []
