"""Problems: every kind of response, what is said after an answer, and what only a program could judge."""

from __future__ import annotations

import re

import pytest

from schemas.model import (
    Essay,
    Matching,
    MultipleChoice,
    Question,
    QuizContent,
    Resource,
    RichText,
    ShortAnswer,
    TrueFalse,
)
from tests.importers.olx_courses import PNG, course, imported, questions

_CHOICES = '<choice correct="true">A</choice><choice correct="false">B</choice>'


def _one(problem: str, **files: str | bytes) -> Question:
    (question,) = questions(problem, **files)
    return question


def _note(problem: str) -> tuple[str, str]:
    return imported(course(f'<problem url_name="p">{problem}</problem>')).fate("question", "problem p")


@pytest.mark.parametrize(
    ("problem", "right"),
    [
        (f"<multiplechoiceresponse><choicegroup>{_CHOICES}</choicegroup></multiplechoiceresponse>", ["a"]),
        (f"<choiceresponse><checkboxgroup>{_CHOICES}</checkboxgroup></choiceresponse>", ["a"]),
        (f"<truefalseresponse><choicegroup>{_CHOICES}</choicegroup></truefalseresponse>", ["a"]),
        ("<optionresponse><optioninput options=\"('a','it\\'s')\" correct=\"it's\"/></optionresponse>", ["it-s"]),
        ('<optionresponse><optioninput options="a, b" correct="b"/></optionresponse>', ["b"]),
        ('<optionresponse><optioninput><option correct="True">x</option><option correct="False">y</option></optioninput></optionresponse>', ["x"]),
        ('<choiceresponse><checkboxgroup><choice correct="false">A</choice><choice correct="false">B</choice></checkboxgroup></choiceresponse>', ["none"]),
        ('<multiplechoiceresponse><choicegroup><choice correct="true" name="k1">A</choice><choice correct="partial" name="k2">B</choice></choicegroup></multiplechoiceresponse>', ["k1"]),
        ('<annotationresponse><annotationinput><options><option choice="correct">A</option><option choice="incorrect">B</option></options></annotationinput></annotationresponse>', ["a"]),
    ],
)  # fmt: skip
def test_what_can_be_chosen_is_a_multiple_choice(problem: str, right: list[str]) -> None:
    question = _one(problem)
    assert isinstance(question, MultipleChoice)
    assert [option.key for option in question.options if option.correct] == right


def test_one_box_to_tick_is_a_statement() -> None:
    question = _one(
        f"<p>Read?</p><choiceresponse><checkboxgroup>{_CHOICES[:34]}</checkboxgroup></choiceresponse>"
    )
    assert isinstance(question, TrueFalse)
    assert (question.text, question.answer) == ("Read?\n\nA", True)


@pytest.mark.parametrize(
    ("problem", "accept"),
    [
        ('<stringresponse answer="Ohm" type="ci"><additional_answer answer="ohm"/><textline/></stringresponse>', ("Ohm", "ohm")),
        ('<stringresponse answer="a_or_b"><textline/></stringresponse>', ("a", "b")),
        ('<stringresponse answer="plain" type="regexp"><textline/></stringresponse>', ("plain",)),
        ('<numericalresponse answer="5.00"><additional_answer answer="6"/><formulaequationinput/></numericalresponse>', ("5.00", "5", "6")),
        ('<numericalresponse answer="9.3*10^7"><formulaequationinput/></numericalresponse>', ("9.3*10^7",)),
    ],
)  # fmt: skip
def test_what_is_typed_is_a_short_answer(problem: str, accept: tuple[str, ...]) -> None:
    question = _one(problem)
    assert isinstance(question, ShortAnswer)
    assert question.accept == accept


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ('<stringresponse answer="^a+$" type="ci regexp"><textline/></stringresponse>', "^a+$"),
        ('<numericalresponse answer="[5,7)"><formulaequationinput/></numericalresponse>', "[5,7)"),
        ('<numericalresponse answer="$x"><formulaequationinput/></numericalresponse>', "$x"),
        ('<formularesponse answer="m*c^2"><formulaequationinput/></formularesponse>', "m*c^2"),
        ('<customresponse cfn="check" expect="42"><textline/></customresponse>', "42"),
        ("<coderesponse><textbox/></coderesponse>", ""),
    ],
)
def test_what_only_a_person_can_judge_is_an_essay_that_tells_the_right_answer(
    problem: str, told: str
) -> None:
    question = _one(problem)
    assert isinstance(question, Essay)
    assert (question.explanation or "") == (f"Accepted: `{told}`" if told else "")
    assert "graded by a person" in _note(problem)[1]


