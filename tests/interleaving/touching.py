"""The author says something else of one thing, which has an address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from schemas.model import Assignment, Content, Course, QuizContent
from tests.interleaving.authoring import with_contents, with_course
from tests.strategies import (
    Draw,
    Pool,
    Sample,
    a_question,
    amounts,
    maybe,
    statuses,
    texts,
    titles,
    with_media,
)

T = TypeVar("T")


@st.composite
def touched(draw: Draw, sample: Sample, address: str) -> Sample:
    """Something else is said of what has that address, if the bundle still has it."""
    pool = Pool(draw, dict(sample.files.contents))
    bundle = sample.bundle
    kind, _, key = address.split("/", maxsplit=1)[0].partition(":")
    if kind == "program":
        programs = tuple(
            _said_anew(draw, program) if program.key == key else program for program in bundle.programs
        )
        return with_media(replace(bundle, programs=programs), pool.contents)
    course = next((each for each in bundle.courses if each.key == key), None)
    if course is not None:
        bundle = with_course(bundle, _touched(draw, pool, course, address.split("/")[1:]))
    return with_media(bundle, pool.contents)


def _touched(draw: Draw, pool: Pool, course: Course, steps: list[str]) -> Course:
    if not steps:
        return _said_anew(draw, course)
    kind, _, key = steps[0].partition(":")
    if kind == "section":
        sections = (_said_anew(draw, each) if each.key == key else each for each in course.sections)
        return replace(course, sections=tuple(sections))

    def change(contents: tuple[Content, ...]) -> tuple[Content, ...]:
        return tuple(
            _touched_content(draw, pool, each, steps[1:]) if each.key == key else each for each in contents
        )

    return with_contents(course, change)


def _touched_content(draw: Draw, pool: Pool, content: Content, steps: list[str]) -> Content:
    if not isinstance(content, QuizContent):
        return _said_anew(draw, content)
    if not steps:
        return replace(_said_anew(draw, content), quiz=_said_anew(draw, content.quiz))
    key = steps[0].partition(":")[2]
    questions = tuple(
        (_said_anew(draw, each) if draw(st.booleans()) else a_question(draw, pool, key))
        if each.key == key
        else each
        for each in content.quiz.questions
    )
    return replace(content, quiz=replace(content.quiz, questions=questions))


_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": titles,
    "description": maybe(texts),
    "status": statuses,
    "published": st.booleans(),
    "preview": st.booleans(),
    "duration_minutes": maybe(st.integers(1, 500)),
    "order": st.integers(0, 500),
    "passing_score": amounts(100),
    "max_attempts": maybe(st.integers(1, 500)),
    "points": amounts(100),
    "explanation": maybe(texts),
    "required": st.booleans(),
}


def _said_anew(draw: Draw, thing: T) -> T:
    """One of its plain fields."""
    # An assignment's scores have to fit each other.
    names = [name for name in _FIELDS if hasattr(thing, name) and not isinstance(thing, Assignment)]
    name = draw(st.sampled_from(names or ["title"]))
    return replace(thing, **{name: draw(_FIELDS[name])})  # type: ignore[type-var]
