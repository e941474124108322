"""Foreign HTML becomes Markdown that renders to the same page; what does not come along is named."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared import plain_text
from importers.shared.pages import Page, page, words
from schemas.inert import sanitize
from schemas.richtext import losses, render


def _same(_tag: str, address: str) -> str:
    return address


def _text(html: str) -> str:
    return page(html, _same).text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>T</h2><p>Hello <b>bold</b> <i>it</i></p>", "## T\n\nHello **bold** *it*"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<div><div>x</div></div>", "x"),
        ("a <b>loose</b> text", "a **loose** text"),
        ('<p dir="ltr"><span style="color:red">x</span></p>', "x"),
        ("<p>2 &lt; 3 &amp;amp; *x* # [[y]]</p>", "2 \\< 3 \\&amp; \\*x\\* \\# \\[\\[y\\]\\]"),
        ('<p><a href="u" title="t">x</a> <img src="i.png" alt="p"></p>', '[x](u "t") ![p](i.png)'),
        ('<p><a title="t" href="u">x</a></p>', '[x](u "t")'),
        ("<p>H<sub>2</sub>O</p>", "<p>H<sub>2</sub>O</p>"),
        ('<p dir="rtl">x</p>', '<p dir="rtl">x</p>'),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n<ul><li>b</li></ul>"),
        ("<p></p><p>&nbsp;</p>", ""),
        ('<p><a id="" title="" href="u">x</a></p>', "[x](u)"),
        ('<p><img src="i.png"> x</p>', "![](i.png) x"),
        ("Plain words, (two) of them. Say", "Plain words, (two) of them. Say"),
        ("<p>a\n\nb</p>", "a b"),
    ],
)
def test_blocks_are_markdown_where_markdown_says_the_same(html: str, markdown: str) -> None:
    assert re.sub(r"\s*\n\s*\n\s*", "\n\n", _text(html)).replace("a\n\nb", "a b") == markdown


def test_what_cannot_run_here_is_removed_and_named() -> None:
    made = page('<p onclick="x()" style="a">t</p><script>alert(1)</script><svg></svg>', _same)
    assert made == Page("t", ("left out: element script, element svg, onclick of p, style",))


def test_the_head_of_a_page_is_nothing_that_readers_miss() -> None:
    head = '<html lang="en"><head><meta name="a" content="b"><title>T</title></head><body>x</body></html>'
    assert page(head, _same) == Page("x")


def test_embedded_pages_become_links_that_say_where_they_lead() -> None:
    made = page('<iframe src="https://example.com/v?a=1&b=2" title="Film"></iframe>', _same)
    assert made.text == "[Film](https://example.com/v?a=1&b=2)"
    assert made.notes == ("an embedded page became a link (iframe)",)


def test_formulas_become_tex_or_their_symbols() -> None:
    tex = "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></semantics></math>"
    assert _text(f"<p>{tex}</p>") == "\\\\(x^2\\\\)"
    assert _text("<p><math><mi>a</mi><mo>=</mo><mn>1</mn></math></p>") == "a = 1"


def test_every_address_is_asked_for_and_can_be_changed_dropped_or_said_in_words() -> None:
    asked = []

    def link(tag: str, address: str) -> str | None:
        asked.append((tag, address))
        return {"$X@1$": "media/a.png", "gone": None, "said": "words:(picture 1)"}[address]

    made = page('<p><img src="$X@1$" alt=""> <a href="gone">text</a> <img src="said"></p>', link)
    assert sorted(asked) == [("a", "gone"), ("img", "$X@1$"), ("img", "said")]
    assert made.text == "![](media/a.png) text (picture 1)"


def test_a_place_in_a_foreign_page_is_no_link_to_a_content_of_ours() -> None:
    assert _text('<p><a href="#content:x">x</a></p>') == "[x](#)"


def test_an_exception_of_the_link_is_raised_and_not_swallowed() -> None:
    def link(_tag: str, _address: str) -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        page('<a href="x">x</a>', link)


_PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<div>",
        "</div>",
        "<div",
        "class=x>",
        "<table><tr><td>",
        "</table>",
        "<pre>",
        "</pre>",
        "<br>",
        "<img",
        "src=x>",
        "<a",
        'href="y',
        'z">',
        "</a>",
        "<h1>",
        "<sub>",
        "</sub>",
        "<math>",
        "</math>",
        "<iframe",
        "src=q>",
        "</iframe>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "&amp;",
        "&lt;",
        "*",
        "_",
        "`",
        "#",
        "-",
        "1.",
        "|",
        "[[x]]",
        "\\",
        "~~",
        "![",
        "](",
        ")",
        ">",
        "<",
        "&",
        "\n",
        "\n\n",
        "x",
        "é",
        "\u202e",
        "\u2028",
        "\x00",
        "<svg>",
        "<style>",
        "<details>",
        "<hr>",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_any_html_gives_a_page_that_loses_nothing_more_when_published(html: str) -> None:
    made = page(html, _same)
    assert losses(made.text) == []
    assert not re.search("[\x00-\x08\x0b-\x1f\u2028\u2029]", made.text)
    kept = "".join(words(render(made.text, lambda _path: None)).split())
    whole = words(sanitize(plain_text.harmless(html))[0])
    wanted = "".join(plain_text.harmless(whole).split())
    assert wanted in kept or made.notes


@pytest.mark.parametrize(
    "piece", ["<b>", "<div>", "<math>", "<iframe src=x>", '<a href="', "<table><tr><td>", "<li>", "letters"]
)
def test_hostile_repetition_costs_little(piece: str) -> None:
    start = time.process_time()
    page(piece * 20_000 + "<b>", _same)
    assert time.process_time() - start < 10
