"""Tables of questions: the layouts people have, read by their headings; formulas and bombs are left alone."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import question_table
from importers.question_table.columns import columns
from schemas.findings import RefusedError, Report
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Question,
    ShortAnswer,
    TrueFalse,
)
from tests.hostile.corpus import rows
from tests.importers.packages import Imported
from tests.importers.plain_files import PICTURE, folder, imported, lone, note, questions, tried


def _done(text: str | bytes, name: str = "quiz.csv") -> Imported:
    return imported(question_table, lone(name, text))


def _all(text: str | bytes, name: str = "quiz.csv") -> list[Question]:
    return questions(_done(text, name))


def _right(question: Question) -> list[str]:
    assert isinstance(question, MultipleChoice)
    return [option.text for option in question.options if option.correct]


# ── headings ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "heading",
    [
        "Question;Answer 1;Answer 2;Correct",
        "question_text;option_a;option_b;correct_answer",
        "Question - max 120 characters;Answer 1 - max 75 characters;Answer 2;Correct answer(s) - choose one",
        "QuestionText;Choice A;Choice B;Answer Key",
        "PROMPT;A;B;ANSWER",
        "Stem;Option;Option;Solution",
    ],
)
def test_headings_are_known_however_they_are_written(heading: str) -> None:
    (question,) = _all(f"{heading}\nWhich?;oil;wood;2\n")
    assert _right(question) == ["wood"]


def test_a_table_of_something_else_is_refused_with_what_is_expected() -> None:
    source = lone("courses.csv", "title,price,level\na,1,b\nc,2,d\n")
    assert question_table.detect(source)
    with pytest.raises(RefusedError) as refused:
        question_table.read(source, Report())
    (finding,) = refused.value.findings
    assert finding.rule.code == "CW585"
    assert "'title', 'price', 'level'" in finding.found
    assert columns(["title", "price"]) is None


def test_what_no_question_has_is_named_column_by_column() -> None:
    done = _done("Question,Answer,Time limit,Level\nWho?,Ann,20,hard\n")
    assert note(done, "metadata", "Time limit")[0] == "skipped"
    assert note(done, "metadata", "Level")[0] == "skipped"


def test_instructions_may_stand_above_the_headings() -> None:
    text = "My quiz,,\n,,\n,Question,Answer 1,Answer 2,Correct answer\n1,Who?,Ann,Bo,1\n"
    assert _right(_all(text)[0]) == ["Ann"]


# ── answers ──────────────────────────────────────────────────────────────────────────────────────

_CHOICES = "question,a,b,c,answer,wrong answers\n"


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("Q,x,y,z,y,", ["y"]),
        ("Q,x,y,z,B,", ["y"]),
        ("Q,x,y,z,2,", ["y"]),
        ("Q,x,y,z,Option b,", ["y"]),
        ('Q,x,y,z,"A, c",', ["x", "z"]),
        ("Q,x,y,z,x|z,", ["x", "z"]),
        ("Q,2,3,4,2,", ["2"]),
        ("Q,,,,yes,no|never", ["yes"]),
        ('Q,"x, or y",z,,"x, or y",', ["x, or y"]),
    ],
)
def test_the_right_options_are_named_by_words_letter_or_number(row: str, right: list[str]) -> None:
    assert _right(_all(_CHOICES + row)[0]) == right


_TYPED = "type,question,answer,option 1,option 2,points,feedback\n"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("TF,Sky?,true,,,,", TrueFalse),
        (",Sky?,FALSE,,,,", TrueFalse),
        (",Who?,Ann|Bo,,,,", ShortAnswer),
        (",Why?,,,,,", Essay),
        ("Numeric,Pi?,3.14±0.01,,,,", ShortAnswer),
        ("Numeric,Pi?,3..4,,,,", ShortAnswer),
        ("fill in the blank,A ___ b,x,,,,", FillInBlank),
        ("Matching,M,,a -> b,c → d,,", Matching),
        ("Ordering,O,,one,two,,", Matching),
        ("Multiple Choice,Q,1,x,y,,", MultipleChoice),
    ],
)
def test_types_are_obeyed_and_guessed_where_there_is_none(row: str, kind: type) -> None:
    assert isinstance(_all(_TYPED + row)[0], kind)


def test_points_feedback_category_and_identifier_are_carried() -> None:
    text = 'ID,Category,Question,Answer,Points,Explanation\nq-1,Fire/Class A,Who?,Ann,"2,5",Because\n'
    done = _done(text)
    (question,) = questions(done)
    assert (question.key, question.points, question.explanation) == ("q-1", Decimal("2.5"), "Because")
    assert [section.title for section in done.course.sections] == ["Fire"]
    assert done.fate("metadata", "question identifiers") == ("carried", "")


def test_rows_that_cannot_be_answered_are_named_with_their_line() -> None:
    text = _TYPED + 'Riddle,Q,a,,,,\nMC,"Two\nlines",z,x,y,,\nTF,Q,perhaps,,,,\n,,x,,,,\n,Good?,a,,,,\n'
    done = _done(text)
    assert [question.text for question in questions(done)] == ["Good?"]
    skipped = [(each.location.line, each.note) for each in done.report.accounts if each.fate == "skipped"]
    assert skipped == [
        (2, "the type 'Riddle' is none that is read here"),
        (3, "the answer 'z' is none of its options"),
        (5, "the answer 'perhaps' is neither true nor false"),
        (6, "a row without a question"),
    ]


def test_cells_are_text_unless_they_are_plainly_html() -> None:
    text = "question,answer\n=1+1 & <x>?,=2\nIs <b>this</b> it?,yes\n"
    first, second = _all(text)
    assert first.text == "\\=1\\+1 \\& \\<x\\>?"
    assert isinstance(first, ShortAnswer)
    assert first.accept == ("=2",)
    assert second.text == "Is **this** it?"


def test_pictures_beside_the_table_stand_on_a_page_and_those_of_the_web_stay_where_they_are() -> None:
    text = "question,answer,image\nWho?,Ann,img/a.png\nWhere?,here,https://example.com/b.png\n"
    done = imported(question_table, folder({"quiz.csv": text, "img/a.png": PICTURE}))
    first, second = questions(done)
    assert first.text.endswith("(picture 1)")
    assert "https://example.com/b.png" in second.text
    assert [one.type for one in done.contents] == ["rich_text", "quiz"]


# ── files ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("separator", "encoding", "end"),
    [
        (",", "utf-8", "\n"),
        (";", "cp1252", "\r\n"),
        ("\t", "utf-16", "\r\n"),
        ("|", "utf-8-sig", "\r"),
        (";", "utf-8-sig", "\r"),
    ],
)
def test_separators_encodings_and_line_ends_of_all_spreadsheets(
    separator: str, encoding: str, end: str
) -> None:
    lines = (("Question", "Answer", "Points"), ('"Who, or;\tw|ho?\n"', "Ané", "1"), ("What?", "b", "2"))
    text = end.join(separator.join(line) for line in lines)
    assert [question.points for question in _all(text.encode(encoding))] == [1, 2]


def test_excels_own_line_about_the_separator_is_obeyed() -> None:
    assert len(_all("sep=;\nQuestion;Answer\nWho, what?;Ann\n")) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('question,answer,x\nWho?,"Ann,1\nWhat?,b,2\n', "CW583"),
        (f"question,answer,x\nWho?,{'a' * 140_000},1\n", "CW583"),
        ("question,answer,x\n", "CW581"),
        ("question,answer,x\n,,1\n", "CW581"),
    ],
)
def test_broken_tables_are_refused_with_their_line(text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        question_table.read(lone("q.csv", text), Report())
    assert {finding.rule.code for finding in refused.value.findings} == {code}


_BRIGHTSPACE = """\
//comment,,
NewQuestion,MC,,,
ID,c-1,,,
QuestionText,Which <b>class</b>?,HTML,,
Points,2,,,
Option,100,A,,right
Option,0,B,,
Hint,think,,,
NewQuestion,TF,,,
QuestionText,Is it?,,,
TRUE,100,,,
FALSE,0,,,
NewQuestion,M,,,
QuestionText,Match,,,
Choice,1,one,,
Choice,2,two,,
Match,1,uno,,
Match,2,due,,
NewQuestion,MS,,,
QuestionText,Which?,,,
Option,1,a,,
Option,1,b,,
Option,0,c,,
NewQuestion,O,,,
QuestionText,Order,,,
Item,a,,,
Item,b,,,
NewQuestion,SA,,,
QuestionText,Say,,,
Answer,100,yes,,
NewQuestion,WR,,,
QuestionText,Write,,,
NewQuestion,XX,,,
QuestionText,Odd,,,
"""


def test_brightspace_blocks_are_read() -> None:
    done = _done(_BRIGHTSPACE)
    found = questions(done)
    assert [type(each) for each in found] == [
        MultipleChoice, TrueFalse, Matching, MultipleChoice, Matching, ShortAnswer, Essay,
    ]  # fmt: skip
    assert (found[0].key, found[0].text, found[0].points) == ("c-1", "Which **class**?", Decimal(2))
    assert _right(found[3]) == ["a", "b"]
    assert note(done, "question", "Odd")[0] == "skipped"


def test_blackboards_rows_are_read() -> None:
    text = "MC\tQ\tx\tincorrect\ty\tcorrect\nTF\tQ2\tfalse\nMAT\tM\ta\tb\tc\td\nFIB\tF\tx\ty\nNUM\tN\t5\t1\nESS\tE\nQUIZ_BOWL\tJ\tx\n"
    done = _done(text, "pool.txt")
    assert [type(each) for each in questions(done)] == [
        MultipleChoice, TrueFalse, Matching, ShortAnswer, ShortAnswer, Essay,
    ]  # fmt: skip
    assert note(done, "question", "J")[0] == "skipped"


def test_hostile_tables_of_other_things_are_refused_in_words(hostile: Path) -> None:
    """All rows of the kind csv are lists of learners: none is a list of questions, however it is broken."""
    found = list(rows(hostile, "csv"))
    assert len(found) == 26
    for row in found:
        source = lone(row.path, (hostile / row.path).read_bytes())
        with pytest.raises(RefusedError) as refused:
            question_table.read(source, Report())
        assert {finding.rule.code for finding in refused.value.findings} <= {"CW580", "CW583", "CW585"}, (
            row.path
        )


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────


def _workbook(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    from openpyxl import Workbook

    book, data = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for row in lines:
            sheet.append(list(row))
    book.save(data)
    return data.getvalue()


_Change = Callable[[bytes], bytes]
_HEADINGS = ("Question", "A", "B", "Answer", "Points")


def test_sheets_are_categories_and_cells_are_what_they_show() -> None:
    book = _workbook(
        ("Fire", [_HEADINGS, ("2+2?", 4, 5.5, 4, 2), ("True?", True, False, "A", None)]),
        ("Water", [_HEADINGS, ("1/2?", 0.5, 2.0, "B", 1)]),
        ("Notes", [("x", "y")]),
    )
    done = _done(book, "quiz.xlsx")
    assert [section.title for section in done.course.sections] == ["Fire", "Water"]
    assert [_right(question) for question in questions(done)] == [["4"], ["TRUE"], ["2"]]
    assert note(done, "element", "sheet Notes")[0] == "skipped"


def test_formulas_are_not_calculated_and_named() -> None:
    done = _done(_workbook(("S", [_HEADINGS, ("Q", "x", "y", "A", "=1+1")])), "quiz.xlsx")
    assert questions(done)[0].points == 1
    assert done.fate("file", "quiz.xlsx")[1].endswith("no value is saved with E2: left empty")


def test_formulas_have_the_value_that_was_saved_with_them() -> None:
    book = _changed(
        _workbook(("S", [_HEADINGS, ("Q", "x", "y", "A", 7)])),
        lambda xml: xml.replace(b"<v>7</v>", b"<f>3+4</f><v>7</v>"),
    )
    done = _done(book, "quiz.xlsx")
    assert questions(done)[0].points == 7
    assert done.fate("file", "quiz.xlsx") == (
        "changed",
        "S: 1 cells with formulas have the value saved with them",
    )


def _changed(book: bytes, change: _Change) -> bytes:
    """The workbook with another first sheet."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return data.getvalue()


