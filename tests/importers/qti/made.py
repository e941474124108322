"""QTI made in a test: items, tests and packages of every version from their parts, and what became of them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from importers import qti
from schemas.findings import Report
from schemas.model import Bundle, Content, Question, QuizContent, RichText
from schemas.source import Reading
from tests.importers.packages import MemorySource

NAMESPACES = {
    "1.2": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}


@dataclass(frozen=True)
class Imported:
    """What became of a source, with short ways to its parts."""

    reading: Reading
    report: Report

    @property
    def bundle(self) -> Bundle:
        return self.reading.bundle

    @cached_property
    def contents(self) -> list[Content]:
        (course,) = self.bundle.courses
        return list(course.contents())

    @property
    def quizzes(self) -> list[QuizContent]:
        return [content for content in self.contents if isinstance(content, QuizContent)]

    @property
    def pages(self) -> list[RichText]:
        return [content for content in self.contents if isinstance(content, RichText)]

    @property
    def questions(self) -> list[Question]:
        return [question for content in self.quizzes for question in content.quiz.questions]

    @property
    def question(self) -> Question:
        (question,) = self.questions
        return question

    def fates(self, kind: str) -> dict[str, tuple[str, str]]:
        return {each.name: (each.fate, each.note) for each in self.report.accounts if each.kind == kind}


def imported(files: Mapping[str, bytes | str], label: str = "questions.zip") -> Imported:
    source = MemorySource(
        {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}, label
    )
    report = Report()
    assert qti.detect(source)
    return Imported(qti.read(source, report), report)


def item(
    body: str, declarations: str = "", *, attributes: str = "", after: str = "", identifier: str = "I1"
) -> str:
    """An item of 2.2."""
    return (
        f'<assessmentItem xmlns="{NAMESPACES["2.2"]}" identifier="{identifier}" title="An item" {attributes}>'
        f"{declarations}<itemBody>{body}</itemBody>{after}</assessmentItem>"
    )


def item3(body: str, declarations: str = "", *, after: str = "", identifier: str = "I1") -> str:
    """An item of 3.0."""
    return (
        f'<qti-assessment-item xmlns="{NAMESPACES["3.0"]}" identifier="{identifier}" title="An item">'
        f"{declarations}<qti-item-body>{body}</qti-item-body>{after}</qti-assessment-item>"
    )


def declared(*correct: str, identifier: str = "R", cardinality: str = "single", mapping: str = "") -> str:
    """A response declaration with its correct values and mapped entries ("A=1;B=0.5")."""
    values = "".join(f"<value>{value}</value>" for value in correct)
    right = f"<correctResponse>{values}</correctResponse>" if correct else ""
    entries = (entry.partition("=")[::2] for entry in mapping.split(";") if entry)
    mapped = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries)
    return (
        f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" baseType="identifier">'
        f"{right}{f'<mapping>{mapped}</mapping>' if mapped else ''}</responseDeclaration>"
    )


def choice(*options: str, identifier: str = "R", prompt: str = "Which?") -> str:
    """A choice with options A, B, C …"""
    shown = "".join(
        f'<simpleChoice identifier="{chr(65 + place)}">{text}</simpleChoice>'
        for place, text in enumerate(options)
    )
    return f'<choiceInteraction responseIdentifier="{identifier}"><prompt>{prompt}</prompt>{shown}</choiceInteraction>'


def old(*items: str, kind: str = "assessment", about: str = "") -> str:
    """A document of 1.2 with one assessment or bank."""
    return (
        f'<questestinterop xmlns="{NAMESPACES["1.2"]}"><{kind} ident="T1" title="A test">{about}'
        f'<section ident="root_section">{"".join(items)}</section></{kind}></questestinterop>'
    )


def manifest(
    *resources: tuple[str, str],
    title: str = "A package",
    metadata: str = "",
    identifier: str = "acme.package",
) -> str:
    """`resources` are (type, href)."""
    rows = "".join(
        f'<resource identifier="R{number}" type="{kind}" href="{href}"><file href="{href}"/></resource>'
        for number, (kind, href) in enumerate(resources)
    )
    return (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="{identifier}"><metadata>'
        "<schema>QTIv2.2 Package</schema><schemaversion>1.0.0</schemaversion>"
        f'<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><title><string>{title}</string></title></general>'
        f"{metadata}</lom></metadata><organizations/><resources>{rows}</resources></manifest>"
    )


PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""
