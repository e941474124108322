"""Sanitised HTML → Markdown, block by block, each proven by rendering it (docs/adr/0013).

A block stays HTML where Markdown would not say the same, so the converter may err and nothing is lost. Only
ever meets HTML as the sanitiser writes it: balanced, quoted, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from schemas.inert import leave
from schemas.richtext import render

if TYPE_CHECKING:
    from html_to_markdown import ConversionOptions

MOST_CHARACTERS: Final = 1_048_576
"""What a text of a bundle may have (schemas/documents.py)."""
ATTRIBUTES: Final = r'((?: [^\s=>"]+="[^"]*")*)'
ATTRIBUTE: Final = re.compile(r' ([^\s=>"]+)="([^"]*)"')
PLAIN: Final = re.compile(r"[^\W\d_](?: ?[^\W_]| ?[,;?'()%/]|\.(?= [^\W\d_]|$))*")
"""Words that mean themselves in HTML and in Markdown; most options of questions are no more."""
_TOKEN: Final = re.compile(rf"<(/?)([a-z][^\s/>]*){ATTRIBUTES}>")
_SEVERAL: Final = re.compile(r'<([a-z][^\s/>]*)((?: [^\s=>"]+="[^"]*"){2,})>')
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
_PLAIN_PARAGRAPH: Final = re.compile(rf"<p>({PLAIN.pattern})</p>")
_MANY_MARKS: Final = 200
"""Where a text has more of what Markdown may take for marks, they are escaped at once: pairing costs time."""


def markdown(html: str) -> tuple[str, list[str]]:
    """The page in Markdown, cut where it is longer than a text may be, and what was said about that."""
    blocks = list(_split(_without_bare_inlines(_NOISE.sub("", html))))
    text, cut = _joined(_written(blocks))
    if cut or len(blocks) < 2 or _essence(render(text, leave)) == _essence("\n".join(blocks)):
        return text, cut
    return _joined(map(_raw, blocks))  # blocks that met changed each other


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
    """Top-level blocks; what stands between them becomes paragraphs. `<div>` alone is no block of its own."""
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


def _sorted(tag: re.Match[str]) -> str:
    """The same element whatever the order of its attributes."""
    attributes = sorted(found[0] for found in ATTRIBUTE.finditer(tag[2]))
    return f"<{tag[1]}{''.join(attributes)}>"


def _essence(html: str) -> str:
    """What two renderings of the same thing have in common: white space and synonyms aside."""
    html = _NOISE.sub("", html).replace(' alt=""', "")  # Markdown's pictures always have one
    html = _SEVERAL.sub(_sorted, html)
    for one, other in (("b>", "strong>"), ("i>", "em>")):
        html = html.replace(f"<{one}", f"<{other}").replace(f"</{one}", f"</{other}")
    html = _AROUND_BLOCKS.sub(r"\1", html)
    html = _LONE_PARAGRAPH.sub(r"<\1>\2</\1>", html)
    return _SPACE.sub(" ", html).strip()
