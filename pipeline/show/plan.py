"""A plan before it is carried out: every item that will change, which fields, and how many of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.show.terminal import Colour, paint, wants_colour
from pipeline.show.words import counted, sized
from schemas.printable import printable

if TYPE_CHECKING:
    from loaders.content.plan import Change, Counts, FieldChange
    from loaders.content.rows.tables import Kind
    from pipeline.publishing import Outcome, Proposal

_COLOURS: Mapping[str, Colour] = {
    "create": "green",
    "update": "yellow",
    "move": "blue",
    "archive": "red",
    "restore": "green",
}
_WORDS = {"update": "change"}
_MOST_CHANGES = 200
_LONGEST_VALUE = 48
_BEFORE_DIFFERENCE = 12


def write(proposal: Proposal, stream: TextIO) -> None:
    colour, plan = wants_colour(stream), proposal.plan
    stream.write(f"{printable(plan.bundle)} → {printable(proposal.tenant)}\n")
    for change in plan.changes[:_MOST_CHANGES]:
        stream.writelines(f"  {line}\n" for line in _change(change, colour=colour))
    if len(plan.changes) > _MOST_CHANGES:
        stream.write(
            f"  … and {len(plan.changes) - _MOST_CHANGES:,} more changes; --json shows all of them\n"
        )
    stream.writelines(f"{line}\n" for line in _table(plan.counts))
    if proposal.uploads:
        size = sum(media.size for media in proposal.uploads)
        stream.write(f"\nmedia to upload: {counted(len(proposal.uploads), 'file')}, {sized(size)}\n")
    stream.flush()  # what follows on standard error belongs below it, in logs too


def _change(change: Change, *, colour: bool) -> Iterator[str]:
    word = _WORDS.get(change.action, change.action)
    action = paint(f"{word:<8}", _COLOURS[change.action], on=colour)
    title = f"  {printable(change.title)}" if change.title else ""
    was = f"  (was {printable(change.was)})" if change.was else ""
    yield f"{action} {printable(change.address)}{title}{was}"
    if change.below:
        yield f"{'':8}   with " + ", ".join(_counted(change.below))
    for field in change.fields:
        yield f"{'':8}   {field_line(field)}"


def _counted(below: Mapping[Kind, int]) -> Iterator[str]:
    return (counted(number, kind, "quizzes" if kind == "quiz" else "") for kind, number in below.items())


def field_line(field: FieldChange) -> str:
    """`title: "Old" → "New"`, both cut around the first difference."""
    old, new = _value(field.old), _value(field.new)
    start = max(0, _common_start(old, new) - _BEFORE_DIFFERENCE)
    return printable(f"{field.name}: {_cut(old, start)} → {_cut(new, start)}")


def _value(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(_value, value)) or "nothing"
        case str():
            return f'"{value}"'
    return str(value)


def _common_start(old: str, new: str) -> int:
    for position, (left, right) in enumerate(zip(old, new, strict=False)):
        if left != right:
            return position
    return min(len(old), len(new))


def _cut(text: str, start: int) -> str:
    """The part around the first difference, when the text is too long to show."""
    if len(text) <= _LONGEST_VALUE:
        return text
    start = min(start, len(text) - _LONGEST_VALUE)
    end = start + _LONGEST_VALUE
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _table(counts: Mapping[Any, Counts]) -> Iterator[str]:
    """One row a kind; columns in which nothing happens are left out."""
    rows = {kind: each.as_dict() for kind, each in counts.items() if any(each.as_dict().values())}
    columns = [name for name in next(iter(rows.values()), {}) if any(row[name] for row in rows.values())]
    yield ""
    yield f"  {'':10}" + "".join(f"{name:>11}" for name in columns)
    for kind, row in rows.items():
        yield f"  {kind:<10}" + "".join(f"{row[name] or '·':>11}" for name in columns)


def write_outcome(outcome: Outcome, stream: TextIO) -> None:
    """One line that says what was done."""
    stream.write("\n" + paint(printable(_outcome(outcome)), "bold", on=wants_colour(stream)) + "\n")


def _outcome(outcome: Outcome) -> str:
    tenant = outcome.proposal.tenant
    if outcome.proposal.plan.empty:
        return f"nothing to change in {tenant}"
    if outcome.release is None:
        return f"dry run: nothing was written to {tenant}"
    release = outcome.release
    commit = f" from commit {release.git_commit}" if release.git_commit else ""
    return f"published {release.bundle} to {tenant}: release {release.id} by {release.published_by}{commit}"


def document(outcome: Outcome) -> dict[str, Any]:
    """Plan and outcome for programs."""
    proposal, release = outcome.proposal, outcome.release
    return {
        "path": proposal.label,
        "tenant": proposal.tenant,
        "bundle": proposal.plan.bundle,
        "dry_run": outcome.dry_run,
        "changes": [_change_document(change) for change in proposal.plan.changes],
        "counts": {kind: counts.as_dict() for kind, counts in proposal.plan.counts.items()},
        "uploads": [{"path": m.path, "sha256": m.digest, "size": m.size} for m in proposal.uploads],
        "release": release and {
            "id": release.id,
            "by": release.published_by,
            "at": release.published_at.isoformat(),
            "commit": release.git_commit,
        },
    }  # fmt: skip


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "kind": change.kind,
        "address": change.address,
        "title": change.title,
        "was": change.was,
        "below": dict(change.below),
        "fields": {field.name: field_document(field) for field in change.fields},
    }


def field_document(field: FieldChange) -> dict[str, Any]:
    return {"old": _plain(field.old), "new": _plain(field.new)}


def _plain(value: Any) -> Any:
    """Decimals and times as text, so that nothing is rounded on the way through JSON."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
