"""Questions as the database writes them into a backup: questions.xml of Moodle 2 and later, and moodle.xml
of 1.9 once its names are lower case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from zlib import compress

from importers.shared.moodle_questions.asked import Answer, Asked, Pair
from importers.shared.moodle_questions.texts import NULL, as_html, located, number, plain, value, xml_of
from importers.shared.xml import Node

_GROUP: Final = re.compile(r'"(?:draggroup|choicegroup)";(?:s:\d+:"|i:)(\d+)')
"""PHP's serialisation in the feedback of a drag box: looked at, never taken apart."""
_WITH_GROUPS: Final = ("gapselect", "ddwtos")
_OVERALL: Final = {
    "correctfeedback": "Right",
    "partiallycorrectfeedback": "Partly right",
    "incorrectfeedback": "Wrong",
}
_TOLERANCES: Final = ("numerical_record", "calculated_record", "numerical", "calculated")
_NOT_SETTINGS: Final = frozenset(("answers", "matches", "matchs", "dataset_definitions", "tags"))


def asked(node: Node, identity: str, context: str) -> Asked:
    """The question of a `<question>`; `context` is the id under which files.xml keeps its files.

    A text of gaps has none yet: they are questions of their own (`with_gaps`).
    """
    own = identifier(node)
    kind = plain(node, "qtype")
    place = f"{context}/question"
    inside = _Inside(node)
    settings = dict(_settings(node))
    return Asked(
        type=kind,
        identity=identity,
        name=plain(node, "name"),
        text=_text(node, "questiontext", f"{place}/questiontext/{own}") + _old_image(node, context),
        feedback=_text(node, "generalfeedback", f"{place}/generalfeedback/{own}"),
        mark=plain(node, "defaultmark", "defaultgrade"),
        answers=tuple(_answers(inside, kind, place)),
        pairs=tuple(_pairs(inside, context)),
        values=dict(_values(inside)),
        units=tuple(plain(each, "unit") for each in inside["numerical_unit"] if _is_one(each)),
        settings=settings,
        overall=tuple(_overall(settings, place, own)),
        hints=len(inside["question_hint"]),
        tags=tuple(plain(each, "rawname", "name") for each in inside["tag"]),
        source=compress(xml_of(node)),
        location=node.location,
    )


class _Inside(defaultdict[str, list[Node]]):
    """All elements of a question by name."""

    def __init__(self, node: Node) -> None:
        super().__init__(list)
        for each in node.walk():
            self[each.name].append(each)


def with_gaps(asked: Asked, questions: Mapping[str, Asked]) -> Asked:
    """A text of gaps with its gaps, from the questions by id; one that is not there accepts nothing."""
    names = [name.strip() for name in asked.settings.get("sequence", "").split(",") if name.strip()]
    missing = Asked(type="missing", identity="", name="", text="")
    return replace(asked, gaps=tuple(questions.get(name, missing) for name in names))


def identifier(node: Node) -> str:
    """An id: an attribute since Moodle 2, an element before."""
    return node.attributes.get("id", "") or plain(node, "id")


def _text(node: Node, name: str, place: str) -> str:
    return located(as_html(value(node, name), plain(node, f"{name}format") or "1"), place)


def _old_image(node: Node, context: str) -> str:
    """Moodle 1.9 shows one picture below the text."""
    image = plain(node, "image")
    return f'<p><img src="pluginfile:{context}/course/legacy/0/{image}" alt=""></p>' if image else ""


def _answers(inside: _Inside, kind: str, place: str) -> Iterator[Answer]:
    tolerances = {
        plain(each, "answer"): plain(each, "tolerance") for name in _TOLERANCES for each in inside[name]
    }
    for each in inside["answer"]:
        own = identifier(each)
        if not own or each.first("fraction") is None:
            continue
        group = _group(value(each, "feedback")) if kind in _WITH_GROUPS else ""
        yield Answer(
            identifier=own,
            text=_answer_text(each, f"{place}/answer/{own}"),
            fraction=number(plain(each, "fraction")),
            feedback="" if group else _text(each, "feedback", f"{place}/answerfeedback/{own}"),
            tolerance=tolerances.get(own, ""),
            group=group,
        )


def _group(feedback: str) -> str:
    """Of a choice or a drag box, kept where others have their feedback."""
    found = _GROUP.search(feedback)
    return found[1] if found else feedback.strip() or "1"


def _answer_text(node: Node, place: str) -> str:
    """Typed answers have format 0 and are plain text: their line ends are none to show."""
    text = value(node, "answertext", "answer_text")
    form = plain(node, "answerformat")
    return located(text if form in ("", "0") else as_html(text, form), place)


def _pairs(inside: _Inside, context: str) -> Iterator[Pair]:
    for each in inside["match"]:
        own = identifier(each)
        yield Pair(
            identifier=own,
            left=_text(each, "questiontext", f"{context}/qtype_match/subquestion/{own}"),
            right=value(each, "answertext").strip(),
        )


def _values(inside: _Inside) -> Iterator[tuple[str, str]]:
    for each in inside["dataset_definition"]:
        first = next((item for item in each.walk() if item.name == "dataset_item"), None)
        if first is not None:
            yield plain(each, "name"), plain(first, "value")


def _is_one(unit: Node) -> bool:
    return number(plain(unit, "multiplier")) == 1


def _settings(node: Node) -> Iterator[tuple[str, str]]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.children:
            waiting += [child for child in reversed(each.children) if child.name not in _NOT_SETTINGS]
        elif each is not node:
            yield each.name, each.text.replace(NULL, "").strip()


def _overall(settings: Mapping[str, str], place: str, own: str) -> Iterator[tuple[str, str]]:
    for name, label in _OVERALL.items():
        html = as_html(settings.get(name, ""), settings.get(f"{name}format", "1"))
        yield label, located(html, f"{place}/{name}/{own}")
