"""An earlier release of a bundle for many tenants: each goes back to its own, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.fleet.job import ForTenants, recorded, resumed
from pipeline.fleet.run import Limits, Tell, run
from pipeline.fleet.selection import Choice
from pipeline.fleet.serving import Done, Task
from pipeline.fleet.work import PublishOne, came_to
from pipeline.rollback import Releases, Target
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.tenants.reuse import Idle
    from loaders.tenants.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(ForTenants):
    """Who goes back, and to which release."""

    bundle: str
    wanted: Target

    @property
    def bundles_as_written(self) -> dict[str, str]:
        return {self.bundle: f"back to {self.wanted.text}"}


def job(bundle: str, wanted: Target, choice: Choice) -> Job:
    """What was asked for, or what the last run left of just that. Raises CoursewrightError.

    A release's number is one tenant's: the same number is another bundle elsewhere.
    """
    if wanted.number is not None:
        raise CoursewrightError(
            f"release {wanted.number} is another one in each tenant",
            "say how its git commit or its digest begins, as `status` shows them, or `previous`",
        )
    fresh = Job(bundle=bundle, wanted=wanted, waves=() if choice.resume else choice.waves())
    return resumed(fresh, choice) if choice.resume else fresh


def roll_back(job: Job, one: PublishOne, limits: Limits, tell: Tell) -> None:
    """Publishes to every tenant what it had, with `one`. See `run` for failures."""
    from loaders.tenants.reuse import Idle

    releases = Releases(job.bundle, job.wanted)

    def work(tenant: Tenant) -> Task:
        return partial(_go_back, tenant, releases, one, idle)

    with job.written() as record, Idle() as idle:
        run([wave.tenants for wave in job.waves], work, limits, recorded(record, tell))


def _go_back(tenant: Tenant, releases: Releases, one: PublishOne, idle: Idle, _start: int) -> Iterator[Done]:
    with idle.reused():
        done = came_to(one(releases.of(tenant), tenant))
    yield done
