"""Problems → quizzes: one problem is one quiz, each of its responses a question.

So a problem keeps its identity, and learners their attempts, wherever it is moved in the course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from importers.olx import capa, feedback, responses
from importers.olx.capa import Part
from importers.olx.responses import BY_PERSON, Asked
from importers.olx.workshop import Converted, Spot, Workshop
from importers.olx.written import markdown, page
from importers.shared import questions
from importers.shared.figures import Figures
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.pages import Page
from importers.shared.questions import Stem, UnfitError
from schemas import model
from schemas.model import Question

_TEXT_ONLY: Final = "a problem without a question: its text became a page"


@dataclass(slots=True)
class _Making:
    """One problem at work."""

    shop: Workshop
    spot: Spot
    pictures: Figures
    points: Decimal
    stems: list[str] = field(default_factory=list)
    made: list[Question] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, html: str) -> Page:
        found = self.pictures.text(html)
        self.notes += found.notes
        return found

    def picture(self, address: str) -> str | None:
        """An option's image: a picture of the package."""
        links = self.shop.links
        path = links.media(address, "image") if links.file(address) else None
        if not isinstance(path, str):
            return None
        self.shop.ledger.tell("link", f"{self.spot.block.name} → {address[:200]}", changed())
        return path


def problem(shop: Workshop, spot: Spot) -> Converted:
    block = spot.block
    assert block.node is not None
    found = capa.problem(block.node)
    if not found.parts:
        return page(shop, spot, found.lead + "".join(found.solutions), *_nothing_asked(block.category))
    points, note = _points(block.setting("weight"), len(found.parts))
    making = _Making(shop, spot, Figures(_find(shop, spot)), points, notes=[*block.notes, note])
    for number, part in enumerate(found.parts, 1):
        _ask(making, part, "question" if len(found.parts) == 1 else f"part-{number}")
    variables = found.variables()
    by_person = any(BY_PERSON in note or fate == "skipped" for fate, note in making.outcomes)
    contents = _contents(making, published=not variables)
    if variables or by_person:
        contents = (*contents, shop.source_of(spot, beside=True))
    return Converted(contents, changed(*making.notes, *_said(making, variables)), tuple(making.outcomes))


def _nothing_asked(category: str) -> tuple[str, ...]:
    return (_TEXT_ONLY,) if category == "problem" else ()


def _said(making: _Making, variables: list[str]) -> Iterator[str]:
    if variables:
        names = ", ".join(variables[:5])
        yield f"not published: {names} would get values from a program, which is never run"
    if not making.made:
        yield "its text became a page: nothing of what it asks can be asked here"


def _find(shop: Workshop, spot: Spot) -> Callable[[str, str], str | None]:
    return shop.links.of(spot.block.name)


def _points(weight: str, parts: int) -> tuple[Decimal, str]:
    """The weight is that of the whole problem; without one, each response counts one point."""
    if not weight:
        return Decimal(1), ""
    whole, note = questions.points(weight)
    share, rounded = questions.points(whole / parts)
    return share, note or rounded


def _ask(making: _Making, part: Part, key: str) -> None:
    """Makes the questions of a part, or says why there is none."""
    start = len(making.notes)
    text = making.text(part.html).text
    making.stems.append(text)
    told, notes = feedback.explanation(part)
    stem = Stem(
        key=key,
        text=text or markdown(making.spot.title),
        points=making.points,
        explanation=making.text(told).text,
        location=part.response.location,
    )
    try:
        found = responses.made(Asked(part, stem, making.text, making.picture))
    except UnfitError as unfit:
        making.outcomes.append(skipped(f"{unfit}; its source is kept, unpublished"))
        return
    making.made += [each.question for each in found]
    said = [note for each in found for note in each.notes]
    making.outcomes.append(changed(*said, *notes, *making.notes[start:]))
    del making.notes[start:]


def _contents(making: _Making, *, published: bool) -> tuple[model.Content, ...]:
    """The quiz, or its text where nothing of it can be asked; its pictures before it."""
    spot, key = making.spot, making.spot.key
    content: model.Content
    if making.made:
        content = model.QuizContent(
            key=key,
            title=spot.title,
            published=published,
            quiz=_quiz(making),
            location=spot.block.location,
        )
    else:
        text = "\n\n".join(filter(None, making.stems)) or markdown(spot.title)
        content = model.RichText(key=key, title=spot.title, text=text, location=spot.block.location)
    beside = making.shop.names.beside(key, "pictures")
    shown = making.pictures.page(beside, f"{spot.title[:230]} (pictures)", published=published)
    return (shown, content) if shown else (content,)


def _quiz(making: _Making) -> model.Quiz:
    block = making.spot.block
    attempts = block.setting("max_attempts")
    limit = int(attempts) if attempts.isascii() and attempts.isdigit() and len(attempts) < 6 else 0
    quiz = model.Quiz(
        title=making.spot.title,
        max_attempts=limit or None,
        show_correct_answers=block.setting("showanswer") != "never",
        questions=tuple(making.made),
        location=block.location,
    )
    passing = making.shop.passing
    return quiz if passing is None else replace(quiz, passing_score=passing)
