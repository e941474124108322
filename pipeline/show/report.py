"""Plans as one HTML file, to look at or to attach to a pull request. It loads nothing and runs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.show.diff import Piece, shortened, words
from pipeline.show.page import badge, inert, whole
from pipeline.show.plan import among, consent_options, met, whom
from pipeline.show.values import texts, value_text
from schemas.words import counted, named, sized

if TYPE_CHECKING:
    from loaders.content.plan import FieldChange
    from loaders.content.severity import Judged, Severity
    from pipeline.fleet.fold import Met, Shared
    from pipeline.fleet.plan import Plans
    from pipeline.publishing import Proposal

_CONTEXT = 120
_LONGEST = 400
_MOST_CHANGES = 2_000
_WORDS = {"update": "change"}
_TAGS = {"old": "del", "new": "ins"}
_SEVERITIES: tuple[Severity, ...] = ("breaking", "care", "safe")


def page(plans: Plans) -> str:
    """The whole file."""
    sections = [*_failures(plans), *(_section(shared) for shared in plans.shared)]
    return whole("coursewright plan", sections)


def _failures(plans: Plans) -> Iterator[str]:
    for news in plans.failed:
        told = f"{news.name} could not be planned for: {news.text}"
        yield f'<p class="needs">{inert(told)}</p>\n'


def _section(shared: Shared) -> str:
    """One plan: what it needs, how much of what it changes, then every change, the worst first."""
    return f"<article>\n{''.join(_told(shared))}</article>\n"


def _told(shared: Shared) -> Iterator[str]:
    proposal, plan = shared.proposal, shared.proposal.plan
    counts = Counter(judged.severity for judged in proposal.judged)
    where = f"{inert(plan.bundle)} → {inert(whom(shared))}"
    yield f"<header><h1>{inert(plan.title)} <small>{where}</small></h1>\n"
    badges = [
        badge(severity, f"{counts[severity]:,} {severity}") for severity in _SEVERITIES if counts[severity]
    ]
    yield f"<p>{' '.join(badges) or 'Nothing to change.'}</p></header>\n"
    yield from _needs(proposal, many=len(shared.tenants) > 1)
    yield from _table(proposal)
    ranked = sorted(
        zip(proposal.judged, shared.met, strict=True), key=lambda one: _SEVERITIES.index(one[0].severity)
    )
    for judged, met_in in ranked[:_MOST_CHANGES]:
        yield from _change(judged, met_in, len(shared.tenants))
    if len(ranked) > _MOST_CHANGES:
        yield f"<p>… and {len(ranked) - _MOST_CHANGES:,} more changes; --json has all of them.</p>\n"


def _needs(proposal: Proposal, *, many: bool) -> Iterator[str]:
    base = "the last release of each" if many else f"release {proposal.plan.base}"
    yield f"<p>Made against {base}." if proposal.plan.base else "<p>The first publish here."
    if proposal.uploads:
        size = sized(sum(media.size for media in proposal.uploads))
        yield f" Uploads {counted(len(proposal.uploads), 'file')}, {size}."
    if proposal.leaving.items:
        yield f" Archives {proposal.leaving.items:,} of {counted(proposal.leaving.of, 'item')}."
    if edits := proposal.local.edits:
        yield f" {counted(len(edits), 'item').capitalize()} edited in the tenant since the last publish."
    yield "</p>\n"
    if options := consent_options(proposal):
        yield f'<p class="needs">To publish this, say that it is meant: <code>{inert(options)}</code></p>\n'


def _table(proposal: Proposal) -> Iterator[str]:
    rows = {
        kind: each.as_dict() for kind, each in proposal.plan.counts.items() if any(each.as_dict().values())
    }
    columns = [name for name in next(iter(rows.values()), {}) if any(row[name] for row in rows.values())]
    heads = "".join(f'<th scope="col">{name}</th>' for name in columns)
    yield f"<table>\n<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n"
    for kind, row in rows.items():
        cells = "".join(f"<td>{f'{row[name]:,}' if row[name] else '·'}</td>" for name in columns)
        yield f'<tr><th scope="row">{kind}</th>{cells}</tr>\n'
    yield "</tbody>\n</table>\n"


def _change(judged: Judged, met_in: Met, of: int) -> Iterator[str]:
    change = judged.change
    action = badge(change.action, _WORDS.get(change.action, change.action))
    yield f'<section class="{judged.severity}">\n<h2>{action}'
    yield f" {inert(change.title) or change.kind} <code>{inert(change.address)}</code></h2>\n"
    if change.was:
        yield f"<p>was <code>{inert(change.was)}</code></p>\n"
    if change.below:
        yield f"<p>with {', '.join(counted(number, kind) for kind, number in change.below.items())}</p>\n"
    for reason in judged.reasons:
        rule = f"{badge(reason.severity, reason.rule.code)} <b>{reason.rule.name}</b>"
        people = f"{inert(reason.people)}{_where(met_in.rules[reason.rule], of)}"
        yield f'<p class="reason">{rule}: {people}. {inert(reason.rule.about)}</p>\n'
    if people := met(judged.effects):
        yield f'<p class="people">{people}{among(met_in.tenants, of)}</p>\n'
    if change.fields:
        yield f"<dl>\n{''.join(map(_field, change.fields))}</dl>\n"
    yield "</section>\n"


def _where(names: Sequence[str], of: int) -> str:
    return f"{among(names, of)}: {inert(named(names))}" if len(names) < of else ""


def _field(field: FieldChange) -> str:
    old, new = texts(field)
    pieces = (
        list(shortened(words(old, new), _CONTEXT))
        if old and new
        else [Piece("old", value_text(field.old)), Piece("same", " → "), Piece("new", value_text(field.new))]
    )
    return f"<dt>{inert(field.name)}</dt><dd>{''.join(map(_piece, pieces))}</dd>\n"


def _piece(piece: Piece) -> str:
    text = piece.text if len(piece.text) <= _LONGEST else f"{piece.text[:_LONGEST]}…"
    shown = inert(text)
    return f"<{tag}>{shown}</{tag}>" if (tag := _TAGS.get(piece.kind)) else shown
