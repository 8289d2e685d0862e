"""Reads over everything: the overview that greets an agency, and how a month should close."""

from portal.domain.reports.forecasts import Expected, Forecast, MonthAhead, forecast_of, months_ahead
from portal.domain.reports.outlooks import (
    Outlook,
    Rest,
    ask_daily,
    ask_for_outlook,
    outlook_of,
    refresh_outlook,
    stored_outlook,
)
from portal.domain.reports.prints import prints_of
from portal.domain.reports.queries import (
    Matter,
    MonthSum,
    at_hand_of,
    issued_months,
    matters_of,
)
from portal.domain.reports.usage_pages import (
    MonthSides,
    Price,
    ServiceMonth,
    Settled,
    first_month,
    limit_behind,
    month_of,
    months_of_service,
    price_behind,
    service_month,
    settled,
    sides_of,
)

__all__ = [
    "Expected",
    "Forecast",
    "Matter",
    "MonthAhead",
    "MonthSides",
    "MonthSum",
    "Outlook",
    "Price",
    "Rest",
    "ServiceMonth",
    "Settled",
    "ask_daily",
    "ask_for_outlook",
    "at_hand_of",
    "first_month",
    "forecast_of",
    "issued_months",
    "limit_behind",
    "matters_of",
    "month_of",
    "months_ahead",
    "months_of_service",
    "outlook_of",
    "price_behind",
    "prints_of",
    "refresh_outlook",
    "service_month",
    "settled",
    "sides_of",
    "stored_outlook",
]
