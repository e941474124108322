"""Foreign HTML → a Markdown page of ours, with the names of all that did not come along.

Each block becomes Markdown where Markdown says the same (which is proven by rendering it), and stays HTML
where it does not: a merged cell, a subscript, a player. What could run is removed; what was embedded from
elsewhere becomes a link, since nothing is fetched and learners should still get there (docs/adr/0013).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Final

import nh3

from importers.shared import plain_text
from schemas.inert import CONTENT_LINK, leave, sanitize, too_deep
from schemas.richtext import render

if TYPE_CHECKING:
    from html_to_markdown import ConversionOptions

Link = Callable[[str, str], str | None]
"""(element, address as written) → address to write, or None to have none; `words:…`: text in its place."""

WORDS: Final = "words:"
MOST_CHARACTERS: Final = 1_048_576
"""What a text of a bundle may have (schemas/documents.py)."""

_EMBEDDED: Final = {"iframe": "src", "embed": "src", "object": "data"}
_ADDRESSES: Final = frozenset(("href", "src", "poster", "data"))
_SILENT_WHEN_EMPTY: Final = frozenset(("class", "dir", "id", "lang", "title"))
_ATTRIBUTES: Final = r'((?: [^\s=>"]+="[^"]*")*)'
_TOKEN: Final = re.compile(rf"<(/?)([a-z][^\s/>]*){_ATTRIBUTES}>")
_FORMULA: Final = re.compile(r"<math[ >].*?</math>", re.DOTALL)
_EMBEDDING: Final = re.compile(rf"<(iframe|object){_ATTRIBUTES}>(.*?)</\1>|<(embed){_ATTRIBUTES}>", re.DOTALL)
_PLAYER: Final = re.compile(rf"<(audio|video){_ATTRIBUTES}>(.*?)</\1>", re.DOTALL)
_SPOKEN: Final = re.compile(rf' (?:src|href)="{WORDS}([^"]*)"')
_IMAGE: Final = re.compile(rf"<img{_ATTRIBUTES}>")
_ATTRIBUTE: Final = re.compile(r' ([^\s=>"]+)="([^"]*)"')
_VOID: Final = frozenset(("br", "col", "hr", "img", "input", "source", "track", "wbr", "embed"))
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS: Final = ("dl", "ol", "ul")
_BLOCKS: Final = frozenset(
    ("blockquote", "details", "div", "figure", "hr", "p", "pre", "table", *_HEADINGS, *_LISTS)
)
_NOISE: Final = re.compile(r' (?:rel="noopener noreferrer"|dir="(?:ltr|auto)"|class="")')
_EMPTY: Final = re.compile(r"(?:<p>|</p>|<div>|</div>|<br>|<span>|</span>|<b>|</b>|&nbsp;|\s)*")
_STRAY: Final = re.compile(r"<(li|tr|td|th|dt|dd|thead|tbody)\b")
"""Parts of lists and tables that lost their whole."""
_AROUND_BLOCKS: Final = re.compile(
    r"[ \t\r\n\f]*(</?(?:p|[duo]l|d[dt]|li|table|thead|tbody|tr|t[dh]|h[1-6]|blockquote|[hb]r|div|pre"
    r"|figure|details|summary)\b[^>]*>)[ \t\r\n\f]*"
)
_LONE_PARAGRAPH: Final = re.compile(r"<(li|td|th)><p>((?:(?!</?p>).)*)</p></\1>", re.DOTALL)
_NO_BREAK: Final = "\u00a0"
_STAND_IN: Final = "\ue0f0"
"""The converter takes no-break spaces for blanks: a private character stands for them meanwhile."""
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):")
_CONTROLS: Final = re.compile(r"[\x00-\x1f]")
"""Browsers leave them out of addresses, and find schemes that were broken by them."""


_PLAIN: Final = re.compile(r"[^\W\d_](?: ?[^\W_]| ?[,;?'()%/]|\.(?= [^\W\d_]|$))*")
"""Words that mean themselves in HTML and in Markdown; most options of questions are no more."""
_PLAIN_PARAGRAPH: Final = re.compile(rf"<p>({_PLAIN.pattern})</p>")
_MANY_MARKS: Final = 200
"""Where a text has more of what Markdown may take for marks, they are escaped at once: pairing costs time."""


@dataclass(frozen=True, slots=True)
class Page:
    """Markdown ("" when nothing was left), and what was removed or changed, in words for the report."""

    text: str
    notes: tuple[str, ...] = ()


def page(html: str, link: Link) -> Page:
    """A fragment or a whole document as a page. `link` sees every address before anything is judged.

    Never raises for input; a page longer than a text of a bundle may be is cut, with a note.
    """
    if len(html) < MOST_CHARACTERS and _PLAIN.fullmatch(html):
        return Page(html)
    html = plain_text.harmless(html)
    replaced, embedded = (html, []) if too_deep(html) else _replaced(_opened(html, link))
    kept, removed = sanitize(replaced)
    kept = plain_text.harmless(kept)  # what was written as a character reference
    blocks = list(_split(_without_bare_inlines(_NOISE.sub("", kept))))
    text, cut = _joined(_written(blocks))
    if (
        not cut and len(blocks) > 1 and _essence(render(text, leave)) != _essence("\n".join(blocks))
    ):  # they met
        text, cut = _joined(map(_raw, blocks))
    forward = ["left out: a forward to another page"] if _REFRESH.search(html) else []
    return Page(text, (*embedded, *_told(removed), *forward, *cut))


def _joined(blocks: Iterable[str]) -> tuple[str, list[str]]:
    """As many blocks as one text of a bundle may have, and what was said about the rest."""
    taken: list[str] = []
    left = MOST_CHARACTERS
    for block in blocks:
        left -= len(block) + 2
        if left < 0:
            return "\n\n".join(taken), [f"longer than {MOST_CHARACTERS:,} characters: cut"]
        taken.append(block)
    return "\n\n".join(taken), []


def words(html: str) -> str:
    """The text alone, in one line: for titles."""
    cleaned = nh3.clean(html, tags=set(), clean_content_tags={"script", "style", "title"})
    return " ".join(unescape(cleaned).split())


# ── addresses and embedded things ────────────────────────────────────────────────────────────────


def _opened(html: str, link: Link) -> str:
    """Normal HTML with the addresses rewritten; nothing is judged yet, so it must be cleaned afterwards."""
    names = {name.lower() for name in re.findall(r"<([a-zA-Z][^\s/>]*)", html)} - {"html", "head", "body"}
    faults: list[Exception] = []

    def attribute(tag: str, name: str, value: str) -> str | None:
        if not value.strip():
            return None if name in _SILENT_WHEN_EMPTY else value
        if name not in _ADDRESSES:
            return value
        if CONTENT_LINK.fullmatch(value.strip()):
            return "#"  # a place in a foreign page that is called like one of our keys
        try:
            return link(tag, value.strip())
        except Exception as fault:  # noqa: BLE001 - nh3 would print it and go on; it is raised below
            faults.append(fault)
            return None

    opened = nh3.Cleaner(
        tags=names | {"a", "p"},
        clean_content_tags={"title", "head"} - names,
        generic_attribute_prefixes={""},
        attribute_filter=attribute,
        link_rel=None,
        url_schemes=_schemes(html),
    ).clean(html)
    if faults:
        raise faults[0]
    return opened


def _schemes(html: str) -> set[str]:
    """Every scheme that is written, also in disguise: `link` and the last pass judge them."""
    plain = _CONTROLS.sub("", unescape(html)) if "&" in html or _CONTROLS.search(html) else ""
    return {scheme.lower() for scheme in _SCHEME.findall(html + plain)} | {"https"}


def _replaced(html: str) -> tuple[str, list[str]]:
    """Embedded pages, objects and formulas as links and words, and what was said about them."""
    notes: list[str] = []
    html = _FORMULA.sub(lambda found: _formula(found[0], notes), html)
    html = _EMBEDDING.sub(lambda found: _embedded(found, notes), html)
    html = _IMAGE.sub(lambda found: _picture(found[1], found[0]), html)
    html = _PLAYER.sub(lambda found: " ".join(_SPOKEN.findall(found[0])) or found[0], html)
    html = re.sub(rf"<a{_ATTRIBUTES}>", lambda found: _anchor(found[0]), html)
    return html, list(dict.fromkeys(notes))


def _embedded(found: re.Match[str], notes: list[str]) -> str:
    tag = found[1] or found[4]
    attributes = dict(_ATTRIBUTE.findall(found[2] or found[5] or ""))
    address = attributes.get(_EMBEDDED[tag], "")
    if not address:
        notes.append(f"an embedded page without an address is left out ({tag})")
    if not address or address.startswith(WORDS):
        return address.removeprefix(WORDS) or found[3] or ""
    notes.append(f"an embedded page became a link ({tag})")
    name = attributes.get("title") or attributes.get("name") or address
    return f'<p><a href="{address}">{name}</a></p>'


def _picture(attributes: str, whole: str) -> str:
    given = dict(_ATTRIBUTE.findall(attributes))
    source = given.get("src", "")
    return source.removeprefix(WORDS) if source.startswith(WORDS) else whole


def _anchor(whole: str) -> str:
    """Words in place of an address stand before what was the link."""
    said = _SPOKEN.search(whole)
    return f"{said[1]} <a>" if said else whole


def _formula(math: str, notes: list[str]) -> str:
    """TeX where the author's tool left some, else the symbols in a row."""
    notes.append("a formula in MathML became text")
    tex = re.search(r'<annotation encoding="application/x-tex">(.*?)</annotation>', math, re.DOTALL)
    given = re.search(r'<math[^>]* alttext="([^"]*)"', math)
    if tex or given:
        return f"\\({(tex or given)[1].strip()}\\)"  # type: ignore[index]
    text = re.sub(r"<annotation.*?</annotation>", "", math, flags=re.DOTALL)
    return _SPACE.sub(" ", re.sub(r"<[^>]*>", " ", text)).strip()


