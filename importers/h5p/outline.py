"""A course in the making: what is read one after the other is one page, what asks is one quiz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from importers.h5p.content import Item
from importers.h5p.desk import Desk
from importers.shared import keys, plain_text
from importers.shared.figures import Figures
from importers.shared.pages import MOST_CHARACTERS, page
from importers.shared.questions import Made
from schemas import model
from schemas.model import Content, Question, Quiz, QuizContent, RichText, Section


@dataclass(frozen=True)
class Settings:
    """What a source says of a quiz as a whole; the defaults are those of bundles."""

    passing_score: Decimal = Decimal(60)
    randomized: bool = False
    max_attempts: int | None = None
    show_correct_answers: bool = True


@dataclass
class _Page:
    items: list[Item] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """By role, the first of each."""

    @property
    def length(self) -> int:
        """In characters, with what stands between the texts."""
        return sum(len(text) + 2 for text in self.texts)


@dataclass
class _Quiz:
    items: list[Item]
    settings: Settings
    figures: Figures
    questions: dict[str, Question] = field(default_factory=dict)


class Outline:
    """Takes things in the order in which learners meet them."""

    def __init__(self, desk: Desk, key: str, title: str) -> None:
        self._desk = desk
        self._taken: set[str] = set()
        self._sections: list[Section] = []
        self._contents: list[Content] = []
        self._section = (key, title)
        self._open: _Page | _Quiz | None = None
        self._questions: set[str] = set()

    def section(self, item: Item, title: str) -> None:
        """What comes next belongs to a chapter."""
        self._end_section()
        self._section = (self._distinct(item.key, item), title)

    def prose(self, item: Item, html: str, role: str = "") -> None:
        """`role` says what it is of an item that holds others, for the key: an intro, a cover."""
        made = page(html, self._desk.find)
        self._desk.ledger.done(item, *made.notes, *self._desk.lost())
        if not made.text:
            return
        if not isinstance(self._open, _Page) or self._open.length + len(made.text) > MOST_CHARACTERS:
            self._end()
            self._open = _Page()
        self._open.items.append(item)
        self._open.keys[role] = self._open.keys.get(role) or (f"{item.key[:69]}-{role}" if role else item.key)
        self._open.texts.append(made.text)

    def quiz(self, item: Item, settings: Settings | None = None) -> Figures:
        """Where pictures of the next question go: the open quiz, or a new one when it has settings."""
        if settings or not isinstance(self._open, _Quiz):
            self._end()
            self._open = _Quiz([item], settings or Settings(), Figures(self._desk.find, self._desk.words))
        return self._open.figures

    def question(self, made: Made, item: Item) -> None:
        assert isinstance(self._open, _Quiz)
        key = made.question.key
        if key in self._open.questions:
            key = keys.distinct(key, f"{item.path} {len(self._open.questions)}")
        self._open.questions[key] = replace(made.question, key=key)
        self._open.items.append(item)

    def content(self, content: Content, item: Item) -> None:
        """One of another type."""
        self._end()
        self._contents.append(replace(content, key=self._distinct(content.key, item)))

    def rights(self, item: Item, key: str, title: str, html: str) -> None:
        """The page that names sources, last of all."""
        made = page(html, self._desk.find)
        self.content(RichText(key=key, title=title, text=made.text), item)

    def break_off(self) -> None:
        """What comes next is no part of the page or quiz before."""
        self._end()

    def sections(self) -> tuple[Section, ...]:
        """All up to now; what comes afterwards joins the last of them."""
        self._end_section()
        return tuple(self._sections)

    # ── closing ──────────────────────────────────────────────────────────────────────────────────

    def _end(self) -> None:
        ended, self._open = self._open, None
        if isinstance(ended, _Page):
            own = ended.keys.get("") or next(iter(ended.keys.values()))
            title, key = self._title(ended.items), self._distinct(own, ended.items[0])
            self._contents.append(RichText(key=key, title=title, text="\n\n".join(ended.texts)))
        elif isinstance(ended, _Quiz) and ended.questions:
            self._contents += self._of_quiz(ended)

    def _of_quiz(self, ended: _Quiz) -> Iterator[Content]:
        first, settings, title = ended.items[0], ended.settings, self._title(ended.items)
        key = self._distinct(first.key, first)
        pictures = ended.figures.page(self._distinct(f"{key[:71]}-pictures", first), title)
        if pictures:
            yield pictures
        quiz = Quiz(
            title=title,
            passing_score=settings.passing_score,
            randomized=settings.randomized,
            max_attempts=settings.max_attempts,
            show_correct_answers=settings.show_correct_answers,
            questions=tuple(ended.questions.values()),
        )
        yield QuizContent(key=key, title=title, quiz=quiz)

    def _end_section(self) -> None:
        self._end()
        contents, self._contents = tuple(self._contents), []
        key, title = self._section
        if contents and self._sections and self._sections[-1].key == key:
            last = self._sections.pop()
            self._sections.append(replace(last, contents=last.contents + contents))
        elif contents:
            self._sections.append(model.Section(key=key, title=title, contents=contents))

    def _title(self, items: list[Item]) -> str:
        """That of the only item; what holds several bears the name of the chapter."""
        own = items[0].title if len({item.path for item in items}) == 1 else ""
        return plain_text.title(own)[0] or self._section[1]

    def _distinct(self, key: str, item: Item) -> str:
        """A copy inside the same package may bear the identifier of what it was copied from."""
        found, times = key, 0
        while found in self._taken:
            times += 1
            found = keys.distinct(key, f"{item.path} {times}")
        self._taken.add(found)
        return found
