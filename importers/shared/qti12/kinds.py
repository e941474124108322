"""What an item asks → our question types, by its structure; by its declared kind only where that decides.

Tools disagree about names ("Multiple Choice", `cc.multiple_choice.v0p1`, `multiple_choice_question`), but
one choice is one `response_lid` for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from importers.shared import keys
from importers.shared import questions as ours
from importers.shared.qti12 import answers, choices, numbers, pairs
from importers.shared.qti12.asking import Asking
from importers.shared.qti12.responses import Response
from importers.shared.questions import Made, UnfitError
from importers.shared.xml import Node

_KINDS: Final = {
    "essay_question": "essay",
    "cc.essay.v0p1": "essay",
    "essay": "essay",
    "long answer": "essay",
    "written response": "essay",
    "file_upload_question": "upload",
    "file upload": "upload",
    "file response": "upload",
    "text_only_question": "text",
    "true_false_question": "true_false",
    "cc.true_false.v0p1": "true_false",
    "true/false": "true_false",
    "fill_in_multiple_blanks_question": "blanks",
    "short_answer_question": "typed",
    "cc.fib.v0p1": "typed",
    "cc.pattern_match.v0p1": "typed",
    "ordering_question": "ordering",
    "ordering": "ordering",
}
_MOST_WITH_TEXT: Final = 24
"""Responses of one item that each get all of its text; of more, the first alone does."""
WITHOUT_RESPONSE: Final = frozenset(("essay", "upload"))
_UPLOAD: Final = "learners upload a file in the source: here they write, and a person grades it"


def kind(said: Mapping[str, str]) -> str:
    """By the metadata of the item; "" where its structure says all."""
    names = (
        said.get(name, "").lower()
        for name in ("question_type", "cc_profile", "qmd_questiontype", "qmd_itemtype")
    )
    return next((_KINDS[name] for name in names if name in _KINDS), "")


def questions(asking: Asking) -> tuple[list[Made], list[str]]:
    """The questions of an item, at least one, and notes on what of it is left out. Raises UnfitError."""
    whole = _whole(asking)
    if whole is not None:
        return [whole], []
    if len(asking.asked) == 1:
        return [_alone(asking, asking.asked[0])], []
    return _composite(asking)


def _whole(asking: Asking) -> Made | None:
    """One question of all responses together, where they belong together."""
    if asking.kind == "upload":
        return answers.essay(asking, _UPLOAD)
    if asking.kind == "essay" and all(each.kind == "str" for each in asking.asked):
        return answers.essay(asking)
    variables = numbers.calculated(asking.item)
    if variables:
        return answers.calculated(asking, variables)
    if pairs.is_matching(asking.asked):
        return pairs.matching(asking)
    if len(asking.asked) > 1 and all(answers.is_gap(asking, each) for each in asking.asked):
        return answers.gaps(asking)
    return None


def _alone(asking: Asking, asked: Response) -> Made:
    if asked.typed:
        return answers.gaps(asking) if answers.in_the_middle(asking) else answers.typed(asking, asked)
    if answers.is_gap(asking, asked):
        return answers.gaps(asking)
    return _offered(asking, asked)


def _composite(asking: Asking) -> tuple[list[Made], list[str]]:
    """Each response becomes a question of its own, and takes its share of the points."""
    share, _ = ours.points(asking.stem.points / len(asking.asked))
    made: list[Made] = []
    lost: list[str] = []
    for number, each in enumerate(asking.asked):
        key = f"{asking.stem.key[:50]}.{_key(each)}"
        alone = replace(asking, asked=[each], stem=replace(asking.stem, key=key, points=share))
        if number and len(asking.asked) > _MOST_WITH_TEXT:
            alone = replace(alone, before="", presentation=_only(each))
        try:
            made.append(_alone(alone, each))
        except UnfitError as unfit:
            lost.append(f"{each.ident}: {unfit}: left out")
    if not made:
        raise UnfitError("; ".join(lost))
    note = f"{len(asking.asked)} responses in one item: each became a question, with its share of the points"
    return made, [note, *lost]


def _only(asked: Response) -> Node:
    return Node("presentation", "", {}, "", asked.node.location, [asked.node])


def _key(asked: Response) -> str:
    return keys.key(asked.ident, "response")[:29].strip("-._")


def _offered(asking: Asking, asked: Response) -> Made:
    """One response with labels: a choice, an order, or nothing of ours."""
    if asked.kind == "xy" or asked.rendering == "render_hotspot":
        return choices.hotspot(asking, asked)
    if asked.kind == "grp":
        return pairs.grouped(asking, asked)
    if not asked.labels:
        raise UnfitError(f"a {asked.node.name} with nothing to choose from")
    if asked.cardinality == "Ordered" or asking.kind == "ordering":
        return choices.ordered(asking, asked)
    return choices.choice(asking, asked)
