"""Things to drag to places, and things to put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from importers.h5p import prose
from importers.h5p.asking import Asking, slug, slugs
from importers.h5p.content import Fields
from importers.shared import questions
from importers.shared.questions import Made, UnfitError


class _Thing(NamedTuple):
    """`zones`: where the author lets it be dropped; none means that it stands on the board."""

    html: str
    text: str
    zones: tuple[str, ...]


def drag_question(asking: Asking) -> Iterator[Made]:
    """Zones with a name and things with words are pairs; without either nobody could tell what to match."""
    question = asking.params.group("question")
    task, background = question.group("task"), question.group("settings", "background")
    things = [_thing(asking, each) for each in task.groups("elements")]
    places = [
        (each.words("label"), _indices(each, "correctElements", things)) for each in task.groups("dropZones")
    ]
    wanted = Counter(index for _, indices in places for index in indices)
    if any(not label for label, indices in places if indices) or any(not things[i].text for i in wanted):
        raise UnfitError("places or things without words")
    if not wanted or max(wanted.values()) > 1:
        raise UnfitError("things that belong to several places, or to none")
    shown = "".join(thing.html for i, thing in enumerate(things) if i not in wanted and not thing.zones)
    html = asking.desk.image(background) + question.group("settings").html("questionTitle") + shown
    single = all(len(indices) < 2 for _, indices in places)
    pairs = [(things[i].text, label) for label, indices in places for i in indices]
    others = [thing.text for i, thing in enumerate(things) if i not in wanted and thing.zones and thing.text]
    others = others if single else [label for label, indices in places if not indices and label]
    yield _matched(asking, html, [(b, a) if single else (a, b) for a, b in pairs], others)


def _matched(asking: Asking, html: str, pairs: list[tuple[str, str]], others: list[str]) -> Made:
    named = slugs([f"{left} {right}" for left, right in pairs], "pair")
    alone = asking.params.group("behaviour").flag("singlePoint")
    stem = asking.stem(html, explanation=asking.feedback(), points=1 if alone else len(pairs))
    made = questions.matching(
        stem,
        [
            (key, asking.text(left), asking.text(right))
            for key, (left, right) in zip(named, pairs, strict=True)
        ],
        [(slug(other, "distractor"), asking.text(other)) for other in others],
    )
    return asking.made(made, "where things lie on the board is not kept")


def _thing(asking: Asking, element: Fields) -> _Thing:
    item = asking.desk.part(element.group("type"))
    shown = prose.part(element.group("type"), asking.desk)
    text = "" if item is None else item.params.words("text") or item.params.words("alt")
    zones = tuple(element.htmls("dropZones"))
    return _Thing(shown, escape(text), zones)


def _indices(zone: Fields, name: str, things: list[_Thing]) -> list[int]:
    numbers = [int(each) for each in zone.htmls(name) if each.isascii() and each.isdigit() and len(each) < 6]
    return [number for number in dict.fromkeys(numbers) if number < len(things)]


def sort_paragraphs(asking: Asking) -> Iterator[Made]:
    """Written in the right order; the player shuffles them."""
    texts = asking.params.htmls("paragraphs")
    stem = asking.stem(asking.media() + asking.params.html("taskDescription"), explanation=asking.feedback())
    items = [(key, asking.text(text)) for key, text in zip(slugs(texts, "paragraph"), texts, strict=True)]
    yield asking.made(questions.ordering(stem, items))
