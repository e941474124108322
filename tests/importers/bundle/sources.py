"""Bundles held in memory, and the smallest one that is right."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from importers import bundle
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

Text = str | bytes
TOO_LONG = Rule("CW000", "too-long", "The stand-in for what archives say.")
EXAMPLES = Path(__file__).parents[3] / "packages" / "examples"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x02\0\0\0"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


@dataclass(slots=True)
class MemorySource:
    """Files in a dict as `schemas.source.Source` asks; counts what is read."""

    contents: dict[str, bytes]
    label: str = "here"
    reads: list[str] = field(default_factory=list)
    notes: Sequence[Finding] = ()

    def names(self) -> Sequence[str]:
        return sorted(self.contents)

    def size(self, name: str) -> int:
        return len(self.contents[name])

    def read(self, name: str, limit: int) -> bytes:
        self.reads.append(name)
        if self.size(name) > limit:
            where = Location(self.place(name))
            raise RefusedError([Finding(rule=TOO_LONG, location=where, found="", expected="", mend="")])
        return self.contents[name]

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.contents[name])

    def place(self, name: str) -> str:
        return f"{self.label}/{name}" if name else self.label


class LoneSource(MemorySource):
    """One file, named by the user."""

    def place(self, _name: str) -> str:
        return self.label


ROOT = """\
key: demo
instructor: ann@example.org
"""
COURSE = """\
key: first-aid
title: First aid
sections:
  - key: start
    title: Start
    contents:
      - key: welcome
        type: rich_text
        title: Welcome
        text: Hello.
"""


def source(changes: Mapping[str, Text] = MappingProxyType({})) -> MemorySource:
    """The smallest right bundle, with files added or replaced."""
    files: dict[str, Text] = {"bundle.yaml": ROOT, "course.yaml": COURSE, **changes}
    return MemorySource(
        {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    )


def lone(name: str, text: Text) -> LoneSource:
    return LoneSource({name: text if isinstance(text, bytes) else text.encode()}, label=name)


def course(contents: str, **fields: str) -> str:
    """A course of one section; `contents` is the YAML of a list, written from the first column."""
    head = "".join(f"{name}: {value}\n" for name, value in {"key": "c", "title": "C", **fields}.items())
    body = "".join(f"      {line}\n" for line in contents.rstrip("\n").split("\n"))
    return f"{head}sections:\n  - key: s\n    title: S\n    contents:\n{body}"


def check(files: Mapping[str, Text]) -> list[Finding]:
    return bundle.check(source(files))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.rule.code for finding in findings]
