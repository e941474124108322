"""Errors cross to another process whole: what is wrong, where, and how to mend it."""

from __future__ import annotations

import pickle

import pytest

from loaders.media.keys import ChangedError
from schemas.findings import CoursewrightError, Finding, RefusedError, Rule, TransientError
from schemas.model import Location

FINDING = Finding(
    rule=Rule("CW999", "made-up", "Made up."),
    location=Location("a.yaml", 3, 1),
    found="this",
    expected="that",
    mend="do so",
    related=(Location("b.yaml"),),
)


@pytest.mark.parametrize(
    "error",
    [
        CoursewrightError("no", "ask again"),
        TransientError("not now", "wait"),
        ChangedError("a.png"),
        RefusedError([FINDING, FINDING]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_stays_what_it_was(error: CoursewrightError) -> None:
    error.args = (f"Tenant acme: {error}",)  # as `pipeline.publishing` says whose it is
    error.add_note("beside")
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 our own
    assert type(arrived) is type(error)
    assert (str(arrived), arrived.mend) == (str(error), error.mend)
    assert arrived.__notes__ == ["beside"]
    assert getattr(arrived, "findings", None) == getattr(error, "findings", None)
