"""Usage in, each event once; used, excess, projection; entitlement; thresholds and alerts."""

from portal.domain.metering.actions import record
from portal.domain.metering.alerts import begin_month, check_agency, check_client
from portal.domain.metering.calculations import Excess, excess_of, projected, threshold_units
from portal.domain.metering.letters import Origins, tell
from portal.domain.metering.models import Alert, DayFact, PeriodCounter, UsageEvent
from portal.domain.metering.queries import (
    Usage,
    alerts_of_client,
    clients_to_watch,
    clients_with_alerts,
    days_of,
    keep_counters,
    open_alerts,
    usage_of,
    usage_of_clients,
    used_for_statement,
    used_in,
)
from portal.domain.metering.values import Event, Outcome, Rejection, parse_event

__all__ = [
    "Alert",
    "DayFact",
    "Event",
    "Excess",
    "Origins",
    "Outcome",
    "PeriodCounter",
    "Rejection",
    "Usage",
    "UsageEvent",
    "alerts_of_client",
    "begin_month",
    "check_agency",
    "check_client",
    "clients_to_watch",
    "clients_with_alerts",
    "days_of",
    "excess_of",
    "keep_counters",
    "open_alerts",
    "parse_event",
    "projected",
    "record",
    "tell",
    "threshold_units",
    "usage_of",
    "usage_of_clients",
    "used_for_statement",
    "used_in",
]
