"""Writers: the model → files of some format, as deterministic bytes. Reading this table imports no format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from schemas.formats import Format
from schemas.model import Bundle
from schemas.source import Files, Sink


class Writer(Protocol):
    """What every module named in `FORMATS` offers. The module itself is the writer."""

    def write(self, bundle: Bundle, files: Files, sink: Sink) -> None:
        """Writes it all; `files` opens every path in `bundle.media`. Equal input gives equal bytes."""
        ...


FORMATS: Mapping[str, Format[Writer]] = {
    row.name: row for row in (Format[Writer](__name__, "bundle", "coursewright bundle"),)
}
