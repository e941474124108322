"""What is told of an edit somebody made in a tenant: facts, and the findings made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from loaders.content.plan import FieldChange
from loaders.content.rows.tables import Kind
from schemas.findings import Finding, Rule
from schemas.model import NOWHERE, Location

EDITED = Rule("CW450", "edited-in-tenant", "Publishing would undo what somebody edited in the tenant.")
BOTH = Rule(
    "CW451", "edited-twice", "A field was changed in the bundle and, to another value, in the tenant."
)

_LONGEST = 120
_MEND = (
    "take the edit into the bundle with `coursewright pull`, or publish with `--on-drift keep` (leaves it)"
    " or `--on-drift overwrite` (undoes it)"
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with three values: as published, as the bundle wants it, as it is in the tenant."""

    field: str
    published: Any
    bundle: Any
    tenant: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One item that is not as it was published.

    `fields` lead from what was published to what is there now. `archived` and `deleted` items were taken
    away by somebody else than a publish. `by` and `at` (UTC) come from the audit columns, and are None
    where those still tell of the publish: whoever edited did not write them. `location` is the item's
    in the bundle at hand.
    """

    state: Literal["edited", "archived", "deleted"]
    kind: Kind
    address: str
    title: str = ""
    fields: tuple[FieldChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    by: str | None = None
    at: datetime | None = None
    location: Location = NOWHERE


def findings(edits: Iterable[Edit]) -> Iterator[Finding]:
    """Why a publish cannot go on: one finding an item, and one for each field that both sides changed."""
    for edit in edits:
        yield _edited(edit)
        yield from conflicts(edit)


def conflicts(edit: Edit) -> Iterator[Finding]:
    for conflict in edit.conflicts:
        yield Finding(
            rule=BOTH,
            location=edit.location,
            found=f"{edit.address}: {conflict.field} was published as {shown(conflict.published)},"
            f" the bundle has {shown(conflict.bundle)}, the tenant {shown(conflict.tenant)}{who(edit)}",
            expected="a field that changed on one side, or to the same value on both",
            mend="write the value that is to stay into the bundle and publish with `--on-drift overwrite`",
        )


def _edited(edit: Edit) -> Finding:
    told = "; ".join(f"{one.name}: {shown(one.old)} → {shown(one.new)}" for one in edit.fields)
    return Finding(
        rule=EDITED,
        location=edit.location,
        found=f"{edit.address} was {edit.state} in the tenant{who(edit)}" + (f": {told}" if told else ""),
        expected="rows as the last publish left them",
        mend=_MEND,
    )


def who(edit: Edit) -> str:
    """` by ann@example.org on 2026-01-31 12:00 UTC`; nothing where nobody left a name."""
    by = f" by {edit.by}" if edit.by else ""
    return by + (f" on {edit.at:%Y-%m-%d %H:%M} UTC" if edit.at else "")


def shown(value: Any) -> str:
    """One line of a value, short."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            line = " ".join(value.split())
            return f'"{line[:_LONGEST]}…"' if len(line) > _LONGEST else f'"{line}"'
        case tuple():
            return ", ".join(map(str, value)) or "nothing"
    return str(value)
