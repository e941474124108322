"""Many tenants of one database: which schemas they are is asked of the database itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from loaders.tenants.connect import Connection, open_transaction
from loaders.tenants.tenant import STAGING, Tenant
from schemas.findings import CoursewrightError

_HOST = "main"  # the host platform's own schema, which a pattern never means


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A fleet as the configuration describes it: `schemas` is a pattern with * and ?, `query` is SQL.

    One of the two is None. `dsn` holds a secret, so it never shows in `repr`. In `media`, `{tenant}` stands
    for a tenant's name.
    """

    name: str
    dsn: str = field(repr=False)
    schemas: str | None
    query: str | None
    media: str
    endpoint: str | None = None
    create_users: bool = False

    def tenant(self, schema: str) -> Tenant:
        """Raises CoursewrightError for a schema that cannot be a tenant's."""
        return Tenant(
            name=schema,
            dsn=self.dsn,
            schema=schema,
            media=self.media.replace("{tenant}", schema),
            endpoint=self.endpoint,
            create_users=self.create_users,
        )


def tenants(fleet: Fleet) -> list[Tenant]:
    """The fleet's tenants: in the order of the query, or sorted by name.

    Raises CoursewrightError when the query fails, lists anything but names, or when a schema it names cannot
    be a tenant's; TransientError when the database cannot be reached.
    """
    with open_transaction(replace(fleet.tenant(_HOST), name=fleet.name), snapshot=True) as connection:
        schemas = _queried(connection, fleet) if fleet.query else _matching(connection, fleet.schemas or "")
    return [fleet.tenant(schema) for schema in dict.fromkeys(schemas)]


def _matching(connection: Connection, pattern: str) -> list[str]:
    rows = connection.execute(
        "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname LIKE %s"
        " AND nspname NOT IN (%s, %s, 'public', 'information_schema') AND nspname NOT LIKE 'pg\\_%%'"
        ' ORDER BY nspname COLLATE "C"',
        (pattern.replace("_", "\\_").replace("*", "%").replace("?", "_"), _HOST, STAGING),
    )
    return [schema for (schema,) in rows]


def _queried(connection: Connection, fleet: Fleet) -> list[str]:
    # binary results come by the extended protocol, which takes one statement only
    rows = connection.execute((fleet.query or "").encode(), binary=True).fetchall()
    for row in rows:
        if len(row) != 1 or not isinstance(row[0], str):
            raise CoursewrightError(
                f"Fleet {fleet.name}: its query gives more than names of schemas.",
                "Let it select one column of text: SELECT schema FROM main.customers",
            )
    return [schema for (schema,) in rows]
