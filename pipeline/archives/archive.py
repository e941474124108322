"""What zips and tars have in common once they are open: members by name, below the folder they share."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Generic, Protocol, Self, TypeVar, cast

from pipeline.archives.contents import EMPTY, shared_folder
from pipeline.archives.faults import BadArchiveError, refusal_of
from pipeline.archives.findings import refused, too_long
from pipeline.archives.inflate import MemberStream
from pipeline.archives.limits import Limits
from pipeline.archives.positioned import PositionedFile
from schemas.findings import Finding


class _Member(Protocol):
    @property
    def size(self) -> int: ...


M = TypeVar("M", bound=_Member)


class ArchiveSource(ABC, Generic[M]):
    """See schemas.source.Source. Leaving its `with` block closes the file. Threads may read at once."""

    def __init__(self, file: BinaryIO, label: str, limits: Limits, notes: Sequence[Finding] = ()) -> None:
        """Takes the file over: it is closed with the source, and when that cannot be opened.

        `notes` are what was changed on the way to this archive.
        """
        self._file = PositionedFile(file)
        self._label = label
        self._limits = limits
        self._root = ""
        self._notes = notes
        self._members: Mapping[str, M] = {}
        self._names: Sequence[str] = ()
        try:
            self._fill(*self._open())
        except BadArchiveError as error:
            self._file.close()
            raise refusal_of(error, self._label) from None
        except BaseException:
            self._file.close()
            raise

    @abstractmethod
    def _open(self) -> tuple[Mapping[str, M], Sequence[Finding]]:
        """Members that are content, by their names in the archive, and the notes. Raises BadArchiveError."""

    @abstractmethod
    def _chunks(self, member: M) -> Iterator[bytes]:
        """The member's bytes, the last of them held back until they are proven. Raises BadArchiveError."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def label(self) -> str:
        return self._label

    @property
    def notes(self) -> Sequence[Finding]:
        return self._notes

    def names(self) -> Sequence[str]:
        return self._names

    def size(self, name: str) -> int:
        return self._members[name].size

    def place(self, name: str) -> str:
        return f"{self._label}!{self._root}{name}"

    def read(self, name: str, limit: int) -> bytes:
        size = self.size(name)
        if size > limit:
            raise too_long(self.place(name), size, limit)
        return b"".join(self._proven(self._members[name]))

    def open(self, name: str) -> BinaryIO:
        """RefusedError comes from reading: before the last bytes of a damaged member are handed out."""
        stream = MemberStream(self._proven(self._members[name]))
        return cast("BinaryIO", io.BufferedReader(stream, io.DEFAULT_BUFFER_SIZE))

    def _fill(self, members: Mapping[str, M], notes: Sequence[Finding]) -> None:
        if not members:
            raise refused(EMPTY, self._label, "no file", "a package", "Check what was packed.")
        self._root = shared_folder(members)
        self._members = {name[len(self._root) :]: members[name] for name in sorted(members)}
        self._names = list(self._members)
        self._notes = (*self._notes, *notes)

    def _proven(self, member: M) -> Iterator[bytes]:
        try:
            yield from self._chunks(member)
        except BadArchiveError as error:
            raise refusal_of(error, self._label) from None
