"""Whatever a course says: it is refused in words, or becomes a bundle that checks clean, nothing forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle as writer
from importers import bundle as reader
from importers import olx
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from tests.importers.olx_courses import BY_HAND, LIBRARY, PNG, STUDIO, source

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
)
_NAMES = st.sampled_from(["a", "A", "b", "Ä", "第一", "x" * 200, "b:c", "con", "a-source", ""]) | _TEXT
_NUMBERS = st.sampled_from(["", "0", "3", "-1", "1e9", "NaN", "9" * 400, "null", '"2"', "³"])
_SETTINGS = st.dictionaries(
    st.sampled_from(["display_name", "weight", "max_attempts", "visible_to_staff_only", "due", "data", "answers", "question",
                     "questions", "youtube", "html5_sources", "launch_url", "source", "showanswer", "embed_code"]),
    _NUMBERS | _TEXT | st.sampled_from(["true", "[]", "{}", '[["a", "b"], ["c", {"label": "d"}]]', "/static/a.png", "https://x.example/a"]),
    max_size=3,
)  # fmt: skip
_PIECES = st.sampled_from(
    ["<p>Text</p>", "<choice correct='true'>A</choice>", "<choice>A</choice>", "<textline/>", "<img src='/static/a.png'/>",
     "<a href='/jump_to_id/a'>x</a>", "<solution>So</solution>", "<script>x = 1</script>", "$x", "[[a]]", "⟦a⟧", "<hint>h</hint>",
     "<optioninput options=\"('a','b')\" correct='a'/>", "<optioninput/>", "<option correct='true'>o</option>", "<table><tr><td>1</td></tr></table>",
     "<drag_and_drop_input img='x'><draggable label='l'/></drag_and_drop_input>", "<schematic/>", "<b>bold</b>", "<transcript language='en' src='s.srt'/>"]
)  # fmt: skip
_RESPONSES = st.sampled_from(
    ["multiplechoiceresponse", "choiceresponse", "optionresponse", "stringresponse answer='a'", "numericalresponse answer='1'",
     "customresponse", "imageresponse", "annotationresponse", "formularesponse answer='x'", "truefalseresponse", "xresponse"]
)  # fmt: skip
_LEAVES = st.sampled_from(
    ["html", "video", "discussion", "poll", "survey", "word_cloud", "lti", "openassessment", "drag-and-drop-v2", "mystery",
     "annotatable", "recommender", "google-document", "poll_question", "edx_sga"]
)  # fmt: skip


def _element(tag: str, settings: Mapping[str, str], inside: str) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in settings.items())
    return f"<{tag}{attributes}>{inside}</{tag.partition(' ')[0]}>"


@st.composite
def _blocks(draw: st.DrawFn, depth: int = 3) -> str:
    made = []
    for _ in range(draw(st.integers(0, 3))):
        settings = {"url_name": draw(_NAMES), **draw(_SETTINGS)}
        if depth and draw(st.booleans()):
            tag = draw(st.sampled_from(["chapter", "sequential", "vertical", "split_test", "conditional"]))
            made.append(_element(tag, settings, draw(_blocks(depth - 1))))
        elif draw(st.booleans()):
            made.append(_element("problem", settings, draw(_problems())))
        else:
            inside = "".join(draw(st.lists(_PIECES, max_size=3))) + escape(draw(_TEXT))
            made.append(_element(draw(_LEAVES), settings, inside))
    return "".join(made)


@st.composite
def _problems(draw: st.DrawFn) -> str:
    pieces = st.lists(_PIECES, max_size=4).map("".join)
    parts = draw(st.lists(st.tuples(_RESPONSES, pieces), max_size=3))
    return "".join(draw(pieces) + _element(tag, {}, inside) for tag, inside in parts) + draw(pieces)


@given(blocks=_blocks(), name=_NAMES, title=_TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_course_is_refused_in_words_or_becomes_a_clean_bundle(blocks: str, name: str, title: str) -> None:
    root = _element("course", {"url_name": name, "org": "O", "course": name, "display_name": title}, blocks)
    _takes({"course.xml": root, "static/a.png": PNG, "static/s.srt": b"x", "html/a.xml": "<html>a</html>"})


@given(
    st.sampled_from([STUDIO, BY_HAND, LIBRARY]),
    st.data(),
    st.sampled_from(["cut", "flip", "drop", "swap"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_refused_or_taken_with_closed_accounts(
    course: Mapping[str, str | bytes], data: st.DataObject, how: str
) -> None:
    files = {name: text.encode() if isinstance(text, str) else text for name, text in course.items()}
    name, other = data.draw(st.sampled_from(sorted(files))), data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name])))
    damaged = {
        "cut": files[name][:at],
        "flip": files[name][:at] + bytes([data.draw(st.integers(0, 255))]) + files[name][at + 1 :],
        "drop": files[name][:at] + files[name][at + 5 :],
        "swap": files[other],
    }
    _takes({**files, name: damaged[how]})


def _takes(files: Mapping[str, str | bytes]) -> None:
    report = Report()
    try:
        reading = olx.read(source(files), report)
    except RefusedError:
        return
    report.close()
    with TemporaryDirectory() as folder:
        with open_sink(Path(folder) / "out") as sink:
            writer.write(reading.bundle, reading.files, sink)
        with open_source(Path(folder) / "out") as written:
            assert reader.check(written) == []
            assert reader.read(written, Report()).bundle == reading.bundle
