"""A web server for packages, the platform page and npm packages. Pages get the content policy of a strict platform."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.player.lrs import Lrs

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'"


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *given: Any, site: Site, **named: Any) -> None:
        self.site = site
        super().__init__(*given, **named)

    def do_GET(self) -> None:
        if self.path.startswith("/lrs/"):
            self.do_PUT()
        else:
            super().do_GET()

    def do_PUT(self) -> None:
        """The learning record store that a test has put into the site."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        status, text = self.site.lrs.answer(self.command, self.path, self.headers, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_POST = do_PUT  # noqa: N815  the library's name

    def translate_path(self, path: str) -> str:
        first, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        return str(self.site.roots.get(first, Path("/nonexistent")) / rest)

    def end_headers(self) -> None:
        if self.path.startswith("/packages/"):
            self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *given: Any) -> None:
        pass


class Site:
    """Serves `/packages/NAME/…` out of `folder`, `/lms/…` and `/npm/…`; `/lrs/…` is answered by `lrs`."""

    def __init__(self, folder: Path, npm: Path) -> None:
        self.folder = folder
        self.roots = {"packages": folder, "lms": Path(__file__).parent / "lms", "npm": npm}
        self.lrs = Lrs()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, site=self))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
