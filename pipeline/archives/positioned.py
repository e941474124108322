"""A file that several threads read from at once, each at its own place."""

from __future__ import annotations

import os
import threading
from typing import BinaryIO


class PositionedFile:
    """Takes the file over: `close` closes it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.length = os.fstat(file.fileno()).st_size

    def read(self, offset: int, size: int) -> bytes:
        """Fewer bytes only where the file ends; see `endrecord.Read`."""
        if not 0 <= offset < self.length or size <= 0:
            return b""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size) or b""

    def close(self) -> None:
        self._file.close()
