"""Plans for one tenant or many: bundles are read once, tenants several at a time, what is alike is folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import publishing
from pipeline.fleet.fold import Fold, Shared
from pipeline.fleet.run import Limits, News, run
from pipeline.fleet.serving import Done
from pipeline.progress import progress
from schemas.words import counted

if TYPE_CHECKING:
    from loaders.content.drift.local import OnDrift
    from loaders.tenants.reuse import Idle
    from loaders.tenants.tenant import Tenant
    from pipeline.publishing import Opened, Proposal

Document = Callable[["Proposal"], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """By bundle, then by tenant. `documents` has every single plan, when they were asked for.

    `ends` has a piece of news for every tenant, in their order.
    """

    shared: Sequence[Shared]
    documents: Sequence[dict[str, Any]]
    ends: Sequence[News]

    @property
    def failed(self) -> list[News]:
        """Of the tenants that could not be planned for."""
        return [news for news in self.ends if news.end == "failed"]


def plans(
    paths: Sequence[Path],
    tenants: Sequence[Tenant],
    limits: Limits,
    *,
    on_drift: OnDrift,
    document: Document | None = None,
) -> Plans:
    """What publishing these bundles would do; nothing is written. `document` makes what is kept of each plan.

    A tenant that cannot be planned for keeps no other from it. Raises its error when it is the only one.
    """
    with ExitStack() as stack:
        bundles = [stack.enter_context(publishing.opened(path)) for path in paths]
        return of_each(lambda _: bundles, tenants, limits, on_drift=on_drift, document=document)


def of_each(
    bundles: Callable[[Tenant], Sequence[Opened]],
    tenants: Sequence[Tenant],
    limits: Limits,
    *,
    on_drift: OnDrift,
    document: Document | None = None,
) -> Plans:
    """As `plans`, when a tenant gets bundles of its own: the same number of them each."""
    made = _Planning(bundles, tenants, on_drift, document).done(limits)
    if len(tenants) == 1 and made.failed and made.failed[0].error:
        raise made.failed[0].error
    return made


class _Planning:
    """Plans that are being made, by several threads."""

    def __init__(
        self,
        bundles: Callable[[Tenant], Sequence[Opened]],
        tenants: Sequence[Tenant],
        on_drift: OnDrift,
        document: Document | None,
    ) -> None:
        self._bundles, self._tenants, self._on_drift, self._document = bundles, tenants, on_drift, document
        self._ranks = {tenant.name: rank for rank, tenant in enumerate(tenants)}
        self._fold = Fold()
        self._documents: dict[tuple[int, int], dict[str, Any]] = {}  # by bundle, then by tenant

    def done(self, limits: Limits) -> Plans:
        from loaders.tenants.reuse import Idle

        ends: dict[str, News] = {}
        order = list(self._ranks)
        with progress("planning", len(order), lambda number: counted(number, "tenant")) as advance:

            def tell(news: News) -> None:
                if news.end:
                    ends[news.name] = news
                    advance(1)

            with Idle() as idle:
                run([self._tenants], lambda tenant: partial(self._plan, tenant, idle), limits, tell)
        return Plans(
            shared=self._fold.shared(order),
            documents=[self._documents[key] for key in sorted(self._documents)],
            ends=[ends[name] for name in order],
        )

    def _plan(self, tenant: Tenant, idle: Idle, _start: int) -> Iterator[Done]:
        """All bundles before any is kept: an attempt that fails is made again from the start."""
        with idle.reused():
            found = [
                publishing.propose(bundle, tenant, user=None, on_drift=self._on_drift)
                for bundle in self._bundles(tenant)
            ]
        for position, proposal in enumerate(found):
            self._fold.add(position, proposal)
            if self._document:
                self._documents[position, self._ranks[tenant.name]] = self._document(proposal)
        yield Done("", {}, changed=any(not proposal.plan.empty for proposal in found))
