"""WebVTT → SubRip, which is what Open edX keeps of subtitles that come with a course."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_BYTES: Final = 5 * 1024 * 1024
"""Subtitles are read whole: an hour of talk is 100 kB."""
_TIME: Final = r"(?:(\d{2,}):)?(\d{2}):(\d{2})[.,](\d{3})"
_TIMING: Final = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}.*")


def srt(webvtt: str) -> str | None:
    """None when there is nothing in it. Voices, colours and positions are left out."""
    cues = [f"{number}\n{cue}\n" for number, cue in enumerate(_cues(webvtt), 1)]
    return "\n".join(cues) or None


def _cues(webvtt: str) -> Iterator[str]:
    for block in re.split(r"\n[ \t]*\n", webvtt.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        for number, line in enumerate(lines):
            timing = _TIMING.fullmatch(line.strip())
            text = "\n".join(lines[number + 1 :]).strip()
            if timing and text:
                start, end = (_moment(*timing.groups()[at : at + 4]) for at in (0, 4))
                yield f"{start} --> {end}\n{re.sub(r'<[^<>]*>', '', text)}"
                break


def _moment(hours: str | None, minutes: str, seconds: str, thousandths: str) -> str:
    return f"{hours or '00'}:{minutes}:{seconds},{thousandths}"
