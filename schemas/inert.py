"""HTML made inert by a strict allow-list, and URLs judged.

No scripts, no handlers, no styles, no SVG or MathML (every known way around the sanitiser needed one of
those two), no raw-text elements, and no URL but http, https, mailto and relative ones. What is allowed
is what Markdown makes, plus players and details. Equal input gives equal bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import nh3

_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "source", "track", "wbr"})
_TAGS: Final = _VOID | {
    *("a", "abbr", "audio", "b", "blockquote", "caption", "cite", "code", "colgroup", "dd", "del", "details"),
    *("dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins"),
    *("kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"),
    *(
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
    ),
    "video",
}
_DROPPED_WITH_CONTENT: Final = frozenset(
    (
        "iframe",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "script",
        "style",
        "svg",
        "template",
        "title",
    )
)
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "*": frozenset({"class", "dir", "id", "lang", "title"}),
    "a": frozenset({"href"}),
    "audio": frozenset({"controls", "src"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "input": frozenset({"checked", "disabled", "type"}),
    "ol": frozenset({"start"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "rowspan", "style"}),
    "th": frozenset({"colspan", "rowspan", "scope", "style"}),
    "time": frozenset({"datetime"}),
    "track": frozenset({"kind", "label", "src", "srclang"}),
    "video": frozenset({"controls", "height", "poster", "src", "width"}),
}
_URL_ATTRIBUTES: Final = frozenset({"href", "poster", "src"})
_SCHEMES: Final = frozenset({"http", "https", "mailto"})

# Only what the Markdown renderer itself writes: code languages, alerts, footnotes, column alignment.
_CLASS: Final = re.compile(
    r"language-[\w+#.-]{1,40}|markdown-alert-\w+|footnote-(reference|definition(-label)?)"
)
_STYLE: Final = re.compile(r"text-align: (left|right|center)")
# An id of a page must not shadow names the surrounding application's scripts rely on.
_ID_PREFIX: Final = "page-"

CONTENT_LINK: Final = re.compile(r"#(?:course:([a-z0-9][a-z0-9._-]*)/)?content:([a-z0-9][a-z0-9._-]*)")
"""A link from page to page by key (schemas.model.content_link): no place in the page itself."""
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SHORT_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}:")
"""To search whole pages for: without a bound, a page of letters would cost the square of its length."""
_UNSAFE_IN_URL: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_DEEPEST: Final = 10_000
# Both only ever meet HTML as the sanitiser writes it: quoted, escaped, closed.
_NORMAL_TAG: Final = re.compile(r'<([a-z][^\s/>]*)((?: [^\s=>"]+="[^"]*")*)>')
_NORMAL_ATTRIBUTE: Final = re.compile(r' ([^\s=>"]+)="[^"]*"')

Resolve = Callable[[str], str | None]


def clean(html: str, resolve: Resolve) -> str:
    """The allowed part of `html`.

    `resolve` gets the path of every relative link, image and player source, percent-decoded, without
    query and fragment (`../media/a b.png`), and answers with what to write instead, or None to leave it.
    HTML nested deeper than 10,000 elements, which costs the parser minutes, is shown as its source.
    """
    if too_deep(html):
        return f"<pre>{escape(html)}</pre>"
    if resolve is leave:
        return _leaving().clean(html)
    faults: list[Exception] = []

    def attribute(_tag: str, name: str, value: str) -> str | None:
        try:
            return _attribute(name, value, resolve)
        except Exception as fault:  # noqa: BLE001 - nh3 would print it and go on; it is raised below
            faults.append(fault)
            return None

    cleaned = _cleaner(attribute).clean(html)
    if faults:
        raise faults[0]
    return cleaned


def sanitize(html: str) -> tuple[str, list[str]]:
    """Foreign HTML made inert, and what that removed: `script`, `onclick of img`, `href of a`, sorted."""
    cleaned = clean(html, leave)
    if too_deep(html):
        return cleaned, [f"nesting deeper than {_DEEPEST:,} elements"]
    return cleaned, _removed(html, cleaned)


def targets(html: str) -> list[tuple[str, str]]:
    """(element, URL) of everything in `html` that points somewhere, in no promised order."""
    if too_deep(html):
        return []
    found: list[tuple[str, str]] = []

    def attribute(tag: str, name: str, value: str) -> str:
        if name in _URL_ATTRIBUTES:
            found.append((tag, value))
        return value

    _cleaner(attribute).clean(html)
    return found


def is_safe_url(target: str) -> bool:
    """Whether a link target is kept: http, https, mailto without credentials, or a plain relative one.

    `//host` and backslashes are refused although browsers follow them: they hide that they leave.
    """
    if _UNSAFE_IN_URL.search(target.replace(" ", "")) or target.startswith("//"):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not _SCHEME.match(target) or (parts.scheme in _SCHEMES and "@" not in parts.netloc)


def local_path(target: str) -> str | None:
    """The file a relative target names, percent-decoded; None for URLs and for anchors in the page."""
    if _SCHEME.match(target) or not is_safe_url(target):
        return None
    return unquote(re.split("[?#]", target, maxsplit=1)[0]) or None


def leave(_path: str) -> None:
    """For `clean`: every address stays as it is. Equal for all callers, so what it needs is made once."""
    return


@cache
def _leaving() -> nh3.Cleaner:
    return _cleaner(lambda _tag, name, value: _attribute(name, value, leave))


# ── cleaning ─────────────────────────────────────────────────────────────────────────────────────


def _cleaner(attribute: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        set_tag_attribute_values={"input": {"type": "checkbox"}},
        url_schemes=_SCHEMES,
    )


def _attribute(name: str, value: str, resolve: Resolve) -> str | None:
    """The value to keep, or None to drop the attribute."""
    if name == "class":
        return " ".join(word for word in value.split() if _CLASS.fullmatch(word)) or None
    if name == "style":
        return value if _STYLE.fullmatch(value) else None
    if name == "id":
        return _prefixed(value)
    return _url(value, resolve) if name in _URL_ATTRIBUTES else value


def _prefixed(name: str) -> str:
    return name if name.startswith(_ID_PREFIX) else _ID_PREFIX + name


def _url(target: str, resolve: Resolve) -> str | None:
    target = target.strip()
    if not is_safe_url(target):
        return None
    if target.startswith("#") and target != "#" and not CONTENT_LINK.fullmatch(target):
        return f"#{_prefixed(target[1:])}"
    path = local_path(target)
    found = resolve(path) if path else None
    if found is None:
        return target
    return quote(found, safe="/:@%+,;=~") + target[len(re.split("[?#]", target, maxsplit=1)[0]) :]


def too_deep(html: str) -> bool:
    """Whether HTML is nested so deeply that parsing it would cost minutes."""
    if html.count("<") <= _DEEPEST:
        return False
    depth = 0
    for closing, name in _TAG.findall(html):
        depth += 0 if name.lower() in _VOID else -1 if closing else 1
        if depth > _DEEPEST:
            return True
    return False


def _removed(before: str, after: str) -> list[str]:
    """Compares two parses by the same HTML5 parser, once with everything allowed, once as cleaned."""
    names = frozenset(name.lower() for _closing, name in _TAG.findall(before))
    everything = nh3.Cleaner(
        tags=names,
        clean_content_tags=frozenset(),
        generic_attribute_prefixes={""},
        link_rel=None,
        url_schemes=_SCHEMES | {scheme[:-1] for scheme in _SHORT_SCHEME.findall(before.lower())},
    ).clean(before)
    return sorted((_features(everything) - _features(after)).elements())


def _features(html: str) -> Counter[str]:
    features: Counter[str] = Counter()
    for match in _NORMAL_TAG.finditer(html):
        tag, attributes = match.groups()
        features[tag] += 1
        features.update(f"{name} of {tag}" for name in _NORMAL_ATTRIBUTE.findall(attributes))
    return features
