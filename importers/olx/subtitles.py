"""Subtitles of Open edX (SubRip, and JSON with three lists) → WebVTT, the words and times as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final, NamedTuple

from importers.olx.settings import loads

_ARROW: Final = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_TAGS: Final = re.compile(r"</?(?:b|i|u)>")


class Cue(NamedTuple):
    """Times in milliseconds."""

    start: int
    end: int
    text: str


def to_vtt(name: str, data: bytes) -> bytes | None:
    """A subtitle file as WebVTT; None when there is nothing to show in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if text.startswith("WEBVTT"):
        return data
    cues = _of_sjson(loads(text)) if name.endswith(".sjson") else _of_srt(text)
    blocks = [f"{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}" for cue in cues if cue.text]
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode() if blocks else None


def _of_sjson(data: Any) -> Iterator[Cue]:
    """{"start": [ms], "end": [ms], "text": [words]}, the lists side by side."""
    lists = [data.get(name) if isinstance(data, dict) else None for name in ("start", "end", "text")]
    if not all(isinstance(each, list) for each in lists):
        return
    for start, end, text in zip(*lists, strict=False):
        if isinstance(start, int | float) and isinstance(end, int | float) and isinstance(text, str):
            yield Cue(max(0, int(start)), max(0, int(end)), _words(text.splitlines()))


def _of_srt(text: str) -> Iterator[Cue]:
    """Blocks of a number, a line with times, and lines of text (players skip what has no times)."""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        at = next((index for index, line in enumerate(lines[:3]) if _ARROW.match(line)), None)
        if at is not None:
            times = _ARROW.match(lines[at])
            assert times
            parts = times.groups()
            yield Cue(_milliseconds(parts[:4]), _milliseconds(parts[4:]), _words(lines[at + 1 :]))


def _words(lines: Iterable[str]) -> str:
    """Text that WebVTT takes for text: emphasis stays, all else is escaped, and no line looks like times."""
    text = "\n".join(line.strip() for line in lines if line.strip())
    pieces = _TAGS.split(text)
    tags = [*_TAGS.findall(text), ""]
    return "".join(
        escape(_unescaped(piece), quote=False) + tag for piece, tag in zip(pieces, tags, strict=True)
    )


def _unescaped(text: str) -> str:
    """JSON files hold `&#39;` and the like."""
    from html import unescape

    return "".join(each for each in unescape(text) if each == "\n" or each >= " ")


def _milliseconds(parts: Iterable[str | None]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    whole = int(hours) * 3_600 + int(minutes) * 60 + int(seconds)
    return whole * 1_000 + int(fraction.ljust(3, "0"))


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
