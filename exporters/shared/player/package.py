"""The player's own files in a package: plain scripts and one style sheet, and the page that loads them."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Final

from exporters.shared.player.language import words
from exporters.shared.player.unit import Tracking, Unit

_FILES: Final = files("exporters.shared.player") / "files"
_FOLDER: Final = "player"
_ADAPTERS: Final[dict[Tracking, tuple[str, ...]]] = {
    "scorm-1.2": ("tracking/scorm.js", "tracking/scorm12.js"),
    "scorm-2004": ("tracking/scorm.js", "tracking/scorm2004.js"),
    "cmi5": ("tracking/xapi.js",),
    "xapi": ("tracking/xapi.js",),
    "web": ("tracking/web.js",),
}
_SCRIPTS: Final = (
    "elements.js",
    "clock.js",
    "grading.js",
    "state.js",
    "progress.js",
    "interactions.js",
)
_PAGES: Final = ("questions.js", "review.js", "quiz.js", "contents.js", "outline.js", "player.js")


def assets(tracking: Tracking) -> dict[str, bytes]:
    """Name in the package → bytes, sorted; only the adapter that is used."""
    names = sorted(("player.css", *_scripts(tracking)))
    return {f"{_FOLDER}/{name}": _FILES.joinpath(name).read_bytes() for name in names}


def page(unit: Unit, data: str) -> bytes:
    """The launch page of a unit whose data file lies at `data`, both at the package's root."""
    scripts = "\n".join(
        f'<script src="{escape(name)}" defer></script>'
        for name in (data, *(f"{_FOLDER}/{name}" for name in _scripts(unit.tracking)))
    )
    return _PAGE.format(
        language=escape(unit.language),
        direction=unit.direction,
        title=escape(unit.title),
        style=f"{_FOLDER}/player.css",
        scripts=scripts,
        noscript=escape(words(unit.language)["noScript"]),
    ).encode()


def _scripts(tracking: Tracking) -> tuple[str, ...]:
    return (*_SCRIPTS, *_ADAPTERS[tracking], *_PAGES)


_PAGE: Final = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
{scripts}
</head>
<body>
<noscript><p>{noscript}</p></noscript>
</body>
</html>
"""
