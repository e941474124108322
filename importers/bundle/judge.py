"""Applies every rule to what is sound in the documents, walking each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from importers.bundle.documents import At, Document, Documents
from importers.bundle.faults import Fault
from importers.bundle.references import contents
from importers.bundle.rules import contents as content_rules
from importers.bundle.rules import layout, moved, programs, web
from importers.bundle.rules.keys import (
    duplicate_contents,
    duplicate_documents,
    duplicate_questions,
    duplicate_sections,
)
from importers.bundle.rules.numbers import too_precise
from importers.bundle.rules.pages import in_field, links_outside_pages
from importers.bundle.rules.questions import check_question


def judge(documents: Documents) -> Iterator[Fault]:
    """Everything that is wrong beyond the schemas and apart from files, in no promised order."""
    for program in documents.of("program"):
        for program_rule in programs.PROGRAM_RULES:
            yield from program_rule(program)
        yield from _texts(program.data, program.at, "description")
    for course in documents.of("course"):
        yield from _course(course)
    for quiz in documents.of("quiz"):
        yield from _quiz(quiz.data, quiz.at)
    if not documents.single:
        yield from _bundle(documents)


def _bundle(documents: Documents) -> Iterator[Fault]:
    for rule in (*layout.RULES, duplicate_documents, *programs.BUNDLE_RULES, moved.check_moves):
        yield from rule(documents)


def _course(course: Document) -> Iterator[Fault]:
    yield from duplicate_sections(course)
    yield from duplicate_contents(course)
    yield from _texts(course.data, course.at, "description")
    for s, section in enumerate(course.data["sections"]):
        yield from _texts(section, course.at.down("sections", s), "description")
    for content, at in contents(course):
        for rule in content_rules.RULES:
            yield from rule(content, at)
        yield from web.reachable_address(content, at)
        yield from _texts(content, at, "description", "instructions", "transcript")
        if content["type"] == "quiz" and not isinstance(content["quiz"], str):
            yield from _quiz(content["quiz"], at.down("quiz"))


def _quiz(quiz: dict[str, Any], at: At) -> Iterator[Fault]:
    yield from too_precise(quiz, at, "passing_score")
    yield from duplicate_questions(quiz, at)
    yield from _texts(quiz, at, "description")
    for q, question in enumerate(quiz["questions"]):
        here = at.down("questions", q)
        yield from check_question(question, here)
        yield from _texts(question, here, "text", "explanation")


def _texts(node: dict[str, Any], at: At, *fields: str) -> Iterator[Fault]:
    """Markdown that is not a page. (`text` of a question; that of a rich_text content is a page.)"""
    for field in fields:
        if "](" in node.get(field, ""):
            yield from links_outside_pages(node[field], in_field(at.spot(field)))
