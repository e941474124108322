"""Questions of other systems: what a bundle demands is met, and every change is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from importers.shared import questions
from importers.shared.figures import NOTE, Figures
from importers.shared.questions import GAP, Choice, Made, Stem, UnfitError
from schemas import model

_STEM = Stem(key="q", text="What?", points=Decimal(2), explanation="Because.")


def _said(made: Made) -> str:
    return "; ".join(made.notes)


def test_a_choice_keeps_what_the_source_says() -> None:
    made = questions.choice(_STEM, [Choice("A", "one", correct=True), Choice("B", "two", correct=False)])
    assert made == Made(
        model.MultipleChoice(
            key="q",
            text="What?",
            points=Decimal(2),
            explanation="Because.",
            options=(
                model.Option(key="a", text="one", correct=True),
                model.Option(key="b", text="two"),
            ),
        )
    )


def test_a_survey_accepts_every_answer_and_answers_that_read_alike_are_numbered() -> None:
    made = questions.choice(
        _STEM,
        [
            Choice("x", "same", correct=False),
            Choice("x", "same", correct=False),
            Choice("y", "", correct=False),
        ],
    )
    assert isinstance(made.question, model.MultipleChoice)
    assert [(each.key, each.text, each.correct) for each in made.question.options] == [
        ("x", "same", True),
        ("x-again-2", "same (2)", True),
        ("y", "(3)", True),
    ]
    assert "survey" in _said(made)
    assert "read alike" in _said(made)


def test_one_answer_is_no_choice() -> None:
    with pytest.raises(UnfitError, match="1 answers to choose from"):
        questions.choice(_STEM, [Choice("x", "a", correct=True)])


def test_a_typed_answer_without_any_that_counts_is_graded_by_a_person() -> None:
    made = questions.short_answer(_STEM, [" ", ""])
    assert isinstance(made.question, model.Essay)
    assert "graded by a person" in _said(made)
    typed = questions.short_answer(_STEM, ["7", "7", " seven\n"], "within 0.5")
    assert typed.question == model.ShortAnswer(
        key="q", text="What?", points=Decimal(2), explanation="Because.", accept=("7", "seven")
    )
    assert typed.notes == ("within 0.5",)


def test_gaps_stand_where_the_source_has_them_and_each_once() -> None:
    stem = Stem(key="q", text=f"A {GAP.format('R1')} and {GAP.format('R1')} b")
    made = questions.fill_in_blank(stem, [("R1", ["x"]), ("R2", ["y"])])
    assert made.question == model.FillInBlank(
        key="q",
        text="A [[r1]] and  b\n\n[[r2]]",
        blanks=(model.Blank(key="r1", accept=("x",)), model.Blank(key="r2", accept=("y",))),
    )


def test_gaps_side_by_side_are_no_links_and_one_that_stands_twice_is_one() -> None:
    made = questions.fill_in_blank(
        Stem(key="q", text="⟦a⟧⟦b⟧(x) ⟦a⟧"), [("a", ["1"]), ("b", ["2"]), ("a", ["3"])]
    )
    assert isinstance(made.question, model.FillInBlank)
    assert made.question.text == "[[a]] [[b]] (x)"
    assert [(blank.key, blank.accept) for blank in made.question.blanks] == [("a", ("1",)), ("b", ("2",))]


def test_an_essay_made_of_gaps_has_none_left() -> None:
    made = questions.fill_in_blank(Stem(key="q", text="⟦a⟧ and ⟦b⟧"), [("a", ["1"]), ("b", [])])
    assert made.question.text == "(a) and (b)"


def test_left_sides_that_share_a_right_side_become_gaps() -> None:
    made = questions.matching(_STEM, [("a", "cat", "animal"), ("b", "dog", "animal")], [("c", "plant")])
    assert isinstance(made.question, model.FillInBlank)
    assert made.question.text == "What?\n\n(animal, plant)\n\n- cat: [[a]]\n- dog: [[b]]"
    assert "share a right side" in _said(made)


def test_pairs_and_order() -> None:
    made = questions.matching(_STEM, [("a", "1", "x"), ("b", "2", "y")], [("c", "z"), ("d", "x")])
    assert isinstance(made.question, model.Matching)
    assert [(pair.left, pair.right) for pair in made.question.pairs] == [("1", "x"), ("2", "y")]
    assert [each.text for each in made.question.distractors] == ["z"]
    ordered = questions.ordering(_STEM, [("a", "first"), ("b", "second")]).question
    assert isinstance(ordered, model.Matching)
    assert [(pair.left, pair.right) for pair in ordered.pairs] == [("1.", "first"), ("2.", "second")]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2.50", "2.5"),
        (1.0, "1"),
        ("0.3333", "0.33"),
        (None, "1"),
        ("x", "1"),
        ("-1", "1"),
        ("5000", "999.99"),
        ("nan", "1"),
    ],
)
def test_points_are_what_a_bundle_may_have(given: str | float | None, wanted: str) -> None:
    points, note = questions.points(given)
    assert str(points) == wanted
    assert bool(note) == (str(given) not in ("2.50", "1.0", "None"))


def test_pictures_of_questions_stand_on_a_page_and_the_text_says_which() -> None:
    figures = Figures(
        lambda _tag, address: {"a.png": "media/a.png", "w": "https://example.com/"}.get(address)
    )
    made = figures.text('<p>See <img src="a.png"> and <a href="w">web</a> and <a href="gone">x</a></p>')
    assert made.text == "See (picture 1) and [web](https://example.com/) and x"
    assert NOTE in made.notes
    assert figures.text('<img src="a.png">').text == "(picture 1)"
    page = figures.page("quiz-pictures", "Pictures")
    assert page is not None
    assert page.text == "## Picture 1\n\n![Picture 1](<media/a.png>)"
    assert Figures(lambda _tag, address: address).page("x", "y") is None


def test_pictures_on_the_page_keep_their_words() -> None:
    figures = Figures(
        lambda _tag, address: address, lambda path: "A [cat]\n*at* home" if path == "a.png" else ""
    )
    figures.text('<img src="a.png"><img src="b.png">')
    page = figures.page("k", "t")
    assert page is not None
    assert page.text == "## Picture 1\n\n![A cat at home](<a.png>)\n\n## Picture 2\n\n![Picture 2](<b.png>)"
