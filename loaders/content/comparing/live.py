"""The rows of changed items as they are now, told apart from what they are to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from psycopg import sql

from loaders.content.comparing.match import Pair
from loaders.content.known import Known, Published, address_of
from loaders.content.people import People, spell
from loaders.content.plan import FieldChange
from loaders.content.rows.items import plain_number
from loaders.content.rows.tables import DETAIL, ITEMS, LINKS, Kind, Row, Table
from loaders.content.work import NewLink, OldLink
from schemas.findings import Finding, Rule

GONE = Rule("CW420", "row-gone", "A published row is not in the tenant any more.")
_STORED = frozenset({"thumbnail", "media", "subtitles", "image"})


@dataclass(slots=True)
class Live:
    """Reads and compares. `lookups` names the lookups by row id, as they are after this publish."""

    published: Published
    people: People
    lookups: dict[int, str]

    def examine(self, pairs: Sequence[Pair]) -> list[Finding]:
        """Fills `fields`, `stale`, `detail` and `links` of suspects. Returns rows that have vanished."""
        suspects: dict[Kind, list[Pair]] = defaultdict(list)
        for pair in pairs:
            if pair.suspect and pair.item.kind != "lookup":
                suspects[pair.item.kind].append(pair)
        findings = [finding for kind, group in suspects.items() for finding in self._rows(kind, group)]
        self._details(suspects["content"])
        self._links(suspects["program"])
        for pair in pairs:
            pair.fields.extend(_moved_files(pair))
        return findings

    def _rows(self, kind: Kind, pairs: list[Pair]) -> list[Finding]:
        table = ITEMS[kind]
        found = self._fetch(table, "id", [pair.item.row_id for pair in pairs])
        missing = []
        for pair in pairs:
            old = found.get(pair.item.row_id)
            if old is None:
                missing.append(_gone(pair))
                continue
            before, after = self._symbols(table, old, pair), self.spelled(table, pair.item.row)
            pair.live = before
            pair.stale = before != after or pair.adopted
            pair.fields.extend(_differences(table, before, after, pair))
        return missing

    def _details(self, pairs: list[Pair]) -> None:
        found = self._fetch(DETAIL, "contentId", [pair.item.row_id for pair in pairs]) if pairs else {}
        for pair in pairs:
            old = found.get(pair.item.row_id)
            assert pair.item.detail is not None
            if old is None:
                pair.detail = "missing"
                continue
            before = pair.live_detail = self._symbols(DETAIL, old, pair)
            if before != pair.item.detail:
                pair.detail = "stale"
                pair.fields.extend(_differences(DETAIL, before, pair.item.detail, pair))

    def _fetch(self, table: Table, by: str, ids: list[int | None]) -> dict[int | None, Row]:
        statement = sql.SQL("SELECT {by}, {columns} FROM {table} WHERE {by} = ANY (%s)").format(
            by=sql.Identifier(by),
            columns=_columns(table),
            table=sql.Identifier(self.published.schema, table.name),
        )
        rows = [(row_id, tuple(values)) for row_id, *values in self._execute(statement, ids)]
        self._learn_people(table, (values for _, values in rows))
        return dict(rows)

    def _execute(self, statement: sql.Composed, ids: list[int | None]) -> Iterable[Row]:
        return self.published.connection.execute(statement, (ids,))

    # ── junction rows ────────────────────────────────────────────────────────────────────────────

    def _links(self, pairs: list[Pair]) -> None:
        if not pairs:
            return
        for name, table in LINKS.items():
            found = self._fetch_links(table, [pair.item.row_id for pair in pairs])
            for pair in pairs:
                self._compare_links(name, table, found[pair.item.row_id], pair)

    def _fetch_links(self, table: Table, programs: list[int | None]) -> dict[int | None, list[Row]]:
        statement = sql.SQL(
            'SELECT "trainingProgramId", id, "isArchived", {columns} FROM {table}'
            ' WHERE "trainingProgramId" = ANY (%s) ORDER BY id'
        ).format(columns=_columns(table), table=sql.Identifier(self.published.schema, table.name))
        found: dict[int | None, list[Row]] = {program: [] for program in programs}
        for program, *values in self._execute(statement, programs):
            found[program].append(tuple(values))
        self._learn_people(table, (values[2:] for rows in found.values() for values in rows))
        return found

    def _compare_links(self, name: str, table: Table, rows: list[Row], pair: Pair) -> None:
        item, links = pair.item, pair.links
        wanted = {self.spelled(table, (other,))[0]: (other, row) for other, row in item.links[name].items()}
        before: dict[str, Row] = {}
        for row_id, archived, *values in rows:
            symbol, *rest = self._symbols(table, tuple(values), pair)
            if not archived:
                before[symbol] = tuple(rest)
            if symbol not in wanted:
                if not archived:
                    links.archive.append((name, row_id))
                continue
            other, row = wanted.pop(symbol)
            if archived:
                links.restore.append((name, row_id))
            if tuple(rest) != row:
                links.changed.append(OldLink(name, row_id, item, other, row))
        links.new.extend(NewLink(name, item, other, row) for other, row in wanted.values())
        after = {self.spelled(table, (other,))[0]: row for other, row in item.links[name].items()}
        pair.live_links[name] = before
        if before != after:
            pair.fields.append(FieldChange(name, listed(name, before), listed(name, after)))

    # ── ids to what the author said ──────────────────────────────────────────────────────────────

    def _learn_people(self, table: Table, rows: Iterable[Row]) -> None:
        places = [n for n, column in enumerate(table.columns) if column.refers == "user"]
        if places:
            spell(self.published.connection, self.people, (row[n] for row in rows for n in places))

    def spelled(self, table: Table, row: Row) -> Row:
        """A wanted row, or its beginning, with addresses spelled as the tenant spells them."""
        return tuple(
            self.people.canonical(value) if column.refers == "user" else value
            for column, value in zip(table.columns, row, strict=False)
        )

    def _symbols(self, table: Table, row: Row, pair: Pair) -> Row:
        return tuple(
            self._symbol(column.refers, value, pair) for column, value in zip(table.columns, row, strict=True)
        )

    def _symbol(self, refers: str | None, value: Any, pair: Pair) -> Any:
        if value is None or refers is None:
            return _plain(value)
        match refers:
            case "user":
                return self.people.spelled.get(value, f"#{value}")
            case "lookup":
                return self.lookups.get(value, f"#{value}")
            case "section":
                return self._section(value, pair.known and pair.known.parent)
            case "quiz":
                return self._key_of("quiz", value, pair.known)
            case _:
                return self._key_of(refers, value, self.published.root)

    def _section(self, row_id: int, course: Known | None) -> str:
        """Its key in the content's own course; elsewhere its address, because a key alone could be equal."""
        found = self._key_of("section", row_id, course)
        if not found.startswith("#"):
            return found
        for other in self.published.root.of_kind("course"):
            for known in other.of_kind("section") if other.children else ():
                if known.row_id == row_id:
                    return address_of(known)
        return found

    def _key_of(self, kind: str, row_id: int, parent: Known | None) -> str:
        if parent is not None:
            for known in parent.of_kind(kind):  # type: ignore[arg-type]  # targets that are kinds
                if known.row_id == row_id:
                    return known.key
        return f"#{row_id}"


