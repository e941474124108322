"""A small package of every version, and the bundle it becomes, byte by byte."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from exporters import bundle as writer
from tests.golden import Golden
from tests.importers.qti.made import (
    NAMESPACES,
    PICTURE,
    Imported,
    choice,
    declared,
    imported,
    item,
    item3,
    manifest,
)

_HERE = Path(__file__).parent / "golden"


class _Folder(dict[str, bytes]):
    """A `schemas.source.Sink` in memory."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self[name] = b"".join(chunks)


def _qti_12() -> dict[str, str | bytes]:
    kinds = {
        "multiple_choice_question": "Which?",
        "essay_question": "Why?",
        "text_only_question": "Part B begins.",
    }
    responses = {
        "multiple_choice_question": '<response_lid ident="R"><render_choice><response_label ident="a"><material><mattext>red</mattext></material>'
        '</response_label><response_label ident="b"><material><matimage uri="b.png"/></material></response_label></render_choice></response_lid>',
        "essay_question": '<response_str ident="R"><render_fib/></response_str>',
        "text_only_question": "",
    }
    items = "".join(
        f'<item ident="{kind}" title="{kind}"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>'
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material><mattext>{text}</mattext></material>"
        f'{responses[kind]}</presentation><resprocessing><respcondition><conditionvar><varequal respident="R">b</varequal></conditionvar>'
        '<setvar action="Set">100</setvar></respcondition></resprocessing></item>'
        for kind, text in kinds.items()
    )
    document = f'<questestinterop xmlns="{NAMESPACES["1.2"]}"><assessment ident="exam" title="Exam"><section ident="root_section">{items}</section></assessment></questestinterop>'
    return {
        "imsmanifest.xml": manifest(("imsqti_xmlv1p2", "exam.xml")),
        "exam.xml": document,
        "b.png": PICTURE,
    }


def _qti_2(version: str) -> dict[str, str | bytes]:
    test = (
        f'<assessmentTest xmlns="{NAMESPACES[version]}" identifier="exam" title="Exam"><timeLimits maxTime="600"/>'
        '<testPart identifier="P"><assessmentSection identifier="S" title="Colours"><rubricBlock view="candidate"><p>Choose.</p></rubricBlock>'
        '<assessmentItemRef identifier="r1" href="one.xml"/><assessmentItemRef identifier="r2" href="two.xml"/>'
        '<assessmentItemRef identifier="r3" href="three.xml"/></assessmentSection></testPart></assessmentTest>'
    )
    gaps = '<p>Roses are <textEntryInteraction responseIdentifier="R"/>.</p>'
    return {
        "imsmanifest.xml": manifest(("imsqti_test_xmlv2p1", "exam.xml"), *(("imsqti_item_xmlv2p1", f"{name}.xml") for name in ("one", "two", "three"))),
        "exam.xml": test,
        "one.xml": item(f'<p>Look at <img src="a.png" alt="a"/>.</p>{choice("red", "green")}', declared("B"), identifier="one"),
        "two.xml": item(gaps, declared("red", mapping="red=2;crimson=1"), identifier="two"),
        "three.xml": item('<customInteraction responseIdentifier="R"/>', identifier="three"),
        "a.png": PICTURE,
    }  # fmt: skip


def _qti_3() -> dict[str, str | bytes]:
    right = (
        '<qti-response-declaration identifier="R" cardinality="multiple" base-type="pair"><qti-correct-response>'
        "<qti-value>A D</qti-value><qti-value>B C</qti-value></qti-correct-response></qti-response-declaration>"
    )
    pairs = '<qti-associate-interaction response-identifier="R"><qti-prompt>Who fights whom?</qti-prompt>' + "".join(
        f'<qti-simple-associable-choice identifier="{key}">{key}</qti-simple-associable-choice>' for key in "ABCD"
    ) + "</qti-associate-interaction>"  # fmt: skip
    stimulus = f'<qti-assessment-stimulus xmlns="{NAMESPACES["3.0"]}" identifier="story" title="A story"><qti-stimulus-body><p>Once.</p></qti-stimulus-body></qti-assessment-stimulus>'
    reference = '<qti-assessment-stimulus-ref identifier="story" href="story.xml"/>'
    return {
        "imsmanifest.xml": manifest(("imsqti_item_xmlv3p0", "one.xml")),
        "one.xml": item3(pairs, right + reference, identifier="one"),
        "story.xml": stimulus,
    }


_PACKAGES = {"1.2": _qti_12(), "2.1": _qti_2("2.1"), "2.2": _qti_2("2.2"), "3.0": _qti_3()}


def _written(made: Imported) -> dict[str, bytes]:
    folder = _Folder()
    writer.write(made.bundle, made.reading.files, folder)
    return folder


@pytest.mark.parametrize("version", _PACKAGES)
def test_a_package_becomes_the_golden_bundle(version: str, golden: Golden) -> None:
    golden(_HERE / version, _written(imported(_PACKAGES[version])))
