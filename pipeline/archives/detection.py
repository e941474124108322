"""What a path holds, told by what it is and how it begins, never by its name alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from pipeline.archives.findings import refused
from schemas.findings import CoursewrightError, Rule

UNKNOWN = Rule("CW009", "not-a-package", "Neither a folder, nor a zip, nor a YAML file.")

_BEGINNINGS = (
    (b"\0\0\0\0", "zeros: a download that never finished"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"version https://git-lfs", "a Git LFS pointer; the file itself was not fetched"),
    (b"<", "an HTML or XML page: a login page saved in place of the download?"),
)
_PACK = "Give a folder, a .zip, or a single .yaml file."


def container_of(path: Path) -> Literal["folder", "zip", "file"]:
    """Raises CoursewrightError when there is nothing to read, RefusedError when it is nothing we know."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder"
        if not stat.S_ISREG(mode):
            raise refused(UNKNOWN, str(path), "a device, a pipe or a socket", "a file or a folder", _PACK)
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise CoursewrightError(f"{path}: no such file or folder", "Check the path.") from None
    except (OSError, ValueError) as error:
        raise CoursewrightError(
            f"{path}: cannot be read ({_reason(error)})", "Check its permissions."
        ) from error
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return "zip"
    if path.suffix.lower() in (".yaml", ".yml"):
        return "file"
    raise refused(UNKNOWN, str(path), _looks_like(head), "a folder, a zip or a YAML file", _PACK)


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _looks_like(head: bytes) -> str:
    if not head:
        return "an empty file"
    for start, meaning in _BEGINNINGS:
        if head.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(start):
            return meaning
    return f"a file that begins with {head[:8]!r}"
