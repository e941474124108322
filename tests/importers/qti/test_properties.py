"""Whatever a document says: it is refused with findings, or it becomes a bundle that checks clean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle as writer
from importers import bundle as reader
from importers import qti
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from tests.importers.packages import MemorySource
from tests.importers.qti.made import PICTURE, declared, item, old

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
)
_NAMES = st.sampled_from(["A", "B", "A B", "a", "Ä", "x" * 90, "RESPONSE", "", "con", "第一"]) | _TEXT
_KINDS = st.sampled_from(
    ["choice", "hottext", "inlineChoice", "textEntry", "extendedText", "gapMatch", "match", "associate", "order",
     "slider", "upload", "hotspot", "graphicGapMatch", "graphicOrder", "graphicAssociate", "selectPoint", "custom"]
)  # fmt: skip
_PARTS = st.sampled_from(
    ["simpleChoice", "hottext", "inlineChoice", "gapText", "gap", "simpleAssociableChoice", "hotspotChoice",
     "associableHotspot", "prompt", "feedbackInline", "rubricBlock", "printedVariable", "gapImg", "p", "math", "div"]
)  # fmt: skip


@st.composite
def _part(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(_PARTS)
    inside = "".join(draw(st.lists(_part(depth - 1), max_size=2))) if depth else ""
    return (
        f"<{name} identifier={quoteattr(draw(_NAMES))} coords={quoteattr(draw(st.sampled_from(['1,2,3', '9,9,9,9', 'x', ''])))}"
        f' shape="circle">{escape(draw(_TEXT))}{inside}</{name}>'
    )


@st.composite
def _interaction(draw: st.DrawFn) -> str:
    name = f"{draw(_KINDS)}Interaction"
    parts = "".join(draw(st.lists(_part(), max_size=5)))
    if draw(st.booleans()):
        parts = f"<simpleMatchSet>{parts}</simpleMatchSet>" * 2
    return f"<{name} responseIdentifier={quoteattr(draw(_NAMES))}>{parts}</{name}>"


@given(
    body=st.lists(_interaction() | _part() | _TEXT.map(escape), max_size=3).map("".join),
    correct=st.lists(_NAMES.map(escape), max_size=3),
    identifiers=st.lists(_NAMES, min_size=1, max_size=2),
    cardinality=st.sampled_from(["single", "multiple", "ordered"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_item_is_refused_in_words_or_becomes_a_clean_bundle(
    body: str, correct: list[str], identifiers: list[str], cardinality: str
) -> None:
    text = item(body, declared(*correct, identifier="A", cardinality=cardinality))
    files = {
        f"{number}.xml": text.replace('"I1"', quoteattr(name)) for number, name in enumerate(identifiers)
    }
    _take({**{name: data.encode() for name, data in files.items()}, "a.png": PICTURE})


_OLD = st.sampled_from(
    ["presentation", "material", "mattext", "response_lid", "response_str", "response_num", "response_grp", "render_choice",
     "render_fib", "render_hotspot", "response_label", "flow", "resprocessing", "respcondition", "conditionvar", "varequal",
     "vargte", "varsubset", "not", "setvar", "itemfeedback", "item", "section", "qtimetadatafield", "fieldlabel", "fieldentry"]
)  # fmt: skip


@st.composite
def _element(draw: st.DrawFn, depth: int = 5) -> str:
    name = draw(_OLD)
    inside = "".join(draw(st.lists(_element(depth - 1), max_size=3))) if depth else ""
    text = escape(
        draw(st.sampled_from(["A", "100", "-1", "A,B", "essay_question", "question_type", "1e999"]) | _TEXT)
    )
    attributes = " ".join(
        f"{attribute}={quoteattr(draw(_NAMES))}" for attribute in ("ident", "respident", "linkrefid", "title")
    )
    return f"<{name} {attributes}>{text}{inside}</{name}>"


@given(parts=st.lists(_element(), min_size=1, max_size=4).map("".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_document_of_1_2_is_refused_in_words_or_becomes_a_clean_bundle(parts: str) -> None:
    _take({"q.xml": old(f'<item ident="I">{parts}</item>{parts}').encode()})


@given(
    data=st.binary(max_size=200),
    head=st.sampled_from([b"", b"<questestinterop>", b"<assessmentItem ", b"\xff\xfe<\0"]),
)
def test_bytes_are_refused_in_words(data: bytes, head: bytes) -> None:
    _take({"q.xml": head + data})


def _take(files: Mapping[str, bytes]) -> None:
    report = Report()
    source = MemorySource(files)
    qti.detect(source)
    try:
        reading = qti.read(source, report)
    except RefusedError:
        return
    report.close()
    with TemporaryDirectory() as folder:
        with open_sink(Path(folder) / "out") as sink:
            writer.write(reading.bundle, reading.files, sink)
        with open_source(Path(folder) / "out") as written:
            assert reader.check(written) == []
            assert reader.read(written, Report()).bundle == reading.bundle
