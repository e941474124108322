"""Digests change exactly when rows do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.content.rows.flatten import flatten
from loaders.content.rows.items import census
from loaders.content.rows.questions import answer_key
from schemas.model import Assignment, Bundle, Location, Lookup, Program
from tests.edits import edits
from tests.school import ANN, bundle, choice, course, page, quiz
from tests.strategies import Sample, bundles


def digest(wanted: Bundle) -> str:
    return flatten(wanted).digest.hex()


def test_digests_mean_the_same_on_every_machine_and_in_every_release() -> None:
    """When this fails, `items.ENCODING` needs a new number: every tenant compares every row once."""
    wanted = bundle(course("a", quiz("q", choice("one", "yes", "no"))))
    assert digest(wanted) == "1d7a1ac12daa53d86cfa6d185bfa5508"


def test_equal_numbers_have_equal_digests() -> None:
    scores = (Decimal(60), Decimal("60.00"), Decimal("6E1"))
    tasks = [Assignment(key="x", title="X", instructions="Do", max_score=score) for score in scores]
    assert len({digest(bundle(course("a", task))) for task in tasks}) == 1


def test_where_a_thing_is_written_does_not_count() -> None:
    here = course("a", page("x"))
    assert digest(bundle(here)) == digest(bundle(replace(here, location=Location("there.yaml", 3, 1))))


def test_a_list_entry_with_a_new_title_changes_the_programs_that_use_it() -> None:
    program = Program(key="p", title="P", instructor=ANN, tags=("fire",))
    trees = [
        flatten(bundle(programs=(program,), lookups=(Lookup(type="TRAINING_TAG", key="fire", title=title),)))
        for title in ("Fire", "Fires")
    ]
    assert len({item.digest for tree in trees for item in tree.items if item.kind == "program"}) == 2


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_different_bundles_have_different_digests(data: st.DataObject) -> None:
    sample: Sample = data.draw(bundles())
    changed: Sample = data.draw(edits(sample))
    assert (digest(changed.bundle) == digest(sample.bundle)) == (changed.bundle == sample.bundle)


def test_a_long_answer_has_a_short_key() -> None:
    assert answer_key("42") == "42"
    assert len(answer_key("🎓" * 1000)) < 60
    assert answer_key("🎓" * 1000) != answer_key("🎓" * 999)


def test_a_census_counts_every_item_once() -> None:
    tree = flatten(bundle(course("a", page("x"), quiz("q", choice("one", "yes", "no")))))
    assert census(tree.items) == {
        "course": 1,
        "section": 1,
        "content": 2,
        "quiz": 1,
        "question": 1,
        "option": 2,
    }
