"""How a run ends: 0 done, 1 somebody else's fault, 2 usage, 3 our fault, 4 too lossy, 130 interrupted."""

from __future__ import annotations

import errno
import os
import platform
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from schemas.printable import printable

if TYPE_CHECKING:
    from schemas.findings import RefusedError

INTERRUPTED = 130
BUG = 3
LOSSY = 4
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}


class ElsewhereError(Exception):
    """A bug that came up in another process: its class, and where it was."""

    def __init__(self, kind: str, frames: str) -> None:
        super().__init__(kind, frames)
        self.kind, self.frames = kind, frames

    @classmethod
    def of(cls, error: BaseException) -> ElsewhereError:
        return error if isinstance(error, cls) else cls(_kind(error), _frames(error))


def guarded(run: Callable[[], int], stream: TextIO) -> int:
    """The exit code of `run`; what went wrong is told on `stream`, never as a traceback."""
    try:
        return run()
    except KeyboardInterrupt:
        stream.write("stopped\n")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 the last line of defence turns a bug into something to paste
        return _told(error, stream)


def flush() -> int:
    """Writes out what standard output still holds; 0, or raises OSError, once.

    Python would try again on its way out, and end with a code and words of its own.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    return 0


def _told(error: Exception, stream: TextIO) -> int:
    from schemas.findings import CoursewrightError, RefusedError  # the model behind it costs `--help` 20 ms

    match error:
        case RefusedError():
            _tell_refused(error, stream)
            return 1
        case CoursewrightError():
            tell(str(error), error.mend, stream)
            return 1
        case BrokenPipeError():
            return 1  # whoever read our output has seen enough
        case OSError() if error.errno in _NO_ROOM | _NOT_ALLOWED:
            _tell_system(error, stream)
            return 1
    _tell_bug(error, stream)
    return BUG


def _tell_system(error: OSError, stream: TextIO) -> None:
    """A full disk or a missing right is nobody's bug; a write through a buffer has no file name."""
    place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    mend = "make room" if error.errno in _NO_ROOM else "change the rights"
    tell(f"{place}{error.strerror}", f"{mend} or choose another place, and run it again", stream)


def tell(message: str, mend: str, stream: TextIO) -> None:
    stream.write(f"error: {printable(message)}\n")
    if mend:
        stream.write(f"  mend: {printable(mend)}\n")


def _tell_refused(refused: RefusedError, stream: TextIO) -> None:
    from pipeline.show import human
    from schemas.words import counted

    human.write_findings(refused.findings, stream)
    stream.write(f"refused, nothing was done: {counted(len(refused.findings), 'finding')}.\n")


def _tell_bug(error: Exception, stream: TextIO) -> None:
    """Where it happened, without a message or a value: those may hold content or secrets."""
    from pipeline.version import version

    bug = ElsewhereError.of(error)
    stream.write(
        "This is a bug in coursewright, not in your files. Please report these lines; "
        "they hold no content and no secrets:\n\n"
        f"  coursewright {version()}, Python {platform.python_version()}, {sys.platform}\n"
        f"{bug.frames}  {bug.kind}\n"
    )


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _frames(error: BaseException) -> str:
    return "".join(
        f"  {frame.filename}:{frame.lineno} in {frame.name}\n"
        for frame in traceback.extract_tb(error.__traceback__)
    )
