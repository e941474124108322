"""Whom a plan meets, and how bad that is for them, on rows that learners left in a real tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from loaders.content import severity
from loaders.content.effects import Effects, effects
from loaders.content.leaving import Leaving, leaving
from loaders.content.severity import Judged, judge
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.model import (
    Assignment,
    Blank,
    Bundle,
    FillInBlank,
    Matching,
    Move,
    Option,
    Pair,
    Program,
    ProgramCourse,
    ProgramPrerequisite,
    RichText,
    Section,
    ShortAnswer,
    TrueFalse,
)
from tests.publishing import forget, learn, plan_for, publish, run
from tests.school import ANN, bundle, choice, course, page, quiz

Rules = set[tuple[str, str]]


def judged(tenant: Tenant, wanted: Bundle) -> dict[str, Judged]:
    plan = plan_for(tenant, wanted)
    with connect(tenant) as connection:
        found = effects(connection, tenant.schema, plan)
    pairs = zip(plan.changes, found, strict=True)
    return {change.address: judge(change, effect) for change, effect in pairs}


def told(tenant: Tenant, wanted: Bundle) -> Rules:
    """Address and rule of everything that is not safe."""
    return {
        (address, reason.rule.name)
        for address, one in judged(tenant, wanted).items()
        for reason in one.reasons
    }


def program(*courses: ProgramCourse, **more: Any) -> Program:
    return Program(**{"key": "p", "title": "P", "instructor": ANN, "courses": courses, **more})


ONE = choice("one", "yes", "no", "maybe")
TASK = Assignment(
    key="task", title="Task", instructions="Do it.", max_score=Decimal(10), passing_score=Decimal(5)
)
A = course("a", page("x"), quiz("q", ONE), TASK)
WORLD = bundle(
    A, course("b", page("x")), programs=(program(ProgramCourse(course="a"), ProgramCourse(course="b")),)
)


@pytest.fixture
def learners(school: Tenant, users: Callable[..., list[int]]) -> list[int]:
    """Three people; all went through everything in WORLD, and the first handed in the assignment."""
    people = users("l1@example.org", "l2@example.org", "l3@example.org")
    publish(school, WORLD)
    for learner in people:
        learn(school, learner)
    run(school, 'DELETE FROM {s}.assignment_submission WHERE "userId" <> %s', people[0])
    return people


def with_a(*contents: Any, **more: Any) -> Bundle:
    return replace(WORLD, courses=(course("a", *contents, **more), WORLD.courses[1]))


def with_question(question: Any) -> Bundle:
    return with_a(page("x"), quiz("q", question), TASK)


# ── counting ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("learners")
def test_every_touched_item_counts_its_people_once(school: Tenant) -> None:
    now = with_a(
        replace(page("x"), title="New"), quiz("q", replace(ONE, points=Decimal(2))), replace(TASK, title="New"),
        title="New",
    )  # fmt: skip
    now = replace(now, programs=(replace(WORLD.programs[0], title="New"),))
    found = {address: one.effects for address, one in judged(school, now).items()}
    everyone = Effects(enrolled=3, certified=3, progress=3)
    assert found == {
        "program:p": replace(everyone, attempted=3, submitted=1),
        "course:a": replace(everyone, attempted=3, submitted=1),
        "course:a/content:x": everyone,
        "course:a/content:q/question:one": replace(everyone, attempted=3),
        "course:a/content:task": replace(everyone, submitted=1),
    }


def test_who_dropped_out_or_was_archived_is_not_counted(school: Tenant, learners: list[int]) -> None:
    first, second, _ = learners
    run(school, "UPDATE {s}.training_program_enrollment SET status = 'dropped' WHERE \"userId\" = %s", first)
    run(school, """UPDATE {s}.certificate SET status = 'revoked' WHERE "userId" = %s""", first)
    run(school, 'UPDATE {s}.course_content_progress SET "isArchived" = true WHERE "userId" = %s', second)
    run(
        school, """UPDATE {s}.course_content_progress SET status = 'not_started' WHERE "userId" = %s""", first
    )
    found = judged(school, with_a(page("x", "Other."), quiz("q", ONE), TASK))["course:a/content:x"].effects
    assert found == Effects(enrolled=2, certified=2, progress=1)


@pytest.mark.usefixtures("learners")
def test_who_chose_an_option_is_counted_apart_from_who_answered(school: Tenant) -> None:
    found = judged(school, with_question(choice("one", "yes")))
    gone = {address.rpartition(":")[2]: one.effects for address, one in found.items()}
    assert (gone["no"].attempted, gone["no"].chose, gone["no"].right) == (3, 0, False)


def test_a_first_publish_meets_nobody(school: Tenant) -> None:
    assert {one.effects for one in judged(school, WORLD).values()} == {Effects()}


# ── judging ──────────────────────────────────────────────────────────────────────────────────────

_Q = "course:a/content:q/question:one"


CASES: tuple[tuple[Bundle, Rules], ...] = (
        (with_question(replace(ONE, points=Decimal(2))), {(_Q, "points-changed")}),
        (with_question(replace(ONE, text="What?")), {(_Q, "wording-changed")}),
        (with_question(replace(ONE, explanation="Because.")), set()),
        (with_question(choice("one", "yes", "no", "maybe", "new")), set()),
        (with_question(choice("one", "yes", "no")), set()),
        (
            with_question(choice("one", "no", "maybe")),
            {
                (f"{_Q}/option:yes", "chosen-option-removed"),
                (f"{_Q}/option:yes", "right-answers-changed"),
                (f"{_Q}/option:no", "right-answers-changed"),
            },
        ),
        (
            with_question(replace(ONE, options=(*ONE.options, Option(key="too", text="Too", correct=True)))),
            {(f"{_Q}/option:too", "right-answers-changed")},
        ),
        (
            with_a(page("x"), quiz("q", ONE, choice("two", "a", "b")), TASK),
            {("course:a/content:q/question:two", "more-required")},
        ),
        (with_a(page("x"), quiz("q"), TASK), {(_Q, "taken-away")}),
        (with_a(quiz("q", ONE), TASK), {("course:a/content:x", "taken-away")}),
        (with_a(replace(page("x"), published=False), quiz("q", ONE), TASK), {("course:a/content:x", "taken-away")}),
        (with_a(page("x", "Other."), quiz("q", ONE), TASK), set()),
        (with_a(TASK, quiz("q", ONE), page("x")), set()),
        (
            with_a(page("x"), quiz("q", ONE), replace(TASK, passing_score=Decimal(6))),
            {("course:a/content:task", "passing-score-raised")},
        ),
        (with_a(page("x"), quiz("q", ONE), replace(TASK, passing_score=Decimal(4))), set()),
        (
            with_a(page("x"), quiz("q", ONE), replace(TASK, max_score=Decimal(20))),
            {("course:a/content:task", "points-changed")},
        ),
        (
            with_a(page("x"), quiz("q", ONE), page("task")),
            {("course:a/content:task", "type-changed")},
        ),
        (with_a(page("x"), quiz("q", ONE), TASK, prerequisite="b"), {("course:a", "more-required")}),
        (with_a(page("x"), quiz("q", ONE), TASK, status="draft"), {("course:a", "taken-away")}),
)  # fmt: skip


@pytest.mark.usefixtures("learners")
def test_a_change_is_judged_by_the_rule_it_breaks(school: Tenant) -> None:
    """And without learners nothing is unsafe."""
    assert [told(school, wanted) for wanted, _ in CASES] == [rules for _, rules in CASES]
    forget(school)
    assert not any(told(school, wanted) for wanted, _ in CASES)


REQUIRED: tuple[tuple[tuple[str, ...], Rules], ...] = (
    (("a",), {("program:p", "required-course-removed")}),
    (("a", "b", "c"), {("program:p", "more-required")}),
    (("a", "c"), {("program:p", "required-course-removed"), ("program:p", "more-required")}),
    (("b", "a"), set()),
    (("a", "b (optional)"), set()),
    (("a", "b", "c (optional)"), set()),
)


@pytest.mark.usefixtures("learners")
def test_what_a_program_requires_is_kept(school: Tenant) -> None:
    courses = (*WORLD.courses, course("c", page("x")))
    for keys, rules in REQUIRED:
        listed = [ProgramCourse(course=one[0], required=len(one) == 1) for one in keys]
        assert told(school, replace(WORLD, courses=courses, programs=(program(*listed),))) == rules, keys


@pytest.mark.usefixtures("learners")
def test_a_required_program_and_a_program_that_goes_are_told(school: Tenant) -> None:
    other = program(key="other")
    needs = replace(WORLD.programs[0], prerequisites=(ProgramPrerequisite(program="other"),))
    assert told(school, replace(WORLD, programs=(other, needs))) == {("program:p", "more-required")}
    assert told(school, replace(WORLD, programs=())) == {("program:p", "taken-away")}


@pytest.mark.usefixtures("learners")
def test_a_quiz_that_becomes_harder_is_told(school: Tenant) -> None:
    content = quiz("q", ONE)
    harder = replace(
        content.quiz, passing_score=Decimal(80), max_attempts=2, time_limit_minutes=5, randomized=True
    )
    found = told(school, with_a(page("x"), replace(content, quiz=harder), TASK))
    assert {rule for _, rule in found} == {"passing-score-raised", "limits-tightened"}
    easier = replace(content.quiz, passing_score=Decimal(10))
    assert told(school, with_a(page("x"), replace(content, quiz=easier), TASK)) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TrueFalse(key="k", text="?", answer=True), TrueFalse(key="k", text="?", answer=False)),
        (ShortAnswer(key="k", text="?", accept=("a",)), ShortAnswer(key="k", text="?", accept=("a", "b"))),
        (ShortAnswer(key="k", text="?", accept=("a", "b")), ShortAnswer(key="k", text="?", accept=("a",))),
        (
            FillInBlank(key="k", text="[[x]]", blanks=(Blank(key="x", accept=("a",)),)),
            FillInBlank(key="k", text="[[x]]", blanks=(Blank(key="x", accept=("b",)),)),
        ),
        (
            Matching(key="k", text="?", pairs=(Pair(key="p", left="l", right="r"), Pair(key="o", left="m", right="s"))),
            Matching(key="k", text="?", pairs=(Pair(key="p", left="l", right="s"), Pair(key="o", left="m", right="r"))),
        ),
    ],
)  # fmt: skip
def test_right_answers_are_guarded_in_every_type_of_question(
    school: Tenant, users: Callable[..., list[int]], before: Any, after: Any
) -> None:
    publish(school, bundle(course("a", quiz("q", before))))
    learn(school, users("l@example.org")[0])
    found = told(school, bundle(course("a", quiz("q", after))))
    assert "right-answers-changed" in {rule for _, rule in found}


@pytest.mark.usefixtures("learners")
def test_what_moves_takes_its_learners_along_and_is_safe(school: Tenant) -> None:
    """The course it leaves has nobody left, so archiving that is safe too."""
    end = Section(key="start", title="Start", contents=(page("x"), replace(page("y"), title="Page x")))
    now = bundle(
        replace(
            A,
            sections=(replace(end, contents=(*A.sections[0].contents, replace(page("y"), title="Page x"))),),
        ),
        programs=(program(ProgramCourse(course="a")),),
        moved=(Move(old="course:b/content:x", new="course:a/content:y"),),
    )
    assert told(school, now) == {("program:p", "required-course-removed")}


def test_which_rules_are_breaking_is_told_by_the_worst(school: Tenant, learners: list[int]) -> None:
    found = judged(school, with_question(replace(ONE, text="What?", points=Decimal(2))))[_Q]
    assert {(reason.rule, reason.severity) for reason in found.reasons} == {
        (severity.POINTS_CHANGED, "breaking"),
        (severity.WORDING_CHANGED, "care"),
    }
    assert found.severity == "breaking"
    assert {reason.people for reason in found.reasons} == {f"{len(learners)} answered it"}


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────


def left(tenant: Tenant, wanted: Bundle) -> Leaving:
    plan = plan_for(tenant, wanted)
    with connect(tenant) as connection:
        return leaving(connection, tenant.schema, plan)


def test_what_leaves_is_counted_with_everything_below(school: Tenant) -> None:
    publish(
        school, WORLD
    )  # program, a: course, section, 3 contents, quiz, question; b: course, section, content
    assert left(school, WORLD) == Leaving(0, 11)
    only_b = replace(WORLD, courses=WORLD.courses[1:], programs=(program(ProgramCourse(course="b")),))
    assert left(school, only_b) == Leaving(7, 11)
    assert left(school, bundle()) == Leaving(11, 11)


def test_what_moves_away_or_left_before_does_not_leave(school: Tenant) -> None:
    two = bundle(course("a", page("x"), page("y"), page("z")), course("b", page("o")))
    publish(school, two)
    publish(school, bundle(course("a", page("x"), page("y")), course("b", page("o"))))
    moved = bundle(
        course("b", page("o"), RichText(key="y", title="Page y", text="Read this.")),
        moved=(Move(old="course:a/content:y", new="course:b/content:y"),),
    )
    assert left(school, moved) == Leaving(3, 7)
