"""What an author makes of a bundle next: the steps of `tests.edits`, and those that need a past or two courses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from schemas.model import (
    Bundle,
    Content,
    Course,
    Move,
    Question,
    QuizContent,
    Section,
    content_address,
    course_address,
    section_address,
)
from tests.edits import edits
from tests.strategies import Draw, Pool, Sample, a_content, a_question, titles, with_media

Step = Callable[[Draw, Pool, Bundle, Bundle], Bundle]


@st.composite
def next_bundle(draw: Draw, sample: Sample, past: Bundle) -> Sample:
    """What the author makes of `sample`; `past` is a bundle that was there before."""
    if draw(st.booleans()):
        return draw(edits(sample))  # type: ignore[no-any-return]
    pool, bundle = Pool(draw, dict(sample.files.contents)), sample.bundle
    for step in draw(st.permutations(_STEPS)):  # the first that finds something to do
        bundle = step(draw, pool, sample.bundle, past)
        if bundle != sample.bundle:
            break
    return with_media(bundle, pool.contents)


def with_contents(course: Course, change: Callable[[tuple[Content, ...]], tuple[Content, ...]]) -> Course:
    sections = (replace(section, contents=change(section.contents)) for section in course.sections)
    return replace(course, sections=tuple(section for section in sections if section.contents))


def with_course(bundle: Bundle, course: Course) -> Bundle:
    others = [each for each in bundle.courses if each.key != course.key]
    return replace(bundle, courses=tuple(sorted([*others, course], key=lambda each: each.key)))


def _restore_contents(_draw: Draw, _pool: Pool, bundle: Bundle, past: Bundle) -> Bundle:
    """Everything of a past bundle that is not there any more, in the courses that still are."""
    for old in past.courses:
        course = next((each for each in bundle.courses if each.key == old.key), None)
        if course is None:
            continue
        have = {content.key for content in course.contents()}
        gone = tuple(content for content in old.contents() if content.key not in have)
        first, *others = course.sections
        first = replace(first, contents=(*first.contents, *gone))
        bundle = with_course(bundle, replace(course, sections=(first, *others)))
    return bundle


def _restore_courses(_draw: Draw, _pool: Pool, bundle: Bundle, past: Bundle) -> Bundle:
    """And forgets the moves: some may be of what comes back."""
    have = {course.key for course in bundle.courses}
    for course in past.courses:
        if course.key not in have:
            bundle = replace(with_course(bundle, replace(course, prerequisite=None)), moved=())
    return bundle


def _restore_questions(_draw: Draw, _pool: Pool, bundle: Bundle, past: Bundle) -> Bundle:
    were = {
        (course.key, content.key): content.quiz.questions
        for course in past.courses
        for content in course.contents()
        if isinstance(content, QuizContent)
    }
    for course in bundle.courses:
        changed = with_contents(
            course,
            lambda contents, key=course.key: tuple(  # type: ignore[misc]
                _with_questions(content, were.get((key, content.key), ())) for content in contents
            ),
        )
        bundle = with_course(bundle, changed)
    return bundle


def _with_questions(content: Content, were: tuple[Question, ...]) -> Content:
    if not isinstance(content, QuizContent):
        return content
    have = {question.key for question in content.quiz.questions}
    gone = tuple(question for question in were if question.key not in have)
    return replace(content, quiz=replace(content.quiz, questions=(*content.quiz.questions, *gone)))


def _revert(_draw: Draw, _pool: Pool, bundle: Bundle, past: Bundle) -> Bundle:
    """All as it was, and the moves stay declared as far as that can be."""
    return replace(past, key=bundle.key)


def _drop_course(draw: Draw, _pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    if len(bundle.courses) == 1:
        return bundle
    gone = draw(st.sampled_from(bundle.courses)).key
    courses = tuple(
        replace(course, prerequisite=None) if course.prerequisite == gone else course
        for course in bundle.courses
        if course.key != gone
    )
    programs = tuple(
        replace(program, courses=tuple(entry for entry in program.courses if entry.course != gone))
        for program in bundle.programs
    )
    moves = tuple(move for move in bundle.moved if not f"{move.new}/".startswith(f"{course_address(gone)}/"))
    return replace(bundle, courses=courses, programs=programs, moved=moves)


def _drop_section(draw: Draw, _pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    """With its contents, or leaving them to the section before."""
    course = draw(st.sampled_from(bundle.courses))
    if len(course.sections) == 1:
        return bundle
    gone = draw(st.sampled_from(course.sections))
    first, *others = (section for section in course.sections if section is not gone)
    if draw(st.booleans()):
        first = replace(first, contents=(*first.contents, *gone.contents))
    return with_course(bundle, replace(course, sections=(first, *others)))


def _add_section(draw: Draw, pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    key = _unused(bundle, "new")
    content = a_content(draw, pool, course.key, key)
    section = Section(key=key, title=draw(titles), contents=(content,))
    return with_course(bundle, replace(course, sections=(section, *course.sections)))


def _unused(bundle: Bundle, stem: str) -> str:
    written = repr(bundle) + repr(bundle.moved)
    return next(key for n in range(1000) if f"{(key := f'{stem}-{n}')}'" not in written)


def _take_to_another_course(draw: Draw, _pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    """A content, with a declared move."""
    if len(bundle.courses) == 1:
        return bundle
    here, there = draw(st.permutations(bundle.courses))[:2]
    content = draw(st.sampled_from(list(here.contents())))
    taken = with_contents(here, lambda contents: tuple(each for each in contents if each is not content))
    if not taken.sections:
        return bundle
    key = _unused(bundle, "taken")
    first, *others = there.sections
    first = replace(first, contents=(replace(content, key=key), *first.contents))
    move = Move(old=content_address(here.key, content.key), new=content_address(there.key, key))
    bundle = with_course(with_course(bundle, taken), replace(there, sections=(first, *others)))
    return replace(bundle, moved=(*bundle.moved, move))


def _take_section_to_another_course(draw: Draw, _pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    """With its contents, of which no entry tells."""
    if len(bundle.courses) == 1:
        return bundle
    here, there = draw(st.permutations(bundle.courses))[:2]
    section = draw(st.sampled_from(here.sections))
    have = {content.key for content in there.contents()}
    if len(here.sections) == 1 or have & {content.key for content in section.contents}:
        return bundle
    key = _unused(bundle, "taken")
    left = replace(here, sections=tuple(each for each in here.sections if each is not section))
    grown = replace(there, sections=(*there.sections, replace(section, key=key)))
    move = Move(old=section_address(here.key, section.key), new=section_address(there.key, key))
    return replace(with_course(with_course(bundle, left), grown), moved=(*bundle.moved, move))


def _rename_to_a_used_key(draw: Draw, _pool: Pool, bundle: Bundle, past: Bundle) -> Bundle:
    """Which a tenant refuses, where the key has a row."""
    for course in bundle.courses:
        old = next((each for each in past.courses if each.key == course.key), course)
        moved = {address for move in bundle.moved for address in (move.old, move.new)}
        have = {content.key for content in course.contents()}
        gone = [
            content.key
            for content in old.contents()
            if content.key not in have and content_address(course.key, content.key) not in moved
        ]
        if gone:
            content = draw(st.sampled_from(list(course.contents())))
            new = replace(content, key=draw(st.sampled_from(gone)))
            move = Move(
                old=content_address(course.key, content.key), new=content_address(course.key, new.key)
            )
            return replace(with_course(bundle, _put(course, content, new)), moved=(*bundle.moved, move))
    return bundle


def _give_an_address_away(draw: Draw, pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    """Forgets the moves, and puts something new where a moved content was: no rollback can bring it back there."""
    for move in bundle.moved:
        course = next(
            (each for each in bundle.courses if move.old.startswith(f"course:{each.key}/content:")), None
        )
        if course is not None and move.old.count("/") == 1:
            content = a_content(draw, pool, course.key, move.old.rpartition(":")[2])
            first, *others = course.sections
            first = replace(first, contents=(*first.contents, content))
            return replace(with_course(bundle, replace(course, sections=(first, *others))), moved=())
    return bundle


def _put(course: Course, old: Content, new: Content) -> Course:
    return with_contents(course, lambda contents: tuple(new if each is old else each for each in contents))


def _retype_content(draw: Draw, pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    course = draw(st.sampled_from(bundle.courses))
    old = draw(st.sampled_from(list(course.contents())))
    return with_course(bundle, _put(course, old, a_content(draw, pool, course.key, old.key)))


def _rewrite_questions(draw: Draw, pool: Pool, bundle: Bundle, _past: Bundle) -> Bundle:
    """Of any type, under the same keys."""
    course = draw(st.sampled_from(bundle.courses))

    def rewritten(contents: tuple[Content, ...]) -> tuple[Content, ...]:
        return tuple(
            replace(content, quiz=replace(content.quiz, questions=tuple(
                a_question(draw, pool, question.key) for question in content.quiz.questions
            )))
            if isinstance(content, QuizContent)
            else content
            for content in contents
        )  # fmt: skip

    return with_course(bundle, with_contents(course, rewritten))


_STEPS: tuple[Step, ...] = (
    _give_an_address_away,
    _rename_to_a_used_key,
    _take_section_to_another_course,
    _take_to_another_course,
    _restore_contents,
    _restore_courses,
    _restore_questions,
    _revert,
    _drop_section,
    _drop_course,
    _retype_content,
    _rewrite_questions,
    _add_section,
)
