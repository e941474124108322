"""What a package that lists its pages (AICC, cmi5, xAPI) says, in plain words, and what of it starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from importers.shared import hrefs, launching
from importers.shared.hrefs import Directory
from importers.shared.launching import Nothing, Start
from importers.shared.naming import Name
from importers.shared.outcome import CARRIED, Outcome
from schemas import model
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import NOWHERE, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line of the table of contents: something to start at `address`, a chapter, or both.

    An `address` of None is a chapter's. `rules` says what becomes of all that a run-time is asked to do.
    """

    identifier: str
    key: str
    title: str
    description: str = ""
    address: str | None = None
    parameters: str = ""
    passing_score: Decimal | None = None
    minutes: int | None = None
    note: str = ""
    rules: tuple[tuple[str, Outcome], ...] = ()
    children: tuple[Part, ...] = ()
    location: Location = NOWHERE

    def walk(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Anything else that the package says: a kind of the report, a name, and what becomes of it."""

    kind: str
    name: str
    outcome: Outcome = CARRIED
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a package says. `manifests` are the files that say it, and start nothing themselves."""

    standard: model.Standard
    manifests: tuple[str, ...]
    name: Name
    title: str
    description: str = ""
    parts: tuple[Part, ...]
    facts: tuple[Fact, ...] = ()
    location: Location = NOWHERE

    def walk(self) -> Iterator[Part]:
        for part in self.parts:
            yield from part.walk()


def starts(structure: Structure, names: Sequence[str]) -> dict[str, Start]:
    """What each part that has an address starts, by its identifier. `names` are the files of the package.

    Raises RefusedError (CW516, CW517, CW521, CW523): too many parts, unsafe addresses, nothing to start.
    """
    _require_few(structure)
    _require_safe(structure)
    directory = Directory(names)
    found = {
        part.identifier: launching.with_parameters(
            launching.find(directory, part.address, structure.manifests), part.parameters
        )
        for part in structure.walk()
        if part.address is not None
    }
    _require_something(structure, found)
    return found


def _require_few(structure: Structure) -> None:
    count = sum(1 for _ in structure.walk())
    if count > launching.MAX_ITEMS:
        finding = Finding(
            rule=launching.TOO_MANY,
            location=structure.location,
            found=f"{count:,} chapters and pages",
            expected=f"at most {launching.MAX_ITEMS:,}",
            mend="split the course in the tool that made it and import the parts one by one",
        )
        raise RefusedError([finding])


def _require_safe(structure: Structure) -> None:
    unsafe = [
        _finding(launching.ADDRESS, part, f"{part.address[:200]!r}, {danger}", "a path inside the package")
        for part in structure.walk()
        if part.address is not None and (danger := hrefs.danger(part.address))
    ]
    if unsafe:
        raise RefusedError(unsafe)


def _require_something(structure: Structure, starts: Mapping[str, Start]) -> None:
    if any(not isinstance(start, Nothing) for start in starts.values()):
        return
    nothing = Finding(
        rule=launching.NOTHING,
        location=structure.location,
        found="nothing that starts a page of the package or an address on the web",
        expected="at least one address of a file in the package",
        mend="export the package again, complete; or mend the addresses named below",
    )
    reasons = (
        _finding(launching.NO_PAGE, part, f"{part.identifier[:80]!r} cannot be started: {start.reason}")
        for part in structure.walk()
        if isinstance(start := starts.get(part.identifier), Nothing)
    )
    raise RefusedError([nothing, *reasons])


def _finding(rule: Rule, part: Part, found: str, expected: str = "a file of the package") -> Finding:
    mend = "put the missing file into the package, or correct the address"
    return Finding(rule=rule, location=part.location, found=found, expected=expected, mend=mend)
