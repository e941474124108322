"""Cartridges → courses: what learners get, and what the report says of all that was in the cartridge."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from importers import cartridge
from schemas.findings import RefusedError, Report
from schemas.model import Assignment, Pdf, QuizContent, Resource, RichText, Video
from tests.golden import Golden
from tests.importers.bundle.sources import MP4, PNG
from tests.importers.cartridges import (
    CANVAS,
    LAR,
    QUIZ,
    bundle_files,
    depends,
    html,
    imported,
    item,
    manifest,
    module,
    modules,
    package,
    placed,
    question,
    quiz,
    quiz_meta,
    resource,
)
from tests.importers.packages import Imported, MemorySource

PDF = b"%PDF-1.4\n%%EOF\n"


def _one(resources: str, files: dict[str, bytes | str], reference: str = "r", title: str = "T") -> Imported:
    """A cartridge of one module with one item."""
    return imported(package(item("m", "Module", inside=item("i", title, reference)), resources, files))


def _page(done: Imported, key: str) -> RichText:
    (found,) = [each for each in done.contents if each.key == key]
    assert isinstance(found, RichText)
    return found


# ── structure ────────────────────────────────────────────────────────────────────────────────────


def test_modules_are_sections_and_what_is_in_them_contents_in_order() -> None:
    files: dict[str, bytes | str] = {"a.html": html("A", "one"), "b.pdf": PDF, "c.mp4": MP4, "d.png": PNG}
    listed = "".join(
        resource(name, f"{name}.{kind}")
        for name, kind in zip("abcd", ("html", "pdf", "mp4", "png"), strict=True)
    )
    done = imported(
        package(
            item("m1", "First", inside=item("i1", "A", "a") + item("i2", "B", "b"))
            + item("m2", "Second", inside=item("i3", "C", "c") + item("i4", "D", "d")),
            listed,
            files,
        )
    )
    assert [(each.key, each.title) for each in done.course.sections] == [("m1", "First"), ("m2", "Second")]
    assert [type(each) for each in done.contents] == [RichText, Pdf, Video, Resource]
    assert [each.key for each in done.contents] == ["a", "b", "c", "d"]
    assert {account.fate for account in done.report.accounts if account.kind == "item"} == {"carried"}


def test_headings_are_pages_and_deeper_folders_become_headings() -> None:
    done = imported(
        package(
            item(
                "m",
                "Module",
                inside=item("h", "A heading")
                + item("f", "Folder", inside=item("g", "Inner", inside=item("i", "A", "a"))),
            ),
            resource("a", "a.html"),
            {"a.html": html("A", "one")},
        )
    )
    assert [(each.key, each.title) for each in done.contents] == [
        ("h", "A heading"),
        ("f", "Folder"),
        ("g", "Folder › Inner"),
        ("a", "A"),
    ]
    assert done.fate("item", "h") == ("changed", "a heading without a page: kept as a page that says it")


def test_items_without_modules_are_one_section_under_the_courses_title() -> None:
    done = imported(
        package(
            item("i1", "A", "a") + item("i2", "B", "b"),
            resource("a", "a.html") + resource("b", "b.html"),
            {"a.html": html("A", "1"), "b.html": html("B", "2")},
        )
    )
    (section,) = done.course.sections
    assert (section.title, [each.key for each in section.contents]) == ("Knots", ["a", "b"])


def test_what_stands_in_two_modules_is_one_content_and_a_link_to_it() -> None:
    done = imported(
        package(
            item("m1", "One", inside=item("i1", "A", "a"))
            + item("m2", "Two", inside=item("i2", "A again", "a")),
            resource("a", "a.html"),
            {"a.html": html("A", "x")},
        )
    )
    assert [each.key for each in done.contents] == ["a", "i2"]
    assert _page(done, "i2").text == "[A again](#content:a)"


def test_an_empty_module_and_an_item_that_leads_nowhere_are_told() -> None:
    done = imported(
        package(
            item("m", "Empty") + item("n", "Full", inside=item("i", "A", "a") + item("j", "Lost", "gone")),
            resource("a", "a.html"),
            {"a.html": html("A", "x")},
        )
    )
    assert [each.title for each in done.course.sections] == ["Empty", "Full"]
    assert done.fate("item", "j") == ("skipped", "it refers to 'gone', which the cartridge does not have")


def test_items_that_share_an_identifier_are_told_apart() -> None:
    done = imported(
        package(
            item("m", "M", inside=item("x", "A", "a") + item("x", "B", "b") + item("x", "Heading")),
            resource("a", "a.html") + resource("b", "b.html"),
            {"a.html": html("A", "1"), "b.html": html("B", "2")},
        )
    )
    assert [each.title for each in done.contents] == ["A", "B", "Heading"]
    assert len({each.key for each in done.contents}) == 3
    assert done.account("item", "x (3)").fate == "changed"


def test_the_modules_of_a_second_organization_follow() -> None:
    source = package(
        item("m", "M", inside=item("i", "A", "a")),
        resource("a", "a.html") + resource("b", "b.html"),
        {"a.html": html("A", "1"), "b.html": html("B", "2")},
    )
    second = f'<organization identifier="org_1"><item identifier="root">{item("n", "N", inside=item("j", "B", "b"))}</item></organization>'
    text = source.files["imsmanifest.xml"].replace(b"</organizations>", second.encode() + b"</organizations>")
    done = imported(MemorySource({**source.files, "imsmanifest.xml": text}))
    assert [each.title for each in done.course.sections] == ["M", "N"]
    assert done.fate("organization", "org_1 (2)")[0] == "changed"
    assert done.account("item", "root (2)").fate == "carried"


def test_an_item_may_be_called_like_the_resource_of_another() -> None:
    done = imported(
        package(
            item("m", "M", inside=item("b", "A", "a") + item("a", "B", "b")),
            resource("a", "a.html") + resource("b", "b.html"),
            {"a.html": html("A", "1"), "b.html": html("B", "2")},
        )
    )
    assert [(each.key, each.title) for each in done.contents] == [("a", "A"), ("b", "B")]
    assert [_page(done, key).text for key in "ab"] == ["1", "2"]


# ── pages and links ──────────────────────────────────────────────────────────────────────────────

_LINKED: dict[str, bytes | str] = {
    "wiki_content/start.html": "",
    "wiki_content/my-page.html": html("My page", "x"),
    "web_resources/pics/a b#1.png": PNG,
    "quiz/q.xml": quiz("q", "Q", question("q1", "?")),
}


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("my-page.html", "#content:my-page"),
        ("$WIKI_REFERENCE$/pages/my-page", "#content:my-page"),
        ("%24WIKI_REFERENCE%24/wiki/My-Page#there", "#content:my-page"),
        ("$CANVAS_OBJECT_REFERENCE$/pages/p", "#content:my-page"),
        ("$CANVAS_OBJECT_REFERENCE$/quizzes/q?wrap=1", "#content:q"),
        ("$CANVAS_OBJECT_REFERENCE$/modules/m", "#content:start"),
        ("$CANVAS_OBJECT_REFERENCE$/modules/items/i2", "#content:my-page"),
        ("$CANVAS_COURSE_REFERENCE$/file_contents/course%20files/pics/a%20b%231.png", "../../media/pics/a-b-1.png"),
        ("$IMS-CC-FILEBASE$/pics/a%20b%231.png?canvas_download=1", "../../media/pics/a-b-1.png"),
        ("%24IMS_CC_FILEBASE%24/web_resources/pics/a b#1.png", "../../media/pics/a-b-1.png"),
        ("../web_resources/pics/a%20b%231.png", "../../media/pics/a-b-1.png"),
        ("//example.com/x", "https://example.com/x"),
        ("https://example.com/x", "https://example.com/x"),
        (
            "$CANVAS_COURSE_REFERENCE$/external_tools/retrieve?display=x&amp;url=https%3A%2F%2Fexample.com%2Ft",
            "https://example.com/t",
        ),
    ],
)  # fmt: skip
def test_links_lead_to_keys_media_and_the_web(address: str, target: str) -> None:
    files: dict[str, bytes | str] = {
        **_LINKED,
        "wiki_content/start.html": html("Start", f'<a href="{address}">words</a>'),
    }
    done = imported(
        package(
            item(
                "m", "M", inside=item("i1", "Start", "s") + item("i2", "My page", "p") + item("i3", "Q", "q")
            ),
            resource("s", "wiki_content/start.html")
            + resource("p", "wiki_content/my-page.html")
            + resource("f", "web_resources/pics/a b#1.png")
            + resource("q", "quiz/q.xml", kind=QUIZ),
            files,
        )
    )
    assert _page(done, "start").text == f"[words]({target})"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("gone.html", "leads to nothing in the cartridge: its words stay"),
        ("$CANVAS_OBJECT_REFERENCE$/assignments/gone", "leads to nothing in the cartridge: its words stay"),
        ("$CANVAS_COURSE_REFERENCE$/grades", "a page of Canvas's own (grades), which is not in courses here: its words stay"),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_keeps_its_words_and_is_told(address: str, reason: str) -> None:
    done = _one(resource("r", "a.html"), {"a.html": html("A", f'<a href="{address}">words</a>')})
    assert _page(done, "r").text == "words"
    assert done.fate("link", f"a.html → {address}") == ("skipped", reason)


def test_pictures_inside_a_page_and_files_that_are_no_media_come_along() -> None:
    body = '<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAAA="> <a href="notes.xyz">notes</a>'
    done = _one(resource("r", "a.html"), {"a.html": html("A", body), "notes.xyz": b"x"})
    assert _page(done, "r").text == "![](../../media/a-inside.png) [notes](../../media/notes.xyz.zip)"
    assert done.fate("file", "notes.xyz") == ("changed", "files of type '.xyz': in a zip")


def test_long_addresses_that_begin_alike_are_told_apart() -> None:
    body = "".join(f'<a href="{"x" * 400}{number}">a</a>' for number in range(2))
    done = _one(resource("r", "a.html"), {"a.html": html("A", body)})
    assert len([account for account in done.report.accounts if account.kind == "link"]) == 2


def test_a_page_in_another_encoding_is_read_as_it_says() -> None:
    page = '<html><head><meta charset="iso-8859-2"><title>T</title></head><body>Grüße, łąka</body></html>'
    done = _one(resource("r", "a.html"), {"a.html": page.encode("iso-8859-2")})
    assert _page(done, "r").text == "Grüße, łąka"


# ── links to elsewhere ───────────────────────────────────────────────────────────────────────────


def _link(url: str) -> str:
    return f'<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"><title>W</title><url href="{url}"/></webLink>'


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.com/a", RichText),
        ("https://www.youtube.com/watch?v=abc", Video),
        ("https://example.com/a.mp4?x=1", Video),
        ("https://example.com/a.pdf", Pdf),
        ("http://127.0.0.1/a.pdf", RichText),
        ("example.com/no-scheme", RichText),
    ],
)
def test_web_links_are_what_they_lead_to(url: str, kind: type) -> None:
    done = _one(resource("r", "w.xml", kind="imswl_xmlv1p3"), {"w.xml": _link(url)})
    (content,) = done.contents
    assert type(content) is kind
    assert url in str(content)


def test_a_tool_is_a_page_that_leads_to_its_launch_and_its_configuration_is_kept() -> None:
    tool = (
        '<cartridge_basiclti_link xmlns="http://www.imsglobal.org/xsd/imslticc_v1p0" '
        'xmlns:blti="http://www.imsglobal.org/xsd/imsbasiclti_v1p0"><blti:title>Chat</blti:title>'
        "<blti:description>Talk</blti:description><blti:launch_url>http://example.com/a</blti:launch_url>"
        "<blti:secure_launch_url>https://example.com/b</blti:secure_launch_url>"
        "<blti:custom><x/></blti:custom></cartridge_basiclti_link>"
    )
    done = _one(resource("r", "t.xml", kind="imsbasiclti_xmlv1p3"), {"t.xml": tool})
    assert _page(done, "r").text == "Talk\n\n[T](https://example.com/b)"
    fate, note = done.fate("item", "i")
    assert fate == "changed"
    assert "external tool (LTI)" in note
    assert "1 custom parameters are kept" in note
    assert "t.xml" in _kept(done)


# ── assignments and discussions ──────────────────────────────────────────────────────────────────


def test_an_assignment_of_the_extension_has_points_and_ways_to_hand_in() -> None:
    text = (
        '<assignment xmlns="http://www.imsglobal.org/xsd/imscc_extensions/assignment" identifier="x"><title>Tie it</title>'
        '<text texttype="text/html">&lt;p&gt;Tie a &lt;b&gt;bowline&lt;/b&gt;.&lt;/p&gt;</text><instructor_text>Watch out</instructor_text>'
        '<gradable points_possible="7.5">true</gradable><submission_formats><format type="file"/></submission_formats>'
        '<attachments><attachment href="a.pdf"/></attachments></assignment>'
    )
    done = _one(resource("r", "x.xml", kind="assignment_xmlv1p0"), {"x.xml": text, "a.pdf": PDF}, title="")
    beside, assignment = done.contents[:2]
    assert isinstance(assignment, Assignment)
    assert assignment.title == "Tie it"
    assert assignment.max_score == Decimal("7.5")
    assert assignment.instructions == "Tie a **bowline**.\n\n(file 1) a.pdf\n\n*To hand in: file*"
    assert "media/a.pdf" in str(beside)
    assert "for instructors: Watch out" in _page(done, "cartridge.settings").text


def test_an_assignment_of_canvas_has_a_date_a_state_and_its_rubric() -> None:
    settings = (
        f'<assignment identifier="x" {CANVAS}><title>Tie it</title><due_at>2026-03-01T22:59:59</due_at>'
        "<workflow_state>unpublished</workflow_state><points_possible>10.0</points_possible>"
        "<submission_types>online_upload,online_url</submission_types><peer_reviews>true</peer_reviews>"
        "<rubric_identifierref>ru</rubric_identifierref></assignment>"
    )
    rubric = (
        f'<rubrics {CANVAS}><rubric identifier="ru"><title>Knot</title><criteria><criterion><description>Holds</description>'
        "<points>5</points><ratings><rating><description>Yes</description><points>5</points></rating></ratings>"
        "</criterion></criteria></rubric></rubrics>"
    )
    done = _one(
        resource("r", "x/tie-it.html", "x/assignment_settings.xml", kind=LAR),
        {
            "x/tie-it.html": html("Assignment: Tie it", "Do"),
            "x/assignment_settings.xml": settings,
            "course_settings/rubrics.xml": rubric,
        },
        title="",
    )
    assignment = done.contents[0]
    assert isinstance(assignment, Assignment)
    assert assignment.due == datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC)
    assert (assignment.title, assignment.published, assignment.max_score) == ("Tie it", False, Decimal(10))
    assert "| **Holds** | 5 | |" in assignment.instructions.replace("|  |", "| |")
    assert "online upload, online url" in assignment.instructions
    assert done.fate("file", "x/assignment_settings.xml") == (
        "changed",
        "has no place here and is kept: peer_reviews",
    )


def _topic(text: str = "&lt;p&gt;Why?&lt;/p&gt;") -> str:
    return f'<topic xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"><title>Talk</title><text texttype="text/html">{text}</text></topic>'


def _discussed(meta: str, *, filed: bool = True) -> Imported:
    listed = resource("t", "t.xml", kind="imsdt_xmlv1p1", inside=depends("tm")) + resource(
        "tm", "tm.xml", kind=LAR
    )
    items = item("m", "M", inside=item("i", "Talk", "t") if filed else item("h", "H"))
    return imported(
        package(items, listed, {"t.xml": _topic(), "tm.xml": f"<topicMeta {CANVAS}>{meta}</topicMeta>"})
    )


def test_a_discussion_is_a_page_and_a_graded_one_an_assignment() -> None:
    done = _discussed("<type>topic</type><workflow_state>active</workflow_state>")
    assert _page(done, "t").text == "Why?"
    assert "nobody can reply" in done.fate("item", "i")[1]
    graded = _discussed("<type>topic</type><assignment><points_possible>4</points_possible></assignment>")
    (assignment,) = [each for each in graded.contents if isinstance(each, Assignment)]
    assert (assignment.instructions, assignment.max_score) == ("Why?", Decimal(4))


def test_announcements_have_a_section_of_their_own() -> None:
    done = _discussed("<type>announcement</type><workflow_state>active</workflow_state>", filed=False)
    assert [each.title for each in done.course.sections] == ["M", "Announcements"]


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def _canvas_quiz(cc: str, own: str, meta: str = "", more: str = "") -> Imported:
    files: dict[str, bytes | str] = {
        "q/assessment_qti.xml": cc,
        "q/assessment_meta.xml": quiz_meta("Quiz", meta),
        "non_cc_assessments/q.xml.qti": own,
        "non_cc_assessments/b.xml.qti": quiz(
            "b", "Bank", *(question(f"b{n}", f"Bank {n}?") for n in range(5)), tag="objectbank"
        ),
    }
    listed = (
        resource("q", "q/assessment_qti.xml", kind=QUIZ, inside=depends("qm"))
        + resource("qm", "q/assessment_meta.xml", "non_cc_assessments/q.xml.qti", kind=LAR)
        + resource("b", "non_cc_assessments/b.xml.qti", kind=LAR)
    )
    return imported(package(item("m", "M", inside=item("i", "Quiz", "q") + more), listed, files))


def _quiz(done: Imported, key: str = "q") -> QuizContent:
    (found,) = [each for each in done.contents if each.key == key]
    assert isinstance(found, QuizContent)
    return found


def test_a_quiz_that_is_there_twice_is_read_and_counted_once() -> None:
    done = _canvas_quiz(
        quiz("q", "Q", question("x", "One?")), quiz("q", "Q", question("y", "One?"), question("z", "Two?"))
    )
    assert [each.key for each in _quiz(done).quiz.questions] == ["y", "z"]
    counted = [account.name for account in done.report.accounts if account.kind == "question"]
    assert len(counted) == 7
    assert "the same quiz once more, with 1 questions" in done.fate("file", "q/assessment_qti.xml")[1]
    assert _quiz(done, "b").published is False


def test_where_the_two_differ_because_somebody_edited_one_both_are_asked() -> None:
    done = _canvas_quiz(
        quiz("q", "Q", question("x", "One?"), question("y", "Two?")), quiz("q", "Q", question("z", "Three?"))
    )
    assert [each.key for each in _quiz(done).quiz.questions] == ["x", "y", "z"]
    assert "the two files of the quiz differ" in done.fate("item", "i")[1]


def test_settings_of_canvas_are_those_of_the_quiz() -> None:
    meta = (
        "<description>&lt;p&gt;Read well.&lt;/p&gt;</description><time_limit>30</time_limit><allowed_attempts>2</allowed_attempts>"
        "<show_correct_answers>false</show_correct_answers><hide_results>until_after_last_attempt</hide_results>"
        "<shuffle_answers>true</shuffle_answers><available>false</available><access_code>abc</access_code>"
    )
    own = quiz("q", "Q", question("x", "One?"))
    found = _quiz(_canvas_quiz(own, own, meta))
    assert found.published is False
    assert (found.quiz.description, found.quiz.time_limit_minutes, found.quiz.max_attempts) == (
        "Read well.",
        30,
        2,
    )
    assert (found.quiz.show_correct_answers, found.quiz.allow_review) == (False, False)
    assert "access\\_code: abc" in _page(_canvas_quiz(own, own, meta), "cartridge.settings").text


def test_a_quiz_that_draws_from_a_bank_asks_as_many_of_its_questions() -> None:
    drawn = (
        '<section ident="g"><selection_ordering><selection><sourcebank_ref>b</sourcebank_ref>'
        "<selection_number>2</selection_number></selection></selection_ordering></section>"
    )
    done = _canvas_quiz(quiz("q", "Q"), quiz("q", "Q", drawn))
    assert [each.key for each in _quiz(done).quiz.questions] == ["b0", "b1"]
    assert "draws 2 of the 5 questions of a bank" in done.fate("item", "i")[1]
    assert len(_quiz(done, "b").quiz.questions) == 5


def test_single_questions_of_banks_are_asked_too() -> None:
    entries = '<section ident="g"><bankentry_item item_ref="b3"/><bankentry_item item_ref="gone"/></section>'
    done = _canvas_quiz(quiz("q", "Q"), quiz("q", "Q", entries))
    assert [each.key for each in _quiz(done).quiz.questions] == ["b3"]
    assert "1 of its questions are in no bank" in done.fate("item", "i")[1]


def test_a_quiz_without_questions_is_a_page_and_what_cannot_be_asked_is_kept() -> None:
    own = quiz("q", "Q", '<item ident="odd"><itemmetadata/></item>')
    done = _canvas_quiz(own, own)
    assert _page(done, "q").text == "Quiz"
    assert done.account("question", "q › odd").fate == "skipped"
    (left,) = [each for each in done.contents if each.key == "q.left-out"]
    assert isinstance(left, Resource)
    assert left.published is False


def test_a_text_between_questions_stands_before_the_next_one() -> None:
    text = re.sub("<response_lid.*</response_lid>", "", question("t", "Read this.", "text_only_question"))
    own = quiz("q", "Q", text, question("x", "One?"))
    (only,) = _quiz(_canvas_quiz(own, own)).quiz.questions
    assert only.text == "Read this.\n\nOne?"


# ── Canvas's modules, files and settings ─────────────────────────────────────────────────────────


def test_what_only_canvas_knows_of_modules_is_carried_or_kept() -> None:
    meta = modules(
        module(
            "m",
            "Module",
            placed("i", "WikiPage", "A", "<indent>2</indent>")
            + placed("tool", "ContextExternalTool", "Tool", "<url>https://example.com/t</url>")
            + placed("u", "WikiPage", "Hidden", "<identifierref>b</identifierref>", "unpublished"),
            '<prerequisites><prerequisite type="context_module"><title>Before</title></prerequisite></prerequisites>'
            '<completionRequirements><completionRequirement type="min_score"><min_score>8</min_score>'
            "<identifierref>i</identifierref></completionRequirement></completionRequirements>"
            "<unlock_at>2026-01-01T00:00:00</unlock_at>",
        ),
        module(
            "n",
            "Not shown",
            placed("k", "WikiPage", "C", "<identifierref>c</identifierref>"),
            state="unpublished",
        ),
    )
    done = imported(
        package(
            item("m", "Module", inside=item("i", "A", "a") + item("j", "Tool", "tool")),
            "".join(resource(name, f"wiki_content/{name}.html") for name in "abc"),
            {f"wiki_content/{name}.html": html(name, name) for name in "abc"}
            | {"course_settings/module_meta.xml": meta},
        )
    )
    shown = [(each.key, each.published) for each in done.contents]
    assert shown[:4] == [("a", True), ("j", True), ("b", False), ("c", True)]
    assert [(each.title, each.published) for each in done.course.sections[:2]] == [
        ("Module", True),
        ("Not shown", False),
    ]
    kept = _page(done, "cartridge.settings").text
    for line in (
        "prerequisite: Before",
        "requirement: min\\_score 8: A",
        "unlock\\_at: 2026-01-01T00:00:00",
        "indent: 2",
    ):
        assert line in kept
    assert done.account("rule", "m rule 1").fate == "changed"
    assert "in Canvas's module_meta.xml alone" in done.fate("item", "u")[1]


def test_what_no_item_leads_to_has_sections_of_its_own() -> None:
    files_meta = (
        f'<fileMeta {CANVAS}><files><file identifier="f2"><hidden>true</hidden></file></files></fileMeta>'
    )
    done = imported(
        package(
            item("m", "M", inside=item("h", "H")),
            resource("home", "wiki_content/home.html")
            + resource("p", "wiki_content/p.html")
            + resource("f1", "web_resources/a.png")
            + resource("f2", "web_resources/b.pdf")
            + resource("f3", "web_resources/shown.png"),
            {
                "wiki_content/home.html": html("Home", "Hi", '<meta name="front_page" content="true"/>'),
                "wiki_content/p.html": html("P", '<img src="$IMS-CC-FILEBASE$/shown.png">'),
                "web_resources/a.png": PNG,
                "web_resources/b.pdf": PDF,
                "web_resources/shown.png": PNG + b"\0",
                "course_settings/files_meta.xml": files_meta,
                "lost.bin": b"x",
            },
        )
    )
    sections = {
        each.title: [(content.key, content.published) for content in each.contents]
        for each in done.course.sections
    }
    assert list(sections) == ["About this course", "M", "Pages", "Files", "Kept from the source"]
    assert sections["Files"] == [("a.png", True), ("b.pdf", False)]
    assert done.fate("file", "web_resources/shown.png") == ("carried", "")
    assert {"lost.bin", "course_settings/files_meta.xml"} <= set(_kept(done))


def test_the_course_has_the_title_picture_and_settings_of_canvas() -> None:
    settings = f"<course {CANVAS}><title>Real title</title><image_identifier_ref>f</image_identifier_ref><course_code>K1</course_code></course>"
    done = imported(
        package(
            item("m", "M", inside=item("h", "H")),
            resource("f", "web_resources/a.png"),
            {"web_resources/a.png": PNG, "course_settings/course_settings.xml": settings},
        )
    )
    assert (done.course.title, done.course.thumbnail) == ("Real title", "media/a.png")
    assert "course\\_code: K1" in _page(done, "cartridge.settings").text


def _kept(done: Imported) -> list[str]:
    (content,) = [each for each in done.contents if each.key == "cartridge.files"]
    assert isinstance(content, Resource)
    assert content.media
    with done.reading.files.open(content.media) as file:
        return zipfile.ZipFile(io.BytesIO(file.read())).namelist()


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────


def test_keys_stay_when_titles_and_order_change() -> None:
    listed = (
        resource("p", "wiki_content/my-page.html")
        + resource("f", "web_resources/x/A.pdf")
        + resource("g123", "t.xml", kind="imsdt_xmlv1p1")
    )
    files: dict[str, bytes | str] = {
        "wiki_content/my-page.html": html("P", "x"),
        "web_resources/x/A.pdf": PDF,
        "t.xml": _topic(),
    }
    lines = [item("i1", "One", "p"), item("i2", "Two", "f"), item("i3", "Three", "g123"), item("i4", "Head")]
    first = imported(package(item("m", "M", inside="".join(lines)), listed, files))
    other = imported(
        package(
            item("n", "New") + item("m", "Moved", inside="".join(reversed(lines)).replace("One", "1")),
            listed,
            files,
        )
    )
    keys = {"my-page", "x-a.pdf", "g123", "i4"}
    assert {each.key for each in first.contents} == keys
    assert {each.key for each in other.contents} == keys | {"n"}


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


def test_one_broken_file_is_mended_or_told_and_hides_no_other() -> None:
    entity = '<!DOCTYPE a [<!ENTITY x "y">]><topic><title>&x;</title></topic>'
    done = imported(
        package(
            item("m", "M", inside=item("i1", "A", "a") + item("i2", "B", "b") + item("i3", "C", "c")),
            resource("a", "a.xml", kind="imsdt_xmlv1p1")
            + resource("b", "b.xml", kind="imsdt_xmlv1p1")
            + resource("c", "c.html"),
            {
                "a.xml": "<topic><title>Talk</title><text>R&D</text>",
                "b.xml": entity,
                "c.html": html("C", "x"),
            },
        )
    )
    assert done.account("repair", "a.xml 1").fate == "changed"
    assert done.fate("item", "i2")[0] == "skipped"
    assert [(each.key, each.published) for each in done.contents[:3]] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]


def test_every_fault_of_a_manifest_is_found_with_its_line() -> None:
    text = (
        manifest("", resource("a", "../x.html") + "\n" + resource("a", "file:///etc/passwd"))
        .replace(b"<organizations>", b"<o>")
        .replace(b"</organizations>", b"</o>")
    )
    with pytest.raises(RefusedError) as refused:
        cartridge.read(MemorySource({"imsmanifest.xml": text}), Report())
    found = [(each.rule.code, each.location.line) for each in refused.value.findings]
    assert found == [("CW552", 1), ("CW554", 1), ("CW553", 2), ("CW554", 2)]


@pytest.mark.parametrize(
    ("points", "note"),
    [
        ("many", "'many' is no number of points"),
        ("-1", "-1 points cannot be had here"),
        ("1.005", "1.005 points rounded"),
    ],
)
def test_points_that_are_none_are_told(points: str, note: str) -> None:
    settings = (
        f"<assignment {CANVAS}><points_possible>{points}</points_possible><due_at>soon</due_at></assignment>"
    )
    done = _one(
        resource("r", "a.html", "assignment_settings.xml", kind=LAR),
        {"a.html": html("A", "x"), "assignment_settings.xml": settings},
    )
    assert done.fate("item", "i") == ("changed", f"{note}; due 'soon', which is no date")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (manifest("", "").replace(b"imsccv1p3", b"nothing"), "CW550"),
        (manifest(item("i", "Lost", "gone"), ""), "CW556"),
        (manifest("", "".join(resource(f"r{number}") for number in range(20_001))), "CW555"),
    ],
)
def test_what_is_no_cartridge_or_leads_to_nothing_is_refused(text: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        cartridge.read(MemorySource({"imsmanifest.xml": text}), Report())
    assert [each.rule.code for each in refused.value.findings] == [code]


def test_two_cartridges_in_one_zip_are_refused() -> None:
    text = manifest("", "")
    with pytest.raises(RefusedError) as refused:
        cartridge.read(MemorySource({"a/imsmanifest.xml": text, "b/imsmanifest.xml": text}), Report())
    assert [each.rule.code for each in refused.value.findings] == ["CW551"]


# ── other systems ────────────────────────────────────────────────────────────────────────────────


def test_a_question_library_of_brightspace_is_a_bank_that_learners_do_not_see() -> None:
    text = (
        '<manifest identifier="D2L_1" xmlns:d2l_2p0="http://desire2learn.com/xsd/d2lcp_v2p0" '
        'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources><resource identifier="lib" type="webcontent" '
        'd2l_2p0:material_type="d2lquestionlibrary" href="questiondb.xml" title="Library"/></resources></manifest>'
    )
    done = imported(
        MemorySource(
            {
                "imsmanifest.xml": text.encode(),
                "questiondb.xml": quiz("b", "", question("x", "One?"), tag="objectbank").encode(),
            }
        )
    )
    found = _quiz(done, "lib")
    assert (done.course.title, found.title, found.published) == ("Library", "Library", False)


def test_a_pool_and_a_document_of_blackboard() -> None:
    text = (
        '<manifest identifier="man00001" xmlns:bb="http://www.blackboard.com/content-packaging/"><organizations><organization>'
        '<item identifier="i1" identifierref="res00001"><title>Welcome</title></item></organization></organizations><resources>'
        '<resource identifier="res00001" type="resource/x-bb-document" bb:file="res00001.dat" xml:base="res00001"><file href="a.png"/></resource>'
        '<resource identifier="res00002" type="assessment/x-bb-qti-pool" bb:file="res00002.dat" bb:title="Pool"/></resources></manifest>'
    )
    document = (
        '<CONTENT id="_1_1"><TITLE value="Welcome"/><BODY><TEXT>&lt;p&gt;Hi &lt;img src="@X@EmbeddedFile.location@X@a.png"&gt;&lt;/p&gt;</TEXT></BODY>'
        '<FLAGS><ISAVAILABLE value="true"/></FLAGS></CONTENT>'
    )
    done = imported(
        MemorySource(
            {
                "imsmanifest.xml": text.encode(),
                "res00001.dat": document.encode(),
                "res00001/a.png": PNG,
                "res00002.dat": quiz("p", "Pool", question("x", "One?")).encode(),
            }
        )
    )
    assert _page(done, "res00001").text == "Hi ![](media/res00001/a.png)\n\n[a.png](media/res00001/a.png)"
    assert _quiz(done, "res00002").published is False
    assert done.bundle.key == "pool"


def test_a_cartridge_is_recognised_by_its_manifest_and_nothing_else() -> None:
    def named(data: bytes) -> bool:
        return cartridge.detect(MemorySource({"imsmanifest.xml": data}))

    assert named(manifest("", ""))
    assert named(manifest("", "").decode().encode("utf-16"))
    assert not named(b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"/>')
    assert not named(manifest("", "", schema="IMS Content"))
    assert not cartridge.detect(MemorySource({"index.html": b""}))


# ── golden bundles ───────────────────────────────────────────────────────────────────────────────

HERE = Path(__file__).parent


def _plain(version: str, schema: str = "IMS Common Cartridge") -> MemorySource:
    """A little of each type, as any system writes it; thin ones have links alone."""
    digit = version.replace(".", "p")
    inside = item("w", "A site", "link") + item("t", "A tool", "tool")
    listed = resource("link", "link.xml", kind=f"imswl_xmlv{digit}") + resource(
        "tool", "tool.xml", kind="imsbasiclti_xmlv1p0"
    )
    tool = "<cartridge_basiclti_link><launch_url>https://example.com/launch</launch_url></cartridge_basiclti_link>"
    files: dict[str, bytes | str] = {"link.xml": _link("https://example.com/knots"), "tool.xml": tool}
    if "Thin" not in schema:
        inside += item("h", "Read") + item(
            "f", "Folder", inside=item("p", "A page", "page") + item("d", "Talk", "talk")
        )
        inside += item("q", "Test", "test")
        listed += (
            resource("page", "page/index.html", "page/a.png")
            + resource("talk", "talk.xml", kind=f"imsdt_xmlv{digit}")
            + resource("test", "test.xml", kind=f"imsqti_xmlv1p2/imscc_xmlv{digit}/assessment")
        )
        files |= {
            "page/index.html": html(
                "Page",
                '<h2>Bowline</h2><p><img src="a.png" alt="knot"> See <a href="../talk.xml">talk</a>.</p>',
            ),
            "page/a.png": PNG,
            "talk.xml": _topic(),
            "test.xml": quiz("test", "Test", question("one", "Which holds?")),
        }
    return package(item("m", "First module", inside=inside), listed, files, version=version, schema=schema)


def _canvas() -> MemorySource:
    """A module with its settings, a page, an assignment, and a quiz that is there twice."""
    own = quiz("q", "Quiz", question("q1", "One?"), question("q2", "Two?"))
    settings = f"<assignment {CANVAS}><title>Tie it</title><points_possible>10</points_possible><workflow_state>published</workflow_state></assignment>"
    meta = modules(
        module(
            "m",
            "Module",
            placed("i2", "Quizzes::Quiz", "Quiz", "<indent>1</indent>"),
            "<locked>true</locked>",
        )
    )
    return package(
        item(
            "m",
            "Module",
            inside=item("i1", "Start", "gp") + item("i2", "Quiz", "gq") + item("i3", "Tie it", "ga"),
        ),
        resource("gp", "wiki_content/start.html")
        + resource("gq", "gq/assessment_qti.xml", kind=QUIZ, inside=depends("gm"))
        + resource("gm", "gq/assessment_meta.xml", "non_cc_assessments/gq.xml.qti", kind=LAR)
        + resource("ga", "ga/tie-it.html", "ga/assignment_settings.xml", kind=LAR)
        + resource("gf", "web_resources/Folder#1/a b.png"),
        {
            "course_settings/canvas_export.txt": "an export",
            "course_settings/module_meta.xml": meta,
            "wiki_content/start.html": html(
                "Start",
                '<p><a href="$CANVAS_OBJECT_REFERENCE$/quizzes/gq">Quiz</a> <img src="$IMS-CC-FILEBASE$/Folder%231/a%20b.png"></p>',
            ),
            "gq/assessment_qti.xml": quiz("q", "Quiz", question("x1", "One?")),
            "gq/assessment_meta.xml": quiz_meta("Quiz", "<allowed_attempts>3</allowed_attempts>"),
            "non_cc_assessments/gq.xml.qti": own,
            "ga/tie-it.html": html("Assignment: Tie it", "<p>Tie it.</p>"),
            "ga/assignment_settings.xml": settings,
            "web_resources/Folder#1/a b.png": PNG,
        },
        version="1.1",
    )


_GOLDEN = {
    "cc-1.0": lambda: _plain("1.0"),
    "cc-1.1": lambda: _plain("1.1"),
    "cc-1.3": lambda: _plain("1.3"),
    "thin-1.3": lambda: _plain("1.3", "IMS Thin Common Cartridge"),
    "canvas": _canvas,
}


@pytest.mark.parametrize("name", _GOLDEN)
def test_the_bundle_and_the_account_of_a_cartridge_are_those_in_git(
    name: str, golden: Golden, tmp_path: Path
) -> None:
    done = imported(_GOLDEN[name]())
    written = bundle_files(done.reading, tmp_path)
    accounts = (
        f"{each.kind} {each.name}: {each.fate}{f' ({each.note})' if each.note else ''}\n"
        for each in done.report.accounts
    )
    golden(HERE / "golden" / "cartridge" / name, {**written, "account.txt": "".join(accounts).encode()})
