"""Pages are inert: 155 payloads, rendered, and judged by an HTML5 parser and, where there is one, a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.media import headers
from schemas.richtext import is_safe_url, render, sanitize

_PAGES = {
    "html": ("{}", "# Title\n\ntext {} text\n", "<div>{}</div>", "- item\n\n  {}\n", "> {}\n"),
    "markdown": ("{}", "# Title\n\n{}\n", "> {}\n"),
    "svg": ("{}", "# Title\n\n{}\n"),
    "url": ("[x](<{}>)", "![x](<{}>)", "[x]\n\n[x]: <{}>", '<a href="{}">x</a>', '<img src="{}">', "<{}>"),
    "attr": ('![{}](a.png "{}")', '<img src=a.png alt="{}">', "<p title='{}'>x</p>", "<p title={}>x</p>"),
}


@pytest.fixture(scope="module")
def payloads(hostile: Path) -> list[dict[str, str]]:
    lines = (hostile / "lists/xss.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _leave(_path: str) -> None:
    return None


def _pages(payload: dict[str, str]) -> Iterator[str]:
    return (page.replace("{}", payload["payload"]) for page in _PAGES[payload["syntax"]])


def test_every_payload_is_rendered_inert_in_every_position_and_in_time(
    payloads: list[dict[str, str]],
) -> None:
    assert len(payloads) == 155
    for payload in payloads:
        for page in _pages(payload):
            started = time.process_time()
            html = render(page, _leave)
            assert time.process_time() - started < 2, payload["name"]
            assert dangers(html) == [], (payload["name"], html)


def test_every_payload_as_foreign_html_is_sanitised_inert(payloads: list[dict[str, str]]) -> None:
    for payload in payloads:
        if payload["syntax"] in ("html", "svg", "markdown"):
            html, _removed = sanitize(payload["payload"])
            assert dangers(html) == [], (payload["name"], html)
            assert sanitize(html) == (html, []), payload["name"]


def test_every_hostile_url_is_told_apart(payloads: list[dict[str, str]]) -> None:
    urls = [payload["payload"] for payload in payloads if payload["syntax"] == "url"]
    assert [url for url in urls if is_safe_url(url)] == []


def test_svg_files_are_stored_as_downloads() -> None:
    """They may hold scripts, which run when the file itself is opened and never inside an image element."""
    assert headers("image/svg+xml").disposition == "attachment"


_MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<svg>",
                "</svg>",
                "<math>",
                "<mtext>",
                "<style>",
                "</style>",
                "<p>",
                "</p>",
                "<table>",
                "<b>",
                "<a ",
            ),
            *(
                "<img src=x onerror=alert(1)>",
                'title="',
                "'",
                '"',
                ">",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "`",
                "\n",
            ),
            *(
                "href=javascript:alert(1)",
                "[x](",
                "javascript:alert(1)",
                ")",
                "<noscript>",
                "<select>",
                "&lt;",
                "\0",
            ),
            *(
                "<form>",
                "<mglyph>",
                "<annotation-xml encoding=text/html>",
                "<script>",
                "</script>",
                "<title>",
                "*",
                "|",
            ),
        ]
    ),
    max_size=12,
).map("".join)


@given(_MARKUP)
def test_whatever_the_pieces_of_known_attacks_make_together_is_inert(page: str) -> None:
    assert dangers(render(page, _leave)) == []


# ── the oracle: an HTML5 tree builder that shares nothing with the sanitiser ─────────────────────────

_XHTML = "{http://www.w3.org/1999/xhtml}"
_NAMES = (
    "html head body a abbr audio b blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp small source "
    "span strong sub summary sup table tbody td tfoot th thead time tr track u ul var video wbr"
)
_HARMLESS = frozenset(_NAMES.split())
_URLS = frozenset(
    {"href", "src", "poster", "cite", "action", "formaction", "data", "background", "ping", "srcset"}
)


def dangers(html: str) -> list[str]:
    """What in `html` could run, load or cover something, as a browser would parse it."""
    return [danger for element in html5lib.parse(html).iter() for danger in _dangers_of(element)]


def _dangers_of(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield "comment"
        return
    if element.tag.removeprefix(_XHTML) not in _HARMLESS or not element.tag.startswith(_XHTML):
        yield element.tag
    for name, value in element.attrib.items():
        if name.startswith("on") or name in {"name", "is", "srcdoc", "autofocus", "target", "popover"}:
            yield name
        if name in _URLS and not _harmless_url(value):
            yield f"{name}={value}"
        if name == "style" and not re.fullmatch("text-align: (left|right|center)", value):
            yield f"style={value}"
        if name == "id" and not value.startswith("page-"):
            yield f"id={value}"


def _harmless_url(url: str) -> bool:
    """As the URL standard reads it: tabs and newlines vanish, controls and spaces around it too."""
    url = re.sub(r"[\t\r\n]", "", url).strip("".join(map(chr, range(0x21)))).replace("\\", "/")
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", url)
    return scheme[1].lower() in {"http", "https", "mailto"} if scheme else not url.startswith("//")


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<p onclick=1>",
        "<svg>",
        "<a href='java\nscript:1'>",
        "<a href=//x>",
        "<p style=color:red>",
        "<p id=x>",
        "<p><!-- -->",
    ],
)
def test_the_oracle_sees_danger(html: str) -> None:
    assert dangers(html)


# ── a real browser ───────────────────────────────────────────────────────────────────────────────

_TRIPWIRE = """<!doctype html><meta charset=utf-8><script>
for (const name of ["alert", "confirm", "prompt", "eval", "fetch"])
  window[name] = () => { document.documentElement.dataset.tripped = name; };
addEventListener("load", () => {
  document.addEventListener("click", event => {
    const link = event.target.closest("a");
    if (link && link.protocol !== "javascript:") event.preventDefault();
  }, true);
  for (const element of document.body.querySelectorAll("*"))
    for (const name of ["mouseover", "pointerover", "focus", "click", "toggle", "animationstart"])
      element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
  document.documentElement.dataset.done = "yes";
});
</script><body>"""


def _browse(tmp_path: Path, body: str) -> str:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    page = tmp_path / "page.html"
    page.write_text(_TRIPWIRE + body, encoding="utf-8", errors="replace")
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    assert 'data-done="yes"' in done.stdout
    return done.stdout


def test_a_browser_trips_over_no_payload(payloads: list[dict[str, str]], tmp_path: Path) -> None:
    # A few payloads are only about time; thousands of nested elements would make the browser slow.
    pages = [render(page, _leave) for payload in payloads for page in _pages(payload)]
    body = "".join(f"<section>{html}</section>" for html in pages if len(html) < 10_000)
    assert "data-tripped" not in _browse(tmp_path, body)


def test_the_tripwire_works(tmp_path: Path) -> None:
    dom = _browse(tmp_path, f"<p>{escape('<img>')}</p><img src=x onerror=alert(1)>")
    assert 'data-tripped="alert"' in dom
