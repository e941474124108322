"""What somebody edits in a tenant is found, column by column, and a publish does with it what it is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import LiteralString

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.content.drift.edits import Edit
from loaders.content.drift.find import find
from loaders.content.drift.local import Local, OnDrift
from loaders.content.plan import Plan
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Program, ProgramCourse
from tests.edits import edits as edited
from tests.publishing import PUBLISHER, fetch, publish, published, run
from tests.school import ANN, BO, bundle, choice, course, page, quiz
from tests.strategies import Sample, bundles

_numbers = count(1)


def school_of() -> Bundle:
    first = course("a", page("intro"), page("more"), quiz("test", choice("q1", "yes", "no")))
    return bundle(first, course("b", page("other")), programs=(_program(),))


def _program() -> Program:
    return Program(
        key="p", title="Program", instructor=ANN, instructors=(BO,),
        courses=(ProgramCourse(course="a"), ProgramCourse(course="b", required=False)),
    )  # fmt: skip


def drift(tenant: Tenant, base: Bundle) -> list[Edit]:
    with connect(tenant, snapshot=True) as connection:
        return find(connection, tenant, base)


def publish_over(tenant: Tenant, base: Bundle, wanted: Bundle, policy: OnDrift) -> tuple[Plan, Local]:
    """Publishes as `--on-drift` says; the edits are in what is returned, refused or not."""
    local = Local(lambda: base, policy)
    with connect(tenant) as connection:
        plan = compare(connection, tenant, wanted, local=local)
        apply(connection, tenant, plan, user=PUBLISHER, git_commit=None)
    return plan, local


def retitle(tenant: Tenant, key: str, title: str) -> None:
    """As the host's editor does it: with who and when."""
    statement: LiteralString = """
        UPDATE {s}.course_content SET title = %s, "updatedAt" = '2026-01-31 12:00', "updatedBy" = (
            SELECT id FROM main.users WHERE email = 'bo+x@example.org')
        WHERE id = (SELECT "rowId" FROM {s}.coursewright_item WHERE kind = 't' AND key = %s)"""
    assert run(tenant, statement, title, key) == 1


def title_of(tenant: Tenant, key: str) -> str:
    contents = [item for one in published(tenant, "academy").courses for item in one.contents()]
    return next(item.title for item in contents if item.key == key)


def with_intro(text: str = "Read this.", title: str = "Page intro") -> Bundle:
    whole = school_of()
    start = whole.courses[0].sections[0]
    intro = replace(page("intro", text), title=title)
    changed = replace(start, contents=(intro, *start.contents[1:]))
    return replace(whole, courses=(replace(whole.courses[0], sections=(changed,)), whole.courses[1]))


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


def test_a_tenant_nobody_edited_has_no_drift(school: Tenant) -> None:
    publish(school, school_of())
    assert drift(school, school_of()) == []


def test_an_edit_is_told_with_both_values_and_who_made_it_when(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "intro", "Hello")
    (edit,) = drift(school, school_of())
    assert (edit.state, edit.address) == ("edited", "course:a/content:intro")
    assert [(one.name, one.old, one.new) for one in edit.fields] == [("title", "Page intro", "Hello")]
    assert edit.by == BO
    assert f"{edit.at:%Y-%m-%d %H:%M}" == "2026-01-31 12:00"


def test_whoever_leaves_no_trace_is_not_given_the_name_of_the_publisher(school: Tenant) -> None:
    publish(school, school_of())
    run(school, "UPDATE {s}.quiz_question SET points = 9")
    (edit,) = drift(school, school_of())
    assert (edit.address, edit.by, edit.at) == ("course:a/content:test/question:q1", None, None)


EDITS: tuple[tuple[LiteralString, str, str], ...] = (
    ("UPDATE {s}.training_program SET price = 5", "program:p", "price"),
    ('UPDATE {s}.training_program SET "isPublished" = false', "program:p", "isPublished"),
    ('UPDATE {s}.training_program_course SET "isRequired" = true', "program:p", "courses"),
    ("UPDATE {s}.course SET description = 'x' WHERE title = 'Course b'", "course:b", "description"),
    ("UPDATE {s}.course_section SET title = 'x' WHERE id = 1", "course:a/section:start", "title"),
    ('UPDATE {s}.course_content SET "isPreview" = true WHERE id = 1', "course:a/content:intro", "preview"),
    ("UPDATE {s}.course_content_detail SET \"richTextContent\" = 'x' WHERE \"contentId\" = 1", "course:a/content:intro", "html"),
    ('UPDATE {s}.quiz SET "maxAttempts" = 1', "course:a/content:test", "max_attempts"),
    ("UPDATE {s}.quiz_question SET question = 'x'", "course:a/content:test/question:q1", "text"),
    ("UPDATE {s}.quiz_question_option SET option_text = 'x' WHERE id = 2", "course:a/content:test/question:q1/option:no", "text"),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "address", "name"), EDITS)
def test_an_edit_of_any_table_is_found(
    statement: LiteralString, address: str, name: str, school: Tenant
) -> None:
    publish(school, school_of())
    run(school, statement)
    (edit,) = drift(school, school_of())
    assert (edit.address, [one.name for one in edit.fields]) == (address, [name])


