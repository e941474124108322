"""A real editor's part of the Language Server Protocol 3.17, as far as a file is opened, judged and completed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_SETTINGS = {"yaml": {"validate": True, "completion": True, "schemaStore": {"enable": False}}}
Message = dict[str, Any]


class Editor:
    """A language server on pipes. It may ask for settings while we wait; everything else it says is kept."""

    def __init__(self, command: list[str], root: Path) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0
        self.request(
            "initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": _CAPABILITIES}
        )
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": _SETTINGS}})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def diagnostics(self, path: Path, text: str) -> list[Message]:
        """What is underlined in a file of this text, once it is open."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        said = self._wait(lambda message: message.get("params", {}).get("uri") == uri)
        assert said["method"] == "textDocument/publishDiagnostics"
        found: list[Message] = said["params"]["diagnostics"]
        return found

    def completions(self, path: Path, text: str) -> Mapping[str, Message]:
        """What is offered where the `|` stands in the text, by label."""
        before, _, after = text.partition("|")
        self.diagnostics(path, before + after)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        asked = {"textDocument": {"uri": path.as_uri()}, "position": place}
        answer = self.request("textDocument/completion", asked)
        return {item["label"]: item for item in answer["items"]}

    def request(self, method: str, params: Message) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == number and "method" not in message)
        assert "error" not in answer, answer
        return answer["result"]

    def _wait(self, wanted: Callable[[Message], bool]) -> Message:
        while not wanted(message := self._receive()):
            if "id" in message and "method" in message:
                asked = message.get("params", {}).get("items", [])
                result = [_SETTINGS.get(item.get("section")) for item in asked]
                self._send({"id": message["id"], "result": result})
        return message

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> Message:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: Message = json.loads(self._process.stdout.read(length))
        return message


_CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
}
