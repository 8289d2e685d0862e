from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from portal.db import Entity, MomentField
from portal.domain.hosts.catalogue import PROOF, State
from portal.domain.tenants.models import Agency


class OwnHost(Entity):
    """The domain that an agency wants to be met at; one each. The same may be asked for by several: the proof decides.

    `good_at` is the last check at which everything was right, `trouble` what was wrong at the last one ("" if
    nothing), `misses` the daily checks in a row without the proof. `moves_at` is when people will find the agency at
    it, or, where it is active, no longer.
    """

    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT")
    host = CharField(253, index=True)
    proof = CharField(64)
    state = CharField(12)
    asked_at = MomentField()
    due_at = MomentField(index=True)
    """When it is checked next without being asked to."""
    checked_at = MomentField(null=True)
    good_at = MomentField(null=True)
    trouble = CharField(24, default="")
    misses = IntegerField(default=0)
    active_since = MomentField(null=True)
    moves_at = MomentField(null=True)

    class Meta:
        table_name = "own_host"

    @property
    def proof_name(self) -> str:
        return f"{PROOF}.{self.host}"

    @property
    def is_ready(self) -> bool:
        """Proven and reached, so that people can be sent there."""
        return self.state == State.VERIFIED and self.trouble == "" and self.good_at is not None
