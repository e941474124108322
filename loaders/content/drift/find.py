"""All edits in a tenant, found by comparing every row of a bundle with the last release of it."""

from __future__ import annotations

from loaders.content.collector import paused
from loaders.content.compare import descend
from loaders.content.comparing.live import Live
from loaders.content.comparing.match import match_roots, walk_pairs
from loaders.content.drift.edits import Edit
from loaders.content.drift.local import Local
from loaders.content.known import published
from loaders.content.people import find_people, instructors
from loaders.content.rows.flatten import flatten
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle


def find(connection: Connection, tenant: Tenant, base: Bundle) -> list[Edit]:
    """What is not as `base`, the bundle of the last release, in the bundle's order. Reads only.

    A tenant may translate its lists, and write an instructor's address in another case: neither is an edit.
    """
    with paused():
        tree = flatten(base)
        found = published(connection, tenant.schema, base.key)
        if found.bundle_id is None:
            return []
        found.doubted = True
        found.load([found.root])
        people = find_people(connection, [email for email, _ in instructors(tree)])
        pairs, _ = match_roots(tree, found.root)
        descend(pairs, found)
        names = {known.row_id: known.key for known in found.root.of_kind("lookup") if known.row_id}
        live, everything = Live(found, people, names), list(walk_pairs(pairs))
        live.examine(everything)
        local = Local(lambda: base)
        local.look(everything, live)
        return local.edits
