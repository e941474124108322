"""Bundles for many tenants: read once, compared by digest first, one transaction a tenant and bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fleet import ledger, standing
from pipeline.fleet.run import Limits, News, Tell, Work, run
from pipeline.fleet.selection import Choice, Wave, again
from pipeline.fleet.work import Publishing, PublishOne, Shipped, shipped
from pipeline.progress import say

if TYPE_CHECKING:
    from loaders.content.standing import Target
    from loaders.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is published to whom."""

    bundles: Sequence[Shipped]
    waves: Sequence[Wave]
    resumes: ledger.Run | None = None

    @property
    def wanted(self) -> list[Target]:
        """What a tenant has that is current, bundle by bundle."""
        return [bundle.target for bundle in self.bundles]

    @property
    def tenants(self) -> list[Tenant]:
        return [tenant for wave in self.waves for tenant in wave.tenants]

    @property
    def digests(self) -> dict[str, str]:
        """By bundle, in hex."""
        return {target.bundle: target.digest.hex() for target in self.wanted}

    def written(self) -> AbstractContextManager[ledger.Ledger]:
        """The record of this run: a new one, or the one it goes on with."""
        if self.resumes:
            return ledger.resumed(self.resumes)
        return ledger.begun(self.digests, [(w.name, [t.name for t in w.tenants]) for w in self.waves])


@contextmanager
def opened(paths: Sequence[Path], waves: Sequence[Wave]) -> Iterator[Job]:
    """The bundles, open until the block ends. They were checked, and no two of them have one key."""
    from pipeline import publishing

    with ExitStack() as stack:
        bundles = [shipped(path, stack.enter_context(publishing.opened(path))) for path in paths]
        yield Job(bundles=bundles, waves=waves)


def resumed(job: Job, choice: Choice) -> Job:
    """The same bundles for the tenants that the last run left. Raises CoursewrightError."""
    choice.refuse_tenants()
    last = ledger.unfinished(job.digests)
    return replace(job, waves=again(last.left, choice.config), resumes=last)


def publish(
    job: Job, one: PublishOne, limits: Limits, tell: Tell, *, dry_run: bool, two_phase: bool = False
) -> None:
    """Publishes to every tenant that is not current, with `one`; a ledger tells who has nothing left to do.

    A tenant whose second bundle fails keeps its first: each is a transaction of its own, and the news says
    so. In two phases nobody is published to before everybody took everything in a rehearsal. See `run` for
    failures.
    """
    from loaders.content.staging.area import Areas
    from loaders.tenants.reuse import Idle

    behind = standing.behind(standing.ask(job.tenants), job.wanted)
    current = {name for name, keys in behind.items() if not keys}
    with (
        nullcontext() if dry_run else job.written() as record,
        Areas(job.tenants, say) as areas,
        Idle() as idle,
    ):

        def work(tenant: Tenant, *, rehearse: bool = False) -> Publishing:
            missing = tuple(bundle for bundle in job.bundles if bundle.target.bundle in behind[tenant.name])
            return Publishing(tenant, missing, partial(one, rehearse=rehearse), areas, idle)

        rehearsal = partial(work, rehearse=True)
        if not two_phase or _rehearsed(job, rehearsal, limits, tell, current):
            _publish(job, work, limits, tell, record=record, current=current)


def _rehearsed(job: Job, work: Work[Tenant], limits: Limits, tell: Tell, current: Collection[str]) -> bool:
    """Whether all are ready. If not, everybody gets an end here: those that were ready are left."""
    ends: dict[str, News] = {}

    def listen(news: News) -> None:
        if news.end:
            ends[news.name] = news
        if news.what == "done":
            tell(replace(detailed(news), what="ready"))
        elif news.what != "current":
            tell(detailed(news))

    ready = False
    try:
        run([job.tenants], work, limits, listen, current=current)
        ready = all(news.what in ("done", "current") for news in ends.values())
    finally:
        for news in () if ready else ends.values():
            if news.what == "done":
                tell(News(name=news.name, what="left", text="it was ready, but not everybody was"))
            elif news.what == "current":
                tell(news)
    return ready


def _publish(
    job: Job,
    work: Work[Tenant],
    limits: Limits,
    tell: Tell,
    *,
    record: ledger.Ledger | None,
    current: Collection[str],
) -> None:
    def listen(news: News) -> None:
        if record and news.what in ("current", "done"):
            record.finish(news.name)
        tell(detailed(news))

    run([wave.tenants for wave in job.waves], work, limits, listen, current=current)


def detailed(news: News) -> News:
    """With what was done, bundle by bundle."""
    return replace(news, details={"bundles": [part.details for part in news.parts]}) if news.parts else news
