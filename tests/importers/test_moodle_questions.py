"""Questions of Moodle: the grammar of gaps, and what each type becomes."""

from __future__ import annotations

import contextlib
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared.figures import Figures
from importers.shared.moodle_questions import cloze
from importers.shared.moodle_questions.asked import Answer, Asked, Pair
from importers.shared.moodle_questions.conversion import converted
from importers.shared.moodle_questions.texts import as_html
from importers.shared.questions import Made, UnfitError
from schemas import model

# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────


def test_gaps_are_read_with_weights_types_fractions_feedback_and_escapes() -> None:
    text = r"a {2:SHORTANSWER:=blue#yes\#1~%50%bluish~no\~pe} b {NM:=5:0.1} c {:MC:x~=&#39;y&#39;#ok} d"
    with pytest.raises(cloze.BrokenError, match="does not end"):
        cloze.gaps("{1:SA:=blue")
    first, second = cloze.gaps(text)
    assert [(a.text, a.fraction, a.feedback) for a in first.asked.answers] == [
        ("blue", Decimal(1), "yes#1"),
        ("bluish", Decimal("0.5"), ""),
        ("no~pe", Decimal(0), ""),
    ]
    assert first.asked.mark == "2"
    assert text[second.start : second.end] == "{:MC:x~=&#39;y&#39;#ok}"
    assert [(a.text, a.fraction) for a in second.asked.answers] == [
        ("x", Decimal(0)),
        ("&#39;y&#39;", Decimal(1)),
    ]


@pytest.mark.parametrize("text", ["{1:UNKNOWN:=a}", "{1:SA:}", "{1:SA:=a~b", "{1:MC:=a\\}"])
def test_a_gap_that_moodle_would_not_take_is_broken(text: str) -> None:
    with pytest.raises(cloze.BrokenError):
        cloze.gaps(text)


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(
    lambda text: text == text.strip() and not text.startswith(("=", "%")) and "&" not in text
)
_ANSWERS = st.builds(
    Answer,
    identifier=st.just(""),
    text=_TEXT,
    fraction=st.integers(-100, 100).map(lambda percent: Decimal(percent) / 100),
    feedback=st.just("") | _TEXT,
)
_NUMBERS = st.builds(
    Answer,
    identifier=st.just(""),
    text=st.decimals(-1000, 1000, places=2).map(str),
    fraction=st.sampled_from([Decimal(0), Decimal(1)]),
    tolerance=st.sampled_from(["", "0.5"]),
)


@given(
    gaps=st.lists(
        st.tuples(st.sampled_from(["SHORTANSWER", "SA", "MC", "MULTICHOICE_VS", "MRHS"]), st.lists(_ANSWERS, min_size=1, max_size=4))
        | st.tuples(st.just("NUMERICAL"), st.lists(_NUMBERS, min_size=1, max_size=2)),
        max_size=3,
    ),
    between=st.text(st.characters(codec="utf-8", exclude_characters="{")),
)  # fmt: skip
def test_what_is_written_is_read_as_it_was(gaps: list[tuple[str, list[Answer]]], between: str) -> None:
    text = between.join(["", *(cloze.written(kind, answers, 3) for kind, answers in gaps), ""])
    found = cloze.gaps(text)
    assert [[(a.text, a.fraction, a.feedback, a.tolerance) for a in gap.asked.answers] for gap in found] == [
        [(a.text, a.fraction, a.feedback, a.tolerance) for a in answers] for _, answers in gaps
    ]


@given(st.text(st.sampled_from(list("{}:=~#%\\1SAMC ax&;"))))
def test_any_text_has_gaps_or_is_broken(text: str) -> None:
    try:
        found = cloze.gaps(text)
    except cloze.BrokenError:
        return
    assert all(gap.start < gap.end <= len(text) for gap in found)


# ── types ────────────────────────────────────────────────────────────────────────────────────────


