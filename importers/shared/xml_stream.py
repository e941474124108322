"""Large regular XML files, one record at a time: memory grows with a record and not with the file.

For what databases write out (question banks, file lists, logs), where the tree of the whole would be
hundreds of megabytes. Same promises as `importers.shared.xml`: nothing is fetched, nothing expanded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from importers.shared.xml import CONTENT, DECLARES, LIMIT, MALFORMED, MAX_DEPTH, Limits, Node
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD: Final = 1024
_ENCODING: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


def records(
    file: BinaryIO,
    place: str,
    names: Collection[str],
    limits: Limits = CONTENT,
    around: Collection[str] = (),
) -> Iterator[Node]:
    """Every outermost element of one of the names, in document order. UTF-8 only, as databases write it.

    Elements named in `around` come when they begin, with their attributes alone: what follows is inside.
    `limits` are those of one record. Raises RefusedError, also after some records, when the file turns out
    to be malformed, to declare anything (every DOCTYPE does here), or to hold a record beyond the limits.
    """
    yield from _Walk(place, frozenset(names), frozenset(around), limits).records(_events(file, place))


def pruned(file: BinaryIO, place: str, names: Collection[str], limits: Limits = CONTENT) -> Node:
    """The root with everything in it but the contents of the elements of these names.

    For documents that are small without what learners did. The same promises and limits as `records`.
    """
    kept = depth = inside = 0
    root = None
    for event, element in _events(file, place):
        if event == "start":
            root = element if root is None else root
            depth += 1
            kept += not inside
            if depth > MAX_DEPTH or kept > limits.nodes:
                found = f"more than {MAX_DEPTH} levels, or over {limits.nodes:,} elements"
                raise _refusal(LIMIT, place, cast("int | None", element.sourceline), found)
            if not inside and _name(element) in names:
                inside = depth
            continue
        if inside:
            if depth > inside:
                _forget(element)
            else:
                element.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs lack it
                inside = 0
        depth -= 1
    assert root is not None, "an empty document is malformed"
    return _node(root, place, "", limits)


@dataclass(slots=True)
class _From:
    """A file from its start again: those of archives cannot go back."""

    head: bytes
    file: BinaryIO

    def read(self, size: int = -1) -> bytes:
        if self.head:
            size = len(self.head) if size < 0 else size
            piece, self.head = self.head[:size], self.head[size:]
            return piece
        return self.file.read(size)


def _events(file: BinaryIO, place: str) -> Iterator[tuple[str, _Element]]:
    """Starts and ends of elements. Raises RefusedError for what is no plain, well-formed XML in UTF-8."""
    from lxml import etree

    head = file.read(_HEAD)
    _require_utf8(head, place)
    events = etree.iterparse(
        cast("BinaryIO", _From(head, file)),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # libxml2 ends texts at 10 MB; ours are counted below
    )
    first = True
    try:
        for event, element in events:
            if first:
                _require_plain(element, place)
                first = False
            yield event, element
    except etree.XMLSyntaxError as error:
        found = re.sub(r", line \d+, column \d+.*$", "", error.msg or "nothing that can be read")
        raise _refusal(MALFORMED, place, error.position[0], found) from None


@dataclass(slots=True)
class _Walk:
    """`depth` is that of the element at hand, `record` that of the record it is in (0: none)."""

    place: str
    names: frozenset[str]
    around: frozenset[str]
    limits: Limits
    depth: int = 0
    record: int = 0
    count: int = 0

    def records(self, events: Iterable[tuple[str, _Element]]) -> Iterator[Node]:
        for event, element in events:
            if event == "start":
                self._enter(element)
                if not self.record and _name(element) in self.around:
                    yield _node(element, self.place, "", self.limits)
                continue
            if self.depth == self.record:
                yield _node(element, self.place, "", self.limits)
                self.record = 0
            if not self.record:
                _forget(element)
            self.depth -= 1

    def _enter(self, element: _Element) -> None:
        self.depth += 1
        self.count = self.count + 1 if self.record else 0
        if self.depth > MAX_DEPTH or self.count > self.limits.nodes:
            found = f"more than {MAX_DEPTH} levels, or over {self.limits.nodes:,} elements in one record"
            raise _refusal(LIMIT, self.place, cast("int | None", element.sourceline), found)
        if not self.record and _name(element) in self.names:
            self.record = self.depth


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _require_utf8(head: bytes, place: str) -> None:
    declared = _ENCODING.match(head)
    if (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")) or b"\0" in head[:4]:
        raise _refusal(MALFORMED, place, 1, "an encoding other than UTF-8")


def _require_plain(root: _Element, place: str) -> None:
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs lack it
        raise _refusal(DECLARES, place, 1, "a DOCTYPE")


def _forget(element: _Element) -> None:
    """The element and what stands before it: lxml would keep the whole document."""
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]


def _node(element: _Element, place: str, path: str, limits: Limits) -> Node:
    namespace, _, name = str(element.tag).rpartition("}")
    path = f"{path}/{name}"
    location = Location(place, cast("int | None", element.sourceline), None, path)
    text = (element.text or "") + "".join([child.tail or "" for child in element])
    if len(text) > limits.text:
        raise _refusal(LIMIT, place, location.line, f"a text of {len(text):,} characters")
    children = [_node(child, place, path, limits) for child in element if isinstance(child.tag, str)]
    attributes = cast("dict[str, str]", dict(element.attrib.items()))
    return Node(name, namespace[1:], attributes, text, location, children, element.tail or "")


def _refusal(rule: Rule, place: str, line: int | None, found: str) -> RefusedError:
    finding = Finding(
        rule=rule,
        location=Location(place, line),
        found=found,
        expected="plain, well-formed XML 1.0 in UTF-8, within the limits",
        mend="export again from the program that made it",
    )
    return RefusedError([finding])
