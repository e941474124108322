"""The registry of forms in which `check` prints what it found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TextIO, cast

from pipeline.checking import Checked

Write = Callable[[Sequence[Checked], TextIO], None]

FORMS: Mapping[str, str] = {
    "human": "for people",
    "json": "one document for programs",
    "github": "workflow commands, shown as annotations",
    "sarif": "SARIF 2.1.0, for code hosts and editors",
    "junit": "JUnit XML, for CI servers",
}


def write(checked: Sequence[Checked], form: str, stream: TextIO) -> None:
    """Hands over to `write` of the module of that form."""
    module = import_module(f"pipeline.show.{'jsondoc' if form == 'json' else form}")
    cast("Write", module.write)(checked, stream)
