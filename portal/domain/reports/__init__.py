"""Reads over everything: the overview that greets an agency."""

from portal.domain.reports.queries import Matter, MonthSum, Outlook, matters_of, months_of, outlook_of

__all__ = ["Matter", "MonthSum", "Outlook", "matters_of", "months_of", "outlook_of"]
