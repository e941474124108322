"""`coursewright pull` changes the values that were edited in the tenant, and not another character."""

from __future__ import annotations

import difflib
from decimal import Decimal
from pathlib import Path
from typing import LiteralString

import pytest

from importers.bundle import yaml_data
from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from pipeline.pull.yaml_edit import UneditableError, Value, with_value
from tests.publishing import fetch, run

EXAMPLES = Path(__file__).parents[2] / "packages/examples"
Captured = pytest.CaptureFixture[str]
LADDERS = "rich/courses/ladders"


@pytest.fixture(autouse=True)
def here(acme: None) -> None:
    """A tenant to which `rich` was published."""
    assert publish() == 0


def publish() -> int:
    return main(["publish", "rich", "--tenant", "acme", "--as", "ops@example.com"])


def pull() -> int:
    return main(["pull", "rich", "--tenant", "acme"])


def diff() -> list[str]:
    """The lines that are not as they were, of all files."""
    lines = []
    for old in sorted((EXAMPLES / "rich").rglob("*")):
        if old.suffix in (".yaml", ".md"):
            new = Path("rich") / old.relative_to(EXAMPLES / "rich")
            before, after = (path.read_text(encoding="utf-8").splitlines() for path in (old, new))
            lines += [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    return lines


EDITS: tuple[tuple[LiteralString, list[str]], ...] = (
    (
        "UPDATE {s}.course SET title = 'Ladders: safely' WHERE title = 'Ladders, safely'",
        ["- title: Ladders, safely", '+ title: "Ladders: safely"'],
    ),
    (
        "UPDATE {s}.quiz SET \"passingScore\" = 80 WHERE title = 'Ladders, safely'",
        ["- passing_score: 75", "+ passing_score: 80"],
    ),
    (
        "UPDATE {s}.quiz_question SET points = 2.5 WHERE explanation = 'Two feet and a hand, or two hands and a foot.'",
        ["+     points: 2.5"],
    ),
    (
        "UPDATE {s}.quiz_question_option SET option_text = 'To the locker, then out' WHERE option_text = 'To my locker'",
        [
            "-                 - {key: locker, text: To my locker}",
            '+                 - {key: locker, text: "To the locker, then out"}',
        ],
    ),
    (
        "UPDATE {s}.quiz_question SET explanation = NULL WHERE explanation = 'The four-to-one rule.'",
        ["-     explanation: The four-to-one rule."],
    ),
    (
        "UPDATE {s}.course_section SET description = 'One.' || chr(10) || 'Two.' WHERE title = 'Before you climb'",
        [
            "-     description: Most accidents are decided on the ground.",
            "+     description: |-",
            "+       One.",
            "+       Two.",
        ],
    ),
    (
        "UPDATE {s}.course_content SET \"isPreview\" = false WHERE title = 'The four-to-one rule'",
        ["-         preview: true", "+         preview: false"],
    ),
)


@pytest.mark.parametrize(("statement", "lines"), EDITS)
def test_the_diff_of_a_pull_is_the_edit(statement: LiteralString, lines: list[str], tenant: Tenant) -> None:
    assert run(tenant, statement) == 1
    assert pull() == 0
    assert diff() == lines
    assert pull() == 0, "what was pulled is not pulled again"
    assert diff() == lines


def test_publishing_what_was_pulled_leaves_no_drift(tenant: Tenant) -> None:
    for statement, _ in EDITS:
        run(tenant, statement)
    assert pull() == 0
    assert publish() == 0
    assert main(["drift", "--tenant", "acme"]) == 0


def test_a_page_that_was_edited_is_written_to_its_file(tenant: Tenant) -> None:
    run(
        tenant,
        'UPDATE {s}.course_content_detail SET "richTextSource" = \'New page.\' WHERE "contentId" = ('
        "SELECT id FROM {s}.course_content WHERE title = 'Three checks')",
    )
    assert pull() == 0
    assert Path(f"{LADDERS}/pages/three-checks.md").read_text(encoding="utf-8") == "New page."


def test_an_edit_that_no_value_stands_for_is_left_with_the_reason(tenant: Tenant, capsys: Captured) -> None:
    run(tenant, "UPDATE {s}.course_section SET \"sortOrder\" = 9 WHERE title = 'Before you climb'")
    assert pull() == 1
    assert "places in a list are not moved" in capsys.readouterr().out
    assert diff() == []


def test_nothing_where_a_bundle_always_says_something_is_left(tenant: Tenant, capsys: Captured) -> None:
    run(tenant, "UPDATE {s}.training_program SET currency = NULL")
    assert pull() == 1
    assert "a bundle always says something there" in capsys.readouterr().out
    assert diff() == []


def test_a_field_that_the_file_changed_too_is_told_with_all_three_values(
    tenant: Tenant, capsys: Captured
) -> None:
    run(tenant, *EDITS[1][:1])
    quiz = Path(f"{LADDERS}/final.quiz.yaml")
    quiz.write_text(
        quiz.read_text(encoding="utf-8").replace("passing_score: 75", "passing_score: 90"), "utf-8"
    )
    assert pull() == 1
    out = capsys.readouterr().out
    assert "passing_score: 75 → 80" in out
    assert "the file has 90" in out
    assert "passing_score: 90" in quiz.read_text(encoding="utf-8")


def test_files_with_windows_line_ends_keep_them(tenant: Tenant) -> None:
    quiz = Path(f"{LADDERS}/final.quiz.yaml")
    before = quiz.read_bytes().replace(b"\n", b"\r\n")
    quiz.write_bytes(before)
    run(tenant, *EDITS[1][:1])
    assert pull() == 0
    assert quiz.read_bytes() == before.replace(b"passing_score: 75", b"passing_score: 80")
    assert fetch(tenant, "SELECT count(*) FROM {s}.coursewright_release") == [(1,)]


# ── one value of a file ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a: 'x'  # why\nb: 1\n", ("a",), "it's", "a: 'it''s'  # why\nb: 1\n"),
        ('a: "x"\n', ("a",), "ü", 'a: "ü"\n'),
        ('a: "x"\n', ("a",), "line\u2028end", 'a: "line\\u2028end"\n'),
        ("a: |\n  one\n\n# end\nb: 1\n", ("a",), "two", "a: two\n\n# end\nb: 1\n"),
        ("a: |\n  one\n\nb: 1\n", ("a",), "two\nthree\n", "a: |\n  two\n  three\n\nb: 1\n"),
        ("ä: {x: 1}\nb: ü\n", ("b",), "ö", "ä: {x: 1}\nb: ö\n"),
        ("l: [a, b]\n", ("l", 1), "c, d", 'l: [a, "c, d"]\n'),
        ("l:\n  - {k: 1}\n", ("l", 0, "t"), True, "l:\n  - {k: 1, t: true}\n"),
        ("k: 1  # one\n", ("t",), Decimal("2.50"), "k: 1  # one\nt: 2.5\n"),
        ("k: 1\nt: >\n  x\n  y\nz: 2", ("t",), None, "k: 1\nz: 2"),
    ],
)
def test_one_value_is_set_and_the_rest_stays(
    before: str, path: tuple[str | int, ...], value: Value, after: str
) -> None:
    assert with_value(before, path, value) == after
    assert yaml_data.load(after.encode()) is not None


@pytest.mark.parametrize(
    ("text", "path"),
    [("a: &x one\nb: *x\n", ("a",)), ("a: &x one\nb: *x\n", ("b",)), ("a: {b: 1, c: 2}\n", ("a", "b"))],
)
def test_a_value_that_cannot_be_changed_alone_is_not_changed(text: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(UneditableError):
        with_value(text, path, None if len(path) > 1 else "two")
