"""What authors see in an editor: the real YAML language server, with the line that the examples begin with."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.schemas.editor import Editor

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "packages" / "examples"
VERSION = "2.0.0"
PLACE = EXAMPLES / "tiny"
COURSE = """\
# yaml-language-server: $schema=../../../schemas/json/course.schema.json
key: c
title: C
sections:
  - key: s
    title: S
    contents:
"""
QUIZ = """\
# yaml-language-server: $schema=../../../schemas/json/quiz.schema.json
questions:
"""


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> list[str]:
    """The command of npm's yaml-language-server, fetched once and kept with what pytest keeps."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("Node.js is not installed: the YAML language server cannot be asked")
    assert request.config.cache is not None
    folder = Path(request.config.cache.mkdir(f"yaml-language-server-{VERSION}"))
    if not (folder / "node_modules" / ".package-lock.json").exists():  # npm writes it last
        install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"]
        wanted = [*install, "--prefix", str(folder), f"yaml-language-server@{VERSION}"]
        if subprocess.run(wanted, check=False, capture_output=True, timeout=120).returncode:
            pytest.skip("npm cannot fetch the YAML language server: no network?")
    program = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    return [node, str(program), "--stdio"]


@pytest.fixture(scope="module")
def editor(server: list[str]) -> Iterator[Editor]:
    with Editor(server, REPOSITORY) as editor:
        yield editor


EXAMPLE_FILES = [
    path.relative_to(EXAMPLES).as_posix()
    for path in sorted(EXAMPLES.rglob("*.yaml"))
    if path.read_text().startswith("# yaml-language-server: ")
]


def test_the_examples_that_people_copy_from_name_their_schema() -> None:
    assert len(EXAMPLE_FILES) >= 8


@pytest.mark.parametrize("name", EXAMPLE_FILES)
def test_nothing_is_underlined_in_an_example(editor: Editor, name: str) -> None:
    path = EXAMPLES / name
    assert editor.diagnostics(path, path.read_text()) == []


def test_the_fields_of_a_course_are_offered_with_what_they_mean(editor: Editor) -> None:
    offered = editor.completions(PLACE / "a.course.yaml", COURSE + "\n|")
    assert {"description", "duration_minutes", "instructor", "prerequisite", "status", "thumbnail"} <= set(
        offered
    )
    assert "finish first" in str(offered["prerequisite"]["documentation"])
    assert "key" not in offered, "it is there already"


def test_the_types_of_content_are_offered_as_values(editor: Editor) -> None:
    offered = editor.completions(PLACE / "b.course.yaml", COURSE + "      - key: x\n        type: |\n")
    assert {
        "video",
        "pdf",
        "quiz",
        "rich_text",
        "assignment",
        "live_session",
        "downloadable_resource",
    } <= set(offered)


def test_the_fields_of_the_chosen_type_are_offered_and_no_others(editor: Editor) -> None:
    offered = editor.completions(
        PLACE / "c.course.yaml", COURSE + "      - key: x\n        type: video\n        |\n"
    )
    assert {"url", "media", "transcript", "title", "preview"} <= set(offered)
    assert not {"page_count", "instructions", "quiz", "launch"} & set(offered)


def test_the_types_of_question_and_their_fields_are_offered(editor: Editor) -> None:
    types = editor.completions(PLACE / "d.quiz.yaml", QUIZ + "  - key: x\n    type: |\n")
    assert {"multiple_choice", "true_false", "short_answer", "essay", "fill_in_blank", "matching"} <= set(
        types
    )
    fields = editor.completions(PLACE / "e.quiz.yaml", QUIZ + "  - key: x\n    type: short_answer\n    |\n")
    assert "Every answer that counts as right." in str(fields["accept"]["documentation"])
    assert "options" not in fields


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (COURSE + "      - {key: x, type: videos, title: X}\n", 7, "Value is not accepted. Valid values"),
        (COURSE + "      - {key: X X, type: video, title: X}\n", 7, "lower-case letters, digits"),
        (COURSE + "      - {key: x, type: video, title: X, page: a.md}\n", 7, "Property page is not allowed"),
        (COURSE + "      - {key: x, type: video}\n", 7, 'Missing property "title"'),
        (QUIZ + "  - {key: x, type: essay, text: 5}\n", 2, "Incorrect type"),
        (
            QUIZ.replace("questions:", "passing_score: 175\nquestions: [{key: x, type: essay, text: X}]"),
            1,
            "maximum of 100",
        ),
    ],
)
def test_a_wrong_value_is_underlined_once_with_the_reason(
    editor: Editor, text: str, line: int, words: str
) -> None:
    [found] = editor.diagnostics(PLACE / f"{words.split(maxsplit=1)[0]}.yaml", text)
    assert found["range"]["start"]["line"] == line
    assert words in found["message"]
