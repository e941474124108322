"""GIFT: every construct of Moodle's grammar, in words of our own, becomes a question that can be answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import gift
from schemas.findings import RefusedError, Report
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Question,
    RichText,
    ShortAnswer,
    TrueFalse,
)
from tests.importers.packages import Imported
from tests.importers.plain_files import PICTURE, folder, imported, lone, note, questions, tried


def _done(text: str | bytes, name: str = "fire.txt") -> Imported:
    return imported(gift, lone(name, text))


def _one(text: str) -> Question:
    (question,) = questions(_done(text))
    return question


def _right(question: Question) -> list[str]:
    assert isinstance(question, MultipleChoice)
    return [option.text for option in question.options if option.correct]


# ── kinds of questions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who put it out?{~Ann ~Bo =nobody}", MultipleChoice),
        ("Water puts out {~oil =wood ~metal} fires.", MultipleChoice),
        ("Water puts out oil fires.{FALSE}", TrueFalse),
        ("Water puts out wood fires.{T#no#yes####So it is.}", TrueFalse),
        ("Who put it out?{=nobody =no one}", ShortAnswer),
        ("::t::Who put it out?{nobody}", ShortAnswer),
        ("Call {=112 =911} in Europe.", FillInBlank),
        ("Which year?{#1822:5}", ShortAnswer),
        ("Pi? {#3.141..3.142}.", FillInBlank),
        ("Which year?{#\n\t=1822:0#yes\n\t=%50%1822:2#nearly\n\t~#no}", ShortAnswer),
        ("Match.{=wood -> A =oil -> B =metal -> D = -> F}", Matching),
        ("::Why::Tell us.{}", Essay),
    ],
)
def test_what_stands_between_the_braces_tells_the_kind(text: str, kind: type) -> None:
    assert isinstance(_one(text), kind)


def test_a_missing_word_is_a_gap_or_a_line_to_choose_for() -> None:
    assert _one("Water puts out {~oil =wood} fires.").text == "Water puts out _____ fires."
    assert _one("Call {=112} in Europe.").text == "Call [[gap]] in Europe."


def test_weights_say_what_is_right() -> None:
    several = "Which two? {\n ~%50%wood\n ~%50%paper\n ~%-100%oil }"
    assert _right(_one(several)) == ["wood", "paper"]
    assert note(_done(several), "question", "Which")[1] == "wrong answers take no points away here"
    single = _done("Which? {~oil ~%50%paper =wood}")
    assert _right(questions(single)[0]) == ["wood"]
    assert "part of the points" in note(single, "question", "Which")[1]


def test_a_partly_right_answer_is_not_accepted_and_named() -> None:
    done = _done("Where?{=Lima =%50%Lim* =%0%*#no}")
    (question,) = questions(done)
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("Lima",)
    assert "Lim* (50 %)" in note(done, "question", "Where")[1]


def test_a_tolerance_becomes_the_values_in_it() -> None:
    (question,) = questions(_done("How many?{#3:2}"))
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("3", "1", "2", "4", "5")


def test_pairs_without_a_left_side_are_distractors() -> None:
    question = _one("Match.{=wood -> A =oil -> B = -> F}")
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("wood", "A"), ("oil", "B")]
    assert [other.text for other in question.distractors] == ["F"]


def test_a_description_is_a_page_before_the_quiz() -> None:
    done = _done("::Read this::[html]<p>A <b>story</b>.</p>\n\nWho?{=Ann}")
    page, _quiz = done.contents
    assert isinstance(page, RichText)
    assert (page.key, page.title, page.text) == ("read-this", "Read this", "A **story**.")


# ── texts ────────────────────────────────────────────────────────────────────────────────────────


def test_escapes_mean_their_character_and_nothing_else() -> None:
    question = _one(r"::a\:b::Is \{x\} \= 1\n\\frac?{=yes \~ no \# more#because \= so}")
    assert question.key == "a-b"
    assert question.text.replace("\\\\", "\\") == "Is {x} = 1  \n\\frac?"
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("yes ~ no # more",)
    assert question.explanation == "- yes ~ no # more: because = so"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[html]<p>A <b>b</b></p>", "A **b**"),
        ("[moodle]a\nb", "a  \nb"),
        ("[plain]a <b> *c*", "a \\<b\\> \\*c\\*"),
        ("[markdown]a **b**", "a **b**"),
        ("[other]a", "[other]a"),
    ],
)
def test_formats_are_obeyed(text: str, expected: str) -> None:
    assert _one(text + "{=x}").text == expected


def test_feedback_of_all_and_of_each_answer_becomes_the_explanation() -> None:
    question = _one("Who?{~Ann#no, she not =Bo#[html]<b>yes</b> ####[markdown]*All* of it.}")
    assert question.explanation == "*All* of it.\n\n- Ann: no, she not\n- Bo: **yes**"


def test_pictures_in_the_text_stand_on_a_page_and_missing_ones_are_named() -> None:
    html = r'[html]<p>See <img src\="@@PLUGINFILE@@/a.png" alt\="A"> and <img src\="gone.png"></p>'
    done = imported(gift, folder({"q.txt": f"::q::{html}{{=x}}", "a.png": PICTURE}))
    assert questions(done)[0].text == "See (picture 1) and (picture missing)"
    assert [one.type for one in done.contents] == ["rich_text", "quiz"]
    assert done.fate("file", "a.png") == ("carried", "")
    assert done.fate("link", "gone.png")[0] == "skipped"


def test_an_option_that_is_a_picture_shows_it_by_itself() -> None:
    text = r"::q::Which?{=[html]<p><img src\='a.png' alt\=''></p> ~[html]no}"
    done = imported(gift, folder({"q.txt": text, "a.png": PICTURE}))
    (question,) = questions(done)
    assert isinstance(question, MultipleChoice)
    assert question.options[0].image == "media/a.png"


# ── files ────────────────────────────────────────────────────────────────────────────────────────

_TWO = "\ufeff// a comment\r\n$CATEGORY: $course$/top/Fire/Class A\r\n\r\n::one::Café?{=oui}\r\n\r\n$CATEGORY: Water\r\n::two::x{T}\r\n"


def test_categories_are_sections_and_quizzes() -> None:
    sections = _done(_TWO).course.sections
    assert [(one.key, one.title, [each.title for each in one.contents]) for one in sections] == [
        ("fire", "Fire", ["Class A"]),
        ("water", "Water", ["Water"]),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_every_encoding_that_editors_write_gives_the_same_questions(encoding: str) -> None:
    text = _TWO.removeprefix("\ufeff")
    done = _done(text.encode(encoding))
    assert questions(done)[0].text == "Café?"
    assert done.fate("file", "fire.txt")[0] == ("changed" if encoding == "cp1252" else "carried")


def test_identifiers_are_the_idnumber_then_the_title_then_the_words() -> None:
    text = "// [id:q-7] [tag:easy]\n::T::One?{=a}\n\n::T2::Two?{=a}\n\nThree?{=a}\n\nThree?{=b}"
    done = _done(text)
    keys = [question.key for question in questions(done)]
    assert keys[:2] == ["q-7", "t2"]
    assert len(set(keys)) == 4
    assert note(done, "metadata", "tag easy")[0] == "skipped"
    assert note(done, "metadata", "question identifiers")[1].startswith("2 questions have no identifier")
    moved = "\n\n".join(reversed(text.split("\n\n")))
    assert {q.key for q in questions(_done(moved))} >= {"q-7", "t2", keys[2]}


def test_a_broken_question_is_named_with_its_place_and_hides_no_other() -> None:
    text = "One?{=a}\n\n  Two?{=a\n\n::x::Three?{=b}\n\nFour{=a -> b =c}\n\nFive?{#many}\n\nSix}"
    done = _done(text)
    assert [question.text for question in questions(done)] == ["One?", "Three?"]
    broken = {each.note: str(each.location) for each in done.report.accounts if each.fate == "skipped"}
    assert broken == {
        "a brace that is never closed; write \\{ and \\} for braces in a text": "fire.txt:3:7",
        "'c' has no -> between its two sides": "fire.txt:7:15",
        "'many' is no number, and no range of numbers": "fire.txt:9:1",
        "a closing brace that nothing opens; write \\{ and \\} for braces in a text": "fire.txt:11:4",
    }


def test_a_blank_line_between_the_braces_does_not_end_a_question() -> None:
    assert _right(_one("Who?{\n~Ann\n\n// so\n=Bo\n}")) == ["Bo"]


def test_what_moodle_left_out_of_its_export_is_told() -> None:
    done = _done("// question: 15  name: Sum\n\n\n// question: 6  name: E\n::E::Why?{}")
    assert note(done, "comment", "name: Sum")[0] == "skipped"
    assert len(questions(done)) == 1


def test_prose_and_code_are_no_questions() -> None:
    page = "# Title\n\nA function {x = 1}.\n\nMore text.\n\n```js\nlet a = {}\n```\n\nEnd."
    assert not gift.detect(lone("page.md", page))
    assert not gift.detect(lone("cloze.txt", "Fruit {1:MULTICHOICE:=Apple#Yes~Pear}"))
    assert not gift.detect(lone("x.bin", b"\0\1{=a}"))


def test_a_file_in_which_nothing_can_be_read_is_refused_with_every_reason() -> None:
    with pytest.raises(RefusedError) as refused:
        gift.read(lone("x.txt", "::a::One{=a\n\n::b::Two{=b"), Report())
    assert [(finding.rule.code, finding.location.line) for finding in refused.value.findings] == [
        ("CW581", 1),
        ("CW581", 3),
    ]


def test_what_a_real_moodle_exported_is_carried(shared: Path) -> None:
    """Eight questions, and comments in place of four whose types GIFT lacks."""
    file = shared / "corpora/moodle-made/questions-export.gift.txt"
    done = imported(gift, lone(file.name, file.read_bytes()))
    fates = [each.fate for each in done.report.accounts if each.kind == "question"]
    assert (len(fates), "skipped" in fates) == (8, False)
    assert [each.kind for each in done.report.accounts if each.fate == "skipped"].count("comment") == 4


# ── properties ───────────────────────────────────────────────────────────────────────────────────

_WORDS = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1, max_size=12
).filter(lambda text: text.strip() == text)


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\:#={}~" else sign for sign in text)


@st.composite
def _written(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, bool]]]:
    """(GIFT, stem, options) of a question: a small writer."""
    stem = draw(_WORDS)
    options = draw(
        st.lists(st.tuples(_WORDS, st.booleans()), min_size=2, max_size=5, unique_by=lambda each: each[0])
    )
    options[0] = (options[0][0], True)
    weight = 100 / sum(right for _, right in options)
    lines = [f"\t~%{weight if right else 0:.5f}%[plain]{_escaped(text)}" for text, right in options]
    return f"::k::[plain]{_escaped(stem)}{{\n" + "\n".join(lines) + "\n}", stem, options


@given(_written())
@settings(max_examples=50, deadline=None)
def test_what_is_written_in_gift_is_read_back(written: tuple[str, str, list[tuple[str, bool]]]) -> None:
    text, _stem, options = written
    question = _one(text)
    assert isinstance(question, MultipleChoice)
    assert [option.correct for option in question.options] == [right for _, right in options]
    said = ["".join(option.text.replace("\\", "").split()) for option in question.options]
    assert said == ["".join(text.replace("\\", "").split()) for text, _ in options]


_PIECES = st.sampled_from(
    ["::", "a", "{", "}", "=", "~", "#", "->", "%50%", "%-1.5%", "\\", "\n", "\n\n", "//", "[html]", "[markdown]", "<b>", "<img src='x.png'>", "T", "1..2", "3:1", "####", "$CATEGORY: a/b//c", " ", "[[x]]", "\x07", "*", "é", "⟦gap⟧"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_is_refused_in_words_or_read_with_closed_accounts(text: str) -> None:
    tried(gift, lone("any.txt", f"::{text}"))
