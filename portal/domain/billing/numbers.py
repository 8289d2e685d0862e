from __future__ import annotations

from portal.db import locked
from portal.domain.billing.models import NumberSeries
from portal.domain.tenants import Agency


def take_number(agency: Agency, series: str, label: str) -> str:
    """The next number of a series, `AUR-2026-000004`; `series` is "" for clients, "A" for the agency's own.

    Must run inside the issuing transaction: a rollback gives the number back, so there are no gaps.
    """
    year = int(label[:4])
    NumberSeries.insert(
        **NumberSeries(agency=agency, series=series, year=year, last=0).__data__
    ).on_conflict_ignore().execute()
    row = locked(
        NumberSeries.select().where(
            (NumberSeries.agency == agency) & (NumberSeries.series == series) & (NumberSeries.year == year)
        )
    ).get()
    NumberSeries.update(last=row.last + 1).where(NumberSeries.id == row.id).execute()
    middle = f"-{series}" if series else ""
    return f"{agency.prefix}{middle}-{year}-{row.last + 1:06d}"
