"""QTI 1.2 of IMS, Common Cartridge, Canvas and D2L: every kind becomes the question that asks the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from importers.shared import qti12, xml
from importers.shared.figures import Figures
from schemas.model import Essay, FillInBlank, Matching, MultipleChoice, Question, ShortAnswer, TrueFalse

_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"


def _parts(text: str) -> list[qti12.Part]:
    document = f'<questestinterop xmlns="{_NAMESPACE}">{text}</questestinterop>'
    return qti12.parts(xml.parse(document.encode(), "q.xml").root)


def _results(text: str) -> list[qti12.Result]:
    figures = Figures(lambda _tag, address: f"media/{address}")
    return [result for part in _parts(text) for result in qti12.questions(part.items, figures)]


def _question(text: str) -> Question:
    (result,) = _results(text)
    (made,) = result.questions
    return made.question


def _notes(text: str) -> str:
    return "; ".join(note for result in _results(text) for made in result.questions for note in made.notes)


def _item(
    kind: str,
    responses: str,
    conditions: str = "",
    *,
    stem: str = "Well?",
    points: str = "2.0",
    after: str = "",
) -> str:
    return (
        '<item ident="I1" title="One"><itemmetadata><qtimetadata>'
        f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
        f"<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>{points}</fieldentry></qtimetadatafield>"
        "</qtimetadata></itemmetadata><presentation>"
        f'<material><mattext texttype="text/html">{stem}</mattext></material>{responses}</presentation>'
        f"<resprocessing>{conditions}</resprocessing>{after}</item>"
    )


def _lid(*labels: str, ident: str = "response1", cardinality: str = "Single", prompt: str = "") -> str:
    """Labels are "ident:text"."""
    shown = "".join(
        f'<response_label ident="{ident}"><material><mattext>{text}</mattext></material></response_label>'
        for ident, _, text in (label.partition(":") for label in labels)
    )
    own = f"<material><mattext>{prompt}</mattext></material>" if prompt else ""
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}">{own}<render_choice>{shown}</render_choice></response_lid>'


def _typed(ident: str = "response1", kind: str = "String") -> str:
    return f'<response_str ident="{ident}"><render_fib fibtype="{kind}"><response_label ident="a"/></render_fib></response_str>'


def _gains(test: str, score: str = "100", action: str = "Set") -> str:
    return f'<respcondition><conditionvar>{test}</conditionvar><setvar action="{action}" varname="SCORE">{score}</setvar></respcondition>'


def _equal(value: str, ident: str = "response1") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def _right(question: Question) -> list[str]:
    assert isinstance(question, MultipleChoice)
    return [option.key for option in question.options if option.correct]


def test_a_choice_with_feedback() -> None:
    shown = (
        f'<respcondition><conditionvar>{_equal("a")}</conditionvar><displayfeedback linkrefid="a_fb"/></respcondition>'
        + _gains(_equal("b")).replace(
            "</respcondition>", '<displayfeedback linkrefid="correct_fb"/></respcondition>'
        )
    )
    after = "".join(
        f'<itemfeedback ident="{ident}"><flow_mat><material><mattext>{text}</mattext></material></flow_mat></itemfeedback>'
        for ident, text in (("general_fb", "Always."), ("correct_fb", "Yes."), ("a_fb", "No, red."))
    )
    question = _question(_item("multiple_choice_question", _lid("a:red", "b:green"), shown, after=after))
    assert _right(question) == ["b"]
    assert question.points == 2
    assert question.explanation == "Always.\n\n**Correct:** Yes.\n\n**red:** No, red."


def test_several_right_answers_and_what_must_not_be_chosen() -> None:
    test = f"<and>{_equal('a')}{_equal('c')}<not>{_equal('b')}</not></and>"
    kind = "multiple_answers_question"
    assert _right(
        _question(_item(kind, _lid("a:1", "b:2", "c:3", cardinality="Multiple"), _gains(test)))
    ) == ["a", "c"]


def test_points_by_answer() -> None:
    by_answer = _gains(_equal("a"), "10") + _gains(_equal("b"), "5") + _gains(_equal("c"), "-5", "Add")
    single = _item("multiple_choice_question", _lid("a:1", "b:2", "c:3"), by_answer)
    assert _right(_question(single)) == ["a"]
    assert "only the best is right here" in _notes(single)
    several = _item("", _lid("a:1", "b:2", "c:3", cardinality="Multiple"), by_answer)
    assert _right(_question(several)) == ["a", "b"]


def test_the_dialect_of_d2l() -> None:
    conditions = _gains(_equal("a"), "1", "Add").replace("SCORE", "D2L_Incorrect") + _gains(
        _equal("b"), "1", "Add"
    )
    assert _right(_question(_item("", _lid("a:1", "b:2", cardinality="Multiple"), conditions))) == ["b"]


@pytest.mark.parametrize(
    ("labels", "answer"), [(("1:True", "2:False"), True), (("1:False", "2:True"), False)]
)
def test_true_or_false(labels: tuple[str, ...], *, answer: bool) -> None:
    question = _question(_item("true_false_question", _lid(*labels), _gains(_equal("1"))))
    assert isinstance(question, TrueFalse)
    assert question.answer is answer


def test_true_or_false_in_other_words_stays_a_choice() -> None:
    question = _question(_item("true_false_question", _lid("1:Wahr", "2:Falsch"), _gains(_equal("1"))))
    assert _right(question) == ["1"]


def test_a_short_answer_with_several_accepted_ones() -> None:
    question = _question(
        _item("short_answer_question", _typed(), _gains(f"<or>{_equal('one')}{_equal('1')}</or>"))
    )
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("one", "1")


def test_a_pattern_is_accepted_as_such_with_a_note() -> None:
    text = _item(
        "cc.pattern_match.v0p1", _typed(), _gains('<varsubstring respident="response1">lia</varsubstring>')
    )
    question = _question(text)
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("lia",)
    assert "any answer that holds an accepted one" in _notes(text)


@pytest.mark.parametrize(
    ("test", "accept", "note"),
    [
        ("<or><varequal respident='response1'>5.0</varequal><and><vargte respident='response1'>4</vargte><varlte respident='response1'>6</varlte></and></or>", ("5",), "any number from 4 to 6"),
        ("<vargte respident='response1'>1.5</vargte><varlte respident='response1'>2.5</varlte>", ("2", "1.5", "2.5"), "any number from 1.5 to 2.5"),
        ("<vargte respident='response1'>7</vargte><varlte respident='response1'>7</varlte>", ("7",), ""),
    ],
)  # fmt: skip
def test_numbers_and_their_tolerance(test: str, accept: tuple[str, ...], note: str) -> None:
    text = _item("numerical_question", _typed(kind="Decimal"), _gains(test))
    question = _question(text)
    assert isinstance(question, ShortAnswer)
    assert question.accept == accept
    assert note in _notes(text)


def test_integers_in_a_range_are_all_accepted() -> None:
    test = "<vargte respident='response1'>1</vargte><varlte respident='response1'>4</varlte>"
    question = _question(_item("", _typed(kind="Integer"), _gains(test)))
    assert isinstance(question, ShortAnswer)
    assert question.accept == ("1", "2", "3", "4")


def test_a_formula_is_asked_with_its_first_set_of_values() -> None:
    after = (
        "<itemproc_extension><calculated><answer_tolerance>0.1</answer_tolerance><formulas><formula>x+y</formula></formulas>"
        '<var_sets><var_set><var name="x">3</var><var name="y">4.0</var><answer>7.0</answer></var_set></var_sets>'
        "</calculated></itemproc_extension>"
    )
    text = _item("calculated_question", _typed(kind="Decimal"), stem="What is [x] + [y]?", after=after)
    question = _question(text)
    assert isinstance(question, ShortAnswer)
    assert (question.text, question.accept) == ("What is 3 + 4?", ("7",))
    assert "(formula x+y)" in _notes(text)
    assert "a tolerance of 0.1" in _notes(text)


def test_an_essay_an_upload_and_a_text() -> None:
    assert isinstance(_question(_item("essay_question", _typed())), Essay)
    upload = _item("file_upload_question", "")
    assert isinstance(_question(upload), Essay)
    assert "learners upload a file" in _notes(upload)
    (text,) = _results(_item("text_only_question", "", stem="Read this."))
    assert (text.text, text.questions, text.reason) == ("Read this.", (), "")


def test_several_gaps_by_name() -> None:
    responses = _lid("1:red", "2:Red", ident="response_one", prompt="one") + _lid(
        "3:blue", ident="response_two", prompt="two"
    )
    conditions = _gains(_equal("1", "response_one"), "50", "Add") + _gains(
        _equal("3", "response_two"), "50", "Add"
    )
    blanks = _question(
        _item(
            "fill_in_multiple_blanks_question", responses, conditions, stem="Roses are [one], violets [two]."
        )
    )
    assert isinstance(blanks, FillInBlank)
    assert blanks.text == "Roses are [[one]], violets [[two]]."
    assert [blank.accept for blank in blanks.blanks] == [("red", "Red"), ("blue",)]
    dropdowns = _question(
        _item("multiple_dropdowns_question", responses, conditions, stem="Roses are [one], violets [two].")
    )
    assert isinstance(dropdowns, FillInBlank)
    assert dropdowns.text == "Roses are [[one]] (red / Red), violets [[two]] (blue)."
    assert dropdowns.blanks[0].accept == ("red",)


def test_gaps_in_running_text() -> None:
    text = (
        '<item ident="I"><presentation><flow><material><mattext>Now is the </mattext></material>'
        f"{_typed('F1')}<material><mattext> of our </mattext></material>{_typed('F2')}</flow></presentation><resprocessing>"
        f"{_gains(_equal('winter', 'F1') + _equal('discontent', 'F2'), '3')}</resprocessing></item>"
    )
    question = _question(text)
    assert isinstance(question, FillInBlank)
    assert question.text == "Now is the [[f1]] of our [[f2]]"
    assert question.points == 3


def test_matching_and_its_distractors() -> None:
    responses = _lid("x:1", "y:2", "z:3", ident="l1", prompt="one") + _lid(
        "x:1", "y:2", "z:3", ident="l2", prompt="two"
    )
    conditions = _gains(_equal("x", "l1"), "50", "Add") + _gains(_equal("y", "l2"), "50", "Add")
    question = _question(_item("matching_question", responses, conditions))
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("one", "1"), ("two", "2")]
    assert [distractor.text for distractor in question.distractors] == ["3"]
    assert question.text == "Well?"


def test_categories_are_gaps_to_fill_with_their_names() -> None:
    responses = _lid("x:1", "y:2", "z:3", ident="odd", prompt="odd", cardinality="Multiple") + _lid(
        "x:1", "y:2", "z:3", ident="even", prompt="even", cardinality="Multiple"
    )
    conditions = _gains(_equal("x", "odd") + _equal("z", "odd"), "50", "Add") + _gains(
        _equal("y", "even"), "50", "Add"
    )
    question = _question(_item("categorization_question", responses, conditions))
    assert isinstance(question, FillInBlank)
    assert [blank.accept for blank in question.blanks] == [("odd",), ("odd",), ("even",)]


def test_an_order_is_a_match_of_places() -> None:
    conditions = _gains(_equal("b") + _equal("a") + _equal("c"))
    question = _question(_item("", _lid("a:2nd", "b:1st", "c:3rd", cardinality="Ordered"), conditions))
    assert isinstance(question, Matching)
    assert [pair.right for pair in question.pairs] == ["1st", "2nd", "3rd"]


def test_places_in_a_picture_are_said_in_words_or_by_the_learner() -> None:
    labels = '<response_label ident="A" rarea="Rectangle">0,0,20,20</response_label><response_label ident="B" rarea="Rectangle">80,80,20,20</response_label>'
    spots = f'<response_lid ident="response1"><render_hotspot><material><matimage uri="a.png" width="100" height="100"/></material>{labels}</render_hotspot></response_lid>'
    question = _question(_item("", spots, _gains(_equal("A"))))
    assert isinstance(question, MultipleChoice)
    assert question.options[0].text.startswith("the place at the top left (10 %")
    alone = spots.replace("response_lid", "response_xy")
    assert isinstance(_question(_item("", alone)), Essay)


def test_several_responses_of_different_kinds_become_several_questions() -> None:
    responses = _lid("a:1", "b:2", ident="R1") + _typed("R2")
    (result,) = _results(_item("", responses, _gains(_equal("a", "R1")) + _gains(_equal("x", "R2"))))
    assert [(made.question.key, made.question.points) for made in result.questions] == [
        ("i1.r1", Decimal(1)),
        ("i1.r2", Decimal(1)),
    ]


def test_pictures_sounds_and_plain_text() -> None:
    material = (
        '<material><mattext>2 &lt; 3</mattext><matbreak/><matimage uri="a.png"/><mataudio uri="b.mp3"/>'
        '<mattext texttype="text/html">&lt;b&gt;bold&lt;/b&gt;</mattext></material>'
    )
    text = f'<item ident="I"><presentation>{material}{_lid("a:1", "b:2")}</presentation><resprocessing>{_gains(_equal("a"))}</resprocessing></item>'
    assert _question(text).text.replace("\\", "").split() == [
        "2",
        "<",
        "3",
        "(picture",
        "1)(file",
        "2)**bold**",
    ]


def test_an_item_without_anything_says_so_and_keeps_its_source() -> None:
    (result,) = _results('<item ident="I"><qticomment>Nothing.</qticomment></item>')
    assert result.reason == "an item without text and without anything to answer"
    assert xml.parse(result.source, "again").root.first("qticomment") is not None


def test_rubrics_for_learners_stand_before_the_question_and_others_are_named() -> None:
    rubric = '<rubric view="Tutor"><material><mattext>x</mattext></material></rubric><rubric view="All"><material><mattext>Take your time.</mattext></material></rubric>'
    text = _item("", _lid("a:1", "b:2"), _gains(_equal("a"))).replace(
        "<presentation>", f"{rubric}<presentation>"
    )
    assert _question(text).text == "Take your time.\n\nWell?"
    assert "rubric for tutor is not shown to learners" in _notes(text)


def test_idents_that_stand_twice_give_keys_that_do_not_hang_on_their_order() -> None:
    one, two = (_item("essay_question", _typed(), stem=stem) for stem in ("First", "Second"))
    there, back = (
        {made.question.text: made.question.key for result in _results(text) for made in result.questions}
        for text in (one + two, two + one)
    )
    assert there == back
    assert len(set(there.values())) == 2


def test_what_an_assessment_says_of_itself() -> None:
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"
        for label, entry in (
            ("cc_profile", "cc.exam.v0p1"),
            ("cc_maxattempts", "3"),
            ("qmd_timelimit", "19.5"),
            ("qmd_solutionspermitted", "No"),
            ("qmd_hintspermitted", "No"),
        )
    )
    (part,) = _parts(
        f'<assessment ident="A" title="Final"><qtimetadata>{fields}</qtimetadata>'
        '<outcomes_processing><outcomes><decvar maxvalue="10" cutvalue="7"/></outcomes></outcomes_processing>'
        '<section ident="S" title="Part 1"><selection_ordering><selection><selection_number>2</selection_number>'
        '<sourcebank_ref>B</sourcebank_ref></selection><order order_type="Random"/></selection_ordering></section></assessment>'
    )
    assert (part.kind, part.ident, part.title) == ("assessment", "A", "Final")
    own = part.settings
    assert (own.profile, own.max_attempts, own.time_limit_minutes, own.passing_score) == (
        "cc.exam.v0p1",
        3,
        20,
        Decimal(70),
    )
    assert own.show_correct_answers is False
    assert own.notes == ("qmd_hintspermitted: No",)
    assert [(section.title, section.pick, section.bank) for section in part.sections] == [("Part 1", 2, "B")]


def test_banks_and_loose_items_are_parts_too() -> None:
    item = _item("essay_question", _typed())
    bank, loose = _parts(
        f'<objectbank ident="B"><qtimetadata><qtimetadatafield><fieldlabel>bank_title</fieldlabel><fieldentry>Bank</fieldentry></qtimetadatafield></qtimetadata>{item}</objectbank>{item}'
    )
    assert (bank.kind, bank.title, len(bank.items)) == ("bank", "Bank", 1)
    assert (loose.kind, loose.ident, len(loose.items)) == ("items", "I1", 1)
