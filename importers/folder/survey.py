"""What lies in a folder: what a learner would open, what belongs to it, and what only served its makers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from importers.folder.outline import Outline
from schemas.media import fits, media_type_of

Kind = Literal["markdown", "html", "video", "pdf", "audio", "picture", "document"]

_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys((".md", ".markdown", ".mdx"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".mp4", ".m4v", ".webm", ".ogv", ".mov", ".avi", ".mkv", ".wmv", ".mpg"), "video"),
    ".pdf": "pdf",
    **dict.fromkeys((".mp3", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".aac", ".wav"), "audio"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".svg"), "picture"),
    **dict.fromkeys(
        (".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".doc", ".ppt", ".xls", ".rtf", ".epub", ".ppsx"),
        "document",
    ),
}
_DOWNLOADS: Final = frozenset((".txt", ".csv", ".tsv", ".zip", ".ipynb", ".ics", ".tex", ".gift"))
"""Worth offering beside what makes a folder a course, and no course by themselves."""
_SUBTITLES: Final = (".vtt", ".srt")
_OTHERS: Final = frozenset(
    (
        *("imsmanifest.xml", "tincan.xml", "cmi5.xml", "h5p.json", "library.json", "moodle_backup.xml"),
        *("moodle.xml", "course.xml", "library.xml", "bundle.yaml", "questiondb.xml", "assessment.xml"),
    )
)
"""Files that make a package what another reader reads, or would read if it were whole."""
_OTHER_FOLDERS: Final = ("sequential/", "vertical/")
"""An Open edX course is known by them where its root file has a name of its own."""
_OTHER_ENDINGS: Final = (".au", ".crs", ".course.yaml", ".quiz.yaml", ".program.yaml")


@dataclass(frozen=True, slots=True)
class Survey:
    """`contents` are (name, kind) of what is to be opened; `subtitles` belong to a film; `outside` are files
    that the site's own settings leave out; `others` are the rest. All in the order of names.
    """

    contents: tuple[tuple[str, Kind], ...]
    subtitles: dict[str, str]
    outside: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def has_pages(self) -> bool:
        return any(kind in ("markdown", "html") for _, kind in self.contents)


def is_foreign(names: Iterable[str]) -> bool:
    """Whether a package of some other kind lies here, at the root or a folder deeper."""
    near = (name for name in names if name.count("/") < 2)
    return any(
        posixpath.basename(name).lower() in _OTHERS
        or name.lower().endswith(_OTHER_ENDINGS)
        or (name.startswith(_OTHER_FOLDERS) and name.endswith(".xml"))
        for name in near
    )


def is_worth_it(names: Iterable[str]) -> bool:
    return any(_kind(name) for name in names)


def survey(names: Iterable[str], outline: Outline) -> Survey:
    """Pictures are contents only where no page could show them."""
    known = [name for name in names if name != outline.file]
    inside = [name for name in known if not outline.root or name.startswith(f"{outline.root}/")]
    kinds = [(name, kind) for name in inside if (kind := _kind(name) or _download(name))]
    pages = any(kind in ("markdown", "html") for _, kind in kinds)
    contents = tuple((name, kind) for name, kind in kinds if not (pages and kind == "picture"))
    films = [name for name, kind in contents if kind == "video"]
    subtitles = dict(_subtitles(films, inside))
    taken = {*(name for name, _ in contents), *subtitles.values()}
    return Survey(
        contents=contents,
        subtitles=subtitles,
        outside=tuple(name for name in known if name not in set(inside)),
        others=tuple(name for name in inside if name not in taken),
    )


def _kind(name: str) -> Kind | None:
    return _KINDS.get(PurePosixPath(name).suffix.lower())


def _download(name: str) -> Kind | None:
    return "document" if PurePosixPath(name).suffix.lower() in _DOWNLOADS else None


def _subtitles(films: Iterable[str], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(film, file): `talk.vtt` for `talk.mp4`, or else the first of `talk.de.vtt` and `talk.en.srt`."""
    found = [name for name in names if name.lower().endswith(_SUBTITLES)]
    for film in films:
        stem = film[: -len(PurePosixPath(film).suffix)]
        fitting = [name for name in found if name.rpartition(".")[0] == stem]
        fitting += [name for name in found if name.rpartition(".")[0].rpartition(".")[0] == stem]
        if fitting:
            yield film, fitting[0]


def is_picture(name: str) -> bool:
    kind = media_type_of(name)
    return kind is not None and fits("image", kind)
