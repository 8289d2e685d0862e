"""An agency's provider: set up, changed, removed, and the door that it opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portal.db import Lookup, transaction
from portal.domain import audit, texts
from portal.domain.accounts import Role, Staff, StaffMembership
from portal.domain.errors import Forbidden, Invalid
from portal.domain.federation.closing import end_sessions
from portal.domain.federation.models import Identity, Provider
from portal.domain.federation.values import Door, Use
from portal.domain.rights import Permission, stand
from portal.domain.tenants import Agency

Seal = Callable[[str], str]

MOST_RULES = 50
_LONGEST_LABEL, _LONGEST = 40, 500
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_CLAIM = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")


@dataclass(frozen=True)
class Wish:
    """A provider as the form has it. An empty `secret` keeps the one that is there, for the same issuer and client."""

    label: str
    issuer: str
    client_id: str
    secret: str
    domains: tuple[str, ...]
    groups: tuple[str, ...]
    group_claim: str
    contributors: Use
    staff: Use


def provider_of(agency: Agency) -> Provider | None:
    return _provider(agency.id.hex)


def door_of(agency: Agency, kind: Literal["contributors", "staff"]) -> Door | None:
    """The agency's provider, where people of that kind may come by it."""
    row = provider_of(agency)
    return _door(row, agency) if row and getattr(row, kind) != Use.OFF else None


def trial_door(agency: Agency) -> Door | None:
    """The agency's provider to be tried out, whoever may come by it."""
    row = provider_of(agency)
    return _door(row, agency) if row else None


def serves_any_staff() -> bool:
    """Whether the staff of some agency may come by a provider of its own."""
    return bool(Provider.select().where(Provider.staff != Use.OFF.value).exists())


def save(wish: Wish, *, by: Staff, seal: Seal, now: datetime) -> Provider:
    """Set the agency's provider up, or bring it to what is wished.

    Raises Invalid at the field; Forbidden where it decides, or would decide, who of the staff somebody is and `by` is
    no owner: whoever names the provider could come in as anybody of the staff.
    """
    with transaction():
        me = stand(by, Permission.PRICES)
        row = provider_of(by.agency)
        _guard(row, wish.staff, me)
        values = _checked(row, wish)
        proven_at = row.proven_at if row and not wish.secret else None  # another issuer or client has its own secret
        _check_use(wish, proven=proven_at is not None)
        values |= {"proven_at": proven_at, "changed_at": now}
        if wish.secret:
            values["secret"] = seal(wish.secret)
        if row is None:
            row = Provider.create(agency=by.agency, created_at=now, **values)
            _record("sso.set_up", row, by, now)
        else:
            changed = [name for name in values if name != "changed_at" and values[name] != getattr(row, name)]
            before = {"contributors": row.contributors, "staff": row.staff}
            Provider.update(**values).where(Provider.id == row.id).execute()
            row = Provider.get_by_id(row.id)
            end_sessions(row, before, now=now)
            _record("sso.changed", row, by, now, changed=sorted(changed), before=before)
    return row


def remove(*, by: Staff, now: datetime) -> None:
    """Forget the provider and who people are there. Everybody signs in by password again; twice changes nothing.

    Raises Forbidden as `save` does.
    """
    with transaction():
        me = stand(by, Permission.PRICES)
        row = provider_of(by.agency)
        if row is None:
            return
        _guard(row, Use.OFF, me)
        Provider.delete().where(Provider.id == row.id).execute()  # waits for whoever comes back at the moment
        Identity.delete().where(Identity.provider == str(by.agency.id)).execute()
        _record("sso.removed", row, by, now)


def renew_seals(renewed: Seal) -> int:
    """Seal every secret with the present key; how many had another one."""
    changed = 0
    for row in list(Provider.select()):
        secret = renewed(row.secret)
        if secret != row.secret:
            mine = (Provider.id == row.id) & (Provider.secret == row.secret)
            changed += Provider.update(secret=secret).where(mine).execute()
    return changed


def _guard(row: Provider | None, wished: Use, by: StaffMembership) -> None:
    touches_staff = wished != Use.OFF or (row is not None and row.staff != Use.OFF)
    if touches_staff and by.role != Role.OWNER:
        raise Forbidden("sso_owner_only")


def _checked(row: Provider | None, wish: Wish) -> dict[str, Any]:
    """The columns of the wish. Raises Invalid with everything that is wrong."""
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    label = texts.tidy(wish.label)
    if problem := texts.name_problem(label, most=_LONGEST_LABEL) if label else ("name_missing", {}):
        problems["label"] = problem
    if not re.fullmatch(r"https?://[!-~]+", wish.issuer) or re.search("[?#]", wish.issuer):
        problems["issuer"] = ("bad_issuer", {})
    if not re.fullmatch(rf"[ -~]{{1,{_LONGEST}}}", wish.client_id):
        problems["client_id"] = ("client_id_missing", {})
    if not (wish.secret or row) or not re.fullmatch(rf"[ -~]{{0,{_LONGEST}}}", wish.secret):
        problems["secret"] = ("client_secret_missing", {})
    elif row and not wish.secret and (row.issuer, row.client_id) != (wish.issuer, wish.client_id):
        problems["secret"] = ("client_secret_again", {})
    if len(wish.domains) > MOST_RULES or not all(_DOMAIN.fullmatch(domain) for domain in wish.domains):
        problems["domains"] = ("bad_domains", {"most": MOST_RULES})
    if len(wish.groups) > MOST_RULES or not all(0 < len(group) <= _LONGEST for group in wish.groups):
        problems["groups"] = ("bad_groups", {"most": MOST_RULES})
    if not _CLAIM.fullmatch(wish.group_claim):
        problems["group_claim"] = ("bad_claim", {})
    if problems:
        raise Invalid(problems)
    return {
        "label": label,
        "issuer": wish.issuer,
        "client_id": wish.client_id,
        "domains": list(wish.domains),
        "groups": list(wish.groups),
        "group_claim": wish.group_claim,
        "contributors": wish.contributors.value,
        "staff": wish.staff.value,
    }


def _check_use(wish: Wish, *, proven: bool) -> None:
    """Nobody is left with one way in that has never led anywhere."""
    uses = {"contributors": wish.contributors, "staff": wish.staff}
    if not proven and (unproven := [kind for kind, use in uses.items() if use == Use.ONLY]):
        raise Invalid({kind: ("sso_unproven", {}) for kind in unproven})


def _door(row: Provider, agency: Agency) -> Door:
    return Door(
        key=str(agency.id),
        agency=agency,
        label=row.label,
        issuer=row.issuer,
        client_id=row.client_id,
        secret=row.secret,
        domains=tuple(row.domains),
        groups=tuple(row.groups),
        group_claim=row.group_claim,
    )


def _record(action: str, row: Provider, by: Staff, now: datetime, **details: Any) -> None:
    audit.record(
        action,
        by=by.actor,
        now=now,
        agency_id=by.agency.id,
        subject=row.label,
        issuer=row.issuer,
        contributors=row.contributors,
        staff=row.staff,
        **details,
    )


_provider = Lookup(Provider, lambda agency: Provider.agency == agency)
