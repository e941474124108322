"""A small cmi5 platform with a learning record store (tests/player/site.py serves it), and a judge of the statements it got.

It gives out a token once, keeps State documents and the statements in the order they arrived, and launches as
cmi5 8.1 says. `judge` holds the rules of cmi5 (Quartz) 9 to 11 for assignable units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

Statement = dict[str, Any]

ACTOR: Final = {
    "objectType": "Agent",
    "account": {"homePage": "https://lms.example.org", "name": "learner-7"},
}
ACTIVITY: Final = "https://lms.example.org/au/42"
REGISTRATION: Final = "760e3480-ba55-4991-94b0-01820dbd23a2"
SESSION: Final = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY: Final = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
CMI5: Final = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON: Final = "https://w3id.org/xapi/cmi5/context/categories/moveon"
VERBS: Final = "http://adlnet.gov/expapi/verbs/"
PUBLISHER: Final = {"id": "https://example.org/courses/ladders"}
_DURATION: Final = re.compile(r"PT\d+H\d+M\d+(\.\d{1,2})?S")


@dataclass(slots=True)
class Lrs:
    """`sessions` are the statements of each launch; `requests` what was asked for, in order."""

    mode: str = "Normal"
    mastery: float | None = None
    broken: bool = False
    sessions: list[list[Statement]] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    token: str = ""

    def launch(self, address: str, page: str, *, cmi5: bool = True) -> str:
        """The address that opens the unit in a new session."""
        self.sessions.append([])
        self.token = f"token{len(self.sessions)}"
        self.requests = []
        base = f"{address}/lrs"
        query = {"endpoint": f"{base}/xapi/", "actor": json.dumps(ACTOR), "registration": REGISTRATION}
        query |= (
            {"fetch": f"{base}/fetch", "activityId": ACTIVITY}
            if cmi5
            else {"auth": f"Basic {self.token}", "activity_id": ACTIVITY}
        )
        return f"{address}{page}?{urlencode(query)}"

    def launch_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "contextTemplate": {
                "contextActivities": {"grouping": [PUBLISHER]},
                "extensions": {SESSION: f"session-{len(self.sessions)}"},
            },
            "launchMode": self.mode,
            "moveOn": "CompletedAndPassed",
        }
        return data if self.mastery is None else data | {"masteryScore": self.mastery}

    def answer(self, method: str, path: str, headers: Any, body: str) -> tuple[int, str]:
        """Status and body."""
        url = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        resource = url.path.removeprefix("/lrs/").removeprefix("xapi/")
        self.requests.append(
            f"{method} {resource} {query.get('stateId', query.get('profileId', ''))}".strip()
        )
        if self.broken:
            return 500, "out of order"
        if resource == "fetch":
            return self._fetch(method)
        if (
            headers["Authorization"] != f"Basic {self.token}"
            or headers["X-Experience-API-Version"] != "1.0.3"
        ):
            return 401, "who are you?"
        if resource == "statements":
            statements: list[Statement] = json.loads(body)
            self.sessions[-1].extend(statements)
            return 200, json.dumps([statement["id"] for statement in statements])
        assert json.loads(query["agent"]) == ACTOR
        return self._document(method, resource, query, body)

    def _fetch(self, method: str) -> tuple[int, str]:
        assert method == "POST"
        if self.requests.count("POST fetch") > 1:
            return 200, json.dumps({"error-code": "1", "error-text": "used"})
        return 200, json.dumps({"auth-token": self.token})

    def _document(self, method: str, resource: str, query: dict[str, str], body: str) -> tuple[int, str]:
        if resource == "agents/profile":
            return 404, ""
        assert query["activityId"] == ACTIVITY
        assert query["registration"] == REGISTRATION
        name = query["stateId"]
        if method == "PUT":
            assert name != "LMS.LaunchData"
            self.documents[name] = body
            return 204, ""
        found = json.dumps(self.launch_data()) if name == "LMS.LaunchData" else self.documents.get(name)
        return (404, "") if found is None else (200, found)

    def statements(self) -> list[Statement]:
        return [statement for session in self.sessions for statement in session]

    def verbs(self) -> list[str]:
        """Of the last session."""
        return [_verb(statement) for statement in self.sessions[-1]]


def _verb(statement: Statement) -> str:
    return str(statement["verb"]["id"]).removeprefix(VERBS)


# ── the judge ────────────────────────────────────────────────────────────────────────────────────

_RESULTS: Final[dict[str, dict[str, Any]]] = {
    "initialized": {},
    "completed": {"completion": True},
    "passed": {"success": True},
    "failed": {"success": False},
    "terminated": {},
}


def judge(lrs: Lrs) -> list[str]:
    """Everything that breaks a rule of cmi5, in words; [] is good."""
    return [
        *(fault for session in lrs.sessions for fault in _session(session, lrs)),
        *_registration([_verb(statement) for statement in lrs.statements() if _is_defined(statement)]),
    ]


def _is_defined(statement: Statement) -> bool:
    categories = statement["context"].get("contextActivities", {}).get("category", [])
    return CMI5 in [category["id"] for category in categories]


def _session(statements: Sequence[Statement], lrs: Lrs) -> Iterator[str]:
    defined = [_verb(statement) for statement in statements if _is_defined(statement)]
    verbs = [_verb(statement) for statement in statements]
    if verbs[:1] != ["initialized"] or verbs[-1:] != ["terminated"]:
        yield f"a session is {verbs}"
    if len(set(defined)) < len(defined) or {"passed", "failed"} <= set(defined):
        yield f"verbs are said twice: {defined}"
    if lrs.mode != "Normal" and set(defined) != {"initialized", "terminated"}:
        yield f"{defined} in mode {lrs.mode}"
    if any(before["timestamp"] > after["timestamp"] for before, after in pairwise(statements)):
        yield "timestamps go backwards"
    for statement in statements:
        yield from _statement(statement, lrs)


def _registration(verbs: Sequence[str]) -> Iterator[str]:
    for once in ("completed", "passed"):
        if verbs.count(once) > 1:
            yield f"{once} more than once in a registration"
    if "passed" in verbs and "failed" in verbs[verbs.index("passed") :]:
        yield "failed after passed"


def _statement(statement: Statement, lrs: Lrs) -> Iterator[str]:
    verb, context, result = _verb(statement), statement["context"], statement.get("result", {})
    UUID(statement["id"])
    if statement["actor"] != ACTOR or context.get("registration") != REGISTRATION:
        yield f"{verb}: another learner or registration"
    if not statement["timestamp"].endswith("Z"):
        yield f"{verb}: the time is not in UTC"
    if SESSION not in context["extensions"] or context["contextActivities"]["grouping"] != [PUBLISHER]:
        yield f"{verb}: the context template is not kept"
    if "duration" in result and not _DURATION.fullmatch(result["duration"]):
        yield f"{verb}: {result['duration']} is no duration"
    if _is_defined(statement):
        yield from _defined(verb, statement, result, lrs)
    elif statement["object"]["id"] == ACTIVITY:
        yield f"{verb}: an allowed statement about the unit itself"


def _defined(verb: str, statement: Statement, result: dict[str, Any], lrs: Lrs) -> Iterator[str]:
    if verb not in _RESULTS or statement["object"]["id"] != ACTIVITY:
        yield f"{verb} is no statement that cmi5 defines"
        return
    told = {name: result[name] for name in ("completion", "success") if name in result}
    if told != _RESULTS[verb]:
        yield f"{verb} says {told}"
    categories = [category["id"] for category in statement["context"]["contextActivities"]["category"]]
    if (MOVE_ON in categories) != bool(told):
        yield f"{verb} in categories {categories}"
    if verb != "initialized" and "duration" not in result:
        yield f"{verb} without a duration"
    if "score" in result:
        yield from _score(verb, result["score"]["scaled"], statement, lrs)


def _score(verb: str, scaled: float, statement: Statement, lrs: Lrs) -> Iterator[str]:
    if verb not in {"passed", "failed"} or not 0 <= scaled <= 1:
        yield f"{verb} with score {scaled}"
    if lrs.mastery is not None:
        if (scaled >= lrs.mastery) != (verb == "passed"):
            yield f"{verb} with {scaled}, mastery {lrs.mastery}"
        if statement["context"]["extensions"].get(MASTERY) != lrs.mastery:
            yield f"{verb} without the mastery score in its context"
