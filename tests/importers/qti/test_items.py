"""Items of QTI 2 and 3: every interaction becomes the question that asks the same, or is named with its source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.model import Essay, FillInBlank, Matching, MultipleChoice, Resource, ShortAnswer, TrueFalse
from tests.importers.qti.made import PICTURE, choice, declared, imported, item, item3


def _right(question: object) -> list[str]:
    assert isinstance(question, MultipleChoice)
    return [option.text for option in question.options if option.correct]


# ── choices ──────────────────────────────────────────────────────────────────────────────────────


def test_a_choice_is_carried_with_its_right_answer_and_says_nothing_more() -> None:
    made = imported({"q.xml": item(f"<p>Look.</p>{choice('red', 'green')}", declared("B"))})
    assert made.question.text == "Look.\n\nWhich?"
    assert _right(made.question) == ["green"]
    assert made.fates("question") == {"q.xml#I1": ("carried", "")}


def test_qti_3_says_the_same_with_other_names() -> None:
    body = (
        '<qti-choice-interaction response-identifier="R" max-choices="1"><qti-prompt>Which?</qti-prompt>'
        '<qti-simple-choice identifier="A">red</qti-simple-choice>'
        '<qti-simple-choice identifier="B">green</qti-simple-choice></qti-choice-interaction>'
    )
    right = (
        '<qti-response-declaration identifier="R" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>"
    )
    new = imported({"q.xml": item3(body, right)})
    old = imported({"q.xml": item(choice("red", "green"), declared("B"))})
    assert new.question == old.question


@pytest.mark.parametrize(
    ("cardinality", "mapping", "right", "note"),
    [
        ("multiple", "A=1;B=0.5;C=-1", ["a", "b"], "each of them is right here"),
        ("single", "A=1;B=0.5", ["a"], "only the best is right here"),
        ("single", "A=1;B=1", ["a", "b"], "any one of the right answers is enough"),
    ],
)
def test_partial_points_decide_what_is_right(
    cardinality: str, mapping: str, right: list[str], note: str
) -> None:
    made = imported(
        {"q.xml": item(choice("a", "b", "c"), declared(cardinality=cardinality, mapping=mapping))}
    )
    assert _right(made.question) == right
    assert note in made.fates("question")["q.xml#I1"][1]


def test_processing_of_its_own_is_read_for_what_gains_points() -> None:
    processing = (
        "<responseProcessing><responseCondition><responseIf><match>"
        '<variable identifier="R"/><baseValue baseType="identifier">B</baseValue></match>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">4</baseValue></setOutcomeValue>'
        "</responseIf><responseElse>"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>'
        "</responseElse></responseCondition></responseProcessing>"
    )
    made = imported({"q.xml": item(choice("a", "b"), declared(), after=processing)})
    assert _right(made.question) == ["b"]
    assert made.question.points == 4


def test_true_and_false_is_a_question_of_that_type() -> None:
    question = imported({"q.xml": item(choice("True", "False"), declared("B"))}).question
    assert isinstance(question, TrueFalse)
    assert question.answer is False


def test_words_to_mark_in_a_text_are_choices_below_it() -> None:
    body = (
        '<hottextInteraction responseIdentifier="R"><p>He <hottext identifier="A">go</hottext> '
        '<hottext identifier="B">home</hottext>.</p></hottextInteraction>'
    )
    question = imported({"q.xml": item(body, declared("A"))}).question
    assert question.text == "He go home."
    assert _right(question) == ["go"]


def test_a_picture_alone_is_shown_by_the_option_itself() -> None:
    body = choice('<img src="pics/a.png" alt="a"/>', "b")
    made = imported({"q.xml": item(body, declared("A")), "pics/a.png": PICTURE})
    assert isinstance(made.question, MultipleChoice)
    assert made.question.options[0].image == "media/pics/a.png"
    assert made.pages == []


def test_a_picture_in_a_text_stands_on_the_page_before_the_quiz() -> None:
    made = imported(
        {
            "q/q.xml": item(f'<p>See <img src="../a.png" alt="a"/></p>{choice("a", "b")}', declared("A")),
            "a.png": PICTURE,
        }
    )
    assert made.question.text == "See (picture 1)\n\nWhich?"
    assert [content.type for content in made.contents] == ["rich_text", "quiz"]
    assert "![Picture 1](<media/a.png>)" in made.pages[0].text


def test_a_survey_accepts_every_answer_and_says_so() -> None:
    made = imported({"q.xml": item(choice("a", "b"))})
    assert _right(made.question) == ["a", "b"]
    assert "a survey" in made.fates("question")["q.xml#I1"][1]


def test_an_answer_that_is_worked_out_while_it_runs_is_graded_by_a_person() -> None:
    after = (
        '<templateProcessing><setCorrectResponse identifier="R"><variable identifier="X"/></setCorrectResponse>'
        "</templateProcessing>"
    )
    made = imported({"q.xml": item(choice("a", "b"), declared(), after=after)})
    assert isinstance(made.question, Essay)
    assert made.question.text == "Which?\n\n- a\n- b"


# ── gaps and typed answers ───────────────────────────────────────────────────────────────────────


def test_gaps_of_a_text_are_one_question_together() -> None:
    body = (
        '<p>Roses are <textEntryInteraction responseIdentifier="R1"/>, violets '
        '<inlineChoiceInteraction responseIdentifier="R2"><inlineChoice identifier="A">blue</inlineChoice>'
        '<inlineChoice identifier="B">old</inlineChoice></inlineChoiceInteraction>.</p>'
    )
    declarations = declared("red", identifier="R1", mapping="red=1;crimson=0.5") + declared(
        "A", identifier="R2"
    )
    question = imported({"q.xml": item(body, declarations)}).question
    assert isinstance(question, FillInBlank)
    assert question.text == "Roses are [[r1]], violets [[r2]] (blue / old)."
    assert [(blank.key, blank.accept) for blank in question.blanks] == [
        ("r1", ("red", "crimson")),
        ("r2", ("blue",)),
    ]


def test_a_gap_with_nothing_behind_it_is_a_short_answer() -> None:
    question = imported(
        {"q.xml": item('<p>2+2? <textEntryInteraction responseIdentifier="R"/></p>', declared("4"))}
    ).question
    assert isinstance(question, ShortAnswer)
    assert (question.text, question.accept) == ("2+2?", ("4",))


def test_words_to_drag_into_gaps_are_typed() -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="R"><gapText identifier="W">winter</gapText>'
        '<gapText identifier="S">summer</gapText><p>Now is the <gap identifier="G1"/>.</p></gapMatchInteraction>'
    )
    question = imported({"q.xml": item(body, declared("W G1", cardinality="multiple"))}).question
    assert isinstance(question, FillInBlank)
    assert question.text == "(winter / summer)\n\nNow is the [[g1]]."
    assert question.blanks[0].accept == ("winter",)


def test_a_long_answer_keeps_its_model_answer_in_the_explanation() -> None:
    question = imported(
        {"q.xml": item('<extendedTextInteraction responseIdentifier="R"/>', declared("Because."))}
    ).question
    assert isinstance(question, Essay)
    assert question.explanation == "**Model answer:**\n\nBecause."


def test_a_slider_is_a_number_to_type() -> None:
    body = '<sliderInteraction responseIdentifier="R" lowerBound="0" upperBound="10"><prompt>How many?</prompt></sliderInteraction>'
    question = imported({"q.xml": item(body, declared("7"))}).question
    assert isinstance(question, ShortAnswer)
    assert (question.text, question.accept) == ("How many?\n\n(0 – 10)", ("7",))


def test_an_upload_and_a_picture_to_draw_on_are_open_questions() -> None:
    body = '<uploadInteraction responseIdentifier="R"><prompt>Hand in.</prompt></uploadInteraction>'
    assert isinstance(imported({"q.xml": item(body)}).question, Essay)
    body = '<drawingInteraction responseIdentifier="R"><prompt>Draw.</prompt><img src="a.png"/></drawingInteraction>'
    made = imported({"q.xml": item(body), "a.png": PICTURE})
    assert isinstance(made.question, Essay)
    assert [content.key for content in made.contents if isinstance(content, Resource)] == ["originals"]


# ── order and pairs ──────────────────────────────────────────────────────────────────────────────


def test_an_order_is_a_match_of_places() -> None:
    body = (
        '<orderInteraction responseIdentifier="R"><simpleChoice identifier="A">two</simpleChoice>'
        '<simpleChoice identifier="B">one</simpleChoice></orderInteraction>'
    )
    question = imported({"q.xml": item(body, declared("B", "A", cardinality="ordered"))}).question
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("1.", "one"), ("2.", "two")]


def _sets(lefts: str, rights: str) -> str:
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{key}">{key.lower()}</simpleAssociableChoice>'
            for key in side
        )
        + "</simpleMatchSet>"
        for side in (lefts, rights)
    )
    return f'<matchInteraction responseIdentifier="R">{sets}</matchInteraction>'


def test_pairs_are_matched_and_what_belongs_to_nothing_is_a_distractor() -> None:
    question = imported(
        {"q.xml": item(_sets("AB", "XYZ"), declared("A X", "B Y", cardinality="multiple"))}
    ).question
    assert isinstance(question, Matching)
    assert [(pair.key, pair.left, pair.right) for pair in question.pairs] == [
        ("a", "a", "x"),
        ("b", "b", "y"),
    ]
    assert [distractor.text for distractor in question.distractors] == ["z"]


def test_sorting_into_groups_is_gaps_to_fill() -> None:
    question = imported(
        {"q.xml": item(_sets("ABC", "XY"), declared("A X", "B X", "C Y", cardinality="multiple"))}
    ).question
    assert isinstance(question, FillInBlank)
    assert [blank.accept for blank in question.blanks] == [("x",), ("x",), ("y",)]


def test_a_table_with_several_ticks_each_way_is_a_choice_of_cells() -> None:
    right = declared("A X", "A Y", "B X", cardinality="multiple")
    assert _right(imported({"q.xml": item(_sets("AB", "XY"), right)}).question) == ["a – x", "a – y", "b – x"]


def test_pairs_within_one_set_are_matched() -> None:
    choices = "".join(
        f'<simpleAssociableChoice identifier="{key}">{key}</simpleAssociableChoice>' for key in "ABCDE"
    )
    body = f'<associateInteraction responseIdentifier="R">{choices}</associateInteraction>'
    question = imported({"q.xml": item(body, declared("A D", "B C", cardinality="multiple"))}).question
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("A", "D"), ("B", "C")]
    assert [distractor.text for distractor in question.distractors] == ["E"]


def test_places_in_a_picture_are_said_in_words() -> None:
    body = (
        '<hotspotInteraction responseIdentifier="R"><prompt>Where?</prompt><object data="a.png" type="image/png" width="100" height="100"/>'
        '<hotspotChoice identifier="A" shape="circle" coords="10,10,5"/>'
        '<hotspotChoice identifier="B" shape="rect" coords="80,80,100,100" hotspotLabel="the harbour"/></hotspotInteraction>'
    )
    made = imported({"q.xml": item(body, declared("A")), "a.png": PICTURE})
    assert isinstance(made.question, MultipleChoice)
    assert [option.text for option in made.question.options] == [
        "the place at the top left (10 % from the left, 10 % from the top)",
        "the harbour",
    ]
    assert made.question.text == "Where?\n\n(picture 1)"


def test_labels_of_places_in_a_picture_are_matched() -> None:
    body = (
        '<graphicGapMatchInteraction responseIdentifier="R"><img src="a.png" width="100" height="100"/>'
        '<gapText identifier="X">north</gapText><gapImg identifier="Y" objectLabel="south"><img src="a.png"/></gapImg>'
        '<associableHotspot identifier="A" shape="circle" coords="50,5,5"/>'
        '<associableHotspot identifier="B" shape="circle" coords="50,95,5"/></graphicGapMatchInteraction>'
    )
    made = imported({"q.xml": item(body, declared("X A", "Y B", cardinality="multiple")), "a.png": PICTURE})
    assert isinstance(made.question, Matching)
    assert [pair.right for pair in made.question.pairs] == ["north", "south (picture 1)"]


# ── several interactions, and none ───────────────────────────────────────────────────────────────


def test_several_interactions_become_several_questions_that_share_the_points() -> None:
    body = choice("a", "b", identifier="R1") + '<extendedTextInteraction responseIdentifier="R2"/>'
    maximum = (
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="3"/>'
    )
    made = imported({"q.xml": item(body, declared("A", identifier="R1") + maximum)})
    assert [(question.key, question.points) for question in made.questions] == [
        ("i1.r1", Decimal("1.5")),
        ("i1.r2", Decimal("1.5")),
    ]
    assert "2 interactions in one item" in made.fates("question")["q.xml#I1"][1]


def test_an_item_that_loses_one_of_two_interactions_is_changed_and_its_source_is_attached() -> None:
    body = choice("a", "b", identifier="R1") + '<customInteraction responseIdentifier="R2"/>'
    made = imported({"q.xml": item(body, declared("A", identifier="R1"))})
    fate, note = made.fates("question")["q.xml#I1"]
    assert fate == "changed"
    assert "incomplete, its source is attached: an interaction of its maker's own" in note
    assert made.fates("file") == {"q.xml": ("changed", "kept as it is, among the originals")}


def test_what_only_its_own_player_can_ask_is_described_beside_its_source() -> None:
    made = imported({"q.xml": item('<portableCustomInteraction responseIdentifier="R"/>')})
    (content,) = made.contents
    assert isinstance(content, Resource)
    assert not content.published
    assert "An item: an interaction programmed for this item" in (content.description or "")
    assert made.fates("question")["q.xml#I1"][0] == "skipped"


def test_an_item_that_asks_nothing_is_a_page_to_read() -> None:
    made = imported({"q.xml": item("<h2>Part B</h2><p>Read this.</p>")})
    assert made.pages[0].text == "## An item\n\n## Part B\n\nRead this."
    assert made.fates("question") == {"q.xml#I1": ("carried", "")}


# ── feedback, rubrics, variables ─────────────────────────────────────────────────────────────────


def test_feedback_stands_in_the_explanation_under_its_occasion() -> None:
    body = choice('a<feedbackInline identifier="A">Near.</feedbackInline>', "b")
    after = '<modalFeedback identifier="CORRECT">Yes.</modalFeedback><modalFeedback identifier="x">Always.</modalFeedback>'
    question = imported({"q.xml": item(body, declared("B"), after=after)}).question
    assert question.explanation == "**a:** Near.\n\n**Correct:** Yes.\n\nAlways."
    assert isinstance(question, MultipleChoice)
    assert question.options[0].text == "a"


def test_rubrics_are_shown_to_learners_or_named_with_their_source() -> None:
    body = (
        '<rubricBlock view="candidate"><p>Use a pencil.</p></rubricBlock>'
        f'<rubricBlock view="scorer"><p>Two points.</p></rubricBlock>{choice("a", "b")}'
    )
    made = imported({"q.xml": item(body, declared("A"))})
    assert made.question.text == "Use a pencil.\n\nWhich?"
    assert (
        "a rubric for scorer is not shown to learners: its source is attached"
        in made.fates("question")["q.xml#I1"][1]
    )
    assert made.contents[-1].key == "originals"


def test_template_variables_are_printed_with_their_default_values() -> None:
    declarations = (
        '<templateDeclaration identifier="N" cardinality="single" baseType="integer"><defaultValue><value>7</value>'
        "</defaultValue></templateDeclaration>" + declared("A")
    )
    body = f'<p><printedVariable identifier="N"/> of <printedVariable identifier="M"/></p>{choice("a", "b")}'
    made = imported({"q.xml": item(body, declarations)})
    assert made.question.text == "7 of M\n\nWhich?"
    assert "the value of M is not known" in made.fates("question")["q.xml#I1"][1]


def test_points_come_from_what_the_item_declares() -> None:
    maximum = '<outcomeDeclaration identifier="MAXSCORE"><defaultValue><value>2.5</value></defaultValue></outcomeDeclaration>'
    assert imported({"q.xml": item(choice("a", "b"), declared("A") + maximum)}).question.points == Decimal(
        "2.5"
    )
    mapped = declared("A", cardinality="multiple", mapping="A=2;B=1")
    assert imported({"q.xml": item(choice("a", "b"), mapped)}).question.points == 3


def test_nothing_is_included_from_elsewhere() -> None:
    body = f'<include xmlns="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>{choice("a", "b")}'
    made = imported({"q.xml": item(body, declared("A"))})
    assert "XInclude is not followed" in made.fates("question")["q.xml#I1"][1]


def test_html_in_cdata_is_html_and_escaped_tags_are_text() -> None:
    cdata = imported({"q.xml": item(choice("<![CDATA[<b>bold</b>]]>", "b"), declared("A"))})
    assert isinstance(cdata.question, MultipleChoice)
    assert cdata.question.options[0].text == "**bold**"
    escaped = imported({"q.xml": item(choice("&lt;b&gt;bold&lt;/b&gt;", "b"), declared("A"))})
    assert isinstance(escaped.question, MultipleChoice)
    assert "\\<b" in escaped.question.options[0].text or "&lt;b" in escaped.question.options[0].text
