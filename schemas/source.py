"""The doors to files: readers see a `Source`, writers a `Sink`; what is behind them is the pipeline's affair.

Names are POSIX paths relative to the root, already proven harmless: no "..", no leading "/", no
backslash, no control character, no two names that differ only by case or Unicode form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from schemas.findings import Finding
from schemas.model import Bundle


class Files(Protocol):
    """Bytes by name."""

    def open(self, name: str) -> BinaryIO:
        """Opens for reading from the start. Raises KeyError when there is no such file."""
        ...


class Source(Files, Protocol):
    """A folder or an archive, opened for reading."""

    @property
    def label(self) -> str:
        """How the user named it; shown in messages."""
        ...

    @property
    def notes(self) -> Sequence[Finding]:
        """What was changed or left out on opening: a junk file, a re-rooted package. An error among them is
        about a file that should be there and is not among the names; who only looks may go on.
        """
        ...

    def names(self) -> Sequence[str]:
        """Every file, sorted."""
        ...

    def size(self, name: str) -> int:
        """In bytes. Raises KeyError."""
        ...

    def read(self, name: str, limit: int) -> bytes:
        """The whole file. Raises KeyError, or RefusedError when it is longer than `limit` bytes."""
        ...

    def place(self, name: str) -> str:
        """How a file is shown in messages: a path the user can open, or `archive.zip!name`."""
        ...


class Sink(Protocol):
    """A folder or an archive, opened for writing. Each name is written once."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader returns. `files` opens every path in `bundle.media`.

    `beside` are files that belong next to the bundle and never into it, by name: what the source says of
    persons. Each call gives the bytes anew.
    """

    bundle: Bundle
    files: Files
    beside: Mapping[str, Callable[[], Iterable[bytes]]] = field(default_factory=dict)
