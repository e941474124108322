"""Hypothesis strategy: what an author could make of a bundle next, with its renames declared in `moved`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from schemas.model import (
    Bundle,
    Content,
    Course,
    Move,
    MultipleChoice,
    Program,
    QuizContent,
    content_address,
    course_address,
    option_address,
    program_address,
    question_address,
    section_address,
)
from tests.strategies import (
    Draw,
    Pool,
    Sample,
    a_content,
    a_question,
    keys,
    maybe,
    statuses,
    texts,
    titles,
    with_media,
)

T = TypeVar("T")


@st.composite
def edits(draw: Draw, sample: Sample) -> Sample:
    """What an author could make of `sample` next, in one to four steps; still valid."""
    pool = Pool(draw, dict(sample.files.contents))
    bundle = sample.bundle
    for step in draw(st.lists(st.sampled_from(_STEPS), min_size=1, max_size=4)):
        bundle = step(draw, pool, bundle)
    return with_media(replace(bundle, moved=_living(bundle)), pool.contents)


def _living(bundle: Bundle) -> tuple[Move, ...]:
    """The moves whose goal still exists or moved on, and whose origin was not given to something new."""
    addresses = set(_addresses(bundle))
    return tuple(
        move
        for n, move in enumerate(bundle.moved)
        if move.old not in addresses
        and (move.new in addresses or any(later.old == move.new for later in bundle.moved[n + 1 :]))
    )


def _addresses(bundle: Bundle) -> Iterator[str]:
    yield from (program_address(program.key) for program in bundle.programs)
    for course in bundle.courses:
        yield course_address(course.key)
        yield from (section_address(course.key, section.key) for section in course.sections)
        for content in course.contents():
            yield content_address(course.key, content.key)
            if isinstance(content, QuizContent):
                yield from _quiz_addresses(course.key, content)


def _quiz_addresses(course: str, content: QuizContent) -> Iterator[str]:
    for question in content.quiz.questions:
        yield question_address(course, content.key, question.key)
        if isinstance(question, MultipleChoice):
            yield from (
                option_address(course, content.key, question.key, option.key) for option in question.options
            )


def _swap(items: tuple[T, ...], old: T, new: T) -> tuple[T, ...]:
    return tuple(new if item is old else item for item in items)


def _put_course(bundle: Bundle, old: Course, new: Course) -> Bundle:
    return replace(
        bundle, courses=tuple(sorted(_swap(bundle.courses, old, new), key=lambda course: course.key))
    )


def _put_content(bundle: Bundle, course: Course, old: Content, new: Content) -> Bundle:
    sections = tuple(
        replace(section, contents=_swap(section.contents, old, new)) for section in course.sections
    )
    return _put_course(bundle, course, replace(course, sections=sections))


def _some_content(draw: Draw, bundle: Bundle) -> tuple[Course, Content]:
    found = [(course, content) for course in bundle.courses for content in course.contents()]
    return draw(st.sampled_from(found))  # type: ignore[no-any-return]


def _some_quiz(draw: Draw, bundle: Bundle) -> tuple[Course, QuizContent] | None:
    found = [
        (course, content)
        for course in bundle.courses
        for content in course.contents()
        if isinstance(content, QuizContent)
    ]
    return draw(st.sampled_from(found)) if found else None


def _retitle(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course, content = _some_content(draw, bundle)
    bundle = _put_content(bundle, course, content, replace(content, title=draw(titles)))
    course = draw(st.sampled_from(bundle.courses))
    return _put_course(bundle, course, replace(course, title=draw(titles), description=draw(maybe(texts))))


def _toggle(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course, content = _some_content(draw, bundle)
    changed = replace(content, published=not content.published, preview=draw(st.booleans()))
    programs = tuple(replace(program, status=draw(statuses)) for program in bundle.programs)
    return replace(_put_content(bundle, course, content, changed), programs=programs)


def _reorder(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    sections = tuple(
        replace(section, contents=tuple(draw(st.permutations(section.contents))))
        for section in draw(st.permutations(course.sections))
    )
    programs = tuple(
        replace(program, courses=tuple(draw(st.permutations(program.courses)))) for program in bundle.programs
    )
    return replace(_put_course(bundle, course, replace(course, sections=sections)), programs=programs)


def _carry_over(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    """Moves a content to another section of its course."""
    course, content = _some_content(draw, bundle)
    goal = draw(st.sampled_from([section.key for section in course.sections]))
    sections = []
    for section in course.sections:
        contents = tuple(item for item in section.contents if item is not content)
        contents = (*contents, content) if section.key == goal else contents
        sections.append(replace(section, contents=contents))
    if not all(section.contents for section in sections):
        return bundle
    return _put_course(bundle, course, replace(course, sections=tuple(sections)))


def _add_question(draw: Draw, pool: Pool, bundle: Bundle) -> Bundle:
    found = _some_quiz(draw, bundle)
    if found is None:
        return _add_content(draw, pool, bundle)
    course, content = found
    key = _fresh(draw, {question.key for question in content.quiz.questions})
    questions = (a_question(draw, pool, key), *content.quiz.questions)
    return _put_content(
        bundle, course, content, replace(content, quiz=replace(content.quiz, questions=questions))
    )


def _drop_question(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    found = _some_quiz(draw, bundle)
    if found is None or len(found[1].quiz.questions) == 1:
        return bundle
    course, content = found
    gone = draw(st.sampled_from(content.quiz.questions))
    questions = tuple(question for question in content.quiz.questions if question is not gone)
    return _put_content(
        bundle, course, content, replace(content, quiz=replace(content.quiz, questions=questions))
    )


def _add_content(draw: Draw, pool: Pool, bundle: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    section = draw(st.sampled_from(course.sections))
    content = a_content(draw, pool, course.key, _fresh(draw, {content.key for content in course.contents()}))
    grown = replace(section, contents=(*section.contents, content))
    return _put_course(bundle, course, replace(course, sections=_swap(course.sections, section, grown)))


def _drop_content(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course, gone = _some_content(draw, bundle)
    sections = tuple(
        replace(section, contents=tuple(content for content in section.contents if content is not gone))
        for section in course.sections
    )
    if not all(section.contents for section in sections):
        return bundle
    return _put_course(bundle, course, replace(course, sections=sections))


def _drop_program(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    if not bundle.programs:
        return bundle
    gone = draw(st.sampled_from(bundle.programs)).key
    programs = tuple(
        replace(
            program, prerequisites=tuple(entry for entry in program.prerequisites if entry.program != gone)
        )
        for program in bundle.programs
        if program.key != gone
    )
    return replace(bundle, programs=programs)


def _fresh(draw: Draw, taken: set[str]) -> str:
    key: str = draw(keys)
    while key in taken:
        key += "-2"
    return key


def _taken(bundle: Bundle) -> set[str]:
    """Keys no rename may take: those in use anywhere, and those once used."""
    addresses = [*_addresses(bundle), *(address for move in bundle.moved for address in (move.old, move.new))]
    return {part.partition(":")[2] for address in addresses for part in address.split("/")}


def _was_moved(bundle: Bundle, course: str) -> bool:
    """Whether this edit or an earlier one renamed something there; renames do not nest here."""
    return any(
        address == course_address(course) or address.startswith(course_address(course) + "/")
        for move in bundle.moved
        for address in (move.old, move.new)
    )


def _rename_content(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course, content = _some_content(draw, bundle)
    if _was_moved(bundle, course.key):
        return bundle
    key = _fresh(draw, _taken(bundle))
    move = Move(old=content_address(course.key, content.key), new=content_address(course.key, key))
    return replace(
        _put_content(bundle, course, content, replace(content, key=key)), moved=(*bundle.moved, move)
    )


def _rename_question(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    found = _some_quiz(draw, bundle)
    if found is None or _was_moved(bundle, found[0].key):
        return bundle
    course, content = found
    question = draw(st.sampled_from(content.quiz.questions))
    key = _fresh(draw, _taken(bundle))
    move = Move(
        old=question_address(course.key, content.key, question.key),
        new=question_address(course.key, content.key, key),
    )
    quiz = replace(
        content.quiz, questions=_swap(content.quiz.questions, question, replace(question, key=key))
    )
    return replace(
        _put_content(bundle, course, content, replace(content, quiz=quiz)), moved=(*bundle.moved, move)
    )


def _rename_section(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    if _was_moved(bundle, course.key):
        return bundle
    section = draw(st.sampled_from(course.sections))
    key = _fresh(draw, _taken(bundle))
    move = Move(old=section_address(course.key, section.key), new=section_address(course.key, key))
    sections = _swap(course.sections, section, replace(section, key=key))
    return replace(
        _put_course(bundle, course, replace(course, sections=sections)), moved=(*bundle.moved, move)
    )


def _rename_course(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    if _was_moved(bundle, course.key):
        return bundle
    old, new = course.key, _fresh(draw, _taken(bundle))
    bundle = _put_course(bundle, course, replace(course, key=new))
    courses = tuple(
        replace(each, prerequisite=new) if each.prerequisite == old else each for each in bundle.courses
    )
    programs = tuple(
        replace(
            program,
            courses=tuple(
                replace(entry, course=new) if entry.course == old else entry for entry in program.courses
            ),
        )
        for program in bundle.programs
    )
    move = Move(old=course_address(old), new=course_address(new))
    return replace(bundle, courses=courses, programs=programs, moved=(*bundle.moved, move))


def _rename_program(draw: Draw, _pool: Pool, bundle: Bundle) -> Bundle:
    if not bundle.programs:
        return bundle
    old, new = draw(st.sampled_from(bundle.programs)).key, _fresh(draw, _taken(bundle))
    programs = tuple(
        replace(
            program,
            key=new if program.key == old else program.key,
            prerequisites=tuple(
                replace(entry, program=new) if entry.program == old else entry
                for entry in program.prerequisites
            ),
        )
        for program in bundle.programs
    )
    move = Move(old=program_address(old), new=program_address(new))
    ordered = tuple(sorted((_sorted_prerequisites(p) for p in programs), key=lambda program: program.key))
    return replace(bundle, programs=ordered, moved=(*bundle.moved, move))


def _sorted_prerequisites(program: Program) -> Program:
    return replace(
        program, prerequisites=tuple(sorted(program.prerequisites, key=lambda entry: entry.program))
    )


_STEPS: tuple[Callable[[Draw, Pool, Bundle], Bundle], ...] = (
    _retitle,
    _toggle,
    _reorder,
    _carry_over,
    _add_question,
    _drop_question,
    _add_content,
    _drop_content,
    _drop_program,
    _rename_content,
    _rename_question,
    _rename_section,
    _rename_course,
    _rename_program,
)
