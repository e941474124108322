"""The first page of a site of several courses: what there is, and where it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from exporters.launched import Start
from exporters.shared.player.texts import prose
from schemas.model import Bundle


def index(bundle: Bundle, units: Sequence[Start]) -> bytes:
    """In the language and the style of the first course."""
    first = units[0].unit
    return _PAGE.format(
        language=escape(first.language),
        direction=first.direction,
        title=escape(bundle.title),
        courses="\n".join(_courses(units)),
    ).encode()


def _courses(units: Sequence[Start]) -> Iterator[str]:
    for _, group in groupby(units, key=lambda start: start.course.key):
        starts = list(group)
        course = starts[0].course
        described = prose(course.description, lambda _: None) if course.description else ""
        yield f"<h2>{_heading(starts)}</h2>\n{described}"
        if starts[0].section:
            yield "<ol>"
            yield from (f"<li>{_link(start, start.unit.title)}</li>" for start in starts)
            yield "</ol>"


def _heading(starts: Sequence[Start]) -> str:
    title = starts[0].course.title
    return escape(title) if starts[0].section else _link(starts[0], title)


def _link(start: Start, title: str) -> str:
    return f'<a href="{escape(start.page)}" lang="{escape(start.unit.language)}">{escape(title)}</a>'


_PAGE: Final = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="player/player.css">
</head>
<body>
<div class="stage">
<main>
<article class="prose">
<h1>{title}</h1>
{courses}
</article>
</main>
</div>
</body>
</html>
"""
