"""A proxy before the real S3 server that answers chosen requests itself."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Final

from tests.faults.place import Ground

HANG: Final = "hangs up"
_CODES: Final = {503: "SlowDown", 409: "ConditionalRequestConflict", 412: "PreconditionFailed"}
_HOP: Final = ("transfer-encoding", "connection", "content-length")

# What to answer to the n-th request instead of passing it on; None: it is passed on.
Answer = Callable[[int], int | str | None]


@contextmanager
def between(ground: Ground, answer: Answer) -> Iterator[tuple[str, list[int]]]:
    """The proxy's address, and a list whose only item counts the requests."""
    assert ground.s3 is not None
    with _Proxy(ground.s3.ports[0], answer) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}", proxy.seen
        proxy.shutdown()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.port, self.answer = port, answer
        self.numbers, self.seen = count(1), [0]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Proxy

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen[0] = number = next(self.server.numbers)
        fault = self.server.answer(number)
        if fault == HANG:
            self.close_connection = True
        elif isinstance(fault, int):
            said = f"<Error><Code>{_CODES[fault]}</Code></Error>".encode()
            self._answer(fault, {"Content-Length": str(len(said))}, said)
        else:
            self._pass_on(body)

    def _pass_on(self, body: bytes) -> None:
        way = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name != "Expect"}
        way.request(self.command, self.path, body, headers)
        reply = way.getresponse()
        said = reply.read()
        kept = {name: value for name, value in reply.getheaders() if name.lower() not in _HOP}
        length = reply.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(said))
        self._answer(reply.status, {**kept, "Content-Length": length}, said)
        way.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _serve  # noqa: N815 names of the base class
