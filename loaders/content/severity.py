"""What a change means for learners, judged from the change and from how many people it meets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from loaders.content.effects import Effects
from loaders.content.plan import Change, FieldChange
from schemas.findings import Rule

Severity = Literal["safe", "care", "breaking"]

ANSWERS_CHANGED = Rule(
    "CW430", "right-answers-changed", "Which answers are right stays, once people have answered."
)
POINTS_CHANGED = Rule("CW431", "points-changed", "What a question or an assignment is worth stays.")
CHOICE_REMOVED = Rule("CW432", "chosen-option-removed", "An option that somebody chose stays.")
PASSING_RAISED = Rule("CW433", "passing-score-raised", "Passing does not become harder on the way.")
COURSE_REMOVED = Rule(
    "CW434", "required-course-removed", "A program keeps the courses it required of people who are enrolled."
)
TAKEN_AWAY = Rule("CW435", "taken-away", "What people have records on is neither archived nor hidden.")
LIMITS_TIGHTENED = Rule("CW436", "limits-tightened", "Time, attempts and due dates do not become less.")
TYPE_CHANGED = Rule("CW437", "type-changed", "What people have records on stays the kind of thing it was.")
WORDING_CHANGED = Rule("CW438", "wording-changed", "A question that people answered says what it said.")
MORE_REQUIRED = Rule("CW439", "more-required", "Nothing is added to what people are asked to do.")

BREAKING = frozenset(
    {
        ANSWERS_CHANGED,
        POINTS_CHANGED,
        CHOICE_REMOVED,
        PASSING_RAISED,
        COURSE_REMOVED,
        TAKEN_AWAY,
        TYPE_CHANGED,
    }
)
"""These have to be accepted; the others ask for a look."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change is not safe, in the words of a sentence's second half: "87 people answered it"."""

    rule: Rule
    people: str

    @property
    def severity(self) -> Severity:
        return "breaking" if self.rule in BREAKING else "care"


@dataclass(frozen=True, slots=True)
class Judged:
    """One change of a plan, whom it meets, and why it is not safe, when it is not."""

    change: Change
    effects: Effects
    reasons: tuple[Reason, ...]

    @property
    def severity(self) -> Severity:
        return worst(reason.severity for reason in self.reasons)


def worst(severities: Iterable[Severity]) -> Severity:
    found = set(severities)
    return "breaking" if "breaking" in found else "care" if "care" in found else "safe"


def judge(change: Change, effects: Effects) -> Judged:
    """Each rule is told once for a change, however many of its fields break it."""
    fields = {field.name: field for field in change.fields}
    rules = _RULES.get(change.kind, _nothing)(change, fields, effects)
    return Judged(change, effects, tuple(Reason(rule, told) for rule, told in dict(rules).items()))


Fields = dict[str, FieldChange]
Judgements = Iterator[tuple[Rule, str]]


def _nothing(_change: Change, _fields: Fields, _effects: Effects) -> Judgements:
    return iter(())


def _program(change: Change, fields: Fields, effects: Effects) -> Judgements:
    met = effects.enrolled or effects.certified
    if not met:
        return
    people = _told(effects, "enrolled", "certified")
    if change.action == "archive" or _hidden(fields):
        yield TAKEN_AWAY, people
    if "courses" in fields:
        before, after = _required(fields["courses"].old), _required(fields["courses"].new)
        if before - _keys(fields["courses"].new):
            yield COURSE_REMOVED, people
        if after - before:
            yield MORE_REQUIRED, people
    if "prerequisites" in fields:
        changed = fields["prerequisites"]
        if _required(changed.new) - _required(changed.old):
            yield MORE_REQUIRED, people


def _course(change: Change, fields: Fields, effects: Effects) -> Judgements:
    """A section that goes takes nothing along: contents that go with it are told themselves."""
    if not effects.learned:
        return
    people = _told(effects, "progress", "attempted", "submitted")
    if _hidden(fields) or (change.action == "archive" and change.kind == "course"):
        yield TAKEN_AWAY, people
    if "prerequisite" in fields and fields["prerequisite"].new is not None:
        yield MORE_REQUIRED, people


