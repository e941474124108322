"""Temporary files without a name: gone when they are closed, and when the process dies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import BinaryIO, cast

from schemas.findings import CoursewrightError


def unnamed(pieces: Iterable[bytes]) -> BinaryIO:
    """A file with these bytes, at its start.

    Raises CoursewrightError when the disk is full, and what `pieces` raises; the file is gone then.
    """
    file = cast("BinaryIO", tempfile.TemporaryFile(prefix="coursewright-", buffering=0))  # noqa: SIM115 it is handed on
    try:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
    except OSError as error:
        file.close()
        message = f"{tempfile.gettempdir()}: no archive can be unpacked there ({error.strerror})"
        raise CoursewrightError(message, "Make room, or name another folder in TMPDIR.") from error
    except BaseException:
        file.close()
        raise
    return file
