"""Whatever HTML an author wrote → what the schema of EPUB's XHTML takes, without losing a word of it.

The sanitiser keeps elements, not their order: a `li` without a list, a heading in an emphasis. An element in
the wrong place becomes a `div` or a `span`; attributes that say nothing valid are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from exporters.epub.xhtml import LANG, Node, append_text, drop, h, name, remove, rename, replace

_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS: Final = _HEADINGS | {
    *("blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "ol", "p", "pre"),
    *("summary", "table", "ul"),
}
_TRANSPARENT: Final = frozenset(("a", "del", "ins"))
_PHRASES_ONLY: Final = (
    _HEADINGS
    | frozenset(("abbr", "b", "cite", "code", "dfn", "em", "i", "kbd", "mark", "p", "pre", "q", "rp", "rt"))
    | {"ruby", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "time", "u", "var"}
)
_HOMES: Final = {
    "li": ("ol", "ul"),
    "dt": ("dl",),
    "dd": ("dl",),
    "summary": ("details",),
    "figcaption": ("figure",),
    "rt": ("ruby",),
    "rp": ("ruby",),
}
_TABLE_ORDER: Final = {"caption": 0, "colgroup": 1, "thead": 2, "tbody": 3, "tr": 3, "tfoot": 4}
_RUBY: Final = re.compile("(b+(t|ptp)+)+")
_LIST_OF_TERMS: Final = re.compile("(t+d+)*")

_WHOLE: Final = re.compile(r"[1-9][0-9]{0,4}")
_ATTRIBUTES: Final = {
    "colspan": re.compile(r"[1-9][0-9]{0,2}"),
    "dir": re.compile("ltr|rtl|auto"),
    "height": _WHOLE,
    "lang": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "rowspan": re.compile(r"[1-9][0-9]{0,2}"),
    "scope": re.compile("row|col|rowgroup|colgroup"),
    "span": re.compile(r"[1-9][0-9]{0,2}"),
    "srclang": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "start": re.compile(r"-?[0-9]{1,9}"),
    "width": _WHOLE,
}
_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")


def make_valid(root: Node) -> None:
    """Mends everything below `root`, which may hold any flow content."""
    for element in reversed(list(root.iterdescendants())):  # children before their parents
        _mend_attributes(element)
        tag = name(element)
        if tag in _MENDS:
            _MENDS[tag](element)
        _mend_content(element)
    for element in list(root.iterdescendants()):
        homes = _HOMES.get(name(element))
        if homes and name(_parent(element)) not in homes:
            rename(element, "span" if name(element) in ("rt", "rp") else "div")


def _parent(element: Node) -> Node:
    parent = element.getparent()
    assert parent is not None, "the root is left alone"
    return parent


# ── what may be in what ──────────────────────────────────────────────────────────────────────────


def _mend_content(element: Node) -> None:
    """An inline element or a paragraph with blocks in it becomes a block; so do its parents, one by one."""
    tag = name(element)
    if tag in _PHRASES_ONLY and any(map(_is_block, element)):
        rename(element, "div")
        for attribute in ("datetime", "start"):
            drop(element, attribute)
    if tag == "a" and _holds(element, ("a", "audio", "details", "video")):
        rename(element, "div" if any(map(_is_block, element)) else "span")
        drop(element, "href")
    if tag == "dfn":
        for inner in list(element.iterdescendants(element.tag)):
            rename(inner, "span")
    if tag in ("dt", "th"):
        for inner in element.iterdescendants():
            if name(inner) in _HEADINGS:
                rename(inner, "div")


def _is_block(element: Node) -> bool:
    tag = name(element)
    return tag in _BLOCKS or (tag in _TRANSPARENT and any(map(_is_block, element)))


def _holds(element: Node, tags: Iterable[str]) -> bool:
    return any(name(inner) in tags for inner in element.iterdescendants())


def _mend_list(element: Node) -> None:
    """Only items are in a list."""
    if (element.text or "").strip():
        item = h("li", element.text)
        element.text = None
        element.insert(0, item)
    for child in list(element):
        tail, child.tail = child.tail or "", None
        if name(child) != "li":
            item = h("li")
            element.replace(child, item)
            item.append(child)
            child = item  # noqa: PLW2901  what stands behind goes into the item
        if tail.strip():
            append_text(child, tail)


def _mend_terms(element: Node) -> None:
    """Terms, each group followed by its descriptions; anything else is no list of terms."""
    letters = "".join({"dt": "t", "dd": "d"}.get(name(child), "x") for child in element)
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if not letters or text.strip() or not _LIST_OF_TERMS.fullmatch(letters):
        rename(element, "div")


def _mend_table(element: Node) -> None:
    """Caption, columns, head, bodies, foot: in this order, and one of each but bodies."""
    seen: set[str] = set()
    for child in list(element):
        tag = name(child)
        child.tail = None
        if tag in ("thead", "tfoot") and tag in seen:
            rename(child, "tbody")
        elif tag == "caption" and tag in seen:
            rename(child, "div")
            element.addprevious(child)
        elif tag == "caption":
            for inner in list(child.iterdescendants(element.tag)):
                element.addprevious(inner)
        seen.add(tag)
    element.text = None
    element[:] = sorted(element, key=lambda child: _TABLE_ORDER.get(name(child), 3))


def _mend_columns(element: Node) -> None:
    if len(element):
        drop(element, "span")


def _mend_details(element: Node) -> None:
    """One summary, first; without one it is no more than a division."""
    summaries = [child for child in element if name(child) == "summary"]
    if len(summaries) == 1 and element[0] is summaries[0] and not (element.text or "").strip():
        return
    rename(element, "div")
    drop(element, "open")


def _mend_figure(element: Node) -> None:
    captions = [child for child in element if name(child) == "figcaption"]
    for caption in captions[1:]:
        rename(caption, "div")
    if captions and not (_is_first(captions[0]) or _is_last(captions[0])):
        rename(captions[0], "div")


def _is_first(child: Node) -> bool:
    return child.getprevious() is None and not (_parent(child).text or "").strip()


def _is_last(child: Node) -> bool:
    return child.getnext() is None and not (child.tail or "").strip()


def _mend_ruby(element: Node) -> None:
    letters = "b" if (element.text or "").strip() else ""
    for child in element:
        letters += {"rt": "t", "rp": "p"}.get(name(child), "b")
        letters += "b" if (child.tail or "").strip() else ""
    if not _RUBY.fullmatch(letters):
        rename(element, "span")


def _mend_input(element: Node) -> None:
    """A box of a task list as a character: forms have no place in a book."""
    replace(element, h("span", "\u2611" if element.get("checked") is not None else "\u2610", class_="box"))


def _mend_time(element: Node) -> None:
    if not _DATE.fullmatch(element.get("datetime", "")):
        drop(element, "datetime")
        rename(element, "span")


def _mend_source(element: Node) -> None:
    if name(_parent(element)) not in ("audio", "video"):
        remove(element)


def _mend_player(element: Node) -> None:
    """Sources before tracks before what is shown where there is no player."""
    order = {"source": 0, "track": 1}
    if element.get("src"):
        for child in [child for child in element if name(child) == "source"]:
            remove(child)
    element[:] = sorted(element, key=lambda child: order.get(name(child), 2))
    element.set("controls", "controls")


_MENDS: Final[dict[str, Callable[[Node], None]]] = {
    "audio": _mend_player,
    "colgroup": _mend_columns,
    "details": _mend_details,
    "dl": _mend_terms,
    "figure": _mend_figure,
    "input": _mend_input,
    "ol": _mend_list,
    "ruby": _mend_ruby,
    "source": _mend_source,
    "table": _mend_table,
    "time": _mend_time,
    "track": _mend_source,
    "ul": _mend_list,
    "video": _mend_player,
}


# ── attributes ───────────────────────────────────────────────────────────────────────────────────


def _mend_attributes(element: Node) -> None:
    for attribute, value in list(element.attrib.items()):
        pattern = _ATTRIBUTES.get(str(attribute))
        if (pattern and not pattern.fullmatch(str(value))) or (
            attribute == "scope" and name(element) != "th"
        ):
            del element.attrib[attribute]
    drop(element, "rel")
    if element.get("open") is not None:
        element.set("open", "open")
    language = element.get("lang")
    if language:
        element.set(LANG, language)
    if name(element) == "img" and element.get("alt") is None:
        element.set("alt", "")
    if name(element) == "track":
        _mend_track(element)


def _mend_track(element: Node) -> None:
    if element.get("kind") not in ("subtitles", "captions", "descriptions", "chapters", "metadata"):
        element.set("kind", "captions")
    if not element.get("label"):
        drop(element, "label")
