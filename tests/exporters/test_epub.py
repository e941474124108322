"""Books: valid for a judge that is not ours, the same every time, and honest about what is not in them."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from exporters import epub
from exporters.epub.validity import make_valid
from exporters.epub.xhtml import fragment
from pipeline.archives.packaging import open_package
from schemas.findings import CoursewrightError
from schemas.inert import clean
from schemas.model import Bundle, Content, Course, Media, QuizContent, RichText, Section
from tests.exporters.books import checked, example, files_of, put
from tests.exporters.everything import BLEEDING, BUNDLE, EVERYTHING, FILES, QUIZ, SCENE
from tests.golden import Golden
from tests.strategies import MemoryFiles, MemorySink, Sample, bundles

HERE = Path(__file__).parent
PICTURE = (HERE.parents[1] / "packages/examples/rich/media/angle-flat.png").read_bytes()
FILM = (HERE.parents[1] / "packages/examples/rich/media/four-to-one.mp4").read_bytes()
PHOTO = bytes.fromhex(  # one pixel
    "ffd8ffdb004300030202020202030202020303030304060404040404080606050609080a0a090809090a0c0f0c0a0b0e0b09090d110d"
    "0e0f101011100a0c12131210130f101010ffc9000b080001000101011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
REAL = {".png": PICTURE, ".jpg": PHOTO, ".mp4": FILM}
QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def _shown(course: Course) -> Course:
    """The course with everything in it published, and its answers told."""
    sections = (
        replace(section, published=True, contents=tuple(map(_told, section.contents)))
        for section in course.sections
    )
    return replace(course, sections=tuple(sections))


def _told(content: Content) -> Content:
    if isinstance(content, QuizContent):
        return replace(content, published=True, quiz=replace(content.quiz, show_correct_answers=True))
    return replace(content, published=True)


def _real(sample: Sample) -> Sample:
    """With pictures and films that are some: the judge looks into them."""
    contents = {path: REAL.get(path[-4:], data) for path, data in sample.files.contents.items()}
    return Sample(sample.bundle, MemoryFiles(contents))


SHOWN = Sample(replace(BUNDLE, courses=(_shown(BLEEDING), SCENE)), EVERYTHING.files)


def _page(text: str, *media: Media, files: dict[str, bytes] | None = None) -> Sample:
    content = RichText(key="p", title="Page", text=text)
    course = replace(
        SCENE, key="c", title="Course", sections=(Section(key="s", title="Section", contents=(content,)),)
    )
    return Sample(Bundle(key="b", title="B", courses=(course,), media=media), MemoryFiles(files or {}))


def _body(text: str) -> str:
    return files_of("epub", _page(text))["EPUB/pages/c/p.xhtml"].decode()


# ── judged by others ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["tiny", "rich"])
def test_epubcheck_reports_nothing_on_the_examples(name: str) -> None:
    assert checked(example(name)) == []


def test_epubcheck_reports_nothing_on_a_book_of_everything() -> None:
    assert checked(_real(SHOWN)) == []


@settings(
    max_examples=2,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
@given(bundles())
def test_epubcheck_reports_nothing_on_any_bundle(sample: Sample) -> None:
    courses = tuple(map(_shown, sample.bundle.courses))
    assert checked(_real(Sample(replace(sample.bundle, courses=courses), sample.files))) == []


def test_epubcheck_reports_nothing_on_html_in_the_wrong_places() -> None:
    assert checked(_page((HERE / "misplaced.md").read_text(encoding="utf-8"))) == []


# ── the same every time ──────────────────────────────────────────────────────────────────────────


def test_a_small_book_is_written_as_in_the_golden_folder(golden: Golden) -> None:
    golden(HERE / "golden" / "epub", files_of("epub", SHOWN))


@QUICK
@given(bundles())
def test_any_bundle_is_accounted_for_and_gives_the_same_bytes_twice(sample: Sample) -> None:
    seen = any(
        section.published and any(content.published for content in section.contents)
        for course in sample.bundle.courses
        for section in course.sections
    )
    if not seen:
        with pytest.raises(CoursewrightError, match="nothing in it that learners see"):
            files_of("epub", sample)
        return
    first = files_of("epub", sample)
    assert list(first.items()) == list(files_of("epub", sample).items())
    for name, data in first.items():
        if name.endswith((".xhtml", ".opf", ".ncx", ".xml")):
            etree.fromstring(data)


def test_the_first_58_bytes_of_the_file_tell_what_it_is(tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    with open_package(book, ".epub") as sink:
        put("epub", EVERYTHING, sink)
    assert book.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(book) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert archive.infolist()[0].extra == b""


def test_films_are_streamed() -> None:
    sizes: list[int] = []

    class Counting(MemorySink):
        def write(self, name: str, chunks: object) -> None:
            if name.endswith(".mp4"):
                sizes.extend(len(chunk) for chunk in chunks)  # type: ignore[attr-defined]

    files = MemoryFiles({**FILES, "media/intro.mp4": bytes(5_000_000)})
    put("epub", Sample(BUNDLE, files), Counting())
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 1024 * 1024


def test_a_book_of_one_course_is_another_book_than_the_whole() -> None:
    alone = replace(BUNDLE, courses=(SCENE,), programs=())
    assert epub.title_of(alone) == SCENE.title
    assert epub.identifier_of(alone) != epub.identifier_of(BUNDLE)
    assert epub.identifier_of(BUNDLE) == epub.identifier_of(replace(BUNDLE, title="New title"))


# ── what is in it, and what is not ───────────────────────────────────────────────────────────────


def _notes(sample: Sample) -> dict[str, str]:
    return {f"{a.kind} {a.name}": f"{a.fate}: {a.note}" for a in put("epub", sample, MemorySink()).accounts}


def test_what_learners_do_not_see_is_not_in_the_book() -> None:
    notes = _notes(EVERYTHING)
    assert notes["section course:bleeding/section:practice"].startswith("skipped: not published")
    assert notes["question course:bleeding/content:check/question:call"].startswith("skipped: not published")
    assert not any("/check" in name for name in files_of("epub", EVERYTHING))


def test_what_readers_cannot_open_is_named_with_the_reason() -> None:
    notes = _notes(SHOWN)
    assert notes["item course:bleeding/content:card"].startswith(
        "skipped: readers of EPUB open no such files"
    )
    assert notes["item course:bleeding/content:game"].startswith("skipped: a package to play")
    assert notes["item course:bleeding/content:link"].startswith("carried")
    assert notes["file media/card.pdf"].startswith("skipped: readers of EPUB open no such files")
    assert b"card.pdf" in files_of("epub", SHOWN)["EPUB/pages/bleeding/card.xhtml"]


def test_answers_are_at_the_back_with_links_both_ways() -> None:
    book = files_of("epub", SHOWN)
    questions = book["EPUB/pages/bleeding/check.xhtml"].decode()
    answers = book["EPUB/answers/bleeding.xhtml"].decode()
    for key in ("pressure", "call", "number", "why", "gap", "match"):
        assert f'href="../../answers/bleeding.xhtml#a-check~{key}"' in questions
        assert f'id="q-{key}"' in questions
        assert f'href="../pages/bleeding/check.xhtml#q-{key}"' in answers
        assert f'id="a-check~{key}"' in answers
    assert "one two one" not in questions
    assert "one one two" in answers
    assert "Directly, and hard." in answers
    assert "Directly, and hard." not in questions


def test_a_quiz_that_keeps_its_answers_keeps_them_in_the_book_too() -> None:
    kept = QuizContent(key="check", title="Check", quiz=QUIZ)
    section = replace(SHOWN.bundle.courses[0].sections[1], contents=(kept,))
    course = replace(SHOWN.bundle.courses[0], sections=(section,))
    sample = Sample(replace(BUNDLE, courses=(course, SCENE)), EVERYTHING.files)
    assert not any(name.startswith("EPUB/answers/") for name in files_of("epub", sample))
    assert _notes(sample)["question course:bleeding/content:check/question:call"].endswith("does not show it")


def test_a_bundle_of_which_learners_see_nothing_is_no_book() -> None:
    hidden = replace(SCENE, sections=(replace(SCENE.sections[0], published=False),))
    with pytest.raises(CoursewrightError, match="nothing in it that learners see"):
        files_of("epub", Sample(replace(BUNDLE, courses=(hidden,), programs=()), EVERYTHING.files))


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


def test_links_between_contents_lead_to_their_pages_and_others_become_words() -> None:
    body = _body(
        "[a](#content:p) [b](#course:c/content:p) [gone](#content:gone) [file](x.pdf) [web](https://e.org/?a=1&b=[2])"
    )
    assert body.count('href="p.xhtml"') == 2
    assert "<a>gone</a>" in body
    assert "<a>file</a>" in body
    assert 'href="https://e.org/?a=1&amp;b=%5B2%5D"' in body


def test_a_link_to_a_place_in_the_page_is_kept_where_there_is_one() -> None:
    body = _body("# Über {#über}\n\n[there](#über) [nowhere](#nowhere)")
    target = re.search(r'<h2 id="([^"]+)">Über', body)
    assert target
    assert f'<a href="#{target[1]}">there</a>' in body
    assert "<a>nowhere</a>" in body


def test_a_picture_on_the_web_is_a_link_to_it() -> None:
    assert '<a href="https://e.org/a.png">Ladder</a>' in _body("![Ladder](https://e.org/a.png)")


@pytest.mark.parametrize(
    ("inside", "taken"),
    [
        ('<path d="M0 0"/>', True),
        ("<script>1</script>", False),
        ('<image xmlns:x="http://www.w3.org/1999/xlink" x:href="https://e.org/a.png"/>', False),
        ("<style>@import 'x.css'</style>", False),
        ("<broken", False),
    ],
)
def test_drawings_are_taken_that_need_nothing_from_elsewhere(inside: str, *, taken: bool) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()
    media = Media(path="media/a.svg", digest="0" * 64, size=len(data), media_type="image/svg+xml")
    written = files_of("epub", _page("![A](media/a.svg)", media, files={"media/a.svg": data}))
    assert ("EPUB/media/a.svg" in written) is taken


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ("<em><h2>x</h2></em>", "<div><h2>x</h2></div>"),
        ("<li>x</li>", "<div>x</div>"),
        ("<ul>a<li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<dl><dd>x</dd></dl>", "<div><div>x</div></div>"),
        ("<details>x</details>", "<div>x</div>"),
        ('<img src="a.png" width="50%">', '<img src="a.png" alt=""/>'),
        ('<time datetime="then">x</time>', "<span>x</span>"),
        ('<input type="checkbox" checked="">', '<span class="box">☑</span>'),
        ("<ruby><rt>x</rt></ruby>", "<span><span>x</span></span>"),
    ],
)
def test_html_in_the_wrong_place_keeps_its_words(written: str, valid: str) -> None:
    root = fragment(clean(written, lambda _: None))
    make_valid(root)
    found = etree.tostring(root, encoding="unicode")
    assert re.sub(r' xmlns(:\w+)?="[^"]+"', "", found) == f"<div>{valid}</div>"


def test_a_heading_that_repeats_the_title_is_left_out_and_the_others_stand_below_it() -> None:
    body = _body("# Page\n\n### Deep\n\n# Other")
    assert body.count(">Page<") == 2  # the document's title and the heading
    assert "<h4>Deep</h4>" in body
    assert "<h2>Other</h2>" in body


def test_words_of_ours_are_in_the_language_of_the_course() -> None:
    program = replace(BUNDLE.programs[0], language="de", courses=BUNDLE.programs[0].courses[:1])
    page = files_of("epub", Sample(replace(SHOWN.bundle, programs=(program,)), EVERYTHING.files))
    assert 'lang="de"' in page["EPUB/chapters/scene/one.xhtml"].decode()
    assert "Kapitel 1" in page["EPUB/chapters/scene/one.xhtml"].decode()
