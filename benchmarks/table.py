"""Benchmarks are ratios measured in one run: every module here has `run() -> list[Ratio]`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Ratio:
    """`measured` is ours ÷ the peer's (seconds by seconds), or a plain figure when `unit` says so.

    `limit` is what the issue demands; `at_least` turns it from a ceiling into a floor.
    """

    what: str
    measured: float
    limit: float
    at_least: bool = False
    unit: str = "×"
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def markdown(ratios: Iterable[Ratio]) -> str:
    lines = ["| what | measured | limit | holds | note |", "|---|---|---|---|---|"]
    for ratio in ratios:
        bound = "≥" if ratio.at_least else "≤"
        lines.append(
            f"| {ratio.what} | {ratio.measured:.3g} {ratio.unit} | {bound} {ratio.limit:g} {ratio.unit} "
            f"| {'yes' if ratio.holds else 'NO'} | {ratio.note} |"
        )
    return "\n".join(lines) + "\n"


def run(name: str) -> list[Ratio]:
    """What the module `benchmarks.NAME` measures."""
    ratios: list[Ratio] = import_module(f"benchmarks.{name}").run()
    return ratios
