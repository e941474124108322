"""Keys from IRIs: readable, and each from two IRIs alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared import iris

_COURSE = "https://example.org/cmi5/course/ladders"


@pytest.mark.parametrize(
    ("iri", "key"),
    [
        (f"{_COURSE}/block/one", "block-one"),
        ("https://example.org/cmi5/au/one", "au-one"),
        ("https://elsewhere.example/one", "elsewhere.example-one"),
        (_COURSE, "example.org-cmi5-course-ladders"),
        ("urn:uuid:6592D059", "urn-uuid-6592d059"),
    ],
)
def test_a_key_is_what_an_iri_does_not_share_with_that_of_its_course(iri: str, key: str) -> None:
    assert iris.keys_below(_COURSE, [iri], "unit") == {iri: key}


def test_two_that_would_have_one_key_have_those_of_their_whole_iris() -> None:
    ids = [f"{_COURSE}/one", "https://example.org/cmi5/course/one", f"{_COURSE}/two"]
    keys = iris.keys_below(_COURSE, ids, "unit")
    assert len(set(keys.values())) == 3
    assert keys[ids[2]] == "two"


@given(
    st.lists(st.text(st.sampled_from("abAB/:#?"), max_size=12), unique=True, max_size=8), st.text(max_size=10)
)
def test_different_iris_have_different_keys(ids: list[str], course: str) -> None:
    keys = iris.keys_below(course, ids, "unit")
    assert set(keys) == set(ids)
    assert len(set(keys.values())) == len(ids)
