"""Quizzes and questions as entries, in the order of fields of `schemas/documents.py`."""

from __future__ import annotations

from typing import assert_never

from exporters.bundle.fields import Entry, Said, reference, said
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Question,
    QuizContent,
    ShortAnswer,
    TrueFalse,
)


def quiz_entry(content: QuizContent, folder: str) -> Entry:
    quiz = content.quiz
    return said(
        {
            "title": quiz.title,
            "description": quiz.description,
            "time_limit_minutes": quiz.time_limit_minutes,
            "passing_score": quiz.passing_score,
            "max_attempts": quiz.max_attempts,
            "randomized": quiz.randomized,
            "show_correct_answers": quiz.show_correct_answers,
            "show_results_immediately": quiz.show_results_immediately,
            "allow_review": quiz.allow_review,
            "questions": [_question(question, folder) for question in quiz.questions],
        },
        title=content.title,
        passing_score=60,
        randomized=False,
        show_correct_answers=True,
        show_results_immediately=True,
        allow_review=True,
    )


def _question(question: Question, folder: str) -> Entry:
    fields: Said = {
        "key": question.key,
        "type": question.type,
        "text": question.text,
        "points": question.points,
        "explanation": question.explanation,
        "required": question.required,
        **_answers(question, folder),
    }
    return said(fields, points=1, required=True)


def _answers(question: Question, folder: str) -> Entry:
    match question:
        case MultipleChoice():
            return {"options": [_option(option, folder) for option in question.options]}
        case TrueFalse():
            return {"answer": question.answer}
        case ShortAnswer():
            return {"accept": question.accept}
        case Essay():
            return {}
        case FillInBlank():
            return {"blanks": [{"key": blank.key, "accept": blank.accept} for blank in question.blanks]}
        case Matching():
            return {
                "pairs": [
                    {"key": pair.key, "left": pair.left, "right": pair.right} for pair in question.pairs
                ],
                "distractors": [{"key": wrong.key, "text": wrong.text} for wrong in question.distractors],
            }
        case _:
            assert_never(question)


def _option(option: Option, folder: str) -> Entry:
    return said(
        {
            "key": option.key,
            "text": option.text,
            "correct": option.correct,
            "image": reference(option.image, folder),
        },
        correct=False,
    )
