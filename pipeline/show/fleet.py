"""A run over many while it goes on: a live table, plain lines, or one JSON object a line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TextIO

from pipeline.fleet.run import End, News
from pipeline.show import jsondoc
from pipeline.show.terminal import Colour, paint, wants_colour
from schemas.findings import CoursewrightError, RefusedError
from schemas.printable import printable
from schemas.words import counted, named

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_WORDS: Mapping[str, tuple[str, Colour]] = {
    "done": ("done", "green"),
    "current": ("current", "dim"),
    "failed": ("FAILED", "red"),
    "left": ("left", "yellow"),
    "ready": ("ready", "green"),
    "retry": ("again", "yellow"),
}
_ENDS: Final[Sequence[End]] = ("done", "current", "failed", "left")
_MOST_AT_WORK = 16


@dataclass(frozen=True, slots=True)
class Words:
    """What a run is about: one `thing`, what it is at first, and what became of it when it was `done`.

    `again` says how to go on after failures.
    """

    thing: str
    begun: str
    done: str
    again: str = ""


class Shown:
    """What `run` tells its news to. Counts the ends."""

    def __init__(self, show: Callable[[News], None]) -> None:
        self.ends: Counter[End] = Counter()
        self.failed: list[News] = []
        self._show = show

    def tell(self, news: News) -> None:
        if news.end:
            self.ends[news.end] += 1
        if news.end == "failed":
            self.failed.append(news)
        self._show(news)

    @property
    def bad(self) -> bool:
        """Something failed, or was not begun."""
        return bool(self.ends["failed"] or self.ends["left"])


@contextmanager
def shown(total: int, words: Words, stream: TextIO, *, as_json: bool) -> Iterator[Shown]:
    """Shows a run while it goes on, and how many came to which end when it is over or stopped."""
    with ExitStack() as stack:
        if as_json:
            shown = Shown(lambda news: _write_json(news, words.thing, stream))
        elif stream.isatty():
            shown = Shown(stack.enter_context(_Table(total, words, stream)).tell)
        else:
            shown = Shown(_Lines(total, stream).tell)
        try:
            yield shown
        finally:
            stack.close()
            if shown.ends:
                write_end(shown, words, stream, as_json=as_json)


def _write_json(news: News, thing: str, stream: TextIO) -> None:
    """One line a piece of news, ASCII only. Findings stand in `findings`."""
    document = {"event": news.what, thing: news.name, **news.details}
    if news.text:
        document["text"] = news.text
    if isinstance(news.error, CoursewrightError) and news.error.mend:
        document["mend"] = news.error.mend
    if isinstance(news.error, RefusedError):
        document["findings"] = [jsondoc.finding_document(finding) for finding in news.error.findings]
    stream.write(json.dumps(document) + "\n")
    stream.flush()


class _Lines:
    """A line when a tenant is finished or has to be tried again; those that are current are only counted."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._ended = 0
        self._colour = wants_colour(stream)

    def tell(self, news: News) -> None:
        self._ended += news.end is not None
        if news.what in ("begun", "step", "ready", "left") or (news.what == "current" and not news.text):
            return
        width = len(f"{self._total:,}")
        count = f"{self._ended:>{width},}/{self._total:,}"
        self._stream.write(f"{count} {_line(news, colour=self._colour)}\n")
        self._stream.flush()


def _line(news: News, *, colour: bool) -> str:
    word, hue = _WORDS[news.what]
    return f"{paint(f'{word:<7}', hue, on=colour)} {printable(news.name)}: {printable(news.text)}"


class _Table:
    """What is at work, and how far all is. Ends and failures scroll by above it, and stay."""

    def __init__(self, total: int, words: Words, stream: TextIO) -> None:
        self._total, self._words, self._stream = total, words, stream
        self._ends: Counter[str] = Counter()
        self._at_work: dict[str, str] = {}
        self._live: Live

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream, highlight=False)
        self._live = Live(self._drawn(), console=console, refresh_per_second=8, transient=True)
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, news: News) -> None:
        if news.end:
            self._ends[news.end] += 1
        if news.end or news.what == "ready":
            self._at_work.pop(news.name, None)
        else:
            self._at_work[news.name] = news.text or self._words.begun
        if news.what in ("done", "failed", "retry"):
            self._live.console.print(_line(news, colour=False), style=_STYLES[news.what], markup=False)
        self._live.update(self._drawn())

    def _drawn(self) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        ended = sum(self._ends.values())
        table = Table.grid(padding=(0, 2))
        table.add_row(f"{ended:,} of {self._total:,}", ProgressBar(self._total, ended, width=40))
        table.add_row("", ", ".join(f"{number:,} {end}" for end, number in self._ends.items()))
        for name, text in list(self._at_work.items())[:_MOST_AT_WORK]:
            table.add_row(printable(name), printable(text), style="dim")
        return table


_STYLES = {"done": "green", "failed": "bold red", "retry": "yellow"}


def write_failed(failed: Sequence[News], stream: TextIO) -> None:
    """A line for each tenant."""
    stream.writelines(f"{_line(news, colour=wants_colour(stream))}\n" for news in failed)


# ── the end ──────────────────────────────────────────────────────────────────────────────────────


def write_end(shown: Shown, words: Words, stream: TextIO, *, as_json: bool) -> None:
    """How many came to what end, and how to mend the failures: the same advice once."""
    if as_json:
        stream.write(json.dumps({"event": "end", **{end: shown.ends[end] for end in _ENDS}}) + "\n")
        return
    stream.writelines(
        printable(f"  mend for {named(names)}: {mend}") + "\n"
        for mend, names in _advice(shown.failed).items()
    )
    told = {"done": words.done, "left": "not begun"}
    counts = ", ".join(f"{shown.ends[end]:,} {told.get(end, end)}" for end in _ENDS if shown.ends[end])
    text = f"{counted(shown.ends.total(), words.thing)}: {counts}"
    stream.write(paint(text, "red" if shown.bad else "bold", on=wants_colour(stream)) + "\n")
    if shown.bad and words.again:
        stream.write(f"{words.again}\n")


def _advice(failed: Sequence[News]) -> dict[str, list[str]]:
    """Mend → tenants. What differs only by the tenant's name is said once."""
    advice: dict[str, list[str]] = {}
    for news in failed:
        if isinstance(news.error, CoursewrightError) and news.error.mend:
            mend = re.sub(rf"\b{re.escape(news.name)}\b", "NAME", news.error.mend)
            advice.setdefault(mend, []).append(news.name)
    return advice
