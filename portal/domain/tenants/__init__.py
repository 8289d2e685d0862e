"""The operator, agencies, clients and apps: who there is, where they live, and since when."""

from portal.domain.tenants.actions import (
    add_client,
    create_agency,
    create_app,
    create_operator,
    note_alert,
    note_card,
    rename_app,
    set_alert_at,
    set_client_access,
)
from portal.domain.tenants.catalogue import Payee
from portal.domain.tenants.details import change_client
from portal.domain.tenants.models import Agency, App, Client, Operator, Period
from portal.domain.tenants.periods import ensure_period, period_at, period_labelled
from portal.domain.tenants.queries import (
    agencies,
    agency_by_id,
    agency_by_slug,
    any_client,
    app_by_slug,
    app_of_client,
    apps_of_agency,
    apps_of_client,
    client_by_id,
    client_by_slug,
    clients_of,
    keep_apps,
    page_of_clients_by_id,
    the_operator,
)
from portal.domain.tenants.search import MOST_CANDIDATES, SHORTEST, candidates, liked, search_is_indexed, text_of
from portal.domain.tenants.slugs import is_slug, slug_from, sort_name
from portal.domain.tenants.suspension import LONGEST_REASON, set_app_suspended, set_client_suspended
from portal.domain.tenants.terms import (
    keep_terms,
    set_term,
    term,
    terms_from_next,
)
from portal.domain.tenants.turning import clients_to_turn

__all__ = [
    "LONGEST_REASON",
    "MOST_CANDIDATES",
    "SHORTEST",
    "Agency",
    "App",
    "Client",
    "Operator",
    "Payee",
    "Period",
    "add_client",
    "agencies",
    "agency_by_id",
    "agency_by_slug",
    "any_client",
    "app_by_slug",
    "app_of_client",
    "apps_of_agency",
    "apps_of_client",
    "candidates",
    "change_client",
    "client_by_id",
    "client_by_slug",
    "clients_of",
    "clients_to_turn",
    "create_agency",
    "create_app",
    "create_operator",
    "ensure_period",
    "is_slug",
    "keep_apps",
    "keep_terms",
    "liked",
    "note_alert",
    "note_card",
    "page_of_clients_by_id",
    "period_at",
    "period_labelled",
    "rename_app",
    "search_is_indexed",
    "set_alert_at",
    "set_app_suspended",
    "set_client_access",
    "set_client_suspended",
    "set_term",
    "slug_from",
    "sort_name",
    "term",
    "terms_from_next",
    "text_of",
    "the_operator",
]