def _told(removed: Iterable[str]) -> Iterator[str]:
    """Layout that our pages do not have is one note, everything else a note each."""
    layout: Counter[str] = Counter()
    for what in removed:
        name, _, element = what.partition(" of ")
        if element in _HEAD:
            continue
        if " of " in what and name not in _ADDRESSES and not name.startswith("on"):
            layout[name] += 1
        elif what not in _INNER:
            layout[f"element {what}" if " of " not in what else what] += 1
    if layout:
        yield "left out: " + ", ".join(
            name + (f" ({count})" if count > 1 else "") for name, count in sorted(layout.items())
        )


_REFRESH: Final = re.compile(r"<meta\b[^>]{0,200}\bhttp-equiv=[\"']?refresh\b", re.IGNORECASE)
_HEAD: Final = frozenset(("html", "head", "meta", "link", "base"))
"""Elements that speak of a page to browsers, in attributes that nobody reads."""
_INNER: Final = frozenset(
    ("html", "head", "body", "title", "meta", "link", "tbody", "span", "font", "center")
)
"""Elements whose text stays when they go: nothing is lost but their look."""


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


def _written(blocks: Iterable[str]) -> Iterator[str]:
    previous = ""
    for block in blocks:
        text = _markdown(block)
        list_after_list = previous[:3] in ("<ul", "<ol") and block[:3] in ("<ul", "<ol")
        yield _raw(block) if text is None or list_after_list else text
        previous = block


