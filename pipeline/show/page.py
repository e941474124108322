"""What the HTML reports have in common: one file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from pipeline.show.style import STYLE
from schemas.printable import printable

_NOTHING_LOADED = "default-src 'none'; style-src 'unsafe-inline'"


def whole(title: str, sections: Iterable[str]) -> str:
    """The file; `title` is ours and plain."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_LOADED}">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def badge(name: str, text: str) -> str:
    """A word in the colour of the class `name`."""
    return f'<span class="badge {name}">{text}</span>'


def inert(text: str) -> str:
    """Nothing in it can be markup, turn the text around or hide; lines stay lines."""
    return "\n".join(escape(printable(line)) for line in text.split("\n"))
