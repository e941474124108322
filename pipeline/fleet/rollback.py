"""An earlier release of a bundle for many tenants: each goes back to its own, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.fleet import ledger
from pipeline.fleet.publish import detailed
from pipeline.fleet.run import Limits, News, Tell, run
from pipeline.fleet.selection import Choice, Wave, again
from pipeline.fleet.serving import Done, Task
from pipeline.fleet.work import PublishOne, came_to
from pipeline.rollback import Releases, Target
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.tenants.reuse import Idle
    from loaders.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Who goes back, and to which release."""

    bundle: str
    wanted: Target
    waves: Sequence[Wave]
    resumes: ledger.Run | None = None

    @property
    def tenants(self) -> list[Tenant]:
        return [tenant for wave in self.waves for tenant in wave.tenants]

    def written(self) -> AbstractContextManager[ledger.Ledger]:
        """The record of this run: a new one, or the one it goes on with."""
        if self.resumes:
            return ledger.resumed(self.resumes)
        names = [(wave.name, [tenant.name for tenant in wave.tenants]) for wave in self.waves]
        return ledger.begun(_written(self.bundle, self.wanted), names)


def job(bundle: str, wanted: Target, choice: Choice) -> Job:
    """What was asked for, or what the last run left of just that. Raises CoursewrightError.

    A release's number is one tenant's: the same number is another bundle elsewhere.
    """
    if wanted.number is not None:
        raise CoursewrightError(
            f"release {wanted.number} is another one in each tenant",
            "say how its git commit or its digest begins, as `status` shows them, or `previous`",
        )
    if not choice.resume:
        return Job(bundle=bundle, wanted=wanted, waves=choice.waves())
    choice.refuse_tenants()
    last = ledger.unfinished(_written(bundle, wanted))
    return Job(bundle=bundle, wanted=wanted, waves=again(last.left, choice.config), resumes=last)


def _written(bundle: str, wanted: Target) -> dict[str, str]:
    """What the ledger tells this run from others by."""
    return {bundle: f"back to {wanted.text}"}


def roll_back(job: Job, one: PublishOne, limits: Limits, tell: Tell) -> None:
    """Publishes to every tenant what it had, with `one`. See `run` for failures."""
    from loaders.tenants.reuse import Idle

    releases = Releases(job.bundle, job.wanted)

    def work(tenant: Tenant) -> Task:
        return partial(_go_back, tenant, releases, one, idle)

    with job.written() as record, Idle() as idle:

        def listen(news: News) -> None:
            if news.what in ("current", "done"):
                record.finish(news.name)
            tell(detailed(news))

        run([wave.tenants for wave in job.waves], work, limits, listen)


def _go_back(tenant: Tenant, releases: Releases, one: PublishOne, idle: Idle, _start: int) -> Iterator[Done]:
    with idle.reused():
        done = came_to(one(releases.of(tenant), tenant))
    yield done
