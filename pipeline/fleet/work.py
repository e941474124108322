"""The unit of work: what one tenant is behind with. It travels to other processes by the names of files."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from pipeline.engines import meant
from pipeline.fleet.serving import Done
from pipeline.show import plan
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.content.staging.area import Areas
    from loaders.content.standing import Target
    from loaders.tenants.reuse import Idle
    from loaders.tenants.tenant import Tenant
    from pipeline.publishing import Opened, Outcome

PublishOne = Callable[..., "Outcome"]  # of an `Opened` and a `Tenant`, see `publishing.publish`
_BUNDLES_KEPT: Final = 4  # by a worker, which may live for weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A bundle that is open here; another process opens the file or folder of the same name once.

    It is the same bundle there when its `target` is, which covers every row and every medium.
    """

    path: Path
    label: str
    target: Target
    git_commit: str | None
    here: Opened | None

    def __reduce__(self) -> tuple[Any, ...]:
        return _shipped, (self.path, self.label, self.target, self.git_commit, Path.cwd())

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Raises CoursewrightError where the files are others than those the run began with."""
        if self.here is not None:
            yield self.here
            return
        with _reading:
            arrived = _arrived(self)
        yield arrived.bundle


def shipped(path: Path, bundle: Opened) -> Shipped:
    from loaders.content.standing import Target

    model = bundle.reading.bundle
    wanted = Target(model.key, bundle.prepared.tree().digest, model.moved)
    return Shipped(path=path, label=bundle.label, target=wanted, git_commit=bundle.git_commit, here=bundle)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Publishes `bundles` to a tenant with `one`, each a part. See `serving.Task`.

    `areas` and the `idle` connections are threads' to share: in another process rows are sent to each tenant,
    and each opens connections of its own.
    """

    tenant: Tenant
    bundles: tuple[Shipped, ...]
    one: PublishOne
    areas: Areas | None = field(default=None, repr=False)
    idle: Idle | None = field(default=None, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _publishing, (self.tenant, self.bundles, self.one, Path.cwd())

    def __call__(self, start: int) -> Iterator[Done]:
        for each in self.bundles[start:]:
            with each.opened() as bundle, self.idle.reused() if self.idle else nullcontext():
                done = came_to(self.one(bundle, self.tenant, areas=self.areas))
            yield done


# ── in another process ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A bundle, and what keeps it open until nobody uses it any more."""

    bundle: Opened
    opening: ExitStack


_reading = Lock()  # the threads of a worker wait for the first of them to read a bundle


@lru_cache(_BUNDLES_KEPT)
def _arrived(wanted: Shipped) -> _Arrived:
    from pipeline import publishing

    with ExitStack() as opening:
        try:
            bundle = opening.enter_context(publishing.opened(wanted.path))
        except CoursewrightError as error:
            raise CoursewrightError(f"On {socket.gethostname()}: {error}", _SAME_FILES) from error
        if shipped(wanted.path, bundle).target != wanted.target:
            raise CoursewrightError(
                f"{wanted.path} on {socket.gethostname()} is not the bundle that the run began with",
                _SAME_FILES,
            )
        bundle = replace(bundle, label=wanted.label, git_commit=wanted.git_commit)
        return _Arrived(bundle, opening.pop_all())


_SAME_FILES: Final = "give every worker the same files at the same place, and go on with --resume"


def _shipped(path: Path, label: str, target: Target, git_commit: str | None, folder: Path) -> Shipped:
    return Shipped(path=meant(path, folder), label=label, target=target, git_commit=git_commit, here=None)


def _publishing(tenant: Tenant, bundles: tuple[Shipped, ...], one: PublishOne, folder: Path) -> Publishing:
    return Publishing(meant_tenant(tenant, folder), bundles, one)


def meant_tenant(tenant: Tenant, folder: Path) -> Tenant:
    """A tenant of a run that was started in `folder`: its media folder is the same one elsewhere."""
    if "://" in tenant.media:
        return tenant
    return replace(tenant, media=str(meant(Path(tenant.media), folder)))


# ── what was done ────────────────────────────────────────────────────────────────────────────────


def came_to(outcome: Outcome) -> Done:
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