def test_what_was_archived_or_deleted_by_hand_is_found(school: Tenant) -> None:
    publish(school, school_of())
    run(school, 'UPDATE {s}.course SET "isArchived" = true, "archivedBy" = 1 WHERE title = \'Course b\'')
    run(school, "DELETE FROM {s}.quiz_question_option WHERE option_text = 'Option no'")
    found = [(edit.state, edit.address, edit.by) for edit in drift(school, school_of())]
    assert ("archived", "course:b", PUBLISHER) in found
    assert ("deleted", "course:a/content:test/question:q1/option:no", None) in found
    assert len(found) == 2


# ── publishing over it ───────────────────────────────────────────────────────────────────────────


def test_an_edit_of_what_the_publish_changes_is_told_before_it_is_lost(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "intro", "Hello")
    _, local = publish_over(school, school_of(), with_intro("New text."), "refuse")
    assert [edit.address for edit in local.edits] == ["course:a/content:intro"]


def test_an_edit_of_what_the_publish_leaves_alone_is_left_alone(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "other", "Mine")
    _, local = publish_over(school, school_of(), with_intro("New text."), "refuse")
    assert local.edits == []
    assert title_of(school, "other") == "Mine"


def test_kept_edits_stay_beside_the_changes_of_the_bundle(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "intro", "Hello")
    wanted = with_intro("New text.")
    plan, local = publish_over(school, school_of(), wanted, "keep")
    assert [edit.conflicts for edit in local.edits] == [()]
    assert [[one.name for one in change.fields] for change in plan.changes] == [["text"]]
    assert title_of(school, "intro") == "Hello"
    assert fetch(school, 'SELECT "richTextSource" FROM {s}.course_content_detail WHERE "contentId" = 1') == [
        ("New text.",)
    ]
    assert [edit.address for edit in drift(school, wanted)] == ["course:a/content:intro"]
    again, _ = publish_over(school, wanted, wanted, "keep")
    assert again.empty


def test_a_field_changed_on_both_sides_is_a_conflict_with_three_values(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "intro", "Hello")
    _, local = publish_over(school, school_of(), with_intro(title="Welcome"), "refuse")
    ((conflict,),) = (edit.conflicts for edit in local.edits)
    assert (conflict.published, conflict.bundle, conflict.tenant) == ("Page intro", "Welcome", "Hello")


def test_the_same_change_on_both_sides_is_no_edit_any_more(school: Tenant) -> None:
    publish(school, school_of())
    retitle(school, "intro", "Hello")
    plan, local = publish_over(school, school_of(), with_intro(title="Hello"), "refuse")
    assert local.edits == []
    assert not plan.empty, "the next base is this bundle, so it needs a release"
    _, local = publish_over(school, with_intro(title="Hello"), with_intro(title="Bye"), "refuse")
    assert local.edits == []


def test_overwriting_undoes_every_edit_and_nothing_else(school: Tenant) -> None:
    publish(school, school_of())
    before = published(school, "academy")
    for statement, _, _ in EDITS:
        run(school, statement)
    run(school, "UPDATE {s}.course SET \"isArchived\" = true WHERE title = 'Course b'")
    ids = fetch(school, "SELECT id FROM {s}.course_content ORDER BY id")
    publish_over(school, school_of(), school_of(), "overwrite")
    assert drift(school, school_of()) == []
    assert published(school, "academy") == before
    assert fetch(school, "SELECT id FROM {s}.course_content ORDER BY id") == ids


def test_kept_courses_of_a_program_stay_as_the_tenant_has_them(school: Tenant) -> None:
    publish(school, school_of())
    run(school, 'UPDATE {s}.training_program_course SET "isRequired" = true')
    wanted = replace(school_of(), programs=(replace(_program(), title="Other"),))
    publish_over(school, school_of(), wanted, "keep")
    (program,) = published(school, "academy").programs
    assert program.title == "Other"
    assert all(entry.required for entry in program.courses)


def test_a_changed_quiz_that_nobody_edited_costs_no_look_at_the_last_release(school: Tenant) -> None:
    whole = school_of()
    (a, b), start = whole.courses, whole.courses[0].sections[0]
    test = quiz("test", choice("q1", "yes", "maybe", "no"))
    changed = replace(a, sections=(replace(start, contents=(*start.contents[:2], test)),))
    publish(school, whole)
    asked: list[None] = []
    with connect(school) as connection:
        local = Local(lambda: asked.append(None))
        plan = compare(connection, school, replace(whole, courses=(changed, b)), local=local)
    assert plan.changes
    assert not asked


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes with a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_an_author_changes_and_declares_is_never_taken_for_an_edit(
    school: Tenant, data: st.DataObject
) -> None:
    """Over any bundle and any next version of it, with renames, moves and lookups of other titles."""
    sample: Sample = data.draw(bundles())
    first = replace(sample.bundle, key=f"bundle-{next(_numbers)}")
    second = replace(data.draw(edited(sample)).bundle, key=first.key)
    publish(school, first)
    assert drift(school, first) == []
    local = Local(lambda: first)
    with connect(school) as connection:
        compare(connection, school, second, local=local)
    assert local.edits == []
