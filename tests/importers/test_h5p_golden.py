"""Small packages of our own, and the bundles they become: read the diff as if a stranger had sent it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from schemas.findings import Report
from tests.golden import Golden
from tests.importers.bundle.sources import MemorySource
from tests.importers.h5p_packages import image, imported, part, png, text

HERE = Path(__file__).parent

_ANSWERS = [
    {"text": "<div>A</div>", "correct": True, "tipsAndFeedback": {"chosenFeedback": "Right."}},
    {"text": "<div>B</div>", "correct": False, "tipsAndFeedback": {"tip": "Think."}},
]
_QUESTIONS = [
    part(
        "H5P.MultiChoice 1.16",
        {"question": "<p>Which?</p>", "answers": _ANSWERS},
        "q-multi",
        title="Which one",
    ),
    part("H5P.TrueFalse 1.8", {"question": "<p>So?</p>", "correct": "false"}, "q-true"),
    part("H5P.Blanks 1.14", {"text": "Fill in.", "questions": ["<p>2+2=*4/four:a digit*</p>"]}, "q-blanks"),
    part("H5P.DragText 1.10", {"textField": "Red *apple*, yellow *pear*", "distractors": "*plum*"}, "q-drag"),
    part("H5P.MarkTheWords 1.11", {"taskDescription": "Verbs?", "textField": "I *go* home"}, "q-mark"),
    part("H5P.Essay 1.5", {"taskDescription": "Why?", "keywords": [{"keyword": "water"}]}, "q-essay"),
]
_SET = {
    "introPage": {"title": "Ready?", "introduction": "<p>Six questions.</p>"},
    "questions": _QUESTIONS, "passPercentage": 70, "randomQuestions": True, "endGame": {"successComment": "Well done."},
}  # fmt: skip
_COLUMN = [
    text("<h2>Water</h2><p>It is <strong>wet</strong>.</p>", "t-water"),
    image("images/a.png", "A drop", title="Drop", authors=[{"name": "Ann"}], license="CC BY", licenseVersion="4.0"),
    part("H5P.Accordion 1.0", {"panels": [{"title": "More", "content": text("<p>x</p>")}]}, "t-more"),
    part("H5P.TrueFalse 1.8", {"question": "Wet?", "correct": "true", "media": {"type": image("images/a.png", "A drop")}}, "q-wet"),
    part("H5P.MemoryGame 1.3", {"cards": []}, "m-game"),
]  # fmt: skip
_CHAPTERS = [
    part("H5P.Column 1.16", {"content": [{"content": each} for each in _COLUMN]}, "c-1", title="Water"),
    part("H5P.Column 1.16", {"content": [{"content": text("<p>End.</p>", "t-end")}]}, "c-2", title="The end"),
]
_ASK = {
    "duration": {"from": 33},
    "action": part("H5P.TrueFalse 1.8", {"question": "Cat?", "correct": "true"}, "q-cat"),
}
_FILM = {
    "video": {"files": [{"path": "https://youtu.be/x", "mime": "video/YouTube"}]},
    "assets": {"interactions": [_ASK], "bookmarks": [{"time": 5, "label": "Start"}]},
    "summary": {"task": part("H5P.Summary 1.10", {"intro": "True is:", "summaries": [{"summary": ["Yes", "No"], "subContentId": "s-1"}]}, "q-summary")},
}  # fmt: skip
_SLIDES = [
    {"elements": [{"action": text("<p>Hello</p>", "e-1")}], "keywords": [{"main": "Start"}]},
    {"elements": [{"action": image("images/a.png", "A drop")}, {"goToSlide": 1, "title": "Back"}]},
]
_PACKAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "set": ("H5P.QuestionSet 1.20", _SET),
    "book": ("H5P.InteractiveBook 1.7", {"chapters": _CHAPTERS}),
    "film": ("H5P.InteractiveVideo 1.26", {"interactiveVideo": _FILM}),
    "slides": ("H5P.CoursePresentation 1.25", {"presentation": {"slides": _SLIDES}}),
}


class _Written(dict[str, bytes]):
    """A `schemas.source.Sink`."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self[name] = b"".join(chunks)


@pytest.mark.parametrize("name", _PACKAGES)
def test_a_package_and_its_account(name: str, golden: Golden) -> None:
    library, params = _PACKAGES[name]
    files = {"content/images/a.png": png(1)} if "images/a.png" in str(params) else {}
    done = imported(library, params, files, title=name.capitalize())
    written = _Written()
    writer.write(done.bundle, done.reading.files, written)
    assert reader.check(MemorySource(written)) == []
    assert reader.read(MemorySource(written), Report()).bundle == done.bundle
    documents = {path: data for path, data in written.items() if not path.endswith((".zip", ".png"))}
    report = "".join(
        f"{each.kind}: {each.name}: {each.fate}{f': {each.note}' if each.note else ''}\n"
        for each in sorted(done.report.accounts, key=lambda each: (each.kind, each.name))
    )
    golden(HERE / "golden" / "h5p" / name, {**documents, "report.txt": report.encode()})