def test_a_tolerance_is_named_because_it_does_not_count() -> None:
    problem = '<numericalresponse answer="5"><responseparam type="tolerance" default="10%"/><textline/></numericalresponse>'
    assert "the tolerance of 10%" in _note(problem)[1]


def test_dragging_onto_a_picture_is_said_in_words_with_the_labels_listed() -> None:
    problem = """<customresponse><text>Label it.</text>
      <drag_and_drop_input img="/static/map.png"><draggable id="1" label="North"/><draggable id="2" label="South"/>
      <target id="t" x="1" y="2" w="3" h="4"/></drag_and_drop_input>
      <answer type="loncapa/python">correct_answer = {'1': 't'}</answer></customresponse>"""
    found = imported(course(f'<problem url_name="p">{problem}</problem>', static__map_dot_png=PNG))
    pictures, quiz, source = found.contents
    assert isinstance(pictures, RichText)
    assert (pictures.key, source.key, source.published) == ("p-pictures", "p-source", False)
    assert isinstance(quiz, QuizContent)
    assert quiz.quiz.questions[0].text == "Label it.\n\n(picture 1)\n\n- North\n- South"


def test_zones_with_names_make_a_matching() -> None:
    data = """{"zones": [{"uid": "t", "title": "Top"}, {"uid": "b", "title": "Bottom"}],
      "items": [{"id": 0, "displayName": "Roof", "zones": ["t"]}, {"id": 1, "displayName": "Floor", "zones": ["b"]}]}"""
    block = f"<drag-and-drop-v2 url_name='p' question_text='Where?' data='{data}'/>"
    (quiz,) = imported(course(block)).contents
    assert isinstance(quiz, QuizContent)
    (question,) = quiz.quiz.questions
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("Roof", "Top"), ("Floor", "Bottom")]


def test_polls_and_surveys_accept_every_answer() -> None:
    answers = '[["R", {"label": "Red", "img": ""}], ["B", {"label": "Blue"}]]'
    survey = """<survey url_name="s" questions='[["q1", {"label": "One?"}], ["q2", {"label": "Two?"}]]' answers='[["Y", "Yes"], ["N", "No"]]'/>"""
    found = imported(course(f"<poll url_name='p' question='Which?' answers='{answers}'/>", survey))
    asked = [
        each
        for content in found.contents
        if isinstance(content, QuizContent)
        for each in content.quiz.questions
    ]
    assert [each.text for each in asked] == ["Which?", "One?", "Two?"]
    assert all(
        option.correct for each in asked if isinstance(each, MultipleChoice) for option in each.options
    )
    assert [option.key for option in asked[0].options if isinstance(asked[0], MultipleChoice)] == ["r", "b"]  # type: ignore[union-attr]


# ── several responses, and text around them ──────────────────────────────────────────────────────


def test_each_response_is_a_question_with_the_text_before_it_also_in_a_table() -> None:
    problem = """<p>Match.</p><table><tr><td>A: <stringresponse answer="1"><textline/></stringresponse></td>
      <td>B: <stringresponse answer="2"><textline/></stringresponse></td></tr></table>
      <p>Thanks.</p><solution><p>So it is.</p></solution>"""
    first, second = questions(problem)
    assert (first.key, first.text) == ("part-1", "Match.\n\nA:")
    assert (second.key, second.text, second.explanation) == ("part-2", "B:\n\nThanks.", "So it is.")


