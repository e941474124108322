"""What docs/import-coverage.md says of real packages is what imports carry: no less, in no package."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.coverage import PAGE, Coverage, figures, measure, page


@pytest.fixture(scope="module")
def found(shared: Path) -> list[Coverage]:
    return measure(shared / "corpora")


def test_every_package_carries_at_least_what_the_page_says(found: list[Coverage]) -> None:
    promised = figures(PAGE.read_text(encoding="utf-8"))
    assert promised.keys() == {one.path for one in found}
    worse = {
        one.path: (wanted, one)
        for one in found
        if (wanted := promised[one.path])
        and (one.refused or one.items[0] < wanted[0] or one.questions[0] < wanted[1])
    }
    assert worse == {}


def test_98_percent_of_items_and_95_of_questions_are_carried(found: list[Coverage]) -> None:
    items, questions = ([getattr(one, kind) for one in found] for kind in ("items", "questions"))
    assert sum(carried for carried, _ in items) >= 0.98 * sum(total for _, total in items)
    assert sum(carried for carried, _ in questions) >= 0.95 * sum(total for _, total in questions)


def test_the_page_can_be_read_again() -> None:
    one = Coverage(path="a|b.zip", kind="x", format="scorm", items=(3, 4), questions=(0, 0), parts=(9, 10))
    two = Coverage(path="c.zip", kind="x", refused=("CW503",))
    assert figures(page([one, two])) == {"a|b.zip": (3, 0), "c.zip": None}
