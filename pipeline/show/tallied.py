"""The sum over many imports, after the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TextIO

from pipeline.show.jsondoc import fates_document
from pipeline.tally import Tally, carried_percent
from schemas.printable import printable
from schemas.words import counted, named

_MOST_REASONS: Final = 10


def write(tally: Tally, stream: TextIO) -> None:
    stream.writelines(f"{printable(line)}\n" for line in lines(tally))


def lines(tally: Tally) -> Iterator[str]:
    """A line a kind, then why things were skipped, the most frequent reason first."""
    width = max((len(kind) for kind in tally.kinds), default=0)
    for kind, fates in tally.kinds.items():
        total = sum(fates.values())
        skipped = f", {fates['skipped']:,} skipped" if fates["skipped"] else ""
        yield f"  {kind:<{width}} {carried_percent(fates):5.1f} % of {total:,} carried{skipped}"
    for reason, number in tally.reasons.most_common(_MOST_REASONS):
        yield f"  skipped {number:,} × {reason}"
    if (more := len(tally.reasons) - _MOST_REASONS) > 0:
        yield f"  … and {counted(more, 'more reason')}; --report json has all"
    yield from (f"  {line}" for line in over(tally))


def over(tally: Tally) -> Iterator[str]:
    """Which packages lost more than `--max-loss` allows, if there are any."""
    if lost := [f"{name} ({percent:.1f} %)" for name, percent in tally.over.items()]:
        yield printable(f"over --max-loss {tally.most:g}: {named(lost)}")


def document(tally: Tally) -> dict[str, Any]:
    return {
        "kinds": {kind: fates_document(fates) for kind, fates in tally.kinds.items()},
        "skipped": dict(tally.reasons.most_common()),
        "over_max_loss": tally.over,
    }
