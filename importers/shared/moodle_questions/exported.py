"""Questions of a Moodle XML file (`<quiz>`), as teachers export and exchange them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Final
from zlib import compress

from importers.shared.moodle_questions import cloze
from importers.shared.moodle_questions.asked import Answer, Asked, Pair
from importers.shared.moodle_questions.texts import as_html, located, number, plain, value, xml_of
from importers.shared.xml import Node

_TYPES: Final = {"matching": "match", "cloze": "multianswer"}
_OVERALL: Final = (
    ("correctfeedback", "Right"),
    ("partiallycorrectfeedback", "Partly right"),
    ("incorrectfeedback", "Wrong"),
)
_TEXTS: Final = frozenset(
    (
        "questiontext",
        "generalfeedback",
        "answer",
        "subquestion",
        "dataset_definitions",
        "tags",
        "hint",
        "file",
    )
)

Embedded = MutableMapping[str, bytes]
"""The files of a document by what stands behind `pluginfile:` in the texts."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the questions of one document; their files go to `embedded`."""

    embedded: Embedded

    def asked(self, node: Node, place: str) -> Asked:
        """The question of a `<question>`; `place` names it in the document.

        Raises cloze.BrokenError for a text of gaps that cannot be read.
        """
        kind = node.attributes.get("type", "")
        kind = _TYPES.get(kind, kind)
        text = self.html(node.first("questiontext"), f"{place}/text")
        found: list[cloze.Gap] = cloze.gaps(text) if kind == "multianswer" else []
        return Asked(
            type=kind,
            identity=plain(node, "idnumber"),
            name=said(node, "name"),
            text=_numbered(text, found) + self._old_image(node, place),
            feedback=self.html(node.first("generalfeedback"), f"{place}/feedback"),
            mark=_mark(node, found),
            answers=tuple(self._answers(node, place)),
            pairs=tuple(self._pairs(node, place)),
            gaps=tuple(gap.asked for gap in found),
            values=dict(_values(node)),
            units=tuple(plain(each, "unit_name") for each in _units(node)),
            settings=dict(_settings(node)),
            overall=tuple(
                (label, self.html(node.first(name), f"{place}/{name}")) for name, label in _OVERALL
            ),
            hints=len(node.all("hint")),
            tags=tuple(said(each) for tags in node.all("tags") for each in tags.all("tag")),
            source=compress(xml_of(node)),
            location=node.location,
        )

    def html(self, node: Node | None, place: str) -> str:
        """The `<text>` of an element in its format, its files kept."""
        if node is None:
            return ""
        for file in node.all("file"):
            data = _bytes(file)
            if data is not None:
                folder = file.attributes.get("path", "/").strip("/")
                name = "/".join(filter(None, (place, folder, file.attributes.get("name", ""))))
                self.embedded[name] = data
        return located(as_html(said(node), node.attributes.get("format", "html")), place)

    def _answers(self, node: Node, place: str) -> Iterator[Answer]:
        drags = [child for child in node.children if child.name in ("dragbox", "selectoption")]
        words = node.attributes.get("type") == "truefalse"
        for at, each in enumerate([*node.all("answer"), *drags], 1):
            typed = each.attributes.get("format", "moodle_auto_format") == "moodle_auto_format"
            text = said(each) if typed else self.html(each, f"{place}/answer-{at}")
            yield Answer(
                identifier=str(at),
                text=text.strip().capitalize() if words else text,
                fraction=number(each.attributes.get("fraction", "0")) / 100,
                feedback=self.html(each.first("feedback"), f"{place}/feedback-{at}"),
                tolerance=plain(each, "tolerance"),
                group=plain(each, "group"),
            )

    def _pairs(self, node: Node, place: str) -> Iterator[Pair]:
        for at, each in enumerate(node.all("subquestion"), 1):
            answer = each.first("answer")
            yield Pair(
                identifier=str(at),
                left=self.html(each, f"{place}/pair-{at}"),
                right=said(answer).strip() if answer is not None else "",
            )

    def _old_image(self, node: Node, place: str) -> str:
        """Moodle 1.9 shows one picture below the text."""
        image, data = node.first("image_base64"), plain(node, "image")
        decoded = _bytes(image) if image is not None else None
        if not decoded:
            return ""
        name = f"{place}/{data.rpartition('/')[2] or 'image.png'}"
        self.embedded[name] = decoded
        return f'<p><img src="pluginfile:{name}" alt=""></p>'


def said(node: Node, *names: str) -> str:
    """The `<text>` of an element, or of the first of the children that is there."""
    for name in names:
        child = node.first(name)
        if child is not None:
            return said(child).strip()
    return "" if names else value(node, "text") or (node.text if not node.children else "")


def _numbered(text: str, found: list[cloze.Gap]) -> str:
    """The text with `{#1}` for its first gap, as backups have it."""
    pieces, position = [], 0
    for number_, gap in enumerate(found, 1):
        pieces += [text[position : gap.start], f"{{#{number_}}}"]
        position = gap.end
    return "".join(pieces) + text[position:]


def _mark(node: Node, found: list[cloze.Gap]) -> str:
    """A text of gaps is worth what its gaps are."""
    given = plain(node, "defaultgrade")
    return given or (str(sum(number(gap.asked.mark) for gap in found)) if found else "")


def _bytes(node: Node) -> bytes | None:
    try:
        return b64decode(node.text)
    except (binascii.Error, ValueError):
        return None


def _values(node: Node) -> Iterator[tuple[str, str]]:
    for definitions in node.all("dataset_definitions"):
        for each in definitions.all("dataset_definition"):
            items = [item for held in each.all("dataset_items") for item in held.all("dataset_item")]
            if items:
                yield said(each, "name"), plain(items[0], "value")


def _units(node: Node) -> Iterator[Node]:
    return (
        each
        for units in node.all("units")
        for each in units.all("unit")
        if number(plain(each, "multiplier")) == 1
    )


def _settings(node: Node) -> Iterator[tuple[str, str]]:
    return ((each.name, said(each).strip()) for each in node.children if each.name not in _TEXTS)