_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda xml: _ENTITIES + xml, "CW584"),
        (lambda xml: xml[:100], "CW584"),
        (lambda xml: xml + b" " * 60_000_000, "CW584"),
        (lambda xml: xml.replace(b"</sheetData>", _FAR), None),
    ],
    ids=["entities", "cut", "bomb", "far"],
)
def test_hostile_workbooks_cost_little_and_are_refused_in_words(change: _Change, code: str | None) -> None:
    book = _changed(_workbook(("S", [_HEADINGS, ("Q", "x", "y", "A", 1)])), change)
    start = time.process_time()
    if code is None:
        assert len(_all(book, "quiz.xlsx")) == 1
    else:
        with pytest.raises(RefusedError) as refused:
            question_table.read(lone("quiz.xlsx", book), Report())
        assert {finding.rule.code for finding in refused.value.findings} == {code}
    assert time.process_time() - start < 4


@pytest.mark.parametrize("data", [b"PK\3\4xl/workbook.xml", b"PK\3\4" + b"xl/workbook.xml" * 99])
def test_what_only_begins_like_a_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        question_table.read(lone("q.xlsx", data), Report())
    assert refused.value.findings[0].rule.code == "CW584"


# ── properties ───────────────────────────────────────────────────────────────────────────────────

_CELLS = st.sampled_from(
    ["", "A", "b", "1", "2|3", "a -> b", "true", "MC", "matching", "___", "<b>x</b>", '"', "=1+1", "x,y", "3.1:2", "\x07", "é"]
)  # fmt: skip
_HEADED = [
    "Type",
    "Question",
    "Option 1",
    "Option 2",
    "Answer",
    "Wrong answer",
    "Points",
    "Category",
    "Image",
]


@given(st.lists(st.lists(_CELLS, min_size=9, max_size=9), max_size=6), st.permutations(_HEADED))
@settings(max_examples=40, deadline=None)
def test_any_table_is_refused_in_words_or_read_with_closed_accounts(
    rows: list[list[str]], heading: list[str]
) -> None:
    text = "\n".join("\t".join(row) for row in [heading, *rows])
    tried(question_table, lone("any.csv", text))
