"""Writers: the model → files of some format, as deterministic bytes. Reading this table imports no format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from schemas.model import Bundle
from schemas.source import Files, Sink


class Writer(Protocol):
    """What every module named in `FORMATS` offers. The module itself is the writer."""

    def write(self, bundle: Bundle, files: Files, sink: Sink) -> None:
        """Writes it all; `files` opens every path in `bundle.media`. Equal input gives equal bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the registry: `name` is the module and what the user types, `title` what people call it."""

    name: str
    title: str

    def load(self) -> Writer:
        return cast("Writer", import_module(f"exporters.{self.name}"))


FORMATS: Mapping[str, Format] = {row.name: row for row in (Format("bundle", "coursewright bundle"),)}