def test_a_gap_in_a_sentence_shows() -> None:
    question = _one(
        '<p>A force of <numericalresponse answer="5"><textline inline="1"/></numericalresponse> newtons.</p>'
    )
    assert question.text.replace("\\", "") == "A force of ____ newtons."


def test_the_weight_is_shared_by_the_responses() -> None:
    response = '<stringresponse answer="1"><textline/></stringresponse>'
    (quiz,) = imported(course(f'<problem url_name="p" weight="3">{response * 2}</problem>')).contents
    assert isinstance(quiz, QuizContent)
    assert [str(each.points) for each in quiz.quiz.questions] == ["1.5", "1.5"]


def test_feedback_and_hints_stand_in_the_explanation() -> None:
    problem = """<multiplechoiceresponse><choicegroup><choice correct="true">A<choicehint>Yes.</choicehint></choice>
      <choice correct="false">B</choice></choicegroup></multiplechoiceresponse><demandhint><hint>Think.</hint></demandhint>"""
    question = _one(problem)
    assert question.explanation == "- **A**: Yes.\n\nHint: Think."
    assert isinstance(question, MultipleChoice)
    assert question.options[0].text == "A"
    assert _note(problem)[0] == "changed"


def test_a_response_inside_a_solution_asks_nothing() -> None:
    choice = f"<multiplechoiceresponse><choicegroup>{_CHOICES}</choicegroup></multiplechoiceresponse>"
    stray = "<solution><p>Said</p><optionresponse><optioninput options='a,b' correct='a'/></optionresponse></solution>"
    assert len(questions(choice + stray)) == 1


def test_formulas_of_mathjax_keep_their_delimiters_for_pages() -> None:
    assert (
        _one(
            '<p>[mathjaxinline]x^2[/mathjaxinline]</p><stringresponse answer="1"><textline/></stringresponse>'
        ).text
        == r"\\(x^2\\)"
    )


def test_pictures_of_options_are_their_images() -> None:
    problem = """<multiplechoiceresponse><choicegroup><choice correct="true"><img src="/static/a.png"/></choice>
      <choice correct="false">None</choice></choicegroup></multiplechoiceresponse>"""
    question = _one(problem, static__a_dot_png=PNG)
    assert isinstance(question, MultipleChoice)
    assert question.options[0].image == "media/a.png"


# ── programs ─────────────────────────────────────────────────────────────────────────────────────


def test_a_problem_with_computed_numbers_is_not_published_and_keeps_its_source() -> None:
    problem = """<script type="loncapa/python">import os; os.system("touch /tmp/never"); x = 4</script>
      <p>Twice $x?</p><numericalresponse answer="$y"><textline/></numericalresponse>"""
    quiz, source = imported(course(f'<problem url_name="p">{problem}</problem>')).contents
    assert (quiz.published, source.published) == (False, False)
    assert isinstance(source, Resource)
    assert source.key == "p-source"


def test_what_is_answered_in_a_program_is_skipped_and_its_text_kept() -> None:
    problem = '<p>Build it.</p><schematicresponse><schematic parts="r"/></schematicresponse>'
    found = imported(course(f'<problem url_name="p">{problem}</problem>'))
    page, source = found.contents
    assert isinstance(page, RichText)
    assert (page.text, page.published, source.published) == ("Build it.", True, False)
    assert re.search("schematic", found.fate("question", "problem p")[1])


def test_a_problem_without_a_response_is_a_page() -> None:
    (page,) = imported(course("<problem url_name='p'><p>Read.</p></problem>")).contents
    assert isinstance(page, RichText)
    assert page.text == "Read."
