"""Plans as a comment on a pull request: a table, and every plan folded below it.

What authors wrote stands in fenced blocks only, as on a terminal: there it is no markup and calls nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from pipeline.show import history
from pipeline.show.plan import consent_options, lines, whom
from schemas.printable import printable
from schemas.words import counted

if TYPE_CHECKING:
    from loaders.content.severity import Severity
    from pipeline.fleet.fold import Shared
    from pipeline.fleet.plan import Plans
    from pipeline.fleet.run import News

MARK: Final = "<!-- coursewright plan -->"
"""By this first line a later run finds its comment, to write over it."""
_LONGEST = 65_000  # GitHub refuses more than 65,536 characters
_SHORTEST = 400  # less room shows nothing of a plan
_MOST_ROWS = 50
_MOST_FAILURES = 20
_SEVERITIES: tuple[Severity, ...] = ("breaking", "care", "safe")
_FENCE = re.compile("`{3,}")


def page(plans: Plans) -> str:
    """The whole comment. Plans that have no room are counted."""
    ranked = sorted(plans.shared, key=_rank)
    text = f"{MARK}\n{''.join(_head(plans, ranked))}"
    for number, shared in enumerate(ranked):
        room = _LONGEST - len(text)
        if room < _SHORTEST:
            more = counted(len(ranked) - number, "more plan")
            return f"{text}\n… and {more}: a comment has no room for them.\n"
        text += _folded(shared, room - _SHORTEST // 2)
    return text


def _rank(shared: Shared) -> int:
    """The worst first, and last what changes nothing."""
    found = {judged.severity for judged in shared.proposal.judged}
    return next((rank for rank, severity in enumerate(_SEVERITIES) if severity in found), len(_SEVERITIES))


def _head(plans: Plans, ranked: Sequence[Shared]) -> Iterator[str]:
    ends = Counter(news.end for news in plans.ends)
    told = {
        "would change": ends["done"],
        "current": ends["current"],
        "could not be planned for": ends["failed"],
    }
    yield f"### coursewright plan for {counted(len(plans.ends), 'tenant')}: "
    yield ", ".join(f"{number:,} {words}" for words, number in told.items() if number) + "\n\n"
    if plans.failed:
        yield _fenced(_failures(plans.failed)) + "\n"
    yield "| bundle | tenants | changes | for learners | to say that it is meant |\n|---|---|---|---|---|\n"
    yield from (_row(shared) for shared in ranked[:_MOST_ROWS])
    if len(ranked) > _MOST_ROWS:
        yield f"\n… and {len(ranked) - _MOST_ROWS:,} more rows.\n"
    yield "\n"


def _failures(failed: Sequence[News]) -> list[str]:
    told = [printable(f"{news.name}: {news.text}") for news in failed[:_MOST_FAILURES]]
    more = len(failed) - len(told)
    return [*told, *([f"… and {more:,} more"] if more else [])]


def _row(shared: Shared) -> str:
    proposal = shared.proposal
    options = consent_options(proposal)
    cells = (
        _cell(proposal.plan.bundle),
        _cell(whom(shared)),
        _changes(shared) or "none",
        _severities(shared),
        f"`{options}`".replace("|", "\\|") if options else "",
    )
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    return escape(printable(text)).replace("|", "&#124;")


def _changes(shared: Shared) -> str:
    plan = shared.proposal.plan
    return "" if plan.empty else history.done({kind: each.as_dict() for kind, each in plan.counts.items()})


def _severities(shared: Shared) -> str:
    counts = Counter(judged.severity for judged in shared.proposal.judged)
    return ", ".join(
        f"**{counts[name]:,} {name}**" if name == "breaking" else f"{counts[name]:,} {name}"
        for name in _SEVERITIES
        if counts[name]
    )


def _folded(shared: Shared, room: int) -> str:
    """A plan below its one line. What has no room is counted in lines."""
    title = (
        f"{_cell(shared.proposal.plan.bundle)} → {_cell(whom(shared))}: {_changes(shared) or 'no changes'}"
    )
    listed = "\n".join(lines(shared, colour=False)).split("\n")
    room -= len(title)
    fitting = _fitting(listed, room)
    if fitting < len(listed):
        listed[fitting:] = [
            f"… and {counted(len(listed) - fitting, 'more line')}; the HTML report has all of them"
        ]
    return f"<details><summary>{title}</summary>\n\n{_fenced(listed)}\n</details>\n"


def _fitting(listed: Sequence[str], room: int) -> int:
    for number, line in enumerate(listed):
        room -= len(line) + 1
        if room < 0:
            return number
    return len(listed)


def _fenced(listed: Sequence[str]) -> str:
    """No line of it can end the block."""
    text = "\n".join(listed)
    fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(text))])
    return f"{fence}text\n{text}\n{fence}\n"
