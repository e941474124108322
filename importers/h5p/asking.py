"""What every question is made with: its texts, its pictures, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from importers.h5p import prose
from importers.h5p.content import Fields, Item
from importers.h5p.desk import Desk
from importers.shared import keys, questions
from importers.shared.figures import Figures
from importers.shared.pages import words
from importers.shared.questions import Made, Stem

_TAIL: Final = 48
"""Characters of a key that is made from a text."""
_SCORES: Final = ("@score", "@total", ":num", ":total")


@dataclass
class Asking:
    """One item that asks. `before` is HTML above each of its questions ("0:33"), `intro` above the first."""

    item: Item
    desk: Desk
    figures: Figures
    before: str = ""
    intro: str = ""
    required: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def params(self) -> Fields:
        return self.item.params

    def text(self, html: str) -> str:
        """A text of a question, in Markdown."""
        made = self.figures.text(html)
        self.notes += [*made.notes, *self.desk.lost()]
        return made.text

    def stem(self, html: str, *, key: str = "", explanation: Iterable[str] = (), points: float = 1) -> Stem:
        """`key` tells the questions of one item apart, `explanation` are pieces of HTML, `points` what the
        player gives: mostly one for each thing that can be right.
        """
        before, self.intro = self.before + prose.paragraph(self.intro), ""
        return Stem(
            key=f"{self.item.key[: 79 - len(key)]}-{key}" if key else self.item.key,
            text=self.text(before + html),
            points=questions.points(points)[0],
            required=self.required,
            explanation=self.text("".join(prose.paragraph(each) for each in explanation if each)),
        )

    def media(self) -> str:
        return prose.media(self.params, self.desk)

    def feedback(self) -> list[str]:
        return feedback(self.params)

    def made(self, made: Made, *notes: str) -> Made:
        """With everything that was said about it up to now."""
        told, self.notes = (*made.notes, *self.notes, *notes), []
        return made._replace(notes=tuple(dict.fromkeys(each for each in told if each)))


def feedback(fields: Fields) -> list[str]:
    """Feedback by score, one line a range; score lines ("You got @score") are the player's own."""
    said = [(each, each.html("feedback")) for each in fields.groups("overallFeedback")]
    return [
        f"{'–'.join(dict.fromkeys((each.words('from'), each.words('to'))))} %: {escape(words(text))}"
        for each, text in said
        if words(text) and not any(mark in text for mark in _SCORES)
    ]


def own_key(owner: Fields, html: str) -> str:
    """Of one of several questions in an item: the editor's identifier, or else its words."""
    written = owner.words("subContentId")
    return keys.key(written, "question")[:_TAIL] if written else slug(html, "question")


def slug(text: str, fallback: str) -> str:
    """A key from a text, for what has no identifier of its own."""
    key = keys.key(words(text), fallback)
    return key if len(key) <= _TAIL else keys.distinct(key[: _TAIL - 9], words(text))


def slugs(texts: Sequence[str], fallback: str) -> list[str]:
    """The same for several, told apart: equal texts by how often they came before."""
    seen: dict[str, int] = {}
    made = []
    for text in texts:
        key = slug(text, fallback)
        seen[key] = seen.get(key, 0) + 1
        made.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return made


def listed(lines: Iterable[str]) -> str:
    """An HTML list; "" when there is nothing in it."""
    items = "".join(f"<li>{line}</li>" for line in lines if line)
    return f"<ul>{items}</ul>" if items else ""


def labelled(label: str, text: str) -> str:
    return f"{escape(label)}: {escape(words(text))}" if words(text) else ""