def _content(change: Change, fields: Fields, effects: Effects) -> Judgements:
    if not effects.learned:
        return
    people = _told(effects, "progress", "attempted", "submitted")
    if change.action == "archive" or _hidden(fields):
        yield TAKEN_AWAY, people
    if "type" in fields:
        yield TYPE_CHANGED, people
        return  # the fields of the other type have nothing to be compared with
    if "max_score" in fields:
        yield POINTS_CHANGED, people
    if _raised(fields.get("passing_score")):
        yield PASSING_RAISED, people
    if _lowered(fields.get("due")):
        yield LIMITS_TIGHTENED, people


def _quiz(change: Change, fields: Fields, effects: Effects) -> Judgements:
    if not effects.attempted:
        return
    people = _told(effects, "attempted")
    if change.action == "archive":
        yield TAKEN_AWAY, people
    if _raised(fields.get("passing_score")):
        yield PASSING_RAISED, people
    if _lowered(fields.get("max_attempts")) or _lowered(fields.get("time_limit_minutes")):
        yield LIMITS_TIGHTENED, people


def _question(change: Change, fields: Fields, effects: Effects) -> Judgements:
    if not effects.attempted:
        return
    if change.action in ("create", "restore"):
        yield MORE_REQUIRED, _told(effects, "attempted")
    people = f"{effects.attempted:,} answered it"
    if change.action == "archive":
        yield TAKEN_AWAY, people
    if "type" in fields:
        yield TYPE_CHANGED, people
    if "points" in fields:
        yield POINTS_CHANGED, people
    if "text" in fields:
        yield WORDING_CHANGED, people


def _option(change: Change, fields: Fields, effects: Effects) -> Judgements:
    """The right answers are the question's, so whoever answered it counts, whatever they chose."""
    if not effects.attempted:
        return
    people = f"{effects.attempted:,} answered the question"
    if change.action == "archive" and effects.chose:
        yield CHOICE_REMOVED, f"{effects.chose:,} chose it"
    if _answers_differ(change, fields, effects):
        yield ANSWERS_CHANGED, people
    if fields.keys() & {"text", "image"}:
        yield WORDING_CHANGED, people


def _answers_differ(change: Change, fields: Fields, effects: Effects) -> bool:
    if fields.keys() & {"correct", "match"}:
        return True
    match change.action:
        case "archive":
            return effects.right
        case "create" | "restore":
            return bool(change.item and change.item.row.correct)  # type: ignore[attr-defined]  # an option's
        case _:
            return False


_RULES = {
    "program": _program,
    "course": _course,
    "section": _course,
    "content": _content,
    "quiz": _quiz,
    "question": _question,
    "option": _option,
}

# ── reading a change ─────────────────────────────────────────────────────────────────────────────


def _hidden(fields: Fields) -> bool:
    """Was to be seen, and is not any more."""
    status, published = fields.get("status"), fields.get("published")
    return (status is not None and status.old == "published") or (published is not None and published.old)


def _raised(field: FieldChange | None) -> bool:
    return field is not None and field.new is not None and (field.old is None or field.new > field.old)


def _lowered(field: FieldChange | None) -> bool:
    """None is no limit."""
    return field is not None and field.new is not None and (field.old is None or field.new < field.old)


def _keys(listed: Any) -> set[str]:
    """A plan lists what a program is joined with as `key` or `key (optional)`; a key has no blank."""
    return {entry.partition(" ")[0] for entry in listed or ()}


def _required(listed: Any) -> set[str]:
    return {entry for entry in listed or () if " " not in entry}


_VERBS = {
    "enrolled": "are enrolled",
    "certified": "hold certificates",
    "progress": "have progress on it",
    "attempted": "attempted the quiz",
    "submitted": "submitted work",
}


def _told(effects: Effects, *names: str) -> str:
    """As in "120 are enrolled, 30 hold certificates": those that are not zero."""
    return ", ".join(f"{number:,} {_VERBS[name]}" for name in names if (number := getattr(effects, name)))