def asked(kind: str, text: str = "What?", **parts: object) -> Asked:
    return Asked(type=kind, identity="q", name="Q", text=text, mark="2", **parts)  # type: ignore[arg-type]


def made(question: Asked) -> Made:
    return converted(question, "q", Figures(lambda _tag, _address: None))


def _answers(*rows: tuple[str, str], **each: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(identifier=str(at), text=text, fraction=Decimal(fraction), **each)
        for at, (text, fraction) in enumerate(rows)
    )


def test_fractions_are_right_or_wrong_and_the_rest_is_said() -> None:
    done = made(asked("multichoice", answers=_answers(("a", "1"), ("b", "0.5"), ("c", "-0.5"))))
    assert isinstance(done.question, model.MultipleChoice)
    assert [option.correct for option in done.question.options] == [True, False, False]
    assert done.notes == ("answers worth a part of the points count as wrong: 50 %, -50 %",)
    several = made(
        asked(
            "multichoice", answers=_answers(("a", "0.5"), ("b", "0.5"), ("c", "0")), settings={"single": "0"}
        )
    )
    assert isinstance(several.question, model.MultipleChoice)
    assert [option.correct for option in several.question.options] == [True, True, False]
    assert several.notes == ()


def test_options_are_known_by_their_words_so_that_edits_elsewhere_leave_them_alone() -> None:
    before = made(asked("multichoice", answers=_answers(("<b>Bow</b>", "1"), ("Granny", "0"))))
    again = tuple(
        Answer(identifier=f"9{at}", text=text, fraction=Decimal(at == 0))
        for at, text in enumerate(["Granny", "Bow", "new"])
    )
    after = made(asked("multichoice", answers=again))
    assert isinstance(before.question, model.MultipleChoice)
    assert isinstance(after.question, model.MultipleChoice)
    assert [option.key for option in before.question.options] == ["bow", "granny"]
    assert [option.key for option in after.question.options] == ["granny", "bow", "new"]


def test_typed_answers_keep_what_is_fully_right_and_name_wildcards_and_tolerances() -> None:
    short = made(asked("shortanswer", answers=_answers(("Lima*", "1"), (r"2\*3", "1"), ("*", "0"))))
    assert isinstance(short.question, model.ShortAnswer)
    assert short.question.accept == ("Lima", "2*3")
    assert "accepts any characters for *" in short.notes[0]
    exact = made(asked("numerical", answers=_answers(("3.14", "1"), tolerance="0.005"), units=("rad",)))
    assert isinstance(exact.question, model.ShortAnswer)
    assert exact.question.accept == ("3.14", "3.14 rad")
    assert exact.notes == ("3.14 ± 0.005 is right in the source; here the number as written",)
    anything = made(asked("shortanswer", answers=_answers(("*", "1"))))
    assert isinstance(anything.question, model.Essay)


def test_calculated_questions_show_values_and_formula_and_compute_nothing() -> None:
    done = made(
        asked("calculated", "{a}+{b}={c}?", answers=_answers(("{a}+{b}", "1")), values={"a": "3", "b": "4"})
    )
    assert isinstance(done.question, model.Essay)
    assert done.question.text == "3+4={c}?"
    assert done.question.explanation == "Answer: 3+4"


def test_what_is_said_of_answers_is_a_list_also_of_the_answers_in_gaps() -> None:
    said = made(
        asked("multichoice", answers=_answers(("a", "1"), ("b", "0"), feedback='<p dir="ltr">Well</p>'))
    )
    assert said.question.explanation == "- **a**: Well\n- **b**: Well"
    gaps = tuple(asked("shortanswer", answers=_answers((text, "1"), feedback="Yes")) for text in ("x", "y"))
    filled = made(asked("multianswer", "{#1} {#2}", gaps=gaps))
    assert filled.question.explanation == "- **1: x**: Yes\n- **2: y**: Yes"


