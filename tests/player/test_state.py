"""What is kept between visits: read back equal, never longer than counted, never broken by garbage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from exporters.shared.player import Unit
from tests.player.packages import unpack
from tests.player.samples import ladders
from tests.player.site import Site

WRITE = """([progress, limit]) => {
    const cw = window.coursewright, kept = new cw.Progress(null);
    progress.done.forEach((id) => kept.done.add(id));
    if (progress.record) kept.quizzes.set('final', progress.record);
    const text = cw.state.write(cw.contents, kept, limit), again = new cw.Progress(null);
    cw.state.read(cw.contents, text, again);
    return { text: text, done: [...again.done], record: again.quizzes.get('final') || null };
}"""
READ = """(text) => {
    const cw = window.coursewright, progress = new cw.Progress(null);
    cw.state.read(cw.contents, text, progress);
    cw.state.write(cw.contents, progress, 4096);
    return progress.verdict();
}"""

typed = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
line = st.one_of(typed, st.sampled_from(("three", "TOP  three", "4", "=1", "p", "a.b,c;d:e%+")))
answers = st.tuples(
    st.one_of(st.none(), st.lists(st.integers(0, 2), min_size=1, max_size=1)),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), line),
    st.one_of(st.none(), st.tuples(line, st.one_of(st.just(""), line)).map(list)),
    st.one_of(st.none(), st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=3, max_size=3)),
    st.one_of(st.none(), typed),
).map(list)
attempts = st.fixed_dictionaries(
    {
        "open": st.booleans(),
        "seed": st.integers(1, 2**31 - 2),
        "deadline": st.one_of(st.none(), st.integers(1, 4_000_000_000)),
        "at": st.integers(0, 5),
        "answers": answers,
    }
)
records = st.fixed_dictionaries(
    {
        "attempts": st.integers(1, 1_000_000),
        "best": st.integers(0, 10_000),
        "passed": st.booleans(),
        "attempt": st.one_of(st.none(), attempts),
    }
)
pages = [
    "film",
    "three-checks",
    "checklist",
    "inspection-form",
    "maker-manual",
    "walk-round",
    "my-ladder",
    "game",
]
progresses = st.fixed_dictionaries(
    {"done": st.lists(st.sampled_from(pages), unique=True), "record": st.one_of(st.none(), records)}
)


@pytest.fixture(scope="module")
def played(browser: Browser, site: Site) -> Iterator[tuple[Page, Unit]]:
    unit = unpack(site.folder / "state", ladders(), "web")
    page = browser.new_page()
    page.goto(f"{site.address}/packages/state/index.html")
    page.locator("h1").wait_for()
    yield page, unit
    page.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(progresses)
def test_what_is_written_is_read_back(played: tuple[Page, Unit], progress: dict[str, Any]) -> None:
    page, unit = played
    found = page.evaluate(WRITE, [progress, 64_000])
    assert re.fullmatch(r"[\x21-\x7e]*", found["text"])
    assert len(found["text"]) <= unit.size.most
    assert sorted(found["done"]) == sorted(progress["done"])
    assert _plain(found["record"]) == _plain(progress["record"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(progresses, st.integers(30, 400))
def test_what_does_not_fit_is_left_out_from_the_end(
    played: tuple[Page, Unit], progress: dict[str, Any], limit: int
) -> None:
    page, unit = played
    found = page.evaluate(WRITE, [progress, limit])
    assert len(found["text"]) <= limit
    assert set(found["done"]) <= set(progress["done"])
    if limit >= unit.size.least:
        assert sorted(found["done"]) == sorted(progress["done"])
    kept, meant = found["record"] or {}, progress["record"] or {}
    assert {**kept, "attempt": None} == {**meant, "attempt": None}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=200),
        st.from_regex(r"\A[1-3]{1,3};[\w-]{0,20}(;c8b(:[0-9a-z.,=p]{0,12}){0,10}){0,2}\Z"),
    )
)
def test_garbage_is_only_read(played: tuple[Page, Unit], text: str) -> None:
    page, _unit = played
    verdict = page.evaluate(READ, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    assert 0 <= verdict["progress"] <= 1


def _plain(record: Any) -> Any:
    """Typed answers that equal an accepted one come back in the author's spelling."""
    spelled = {"top  three": "top three"}
    text = json.dumps(record, sort_keys=True)
    return json.loads(
        re.sub(r'"TOP  three"', lambda found: json.dumps(spelled[json.loads(found[0]).lower()]), text)
    )
