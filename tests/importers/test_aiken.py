"""Aiken: a question, its choices, the letter of the right one; whatever else is there is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import aiken
from schemas.model import MultipleChoice
from tests.importers.plain_files import folder, imported, lone, questions, tried

_SOUND = "Which class is wood?\nA) Class A\nB. Class B\nANSWER: A\n"


def test_a_question_is_read_with_its_choices() -> None:
    (question,) = questions(imported(aiken, lone("q.txt", _SOUND)))
    assert isinstance(question, MultipleChoice)
    assert [(one.key, one.text, one.correct) for one in question.options] == [
        ("a", "Class A", True),
        ("b", "Class B", False),
    ]


@pytest.mark.parametrize("answer", ["A, B", "A and B", "a;b", "A B."])
def test_several_letters_are_several_right_choices(answer: str) -> None:
    (question,) = questions(imported(aiken, lone("q.txt", _SOUND.replace("ANSWER: A", f"ANSWER: {answer}"))))
    assert isinstance(question, MultipleChoice)
    assert all(option.correct for option in question.options)


def test_lines_may_be_broken_and_markup_is_text() -> None:
    text = "One <b>line</b>\nand another\n\nA)no\n   blank\nB) yes\nANSWER: B"
    (question,) = questions(imported(aiken, lone("q.txt", text.encode("utf-16"))))
    assert question.text == "One \\<b\\>line\\</b\\>  \nand another"
    assert isinstance(question, MultipleChoice)
    assert question.options[0].text == "no  \nblank"


def test_broken_questions_are_named_with_their_line_and_hide_no_other() -> None:
    text = (
        f"Few\nA) one\nANSWER: A\n\nNone\nA) a\nB) b\n\n{_SOUND}\nWrong\nA) a\nB) b\nANSWER: C\nANSWER: A\n"
    )
    done = imported(aiken, lone("q.txt", text))
    assert [question.text for question in questions(done)] == ["Which class is wood?"]
    skipped = [(each.location.line, each.note) for each in done.report.accounts if each.fate == "skipped"]
    assert skipped == [
        (1, "1 choices below it: two or more lines such as 'A) text' are needed"),
        (5, "no ANSWER line below its choices"),
        (14, "ANSWER: 'C' is none of its choices (A, B)"),
        (18, "an ANSWER line without a question"),
    ]


def test_several_files_are_a_section_each_and_other_texts_may_lie_beside() -> None:
    files = {"1.txt": _SOUND, "second_part.txt": _SOUND, "origin.txt": "from here", "LICENSE": "none"}
    done = imported(aiken, folder(files))
    assert [section.title for section in done.course.sections] == ["1", "Second part"]
    assert done.fate("file", "origin.txt")[0] == "skipped"


_LINES = st.sampled_from(
    ["A) x", "B. y", "c) z", "ANSWER: A", "ANSWER: A, B", "ANSWER:", "Text", "", "  ", "A)", "\x00"]
)


@given(st.lists(_LINES, max_size=20).map("\n".join))
@settings(max_examples=100, deadline=None)
def test_any_lines_are_refused_in_words_or_read_with_closed_accounts(text: str) -> None:
    tried(aiken, lone("any.txt", text))
