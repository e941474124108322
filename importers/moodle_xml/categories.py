"""The questions of a file by category, which a question of its own says before them or between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from importers.shared import plain_text, xml
from importers.shared.moodle_questions.asked import Asked
from importers.shared.moodle_questions.cloze import BrokenError
from importers.shared.moodle_questions.exported import Reader, said
from importers.shared.moodle_questions.texts import plain
from importers.shared.xml import CONTENT, Node
from importers.shared.xml_stream import records
from schemas.findings import Report
from schemas.model import NOWHERE, Location
from schemas.source import Source

_LARGE: Final = 4 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A question; `broken` is why its text of gaps cannot be read, `told` how the report calls it."""

    asked: Asked
    told: str
    broken: str = ""


@dataclass(slots=True)
class Category:
    """`path` are its names without Moodle's `$course$` and `top`; `told` is how the report calls it, "" for
    the questions before any category; `files` are those of its questions.
    """

    path: tuple[str, ...]
    identity: str
    told: str = ""
    info: str = ""
    location: Location = NOWHERE
    questions: list[Found] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def top(self) -> str:
        return self.path[0] if self.path else ""


def in_file(source: Source, name: str, categories: dict[str, Category], report: Report, digest: Any) -> None:
    """Adds what is in a file to the categories by path. Raises RefusedError; `digest` takes its bytes."""
    file_number = source.names().index(name) + 1
    with source.open(name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    current = Category((), "")
    for number, node in enumerate(_nodes(source, name, report), 1):
        if node.attributes.get("type") == "category":
            current = _category(categories, node, report)
            continue
        if not current.path:
            current = categories.setdefault("", current)
        current.questions.append(_question(current, node, f"{file_number}-{number}", report))


def _nodes(source: Source, name: str, report: Report) -> Iterator[Node]:
    place = source.place(name)
    if source.size(name) > _LARGE:
        with source.open(name) as file:
            yield from records(file, place, {"question"})
        return
    document = xml.parse_leniently(source.read(name, CONTENT.bytes), place, CONTENT)
    for number, (what, where) in enumerate(document.repairs, 1):
        report.expect("repair", f"{place} ({number})", where)
        report.settle("repair", f"{place} ({number})", "changed", f"read with a guess: {what}")
    yield from document.root.all("question")


def _category(categories: dict[str, Category], node: Node, report: Report) -> Category:
    given = said(node, "category")
    path = tuple(part for part in _parts(given) if part not in ("top", "") and part[:1] != "$")
    joined = "/".join(path)
    if joined not in categories:
        identity = plain(node, "idnumber") or joined
        told = f"{len(categories) + 1}: {plain_text.title(joined)[0]}"
        categories[joined] = Category(path, identity, told, said(node, "info"), node.location)
        report.expect("category", told, node.location)
    return categories[joined]


def _parts(given: str) -> list[str]:
    """Names are parted by slashes; a slash in a name is written twice."""
    return [part.replace("\0", "/").strip() for part in given.replace("//", "\0").split("/")]


def _question(category: Category, node: Node, place: str, report: Report) -> Found:
    broken = ""
    try:
        asked = Reader(category.files).asked(node, place)
    except BrokenError as error:
        broken = str(error)
        plainly = replace(node, attributes={**node.attributes, "type": "broken"})
        asked = replace(Reader(category.files).asked(plainly, place), type="multianswer")
    asked = replace(asked, identity=_identity(category, asked))
    told = f"{place}: {asked.type} {plain_text.title(asked.name)[0]}".strip()
    report.expect("question", told, node.location)
    return Found(asked, told, broken)


def _identity(category: Category, asked: Asked) -> str:
    """ID number, or else the name; where another has that too, with a hash of the text behind it."""
    own = plain_text.title(asked.identity)[0] or plain_text.title(asked.name)[0]
    if own and all(found.asked.identity != own for found in category.questions):
        return own
    return f"{own or asked.type} {hashlib.sha256(asked.text.encode()).hexdigest()[:8]}"
