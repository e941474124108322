"""Archives as sources: of each kind, the one inside another, and those that are really one document."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.archives.archive import ArchiveSource
from pipeline.archives.detection import HEAD_BYTES, Archive, archive_of, no_tar
from pipeline.archives.faults import BadArchiveError, refusal_of
from pipeline.archives.findings import about
from pipeline.archives.gzipped import name_within, unpacked
from pipeline.archives.limits import Limits
from pipeline.archives.names import refusal
from pipeline.archives.tarred import TarSource
from pipeline.archives.unnamed import unnamed
from pipeline.archives.zipped import ATTRIBUTES, ZipSource
from schemas.findings import Finding, Rule
from schemas.source import Source

NESTED = Rule("CW028", "archive-in-archive", "The only file of an archive is the archive with the package.")

_CHUNK = 1024 * 1024
_OFFICE = ("xl/", "word/", "ppt/")
_DOCUMENT_TYPES = (b"application/vnd.oasis.opendocument.", b"application/epub+zip")


@contextmanager
def open_archive(path: Path, kind: Archive, limits: Limits) -> Iterator[Source]:
    """The archive, or the one inside that is its only file; what that holds is not opened any further.

    Raises RefusedError with every finding when it cannot be taken.
    """
    with ExitStack() as opened:
        outer = opened.enter_context(_source(path.open("rb", buffering=0), kind, str(path), limits))
        name, within = _packed_alone(outer)
        if within is None:
            yield outer
            return
        copy, place = _taken_out(outer, name), outer.place(name)
        notes = (*outer.notes, _nested(place))
        if within != "zip":
            opened.close()  # so that never more than two things lie unpacked on the disk
        inner = opened.enter_context(_source(copy, within, place, limits, notes))
        yield outer if is_document(inner) else inner


def is_document(source: Source) -> bool:
    """Whether a zip is what one program shows as one document: OOXML, OpenDocument, EPUB."""
    names = source.names()
    if "[Content_Types].xml" in names:
        return any(name.startswith(_OFFICE) for name in names)
    if "mimetype" not in names:
        return False
    with source.open("mimetype") as file:
        return file.read(HEAD_BYTES).startswith(_DOCUMENT_TYPES)


def _source(
    file: BinaryIO, kind: Archive, label: str, limits: Limits, notes: Sequence[Finding] = ()
) -> ArchiveSource[Any]:
    """Takes the file over. `notes` come before those of the source."""
    if kind == "zip":
        return ZipSource(file, label, limits, notes)
    if kind == "tar":
        return TarSource(file, label, limits, notes)
    with file:
        named = name_within(file.read(HEAD_BYTES))
        file.seek(0)
        try:
            content = unpacked(file, os.fstat(file.fileno()).st_size, limits)
        except BadArchiveError as error:
            raise refusal_of(error, label) from None
    head = content.read(HEAD_BYTES)
    if head.strip(b"\0") and archive_of(head) != "tar":
        content.close()
        raise no_tar(label, head)
    if named and refusal(named):
        notes = (*notes, _misnamed(label))
    return TarSource(content, label, limits, notes)


def _packed_alone(source: Source) -> tuple[str, Archive | None]:
    """The name and kind of the archive that is the only file."""
    name = source.names()[0]
    if len(source.names()) > 1:
        return name, None
    with source.open(name) as file:
        return name, archive_of(file.read(HEAD_BYTES))


def _taken_out(source: Source, name: str) -> BinaryIO:
    """A member in a file that is gone once it is closed."""
    with source.open(name) as member:
        return unnamed(iter(partial(member.read, _CHUNK), b""))


def _nested(place: str) -> Finding:
    found = "an archive that is the only file of another; read from there"
    mend = "Nothing to do; next time take the inner one."
    return about(NESTED, place, found, "the package itself", mend, severity="warning")


def _misnamed(label: str) -> Finding:
    found = "a name for the content in the gzip header that no system takes; dropped"
    return about(ATTRIBUTES, label, found, "a file name or none", "Nothing to do.", severity="warning")
