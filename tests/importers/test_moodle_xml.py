"""Moodle XML question files → quizzes by category."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle as writer
from importers import bundle as reader
from importers import moodle_xml
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import FillInBlank, MultipleChoice, QuizContent, Resource, ShortAnswer
from tests.golden import Golden
from tests.importers.moodle_backups import PNG
from tests.importers.packages import Imported, MemorySource

HERE = Path(__file__).parent


def category(path: str, info: str = "") -> str:
    return (
        f'<question type="category"><category><text>{path}</text></category>'
        f'<info format="html"><text>{escape(info)}</text></info></question>'
    )


def question(kind: str, name: str, text: str, inside: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name><questiontext format="html">'
        f"<text>{escape(text)}</text>{inside if inside.startswith('<file') else ''}</questiontext>"
        f"{'' if inside.startswith('<file') else inside}</question>"
    )


def answer(text: str, fraction: int) -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text></answer>'


CHOICE = question("multichoice", "Knots", "Which?", answer("Bowline", 100) + answer("Granny", 0))


def imported(*questions: str, more: Mapping[str, bytes] | None = None) -> Imported:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'
    report = Report()
    source = MemorySource({"q.xml": text.encode(), **(more or {})}, "q.xml")
    assert moodle_xml.detect(source)
    return Imported(moodle_xml.read(source, report), report)


def test_a_typed_word_is_no_truth() -> None:
    done = imported(question("shortanswer", "S", "The opposite of true?", answer("false", 100)))
    (quiz,) = (each for each in done.bundle.courses[0].contents() if isinstance(each, QuizContent))
    (asked,) = quiz.quiz.questions
    assert isinstance(asked, ShortAnswer)
    assert asked.accept == ("false",)


def test_each_category_is_a_quiz_under_its_path_also_where_it_comes_late() -> None:
    done = imported(
        question("essay", "Alone", "Before any category."),
        category("$course$/top/Ropes", "<p>All of <b>them</b>.</p>"),
        CHOICE,
        category("$course$/top/Ropes/Thin//thick"),
        question("truefalse", "T", "Rope?", answer("true", 100) + answer("false", 0)),
        category("$course$/top/Ropes"),
        question("essay", "Late", "After."),
    )
    assert [(content.title, content.description) for content in done.contents] == [
        ("Questions", None),
        ("Ropes", "All of **them**."),
        ("Ropes / Thin/thick", None),
    ]
    quiz = done.contents[1]
    assert isinstance(quiz, QuizContent)
    assert [asked.key for asked in quiz.quiz.questions] == ["knots", "late"]


def test_an_id_number_is_the_key_and_equal_names_are_told_apart_by_their_texts() -> None:
    numbered = CHOICE.replace("</question>", "<idnumber>MC 1</idnumber></question>")
    done = imported(category("A"), numbered, CHOICE, CHOICE.replace("Which?", "Other?"))
    (quiz,) = done.contents
    assert isinstance(quiz, QuizContent)
    first, second, third = (asked.key for asked in quiz.quiz.questions)
    assert (first, second) == ("mc-1", "knots")
    assert third.startswith("knots-")
    again = imported(category("A"), CHOICE, CHOICE.replace("Which?", "Other?"), numbered)
    (other,) = again.contents
    assert isinstance(other, QuizContent)
    assert {asked.key for asked in other.quiz.questions} == {first, second, third}


def test_embedded_files_stand_on_a_page_before_the_quiz_and_unused_ones_are_told_of() -> None:
    data = b64encode(PNG).decode()
    files = "".join(
        f'<file name="{name}" path="/" encoding="base64">{data}</file>' for name in ("a b.png", "c.png")
    )
    text = '<p>See <img src="@@PLUGINFILE@@/a%20b.png"> and <img src="@@PLUGINFILE@@/gone.png"></p>'
    done = imported(category("A"), question("essay", "P", text, files))
    figures, quiz = done.contents
    assert figures.key == "a-figures"
    assert isinstance(quiz, QuizContent)
    assert quiz.quiz.questions[0].text == "See (picture 1) and (gone.png)"
    fates = [(account.name, account.fate) for account in done.report.accounts if account.kind == "file"]
    assert fates == [("1-2/text/a b.png", "carried"), ("1-2/text/c.png", "skipped")]


def test_gaps_are_written_in_the_text_and_broken_ones_are_kept_in_their_source() -> None:
    done = imported(
        category("A"),
        question("cloze", "C", "Sky is {1:SA:=blue} and rope {2:MC:=long~short}."),
        question("cloze", "Broken", "Sky is {1:SA:=blue"),
    )
    quiz, kept = done.contents
    assert isinstance(quiz, QuizContent)
    (gaps,) = quiz.quiz.questions
    assert isinstance(gaps, FillInBlank)
    assert gaps.text == "Sky is [[1]] and rope [[2]] (long / short)."
    assert gaps.points == 3
    assert isinstance(kept, Resource)
    assert not kept.published
    fates = [account.note for account in done.report.accounts if account.fate == "skipped"]
    assert fates == ["a gap that does not end; its source is kept beside the quiz"]


def test_pictures_of_moodle_1_9_stand_below_the_text() -> None:
    inside = f"<image>backup/x.png</image><image_base64>{b64encode(PNG).decode()}</image_base64>"
    done = imported(category("A"), question("essay", "P", "Look", inside))
    assert len(done.bundle.media) == 1


def test_an_option_that_is_a_picture_shows_it() -> None:
    data = b64encode(PNG).decode()
    picture = (
        '<answer fraction="100" format="html"><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text>'
        f'<file name="a.png" encoding="base64">{data}</file></answer>'
    )
    done = imported(category("A"), question("multichoice", "P", "Which?", picture + answer("x", 0)))
    (quiz,) = done.contents
    assert isinstance(quiz, QuizContent)
    (asked,) = quiz.quiz.questions
    assert isinstance(asked, MultipleChoice)
    assert asked.options[0].image == "media/a.png"


def test_several_files_are_one_course_and_what_is_beside_them_is_named() -> None:
    other = f"<quiz>{category('B')}{CHOICE}</quiz>".encode()
    done = imported(category("A"), CHOICE, more={"r.xml": other, "notes.txt": b"x"})
    assert [content.key for content in done.contents] == ["a", "b"]
    assert done.fate("file", "notes.txt") == ("skipped", "not a file of questions")


@pytest.mark.parametrize("questions", ["", category("A")])
def test_a_file_without_questions_is_refused(questions: str) -> None:
    with pytest.raises(RefusedError) as refused:
        imported(questions)
    assert [finding.rule.code for finding in refused.value.findings] == ["CW576"]


def test_a_small_file_becomes_the_bundle_that_is_kept_here(golden: Golden, tmp_path: Path) -> None:
    done = imported(
        category("$course$/top/Ropes"),
        CHOICE,
        question("numerical", "Length", "How long?", '<answer fraction="100"><text>30</text><tolerance>2</tolerance></answer>'),
        question("cloze", "Gaps", "Rope is {1:SA:=long#yes}."),
        question("description", "Read", "Now about bends."),
        question("matching", "Pairs", "Match", "".join(
            f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
            for left, right in [("bowline", "loop"), ("sheet bend", "bend")]
        )),
    )  # fmt: skip
    with open_sink(tmp_path / "out") as sink:
        writer.write(done.bundle, done.reading.files, sink)
    folder = tmp_path / "out"
    golden(
        HERE / "golden" / "moodle-xml",
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        },
    )


_PIECE = st.sampled_from(
    [
        category("A/B"), category(""), CHOICE, question("cloze", "C", "{1:SA:=a} {1:MC:~=b}"),
        question("cloze", "C", "{1:SA:"), question("essay", "", ""), question("stack", "S", "{@x@}"),
        question("matching", "M", "x"), question("gapselect", "G", "[[1]] [[2]]", "<selectoption><text>a</text></selectoption>"),
        question("calculated", "K", "{a}", '<answer fraction="100"><text>{a}</text></answer>'),
        question("truefalse", "T", "x"), question("ordering", "O", "x", answer("1", 100)), "<x/>", "<!-- c -->",
    ]
)  # fmt: skip


@given(
    pieces=st.lists(_PIECE, max_size=6),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_questions_are_refused_or_become_a_clean_bundle(
    pieces: list[str], text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        done = imported(*pieces, question("essay", escape(text), text))
    except RefusedError:
        return
    folder = tmp_path_factory.mktemp("any") / "out"
    with open_sink(folder) as sink:
        writer.write(done.bundle, done.reading.files, sink)
    with open_source(folder) as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == done.bundle


def test_a_file_of_questions_among_others_is_no_folder_of_questions() -> None:
    quiz = b"<!-- made by hand --><quiz/>"
    assert moodle_xml.detect(MemorySource({"q.xml": quiz}))
    assert not moodle_xml.detect(MemorySource({"q.xml": b"<!---->" * 600}))
    assert not moodle_xml.detect(MemorySource({"q.xml": quiz, "film.mp4": b"x"}))
    assert not moodle_xml.detect(MemorySource({"q.xml": quiz, "r.xml": b"<quizzes/>"}))
