"""The only place that opens archives and folders, so the rules for hostile ones exist once (docs/adr/0006).

Nothing is ever extracted: members are read, checked and handed on as streams.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pipeline.archives.limits import LIMITS, Limits
from schemas.source import Sink, Source


@contextmanager
def open_source(
    path: Path, limits: Limits = LIMITS, *, forgiving: bool = False, foreign: bool = False
) -> Iterator[Source]:
    """A folder, a zip or a tar (told by their first bytes), or a lone YAML file as a source of one file.

    Raises RefusedError with every finding (CW0xx) when it cannot be taken, CoursewrightError when there
    is nothing at `path`. What was accepted with a change is in the source's `notes`. Forgiving, a folder is
    opened without the files that are refused, and why is among the notes as errors: to look, not to take.
    Foreign, any other file is a source of one too, also a document that is a zip: a reader may know it; and
    a package that holds the bundle it was made of is opened as that bundle.
    """
    from pipeline.archives.detection import container_of
    from pipeline.archives.folder import FolderSource, LoneFile
    from pipeline.archives.held import HeldBundle, holds_bundle
    from pipeline.archives.opening import is_document, open_archive

    match container_of(path, foreign=foreign):
        case "folder":
            folder = FolderSource(path, limits, forgiving=forgiving)
            yield HeldBundle(folder) if foreign and holds_bundle(folder) else folder
        case "file":
            yield LoneFile(path, limits)
        case archive:
            with open_archive(path, archive, limits) as source:
                if foreign and holds_bundle(source):
                    yield HeldBundle(source)
                else:
                    yield LoneFile(path, limits) if foreign and is_document(source) else source


def open_sink(path: Path) -> AbstractContextManager[Sink]:
    """A zip when the name ends in `.zip`, else a folder. Appears whole at the end, or not at all.

    Same names and bytes written in the same order give the same archive. Raises CoursewrightError when
    `path` holds something an export must not replace.
    """
    from pipeline.archives.sinks import open_folder, open_zip

    return open_zip(path) if path.suffix.lower() == ".zip" else open_folder(path)
