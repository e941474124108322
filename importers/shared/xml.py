"""Foreign XML → a small tree of plain values, within limits that hold before the parser runs.

The only door to lxml for readers. External DTDs are never loaded, entities never expanded, nothing is
fetched, XInclude and stylesheet instructions are not processed (docs/adr/0006, 0007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from importers.shared.encoding import ENCODING, decode
from importers.shared.tags import Lines, Tag, tags
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

if TYPE_CHECKING:
    from lxml import etree
    from lxml.etree import _Element

MALFORMED: Final = Rule("CW503", "xml-malformed", "An XML file must be well-formed XML 1.0.")
DECLARES: Final = Rule("CW504", "xml-declares", "An XML file must not declare entities or attributes.")
LIMIT: Final = Rule("CW505", "xml-too-large", "An XML file must stay within the limits for manifests.")

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 100
MAX_TAG: Final = 65_536
"""Characters of one start tag. Those of real manifests stay under 1,000."""
_LONGEST_SHOWN_LINE: Final = 400


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may hold: bytes, elements (comments and instructions too), characters of one text."""

    bytes: int = MAX_BYTES
    nodes: int = 200_000
    text: int = 65_536


MANIFEST: Final = Limits()
CONTENT: Final = Limits(bytes=32 * 1024 * 1024, nodes=200_000, text=16 * 1024 * 1024)
"""For files whose texts are whole pages, or pictures in base64."""

_LIBXML2_TEXT: Final = 10_000_000
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML 1.0 document may hold (§2.2)."""
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)([^;\s<&]{1,50});")


@dataclass(slots=True, eq=False)
class Node:
    """An element: `name` without prefix, `namespace` its URI or "", attributes by Clark name.

    `text` is the character data directly inside, without that of comments and child elements; `tail` is what
    follows the element inside its parent, where mixed content is to be written again.
    """

    name: str
    namespace: str
    attributes: dict[str, str]
    text: str
    location: Location
    children: list[Node] = field(default_factory=list)
    tail: str = ""

    @property
    def lead(self) -> str:
        """The text before the first child."""
        return self.text[: len(self.text) - sum(len(child.tail) for child in self.children)]

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

    `disobeyed` names what speaks to other programs: instructions and the DOCTYPE. `repairs` names what had
    to be guessed to read a document that is not well-formed; it is empty for one that was read strictly.
    """

    root: Node
    lines: list[str]
    disobeyed: tuple[tuple[str, Location], ...] = ()
    repairs: tuple[tuple[str, Location], ...] = ()

    def line(self, location: Location) -> str | None:
        """The source line of a finding, unless that is a whole document written in one line."""
        line = self.lines[location.line - 1] if location.line else ""
        return line if 0 < len(line) <= _LONGEST_SHOWN_LINE else None


def parse(data: bytes, place: str, limits: Limits = MANIFEST) -> Document:
    """Parses the bytes of the file that the user knows as `place`.

    Raises RefusedError (CW501–CW505) for all that is not harmless, well-formed XML 1.0 within the limits.
    """
    require_size(len(data), place, limits)
    text = decode(data, place)
    lines = Lines(text)
    found = _scan(text, lines, place, limits)
    root = _lxml(text, lines, place, limits)
    starts = [lines.at(tag.start) for tag in found if tag.kind in ("open", "empty")]
    if len(starts) != sum(1 for _ in root.iter("*")):
        raise _refused(MALFORMED, Location(place), "tags that read differently in two ways", "plain XML")
    disobeyed = tuple(
        (text[tag.start : tag.start + 20].split(maxsplit=1)[0], Location(place, *lines.at(tag.start)))
        for tag in found
        if tag.kind in ("instruction", "doctype") and not text.startswith("<?xml ", tag.start)
    )
    maker = _Maker(place, iter(starts), limits)
    return Document(maker.node(root, ""), text.split("\n"), disobeyed)


def parse_leniently(data: bytes, place: str, limits: Limits = MANIFEST) -> Document:
    """`parse`, and where a document is not well-formed, what libxml2 makes of it, each guess in `repairs`.

    Only malformed documents (CW503) and bytes that are none in the encoding (CW501) are guessed at:
    declarations and limits are refused as ever. Lines may be off by one there, columns are unknown.
    """
    try:
        return parse(data, place, limits)
    except RefusedError as refusal:
        if any(finding.rule not in (MALFORMED, ENCODING) for finding in refusal.findings):
            raise
        return _recovered(data, place, limits, refusal)


def require_size(size: int, place: str, limits: Limits = MANIFEST) -> None:
    """Raises RefusedError for a file too large to be read."""
    _within(limits.bytes, size, "bytes", Location(place))


