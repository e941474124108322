"""The files of an AICC course: one of each kind, with one stem, beside each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from importers.aicc import tables
from importers.aicc.tables import Row
from importers.shared import manifests
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

INCOMPLETE: Final = Rule("CW539", "aicc-incomplete", "An AICC course has a .crs, an .au and a .des file.")

_KINDS: Final = ("crs", "au", "des", "cst", "ort", "pre", "cmp")


@dataclass(frozen=True, slots=True)
class Files:
    """What the files say. `names` are those that are there by kind, `notes` how one was read, by name."""

    course: dict[str, dict[str, str]]
    units: list[Row]
    descriptions: list[Row]
    structure: list[Row]
    others: dict[str, list[Row]]
    names: dict[str, str]
    notes: dict[str, str]
    label: str
    digest: str


def has_course(names: Sequence[str]) -> bool:
    """`.au` alone may be a sound."""
    return any(_kind(name) in ("crs", "cst") and name.count("/") <= 1 for name in names)


def find(source: Source) -> Files:
    """The files of the one course. Raises RefusedError (CW507, CW538, CW539)."""
    names = _names(source)
    read = {kind: tables.text(source, name) for kind, name in names.items()}
    table = {
        kind: tables.rows(content, source.place(names[kind]))
        for kind, (content, _) in read.items()
        if kind != "crs"
    }
    content = read["crs"][0]
    return Files(
        course=tables.sections(content),
        units=table["au"],
        descriptions=table["des"],
        structure=table.get("cst", []),
        others={kind: table[kind] for kind in ("ort", "pre", "cmp") if kind in table},
        names=names,
        notes={names[kind]: note for kind, (_, note) in read.items() if note},
        label=source.place(names["crs"]),
        digest=hashlib.sha256(content.encode()).hexdigest(),
    )


def _names(source: Source) -> dict[str, str]:
    """The shallowest course's files by kind."""
    found = [name for name in source.names() if _kind(name) in _KINDS and name.count("/") <= 1]
    courses = [name for name in found if _kind(name) == "crs"] or found
    depth = min(name.count("/") for name in courses) if courses else 0
    stems = sorted({_stem(name) for name in courses if name.count("/") == depth})
    manifests.require_one(source, stems)
    named = {_kind(name): name for name in found if _folder(name) == _folder(stems[0])} if stems else {}
    named |= {_kind(name): name for name in found if stems and _stem(name) == stems[0]}
    missing = [kind for kind in ("crs", "au", "des") if kind not in named]
    if missing:
        raise RefusedError(list(_missing(source, missing)))
    return named


def _missing(source: Source, kinds: Sequence[str]) -> Iterator[Finding]:
    for kind in kinds:
        yield Finding(
            rule=INCOMPLETE,
            location=Location(source.label),
            found=f"no .{kind} file",
            expected="a .crs (course), an .au (units) and a .des (titles) with one name",
            mend="export the course again from the tool that made it, complete",
        )


def _kind(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower()


def _folder(name: str) -> str:
    return name.rpartition("/")[0].lower()
