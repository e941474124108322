"""Authors, licences and sources of a package and of every part of it → one page, so that none vanishes.

H5P has them in two shapes: `metadata` of contents, and `copyright` of files (the older one).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from importers.h5p.content import Fields, File, Item
from importers.shared import hrefs

TITLE: Final = "Sources and licences"
KEY: Final = "sources-and-licences"
ABOUT: Final = (
    *("authors", "license", "licenseVersion", "licenseExtras", "source", "yearFrom", "yearTo", "changes"),
    "authorComments",
)
"""Members of h5p.json that say whose the content is."""
_UNDISCLOSED: Final = frozenset(("", "U"))
_NAMES: Final = {
    "C": "Copyright",
    "CC PDM": "Public Domain Mark",
    "CC0": "CC0",
    "GNU GPL": "General Public License",
    "ODC PDDL": "Public Domain Dedication and Licence",
    "PD": "Public Domain",
}


@dataclass(frozen=True)
class Rights:
    """`owner` is what the report calls the thing, `line` HTML that says it all."""

    owner: str
    line: str


def of(items: Sequence[Item], files: Sequence[File]) -> list[Rights]:
    """What is said anywhere, in the order of the package; nothing for what says nothing."""
    said = [Rights(item.name, line) for item in items if (line := _of_item(item))]
    said += [Rights(file.owner.path, line) for file in files if (line := _of_file(file))]
    return list({each.owner: each for each in said}.values())


def page(rights: Sequence[Rights]) -> str:
    lines = dict.fromkeys(each.line for each in rights)
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _of_item(item: Item) -> str:
    about = item.metadata
    authors = ", ".join(filter(None, map(_author, about.groups("authors"))))
    comments = about.words("authorComments") if item.path else ""  # of the whole: for other authors alone
    changes = "; ".join(filter(None, map(_change, about.groups("changes"))))
    years = "–".join(filter(None, (about.words("yearFrom"), about.words("yearTo"))))
    licence = _licence(about.words("license"), about.words("licenseVersion"))
    parts = [
        authors,
        years,
        licence,
        about.words("licenseExtras"),
        about.words("source"),
        changes,
        comments,
    ]
    return _line(item.title or item.metadata.words("title") or item.kind, parts)


def _of_file(file: File) -> str:
    right = file.owner.group("copyright")
    licence = _licence(right.words("license"), right.words("version"))
    parts = [right.words("author"), right.words("year"), licence, right.words("source")]
    return _line(right.words("title") or file.address.rpartition("/")[2], parts)


def _line(name: str, parts: Sequence[str]) -> str:
    said = [_linked(part) for part in parts if part]
    return f"<strong>{escape(name)}</strong>: {'. '.join(said)}" if said else ""


def _linked(text: str) -> str:
    shown = escape(text)
    return f'<a href="{shown}">{shown}</a>' if hrefs.is_web(text) and " " not in text else shown


def _licence(code: str, version: str) -> str:
    if code in _UNDISCLOSED:
        return ""
    return " ".join(filter(None, (_NAMES.get(code, code), version)))


def _author(author: Fields) -> str:
    name, role = author.words("name"), author.words("role")
    return f"{name} ({role})" if name and role else name


def _change(change: Fields) -> str:
    return ", ".join(filter(None, (change.words("date"), change.words("author"), change.words("log"))))


def outcomes(about: Fields, *, shown: bool) -> Iterator[tuple[str, str]]:
    """Names of members of h5p.json and what became of them (a reason, or "" for carried)."""
    for name in ABOUT:
        value = about.value(name)
        if value in ("U", "", [], None):
            yield name, "says nothing"
        elif shown and name != "authorComments":
            yield name, ""
