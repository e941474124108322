"""Folders of pages and media: what learners get, in which order, under which keys, and what is said of the rest."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import folder as reader
from importers.folder.front_matter import mapping
from schemas.findings import RefusedError, Report
from schemas.model import Pdf, Resource, RichText, Video
from schemas.richtext import render
from tests.hostile.corpus import rows
from tests.hostile.test_xss import dangers
from tests.importers.bundle.sources import MP4
from tests.importers.packages import Imported
from tests.importers.plain_files import PICTURE, folder, imported, lone, note, tried

_PDF = b"%PDF-1.4\n%%EOF\n"


def _done(files: dict[str, str | bytes], label: str = "course") -> Imported:
    return imported(reader, folder(files, label))


def _text(done: Imported, key: str) -> str:
    (page,) = [each for each in done.contents if each.key == key]
    assert isinstance(page, RichText)
    return page.text


# ── structure ────────────────────────────────────────────────────────────────────────────────────


def test_folders_are_sections_and_files_contents_in_the_order_of_their_numbers() -> None:
    done = _done(
        {
            "10-last/page.md": "x",
            "02_fire safety/2-b.md": "# Of oil",
            "02_fire safety/1 - a.md": "no heading",
            "02_fire safety/deeper/c.md": "x",
            "index.md": "# Welcome\n",
            "a.pdf": _PDF,
        }
    )
    shown = [
        (one.key, one.title, [(each.key, each.title) for each in one.contents])
        for one in done.course.sections
    ]
    assert shown == [
        (done.course.key, "Course", [("index", "Welcome"), ("a", "A")]),
        ("fire-safety", "Fire safety", [("fire-safety-a", "A"), ("fire-safety-b", "Of oil")]),
        ("fire-safety-deeper", "Fire safety › Deeper", [("fire-safety-deeper-c", "C")]),
        ("last", "Last", [("last-page", "Page")]),
    ]


def test_keys_do_not_change_when_a_page_gets_another_number_or_text() -> None:
    one = _done({"1-a.md": "# A", "2-b.md": "# B"})
    two = _done({"1-b.md": "# Other", "2-new.md": "x", "3-a.md": "# A"})
    assert {each.key for each in one.contents} == {"a", "b"}
    assert {each.key for each in two.contents} == {"a", "b", "new"}


def test_files_that_differ_by_number_or_extension_alone_keep_them_in_their_keys() -> None:
    done = _done({"1-a.md": "x", "2-a.md": "x", "b.md": "x", "b.pdf": _PDF})
    assert [each.key for each in done.contents] == ["1-a.md", "2-a.md", "b.md", "b.pdf"]


def test_front_matter_gives_title_description_order_and_whether_it_is_published() -> None:
    front = "---\ntitle: 'Second'\ndescription: About it\nweight: 2\ndraft: yes\nid: own\ntags: [a]\n---\n\n# Other\n"
    done = _done({"z.md": "---\norder: 1\n---\nfirst", "a.md": front})
    first, second = done.contents
    assert (first.title, second.title) == ("Z", "Second")
    assert (second.key, second.description, second.published) == ("own", "About it", False)
    assert _text(done, "own") == "# Other\n"
    assert note(done, "metadata", "front matter tags")[0] == "skipped"


@pytest.mark.parametrize(
    "yaml", ["[" * 30_000, "a: &a [x]\nb: *c", "- a\n- b", "!!python/object/apply:os.system [x]"]
)
def test_front_matter_that_is_none_costs_nothing_and_is_named(yaml: str) -> None:
    done = _done({"a.md": f"---\n{yaml}\n---\ntext"})
    assert done.fate("item", "a.md") == ("changed", "its front matter is no YAML")


def test_front_matter_is_words_alone() -> None:
    assert mapping("a: no\nb: 2026-01-01\nc: !!int '3'\nd: 1.0") == {
        "a": "no",
        "b": "2026-01-01",
        "c": "3",
        "d": "1.0",
    }


def test_the_list_of_mkdocs_gives_order_and_titles() -> None:
    mkdocs = "site_name: Fire\ntheme: !!python/name:x.y\nnav:\n  - Start: index.md\n  - Guide:\n    - z.md\n    - Oil: a.md\n"
    done = _done(
        {"mkdocs.yml": mkdocs, "docs/index.md": "x", "docs/a.md": "# A", "docs/z.md": "# Z", "README.md": "x"}
    )
    assert [each.title for each in done.contents] == ["Start", "Z", "Oil"]
    assert done.course.title == "Fire"
    assert done.fate("file", "README.md") == ("skipped", "outside of docs/, which mkdocs.yml names")


def test_the_list_of_gitbook_gives_order_and_titles() -> None:
    summary = "# Summary\n\n* [Two](b.md)\n    * [Deep](c/d.md)\n* [One](a.md#x)\n"
    done = _done({"SUMMARY.md": summary, "a.md": "x", "b.md": "x", "c/d.md": "x", "e.md": "x"})
    assert [each.title for each in done.contents] == ["Two", "One", "E", "Deep"]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


def test_markdown_stays_as_it_was_written_but_for_its_links() -> None:
    text = 'Setext\n======\n\n*  odd   list\n\n[b](./sub/b.md#x "T") ![p](sub/p.png) <https://example.com>\n\n[r]: sub/b.md\n'
    done = _done(
        {"a.md": text, "sub/b.md": "[home](../a.md) [pdf](../c.pdf)", "sub/p.png": PICTURE, "c.pdf": _PDF}
    )
    assert _text(done, "a") == (
        'Setext\n======\n\n*  odd   list\n\n[b](#content:sub-b "T") ![p](../media/sub/p.png) <https://example.com>\n\n'
        "[r]: sub/b.md\n"
    )
    assert _text(done, "sub-b") == "[home](#content:a) [pdf](#content:c)\n"


def test_references_attributes_and_spaces_in_links_are_followed_too() -> None:
    text = '[x][r] <a href="b%20c.md">y</a> [z](<b c.md>)\n\n[r]: b%20c.md "T"\n'
    done = _done({"a.md": text, "b c.md": "x"})
    assert _text(done, "a").count("#content:b-c") == 3


def test_thousands_of_different_links_cost_little() -> None:
    text = " ".join(f"[x](b.md?{number}) [y](no-{number}.md)" for number in range(5_000))
    started = time.process_time()
    reader.read(folder({"a.md": text, "b.md": "x"}), Report())
    assert time.process_time() - started < 6


def test_a_link_to_nothing_leaves_its_words_and_is_named() -> None:
    done = _done({"a.md": "[gone](no.md) ![picture](no.png) [up](../../x)", "b.md": "x"})
    assert _text(done, "a") == "gone picture up\n"
    assert note(done, "link", "link no.md")[0] == "skipped"


def test_links_that_generators_shorten_are_found() -> None:
    done = _done({"a.md": "[x](sub/b) [y](/sub/) [z](sub/index)", "sub/b.md": "x", "sub/index.md": "x"})
    assert _text(done, "a") == "[x](#content:sub-b) [y](#content:sub-index) [z](#content:sub-index)\n"


def test_notes_of_a_vault_link_by_name_and_code_is_left_alone() -> None:
    text = "[[Other note]] [[other note#Part|words]] ![[p.png]] [[nowhere]] `[[Other note]]`"
    done = _done({"a.md": text, "deep/Other note.md": "x", "deep/p.png": PICTURE})
    key = "#content:deep-other-note"
    assert _text(done, "a") == (
        f"[Other note]({key}) [words]({key}) ![p.png](../media/deep/p.png) [[nowhere]] `[[Other note]]`\n"
    )


def test_pictures_that_stand_in_the_page_itself_become_files() -> None:
    data = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    done = _done({"a.md": f"![p]({data})", "b.html": f"<img src='{data}' alt='p'>", "c.md": "![x](data:x,y)"})
    (media,) = done.bundle.media
    assert _text(done, "a") == f"![p](../{media.path})\n" == _text(done, "b")
    assert note(done, "link", "data:x,y")[0] == "skipped"


def test_links_in_code_stay_as_they_are() -> None:
    text = "[x](b.md) `[x](b.md)`\n\n```\n[x](b.md)\n```"
    assert (
        _text(_done({"a.md": text, "b.md": "x"}), "a")
        == text.replace("[x](b.md)", "[x](#content:b)", 1) + "\n"
    )


def test_what_runs_in_markdown_is_removed_and_named() -> None:
    done = _done({"a.md": "# T\n\n<script>x()</script>\n\n[x](javascript:x)\n\ntext **bold**"})
    assert done.fate("item", "a.md")[0] == "changed"
    assert "script" in done.fate("item", "a.md")[1]
    assert "text **bold**" in _text(done, "a")


def test_html_documents_become_pages_with_their_title_and_encoding() -> None:
    page = '<meta charset="windows-1251"><title>Огонь</title><h1>x</h1><p>Да <a href="b.htm#y">b</a></p>'
    done = _done({"a.html": page.encode("cp1251"), "b.htm": "<h1>Second &amp; last</h1>"})
    assert [each.title for each in done.contents] == ["Огонь", "Second & last"]
    assert "Да [b](#content:b)" in _text(done, "a")


def test_an_empty_page_is_named_and_one_of_which_nothing_is_left_says_so() -> None:
    done = _done({"a.md": "x", "empty.md": " \n", "binary.md": b"\0\1", "b.html": "<svg onload=x()></svg>"})
    assert done.fate("item", "empty.md") == ("skipped", "an empty page")
    assert done.fate("item", "binary.md")[0] == "skipped"
    assert _text(done, "b") == "*Nothing of it can be shown on a page.*\n"


# ── files ────────────────────────────────────────────────────────────────────────────────────────

_SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n"


def test_films_have_the_subtitles_that_lie_beside_them() -> None:
    done = _done(
        {
            "a.mp4": MP4,
            "a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n",
            "b.mp4": MP4 + b"b",
            "b.de.srt": _SRT,
        }
    )
    one, two = done.contents
    assert isinstance(one, Video)
    assert isinstance(two, Video)
    assert (one.subtitles, two.subtitles) == ("media/a.vtt", "media/b.de.vtt")
    with done.reading.files.open("media/b.de.vtt") as file:
        assert file.read() == b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHello\n"


def test_a_film_that_cannot_be_played_is_packed_with_its_subtitles() -> None:
    done = _done({"a.avi": b"RIFF\0\0\0\0AVI LIST", "a.srt": _SRT})
    (film,) = done.contents
    assert isinstance(film, Resource)
    assert done.fate("file", "a.srt") == ("changed", "in a zip with its film")


def test_every_kind_of_file_can_be_opened() -> None:
    files = {
        "a.pdf": _PDF,
        "b.mp3": b"ID3\x04\0\0\0\0\0\0" + b"\0" * 64,
        "c.png": PICTURE,
        "d.avi": b"RIFF\0\0\0\0AVI LIST",
        "e.rtf": b"{\\rtf1 x}",
    }
    done = _done(dict(files))
    pdf, sound, picture, film, document = done.contents
    assert isinstance(pdf, Pdf)
    assert isinstance(sound, RichText)
    assert sound.text == '<audio controls src="media/b.mp3"></audio>'
    assert isinstance(picture, RichText)
    assert picture.text == "![C](media/c.png)"
    assert isinstance(film, Resource)
    assert film.media == "media/d.avi.zip"
    assert isinstance(document, Resource)


def test_what_no_page_shows_is_kept_in_an_unpublished_zip() -> None:
    done = _done({"a.md": "x", "unused.png": PICTURE, "style.css": "x", "data.bin": b"\1\2"})
    last = done.course.sections[-1]
    assert (last.published, [each.key for each in last.contents]) == (False, ["files-no-page-shows"])
    assert done.fate("file", "unused.png")[0] == "changed"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Fire plan.pdf", _PDF, Pdf),
        ("a.mp4", MP4, Video),
        ("a.md", "# A page", RichText),
        ("a.html", "<h1>A page</h1>", RichText),
    ],
)
def test_a_lone_file_is_a_course_of_one_content(name: str, data: str | bytes, kind: type) -> None:
    done = imported(reader, lone(name, data))
    (content,) = done.contents
    assert isinstance(content, kind)
    assert done.course.title == content.title


# ── sites ────────────────────────────────────────────────────────────────────────────────────────

_APP = '<!DOCTYPE html><title>My app</title><div id=root></div><script src="js/app.js"></script>'


def test_a_site_that_needs_its_scripts_is_one_package_to_play() -> None:
    done = _done({"index.html": _APP, "js/app.js": "x", "other.html": "x", "img/p.png": PICTURE})
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    assert (content.title, content.launch.standard, content.launch.href) == ("My app", "html", "index.html")
    assert done.fate("file", "js/app.js") == ("carried", "")


@pytest.mark.parametrize(
    "page",
    [
        "<p>x</p>",
        '<p>x</p><script src="https://example.com/count.js"></script>',
        '<p>x</p><script src="gone.js"></script>',
    ],
)
def test_a_page_without_scripts_of_the_folder_is_a_document(page: str) -> None:
    assert isinstance(_done({"index.html": page, "js/app.js": "x"}).contents[0], RichText)


# ── whose is it ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "files",
    [
        {"imsmanifest.xml": "x", "a.html": "x"},
        {"x/course.xml": "x", "x/html/a.html": "x"},
        {"content/content.json": "x", "library.json": "x", "a.png": PICTURE},
        {"course.au": "x", "index.html": "x"},
        {"bundle.yaml": "x", "a.md": "x"},
        {"notes.txt": "x", "data.csv": "x"},
        {},
    ],
)
def test_packages_of_other_kinds_and_folders_without_anything_to_open_are_not_ours(
    files: dict[str, str],
) -> None:
    assert not reader.detect(folder(dict(files)))


def test_a_folder_in_which_nothing_can_be_read_is_refused_with_every_reason() -> None:
    with pytest.raises(RefusedError) as refused:
        reader.read(folder({"a.md": "", "b.html": b"\0"}), Report())
    assert [finding.found for finding in refused.value.findings] == [
        "an empty page",
        "byte 0x00, which is no text",
    ]


# ── hostile ──────────────────────────────────────────────────────────────────────────────────────

_PLACES = {
    "html": ("{}", "<p>text {} text</p>"),
    "markdown": ("{}", "# Title\n\n{}\n"),
    "svg": ("{}",),
    "url": ('<a href="{}">x</a>', '<img src="{}">', '<iframe src="{}"></iframe>'),
    "attr": ("<p title='{}'>x</p>", "<p title={}>x</p>", '<img alt="{}">'),
}


_NOTHING_LOST = {
    "body_onload",
    "body_background",
    "cond_comment",
    "processing_instruction",
    "md_code_fence_lang",
} | {"attr_title_onclick"}
"""What goes is a comment or no element of a page; or it stays, as the text it is."""


def test_every_payload_becomes_an_inert_page_in_time_and_what_was_removed_is_named(hostile: Path) -> None:
    """All rows of the kinds xss.*: html, attr and url as HTML, markdown as Markdown, svg as a picture."""
    payloads = [
        json.loads(line) for line in (hostile / "lists/xss.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    kinds = ("xss.html", "xss.attr", "xss.url", "xss.markdown", "xss.svg")
    assert len(payloads) == len(list(rows(hostile, *kinds)))
    silent = []
    for payload in payloads:
        for place in _PLACES[payload["syntax"]]:
            text = place.replace("{}", payload["payload"])
            started = time.process_time()
            done, pages = _page(payload["syntax"], text)
            assert time.process_time() - started < 2, payload["name"]
            for page in pages:
                assert dangers(render(page.text, lambda _path: None)) == [], payload["name"]
            said = [each for each in done.report.accounts if each.kind in ("item", "link") and each.note]
            silent += [payload["name"]] if dangers(text) and not said else []
    assert set(silent) <= _NOTHING_LOST


def _page(syntax: str, text: str) -> tuple[Imported, list[RichText]]:
    name = {"markdown": "page.md", "svg": "picture.svg"}.get(syntax, "page.html")
    source = folder({name: text})
    report = Report()
    reading = reader.read(source, report)
    done = Imported(reading, report)
    return done, [each for each in done.contents if isinstance(each, RichText)]


_PIECES = st.sampled_from(
    ["# T\n", "[x](b.md)", "![x](p.png)", "[x](gone)", "[[b]]", "![[p.png]]", "`", "```\n", "<a href='b.md'>", "</a>", "<img src=p.png>", "[r]: b.md\n", "[x][r]", "(", ")", "](", "[", "]", "<", ">", "\n", "\n\n", "*", "\\", "\x00", "é", "---\n", "title: x\n", "<b.md>", "b.md", "javascript:x", "https://example.com/b.md", "<script>", "\u2028", "| a |"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=20).map("".join), st.sampled_from(["a.md", "a.html"]))
@settings(max_examples=100, deadline=None)
def test_any_page_is_refused_in_words_or_read_with_closed_accounts(text: str, name: str) -> None:
    tried(reader, folder({name: text, "sub/b.md": "[a](../a.md)", "b.md": "x", "p.png": PICTURE}))
