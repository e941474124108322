"""What an edit does to the tenant's rows, and what the plan says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from loaders.content.plan import FieldChange
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, RefusedError
from schemas.model import (
    Bundle,
    Essay,
    Lookup,
    Media,
    Program,
    ProgramCourse,
    Section,
    ShortAnswer,
    Video,
)
from tests.publishing import PUBLISHER, fetch, plan_for, publish, published, row_ids, run
from tests.school import ANN, BO, bundle, choice, course, page, quiz

# ── edits ────────────────────────────────────────────────────────────────────────────────────────


def test_the_plan_names_changed_fields_with_old_and_new_values(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no")))))
    harder = replace(choice("one", "yes", "no"), points=Decimal("2.5"))
    plan, _ = publish(school, bundle(course("a", replace(page("x"), title="New"), quiz("q", harder))))
    told = {change.address: change.fields for change in plan.changes}
    assert told == {
        "course:a/content:x": (FieldChange("title", "Page x", "New"),),
        "course:a/content:q/question:one": (FieldChange("points", Decimal(1), Decimal("2.5")),),
    }


def test_counts_say_what_was_done_to_every_item(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y"), quiz("q", choice("one", "yes", "no")))))
    plan, _ = publish(
        school, bundle(course("a", page("x"), page("z"), quiz("q", choice("one", "yes", "maybe"))))
    )
    counts = {kind: counts.as_dict() for kind, counts in plan.counts.items()}
    still = {"created": 0, "changed": 0, "moved": 0, "restored": 0, "archived": 0, "unchanged": 0}
    assert counts["content"] == {**still, "created": 1, "archived": 1, "unchanged": 2}
    assert counts["option"] == {**still, "created": 1, "archived": 1, "unchanged": 1}
    assert (
        counts["question"]
        == counts["quiz"]
        == counts["section"]
        == counts["course"]
        == {**still, "unchanged": 1}
    )


def test_only_changed_rows_get_a_new_time_of_change(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y"))))
    run(school, """UPDATE {s}.course_content SET "updatedAt" = '2001-01-01', "updatedBy" = NULL""")
    publish(school, bundle(course("a", page("x"), replace(page("y"), title="New"))))
    query = """
        SELECT c.title, c."updatedAt" > '2001-01-01', u.email FROM {s}.course_content AS c
        LEFT JOIN main.users AS u ON u.id = c."updatedBy" ORDER BY c.id"""
    assert fetch(school, query) == [("Page x", False, None), ("New", True, PUBLISHER)]


def test_new_rows_name_who_published_them(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"))))
    query = """SELECT DISTINCT u.email FROM {s}.course_content AS c JOIN main.users AS u
        ON u.id = c."createdBy" AND u.id = c."updatedBy" """
    assert fetch(school, query) == [(PUBLISHER,)]


def test_a_reordered_course_keeps_every_row(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y"), page("z"))))
    before = row_ids(school, "academy")
    plan, _ = publish(school, bundle(course("a", page("z"), page("x"), page("y"))))
    assert row_ids(school, "academy") == before
    assert {field.name for change in plan.changes for field in change.fields} == {"order"}


def test_a_page_in_another_section_is_the_same_page(school: Tenant) -> None:
    start = Section(key="start", title="Start", contents=(page("x"), page("y")))
    publish(
        school, bundle(course("a", sections=(start, Section(key="end", title="End", contents=(page("z"),)))))
    )
    before = row_ids(school, "academy")
    moved = bundle(
        course(
            "a",
            sections=(
                replace(start, contents=(page("x"),)),
                Section(key="end", title="End", contents=(page("z"), page("y"))),
            ),
        )
    )
    plan, _ = publish(school, moved)
    assert row_ids(school, "academy") == before
    assert [change.fields for change in plan.changes] == [(FieldChange("section", "start", "end"),)]
    assert published(school, "academy") == moved


def test_a_question_of_another_type_keeps_its_row_and_archives_its_options(school: Tenant) -> None:
    publish(school, bundle(course("a", quiz("q", choice("one", "yes", "no")))))
    before = row_ids(school, "academy")
    now = bundle(course("a", quiz("q", ShortAnswer(key="one", text="Question one?", accept=("yes", "sure")))))
    publish(school, now)
    after = row_ids(school, "academy")
    assert after["course:a/content:q/question:one"] == before["course:a/content:q/question:one"]
    assert (
        after["course:a/content:q/question:one/option:yes"]
        == before["course:a/content:q/question:one/option:yes"]
    )
    assert row_ids(school, "academy", live=False).keys() == {"course:a/content:q/question:one/option:no"}
    assert published(school, "academy") == now


def test_a_content_of_another_type_keeps_its_row_and_its_quiz_comes_back(school: Tenant) -> None:
    first = bundle(course("a", quiz("x", Essay(key="one", text="Why?"))))
    publish(school, first)
    before = row_ids(school, "academy")
    now = bundle(course("a", page("x")))
    publish(school, now)
    assert row_ids(school, "academy")["course:a/content:x"] == before["course:a/content:x"]
    assert fetch(school, 'SELECT "isArchived" FROM {s}.quiz') == [(True,)]
    assert fetch(school, 'SELECT "contentType"::text, "quizId" FROM {s}.course_content_detail') == [
        ("rich_text", None)
    ]
    assert published(school, "academy") == now
    publish(school, first)
    assert row_ids(school, "academy") == before
    assert published(school, "academy") == first


def test_courses_may_require_courses_created_in_the_same_publish(school: Tenant) -> None:
    now = bundle(course("a", page("x"), prerequisite="b"), course("b", page("x")))
    publish(school, now)
    assert published(school, "academy") == now


def test_the_date_of_first_publication_stays(school: Tenant) -> None:
    query = 'SELECT "isPublished", "publishedAt" FROM {s}.course'
    publish(school, bundle(course("a", page("x"), status="draft")))
    assert fetch(school, query) == [(False, None)]
    publish(school, bundle(course("a", page("x"))))
    [(_, first)] = fetch(school, query)
    assert first is not None
    publish(school, bundle(course("a", page("x"), status="suspended")))
    assert fetch(school, query) == [(False, first)]
    publish(school, bundle(course("a", page("x"))))
    assert fetch(school, query) == [(True, first)]


def test_programs_join_and_leave_what_they_are_made_of(school: Tenant) -> None:
    tags = (
        Lookup(type="TRAINING_TAG", key="fire", title="Fire"),
        Lookup(type="TRAINING_TAG", key="new", title="New"),
    )
    both = (ProgramCourse(course="a"), ProgramCourse(course="b", required=False))
    program = Program(
        key="p", title="P", instructor=ANN, instructors=(BO,), courses=both, tags=("fire", "new")
    )
    courses = (course("a", page("x")), course("b", page("x")))
    first = bundle(*courses, programs=(program,), lookups=tags)
    publish(school, first)
    junctions = "SELECT id FROM {s}.training_program_course UNION ALL SELECT id FROM {s}.training_program_tag ORDER BY 1"
    rows = fetch(school, junctions)
    lean = replace(program, courses=both[1:], tags=("new",), instructors=())
    plan, _ = publish(school, replace(first, programs=(lean,)))
    assert {field.name: (field.old, field.new) for field in plan.changes[0].fields} == {
        "courses": (("a", "b (optional)"), ("b (optional)",)),
        "instructors": ((ANN, BO), (ANN,)),
        "tags": (("fire", "new"), ("new",)),
    }
    assert published(school, "academy") == replace(first, programs=(lean,))
    publish(school, first)
    assert published(school, "academy") == first
    assert fetch(school, junctions) == rows


def test_a_replaced_file_rewrites_the_pages_that_show_it(school: Tenant) -> None:
    def with_image(digest: str) -> Bundle:
        image = Media(path="media/a.png", digest=digest * 64, size=3, media_type="image/png")
        return bundle(course("a", page("x", "![a](media/a.png)")), media=(image,))

    publish(school, with_image("a"))
    publish(school, with_image("b"))
    [(html,)] = fetch(school, 'SELECT "richTextContent" FROM {s}.course_content_detail')
    assert f"sha256/bb/{'b' * 64}.png" in html


def test_a_file_under_another_path_changes_no_row(school: Tenant) -> None:
    def with_video(path: str) -> Bundle:
        video = Media(path=path, digest="a" * 64, size=3, media_type="video/mp4")
        return bundle(course("a", Video(key="v", title="V", media=path)), media=(video,))

    publish(school, with_video("media/old.mp4"))
    plan, _ = publish(school, with_video("media/new.mp4"))
    assert not plan.work.updated
    assert plan.changes[0].fields == (FieldChange("media", "media/old.mp4", "media/new.mp4"),)
    assert published(school, "academy") == with_video("media/new.mp4")


# ── archives ─────────────────────────────────────────────────────────────────────────────────────


def test_what_is_removed_is_archived_and_comes_back_as_the_same_row(school: Tenant) -> None:
    first = bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no"))))
    publish(school, first)
    before = row_ids(school, "academy")
    publish(school, bundle(course("a", page("x"))))
    query = (
        'SELECT "isArchived", "archivedAt" IS NULL, "archivedBy" IS NULL FROM {s}.course_content ORDER BY id'
    )
    assert fetch(school, query) == [(False, True, True), (True, False, False)]
    plan, _ = publish(school, first)
    assert [change.action for change in plan.changes] == ["restore"]
    assert row_ids(school, "academy") == before
    assert fetch(school, query) == [(False, True, True), (False, True, True)]


def test_archiving_a_course_leaves_the_flags_below_as_they_are(school: Tenant) -> None:
    both = bundle(course("a", page("x"), page("y")), course("b", page("x")))
    publish(school, both)
    publish(school, bundle(course("a", page("x")), course("b", page("x"))))
    publish(school, bundle(course("b", page("x"))))
    flags = """SELECT title, "isArchived" FROM {s}.course UNION ALL
        SELECT title, "isArchived" FROM {s}.course_content ORDER BY 1, 2"""
    assert fetch(school, flags) == [
        ("Course a", True),
        ("Course b", False),
        ("Page x", False),
        ("Page x", False),
        ("Page y", True),
    ]
    back = bundle(course("a", page("x")), course("b", page("x")))
    publish(school, back)
    assert published(school, "academy") == back
    assert ("Page y", True) in fetch(school, flags)


def test_what_comes_back_different_is_restored_and_changed(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no")))))
    publish(school, bundle(course("a", page("x"))))
    now = bundle(
        course("a", page("x"), quiz("q", replace(choice("one", "yes"), text="Other?"), choice("two", "c")))
    )
    plan, _ = publish(school, now)
    assert published(school, "academy") == now
    assert [(change.action, change.address) for change in plan.changes] == [
        ("restore", "course:a/content:q"),
        ("update", "course:a/content:q/question:one"),
        ("archive", "course:a/content:q/question:one/option:no"),
        ("create", "course:a/content:q/question:two"),
    ]


# ── people and lists ─────────────────────────────────────────────────────────────────────────────


def test_unknown_instructors_are_refused_all_at_once(school: Tenant) -> None:
    strangers = bundle(
        course("a", page("x"), instructor="who@example.org"),
        course("b", page("x"), instructor="who@example.org"),
        course("c", page("x"), instructor="else@example.org"),
    )
    with pytest.raises(RefusedError) as refused:
        publish(school, strangers)
    findings = refused.value.findings
    assert [finding.rule.code for finding in findings] == ["CW401", "CW401"]
    assert "who@example.org" in findings[0].found
    assert len(findings[0].related) == 1
    assert fetch(school, "SELECT count(*) FROM {s}.course") == [(0,)]


def test_a_tenant_may_let_publishing_create_its_instructors(school: Tenant) -> None:
    open_school = replace(school, create_users=True)
    plan, _ = publish(open_school, bundle(course("a", page("x"), instructor="new@example.org")))
    assert plan.counts["user"].created == 1
    assert fetch(school, "SELECT count(*) FROM main.users WHERE email = 'new@example.org'") == [(1,)]


def test_such_a_tenant_gets_an_account_for_who_publishes(tenant: Tenant) -> None:
    open_school = replace(tenant, create_users=True)
    _, release = publish(open_school, bundle(course("a", page("x"))))
    assert release.published_by == PUBLISHER


def test_addresses_are_the_same_whatever_their_case(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), instructor="ANN@example.org")))
    assert published(school, "academy").courses[0].instructor == ANN
    plan, _ = publish(school, bundle(course("a", page("x"), instructor="Ann@Example.org")))
    assert plan.empty


def test_who_publishes_must_have_an_account(tenant: Tenant, users: Callable[..., list[int]]) -> None:
    users(ANN)
    with pytest.raises(CoursewrightError, match=PUBLISHER):
        publish(tenant, bundle(course("a", page("x"))))
    assert fetch(tenant, "SELECT count(*) FROM {s}.course") == [(0,)]


def _in_category(title: str) -> Bundle:
    program = Program(key="p", title="P", instructor=ANN, category="safety")
    lookup = Lookup(type="TRAINING_CATEGORY", key="safety", title=title)
    return bundle(course("a", page("x")), programs=(program,), lookups=(lookup,))


def test_a_list_entry_of_the_tenant_is_used_and_never_changed(school: Tenant) -> None:
    run(
        school,
        """INSERT INTO {s}.tenant_lookups ("lookupType", value) VALUES ('TRAINING_CATEGORY', 'Safety')""",
    )
    before = fetch(school, "SELECT * FROM {s}.tenant_lookups")
    publish(school, _in_category("Safety"))
    assert fetch(school, "SELECT * FROM {s}.tenant_lookups") == before
    assert published(school, "academy") == _in_category("Safety")


def test_a_key_with_another_title_is_another_list_entry(school: Tenant) -> None:
    publish(school, _in_category("Securty"))
    plan, _ = publish(school, _in_category("Security"))
    assert published(school, "academy") == _in_category("Security")
    assert fetch(school, "SELECT value FROM {s}.tenant_lookups ORDER BY id") == [("Securty",), ("Security",)]
    assert [(change.kind, change.fields) for change in plan.changes] == [
        ("lookup", (FieldChange("title", "Securty", "Security"),)),
        ("program", (FieldChange("category", "Securty", "safety"),)),
    ]


def test_two_keys_with_one_title_are_two_list_entries(school: Tenant) -> None:
    twins = tuple(Lookup(type="TRAINING_TAG", key=key, title="Fire") for key in ("a", "b"))
    program = Program(key="p", title="P", instructor=ANN, tags=("b",))
    now = bundle(course("a", page("x")), programs=(program,), lookups=twins)
    publish(school, now)
    assert published(school, "academy") == now


def test_a_tenant_may_translate_its_lists(school: Tenant) -> None:
    publish(school, _in_category("Safety"))
    run(school, "UPDATE {s}.tenant_lookups SET value = 'Sicherheit'")
    edited = _in_category("Safety")
    plan, _ = publish(school, replace(edited, programs=(replace(edited.programs[0], order=3),)))
    assert [change.fields for change in plan.changes] == [(FieldChange("order", 0, 3),)]
    assert published(school, "academy").lookups[0].title == "Sicherheit"


def test_bundles_of_one_tenant_do_not_touch_each_other(school: Tenant) -> None:
    first = bundle(course("a", page("x")))
    publish(school, first)
    publish(school, replace(bundle(course("a", page("y"))), key="other"))
    assert plan_for(school, first).empty
    assert published(school, "academy") == first
