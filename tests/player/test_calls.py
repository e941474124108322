"""The judge of call logs objects to everything that one of the measured platforms refused."""

from __future__ import annotations

import pytest

from tests.player.calls import judge
from tests.player.platform import Call


def _session(version: str, *values: tuple[str, str], mode: str = "normal") -> list[Call]:
    prefix, core, end = ("LMS", "core.", "Finish") if version == "1.2" else ("", "", "Terminate")
    lesson = "lesson_" if version == "1.2" else ""
    time = "0000:00:01.00" if version == "1.2" else "PT0H0M1S"
    always = [(f"cmi.{core}exit", "suspend"), (f"cmi.{core}session_time", time)] if mode == "normal" else []
    return [
        Call(f"{prefix}Initialize", [""], "true", "0"),
        Call(f"{prefix}GetValue", [f"cmi.{core}{lesson}mode"], mode, "0"),
        *(Call(f"{prefix}SetValue", value, "true", "0") for value in [*values, *always]),
        Call(f"{prefix}{end}", [""], "true", "0"),
    ]


def _answered(kind: str, *parts: tuple[str, str]) -> list[tuple[str, str]]:
    named = [("id", "quiz/one"), ("type", kind), *parts]
    return [(f"cmi.interactions.0.{part}", value) for part, value in named]


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_a_plain_visit_is_clean(version: str) -> None:
    assert judge(_session(version), version) == []
    assert judge(_session(version) * 2, version) == []


BAD_12 = [
    [("cmi.core.exit", "normal")],
    [("cmi.core.lesson_status", "not attempted")],
    [("cmi.core.score.raw", "101")],
    [("cmi.core.score.raw", "-1")],
    [("cmi.core.session_time", "PT5S")],
    [("cmi.core.session_time", "00000:00:05")],
    [("cmi.core.lesson_location", "x" * 256)],
    [("cmi.suspend_data", "x" * 4097)],
    [("cmi.core.student_name", "Ann")],
    [("cmi.interactions.0.type", "choice")],
    [("cmi.interactions.1.id", "late")],
    [("cmi.interactions.0.id", "with spaces")],
    _answered("long-fill-in"),
    _answered("choice", ("student_response", "opt one")),
    _answered("choice", ("result", "incorrect")),
    _answered("choice", ("student_response", "a"), ("correct_responses.0.pattern", "a")),
    _answered("fill-in", ("student_response", "x" * 256)),
    _answered("fill-in", ("correct_responses.1.pattern", "x")),
    _answered("fill-in", ("id", "again")),
]
BAD_2004 = [
    [("cmi.exit", "normal")],
    [("cmi.completion_status", "passed")],
    [("cmi.score.scaled", "1.01")],
    [("cmi.score.scaled", "0.12345678")],
    [("cmi.session_time", "PT3.456S")],
    [("cmi.location", "x" * 1001)],
    _answered("choice", ("correct_responses.0.pattern", "a,b c")),
    _answered("matching", ("correct_responses.0.pattern", "a.1,b.2")),
    _answered("choice", ("learner_response", "")),
    _answered("long-fill-in", ("correct_responses.0.pattern", "x")),
    _answered("fill-in", ("correct_responses.0.pattern", "x")),
    _answered("choice", ("timestamp", "2026-11-25T11:05:18Z")),
    _answered("choice", ("result", "wrong")),
    _answered("choice", ("description", "two\nlines")),
]


@pytest.mark.parametrize("values", BAD_12)
def test_what_scorm_12_platforms_refuse(values: list[tuple[str, str]]) -> None:
    assert judge(_session("1.2", *values), "1.2")


@pytest.mark.parametrize("values", BAD_2004)
def test_what_scorm_2004_platforms_refuse(values: list[tuple[str, str]]) -> None:
    assert judge(_session("2004", *values), "2004")


def test_calls_out_of_turn() -> None:
    whole = _session("1.2")
    assert judge(whole[1:], "1.2")
    assert judge(whole[:-1], "1.2")
    assert judge([*whole, whole[-1]], "1.2")
    assert judge(_session("1.2", ("cmi.core.exit", "suspend"), mode="review"), "1.2")
    refused = [call._replace(answer="false", error="405") for call in whole]
    assert judge(refused, "1.2")
