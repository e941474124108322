"""Which tenants a run is for, in waves: one is over before the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import tenants
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant

REST = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Tenants that are served together. `name` is the group's, or empty for tenants named one by one."""

    name: str
    tenants: tuple[Tenant, ...]


def everybody(waves: Iterable[Wave]) -> list[Tenant]:
    """In their order."""
    return [tenant for wave in waves for tenant in wave.tenants]


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts of a fleet, counted from 1. A tenant is always in the same one, by its name."""

    number: int
    of: int

    def has(self, name: str) -> bool:
        digest = blake2b(name.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tenants were asked for: by name, by group, all of them, a part of them, what a run left."""

    names: Sequence[str]
    groups: Sequence[str]
    _: KW_ONLY
    everyone: bool = False
    part: str | None = None
    resume: bool = False
    config: Path | None = None

    @property
    def many(self) -> bool:
        """More than the one tenant that a command without any choice is for."""
        return bool(self.groups or self.everyone or self.part or self.resume or len(self.names) > 1)

    def waves(self) -> list[Wave]:
        """Raises CoursewrightError for unknown tenants, groups and parts, and as `waves` does."""
        if self.part and not (self.names or self.groups or self.everyone):
            raise CoursewrightError("--shard is a part of what?", "add --all or --group NAME")
        part = shard(self.part) if self.part else None
        return waves(self.names, self.groups, self.config, everyone=self.everyone, part=part)

    def refuse_tenants(self) -> None:
        """Raises CoursewrightError when tenants were chosen beside `resume`, which knows its own."""
        if self.names or self.groups or self.everyone or self.part:
            raise CoursewrightError(
                "--resume goes on with the tenants of the last run",
                "leave out --tenant, --group, --all and --shard",
            )

    def tenants(self) -> list[Tenant]:
        return everybody(self.waves())


def shard(text: str) -> Shard:
    """`2/8`. Raises CoursewrightError."""
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise CoursewrightError(
            f"{text!r} is no part of a whole", "write --shard 2/8 for the second of eight"
        )
    return Shard(int(number), int(of))


def waves(
    names: Sequence[str],
    groups: Sequence[str],
    config: Path | None,
    *,
    everyone: bool = False,
    part: Shard | None = None,
) -> list[Wave]:
    """Tenants by name first, then groups in the order given; a tenant stands in the first that has it.

    `everyone` means all groups in the order of the file, then the others. Waves may be empty when this is a
    `part`. Raises CoursewrightError for unknown tenants and groups, and for patterns that mean nobody.
    """
    chosen = [("", list(dict.fromkeys(names)))] if names else []
    if groups or everyone:
        chosen += _grouped(groups, everyone=everyone, config=config)
    return _found(_once(chosen), config, part)


def _grouped(groups: Sequence[str], *, everyone: bool, config: Path | None) -> list[tuple[str, list[str]]]:
    known = list(tenants.configured(config))
    if not known:
        raise CoursewrightError("no tenants are configured", f"describe them in {config or tenants.CONFIG}")
    patterns = tenants.groups(config)
    for group in groups:
        if group not in patterns:
            groups_known = ", ".join(patterns) or "none"
            raise CoursewrightError(f"there is no group {group!r}", f"groups of the file: {groups_known}")
    wanted = [*groups, *(name for name in patterns if name not in groups)] if everyone else groups
    chosen = [(group, _matching(group, patterns[group], known)) for group in wanted]
    return [*chosen, (REST, known)] if everyone else chosen


def _matching(group: str, patterns: Iterable[str], known: Sequence[str]) -> list[str]:
    """In the order of the patterns. A pattern that means nobody is a slip, and a canary nobody would miss."""
    found: list[str] = []
    for pattern in patterns:
        matching = [name for name in known if fnmatchcase(name, pattern)]
        if not matching:
            raise CoursewrightError(
                f"group {group}: no tenant is called {pattern}", "mend the pattern, or take it out"
            )
        found += matching
    return found


def _once(chosen: Iterable[tuple[str, Sequence[str]]]) -> list[tuple[str, list[str]]]:
    seen: set[str] = set()
    kept = []
    for wave, names in chosen:
        fresh = [name for name in dict.fromkeys(names) if name not in seen]
        seen |= set(fresh)
        kept.append((wave, fresh))
    return [(wave, names) for wave, names in kept if names]


def _found(
    chosen: Sequence[tuple[str, Sequence[str]]], config: Path | None, part: Shard | None
) -> list[Wave]:
    mine = [(wave, [name for name in names if part is None or part.has(name)]) for wave, names in chosen]
    found = iter(tenants.several([name for _, names in mine for name in names], config))
    return [Wave(name=wave, tenants=tuple(next(found) for _ in names)) for wave, names in mine]


def again(named: Iterable[tuple[str, Sequence[str]]], config: Path | None) -> list[Wave]:
    """The waves of an earlier run. Raises CoursewrightError when a tenant is not configured any more."""
    return _found(list(named), config, None)