def test_words_to_choose_and_to_drag_are_gaps_that_name_their_choices() -> None:
    choices = (*_answers(("cat", "0"), ("dog", "0"), group="1"), *_answers(("mat", "0"), group="2"))
    done = made(asked("gapselect", "The [[1]] on the [[3]], the [[1]] and [[9]].", answers=choices))
    assert isinstance(done.question, model.FillInBlank)
    assert done.question.text == "The [[1]] (cat / dog) on the [[3]] (mat), the [[1-2]] (cat / dog) and …."
    assert [blank.accept for blank in done.question.blanks] == [("cat",), ("mat",), ("cat",)]


def test_an_order_is_read_from_the_fractions() -> None:
    done = made(asked("ordering", answers=_answers(("second", "2"), ("first", "1"))))
    assert isinstance(done.question, model.Matching)
    assert [pair.right for pair in done.question.pairs] == ["first", "second"]


def test_lines_that_share_an_answer_are_gaps() -> None:
    pairs = tuple(
        Pair(identifier=left, left=left, right=right)
        for left, right in [("frog", "amphibian"), ("newt", "amphibian"), ("", "insect")]
    )
    done = made(asked("match", pairs=pairs))
    assert isinstance(done.question, model.FillInBlank)
    assert [blank.accept for blank in done.question.blanks] == [("amphibian",), ("amphibian",)]


def test_hints_tags_and_what_is_said_afterwards() -> None:
    done = made(
        asked(
            "truefalse",
            answers=_answers(("True", "0"), ("False", "1")),
            feedback="<p>Because.</p>",
            overall=(("Right", "Well done"), ("Wrong", "Your answer is incorrect.")),
            settings={"trueanswer": "0"},
            hints=2,
            tags=("a", "b"),
        )
    )
    assert isinstance(done.question, model.TrueFalse)
    assert done.question.answer is False
    assert done.question.explanation == "Because.\n\n- **Right**: Well done"
    assert done.notes == ("2 hints for further tries left out", "tags left out: a, b")


@pytest.mark.parametrize("kind", ["ddimageortext", "ddmarker"])
def test_what_is_played_on_a_picture_makes_no_question(kind: str) -> None:
    with pytest.raises(UnfitError, match="dragged onto a picture"):
        made(asked(kind))


def test_a_question_of_a_plugin_is_graded_by_a_person() -> None:
    done = made(asked("coderunner", "<p>Write a function.</p>"))
    assert isinstance(done.question, model.Essay)
    assert done.notes == ("of the type 'coderunner': graded by a person",)
    with pytest.raises(UnfitError, match="which no learner ever sees"):
        made(asked("coderunner", settings={"prototypetype": "1"}))
    with pytest.raises(UnfitError, match="without a text"):
        made(asked("coderunner", ""))


@pytest.mark.parametrize(
    ("form", "text", "html"),
    [
        ("0", "a\nb", "a<br>b"),
        ("moodle_auto_format", "<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>"),
        ("0", "a <b>c</b> d\n<p>e</p>", "a <b>c</b> d<p>e</p>"),
        ("2", "1 < 2\n&", "1 &lt; 2<br>&amp;"),
        ("4", "**a** ![x](@@PLUGINFILE@@/x.png)", '<p><strong>a</strong> <img src="@@PLUGINFILE@@/x.png" alt="x"></p>\n'),
        ("html", "<b>a</b>\nb", "<b>a</b>\nb"),
    ],
)  # fmt: skip
def test_the_four_formats_of_texts(form: str, text: str, html: str) -> None:
    assert as_html(text, form) == html


@pytest.mark.parametrize("piece", ["\n", "<", "{1:SA:", "\\", "&#", "<p>", "=~"])
def test_no_text_costs_more_than_its_length(piece: str) -> None:
    begun = time.process_time()
    with pytest.raises(UnfitError):
        made(asked("stack", "[[input:" * 200_000))
    text = piece * 200_000
    as_html(text + "x", "0")
    with contextlib.suppress(cloze.BrokenError):
        cloze.gaps(text)
    assert time.process_time() - begun < 2
