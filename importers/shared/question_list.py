"""Questions of a plain list, in categories → a course: one quiz for each category, in sections by the first.

What is no question but belongs to a quiz, a text to read or its pictures, becomes a page before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from importers.shared import keys, plain_text
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from schemas.model import Content, Course, Question, Quiz, QuizContent, RichText, Section

_EXPORTED: Final = re.compile(r"(?:[-_ ]\d{8}(?:[-_ ]\d{4,6})?|\s*\(\d+\)|\.gift|\.aiken)+$", re.IGNORECASE)
"""What Moodle and browsers put behind a name anew each time."""
_SLUG: Final = 40
Category = tuple[str, ...]


@dataclass(slots=True)
class Bank:
    """The questions of one category, in order, and the pages before them; that of pictures is the last."""

    questions: list[Question] = field(default_factory=list)
    pages: list[RichText] = field(default_factory=list)
    pictures: RichText | None = None


class Names:
    """Keys for the questions of one quiz."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def key(self, identifier: str, words: str, answers: str) -> str:
        """From the identifier, else from the words; the answers tell apart what is equal so far.

        Words are what survives best: a question that moves, or whose answers change, keeps its key.
        """
        base = keys.key(identifier or words[:_SLUG], "question")
        key = base if identifier.strip() else keys.distinct(base, _plain(words))
        if self._seen[key]:
            key = keys.distinct(base, f"{_plain(words)}\n{_plain(answers)}")
        self._seen[key] += 1
        again = self._seen[key]
        return key if again == 1 else f"{key[:70]}-again-{again}"


def course(key: str, title: str, banks: Mapping[Category, Bank]) -> Course:
    """One section for each first part of the categories; those without any stand under the course's title."""
    filled = {category: bank for category, bank in banks.items() if bank.questions or bank.pages}
    names = keys.keys(["/".join(category) for category in filled if category], "category")
    contents: dict[str, list[Content]] = {}
    taken = set(names.values()) | {key}
    for category, bank in filled.items():
        own = names["/".join(category)] if category else key
        if category and () in filled and own == key:
            own = keys.distinct(own, "/".join(category))
        made = contents.setdefault(category[0] if category else "", [])
        pictures = [replace(bank.pictures, key=f"{own[:70]}-pictures")] if bank.pictures else []
        made += _pages([*bank.pages, *pictures], own, taken)
        if bank.questions:
            made.append(_quiz(own, " › ".join(category[1:] or category) or title, bank.questions))
    sections = _sections(key, title, contents)
    return Course(key=key, title=title, instructor=PLACEHOLDER_INSTRUCTOR, sections=tuple(sections))


def identifier_of(file: str) -> str:
    """A file's name as an identifier: its last part, without extension and the date of an export."""
    name = file.replace("\\", "/").rstrip("/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return _EXPORTED.sub("", stem) or stem


def title_of(file: str) -> str:
    """A file's name as a title: `questions-unit_1.txt` → `Questions unit 1`."""
    words = plain_text.title(re.sub(r"[-_\s]+", " ", identifier_of(file)))[0]
    return words[:1].upper() + words[1:]


def _sections(key: str, title: str, contents: Mapping[str, Sequence[Content]]) -> Iterable[Section]:
    names = keys.keys([name for name in contents if name], "section")
    for name, made in contents.items():
        own = names[name] if name else key
        clash = name and "" in contents and own == key
        yield Section(
            key=keys.distinct(own, name) if clash else own,
            title=plain_text.title(name)[0] or title,
            contents=tuple(made),
        )


def _pages(pages: Iterable[RichText], quiz: str, taken: set[str]) -> Iterable[RichText]:
    """Contents are unique in their course, questions only in their quiz."""
    for page in pages:
        key = page.key if page.key not in taken else keys.distinct(page.key, f"{quiz}/{page.key}")
        taken.add(key)
        yield replace(page, key=key)


def _quiz(key: str, title: str, questions: Sequence[Question]) -> QuizContent:
    shown = plain_text.title(title)[0]
    return QuizContent(key=key, title=shown, quiz=Quiz(title=shown, questions=tuple(questions)))


def _plain(text: str) -> str:
    return " ".join(text.split())
