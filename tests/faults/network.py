"""A network between publisher and PostgreSQL that loses answers, falls silent, or hangs up."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

_SO_ATTACH_FILTER: Final = 26  # <asm-generic/socket.h>
_RELEASE: Final = b"coursewright_release"
_COMMIT: Final = b"COMMIT"

# Looks at what the client says next, and at whether its transaction writes a release; False: it is not passed on.
Ear = Callable[["Line", bytes], bool]


class Line:
    """One client's connection through the network. `writes`: its transaction has recorded a release."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.writes = False
        self._threads: list[threading.Thread] = []
        self.deaf = False  # nothing the server says gets through any more
        self.unheard = threading.Event()  # it has said something since

    def hang_up(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def carry(self, ear: Ear) -> None:
        """Both ways, until one end hangs up."""
        for target in (_ask, _answer):
            thread = threading.Thread(target=target, args=(self, ear))
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        self.hang_up()
        for thread in self._threads:
            thread.join()
        self.client.close()
        self.server.close()

    def fall_silent(self) -> None:
        """A black hole, for the server too: the kernel drops what it sends, acknowledgements included."""
        self.deaf = True
        _drop_everything(self.server)


def _drop_everything(end: socket.socket) -> None:
    """A socket filter of one instruction, `ret 0` (Linux, Documentation/networking/filter.rst)."""
    assert sys.platform == "linux"
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    program = struct.pack("HL", 1, ctypes.addressof(instruction))
    end.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


@contextmanager
def network(server: tuple[str, int], ear: Ear) -> Iterator[int]:
    """A port that leads to the server as long as `ear` lets what clients say pass."""
    lines: list[Line] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = threading.Thread(target=_accept, args=(listener, server, ear, lines))
        worker.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            worker.join()
            for line in lines:
                line.close()


def _accept(listener: socket.socket, server: tuple[str, int], ear: Ear, lines: list[Line]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            try:
                line = Line(client, socket.create_connection(server, 5))
            except OSError:
                client.close()
                continue
            line.server.settimeout(None)
            line.carry(ear)
            lines.append(line)


def _ask(line: Line, ear: Ear) -> None:
    with suppress(OSError):
        while data := line.client.recv(65536):
            line.writes |= _RELEASE in data and b"INSERT" in data
            if ear(line, data):
                line.server.sendall(data)
            line.writes &= _COMMIT not in data  # its next transaction is another tenant's
        line.server.shutdown(socket.SHUT_WR)


def _answer(line: Line, _ear: Ear) -> None:
    with suppress(OSError):
        while data := line.server.recv(65536):
            if line.deaf:
                line.unheard.set()
            else:
                line.client.sendall(data)
        if not line.deaf:
            line.client.shutdown(socket.SHUT_RDWR)
