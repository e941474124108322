"""What publishing a bundle to a tenant would do, found by reading as little as possible.

Digests are compared top-down: the bundle's first, then programs and courses, then only what is below a
difference. The rows of differing items are read last, to tell which fields change.
"""

from __future__ import annotations

from collections.abc import Sequence

from loaders.content.collector import paused
from loaders.content.comparing import moves
from loaders.content.comparing.decide import Decisions
from loaders.content.comparing.live import Live
from loaders.content.comparing.match import Pair, match_below, match_roots, walk_pairs
from loaders.content.drift.local import Local
from loaders.content.known import Published, published, read_media
from loaders.content.lookups import settle_lookups
from loaders.content.people import People, doubled, find_people, instructors, unknown
from loaders.content.plan import Change, FieldChange, Plan
from loaders.content.releases import WayBack, way_back
from loaders.content.rows.flatten import flatten
from loaders.content.rows.items import Tree, census
from loaders.content.work import Work
from loaders.tenants.connect import Connection
from loaders.tenants.tenant import Tenant
from schemas.findings import Finding, RefusedError
from schemas.model import Bundle, Move


def compare(
    connection: Connection,
    tenant: Tenant,
    bundle: Bundle,
    *,
    tree: Tree | None = None,
    local: Local | None = None,
    back_to: int | None = None,
) -> Plan:
    """The plan for a checked bundle. Reads only; a plan holds as long as nobody else publishes the bundle.

    `tree` is the bundle flattened before, so that many tenants share the work; it is not changed.
    `local` learns what somebody edited in the rows that this publish looks at, and decides what becomes
    of it: see `drift.local`. To undo edits every row is looked at. Without `local` they are overwritten.
    `back_to` is the release that `bundle` was: what later ones moved goes back to where it was.

    Raises RefusedError with every instructor the tenant does not know, every declared move that
    contradicts what is published, and every row that somebody deleted.
    """
    with paused():
        tree = (tree or flatten(bundle)).copied()
        found = published(connection, tenant.schema, bundle.key)
        found.doubted = local is not None and local.policy == "overwrite"
        back = way_back(connection, tenant.schema, bundle.key, back_to) if back_to is not None else None
        steps = back.moves if back else moves.pending(bundle.moved, found.moved)
        if found.digest == tree.digest and not steps and not found.doubted:
            return _unchanged(tree, found)
        return _compared(tenant, tree, found, back or steps, local)


def _compared(
    tenant: Tenant, tree: Tree, found: Published, steps: list[Move] | WayBack, local: Local | None
) -> Plan:
    found.load([found.root])
    work, findings = _rearranged(tree, found, steps)
    people = find_people(found.connection, [email for email, _ in instructors(tree)])
    findings += doubled(tree, people)
    if not tenant.create_users:
        findings += unknown(tree, people)
    if findings:
        raise RefusedError(findings)
    decisions = Decisions(work)
    _tell_bundle(tree, found, decisions)
    _tell_users(tree, people, decisions)
    pairs, gone = match_roots(tree, found.root)
    descend(pairs, found)
    lookups = settle_lookups([pair for pair in pairs if pair.item.kind == "lookup"], gone, found, decisions)
    live = Live(found, people, lookups)
    if findings := live.examine(list(walk_pairs(pairs))):
        raise RefusedError(findings)
    if local:
        local.look(walk_pairs(pairs), live)
    decisions.settle(pairs, gone)
    _compare_media(found, decisions)
    return _plan(tree, found, decisions)


def _rearranged(tree: Tree, found: Published, steps: list[Move] | WayBack) -> tuple[Work, list[Finding]]:
    """Puts what `found` knows where the bundle says, or where it was; and what is in the way of that."""
    if isinstance(steps, WayBack):
        findings = moves.retrace(steps.moves, found, tree)
        work = Work(tree, found.bundle_id, moved=steps.honoured, rollback_to=steps.release)
    else:
        findings = moves.carry_out(steps, found, tree)
        work = Work(tree, found.bundle_id, moved=_remembered(found, steps))
    work.replanted = found.replanted
    return work, findings


def _plan(tree: Tree, found: Published, decisions: Decisions) -> Plan:
    return Plan(
        bundle=tree.key,
        title=tree.title,
        digest=tree.digest,
        base=found.release,
        changes=tuple(decisions.changes),
        counts=dict(decisions.counts),
        work=decisions.work,
    )


def _unchanged(tree: Tree, found: Published) -> Plan:
    decisions = Decisions(Work(tree, found.bundle_id))
    for kind, number in census(tree.items).items():
        decisions.counts[kind].unchanged += number
    decisions.counts["media"].unchanged += len(tree.media)
    return _plan(tree, found, decisions)


def descend(pairs: list[Pair], found: Published) -> None:
    """Looks below everything that differs, one level after the other, with one query a level and kind."""
    level = pairs
    while level:
        level = [pair for pair in level if pair.known and (pair.deep or pair.suspect)]
        level = [pair for pair in level if pair.item.kind not in ("lookup", "option")]
        found.load(pair.known for pair in level if pair.known)
        level = [child for pair in level for child in match_below(pair)]


# ── beside the items ─────────────────────────────────────────────────────────────────────────────


def _remembered(found: Published, pending: Sequence[Move]) -> list[tuple[str, str]] | None:
    return [*found.moved, *((move.old, move.new) for move in pending)] if pending else None


def _tell_bundle(tree: Tree, found: Published, to: Decisions) -> None:
    address = f"bundle:{tree.key}"
    if found.bundle_id is None:
        to.counts["bundle"].created += 1
        to.changes.append(Change(action="create", kind="bundle", address=address, title=tree.title))
    elif found.title != tree.title:
        to.counts["bundle"].changed += 1
        fields = (FieldChange("title", found.title, tree.title),)
        to.changes.append(
            Change(action="update", kind="bundle", address=address, title=tree.title, fields=fields)
        )


def _tell_users(tree: Tree, people: People, to: Decisions) -> None:
    for email in dict.fromkeys(email for email, _ in instructors(tree)):
        if email not in people.ids:
            to.work.new_users.append(email)
            to.counts["user"].created += 1
            to.changes.append(Change(action="create", kind="user", address=email))


def _compare_media(found: Published, to: Decisions) -> None:
    """The files of the bundle. The store keeps them by content, so what changes is what a path means."""
    before = {media.path: media for media in read_media(found.connection, found.schema, found.bundle_id)}
    counts = to.counts["media"]
    for media in to.work.tree.media:
        old = before.pop(media.path, None)
        if old == media:
            counts.unchanged += 1
            continue
        to.work.stored.append(media)
        if old is None:
            counts.created += 1
            to.changes.append(Change(action="create", kind="media", address=media.path))
        else:
            counts.changed += 1
            fields = (FieldChange("digest", old.digest, media.digest),)
            to.changes.append(Change(action="update", kind="media", address=media.path, fields=fields))
    for path in before:
        to.work.dropped.append(path)
        counts.archived += 1
        to.changes.append(Change(action="archive", kind="media", address=path))