def _plain(value: Any) -> Any:
    """Times in UTC, numbers without the zeros of their column's scale."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return Decimal(plain_number(value)) if isinstance(value, Decimal) else value


def _columns(table: Table) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)


def _gone(pair: Pair) -> Finding:
    return Finding(
        rule=GONE,
        location=pair.item.location,
        found=f"{pair.address} was published as row {pair.item.row_id} of {ITEMS[pair.item.kind].name},"
        " and somebody has deleted that row",
        expected="rows that are archived, never deleted",
        mend="restore the row from a backup, or publish it under a new key",
    )


# ── differences, as people read them ─────────────────────────────────────────────────────────────


def _differences(table: Table, before: Row, after: Row, pair: Pair) -> list[FieldChange]:
    """Columns of one name (the url of a video, of a document) are one field: the one that holds something."""
    known = pair.known
    old_paths, new_paths = (known and known.paths) or {}, pair.item.paths or {}
    found: dict[str, FieldChange] = {}
    for column, old, new in zip(table.columns, before, after, strict=True):
        if old != new and column.field:
            change = FieldChange(
                column.field, shown(column.field, old, old_paths), shown(column.field, new, new_paths)
            )
            first = found.get(column.field, change)
            found[column.field] = FieldChange(
                column.field,
                change.old if first.old is None else first.old,
                change.new if first.new is None else first.new,
            )
    if "text" in found:
        found.pop("html", None)  # it follows from the text
    return list(found.values())


def shown(field: str, value: Any, paths: dict[str, str]) -> Any:
    """A stored file by its path and the first digits of its digest: `media/intro.mp4 (3fb1c2a8)`."""
    if field in _STORED and field in paths and value is not None:
        return f"{paths[field]} ({value.rsplit('/', 1)[-1][:8]})"
    if isinstance(value, str) and field in ("category", "level"):
        return value.partition("/")[2] or value
    return value


def _moved_files(pair: Pair) -> list[FieldChange]:
    """Files that only got another path: the row is the same, the mapping is not."""
    if pair.known is None or pair.known.row_id is None:
        return []
    before, after = pair.known.paths or {}, pair.item.paths or {}
    seen = {change.name for change in pair.fields}
    return [
        FieldChange(name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name) and name not in seen
    ]


def listed(name: str, rows: dict[str, Row]) -> tuple[str, ...]:
    """What a program is joined with, in its order, as the author would list it."""
    match name:
        case "courses":
            ordered = sorted(rows.items(), key=lambda entry: entry[1][0])
            return tuple(key if required else f"{key} (optional)" for key, (_, required) in ordered)
        case "instructors":
            return tuple(key for key, _ in sorted(rows.items(), key=lambda entry: entry[1][1]))
        case "tags":
            return tuple(sorted(key.partition("/")[2] or key for key in rows))
        case _:
            return tuple(
                key if required else f"{key} (optional)" for key, (required,) in sorted(rows.items())
            )