def _without_bare_inlines(html: str) -> str:
    """A `<span>` without style and an `<a>` without address say nothing, and Markdown has neither."""
    bare: list[bool] = []

    def piece(match: re.Match[str]) -> str:
        closing, name, attributes = match.groups()
        if name not in ("span", "a"):
            return match[0]
        if closing:
            return "" if bare and bare.pop() else match[0]
        bare.append(not attributes)
        return "" if bare[-1] else match[0]

    return _TOKEN.sub(piece, html)


def _split(html: str) -> Iterator[str]:
    """Top-level blocks; what stands between them becomes paragraphs. `<div>` alone is no block of its own.

    Only ever meets HTML as the sanitiser writes it: balanced, quoted, escaped.
    """
    depth, start, inline = 0, 0, 0
    for match in _TOKEN.finditer(html):
        closing, name, attributes = match.groups()
        if depth == 0 and name == "div" and (closing or not attributes):
            yield from _paragraph(html[inline : match.start()])
            inline = match.end()
        elif depth == 0 and name in _BLOCKS and not closing:
            yield from _paragraph(html[inline : match.start()])
            start, inline = match.start(), match.end()
            if name == "hr":
                yield match[0]
            else:
                depth = 1
        elif depth and name not in _VOID and name != "hr":
            depth += -1 if closing else 1
            if depth == 0:
                if not _EMPTY.fullmatch(html[start : match.end()]):
                    yield html[start : match.end()]
                inline = match.end()
    yield from _paragraph(html[start if depth else inline :])


