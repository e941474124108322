"""`coursewright drift` and `publish --on-drift`, as people call them when a tenant edited a course."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from tests.publishing import fetch, run

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(acme: None) -> None:
    """A tenant to which `rich` was published."""
    assert publish() == 0


def publish(*arguments: str) -> int:
    return main(["publish", "rich", "--tenant", "acme", "--as", "ops@example.com", *arguments])


def drift(*arguments: str) -> int:
    return main(["drift", "--tenant", "acme", *arguments])


def edit_in_tenant(tenant: Tenant) -> None:
    run(
        tenant,
        """UPDATE {s}.quiz_question SET points = 7, "updatedAt" = '2026-01-31 12:00', "updatedBy" = (
            SELECT id FROM main.users WHERE email = 'ben@example.com') WHERE question = 'You keep three points of contact while climbing.'""",
    )


def edit_file(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def points(tenant: Tenant) -> str:
    ((value,),) = fetch(
        tenant,
        "SELECT points::int FROM {s}.quiz_question WHERE question = 'You keep three points of contact while climbing.'",
    )
    return str(value)


def test_a_tenant_as_it_was_published_has_no_drift(capsys: Captured) -> None:
    assert drift() == 0
    assert "nothing was edited" in capsys.readouterr().out


def test_drift_names_the_field_both_values_who_and_when(tenant: Tenant, capsys: Captured) -> None:
    edit_in_tenant(tenant)
    assert drift("--bundle", "harbour-academy") == 1
    out = capsys.readouterr().out
    assert "by ben@example.com on 2026-01-31 12:00 UTC" in out
    assert "points: 1 → 7" in out


def test_drift_in_json_is_for_programs(tenant: Tenant, capsys: Captured) -> None:
    edit_in_tenant(tenant)
    capsys.readouterr()
    assert drift("--json") == 1
    ((edit,),) = (one["edits"] for one in json.loads(capsys.readouterr().out))
    assert edit["fields"] == {"points": {"old": "1", "new": "7"}}
    assert (edit["state"], edit["by"], edit["at"]) == (
        "edited",
        "ben@example.com",
        "2026-01-31T12:00:00+00:00",
    )


def test_what_the_tenant_added_is_told_and_stays_through_every_publish(
    tenant: Tenant, capsys: Captured
) -> None:
    run(
        tenant,
        """WITH own AS (INSERT INTO {s}.course_section ("courseId", title)
            SELECT id, 'Our own' FROM {s}.course WHERE title = 'Ladders, safely' RETURNING id)
        INSERT INTO {s}.course_content ("sectionId", title, "contentType")
            SELECT id, 'Inside our own', 'rich_text'::{s}.content_type_enum FROM own UNION ALL
            SELECT id, 'Our page', 'rich_text' FROM {s}.course_section WHERE title = 'Before you climb'""",
    )
    run(
        tenant,
        """INSERT INTO {s}.quiz_question ("quizId", question, "questionType")
            SELECT id, 'Our question?', 'essay' FROM {s}.quiz WHERE title = 'Ladders, safely'""",
    )
    before = _own_rows(tenant)
    capsys.readouterr()
    assert drift() == 0
    told = capsys.readouterr().out
    assert "nothing was edited" in told
    assert [line.strip() for line in told.splitlines() if "added" in line] == [
        'added    in course:ladders: section "Our own", the tenant\'s own',
        'added    in course:ladders/section:before: content "Our page", the tenant\'s own',
        'added    in course:ladders/content:final: question "Our question?", the tenant\'s own',
    ]
    assert drift("--json") == 0
    (document,) = json.loads(capsys.readouterr().out)
    assert {"kind": "section", "in": "course:ladders", "title": "Our own"} in document["added"]
    edit_file("rich/courses/ladders/course.yaml", "title: Ladders, safely", "title: Ladders")
    for policy in ("refuse", "keep", "overwrite"):
        assert publish("--on-drift", policy) == 0
    assert _own_rows(tenant) == before


def _own_rows(tenant: Tenant) -> list[tuple[object, ...]]:
    return fetch(
        tenant,
        """SELECT to_jsonb(t) FROM {s}.course_section AS t WHERE title = 'Our own'
        UNION ALL SELECT to_jsonb(t) FROM {s}.course_content AS t WHERE title IN ('Inside our own', 'Our page')
        UNION ALL SELECT to_jsonb(t) FROM {s}.quiz_question AS t WHERE question = 'Our question?'""",
    )


QUIZ = "rich/courses/ladders/final.quiz.yaml"


def test_a_publish_that_would_undo_an_edit_is_refused_and_says_whose_it_is(
    tenant: Tenant, capsys: Captured
) -> None:
    edit_in_tenant(tenant)
    edit_file(QUIZ, "Two feet and a hand,", "Two feet and one hand,")
    assert publish() == 1
    told = capsys.readouterr().err
    assert "final.quiz.yaml:19:" in told
    assert "CW450 edited-in-tenant" in told
    assert "by ben@example.com on 2026-01-31 12:00 UTC: points: 1 → 7" in told
    assert points(tenant) == "7"


@pytest.mark.parametrize(("policy", "left"), [("keep", "7"), ("overwrite", "1")])
def test_whoever_publishes_may_keep_or_undo_the_edit(tenant: Tenant, policy: str, left: str) -> None:
    edit_in_tenant(tenant)
    edit_file(QUIZ, "Two feet and a hand,", "Two feet and one hand,")
    assert publish("--on-drift", policy) == 0
    assert points(tenant) == left
    assert drift() == int(policy == "keep")


def test_nothing_is_kept_where_both_sides_changed_one_field(tenant: Tenant, capsys: Captured) -> None:
    edit_in_tenant(tenant)
    edit_file(QUIZ, "  - key: hands", "  - points: 3\n    key: hands")
    assert publish("--on-drift", "keep") == 1
    told = capsys.readouterr().err
    assert "points was published as 1, the bundle has 3, the tenant 7 by ben@example.com" in told
    assert points(tenant) == "7"


def test_a_publish_of_something_else_does_not_ask_about_the_edit(tenant: Tenant) -> None:
    edit_in_tenant(tenant)
    edit_file("rich/courses/fire/course.yaml", "The drill", "The fire drill")
    assert publish() == 0
    assert points(tenant) == "7"
