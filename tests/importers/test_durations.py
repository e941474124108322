"""Lengths of time as packages write them."""

from __future__ import annotations

import pytest

from importers.shared.durations import LONGEST, minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H30M", 90),
        ("P0Y0M1DT0H0M1S", 1_441),
        ("PT0.5S", 1),
        ("01:45:00", 105),
        ("0:30", 30),
        ("9999:59:59", 600_000),
        ("PT0S", None),
        ("P1Y", None),
        ("P9999D", None),
        ("", None),
        ("soon", None),
    ],
)
def test_minutes_are_whole_and_rounded_up_or_none(text: str, expected: int | None) -> None:
    assert minutes(text) == expected
    assert expected is None or expected <= LONGEST
