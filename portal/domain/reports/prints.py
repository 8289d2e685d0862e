"""One short print for everything that a client's month is computed from: as long as it is the same, so is the month."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.db import fields_of, key_of, rows_of
from portal.domain.tenants import Agency, Client, period_at, the_operator

# Everything that `at_hand_of` reads. What is never edited is named by its id alone.
_READ = f"""
SELECT c.id, json_build_array({", ".join(f"c.{field.column_name}" for field in fields_of(Client))})::text,
       (SELECT json_agg(l.id)::text FROM limit_version l WHERE l.client_id = c.id AND l.in_force),
       (SELECT json_agg(json_build_array(u.service, u.period, u.used, u.current))::text
          FROM period_counter u WHERE u.client_id = c.id),
       (SELECT json_agg(json_build_array(t.key, t.from_label, t.value))::text FROM term t WHERE t.owner = c.id),
       (SELECT json_agg(json_build_array(a.id, a.name, a.suspended_at))::text FROM app a WHERE a.client_id = c.id),
       (SELECT json_agg(json_build_array(s.id, s.name, s.price, s.first_on, s.ended_on))::text
          FROM sold_service s WHERE s.client_id = c.id),
       (SELECT json_agg(i.id)::text FROM statement i WHERE i.client_id = c.id AND i.audience = 'client'),
       (SELECT json_agg(f.id)::text FROM limit_forecast f WHERE f.client_id = c.id)
  FROM client c WHERE c.id IN ?ids
"""
_OF_THE_HOUSE = "SELECT owner, key, from_label, value FROM term WHERE owner IN ?ids ORDER BY id"


def prints_of(agency: Agency, clients: Sequence[UUID], *, now: datetime) -> dict[UUID, str]:
    """The print of each of these clients. It holds for a minute at most, for a pace changes with the time."""
    ids = {key_of(client_id): client_id for client_id in clients}
    terms = rows_of(_OF_THE_HOUSE, [key_of(the_operator().id), key_of(agency.id)])
    house = repr((agency.__data__, period_at(agency, now).__data__, f"{now:%Y-%m-%dT%H:%M}", terms))
    common = hashlib.sha256(house.encode()).hexdigest()
    return {
        ids[key_of(row[0])]: hashlib.sha256(f"{common}{row}".encode()).hexdigest() for row in rows_of(_READ, list(ids))
    }
