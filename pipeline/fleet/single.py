"""Many pieces of work that are their own tasks, of a single part each, from the list to the exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TextIO

from pipeline.fleet.run import Limits, Named, News, Tell, run
from pipeline.fleet.serving import Done
from pipeline.show import fleet as screen


class Single(Named, Protocol):
    """A package to import, a bundle to take out. See `serving.Task`."""

    def __call__(self, start: int, /) -> Iterator[Done]: ...


def do_all(
    items: Sequence[Single],
    words: screen.Words,
    limits: Limits,
    *,
    as_json: bool,
    stream: TextIO | None = None,
    listen: Tell | None = None,
) -> int:
    """Does them and shows how it goes, on standard output unless it is needed for something else.

    `listen` hears of each piece of news after that. The exit code is 1 when one failed or was not begun.
    """

    def tell(news: News) -> None:
        detailed = _detailed(news)
        shown.tell(detailed)
        if listen:
            listen(detailed)

    with screen.shown(len(items), words, stream or sys.stdout, as_json=as_json) as shown:
        run([items], _itself, limits, tell)
    return int(shown.bad)


def _itself(item: Single) -> Single:
    return item


def _detailed(news: News) -> News:
    """What is told of the part is told of the whole."""
    return replace(news, details=news.parts[0].details) if news.parts else news
