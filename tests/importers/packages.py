"""Packages made in a test: a SCORM manifest from its parts, and files in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import importers
from importers import scorm
from schemas.findings import Account, Finding, Report
from schemas.model import Bundle, Content, Course
from schemas.source import Reading

PAGE = b"<!DOCTYPE html><html><head><title>A page</title></head><body>Hello</body></html>"
_NAMESPACES = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
)
SCHEMA = "<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>"
RESOURCE = '<resource identifier="R" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource>'


@dataclass(frozen=True)
class MemorySource:
    """A `schemas.source.Source` over a dictionary."""

    files: Mapping[str, bytes]
    label: str = "course.zip"
    notes: Sequence[Finding] = field(default_factory=list)

    def names(self) -> Sequence[str]:
        return sorted(self.files)

    def size(self, name: str) -> int:
        return len(self.files[name])

    def read(self, name: str, limit: int) -> bytes:
        assert self.size(name) <= limit
        return self.files[name]

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.files[name])

    def place(self, name: str) -> str:
        return f"{self.label}!{name}"


def manifest(
    *,
    items: str = '<item identifier="I" identifierref="R"><title>Lesson</title></item>',
    organizations: str | None = None,
    resources: str = RESOURCE,
    metadata: str = "",
    title: str = "<title>Course</title>",
    attributes: str = "",
    schema: str = SCHEMA,
) -> str:
    """A manifest of one organization ORG, unless `organizations` says otherwise."""
    if organizations is None:
        organizations = f'<organizations default="ORG"><organization identifier="ORG">{title}{items}</organization></organizations>'
    return (
        f'<manifest identifier="example.course" {_NAMESPACES} {attributes}>'
        f"<metadata>{schema}{metadata}</metadata>{organizations}<resources>{resources}</resources></manifest>"
    )


def package(text: str | bytes, files: Mapping[str, bytes] | None = None) -> MemorySource:
    """A manifest at the root, with a page `index.html` unless other files are given."""
    data = text.encode() if isinstance(text, str) else text
    return MemorySource({"imsmanifest.xml": data, **({"index.html": PAGE} if files is None else files)})


@dataclass(frozen=True)
class Imported:
    """What became of a package, with short ways to its parts."""

    reading: Reading
    report: Report

    @property
    def bundle(self) -> Bundle:
        return self.reading.bundle

    @property
    def course(self) -> Course:
        (course,) = self.bundle.courses
        return course

    @property
    def contents(self) -> list[Content]:
        return list(self.course.contents())

    def account(self, kind: str, name: str) -> Account:
        (found,) = [each for each in self.report.accounts if (each.kind, each.name) == (kind, name)]
        return found

    def fate(self, kind: str, name: str) -> tuple[str, str]:
        found = self.account(kind, name)
        return found.fate, found.note


def taken(files: Mapping[str, bytes | str]) -> Imported:
    """What became of a package, in the format that it is found to have."""
    source = MemorySource(
        {name: each.encode() if isinstance(each, str) else each for name, each in files.items()}
    )
    report = Report()
    return Imported(importers.detect(source).load().read(source, report), report)


def imported(text: str | bytes, files: Mapping[str, bytes] | None = None) -> Imported:
    report = Report()
    return Imported(scorm.read(package(text, files), report), report)
