"""Pictures inside a file of Moodle XML, as base64."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

from exporters.shared.xml import Element, Text, element
from schemas.model import Bundle, Media
from schemas.source import Files

_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one picture. They are in memory a few times over, here and in PHP, whose limit is often 128 MB."""


@dataclass(slots=True)
class Pictures:
    """`written` are the paths of those that stand in the file."""

    bundle: Bundle
    files: Files
    written: set[str] = field(default_factory=set)
    _too_large: set[str] = field(default_factory=set)
    _known: Mapping[str, Media] = field(init=False)

    def __post_init__(self) -> None:
        self._known = {media.path: media for media in self.bundle.media}

    def embedded(self, path: str) -> tuple[str, Element | None]:
        """An <img> and the file for it; nothing of both for a picture that is too large."""
        if self._known[path].size > _LARGEST:
            self._too_large.add(path)
            return "", None
        with self.files.open(path) as file:
            data = b64encode(file.read()).decode("ascii")
        self.written.add(path)
        name = PurePosixPath(path).name
        given = {"name": name, "path": "/", "encoding": "base64"}
        return (
            f' <img src="@@PLUGINFILE@@/{escape(quote(name))}" alt="">',
            element("file", given, Text(data)),
        )

    def reason(self, path: str) -> str:
        """Why a file is not in it."""
        if path in self._too_large:
            return f"larger than {_LARGEST // (1024 * 1024)} MiB, which is too much inside a file of XML"
        return "no question shows it"
