"""Which tenant has which release of which bundle, and who is behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline import publishing
from pipeline.fleet import standing

if TYPE_CHECKING:
    from loaders.content.standing import Holding, Standing, Target
    from loaders.tenants.tenant import Tenant

State = Literal["current", "behind", "absent", "needs migration", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One bundle in one tenant. `holding` is None when the tenant lacks it; `why` if it cannot tell."""

    tenant: str
    bundle: str
    state: State
    holding: Holding | None = None
    why: str = ""


def status(paths: Sequence[Path], tenants: Sequence[Tenant], *, edits: bool) -> list[Cell]:
    """By bundle. Compared with these bundles, or, without any, with what was published last anywhere.

    With `edits` every row is looked at for what somebody wrote there since.
    """
    return of_files(paths, tenants, edits=edits) if paths else of_tenants(tenants, edits=edits)


def of_files(paths: Sequence[Path], tenants: Sequence[Tenant], *, edits: bool) -> list[Cell]:
    """How tenants stand compared with these bundles, by bundle. Raises RefusedError for a wrong bundle."""
    from loaders.content.standing import target

    wanted = []
    for path in paths:
        with publishing.opened(path) as bundle:
            wanted.append(target(bundle.reading.bundle))
    found = standing.ask(tenants, edits=edits)
    return [_compared(name, each, one) for one in wanted for name, each in found.items()]


def of_tenants(tenants: Sequence[Tenant], *, edits: bool) -> list[Cell]:
    """How tenants stand compared with one another: what was published last, anywhere, is current."""
    found = standing.ask(tenants, edits=edits)
    newest = _newest(found.values())
    cells = [_unable(name, "", each) for name, each in found.items() if not each.readable]
    able = {name: each for name, each in found.items() if each.readable}
    return [*cells, *(cell for key in sorted(newest) for cell in _beside(key, newest[key], able))]


def _newest(standings: Iterable[Standing]) -> dict[str, Holding]:
    held: dict[str, Holding] = {}
    for each in standings:
        for key, holding in each.bundles.items():
            if key not in held or _moment(holding) > _moment(held[key]):
                held[key] = holding
    return held


def _moment(holding: Holding) -> str:
    return holding.published_at.isoformat() if holding.published_at else ""


def _beside(key: str, newest: Holding, standings: Mapping[str, Standing]) -> Iterator[Cell]:
    for name, each in standings.items():
        holding = each.bundles.get(key)
        state: State = "absent"
        if holding:
            state = "current" if holding.digest == newest.digest else "behind"
        yield Cell(tenant=name, bundle=key, state=state, holding=holding)


def _compared(name: str, each: Standing, wanted: Target) -> Cell:
    if not each.readable:
        return _unable(name, wanted.bundle, each)
    holding = each.bundles.get(wanted.bundle)
    if holding is None:
        return Cell(tenant=name, bundle=wanted.bundle, state="absent")
    state: State = "current" if wanted.reached(each) else "behind"
    return Cell(tenant=name, bundle=wanted.bundle, state=state, holding=holding)


def _unable(name: str, bundle: str, each: Standing) -> Cell:
    state: State = "unreadable" if each.refused else "needs migration"
    return Cell(tenant=name, bundle=bundle, state=state, why=each.refused or ", ".join(each.pending))