def _paragraph(inline: str) -> Iterator[str]:
    inline = inline.strip()
    if not _EMPTY.fullmatch(inline):
        yield inline if _STRAY.match(inline) else f"<p>{inline}</p>"


@cache
def _options(*, escape: bool) -> ConversionOptions:
    import html_to_markdown as converter

    return converter.ConversionOptions(
        escape_asterisks=escape,
        escape_underscores=escape,
        escape_misc=escape,
        extract_metadata=False,
        autolinks=False,
        bullets="-",
        # Its defaults as its own values: it looks words up at each call, ten times as long as converting.
        heading_style=converter.HeadingStyle.ATX,
        list_indent_type=converter.ListIndentType.SPACES,
        highlight_style=converter.HighlightStyle.DOUBLE_EQUAL,
        whitespace_mode=converter.WhitespaceMode.NORMALIZED,
        newline_style=converter.NewlineStyle.SPACES,
        code_block_style=converter.CodeBlockStyle.BACKTICKS,
        inline_data_media=converter.InlineDataMedia.KEEP,
        hidden_content=converter.HiddenContent.DROP,
        url_escape_style=converter.UrlEscapeStyle.ANGLE,
        link_style=converter.LinkStyle.INLINE,
        output_format=converter.OutputFormat.MARKDOWN,
        tier_strategy=converter.TierStrategy.AUTO,
    )


def _markdown(block: str) -> str | None:
    """The block in Markdown, escaped where it has to be; None where that would not say the same."""
    from html_to_markdown import convert

    plain = _PLAIN_PARAGRAPH.fullmatch(block)
    if plain:
        return plain[1]
    flat = block if "<pre" in block else _SPACE.sub(" ", block)
    wanted = _essence(flat)
    marked = "[[" in block or sum(map(block.count, "*_`[")) > _MANY_MARKS  # `[[x]]` may become a gap
    for escape in (True,) if marked else (False, True):
        text = convert(flat.replace("&nbsp;", _STAND_IN), _options(escape=escape)).content or ""
        text = text.strip(" \n").replace(_STAND_IN, _NO_BREAK)
        if text and _essence(render(text, leave)) == wanted:
            return text
    return None


def _raw(block: str) -> str:
    """The block as HTML inside Markdown, where a blank line would end it."""
    kept = re.sub(r"<pre>(.*?)</pre>", lambda found: found[0].replace("\n", "&#10;"), block, flags=re.DOTALL)
    return re.sub(r"\n\s*\n", "\n", kept).strip()


def _essence(html: str) -> str:
    """What two renderings of the same thing have in common: white space and synonyms aside."""
    html = _NOISE.sub("", html).replace(' alt=""', "")  # Markdown's pictures always have one
    for one, other in (("b>", "strong>"), ("i>", "em>")):
        html = html.replace(f"<{one}", f"<{other}").replace(f"</{one}", f"</{other}")
    html = _AROUND_BLOCKS.sub(r"\1", html)
    html = _LONE_PARAGRAPH.sub(r"<\1>\2</\1>", html)
    return _SPACE.sub(" ", html).strip()
