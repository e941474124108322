"""Course, units and blocks of an AICC package as the parts of a course (CMI001 §A.3 to §A.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from importers.aicc.files import Files
from importers.aicc.tables import Row
from importers.shared import durations, hrefs, keys, naming
from importers.shared.outcome import STAYS, Outcome, changed, skipped
from importers.shared.structure import Fact, Part, Structure
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

UNIT: Final = Rule("CW540", "aicc-unit", "Each unit of an AICC course has a System_ID of its own.")
LOOP: Final = Rule("CW541", "aicc-loop", "A block of an AICC course is not inside itself.")

MAX_DEPTH: Final = 100
_ROOT: Final = "root"
_OBJECTIVE: Final = "j"
"""What the ids of objectives begin with; those of units begin with A, those of blocks with B."""
_NO_LIMIT: Final = 9_999 * 60
"""Minutes: what tools write for no limit, which the standard has no word for."""
_NUMBER: Final = re.compile(r"^\d{1,6}(\.\d{1,4})?$")
_CENT: Final = Decimal("0.01")
_READ: Final = ("system_id", "file_name", "web_launch", "mastery_score", "max_score", "max_time_allowed")
_TAKEN: Final = (("course", "course_id"), ("course", "course_title"), ("course_description", ""))
_LIMITED: Final[Outcome] = changed("taken as the length of the content; the limit is not enforced")


def of(files: Files) -> Structure:
    """The whole course. Raises RefusedError (CW540, CW541)."""
    _require_units(files)
    course = files.course.get("course", {})
    identifier, title = course.get("course_id", ""), course.get("course_title", "")
    here = Location(files.label, 1)
    tree = _Tree(files)
    parts = tuple(tree.parts())
    return Structure(
        standard="aicc",
        manifests=tuple(files.names.values()),
        name=naming.name(identifier, title, files.digest),
        title=title,
        description=files.course.get("course_description", {}).get("", ""),
        parts=parts,
        facts=(
            *_course_facts(files, here),
            *_table_facts(files),
            *tree.nowhere.values(),
            *tree.descriptions(),
        ),
        location=here,
    )


def _require_units(files: Files) -> None:
    first: set[str] = set()
    faults = []
    for row in files.units:
        identifier = row.get("system_id")
        if not identifier or identifier.lower() in first:
            found = f"a second unit {identifier[:60]!r}" if identifier else "a unit without System_ID"
            faults.append(_finding(UNIT, row.location, found, "a System_ID of its own"))
        first.add(identifier.lower())
    if faults:
        raise RefusedError(faults)


def _finding(rule: Rule, location: Location, found: str, expected: str) -> Finding:
    mend = "mend it in the tool that made the package and export again"
    return Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)


def _loop(name: str, row: Row) -> Finding:
    found = f"block {name[:60]!r} inside itself, or over {MAX_DEPTH} levels of blocks"
    return _finding(LOOP, row.location, found, "blocks that come to an end")


# ── the tree ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Tree:
    """Puts units into blocks. System ids are compared without regard to case.

    `nowhere` gathers, by kind and name, what stands at no place, `_placed` what stands somewhere already.
    """

    files: Files
    nowhere: dict[tuple[str, str], Fact] = field(default_factory=dict)
    _units: Mapping[str, Row] = field(init=False)
    _described: Mapping[str, Row] = field(init=False)
    _members: dict[str, list[tuple[str, Row]]] = field(init=False)
    _keys: Mapping[str, str] = field(init=False)
    _placed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._units = {row.get("system_id").lower(): row for row in self.files.units}
        self._described = {row.get("system_id").lower(): row for row in self.files.descriptions}
        self._members = {}
        for row in self.files.structure:
            members = self._members.setdefault(_block(row).lower(), [])
            members += [(cell, row) for cell in _member_cells(row) if cell]
        everything = [*self._units, *self._members, *(name.lower() for name, _ in self._all_members())]
        self._keys = keys.keys(dict.fromkeys(everything), "unit")

    def parts(self) -> Iterator[Part]:
        """Those of the root, blocks that stand in no other, then units that the structure does not place."""
        for name, row in (*self._members.get(_ROOT, []), *self._tops()):
            yield from self._part(name, row, ())
        self._require_an_end()
        for name, row in self._units.items():
            if name not in self._placed:
                note = "not in the .cst: put at the end" if self.files.structure else ""
                yield self._unit(row.get("system_id"), row, (), note)

    def _all_members(self) -> list[tuple[str, Row]]:
        return [each for members in self._members.values() for each in members]

    def descriptions(self) -> Iterator[Fact]:
        """Rows of the .des that are about nothing in the course (objectives are), or about a thing again."""
        for row in self.files.descriptions:
            own = row.get("system_id").lower()
            if own not in self._placed or self._described[own] is not row:
                where = f".des line {row.location.line}"
                yield Fact(kind="metadata", name=where, outcome=STAYS, location=row.location)

    def _tops(self) -> list[tuple[str, Row]]:
        """Blocks that stand in no other: the root may have another name."""
        inside = {_ROOT, *(name.lower() for name, _ in self._all_members())}
        return [(_block(row), row) for name, row in self._blocks().items() if name not in inside]

    def _blocks(self) -> dict[str, Row]:
        """A row of each."""
        return {_block(row).lower(): row for row in self.files.structure}

    def _require_an_end(self) -> None:
        """Raises RefusedError where blocks are only inside one another."""
        for name, row in self._blocks().items():
            if name != _ROOT and name not in self._placed:
                raise RefusedError([_loop(name, row)])

    def _part(self, name: str, row: Row, above: tuple[str, ...]) -> Iterator[Part]:
        """A member of a block, unless it stands somewhere already. `row` is that of the block."""
        own = name.lower()
        if own in above or len(above) > MAX_DEPTH:
            raise RefusedError([_loop(name, row)])
        if own in self._placed:
            where = f"{name} in {_block(row)} of line {row.location.line}"
            outcome = skipped("it has its place in the course already")
            self._fact(Fact(kind="element", name=where, outcome=outcome, location=row.location))
        elif own in self._units or own in self._members:
            yield self._unit(name, row, above)
        elif own.startswith(_OBJECTIVE):
            self._fact(Fact(kind="rule", name=f"objective {name}", outcome=STAYS, location=row.location))
        elif own in self._described:
            yield self._unit(name, row, above)
        else:
            self._placed.add(own)
            outcome = skipped("neither the .au nor the .des has it")
            self._fact(Fact(kind="item", name=name, outcome=outcome, location=row.location))

    def _fact(self, fact: Fact) -> None:
        self.nowhere.setdefault((fact.kind, fact.name), fact)

    def _unit(self, name: str, row: Row, above: tuple[str, ...], note: str = "") -> Part:
        own = name.lower()
        self._placed.add(own)
        unit, described = self._units.get(own), self._described.get(own)
        score, share = _passing_score(unit)
        limit = durations.minutes(unit.get("max_time_allowed")) if unit else None
        below = self._members.get(own, [])
        return Part(
            identifier=name,
            key=self._keys[own],
            title=described.get("title") if described else "",
            description=described.get("description") if described else "",
            address=self._address(unit) if unit else None,
            parameters=unit.get("web_launch") if unit else "",
            passing_score=score,
            minutes=limit if limit and limit < _NO_LIMIT else None,
            note=note,
            rules=tuple(_rules(unit, described, share, row)),
            children=tuple(part for child in below for part in self._part(*child, (*above, own))),
            location=unit.location if unit else row.location,
        )

    def _address(self, unit: Row) -> str:
        name, address = self.files.names["crs"], unit.get("file_name", "command_line")
        return hrefs.join(name[: name.rfind("/") + 1], address) if address else ""


def _block(row: Row) -> str:
    """A row without a block belongs to the root."""
    return row.get("block") or _ROOT


def _member_cells(row: Row) -> Sequence[str]:
    """The cells under `member`: tools write the header once and as many members as there are."""
    named = [name for name in row.by_name if name != "block" and not name.startswith("member")]
    if named:
        return [cell for name, cell in row.by_name.items() if name.startswith("member")]
    return row.cells[1:]


# ── what a run-time is asked to do ───────────────────────────────────────────────────────────────


def _passing_score(unit: Row | None) -> tuple[Decimal | None, str]:
    """The mastery score in percent, and how it was reckoned from points."""
    mastery, most = (unit.get("mastery_score"), unit.get("max_score")) if unit else ("", "")
    if not _NUMBER.match(mastery):
        return None, ""
    score = Decimal(mastery)
    points = Decimal(most) if _NUMBER.match(most) else Decimal(100)
    if points > 0 and points != 100:
        score, share = score * 100 / points, f"{mastery} of {most} points, as a percentage"
    else:
        share = ""
    return (score.quantize(_CENT), share) if score <= 100 else (None, "")


def _rules(unit: Row | None, described: Row | None, share: str, row: Row) -> Iterator[tuple[str, Outcome]]:
    for name, value in unit.by_name.items() if unit else ():
        if value and name not in _READ:
            yield name, STAYS
    if unit and unit.get("mastery_score"):
        has_score = _passing_score(unit)[0] is not None
        yield "mastery_score", changed(share) if has_score else STAYS
    if unit and unit.get("max_time_allowed"):
        limit = durations.minutes(unit.get("max_time_allowed"))
        yield "max_time_allowed", _LIMITED if limit and limit < _NO_LIMIT else STAYS
    if described and described.get("developer_id"):
        yield "developer_id", STAYS
    for name, value in row.by_name.items():
        if unit is not row and value and name != "block" and not name.startswith("member"):
            yield f"{name} of line {row.location.line}", STAYS


# ── what else the files say ──────────────────────────────────────────────────────────────────────


def _course_facts(files: Files, here: Location) -> Iterator[Fact]:
    """All that is not the identifier, title or description of the course."""
    for section, values in files.course.items():
        for name in values:
            if (section, name) not in _TAKEN:
                where = f"{section or 'before the sections'}: {name or 'text'}"
                yield Fact(kind="metadata", name=where, outcome=STAYS, location=here)
    for name, note in files.notes.items():
        yield Fact(kind="metadata", name=f"text of {name}", outcome=changed(note), location=here)


def _table_facts(files: Files) -> Iterator[Fact]:
    """Each row of objectives, prerequisites and completions is a rule."""
    for kind, rows in files.others.items():
        for row in rows:
            where = f".{kind} line {row.location.line}"
            yield Fact(kind="rule", name=where, outcome=STAYS, location=row.location)
