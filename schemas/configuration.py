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


class FleetEntry(Document):
    """All tenants of one database, a schema each. A tenant's name is its schema's."""

    database: Annotated[str, Field(max_length=2_000, **_BLANK)]
    """Address of the PostgreSQL database, best as a variable: `${ACADEMY_DATABASE_URL}`."""
    schemas: Annotated[
        str | None,
        Field(
            max_length=48,
            pattern=r"^[a-z*?][a-z0-9_*?]*$",
            json_schema_extra={"patternErrorMessage": "a schema's name with * for any letters and ? for one"},
        ),
    ] = None
    """Which schemas are tenants: `school_*`. This or `query`."""
    query: Annotated[str | None, Field(max_length=10_000, **_BLANK)] = None
    """SQL that lists the schemas, one a row: `SELECT schema FROM main.customers`. It only reads."""
    media: Annotated[str, Field(max_length=1_000, **_BLANK)]
    """As of a tenant; `{tenant}` stands for its name: `s3://bucket/{tenant}`."""
    endpoint: Annotated[str | None, Field(max_length=500, **_BLANK)] = None
    """Address of an S3-compatible server; Amazon's when left out."""
    create_users: bool = False
    """Add instructors that `main.users` does not have. For databases without a host platform."""


Pattern = Annotated[
    str,
    Field(
        description="A tenant, or several: `*` stands for any letters, `?` for one.",
        max_length=48,
        pattern=r"^[a-z*?][a-z0-9_*?]*$",
        json_schema_extra={"patternErrorMessage": "a tenant's name with * for any letters and ? for one"},
    ),
]


class TenantsFile(Document):
    """The tenants that courses can be published to."""

    tenants: dict[Name, TenantEntry] = Field(default_factory=dict)
    """Name of the tenant, as in `--tenant NAME`, and where it is."""
    fleets: dict[Name, FleetEntry] = Field(default_factory=dict)
    """Databases with many tenants, found by the names of their schemas or with a query."""
    groups: dict[Name, list[Pattern]] = Field(default_factory=dict)
    """Tenants that are published to together, as in `--group NAME`. `--all` goes in this order."""
