"""What a path holds, told by what it is and how it begins, never by its name alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from pipeline.archives import gzipped
from pipeline.archives.findings import refused
from pipeline.archives.tarheaders import is_header
from schemas.findings import CoursewrightError, RefusedError, Rule

UNKNOWN = Rule("CW009", "not-a-package", "Neither a folder, nor an archive, nor a file that is read alone.")

Archive = Literal["zip", "gzip", "tar"]
HEAD_BYTES = 1024

_BEGINNINGS = (
    (b"\0\0\0\0", "zeros: a download that never finished"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"version https://git-lfs", "a Git LFS pointer; the file itself was not fetched"),
    (b"%PDF", "a PDF document"),
    (b"<", "an HTML or XML page: a login page saved in place of the download?"),
)
_NEVER_CONTENT = tuple(start for start, _ in _BEGINNINGS[:6])
_ARCHIVES = (
    ".zip",
    ".mbz",
    ".imscc",
    ".h5p",
    ".elp",
    ".elpx",
    ".tar",
    ".tgz",
    ".gz",
    ".xlsx",
    ".pptx",
    ".docx",
)
_PACK = "Give a folder, a .zip, a .tar.gz, or a single .yaml file."


def container_of(path: Path, *, foreign: bool) -> Archive | Literal["folder", "file"]:
    """A lone file is YAML; if `foreign`, whatever could be content of another system.

    Raises CoursewrightError when there is nothing to read, RefusedError when it is nothing we know.
    """
    head = _head(path)
    if head is None:
        return "folder"
    if archive := archive_of(head):
        return archive
    if path.suffix.lower() in (".yaml", ".yml") or (foreign and _may_be_content(path, head)):
        return "file"
    raise no_package(path, head)


def archive_of(head: bytes) -> Archive | None:
    """What a file is that begins so."""
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    if head.startswith(gzipped.MAGIC):
        return "gzip"
    return "tar" if is_header(head) else None


def no_tar(label: str, head: bytes) -> RefusedError:
    """Of a gzip, whose content begins so."""
    found = f"a gzip archive of {_looks_like(head)}"
    return refused(UNKNOWN, label, found, "a gzip archive of a tar", _PACK)


def no_package(path: Path, head: bytes) -> RefusedError:
    """Says what the file looks like instead."""
    return refused(UNKNOWN, str(path), _looks_like(head), "a folder, an archive or a YAML file", _PACK)


def _head(path: Path) -> bytes | None:
    """The first bytes of a file; None for a folder."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):
            raise refused(UNKNOWN, str(path), "a device, a pipe or a socket", "a file or a folder", _PACK)
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise CoursewrightError(f"{path}: no such file or folder", "Check the path.") from None
    except (OSError, ValueError) as error:
        raise CoursewrightError(
            f"{path}: cannot be read ({_reason(error)})", "Check its permissions."
        ) from error


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _may_be_content(path: Path, head: bytes) -> bool:
    """Whether a reader should be asked. What bears the name of an archive and is none never is: a failed
    download under its right name, mostly.
    """
    return (
        head.strip(b"\0") != b""
        and not head.startswith(_NEVER_CONTENT)
        and path.suffix.lower() not in _ARCHIVES
    )


def _looks_like(head: bytes) -> str:
    if not head:
        return "an empty file"
    if head.startswith(gzipped.MAGIC):
        return "another gzip archive"
    for start, meaning in _BEGINNINGS:
        if head.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(start):
            return meaning
    return f"a file that begins with {head[:8]!r}"
