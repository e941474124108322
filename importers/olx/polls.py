"""Polls, surveys, word clouds, and dragging onto the zones of a picture → quizzes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape
from typing import Any, Final

from importers.olx import settings
from importers.olx.blocks import Block
from importers.olx.workshop import Converted, Spot, Workshop
from importers.olx.written import inner, kept, markdown
from importers.shared import keys, questions
from importers.shared.figures import Figures
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.questions import Choice, Made, Stem, UnfitError
from schemas import model

_NO_GRADE: Final = Decimal(0)
_MOST: Final = 1_000
"""Questions of a survey, and answers to each; every question is stored with all of them."""

Unfit = str
"""Why a question cannot be asked."""


def asked(block: Block) -> int:
    """How many questions a block of this module puts."""
    return len(_of_survey(block)) if block.category == "survey" else 1


def poll(shop: Workshop, spot: Spot) -> Converted:
    """The poll XBlock: `answers` is [[identifier, {"label", "img"}]]."""
    figures = Figures(shop.links.of(spot.block.name))
    stem = Stem(key="question", text=figures.text(spot.block.settings.get("question", "")).text)
    choices = _choices(figures, _pairs(spot.block, "answers"))
    return _converted(shop, spot, figures, [_tried(lambda: questions.choice(stem, choices))])


def survey(shop: Workshop, spot: Spot) -> Converted:
    """The survey XBlock: every question of `questions` with the same `answers`."""
    figures = Figures(shop.links.of(spot.block.name))
    choices = _choices(figures, _pairs(spot.block, "answers"))
    seen: Counter[str] = Counter()

    def question(identifier: str, said: Any) -> Made:
        key = keys.key(identifier, "question")
        seen[key] += 1
        key = f"{key[:70]}-again-{seen[key]}" if seen[key] > 1 else key
        return questions.choice(Stem(key=key, text=figures.text(_label(said)).text), choices)

    made = [_tried(question, *each) for each in _of_survey(spot.block)]
    return _converted(shop, spot, figures, made)


def poll_question(shop: Workshop, spot: Spot) -> Converted:
    """The poll of courses before 2015: a text and <answer> elements."""
    node = spot.block.node
    assert node is not None
    figures = Figures(shop.links.of(spot.block.name))
    choices = [
        Choice(each.attributes.get("id", ""), figures.text(inner(each)).text, correct=True)
        for each in node.children
        if each.name == "answer"
    ]
    text = "".join(f"<p>{inner(each)}</p>" for each in node.children if each.name != "answer")
    stem = Stem(key="question", text=figures.text(text or escape(node.text)).text)
    return _converted(shop, spot, figures, [_tried(lambda: questions.choice(stem, choices))])


def word_cloud(shop: Workshop, spot: Spot) -> Converted:
    instructions = spot.block.settings.get("instructions", "")
    figures = Figures(shop.links.of(spot.block.name))
    text = figures.text(instructions).text or markdown(spot.title)
    number = spot.block.setting("num_inputs") or "5"
    stem = Stem(key="question", text=f"{text}\n\n({escape(number)})", points=_NO_GRADE)
    made = questions.essay(stem, "a word cloud became a question to answer in words: nobody sees the others'")
    return _converted(shop, spot, figures, [made])


def drag_and_drop(shop: Workshop, spot: Spot) -> Converted:
    """The drag-and-drop XBlock: `data` has the items, and the zones by name, which learners hear too."""
    data = settings.loads(spot.block.settings.get("data"))
    data = data if isinstance(data, dict) else {}
    figures = Figures(shop.links.of(spot.block.name))
    image = str(data.get("targetImg") or "")
    shown = f'<p><img src="{escape(image)}" alt=""></p>' if image else ""
    wanted = spot.block.settings.get("question_text") or str(data.get("question_text") or "")
    stem = Stem(
        key="question",
        text=figures.text(wanted + shown).text or markdown(spot.title),
        points=questions.points(spot.block.setting("weight") or None)[0],
    )
    made = [_tried(lambda: _matching(stem, figures, data))]
    return _converted(shop, spot, figures, made, passing=shop.passing or model.Quiz(title="").passing_score)


def _matching(stem: Stem, figures: Figures, data: dict[str, Any]) -> Made:
    zones = {_zone(each): str(each.get("title") or "") for each in _dicts(data.get("zones"))}
    pairs, strangers, several = [], 0, False
    for number, item in enumerate(_dicts(data.get("items"))):
        text = figures.text(str(item.get("displayName") or item.get("imageDescription") or "")).text
        given = item.get("zones") if isinstance(item.get("zones"), list) else [item.get("zone")]
        right = [str(each) for each in given or () if str(each) in zones]
        several |= len(right) > 1
        strangers += not right
        if right:
            pairs.append((str(item.get("id", number)), text, figures.text(zones[right[0]]).text))
    notes = ["dragging onto a picture became matching with the names of its zones"]
    notes += ["where several zones are right, the first one counts"] if several else []
    notes += [f"items that belong nowhere left out: {strangers}"] if strangers else []
    return questions.matching(stem, pairs, (), *notes)


# ── JSON in attributes ───────────────────────────────────────────────────────────────────────────


def _zone(zone: dict[str, Any]) -> str:
    return str(zone.get("uid") or zone.get("title") or zone.get("id") or "")


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _pairs(block: Block, name: str) -> list[tuple[str, Any]]:
    listed = settings.loads(block.settings.get(name))
    if not isinstance(listed, list) or len(listed) > _MOST:
        return []
    return [(str(each[0]), each[1]) for each in listed if isinstance(each, list) and len(each) == 2]


def _of_survey(block: Block) -> list[tuple[str, Any]]:
    """Its questions; one without words where none can be read."""
    return _pairs(block, "questions") or [("question", "")]


def _choices(figures: Figures, pairs: list[tuple[str, Any]]) -> list[Choice]:
    return [Choice(identifier, figures.text(_label(said)).text, correct=True) for identifier, said in pairs]


def _label(said: Any) -> str:
    if not isinstance(said, dict):
        return escape(str(said))
    image, alt = (str(said.get(name) or "") for name in ("img", "img_alt"))
    shown = f'<img src="{escape(image)}" alt="{escape(alt)}">' if image else ""
    return escape(str(said.get("label") or "")) + shown


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def _tried(make: Callable[..., Made], *arguments: Any) -> Made | Unfit:
    try:
        return make(*arguments)
    except UnfitError as unfit:
        return str(unfit)


def _converted(
    shop: Workshop, spot: Spot, figures: Figures, made: list[Made | Unfit], *, passing: Decimal = _NO_GRADE
) -> Converted:
    """Polls have nothing to pass."""
    outcomes: list[Outcome] = [
        skipped(f"{each}; its source is kept, unpublished") if isinstance(each, str) else changed(*each.notes)
        for each in made
    ]
    asking = tuple(each.question for each in made if not isinstance(each, str))
    if not asking:
        return kept(shop, spot, "nothing in it can be asked")._replace(questions=tuple(outcomes))
    quiz = model.QuizContent(
        key=spot.key,
        title=spot.title,
        quiz=model.Quiz(title=spot.title, passing_score=passing, questions=asking),
        location=spot.block.location,
    )
    shown = figures.page(shop.names.beside(spot.key, "pictures"), f"{spot.title[:230]} (pictures)")
    contents = (shown, quiz) if shown else (quiz,)
    return Converted(contents, changed(*spot.block.notes), tuple(outcomes))