# ── before the parser ────────────────────────────────────────────────────────────────────────────


def _scan(text: str, lines: Lines, place: str, limits: Limits) -> list[Tag]:
    """The markup of a text, as far as it is well-formed. Raises RefusedError."""
    found: list[Tag] = []
    depth = 0
    for tag in tags(text):
        found.append(tag)
        depth += (tag.kind == "open") - (tag.kind == "close")
        large = len(found) > limits.nodes or depth > MAX_DEPTH or tag.end - tag.start > MAX_TAG
        if large or tag.kind == "declaration":
            _within(limits.nodes, len(found), "elements, comments and instructions", Location(place))
            _judge(tag, text, Location(place, *lines.at(tag.start)), depth)
    return found


def _judge(tag: Tag, text: str, here: Location, depth: int) -> None:
    """Raises RefusedError for what may be too much; comments may be as long as they like."""
    if tag.kind == "declaration":
        found = f"{text[tag.start : tag.start + 12].split(maxsplit=1)[0]}, or a DOCTYPE with declarations"
        expected = "no declarations; a DOCTYPE may at most name a DTD, which is never read"
        raise _refused(DECLARES, here, found, expected)
    _within(MAX_DEPTH, depth, "levels of nesting", here)
    if tag.kind in ("open", "empty"):
        _within(MAX_TAG, tag.end - tag.start, "characters in one tag", here)


def _within(limit: int, count: int, what: str, location: Location) -> None:
    if count > limit:
        raise _refused(LIMIT, location, f"more than {limit:,} {what}", f"at most {limit:,} {what}")


def _refused(rule: Rule, location: Location, found: str, expected: str) -> RefusedError:
    mend = "export the package again from the tool that made it, or mend the file in a text editor"
    return RefusedError([Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)])


# ── the parser ───────────────────────────────────────────────────────────────────────────────────


def _lxml(text: str, lines: Lines, place: str, limits: Limits) -> _Element:
    from lxml import etree

    try:
        root = etree.fromstring(text.encode(), _parser(limits))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise _refused(
            MALFORMED, Location(place, line, column), _said(error.msg), "well-formed XML 1.0"
        ) from None
    if "<!DOCTYPE" in text:
        _no_entities_left(text, lines, place)
    return root


def _parser(limits: Limits, *, recover: bool = False) -> etree.XMLParser:
    from lxml import etree

    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=limits.text > _LIBXML2_TEXT,  # libxml2 ends texts there; ours are counted below
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _said(message: str | None) -> str:
    return re.sub(r", line \d+, column \d+$", "", message or "nothing that can be read")


def _no_entities_left(text: str, lines: Lines, place: str) -> None:
    """With a DOCTYPE an unknown entity is no error to libxml2: its text would vanish without a word."""
    match = _ENTITY.search(text)
    if match:
        location = Location(place, *lines.at(match.start()))
        raise _refused(MALFORMED, location, f"Entity {match[1]!r} not defined", "the character itself")


def _recovered(data: bytes, place: str, limits: Limits, refusal: RefusedError) -> Document:
    """What can be read of a damaged document. Raises the refusal where that is nothing."""
    from lxml import etree

    text = _forced(data)
    _scan(text, Lines(text), place, limits)
    parser = _parser(limits, recover=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        raise refusal from None
    if root is None:
        raise refusal
    repairs = [(finding.found, finding.location) for finding in refusal.findings]
    repairs += [(_said(error.message), Location(place, error.line)) for error in parser.error_log]
    maker = _Maker(place, iter(()), limits)
    return Document(maker.node(root, ""), text.split("\n"), repairs=tuple(dict.fromkeys(repairs)))


def _forced(data: bytes) -> str:
    """The text with a replacement character for every byte that is none."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return _FORBIDDEN.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class _Maker:
    """lxml's elements → nodes. `starts` are their places in document order, as far as they are known."""

    place: str
    starts: Iterator[tuple[int, int]]
    limits: Limits

    def node(self, element: _Element, path: str) -> Node:
        namespace, _, name = str(element.tag).rpartition("}")
        path = f"{path}/{name}"
        line, column = next(self.starts, (cast("int | None", element.sourceline), None))
        location = Location(self.place, line, column, path)
        below = [child for child in element if isinstance(child.tag, str)]
        text = element.text or ""
        if len(element):
            text += "".join([child.tail or "" for child in element])
        _within(self.limits.text, len(text), "characters of text in one element", location)
        children = [self.node(child, path) for child in below]
        attributes = cast("dict[str, str]", dict(element.attrib.items()))
        return Node(name, namespace[1:], attributes, text, location, children, element.tail or "")
