"""`publish` and `rollback` for many tenants, from the choice to the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fleet import plan as planning
from pipeline.fleet import publish as publishing
from pipeline.fleet import rollback
from pipeline.fleet.job import resumed
from pipeline.fleet.run import Limits
from pipeline.fleet.selection import Choice
from pipeline.rollback import Releases
from pipeline.show import fleet as screen
from pipeline.show import plan, plans

if TYPE_CHECKING:
    from loaders.content.drift.local import OnDrift
    from pipeline.publishing import Outcome, Proposal


_AGAIN = "to go on with the rest: the same command, with --resume instead of the tenants"
_PUBLISHED = screen.Words("tenant", "comparing", "published", _AGAIN)
_ROLLED_BACK = screen.Words("tenant", "comparing", "rolled back", _AGAIN)
_REHEARSED = screen.Words("tenant", "comparing", "would change")


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
    with publishing.opened(paths, choice.waves() if not choice.resume else ()) as fresh:
        job = resumed(fresh, choice) if choice.resume else fresh
        words = _REHEARSED if dry_run else _PUBLISHED
        with screen.shown(len(job.tenants), words, sys.stdout, as_json=as_json) as shown:
            silent = partial(one, show=_unseen)
            publishing.publish(job, silent, limits, shown.tell, dry_run=dry_run, two_phase=two_phase)
    return int(shown.bad)


def roll_back(job: rollback.Job, one: Callable[..., Outcome], limits: Limits, *, as_json: bool) -> int:
    """Goes back with `one` and shows how it goes. The exit code is as of `publish_to`."""
    with screen.shown(len(job.tenants), _ROLLED_BACK, sys.stdout, as_json=as_json) as shown:
        rollback.roll_back(job, partial(one, show=_unseen), limits, shown.tell)
    return int(shown.bad)


def propose_back(job: rollback.Job, limits: Limits, *, on_drift: OnDrift, as_json: bool) -> int:
    """Shows what going back would do. The exit code is 1 when that cannot be said of a tenant."""
    releases = Releases(job.bundle, job.wanted)
    made = planning.of_each(
        lambda tenant: [releases.of(tenant)],
        job.tenants,
        limits,
        on_drift=on_drift,
        document=plan.proposal_document if as_json else None,
    )
    plans.write(made, sys.stderr if as_json else sys.stdout)
    if as_json:
        plans.dump(made, sys.stdout)
    return int(bool(made.failed))


def _unseen(_proposal: Proposal) -> None:
    """A thousand plans are not shown: `plan` shows them folded."""
