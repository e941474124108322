"""Foreign XML → a small tree of plain values, within limits that hold before the parser runs.

The only door to lxml for readers. External DTDs are never loaded, entities never expanded, nothing is
fetched, XInclude and stylesheet instructions are not processed (docs/adr/0006, 0007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from importers.shared.encoding import decode
from importers.shared.tags import Lines, Tag, tags
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

if TYPE_CHECKING:
    from lxml.etree import _Element

MALFORMED: Final = Rule("CW503", "xml-malformed", "An XML file must be well-formed XML 1.0.")
DECLARES: Final = Rule("CW504", "xml-declares", "An XML file must not declare entities or attributes.")
LIMIT: Final = Rule("CW505", "xml-too-large", "An XML file must stay within the limits for manifests.")

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_NODES: Final = 200_000
MAX_DEPTH: Final = 100
MAX_TEXT: Final = 65_536
"""Characters of one start tag, and of one element's text. Those of real manifests stay under 1,000."""
_LONGEST_SHOWN_LINE: Final = 400

_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)([^;\s<&]{1,50});")


@dataclass(slots=True, eq=False)
class Node:
    """An element: `name` without prefix, `namespace` its URI or "", attributes by Clark name.

    `text` is the character data directly inside, without that of comments and child elements.
    """

    name: str
    namespace: str
    attributes: dict[str, str]
    text: str
    location: Location
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """Direct children of this name in this element's own namespace."""
        return [child for child in self.children if (child.name, child.namespace) == (name, self.namespace)]

    def first(self, name: str) -> Node | None:
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Node]:
        """The element and everything below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file; `lines` are its text, to be shown beside findings.

    `disobeyed` names what speaks to other programs: instructions and the DOCTYPE.
    """

    root: Node
    lines: list[str]
    disobeyed: tuple[tuple[str, Location], ...] = ()

    def line(self, location: Location) -> str | None:
        """The source line of a finding, unless that is a whole document written in one line."""
        line = self.lines[location.line - 1] if location.line else ""
        return line if 0 < len(line) <= _LONGEST_SHOWN_LINE else None


def parse(data: bytes, place: str) -> Document:
    """Parses the bytes of the file that the user knows as `place`.

    Raises RefusedError (CW501–CW505) for all that is not harmless, well-formed XML 1.0 within the limits.
    """
    require_size(len(data), place)
    text = decode(data, place)
    lines = Lines(text)
    found = _scan(text, lines, place)
    root = _lxml(text, lines, place)
    starts = [lines.at(tag.start) for tag in found if tag.kind in ("open", "empty")]
    if len(starts) != sum(1 for _ in root.iter("*")):
        raise _refused(MALFORMED, Location(place), "tags that read differently in two ways", "plain XML")
    disobeyed = tuple(
        (text[tag.start : tag.start + 20].split(maxsplit=1)[0], Location(place, *lines.at(tag.start)))
        for tag in found
        if tag.kind in ("instruction", "doctype") and not text.startswith("<?xml ", tag.start)
    )
    return Document(_node(root, place, iter(starts), ""), text.split("\n"), disobeyed)


def require_size(size: int, place: str) -> None:
    """Raises RefusedError for a file too large to be read as a manifest."""
    _within(MAX_BYTES, size, "bytes", Location(place))


# ── before the parser ────────────────────────────────────────────────────────────────────────────


def _scan(text: str, lines: Lines, place: str) -> list[Tag]:
    """The markup of a text, as far as it is well-formed. Raises RefusedError."""
    found: list[Tag] = []
    depth = 0
    for tag in tags(text):
        found.append(tag)
        depth += (tag.kind == "open") - (tag.kind == "close")
        large = len(found) > MAX_NODES or depth > MAX_DEPTH or tag.end - tag.start > MAX_TEXT
        if large or tag.kind == "declaration":
            _judge(tag, text, Location(place, *lines.at(tag.start)), len(found), depth)
    return found


def _judge(tag: Tag, text: str, here: Location, count: int, depth: int) -> None:
    """Raises RefusedError for what may be too much; comments may be as long as they like."""
    if tag.kind == "declaration":
        found = f"{text[tag.start : tag.start + 12].split(maxsplit=1)[0]}, or a DOCTYPE with declarations"
        expected = "no declarations; a DOCTYPE may at most name a DTD, which is never read"
        raise _refused(DECLARES, here, found, expected)
    _within(MAX_NODES, count, "elements, comments and instructions", here)
    _within(MAX_DEPTH, depth, "levels of nesting", here)
    if tag.kind in ("open", "empty"):
        _within(MAX_TEXT, tag.end - tag.start, "characters in one tag", here)


def _within(limit: int, count: int, what: str, location: Location) -> None:
    if count > limit:
        raise _refused(LIMIT, location, f"more than {limit:,} {what}", f"at most {limit:,} {what}")


def _refused(rule: Rule, location: Location, found: str, expected: str) -> RefusedError:
    mend = "export the package again from the tool that made it, or mend the file in a text editor"
    return RefusedError([Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)])


# ── the parser ───────────────────────────────────────────────────────────────────────────────────


def _lxml(text: str, lines: Lines, place: str) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        found = re.sub(r", line \d+, column \d+$", "", error.msg or "nothing that can be read")
        raise _refused(MALFORMED, Location(place, line, column), found, "well-formed XML 1.0") from None
    if "<!DOCTYPE" in text:
        _no_entities_left(text, lines, place)
    return root


def _no_entities_left(text: str, lines: Lines, place: str) -> None:
    """With a DOCTYPE an unknown entity is no error to libxml2: its text would vanish without a word."""
    match = _ENTITY.search(text)
    if match:
        location = Location(place, *lines.at(match.start()))
        raise _refused(MALFORMED, location, f"Entity {match[1]!r} not defined", "the character itself")


def _node(element: _Element, place: str, starts: Iterator[tuple[int, int]], path: str) -> Node:
    namespace, _, name = str(element.tag).rpartition("}")
    path = f"{path}/{name}"
    location = Location(place, *next(starts), path)
    below = list(element)
    text = element.text or ""
    if below:
        text += "".join([child.tail or "" for child in below])
    _within(MAX_TEXT, len(text), "characters of text in one element", location)
    children = [_node(child, place, starts, path) for child in below]
    return Node(name, namespace[1:], cast("dict[str, str]", dict(element.attrib)), text, location, children)
