"""Whatever a package says: it is refused with findings, or it becomes a bundle that checks clean."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle as writer
from importers import bundle as reader
from importers import h5p
from importers.h5p import gaps, kinds, prose
from importers.h5p.gaps import Gap
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from tests.importers.h5p_packages import package, png

_HOLDERS = (
    "Column",
    "CoursePresentation",
    "InteractiveBook",
    "InteractiveVideo",
    "QuestionSet",
    "Questionnaire",
)
_KINDS = (*kinds.ASK, *prose._KINDS, *_HOLDERS, "SpeakTheWordsSet", "RowColumn", "MemoryGame", "Nil", "Row")
_NAMES = (
    "action", "adaptivity", "alt", "answer", "answers", "assets", "asset", "background", "behaviour", "bookCover",
    "bookmarks", "cards", "chapters", "choices", "clips", "clue", "collage", "columns", "content", "correct",
    "correctElements", "coverMedium", "date", "description", "dialogs", "distractors", "dropZones", "duration",
    "elements", "endGame", "feedback", "file", "files", "from", "goToSlide", "hotspots", "image", "imageSlides",
    "interactions", "interactiveVideo", "introPage", "items", "keyword", "keywords", "label", "linkWidget", "media",
    "metadata", "options", "overallFeedback", "panels", "paragraphs", "passPercentage", "poolSize", "presentation",
    "question", "questionnaireElements", "questions", "sample", "sentences", "settings", "slides", "solution",
    "sources", "subContentId", "summaries", "summary", "task", "taskDescription", "text", "textField", "timeline",
    "tip", "title", "type", "url", "video", "words", "authors", "license", "copyright",
)  # fmt: skip
_TEXTS = st.sampled_from(
    ["", "<p>A *gap/other:tip* and *x*</p>", "one", "two", "1", "0", "true", "a < b & *", "<img src='images/a.png'>",
     "*" * 5, "[[gap-1]]", "⟦gap-1⟧", "<ul><li>x", "https://example.com/", "\u202ex", "x" * 300, "<script>1</script>"]
) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)  # fmt: skip
_PLAIN = st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(-9, 1e12) | _TEXTS
_FILES = st.fixed_dictionaries(
    {
        "path": st.sampled_from(
            ["images/a.png", "images/a.png#tmp", "a%20b.svg", "https://example.com/v.mp4", ""]
        )
    },
    optional={"mime": st.just("image/png"), "copyright": st.just({"license": "CC BY", "author": "A"})},
)


def _below(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    group = st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6)
    part = st.fixed_dictionaries(
        {"library": st.sampled_from(_KINDS).map(lambda kind: f"H5P.{kind} 1.4"), "params": group},
        optional={"subContentId": st.sampled_from(["a", "A", "b"]), "metadata": group},
    )
    return group | part | st.lists(inner | part, max_size=4)


_VALUES = st.recursive(_PLAIN | _FILES, _below, max_leaves=25)
_PARAMS = st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=8)


@given(kind=st.sampled_from(_KINDS), params=_PARAMS | _VALUES, title=_TEXTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_parameters_are_refused_in_words_or_become_a_clean_bundle(
    kind: str, params: Any, title: str
) -> None:
    files = {"content/images/a.png": png(1), "content/a b.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    report = Report()
    try:
        reading = h5p.read(package(f"H5P.{kind} 1.4", params, files, title=title), report)
    except RefusedError:
        return
    report.close()
    with TemporaryDirectory() as folder:
        with open_sink(Path(folder) / "out") as sink:
            writer.write(reading.bundle, reading.files, sink)
        with open_source(Path(folder) / "out") as written:
            assert reader.check(written) == []
            assert reader.read(written, Report()).bundle == reading.bundle


_WORD = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
_BETWEEN = st.text(st.characters(categories=["L", "Zs"], include_characters="<>.!"), min_size=1, max_size=8)
_BLANK = st.builds(Gap, st.lists(_WORD, min_size=1, max_size=3).map(tuple), _WORD | st.just(""))
_DRAG = st.builds(Gap, st.tuples(_WORD), *[_WORD | st.just("")] * 3)


def _turns(gap: st.SearchStrategy[Gap]) -> st.SearchStrategy[list[str | Gap]]:
    """Texts between gaps, as the grammar has them: two gaps never touch, for two asterisks are no gap."""
    return st.lists(st.tuples(_BETWEEN, gap)).map(lambda pairs: [piece for pair in pairs for piece in pair])


@given(_turns(_BLANK))
def test_gaps_of_blanks_are_read_as_they_are_written(pieces: list[str | Gap]) -> None:
    assert gaps.parse(gaps.write(pieces), alternatives=True) == pieces


@given(_turns(_DRAG))
def test_gaps_of_drag_text_are_read_as_they_are_written(pieces: list[str | Gap]) -> None:
    assert gaps.parse(gaps.write(pieces), alternatives=False) == pieces


@given(st.text(st.sampled_from("*a/: \\+-"), max_size=20), st.booleans())
def test_no_text_is_lost_whatever_its_asterisks(text: str, alternatives: bool) -> None:  # noqa: FBT001
    pieces = gaps.parse(text, alternatives=alternatives)
    kept = "".join(piece for piece in pieces if isinstance(piece, str))
    assert sum(map(kept.count, "a")) <= text.count("a")
    assert len([piece for piece in pieces if isinstance(piece, Gap)]) <= text.count("*") // 2
