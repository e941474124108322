"""Bundles for many tenants: read once, compared by digest first, one transaction a tenant and bundle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.fleet import ledger, standing
from pipeline.fleet.run import Done, Limits, News, Tell, run
from pipeline.fleet.selection import Choice, Wave, again
from pipeline.progress import say
from pipeline.show import plan

if TYPE_CHECKING:
    from loaders.content.standing import Target
    from loaders.tenants.tenant import Tenant
    from pipeline.publishing import Opened, Outcome

PublishOne = Callable[..., "Outcome"]  # of an `Opened` and a `Tenant`, see `publishing.publish`
Behind = Mapping[str, Collection[str]]  # tenant → keys of the bundles it does not have as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is published to whom. `wanted`: what a tenant has that is current, bundle by bundle."""

    bundles: Sequence[Opened]
    wanted: Sequence[Target]
    waves: Sequence[Wave]
    resumes: ledger.Run | None = None

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
    from loaders.content.standing import target
    from pipeline import publishing

    with ExitStack() as stack:
        bundles = [stack.enter_context(publishing.opened(path)) for path in paths]
        wanted = [target(bundle.reading.bundle) for bundle in bundles]
        yield Job(bundles=bundles, wanted=wanted, waves=waves)


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

    behind = standing.behind(standing.ask(job.tenants), job.wanted)
    with nullcontext() if dry_run else job.written() as record, Areas(job.tenants, say) as areas:
        one = partial(one, areas=areas)
        if not two_phase or _rehearsed(job, partial(one, rehearse=True), limits, tell, behind):
            _publish(job, one, limits, tell, record=record, behind=behind)


def _rehearsed(job: Job, one: PublishOne, limits: Limits, tell: Tell, behind: Behind) -> bool:
    """Whether all are ready. If not, everybody gets an end here: those that were ready are left."""
    ends: dict[str, News] = {}

    def work(tenant: Tenant) -> Done:
        todo = [each for each in job.bundles if each.reading.bundle.key in behind[tenant.name]]
        return _together(_done(one(bundle, tenant)) for bundle in todo)

    def listen(news: News) -> None:
        if news.end:
            ends[news.tenant] = news
        if news.what == "done":
            tell(replace(news, what="ready"))
        elif news.what != "current":
            tell(news)

    everybody = Wave(name="", tenants=tuple(job.tenants))
    run([everybody], work, limits, listen, current=_current(behind))
    if all(news.what in ("done", "current") for news in ends.values()):
        return True
    for name, news in ends.items():
        if news.what == "done":
            tell(News(tenant=name, what="left", text="it was ready, but others were not"))
        elif news.what == "current":
            tell(news)
    return False


def _publish(
    job: Job,
    one: PublishOne,
    limits: Limits,
    tell: Tell,
    *,
    record: ledger.Ledger | None,
    behind: Behind,
) -> None:
    parts: dict[str, dict[str, Done]] = {}

    def work(tenant: Tenant) -> Done:
        done = parts.setdefault(tenant.name, {})  # not done again when the next bundle has to be tried again
        for bundle in job.bundles:
            key = bundle.reading.bundle.key
            if key in behind[tenant.name] and key not in done:
                done[key] = _done(one(bundle, tenant))
        return _together(done.values())

    def listen(news: News) -> None:
        if record and news.what in ("current", "done"):
            record.finish(news.tenant)
        tell(_with_parts(news, parts.get(news.tenant, {}).values()))

    run(job.waves, work, limits, listen, current=_current(behind))


def _current(behind: Behind) -> set[str]:
    return {name for name, keys in behind.items() if not keys}


def _done(outcome: Outcome) -> Done:
    """Small, unlike a plan: a thousand of them may be kept."""
    document = plan.document(outcome)
    details = {name: value for name, value in document.items() if name not in ("changes", "tenant")}
    return Done(_told(outcome), details, changed=not outcome.proposal.plan.empty)


def _told(outcome: Outcome) -> str:
    """What was done, or would be, in a few words: `tiny release 4 (1 created, 2 changed)`."""
    proposed = outcome.proposal.plan
    if proposed.empty:
        return f"{proposed.bundle} unchanged"
    totals = Counter[str]()
    for counts in proposed.counts.values():
        totals.update({name: number for name, number in counts.as_dict().items() if name != "unchanged"})
    told = ", ".join(f"{number:,} {name}" for name, number in totals.items() if number)
    release = f"release {outcome.release.id}" if outcome.release else "would change"
    return f"{proposed.bundle} {release} ({told})"


def _together(parts: Iterable[Done]) -> Done:
    parts = list(parts)
    return Done(
        text="; ".join(part.text for part in parts),
        details={"bundles": [part.details for part in parts]},
        changed=any(part.changed for part in parts),
    )


def _with_parts(news: News, parts: Iterable[Done]) -> News:
    """A failure says what had been published before it, which stays."""
    before = _together(parts)
    if news.what != "failed" or not before.text:
        return news
    return replace(news, text=f"{news.text} Before that: {before.text}.", details=before.details)
