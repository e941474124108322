"""A bundle as files on disk, written by the exporter, with comments as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from exporters.bundle import write
from importers import bundle as reader
from pipeline.archives import open_source
from schemas.findings import Report
from schemas.model import Bundle
from tests.strategies import MemorySink, Sample

_COMMENT = re.compile(r"#~\d+")


@dataclass(slots=True)
class Folder:
    """A bundle on disk."""

    path: Path

    def write(self, sample: Sample) -> None:
        """Exactly these files. Raises RefusedError when `check` finds something, with nothing changed."""
        sink = MemorySink()
        write(sample.bundle, sample.files, sink)
        before = self.files()
        self._put({name: _commented(name, data) for name, data in sink.contents.items()})
        try:
            again = self.read()
        except Exception:
            self._put(before)
            raise
        if again != sample.bundle:  # a comment went into somebody's text
            self._put(sink.contents)

    def restore(self, files: dict[str, bytes]) -> None:
        self._put(files)

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for path in self.path.rglob("*")
            if path.is_file()
        }

    def read(self) -> Bundle:
        """As `publish` reads it. Raises RefusedError."""
        with open_source(self.path) as source:
            return reader.read(source, Report()).bundle

    def _put(self, files: dict[str, bytes]) -> None:
        for name in self.files().keys() - files.keys():
            (self.path / name).unlink()
        for name, data in files.items():
            place = self.path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _commented(name: str, data: bytes) -> bytes:
    """A comment over the first line, and one over and behind every entry of a list."""
    if not name.endswith(".yaml"):
        return data
    lines = ["#~0 by hand"]
    for n, line in enumerate(data.decode().split("\n"), start=1):
        if match := re.fullmatch(r"( *)- key: [a-z0-9._-]+", line):
            lines += [f"{match[1]}#~{n}000", f"{line}  #~{n}001"]
        else:
            lines.append(line)
    return "\n".join(lines).encode()


def comments(data: bytes) -> list[str]:
    return _COMMENT.findall(data.decode())
