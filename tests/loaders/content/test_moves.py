"""Declared renames and moves: the row stays, and with it everything learners did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loaders.content.comparing.moves import steps
from loaders.content.plan import FieldChange
from loaders.tenants.tenant import Tenant
from schemas.findings import RefusedError
from schemas.model import Bundle, Course, Move, Program, ProgramCourse, Section
from tests.publishing import fetch, publish, published, row_ids
from tests.school import ANN, bundle, choice, course, page, quiz


def moved(*pairs: str) -> tuple[Move, ...]:
    """`a → b` for each pair."""
    return tuple(Move(old=old, new=new) for old, _, new in (pair.partition(" → ") for pair in pairs))


def refusals(tenant: Tenant, wanted: Bundle) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        publish(tenant, wanted)
    return [finding.rule.code for finding in refused.value.findings]


def in_section(key: str, *sections: Section) -> Course:
    return course(key, sections=sections)


def test_a_renamed_page_keeps_its_row_and_the_plan_says_so(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"))))
    before = row_ids(school, "academy")
    now = bundle(
        course("a", replace(page("x"), key="y")), moved=moved("course:a/content:x → course:a/content:y")
    )
    plan, _ = publish(school, now)
    assert row_ids(school, "academy")["course:a/content:y"] == before["course:a/content:x"]
    assert [(c.action, c.was, c.address) for c in plan.changes] == [
        ("move", "course:a/content:x", "course:a/content:y")
    ]
    assert plan.counts["content"].moved == 1
    assert published(school, "academy") == now


def test_a_renamed_course_takes_everything_along_and_rewrites_no_row(school: Tenant) -> None:
    everything = course("a", page("x"), quiz("q", choice("one", "yes", "no")))
    program = Program(key="p", title="P", instructor=ANN, courses=(ProgramCourse(course="a"),))
    publish(school, bundle(everything, programs=(program,)))
    before = row_ids(school, "academy")
    now = bundle(
        replace(everything, key="b"),
        programs=(replace(program, courses=(ProgramCourse(course="b"),)),),
        moved=moved("course:a → course:b"),
    )
    plan, _ = publish(school, now)
    renamed = {address.replace("course:a", "course:b"): row for address, row in before.items()}
    assert row_ids(school, "academy") == renamed
    assert not plan.work.updated
    assert published(school, "academy") == now


def test_a_page_may_move_to_a_course_that_is_new(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no")))))
    before = row_ids(school, "academy")
    now = bundle(
        course("a", page("x")),
        course("b", quiz("q", choice("one", "yes", "no"))),
        moved=moved("course:a/content:q → course:b/content:q"),
    )
    publish(school, now)
    after = row_ids(school, "academy")
    for below in ("", "/quiz:", "/question:one", "/question:one/option:yes"):
        assert after[f"course:b/content:q{below}"] == before[f"course:a/content:q{below}"]
    assert published(school, "academy") == now


def test_a_section_moves_to_another_course_with_its_contents(school: Tenant) -> None:
    end = Section(key="end", title="End", contents=(page("y"), page("z")))
    start = Section(key="start", title="Start", contents=(page("x"),))
    publish(school, bundle(in_section("a", start, end), course("b", page("w"))))
    before = row_ids(school, "academy")
    now = bundle(
        in_section("a", start),
        in_section("b", Section(key="start", title="Start", contents=(page("w"),)), end),
        moved=moved("course:a/section:end → course:b/section:end"),
    )
    publish(school, now)
    after = row_ids(school, "academy")
    for address in ("section:end", "content:y", "content:z"):
        assert after[f"course:b/{address}"] == before[f"course:a/{address}"]
    assert published(school, "academy") == now
    assert fetch(school, 'SELECT count(*) FROM {s}.course_content WHERE "isArchived"') == [(0,)]


def test_a_page_from_another_course_tells_its_old_section_in_full(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y")), course("b", page("z"))))
    now = bundle(
        course("a", page("x")),
        course("b", page("z"), page("y")),
        moved=moved("course:a/content:y → course:b/content:y"),
    )
    plan, _ = publish(school, now)
    assert [change.fields for change in plan.changes] == [
        (FieldChange("section", "course:a/section:start", "start"),)
    ]


def test_a_moved_and_edited_page_is_one_change(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"))))
    edited = replace(page("x"), key="y", title="New")
    plan, _ = publish(
        school, bundle(course("a", edited), moved=moved("course:a/content:x → course:a/content:y"))
    )
    assert [(change.action, change.fields) for change in plan.changes] == [
        ("move", (FieldChange("title", "Page x", "New"),))
    ]


def test_a_move_that_was_made_is_not_made_again(school: Tenant) -> None:
    """The entry stays in the file for tenants that are behind; here the old key now means something new."""
    entry = moved("course:a/content:x → course:a/content:y")
    publish(school, bundle(course("a", page("x"))))
    publish(school, bundle(course("a", page("y")), moved=entry))
    both = row_ids(school, "academy")
    publish(school, bundle(course("a", page("y"), page("x")), moved=entry))
    after = row_ids(school, "academy")
    assert after["course:a/content:y"] == both["course:a/content:y"]
    publish(school, bundle(course("a", page("y")), moved=entry))
    assert row_ids(school, "academy") == both
    assert "course:a/content:x" in row_ids(school, "academy", live=False)


def test_a_tenant_that_is_many_releases_behind_follows_every_move(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"))))
    before = row_ids(school, "academy")
    chain = moved(
        "course:a/content:x → course:a/content:y",
        "course:a → course:b",
        "course:b/content:y → course:b/content:z",
    )
    publish(school, bundle(course("b", page("z")), moved=chain))
    assert row_ids(school, "academy")["course:b/content:z"] == before["course:a/content:x"]


def test_two_keys_change_places_through_a_third(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x", "one"), page("y", "two"))))
    before = row_ids(school, "academy")
    swap = moved(
        "course:a/content:x → course:a/content:t",
        "course:a/content:y → course:a/content:x",
        "course:a/content:t → course:a/content:y",
    )
    for text in ("two", "edited later"):
        publish(school, bundle(course("a", page("y", "one"), page("x", text)), moved=swap))
        after = row_ids(school, "academy")
        assert after["course:a/content:x"] == before["course:a/content:y"]
        assert after["course:a/content:y"] == before["course:a/content:x"]


def test_there_and_back_again_changes_nothing(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"))))
    there_and_back = moved(
        "course:a/content:x → course:a/content:y", "course:a/content:y → course:a/content:x"
    )
    plan, _ = publish(school, bundle(course("a", page("x")), moved=there_and_back))
    assert plan.empty


def test_a_rename_in_a_quiz_keeps_questions_and_options(school: Tenant) -> None:
    publish(school, bundle(course("a", quiz("q", choice("one", "yes", "no")))))
    before = row_ids(school, "academy")
    address = "course:a/content:q/question:"
    now = bundle(
        course("a", quiz("q", choice("first", "yes", "nope"))),
        moved=moved(
            f"{address}one → {address}first", f"{address}first/option:no → {address}first/option:nope"
        ),
    )
    publish(school, now)
    after = row_ids(school, "academy")
    assert after[f"{address}first"] == before[f"{address}one"]
    assert after[f"{address}first/option:nope"] == before[f"{address}one/option:no"]
    assert published(school, "academy") == now


def test_what_moves_and_is_not_in_the_bundle_any_more_is_archived_there(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y")), course("b", page("x"))))
    before = row_ids(school, "academy")
    gone = moved("course:a/content:y → course:b/content:y")
    publish(school, bundle(course("a", page("x")), course("b", page("x")), moved=gone))
    assert row_ids(school, "academy", live=False) == {"course:b/content:y": before["course:a/content:y"]}


def test_a_move_onto_something_published_is_refused(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), page("y"))))
    entry = moved("course:a/content:x → course:a/content:y")
    assert refusals(school, bundle(course("a", page("y")), moved=entry)) == ["CW412"]


def test_a_move_between_kinds_or_to_nowhere_is_refused(school: Tenant) -> None:
    publish(school, bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no")))))
    entries = moved(
        "course:a/content:x → course:a/section:x",
        "course:a/content:x → lesson:x",
        "course:a/content:x → course:nowhere/content:x",
        "course:a/content:q/question:one → course:a/content:x/question:one",
    )
    wanted = bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no"))), moved=entries)
    assert refusals(school, wanted) == ["CW411", "CW410", "CW411", "CW411"]


@pytest.mark.parametrize(
    "address", ["", "course", "course:", "content:x", "course:a/question:q", "course:a/content:"]
)
def test_what_is_no_address_is_not_taken_for_one(address: str) -> None:
    assert steps(address) is None


def test_an_answer_with_a_slash_is_one_key() -> None:
    found = steps("course:a/content:b/question:c/option:1/2")
    assert found is not None
    assert found[-1] == ("option", "1/2")
