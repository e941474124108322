"""Markdown pages: what they become, what their links point to, what is dropped."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from schemas.richtext import Link, Loss, is_safe_url, links, local_path, losses, render, sanitize


def _leave(_path: str) -> None:
    return None


def _to_store(path: str) -> str | None:
    return {"../media/a b.png": "sha256/ab/abc.png", "notes.pdf": "sha256/cd/cde.pdf"}.get(path)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Hi {#start}", '<h1 id="page-start">Hi</h1>\n'),
        ("[x](#start)", '<p><a href="#page-start" rel="noopener noreferrer">x</a></p>\n'),
        ("~~no~~ **yes**", "<p><del>no</del> <strong>yes</strong></p>\n"),
        ("- [x] done", '<ul>\n<li><input disabled="" type="checkbox" checked="">\ndone</li>\n</ul>\n'),
        ("```python\n1 < 2\n```", '<pre><code class="language-python">1 &lt; 2\n</code></pre>\n'),
        ("> [!NOTE]\n> Read.", '<blockquote class="markdown-alert-note">\n<p>Read.</p>\n</blockquote>\n'),
        ("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>\n"),
        ("The cat [[gap]] here", "<p>The cat [[gap]] here</p>\n"),
        ("costs $5 and $10", "<p>costs $5 and $10</p>\n"),
        ('<audio controls src="notes.pdf"></audio>', '<p><audio controls="" src="sha256/cd/cde.pdf"></audio></p>\n'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert render(markdown, _to_store) == html


def test_tables_keep_their_alignment() -> None:
    html = render("| a | b |\n|--:|:-:|\n| 1 | 2 |", _leave)
    assert '<td style="text-align: right">1</td><td style="text-align: center">2</td>' in html


def test_footnotes_find_each_other() -> None:
    html = render("Text[^1].\n\n[^1]: Note.", _leave)
    assert 'href="#page-1"' in html
    assert 'id="page-1"' in html


def test_links_and_images_point_to_what_resolve_says_and_keep_their_anchor() -> None:
    html = render(
        '![i](<../media/a b.png>) [n](notes.pdf#p2) [o](other.md) <img src="../media/a%20b.png">', _to_store
    )
    assert html.count('src="sha256/ab/abc.png"') == 2
    assert 'href="sha256/cd/cde.pdf#p2"' in html
    assert 'href="other.md"' in html


def test_resolve_sees_decoded_paths_and_neither_urls_nor_anchors() -> None:
    asked: list[str] = []

    def note(path: str) -> None:
        asked.append(path)

    page = "[a](%C3%BC.pdf?x#y) [b](https://example.org/a.pdf) [c](#c) [d](mailto:a@example.org) [e](/root.pdf) ![f](ü.png)"
    render(page, note)
    assert asked == ["ü.pdf", "/root.pdf", "ü.png"]


def test_a_fault_in_resolve_is_not_swallowed() -> None:
    def broken(path: str) -> str:
        raise LookupError(path)

    with pytest.raises(LookupError, match=r"a\.png"):
        render("![x](a.png)", broken)


def test_links_are_found_with_their_place_in_markdown_and_in_html() -> None:
    page = (
        "ü [a](b.md#z) ![i](<c d.png>)\n"
        "\n"
        "> <div>\n"
        "> ü <img src=e.png> <a href='f.pdf'>f</a>\n"
        "> </div>\n"
        "\n"
        "[![x](g.png)][ref] `[no](no.md)` <https://example.org>\n"
        "\n"
        "[ref]: h.pdf\n"
    )
    assert links(page) == [
        Link("b.md#z", 1, 3, image=False),
        Link("c d.png", 1, 15, image=True),
        Link("e.png", 4, 14, image=True),
        Link("f.pdf", 4, 30, image=False),
        Link("h.pdf", 7, 1, image=False),
        Link("g.png", 7, 2, image=True),
        Link("https://example.org", 7, 34, image=False),
    ]


def test_links_and_render_agree_on_what_is_a_link() -> None:
    page = '[a](a.md) <img src="b&amp;c.png">\n\n```\n[no](no.md)\n```\n\n<!-- <img src="no.png"> -->\n'
    asked: list[str] = []

    def note(path: str) -> None:
        asked.append(path)

    render(page, note)
    assert [link.target for link in links(page)] == asked == ["a.md", "b&c.png"]


def test_html_that_is_dropped_is_named_with_its_place() -> None:
    page = 'Fine <b>bold</b>.\n\n<div onclick="x()">\n<script>1</script>\n</div>\n\nA <font color="red">word</font>.\n'
    assert losses(page) == [
        Loss("onclick of div", 3, 1),
        Loss("script", 3, 1),
        Loss("color of font", 7, 3),
        Loss("font", 7, 3),
    ]
    assert losses("# Only *Markdown*, 1 < 2 and <https://example.org>") == []


def test_foreign_html_is_cleaned_and_what_went_is_told() -> None:
    html = '<p onclick="x()">Hi<script>1</script> <a href="javascript:1">u</a> <b title="a > b">k</b></p>'
    assert sanitize(html) == (
        '<p>Hi <a rel="noopener noreferrer">u</a> <b title="a &gt; b">k</b></p>',
        ["href of a", "onclick of p", "script"],
    )


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("a%20b.png", "a b.png"),
        ("../x/y.md?q#z", "../x/y.md"),
        ("/media/x.png", "/media/x.png"),
        ("https://example.org/x.png", None),
        ("#part", None),
        ("//example.org/x.png", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_local_paths_are_told_from_urls(target: str, path: str | None) -> None:
    assert local_path(target) == path


@pytest.mark.parametrize(
    "target", ["a.png", "https://example.org/ä", "mailto:a@example.org", "#x", "a b.png", "HTTP://X"]
)
def test_ordinary_targets_are_safe(target: str) -> None:
    assert is_safe_url(target)


@pytest.mark.parametrize(
    "page", ["<div>" * 40_000, "> " * 40_000, "<b><p>" * 20_000, "<x>" * 40_000, "[a](" * 40_000]
)
def test_pages_nested_beyond_reason_are_shown_instead_of_taking_minutes(page: str) -> None:
    started = time.process_time()
    assert len(render(page, _leave)) > len(page)
    assert links(page) == []
    assert {loss.line for loss in losses(page)} <= {1}
    assert time.process_time() - started < 2


def test_the_same_page_gives_the_same_bytes_in_every_process() -> None:
    program = "from schemas.richtext import render; print(render('- [x] a\\n\\n<img alt=1 src=2 width=3 height=4 title=5>', lambda p: None))"
    runs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        for _ in range(4)
    }
    assert len(runs) == 1
