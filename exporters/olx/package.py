"""The files of a course: blocks as Studio writes them, one file each, in the folder `course/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from exporters.shared.xml import Element, document, element
from schemas.source import Sink

FOLDER: Final = "course"


@dataclass(frozen=True, slots=True)
class Package:
    """Writes definitions, and answers with the pointers that their parents hold."""

    sink: Sink

    def block(self, category: str, url_name: str, definition: Element) -> Element:
        """A block in a file of its own."""
        self.file(f"{category}/{url_name}.xml", document(definition))
        return element(category, {"url_name": url_name})

    def page(self, url_name: str, title: str, html: str) -> Element:
        """A block of HTML: its text lies beside its definition."""
        self.file(f"html/{url_name}.html", html.encode())
        definition = element("html", {"display_name": title, "filename": url_name})
        return self.block("html", url_name, definition)

    def json(self, name: str, value: Mapping[str, Any]) -> None:
        self.file(name, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())

    def file(self, name: str, data: bytes) -> None:
        self.sink.write(f"{FOLDER}/{name}", [data])
