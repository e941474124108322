"""What every format of questions is told of a quiz, and what none of them says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.model import QuizContent

OPTIONAL: Final = "need not be answered: not said"


def about(content: QuizContent) -> str:
    """What is to be read before it, in Markdown; "" for nothing."""
    return "\n\n".join(filter(None, dict.fromkeys((content.description, content.quiz.description))))


def unsaid(content: QuizContent) -> Iterator[str]:
    """Notes on settings of ours that formats of questions have no place for."""
    quiz = content.quiz
    if content.title != quiz.title:
        yield f"called {content.title!r} in its section: the name of the quiz itself is said"
    if not content.published:
        yield "not published: whoever imports it decides again"
    if content.preview:
        yield "free to look at: not said"
    if content.duration_minutes is not None:
        yield f"takes about {content.duration_minutes} minutes: not said"
    if not quiz.show_results_immediately:
        yield "results are shown later: not said"
    if not quiz.allow_review:
        yield "answers cannot be looked at again: not said"
