"""Reads over everything: the overview that greets an agency, and how a month should close."""

from portal.domain.reports.forecasts import Expected, Forecast, MonthAhead, forecast_of, months_ahead
from portal.domain.reports.queries import (
    Matter,
    MonthSum,
    Outlook,
    at_hand_of,
    matters_of,
    months_of,
    outlook_of,
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
    "ServiceMonth",
    "Settled",
    "at_hand_of",
    "first_month",
    "forecast_of",
    "limit_behind",
    "matters_of",
    "month_of",
    "months_ahead",
    "months_of",
    "months_of_service",
    "outlook_of",
    "price_behind",
    "service_month",
    "settled",
    "sides_of",
]
