"""`publish` for many tenants, from the choice to the exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fleet import publish as publishing
from pipeline.fleet.run import End, Limits, News
from pipeline.fleet.selection import Choice
from pipeline.show import fleet as screen

if TYPE_CHECKING:
    from pipeline.publishing import Outcome, Proposal


def publish_to(
    choice: Choice,
    paths: Sequence[Path],
    one: Callable[..., Outcome],
    limits: Limits,
    *,
    dry_run: bool,
    two_phase: bool,
    as_json: bool,
) -> int:
    """Publishes with `one` and shows how it goes. The exit code is 1 when a tenant failed or is left."""
    failed: list[News] = []
    ends: Counter[End] = Counter()
    with publishing.opened(paths, choice.waves() if not choice.resume else ()) as fresh:
        job = publishing.resumed(fresh, choice) if choice.resume else fresh
        try:
            with screen.shown(len(job.tenants), sys.stdout, as_json=as_json) as show:

                def tell(news: News) -> None:
                    if news.end:
                        ends[news.end] += 1
                    if news.end == "failed":
                        failed.append(news)
                    show(news)

                silent = partial(one, show=_unseen)
                publishing.publish(job, silent, limits, tell, dry_run=dry_run, two_phase=two_phase)
        finally:
            if ends:
                screen.write_end(ends, failed, sys.stdout, dry_run=dry_run, as_json=as_json)
    return int(bool(ends["failed"] or ends["left"]))


def _unseen(_proposal: Proposal) -> None:
    """A thousand plans are not shown: `plan` shows one."""
