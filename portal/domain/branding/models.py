from __future__ import annotations

from peewee import BlobField, CharField, ForeignKeyField, IntegerField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency


class BrandDraft(Entity):
    """What an agency has changed and not yet published; one row an agency, kept for its numbers.

    `values` is None while there is nothing to publish. `base` names the folder the draft began from. `version`
    counts every change and never starts anew, so that a page of before is noticed. `changed_by` is a name only for
    who has no account (`changed_by_id`), such as the command line.
    """

    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT")
    values = JsonField(null=True)
    files = JsonField(default=dict)
    base = CharField(64, default="")
    version = IntegerField(default=0)
    changed_at = MomentField(null=True)
    changed_by = TextField(default="")
    changed_by_id = UUIDField(null=True)
    uploads = IntegerField(default=0)
    uploads_since = MomentField(null=True)

    class Meta:
        table_name = "brand_draft"


class BrandVersion(Entity):
    """A brand as it was published, or as it was found in the folder before it was replaced (`how`: found).

    `values` are the settings, `files` the pictures: file name to SHA-256.
    """

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    number = IntegerField()
    how = CharField(12)
    restored = IntegerField(null=True)
    values = JsonField()
    files = JsonField()
    fingerprint = CharField(64)
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = MomentField()

    class Meta:
        table_name = "brand_version"
        indexes = ((("agency", "number"), True),)


class BrandPicture(Entity):
    """A picture that a draft or a version of this agency refers to."""

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    sha256 = CharField(64)
    content = BlobField()
    size = IntegerField()
    created_at = MomentField()

    class Meta:
        table_name = "brand_picture"
        indexes = ((("agency", "sha256"), True),)
