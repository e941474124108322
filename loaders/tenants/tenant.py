"""Where a course goes: one tenant's database, schema and media store."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from schemas.findings import CoursewrightError

_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,47}", re.ASCII)
STAGING: Final = "coursewright_staging"  # of every database, for rows on their way to several tenants
_RESERVED = ("public", "information_schema", STAGING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A tenant as the configuration describes it, environment variables already filled in.

    `dsn` is a PostgreSQL connection string and holds a secret, so it never shows in `repr`. `media` is
    `s3://bucket/prefix` or a folder, `endpoint` the address of an S3-compatible server. `create_users`
    lets publishing add instructors that `main.users` does not know.

    Raises CoursewrightError for a schema name that is not one: see `check_schema`.
    """

    name: str
    dsn: str = field(repr=False)
    schema: str
    media: str
    endpoint: str | None = None
    create_users: bool = False

    def __post_init__(self) -> None:
        check_schema(self.schema)


def check_schema(schema: str) -> None:
    """Refuses every name that PostgreSQL could read in two ways.

    Names over 63 bytes are cut with only a notice, so two long tenants would become one; `pg_*`, `public` and
    `information_schema` belong to the server, `coursewright_staging` to us. 48 characters leave room for
    suffixes.
    """
    if _SCHEMA.fullmatch(schema) and schema not in _RESERVED and not schema.startswith("pg_"):
        return
    raise CoursewrightError(
        f"{schema!a} cannot be a tenant's schema.",
        "Use 1 to 48 characters: lower-case letters, digits and underscores, a letter first, and neither"
        f" `public`, `information_schema`, `{STAGING}` nor a name that begins with `pg_`.",
    )
