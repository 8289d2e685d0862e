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

__all__ = [
    "Expected",
    "Forecast",
    "Matter",
    "MonthAhead",
    "MonthSum",
    "Outlook",
    "at_hand_of",
    "forecast_of",
    "matters_of",
    "months_ahead",
    "months_of",
    "outlook_of",
]
