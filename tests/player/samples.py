"""What is played: the rich example, with an eighth content that a player cannot run, in any language."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from importers.bundle import read
from pipeline.archives import open_source
from schemas.findings import Report
from schemas.model import (
    Bundle,
    Content,
    Course,
    Essay,
    Launch,
    Media,
    MultipleChoice,
    Option,
    Quiz,
    QuizContent,
    Resource,
    Section,
    ShortAnswer,
    TrueFalse,
)
from schemas.source import Files
from tests.strategies import MemoryFiles, Sample

_RICH = Path(__file__).parents[2] / "packages" / "examples" / "rich"


@cache
def rich() -> Sample:
    with open_source(_RICH) as source:
        reading = read(source, Report())
        files = {media.path: _bytes(reading.files, media.path) for media in reading.bundle.media}
    return Sample(reading.bundle, MemoryFiles(files))


def _bytes(files: Files, path: str) -> bytes:
    with files.open(path) as stream:
        return stream.read()


def ladders(language: str = "en") -> Sample:
    """The course with every type of content and of question."""
    bundle = rich().bundle
    course = next(course for course in bundle.courses if course.key == "ladders")
    game = Resource(
        key="game",
        title="A game",
        media="media/game.zip",
        launch=Launch(standard="scorm-1.2", href="index.html"),
    )
    practice = course.sections[1]
    played = replace(practice, contents=(*practice.contents, game))
    course = replace(course, sections=(course.sections[0], played, *course.sections[2:]))
    programs = tuple(replace(program, language=language) for program in bundle.programs)
    media = Media(path="media/game.zip", digest="0" * 64, size=22, media_type="application/zip")
    files = MemoryFiles({**rich().files.contents, "media/game.zip": b"PK\x05\x06" + bytes(18)})
    bundle = replace(bundle, courses=(course,), programs=programs, media=(*bundle.media, media))
    return Sample(bundle, files)


def course_of(*contents: Content, title: str = "A course") -> Sample:
    """A course of one section, without media."""
    section = Section(key="one", title="One", contents=contents)
    course = Course(key="course", title=title, instructor="ann@example.org", sections=(section,))
    return Sample(Bundle(key="bundle", title="Bundle", courses=(course,)), MemoryFiles({}))


def short_quiz(**rules: object) -> QuizContent:
    """Two questions, two points."""
    questions = (
        TrueFalse(key="sky", text="The sky is blue.", answer=True, explanation="On most days."),
        ShortAnswer(key="sum", text="One and one?", accept=("two", "2")),
    )
    quiz = Quiz(title="Short", passing_score=Decimal(100), questions=questions)
    return QuizContent(key="short", title="Short", quiz=replace(quiz, **rules))  # type: ignore[arg-type] # rules of Quiz


def long_course(quizzes: int = 10, questions: int = 20) -> Sample:
    """Two hundred questions, most of them choices, as question banks are."""
    return course_of(
        *(
            QuizContent(
                key=f"quiz-{number}",
                title=f"Quiz {number}",
                quiz=Quiz(
                    title=f"Quiz {number}", questions=tuple(_question(place) for place in range(questions))
                ),
            )
            for number in range(quizzes)
        )
    )


def _question(place: int) -> MultipleChoice | ShortAnswer | Essay:
    if place % 10 == 9:
        return ShortAnswer(key=f"q{place}", text="Which word?", accept=("oak", "elm"))
    options = tuple(Option(key=f"o{at}", text=f"Option {at}", correct=at == place % 4) for at in range(4))
    return MultipleChoice(key=f"q{place}", text=f"Which of {place}?", options=options)
