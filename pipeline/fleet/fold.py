"""Plans of many tenants, folded: what would be done alike is told once, with the learners of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from pipeline.promise import promised

if TYPE_CHECKING:
    from pipeline.publishing import Proposal
    from schemas.findings import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """In which tenants a change meets learners, and in which it breaks a rule."""

    tenants: Sequence[str]
    rules: Mapping[Rule, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What publishing a bundle does to all of these tenants alike.

    `proposal` speaks for all of them: learners are summed, and what is done to them is judged by the sum.
    `met` stands beside its `judged`.
    """

    proposal: Proposal
    tenants: Sequence[str]
    met: Sequence[Met]


def alone(proposal: Proposal) -> Shared:
    """The plan of one tenant."""
    alike = _Alike(proposal)
    alike.add(proposal)
    return alike.shared({proposal.tenant: 0})


class Fold:
    """Takes plans from several threads. Of those that are alike it keeps one, and whom each of them meets."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, Hashable], _Alike] = {}
        self._lock = Lock()

    def add(self, position: int, proposal: Proposal) -> None:
        """`position` is the bundle's among those of the command."""
        key = position, _key(proposal)
        with self._lock:
            if key not in self._found:
                self._found[key] = _Alike(proposal)
            self._found[key].add(proposal)

    def shared(self, order: Sequence[str]) -> list[Shared]:
        """By bundle, then by the first tenant that takes it so; `order` has the names of all tenants."""
        ranks = {name: rank for rank, name in enumerate(order)}
        found = [(position, alike.shared(ranks)) for (position, _), alike in self._found.items()]
        found.sort(key=lambda one: (one[0], ranks[one[1].tenants[0]]))
        return [shared for _, shared in found]


def _key(proposal: Proposal) -> Hashable:
    """Equal for plans that read the same, learners aside."""
    plan = proposal.plan
    return (
        plan.bundle,
        plan.base is None,
        promised(proposal).changes,
        "" if plan.empty else repr(plan.counts),
        proposal.leaving,
        tuple(media.digest for media in proposal.uploads),
        tuple(edit.address for edit in proposal.local.edits),
    )


class _Alike:
    """Tenants with plans that are alike, so far."""

    def __init__(self, first: Proposal) -> None:
        from loaders.content.effects import Effects

        self._first = first
        self._tenants: list[str] = []
        self._people = [Effects()] * len(first.judged)
        self._met: list[list[str]] = [[] for _ in first.judged]
        self._rules: list[defaultdict[Rule, list[str]]] = [defaultdict(list) for _ in first.judged]

    def add(self, proposal: Proposal) -> None:
        name = proposal.tenant
        self._tenants.append(name)
        for number, judged in enumerate(proposal.judged):
            self._people[number] += judged.effects
            if judged.effects.anybody:
                self._met[number].append(name)
            for reason in judged.reasons:
                self._rules[number][reason.rule].append(name)

    def shared(self, ranks: Mapping[str, int]) -> Shared:
        from loaders.content.severity import judge

        def ranked(names: Sequence[str]) -> list[str]:
            return sorted(names, key=ranks.__getitem__)

        changes = self._first.plan.changes
        judged = tuple(judge(change, people) for change, people in zip(changes, self._people, strict=True))
        met = [
            Met(tenants=ranked(names), rules={rule: ranked(each) for rule, each in rules.items()})
            for names, rules in zip(self._met, self._rules, strict=True)
        ]
        return Shared(proposal=replace(self._first, judged=judged), tenants=ranked(self._tenants), met=met)
