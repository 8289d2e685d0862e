from __future__ import annotations

from flask import Blueprint, render_template

from portal import clock
from portal.domain import accounts, rights, settings, tenants
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff

bp = Blueprint("settings", __name__, url_prefix="/settings")

_TERMS = ("tax_label", "tax_rate", "payee", "collects")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> str:
    agency, label = staff.agency, tenants.period_at(staff.agency, clock.now()).label
    return render_template(
        "agency/settings/index.html",
        agency=agency,
        staff=staff,
        terms={key: tenants.term(agency, key, label) for key in _TERMS},
        prices=[(service, *_price(agency, service.key, label)) for service in settings.metered_services()],
        licence_cost=settings.cost_of("licence", agency.currency, label),
        clients=accounts.count_clients(staff),
        may_cost=rights.staff_may(staff.role, Permission.COSTS),
        may_keys=rights.staff_may(staff.role, Permission.PRICES),
    )


def _price(agency: tenants.Agency, service: str, label: str) -> tuple[int | None, int]:
    """The agency's default price of a block, and what it costs."""
    price = tenants.term(agency, f"price:{service}:{agency.currency}", label)
    return price, settings.cost_of(service, agency.currency, label)
