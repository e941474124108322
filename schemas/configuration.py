"""`tenants.yaml` as pydantic models: the source of `schemas/json/tenants.schema.json`.

`${NAME}` in a value stands for an environment variable; nowhere else are they looked at.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schemas.documents import VISIBLE, Document

_BLANK: dict[str, Any] = {
    "pattern": VISIBLE,
    "json_schema_extra": {"patternErrorMessage": "a text that is not blank"},
}
_NAME: dict[str, Any] = {
    "pattern": r"^[a-z][a-z0-9_]{0,47}$",
    "max_length": 48,
    "json_schema_extra": {"patternErrorMessage": "lower-case letters, digits and '_', a letter first"},
}
Name = Annotated[str, Field(**_NAME)]


class TenantEntry(Document):
    """One tenant: its database, its schema there, and where its media are."""

    database: Annotated[str, Field(max_length=2_000, **_BLANK)]
    """Address of the PostgreSQL database, best as a variable: `${ACME_DATABASE_URL}`."""
    schema_name: Annotated[str | None, Field(alias="schema", **_NAME)] = None
    """Schema of the tenant's tables; the tenant's name when left out."""
    media: Annotated[str, Field(max_length=1_000, **_BLANK)]
    """`s3://bucket/prefix`, or a folder relative to this file."""
    endpoint: Annotated[str | None, Field(max_length=500, **_BLANK)] = None
    """Address of an S3-compatible server; Amazon's when left out."""
    create_users: bool = False
    """Add instructors that `main.users` does not have. For databases without a host platform."""


class TenantsFile(Document):
    """The tenants that courses can be published to."""

    tenants: dict[Name, TenantEntry]
    """Name of the tenant, as in `--tenant NAME`, and where it is."""
