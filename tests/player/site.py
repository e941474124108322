"""A web server for packages, the platform page and npm packages. Pages get the content policy of a strict platform."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'"


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *given: Any, roots: dict[str, Path], **named: Any) -> None:
        self.roots = roots
        super().__init__(*given, **named)

    def translate_path(self, path: str) -> str:
        first, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        return str(self.roots.get(first, Path("/nonexistent")) / rest)

    def end_headers(self) -> None:
        if self.path.startswith("/packages/"):
            self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *given: Any) -> None:
        pass


class Site:
    """Serves `/packages/NAME/…` out of `folder`, `/lms/…` and `/npm/…`."""

    def __init__(self, folder: Path, npm: Path) -> None:
        self.folder = folder
        roots = {"packages": folder, "lms": Path(__file__).parent / "lms", "npm": npm}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, roots=roots))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
