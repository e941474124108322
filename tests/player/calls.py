"""A strict judge of what a SCO tells its platform: only what Moodle in both modes and scorm-again all take.

scorm-again alone is too lenient: it stores any pattern, and more than 4,096 characters of suspend data.
Every SetValue is judged by its element, its value and its place in the order of calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.player.platform import Call

Judge = Callable[[str], bool]


def _like(pattern: str) -> Judge:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _number(least: float, most: float, decimals: int) -> Judge:
    form = _like(rf"-?\d+(\.\d{{1,{decimals}}})?")
    return lambda value: form(value) and least <= float(value) <= most


def _line(most: int) -> Judge:
    return lambda value: len(value) <= most and value.isprintable()


_IDENTIFIER: Final = _like(r"(?!urn:)[\x21-\x7e]{1,255}")
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
_LETTER: Final = r"[a-z0-9]"
_SHORT: Final = r"[\w.-]{1,250}"

TYPES: Final[dict[str, dict[str, Judge]]] = {
    "1.2": {
        "true-false": _like("[tf]"),
        "choice": _like(rf"{_LETTER}(,{_LETTER})*"),
        "fill-in": _line(255),
        "matching": _like(rf"{_LETTER}\.{_LETTER}(,{_LETTER}\.{_LETTER})*"),
    },
    "2004": {
        "true-false": _like("true|false"),
        "choice": _like(rf"{_SHORT}(\[,\]{_SHORT})*"),
        "fill-in": _line(250),
        "matching": _like(rf"{_SHORT}\[\.\]{_SHORT}(\[,\]{_SHORT}\[\.\]{_SHORT})*"),
        "long-fill-in": _line(4000),
    },
}
_INTERACTION_12: Final[dict[str, Judge]] = {
    "id": _IDENTIFIER,
    "type": TYPES["1.2"].__contains__,
    "time": _like(_TIME),
    "weighting": _number(0, 1000, 2),
    "result": _like("correct|wrong|neutral"),
    "latency": _like(r"\d{4}:[0-5]\d:[0-5]\d\.\d\d"),
}
_INTERACTION_2004: Final[dict[str, Judge]] = {
    "id": _IDENTIFIER,
    "type": TYPES["2004"].__contains__,
    "timestamp": _like(rf"20\d\d-[01]\d-[0-3]\dT{_TIME}"),
    "weighting": _number(0, 1000, 2),
    "result": _like("correct|incorrect|neutral"),
    "latency": _like(r"PT\d+H\d+M\d+(\.\d{1,2})?S"),
    "description": _line(250),
}
ELEMENTS: Final[dict[str, dict[str, Judge]]] = {
    "1.2": {
        "cmi.core.lesson_status": _like("passed|failed|completed|incomplete"),
        "cmi.core.lesson_location": lambda value: len(value) <= 255,
        "cmi.core.exit": _like("suspend|"),
        "cmi.core.score.raw": _number(0, 100, 2),
        "cmi.core.score.min": _like("0"),
        "cmi.core.score.max": _like("100"),
        "cmi.core.session_time": _like(r"\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?"),
        "cmi.suspend_data": _like(r"[\x21-\x7e]{0,4096}"),
    },
    "2004": {
        "cmi.completion_status": _like("completed|incomplete"),
        "cmi.success_status": _like("passed|failed"),
        "cmi.location": lambda value: len(value) <= 1000,
        "cmi.exit": _like("suspend"),
        "cmi.score.scaled": _number(-1, 1, 7),
        "cmi.score.raw": _number(0, 100, 7),
        "cmi.score.min": _like("0"),
        "cmi.score.max": _like("100"),
        "cmi.progress_measure": _number(0, 1, 7),
        "cmi.session_time": _like(r"PT\d+H\d+M\d+(\.\d{1,2})?S"),
        "cmi.suspend_data": _like(r"[\x21-\x7e]{0,64000}"),
    },
}
_PARTS: Final = {"1.2": _INTERACTION_12, "2004": _INTERACTION_2004}
_RESPONSE: Final = {"1.2": "student_response", "2004": "learner_response"}
_INTERACTION: Final = re.compile(r"cmi\.interactions\.(\d+)\.(.+)")
_PATTERN: Final = re.compile(r"correct_responses\.(\d+)\.pattern")
_FILL_IN: Final = re.compile(r"\{case_matters=(true|false)\}")


@dataclass(slots=True)
class _Visit:
    """What is known while the calls of one session are read. `told` maps each interaction to what it said."""

    version: str
    count: int
    mode: str = "normal"
    state: str = "before"
    told: dict[int, dict[str, str]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    uncommitted: int = 0


def judge(calls: Sequence[Call], version: str) -> list[str]:
    """Everything that is wrong with a log of one or several visits, in words; [] is good."""
    wrong: list[str] = []
    count = 0
    for visit in _visits(calls):
        known = _Visit(version, count)
        for call in visit:
            wrong += [f"{call.name}{tuple(call.given)}: {fault}" for fault in _call(call, known)]
        wrong += _end(known)
        count += len(known.told)
    return wrong


def _visits(calls: Sequence[Call]) -> Iterator[list[Call]]:
    visit: list[Call] = []
    for call in calls:
        if call.name.endswith("Initialize") and visit:
            yield visit
            visit = []
        visit.append(call)
    if visit:
        yield visit


def _call(call: Call, known: _Visit) -> Iterator[str]:
    name = call.name.removeprefix("LMS")
    if name == "Initialize":
        known.state = "open"
    elif known.state != "open":
        yield f"called {known.state} the session"
    if name == "GetValue":
        if call.given[0].endswith("mode"):
            known.mode = call.answer
        return  # 403 is 2004's way to say that a value was never set
    if name == "SetValue":
        known.uncommitted += 1
        yield from _set(*call.given, known=known)
    if name == "Commit":
        if not known.uncommitted:
            yield "commits nothing"
        known.uncommitted = 0
    if name in {"Finish", "Terminate"}:
        known.state = "after"
    if call.answer != "true" or call.error != "0":
        yield f"was answered {call.answer!r}, error {call.error}"


def _set(element: str, value: str, *, known: _Visit) -> Iterator[str]:
    if known.mode != "normal":
        yield f"writes in {known.mode} mode"
    known.written.add(element)
    interaction = _INTERACTION.fullmatch(element)
    if interaction:
        yield from _interaction(int(interaction[1]), interaction[2], value, known)
    elif element not in ELEMENTS[known.version]:
        yield "is no element for a SCO to write"
    elif not ELEMENTS[known.version][element](value):
        yield "is no value of this element"


def _interaction(at: int, part: str, value: str, known: _Visit) -> Iterator[str]:
    told = known.told.setdefault(at, {})
    if at != known.count + len(known.told) - 1:
        yield "is not the next interaction"
    yield from _order(part, told)
    told[part] = value
    if part in _PARTS[known.version]:
        if not _PARTS[known.version][part](value):
            yield "is no value of this part"
        return
    kind = told.get("type", "")
    fits = TYPES[known.version].get(kind)
    pattern = _PATTERN.fullmatch(part)
    if pattern:
        yield from _pattern(int(pattern[1]), value, kind, told, known)
    elif part != _RESPONSE[known.version]:
        yield "is no part of an interaction"
    elif not value or fits is None or not fits(value):
        yield f"is no response to {kind}"


def _order(part: str, told: dict[str, str]) -> Iterator[str]:
    if part in told:
        yield "is said twice"
    if not told and part != "id":
        yield "comes before the id"
    if part not in {"id", "type"} and "type" not in told:
        yield "comes before the type"
    if part.startswith("correct_responses") and any(name.endswith("_response") for name in told):
        yield "comes after the response"


def _pattern(at: int, value: str, kind: str, told: dict[str, str], known: _Visit) -> Iterator[str]:
    if at != sum(name.startswith("correct_responses") for name in told) - 1:
        yield "is not the next pattern"
    if kind == "long-fill-in":
        yield "scorm-again takes no pattern of a long-fill-in"
    if known.version == "2004" and kind == "fill-in":
        if not _FILL_IN.match(value):
            yield "does not say whether case matters"
        value = _FILL_IN.sub("", value, count=1)
    if kind not in TYPES[known.version] or not TYPES[known.version][kind](value):
        yield f"is no pattern of {kind}"


def _end(known: _Visit) -> Iterator[str]:
    """What a whole session must have said."""
    if known.state != "after":
        yield "a session was not ended"
    core = "cmi.core." if known.version == "1.2" else "cmi."
    if known.mode == "normal":
        yield from (
            f"a session ends without {core}{name}"
            for name in ("exit", "session_time")
            if core + name not in known.written
        )
