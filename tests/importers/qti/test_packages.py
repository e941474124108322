"""Packages, folders and lone files: tests become quizzes, and everything in a source has its account."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

import importers
from importers import qti
from schemas.findings import RefusedError, Report
from tests.importers.packages import MemorySource
from tests.importers.qti.made import (
    NAMESPACES,
    PICTURE,
    choice,
    declared,
    imported,
    item,
    item3,
    manifest,
    old,
)

_ITEM = item(choice("a", "b"), declared("A"))
_TWO = item(choice("c", "d"), declared("B"), identifier="I2")
_OLD = (
    '<item ident="Q1" title="Old"><presentation><material><mattext>Well?</mattext></material><response_str ident="r">'
    "<render_fib/></response_str></presentation></item>"
)


def _test(inside: str, *, attributes: str = "", around: str = "") -> str:
    return (
        f'<assessmentTest xmlns="{NAMESPACES["2.2"]}" identifier="T1" title="Final">{around}'
        f'<testPart identifier="P1" navigationMode="nonlinear" {attributes}><assessmentSection identifier="S1" title="Part one">'
        f"{inside}</assessmentSection></testPart></assessmentTest>"
    )


def _reference(href: str, identifier: str = "r1", inside: str = "") -> str:
    return f'<assessmentItemRef identifier="{identifier}" href="{href}">{inside}</assessmentItemRef>'


def _refused(files: dict[str, str]) -> list[tuple[str, str]]:
    source = MemorySource({name: data.encode() for name, data in files.items()})
    with pytest.raises(RefusedError) as refused:
        qti.read(source, Report())
    return [(finding.rule.code, finding.found) for finding in refused.value.findings]


# ── what is recognised ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"imsmanifest.xml": manifest(("imsqti_item_xmlv2p2", "q.xml")), "q.xml": _ITEM}, "qti"),
        ({"deep/imsmanifest.xml": manifest(("imsqti_item_xmlv2p2", "q.xml")), "deep/q.xml": _ITEM}, "qti"),
        ({"q.xml": _ITEM}, "qti"),
        ({"a/1.xml": item3("x"), "a/2.xml": _OLD}, "qti"),
        ({"q.xml": "\ufeff" + old(_OLD)}, "qti"),
        ({"q.xml": "<other/>"}, ""),
        ({"imsmanifest.xml": manifest(("imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "q.xml")).replace("QTIv2.2 Package", "IMS Common Cartridge")}, ""),
    ],
)  # fmt: skip
def test_qti_is_recognised_by_its_manifest_or_its_documents(files: dict[str, str], name: str) -> None:
    source = MemorySource({name: data.encode() for name, data in files.items()})
    assert qti.detect(source) is (name == "qti")
    if name:
        assert importers.detect(source).name == name


# ── tests ────────────────────────────────────────────────────────────────────────────────────────


def test_a_test_is_a_quiz_of_its_items_in_its_order() -> None:
    made = imported(
        {
            "t.xml": _test(_reference("two.xml", "a") + _reference("one.xml", "b")),
            "one.xml": _ITEM,
            "two.xml": _TWO,
        }
    )
    (content,) = made.quizzes
    assert (content.key, content.title) == ("t1", "Final")
    assert [question.key for question in content.quiz.questions] == ["i2", "i1"]


def test_settings_of_a_test_are_those_of_the_quiz_as_far_as_it_has_them() -> None:
    control = '<itemSessionControl maxAttempts="2" showSolution="false" allowReview="false"/>'
    inside = f'{control}<ordering shuffle="true"/><selection select="1"/><timeLimits maxTime="60"/>{_reference("q.xml")}'
    made = imported(
        {
            "t.xml": _test(inside, around='<timeLimits maxTime="100"/>').replace("nonlinear", "linear"),
            "q.xml": _ITEM,
        }
    )
    quiz = made.quizzes[0].quiz
    assert (quiz.time_limit_minutes, quiz.max_attempts, quiz.randomized) == (2, 2, True)
    assert (quiz.show_correct_answers, quiz.allow_review) == (False, False)
    assert {name.removeprefix("t.xml: "): fate for name, (fate, _) in made.fates("rule").items()} == {
        "time limit": "changed",
        "navigation of P1": "skipped",
        "session control of section S1": "changed",
        "ordering of section S1": "changed",
        "selection of section S1": "changed",
        "time limit of section S1": "skipped",
    }


def test_an_item_that_a_test_names_twice_is_asked_once() -> None:
    made = imported({"t.xml": _test(_reference("q.xml", "a") + _reference("q.xml", "b")), "q.xml": _ITEM})
    assert len(made.questions) == 1
    assert made.fates("rule")["t.xml: item b again"] == (
        "changed",
        "named several times in the test: asked once",
    )


def test_parts_of_items_never_share_a_key() -> None:
    several = item(choice("a", "b", identifier="R") * 2, declared("A"))
    made = imported({"q.xml": several, "r.xml": item(choice("c", "d"), declared("A"), identifier="I1.R")})
    assert len({question.key for question in made.questions}) == 3


def test_weights_multiply_the_points() -> None:
    made = imported(
        {"t.xml": _test(_reference("q.xml", inside='<weight identifier="w" value="2.5"/>')), "q.xml": _ITEM}
    )
    assert made.question.points == Decimal("2.5")


def test_sections_in_other_files_are_read_once_even_in_circles() -> None:
    section = (
        f'<assessmentSection xmlns="{NAMESPACES["2.2"]}" identifier="S2" title="">{_reference("q.xml")}'
        '<assessmentSectionRef identifier="again" href="s.xml"/></assessmentSection>'
    )
    made = imported(
        {
            "t.xml": _test('<assessmentSectionRef identifier="S2" href="s.xml"/>'),
            "s.xml": section,
            "q.xml": _ITEM,
        }
    )
    assert len(made.questions) == 1
    assert made.fates("item")["t.xml: section again"] == ("skipped", "s.xml stands in the test already")


def test_what_a_test_says_stands_on_a_page_before_the_quiz() -> None:
    inside = f'<rubricBlock view="candidate"><p>Read <b>this</b>.</p></rubricBlock><rubricBlock view="scorer">x</rubricBlock>{_reference("q.xml")}'
    made = imported({"t.xml": _test(inside), "q.xml": _ITEM})
    assert [content.key for content in made.contents] == ["t1.page", "t1", "originals"]
    assert made.pages[0].text == "## Part one\n\nRead **this**."
    assert made.fates("item")["t.xml: rubric (2)"] == (
        "skipped",
        "for scorer, not for learners: its source is attached",
    )


@pytest.mark.parametrize("version", ["2.2", "3.0"])
def test_a_stimulus_stands_once_on_the_page_before_the_quiz(version: str) -> None:
    reference = '<assessmentStimulusRef identifier="s" href="s.xml"/>'
    stimulus = f'<assessmentStimulus xmlns="{NAMESPACES["2.2"]}" identifier="s" title="A story"><stimulusBody><p>Once</p><img src="a.png" alt="x"/></stimulusBody></assessmentStimulus>'
    one, two = (text.replace("<itemBody>", f"{reference}<itemBody>") for text in (_ITEM, _TWO))
    if version == "3.0":
        stimulus = f'<qti-assessment-stimulus xmlns="{NAMESPACES["3.0"]}" identifier="s" title="A story"><qti-stimulus-body><p>Once</p><img src="a.png" alt="x"/></qti-stimulus-body></qti-assessment-stimulus>'
    made = imported({"1.xml": one, "2.xml": two, "s.xml": stimulus, "a.png": PICTURE})
    assert made.pages[0].text == "## A story\n\nOnce\n\n![x](media/a.png)"
    assert made.fates("item") == {"s.xml": ("carried", "")}


def test_items_that_no_test_names_are_a_quiz_of_their_own() -> None:
    made = imported({"t.xml": _test(_reference("q.xml")), "q.xml": _ITEM, "two.xml": _TWO})
    assert [(content.key, len(content.quiz.questions)) for content in made.quizzes] == [
        ("t1", 1),
        ("items", 1),
    ]


def test_an_item_in_two_tests_is_a_question_of_both_and_has_one_account() -> None:
    other = _test(_reference("q.xml")).replace('"T1"', '"T2"')
    made = imported({"t.xml": _test(_reference("q.xml")), "u.xml": other, "q.xml": _ITEM})
    assert [question.key for question in made.questions] == ["i1", "i1"]
    assert made.fates("question") == {"q.xml#I1": ("carried", "")}


# ── QTI 1.2 ──────────────────────────────────────────────────────────────────────────────────────


def test_assessments_and_banks_of_1_2_are_quizzes() -> None:
    made = imported({"a.xml": old(_OLD), "b.xml": old(_OLD, kind="objectbank").replace('"T1"', '"B1"')})
    assert [content.key for content in made.quizzes] == ["t1", "b1"]
    assert (
        made.fates("question") == {"a.xml#Q1": ("carried", ""), "b.xml#Q1": ("carried", "")} or made.questions
    )
    assert Counter(fate for fate, _ in made.fates("item").values()) == {"carried": 2}


def test_items_of_a_bank_that_an_assessment_refers_to_are_asked_in_both_and_accounted_once() -> None:
    text = (
        f'<questestinterop xmlns="{NAMESPACES["1.2"]}"><assessment ident="T1" title="A"><section ident="S"><itemref linkrefid="Q1"/>'
        f'<itemref linkrefid="gone"/><sectionref linkrefid="S"/></section></assessment><objectbank ident="B1">{_OLD}</objectbank></questestinterop>'
    )
    made = imported({"q.xml": text})
    assert [(content.key, len(content.quiz.questions)) for content in made.quizzes] == [("t1", 1), ("b1", 1)]
    assert {name: fate for name, (fate, _) in made.fates("question").items()} == {
        "q.xml: gone": "skipped",
        "q.xml#Q1": "changed",
    }


def test_what_canvas_says_of_a_quiz_beside_it_is_its_setting() -> None:
    meta = (
        "<quiz><title>Real title</title><description>&lt;p&gt;Read &lt;b&gt;me&lt;/b&gt;&lt;/p&gt;</description>"
        "<time_limit>15</time_limit><allowed_attempts>-1</allowed_attempts><show_correct_answers>false</show_correct_answers>"
        "<cant_go_back>true</cant_go_back></quiz>"
    )
    made = imported({"a/a.xml": old(_OLD), "a/assessment_meta.xml": meta})
    (content,) = made.quizzes
    assert (content.title, content.quiz.time_limit_minutes, content.quiz.max_attempts) == (
        "Real title",
        15,
        None,
    )
    assert content.quiz.show_correct_answers is False
    assert made.pages[0].text == "Read **me**"
    assert made.fates("rule") == {"a/a.xml: settings of Canvas": ("changed", "no place for cant_go_back")}
    assert made.fates("file")["a/assessment_meta.xml"] == ("carried", "")


def test_the_doctype_of_imss_own_examples_is_no_obstacle() -> None:
    doctype = "<!DOCTYPE questestinterop SYSTEM \"ims_qtiasiv1p2.dtd\" [\n<!ATTLIST x y (Yes|No) 'No'>\n]>\n"
    made = imported({"q.xml": doctype + old(_OLD)})
    assert made.fates("file")["q.xml"] == ("changed", "the declarations in its DOCTYPE are not read")


@pytest.mark.parametrize("declaration", ['<!ENTITY x "y">', '<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;'])
def test_entities_are_refused(declaration: str) -> None:
    text = f"<!DOCTYPE questestinterop [{declaration}]>{old(_OLD)}"
    assert [code for code, _ in _refused({"q.xml": text})] == ["CW504"]


# ── manifests and files ──────────────────────────────────────────────────────────────────────────


def test_every_resource_and_file_of_a_package_has_its_account() -> None:
    text = manifest(
        ("imsqti_item_xmlv2p2", "Q.xml"),
        ("webcontent", "gone.pdf"),
        metadata="<rights><cost>no</cost></rights>",
    )
    made = imported({"imsmanifest.xml": text, "q.xml": _ITEM, "style.css": "p {}", "notes.pdf": "%PDF-1.4 x"})
    assert made.bundle.key == "acme.package"
    assert made.bundle.title == "A package"
    assert made.fates("resource") == {
        "R0": ("changed", "Q.xml is q.xml in the package: only the case differs"),
        "R1": ("skipped", "gone.pdf is not in the package"),
    }
    assert {name: fate for name, (fate, _) in made.fates("file").items()} == {
        "imsmanifest.xml": "carried",
        "q.xml": "carried",
        "style.css": "skipped",
        "notes.pdf": "changed",
        "gone.pdf": "skipped",
    }
    assert made.fates("metadata")["rights"][0] == "skipped"


def test_a_broken_file_is_mended_with_a_note_or_named() -> None:
    made = imported({"a.xml": _ITEM, "b.xml": _TWO.replace("</itemBody>", "<p>x</itemBody>")})
    assert made.fates("file")["b.xml"][0] == "changed"
    assert len(made.questions) == 2
    worse = imported({"a.xml": _ITEM, "b.xml": '<!DOCTYPE a [<!ENTITY b "c">]>' + _TWO})
    assert worse.fates("question")["b.xml"][0] == "skipped"


def test_a_picture_that_is_not_there_is_named() -> None:
    made = imported({"q.xml": item(f'<img src="gone.png"/>{choice("a", "b")}', declared("A"))})
    assert "gone.png is not in the package" in made.fates("question")["q.xml#I1"][1]


def test_two_items_of_one_identifier_keep_their_keys_whatever_their_order() -> None:
    keys = [
        {question.text: question.key for question in imported(files).questions}
        for files in (
            {"a/q.xml": _ITEM, "b/q.xml": _ITEM.replace("Which?", "What?")},
            {
                "b/q.xml": _ITEM.replace("Which?", "What?"),
                "a/q.xml": _ITEM,
                "0.xml": _TWO.replace("Which?", "More?"),
            },
        )
    ]
    assert keys[0] == {text: key for text, key in keys[1].items() if text != "More?"}


def test_a_later_export_with_more_items_keeps_every_key() -> None:
    once = imported({"imsmanifest.xml": manifest(("imsqti_item_xmlv2p2", "q.xml")), "q.xml": _ITEM})
    again = imported(
        {
            "imsmanifest.xml": manifest(
                ("imsqti_item_xmlv2p2", "0.xml"), ("imsqti_item_xmlv2p2", "q.xml"), title="Renamed"
            ),
            "q.xml": _ITEM,
            "0.xml": _TWO,
        }
    )
    assert again.bundle.key == once.bundle.key
    assert [content.key for content in again.contents] == [content.key for content in once.contents]
    assert again.questions[1] == once.question


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("http://127.0.0.1:9/q.xml", "on another server"),
        ("../q.xml", "a path that leads out of the package"),
        ("/etc/passwd", "an absolute path or another server"),
        ("file:///etc/passwd", "a file: address"),
    ],
)
def test_a_test_that_names_items_elsewhere_is_refused(href: str, why: str) -> None:
    assert _refused({"t.xml": _test(_reference(href)), "q.xml": _ITEM}) == [("CW561", f"{href!r}: {why}")]


def test_a_manifest_that_leads_out_is_refused() -> None:
    text = manifest(("imsqti_item_xmlv2p2", "../outside.xml"))
    assert {code for code, _ in _refused({"imsmanifest.xml": text, "q.xml": _ITEM})} == {"CW561"}


def test_a_source_of_which_nothing_is_left_is_refused_with_every_reason() -> None:
    gone = manifest(("imsqti_item_xmlv2p2", "gone.xml"))
    assert _refused(
        {"imsmanifest.xml": gone, "q.xml": _TWO.replace("<itemBody>", "<x>").replace("</itemBody>", "</x>")}
    ) == [
        ("CW562", "q.xml#I2: an item without a body"),
        ("CW562", "gone.xml is not in the package"),
    ]


def test_a_package_without_any_document_is_refused_by_name() -> None:
    assert _refused({"imsmanifest.xml": manifest(("imsqti_item_xmlv2p2", "q.pdf"))})[0][0] == "CW562"
    assert _refused({"imsmanifest.xml": manifest()}) == [("CW560", "no item, test or bank of QTI in it")]


@pytest.mark.parametrize("value", ["INF", "NaN", "-INF"])
def test_infinite_points_are_no_points(value: str) -> None:
    outcome = f'<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"><defaultValue><value>{value}</value></defaultValue></outcomeDeclaration>'
    found = _refused({"q.xml": item(choice("a", "b"), declared("A") + outcome)})
    assert found == [("CW562", "q.xml#I1: an item whose points are infinite or no number")]
