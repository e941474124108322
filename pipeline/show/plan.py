"""A plan before it is carried out: every item that will change, whom it meets, and how many of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.consent import wanted
from pipeline.fleet.fold import Met, Shared, alone
from pipeline.show.terminal import Colour, paint, wants_colour
from pipeline.show.values import field_line
from schemas.printable import printable
from schemas.words import counted, named, sized

if TYPE_CHECKING:
    from loaders.content.effects import Effects
    from loaders.content.plan import Change, Counts, FieldChange
    from loaders.content.rows.tables import Kind
    from loaders.content.severity import Judged, Severity
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
_SEVERITIES: Mapping[Severity, Colour] = {"breaking": "red", "care": "yellow", "safe": "green"}


def write(proposal: Proposal, stream: TextIO) -> None:
    """The plan of one tenant."""
    write_shared(alone(proposal), stream)


def write_shared(shared: Shared, stream: TextIO) -> None:
    """One plan, whoever it is for; where only some tenants are concerned, how many."""
    stream.writelines(f"{line}\n" for line in lines(shared, colour=wants_colour(stream)))
    stream.flush()  # what follows on standard error belongs below it, in logs too


def lines(shared: Shared, *, colour: bool) -> Iterator[str]:
    proposal, plan = shared.proposal, shared.proposal.plan
    yield f"{printable(plan.bundle)} → {whom(shared)}"
    if plan.empty and len(shared.tenants) > 1:
        yield "  nothing to change"
    else:
        yield from _changes(shared, colour=colour)
        yield from _table(plan.counts)
    if proposal.uploads:
        size = sum(media.size for media in proposal.uploads)
        yield f"\nmedia to upload: {counted(len(proposal.uploads), 'file')}, {sized(size)}"
    yield from _severities(proposal, colour=colour)


def whom(shared: Shared) -> str:
    """The tenant, or how many there are and some of them."""
    names = printable(named(shared.tenants))
    return names if len(shared.tenants) == 1 else f"{len(shared.tenants):,} tenants: {names}"


def _changes(shared: Shared, *, colour: bool) -> Iterator[str]:
    judged = shared.proposal.judged
    for one, met_in in zip(judged[:_MOST_CHANGES], shared.met, strict=False):
        yield from (f"  {line}" for line in _change(one, met_in, len(shared.tenants), colour=colour))
    if len(judged) > _MOST_CHANGES:
        yield f"  … and {len(judged) - _MOST_CHANGES:,} more changes; --json shows all of them"


def _change(judged: Judged, met_in: Met, of: int, *, colour: bool) -> Iterator[str]:
    change = judged.change
    word = _WORDS.get(change.action, change.action)
    action = paint(f"{word:<8}", _COLOURS[change.action], on=colour)
    title = f"  {printable(change.title)}" if change.title else ""
    was = f"  (was {printable(change.was)})" if change.was else ""
    yield f"{action} {printable(change.address)}{title}{was}"
    if change.below:
        yield f"{'':8}   with " + ", ".join(_counted(change.below))
    for field in change.fields:
        yield f"{'':8}   {field_line(field, colour=colour)}"
    if people := met(judged.effects):
        yield f"{'':8}   learners: {people}{among(met_in.tenants, of)}"
    for reason in judged.reasons:
        severity = paint(reason.severity, _SEVERITIES[reason.severity], on=colour)
        where = met_in.rules[reason.rule]
        names = f": {printable(named(where))}" if len(where) < of else ""
        yield f"{'':8}   {severity}: {reason.rule}: {reason.people}{among(where, of)}{names}"


def among(names: Sequence[str], of: int) -> str:
    """Of several tenants, in how many; empty when it is in all of them."""
    return f", in {len(names):,} of {of:,} tenants" if len(names) < of else ""


def _counted(below: Mapping[Kind, int]) -> Iterator[str]:
    return (counted(number, kind, "quizzes" if kind == "quiz" else "") for kind, number in below.items())


def met(effects: Effects) -> str:
    """Whom a change meets: `120 enrolled, 87 with progress`; empty for nobody."""
    numbers = {
        "enrolled": effects.enrolled,
        "with progress": effects.progress,
        "attempted": effects.attempted,
        "submitted": effects.submitted,
        "chose it": effects.chose,
        "certified": effects.certified,
    }
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number)


def _severities(proposal: Proposal, *, colour: bool) -> Iterator[str]:
    """How many changes are not safe, and what publishing them takes."""
    counts = Counter(judged.severity for judged in proposal.judged)
    if set(counts) - {"safe"}:
        told = (
            paint(f"{counts[name]:,} {name}", hue, on=colour)
            for name, hue in _SEVERITIES.items()
            if counts[name]
        )
        yield "\nfor learners: " + ", ".join(told)
    if edits := proposal.local.edits:
        count = counted(len(edits), "item")
        yield f"\nedited in the tenant since the last publish: {count}; coursewright drift shows what"
    if options := consent_options(proposal):
        yield f"\nto publish this, say that it is meant: {options}"


def consent_options(proposal: Proposal) -> str:
    """What has to be added to the command; empty when nothing has."""
    codes, archived = wanted(proposal)
    options = [f"--accept {code}" for code in codes]
    if archived is not None:
        options.append(f"--allow-archive {archived}")
    if proposal.local.edits and proposal.local.policy == "refuse":
        options.append("--on-drift keep|overwrite")
    return " ".join(options)


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
    release = outcome.release
    return {
        **proposal_document(outcome.proposal),
        "dry_run": outcome.dry_run,
        "release": release and {
            "id": release.id,
            "by": release.published_by,
            "at": release.published_at.isoformat(),
            "commit": release.git_commit,
        },
    }  # fmt: skip


def proposal_document(proposal: Proposal) -> dict[str, Any]:
    """A plan for programs; `needs` is what publishing it takes."""
    from loaders.content.severity import worst
    from pipeline.promise import promised

    codes, archived = wanted(proposal)
    promise = promised(proposal)
    return {
        "path": proposal.label,
        "tenant": proposal.tenant,
        "bundle": proposal.plan.bundle,
        "severity": worst(judged.severity for judged in proposal.judged),
        "needs": {"accept": codes, "allow_archive": archived},
        "changes": [_judged_document(judged) for judged in proposal.judged],
        "counts": {kind: counts.as_dict() for kind, counts in proposal.plan.counts.items()},
        "archived": {"items": proposal.leaving.items, "of": proposal.leaving.of},
        "uploads": [{"path": m.path, "sha256": m.digest, "size": m.size} for m in proposal.uploads],
        "edited": [edit.address for edit in proposal.local.edits],
        "promise": {
            "digest": promise.digest,
            "base": promise.base,
            "changes": promise.changes,
            "on_drift": promise.on_drift,
        },
    }


def _judged_document(judged: Judged) -> dict[str, Any]:
    effects = judged.effects
    return {
        **change_document(judged.change),
        "severity": judged.severity,
        "reasons": [
            {"rule": one.rule.code, "name": one.rule.name, "severity": one.severity, "people": one.people}
            for one in judged.reasons
        ],
        "learners": {
            "enrolled": effects.enrolled,
            "progress": effects.progress,
            "attempted": effects.attempted,
            "submitted": effects.submitted,
            "chose": effects.chose,
            "certified": effects.certified,
        },
    }


def change_document(change: Change) -> dict[str, Any]:
    """What changes, apart from whom it meets."""
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
