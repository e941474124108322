"""What jobs for many tenants have in common: whom they are for, and the record of who is finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.fleet import ledger
from pipeline.fleet.run import News, Tell
from pipeline.fleet.selection import Choice, Wave, again, everybody

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class ForTenants:
    """A job for tenants in waves; `resumes` is the run whose rest it is."""

    waves: Sequence[Wave]
    resumes: ledger.Run | None = None

    @property
    def tenants(self) -> list[Tenant]:
        return everybody(self.waves)

    @property
    def bundles_as_written(self) -> Mapping[str, str]:
        """What the ledger tells this job from others by: a text for each bundle."""
        raise NotImplementedError

    def written(self) -> AbstractContextManager[ledger.Ledger]:
        """The record of this run: a new one, or the one it goes on with."""
        if self.resumes:
            return ledger.resumed(self.resumes)
        names = [(wave.name, [tenant.name for tenant in wave.tenants]) for wave in self.waves]
        return ledger.begun(self.bundles_as_written, names)


AJob = TypeVar("AJob", bound=ForTenants)


def resumed(job: AJob, choice: Choice) -> AJob:
    """The same job for the tenants that the last run left. Raises CoursewrightError."""
    choice.refuse_tenants()
    last = ledger.unfinished(job.bundles_as_written)
    return replace(job, waves=again(last.left, choice.config), resumes=last)


def recorded(record: ledger.Ledger | None, tell: Tell) -> Tell:
    """Tells of a run, and writes down who has nothing left to do."""

    def listen(news: News) -> None:
        if record and news.what in ("current", "done"):
            record.finish(news.name)
        tell(detailed(news))

    return listen


def detailed(news: News) -> News:
    """With what was done, bundle by bundle."""
    return replace(news, details={"bundles": [part.details for part in news.parts]}) if news.parts else news
