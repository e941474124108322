"""A small school to publish to, and short ways to say what is published."""

from __future__ import annotations

from typing import Any

from schemas.model import (
    Bundle,
    Content,
    Course,
    MultipleChoice,
    Option,
    Quiz,
    QuizContent,
    RichText,
    Section,
)

ANN, BO = "ann@example.org", "bo+x@example.org"


def page(key: str, text: str = "Read this.") -> RichText:
    return RichText(key=key, title=f"Page {key}", text=text)


def choice(key: str, *options: str) -> MultipleChoice:
    return MultipleChoice(
        key=key,
        text=f"Question {key}?",
        options=tuple(Option(key=o, text=f"Option {o}", correct=o == options[0]) for o in options),
    )


def quiz(key: str, *questions: Any) -> QuizContent:
    return QuizContent(key=key, title=f"Quiz {key}", quiz=Quiz(title=f"Quiz {key}", questions=questions))


def course(key: str, *contents: Content, **more: Any) -> Course:
    section = Section(key="start", title="Start", contents=contents)
    return Course(**{"key": key, "title": f"Course {key}", "instructor": ANN, "sections": (section,), **more})


def bundle(*courses: Course, **more: Any) -> Bundle:
    return Bundle(key="academy", title="Academy", courses=courses, **more)
