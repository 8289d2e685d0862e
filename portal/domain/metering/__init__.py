"""Usage in, each event once; used, excess, projection; entitlement; thresholds and alerts."""

from portal.domain.metering.actions import record
from portal.domain.metering.alerts import begin_month, check_agency, check_client
from portal.domain.metering.attention import Level, level_of
from portal.domain.metering.calculations import Excess, excess_of, projected, threshold_units
from portal.domain.metering.consume import Consumed, consume
from portal.domain.metering.digest import send_digest
from portal.domain.metering.entitlement import Entitlement, entitlement_of
from portal.domain.metering.forecasting import foresee, foreseen, is_coming
from portal.domain.metering.letters import tell, tell_foreseen
from portal.domain.metering.models import Alert, ClientStanding, DayFact, PeriodCounter, UsageEvent
from portal.domain.metering.notice_models import LimitForecast, LimitNotice
from portal.domain.metering.origins import Origins
from portal.domain.metering.queries import (
    Usage,
    days_of,
    keep_counters,
    open_alerts,
    usage_of,
    used_for_statement,
    used_in,
)
from portal.domain.metering.reading import (
    Day,
    EventsPage,
    Late,
    carried_into,
    course_of,
    events_of_day,
    late_of,
)
from portal.domain.metering.rebuilding import Difference, differences, rebuild
from portal.domain.metering.standing import Standing, passes_on, standing_of
from portal.domain.metering.values import BadEvent, Outcome, Rejection
from portal.domain.metering.watching import count_urgent, most_urgent, watched_among

__all__ = [
    "Alert",
    "BadEvent",
    "ClientStanding",
    "Consumed",
    "Day",
    "DayFact",
    "Difference",
    "Entitlement",
    "EventsPage",
    "Excess",
    "Late",
    "Level",
    "LimitForecast",
    "LimitNotice",
    "Origins",
    "Outcome",
    "PeriodCounter",
    "Rejection",
    "Standing",
    "Usage",
    "UsageEvent",
    "begin_month",
    "carried_into",
    "check_agency",
    "check_client",
    "consume",
    "count_urgent",
    "course_of",
    "days_of",
    "differences",
    "entitlement_of",
    "events_of_day",
    "excess_of",
    "foresee",
    "foreseen",
    "is_coming",
    "keep_counters",
    "late_of",
    "level_of",
    "most_urgent",
    "open_alerts",
    "passes_on",
    "projected",
    "rebuild",
    "record",
    "send_digest",
    "standing_of",
    "tell",
    "tell_foreseen",
    "threshold_units",
    "usage_of",
    "used_for_statement",
    "used_in",
    "watched_among",
]
