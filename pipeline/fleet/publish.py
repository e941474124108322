"""Bundles for many tenants: read once, compared by digest first, one transaction a tenant and bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fleet import standing
from pipeline.fleet.job import ForTenants, detailed, recorded
from pipeline.fleet.run import Limits, News, Tell, Work, run
from pipeline.fleet.selection import Wave
from pipeline.fleet.work import Publishing, PublishOne, Shipped, shipped
from pipeline.progress import say

if TYPE_CHECKING:
    from loaders.content.standing import Target
    from loaders.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(ForTenants):
    """What is published to whom."""

    bundles: Sequence[Shipped]

    @property
    def wanted(self) -> list[Target]:
        """What a tenant has that is current, bundle by bundle."""
        return [bundle.target for bundle in self.bundles]

    @property
    def bundles_as_written(self) -> dict[str, str]:
        """Digests in hex."""
        return {target.bundle: target.digest.hex() for target in self.wanted}


@contextmanager
def opened(paths: Sequence[Path], waves: Sequence[Wave]) -> Iterator[Job]:
    """The bundles, open until the block ends. They were checked, and no two of them have one key."""
    from pipeline import publishing

    with ExitStack() as stack:
        bundles = [shipped(path, stack.enter_context(publishing.opened(path))) for path in paths]
        yield Job(bundles=bundles, waves=waves)


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
        nullcontext() if dry_run else Areas(job.tenants, say) as areas,
        Idle() as idle,
    ):

        def work(tenant: Tenant, *, rehearse: bool = False) -> Publishing:
            missing = tuple(bundle for bundle in job.bundles if bundle.target.bundle in behind[tenant.name])
            return Publishing(tenant, missing, partial(one, rehearse=rehearse), areas, idle)

        rehearsal = partial(work, rehearse=True)
        if not two_phase or _rehearsed(job, rehearsal, limits, tell, current):
            run([wave.tenants for wave in job.waves], work, limits, recorded(record, tell), current=current)


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
