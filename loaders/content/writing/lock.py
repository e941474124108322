"""Two publishers of one bundle take turns: the second is told at once who is at work."""

from __future__ import annotations

from hashlib import blake2b

from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import TransientError

# pg_locks shows the two halves of a bigint key (PostgreSQL documentation, pg_locks, objsubid 1).
_HOLDER = """
    SELECT activity.pid, activity.usename, activity.xact_start AT TIME ZONE 'UTC'
    FROM pg_catalog.pg_locks AS locks JOIN pg_catalog.pg_stat_activity AS activity USING (pid)
    WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
      AND locks.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND (locks.classid::bigint << 32) | locks.objid::bigint = %s
"""


def hold(connection: Connection, tenant: Tenant, bundle: str) -> None:
    """Keeps others from publishing `bundle` to the tenant until this transaction ends.

    Without a bundle it is the lock for what bundles share, and waited for. Raises TransientError.
    """
    number = key(tenant.schema, bundle)
    if not bundle:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (number,))
        return
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (number,)).fetchone()
    if row != (True,):
        raise TransientError(
            f"Tenant {tenant.name}: {bundle} is being published right now{_holder(connection, number)}."
            " Nothing was changed.",
            "Wait until that is finished, then publish again.",
        )


def key(schema: str, bundle: str) -> int:
    """Of an advisory lock: a bigint."""
    digest = blake2b(f"{schema}/{bundle}".encode(), digest_size=8, person=b"coursewright").digest()
    return int.from_bytes(digest, "big", signed=True)


def _holder(connection: Connection, number: int) -> str:
    row = connection.execute(_HOLDER, (number,)).fetchone()
    if row is None:
        return ""
    pid, account, since = row
    began = f", since {since:%H:%M:%S} UTC" if since else ""
    return f" by database account {account or 'unknown'} (process {pid}{began})"
