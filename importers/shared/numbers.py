"""Numerical answers → accepted answers: our questions compare what is typed, and know no tolerance."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Final

_MOST: Final = 101
"""Values that are listed, one by one, in place of a tolerance."""
_MOST_DIGITS: Final = 30
_RANGE: Final = re.compile(r"(?P<least>[^.]+(?:\.\d+)?)\.\.(?P<most>.+)", re.DOTALL)
_ABOUT: Final = re.compile(r"(?P<best>[^:±]+?)(?::|±|\+/-)(?P<off>.+)", re.DOTALL)


def number(text: str) -> Decimal | None:
    """What is written, with a point or a comma; None when it is no number, or an absurdly long one."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and _digits(value) <= _MOST_DIGITS else None


def as_written(text: str) -> tuple[list[str], str] | None:
    """`accepted` of `5`, `5:0.1`, `5±0.1` (give or take) or `4.9..5.1`; None when it is no number."""
    if span := _RANGE.fullmatch(text):
        least, most = number(span["least"]), number(span["most"])
        return None if least is None or most is None else accepted(least, (least + most) / 2, most)
    if about := _ABOUT.fullmatch(text):
        best, off = number(about["best"]), number(about["off"])
        return None if best is None or off is None else accepted(best - abs(off), best, best + abs(off))
    exact = number(text)
    return None if exact is None else accepted(exact, exact, exact)


def accepted(least: Decimal, best: Decimal, most: Decimal) -> tuple[list[str], str]:
    """What to accept for numbers from `least` to `most`, the best one first, and what had to be changed.

    Every value in between that has no more decimals than the three as written, if those are few.
    """
    if least == best == most:
        return [_plain(best)], ""
    decimals = max(_decimals(each) for each in (least, best, most))
    step = Decimal(1).scaleb(-decimals)
    first = (least / step).to_integral_value(ROUND_CEILING)
    count = (most / step).to_integral_value(ROUND_FLOOR) - first + 1
    span = f"{_plain(least)} to {_plain(most)}"
    if not 0 < count <= _MOST:
        return [_plain(best)], f"any number from {span} is right in the source, here only {_plain(best)}"
    values = [_plain((first + place) * step) for place in range(int(count))]
    those = f"those with at most {decimals} decimals" if decimals else "the whole ones"
    note = f"any number from {span} is right in the source, here {those}"
    return list(dict.fromkeys([_plain(best), *values])), note


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "only finite numbers come here"
    return max(0, -exponent)


def _digits(value: Decimal) -> int:
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits), abs(exponent))


def _plain(value: Decimal) -> str:
    """As people write it: no exponent, no zeros that say nothing."""
    shown = format(value.normalize(), "f")
    return "0" if shown == "-0" else shown
