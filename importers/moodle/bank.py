"""The question bank: categories, and in them the questions, each in the version that Moodle would ask."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

from importers.shared.moodle_questions import stored
from importers.shared.moodle_questions.asked import Asked
from importers.shared.moodle_questions.texts import plain, whole
from importers.shared.xml import Node
from importers.shared.xml_stream import records

_ABOUT_CATEGORY: Final = ("name", "contextid", "parent", "stamp")
_NOT_ASKED: Final = frozenset(("draft", "hidden"))


@dataclass(slots=True)
class Category:
    """`path` are the names of those above it and its own, without Moodle's invisible `top`."""

    identifier: str
    name: str = ""
    context: str = ""
    parent: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question of the bank. `identifier` is that of the entry, or of the question before Moodle 4;
    `question` that of the row that is asked; `earlier` those of its other versions.
    """

    identifier: str
    question: str
    category: str
    asked: Asked
    earlier: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def name(self) -> str:
        """How the report calls it."""
        return f"{self.asked.type} {self.identifier}: {self.asked.name}"


@dataclass(slots=True)
class Bank:
    """`entries` are by identifier, `pieces` the questions that are gaps of others, by question id."""

    categories: dict[str, Category] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    pieces: dict[str, Asked] = field(default_factory=dict)
    _by_question: dict[str, str] = field(default_factory=dict)

    def entry(self, identifier: str) -> Entry | None:
        """By the id of the entry."""
        return self.entries.get(identifier)

    def of_question(self, identifier: str) -> Entry | None:
        """By the id of any version of the question."""
        return self.entries.get(self._by_question.get(identifier, ""))

    def asked(self, entry: Entry) -> Asked:
        """With its gaps, when it is a text of gaps."""
        return (
            stored.with_gaps(entry.asked, self.pieces) if entry.asked.type == "multianswer" else entry.asked
        )

    def path(self, category: str) -> tuple[str, ...]:
        """The names of a category and those above it, without Moodle's invisible `top`."""
        names: list[str] = []
        seen = set()
        while category in self.categories and category not in seen:
            seen.add(category)
            each = self.categories[category]
            if each.name != "top":
                names.append(each.name)
            category = each.parent
        return tuple(reversed(names))

    def drawn_from(self, category: str, *, below: bool) -> list[Entry]:
        """The questions that a random slot may draw."""
        wanted = {category}
        if below:
            wanted |= {each for each in self.categories if category in self._above(each)}
        return [
            entry
            for entry in self.entries.values()
            if entry.category in wanted
            and not entry.hidden
            and entry.asked.type not in ("random", "description")
        ]

    def add(self, entry: Entry, node_ids: Iterable[str]) -> None:
        """An id that stands twice, which no Moodle writes, names the first; the other is asked by none."""
        name = _free(entry.identifier, self.entries)
        self.entries[name] = entry if name == entry.identifier else replace(entry, identifier=name)
        for each in node_ids:
            self._by_question.setdefault(each, name)

    def add_piece(self, identifier: str, asked: Asked) -> None:
        self.pieces[_free(identifier, self.pieces)] = asked

    def _above(self, category: str) -> set[str]:
        found: set[str] = set()
        while category in self.categories and category not in found:
            found.add(category)
            category = self.categories[category].parent
        return found


def _free(identifier: str, taken: Container[str]) -> str:
    number, name = 1, identifier
    while name in taken:
        number += 1
        name = f"{identifier} ({number})"
    return name


def read(file: BinaryIO, place: str) -> Bank:
    """questions.xml of Moodle 2 and later, one question in memory at a time. Raises RefusedError."""
    names = {"question_bank_entry", "question", *_ABOUT_CATEGORY}
    return of_records(records(file, place, names, around={"question_category"}))


def of_records(found: Iterable[Node]) -> Bank:
    """From categories and, after each, what is in it."""
    bank, category = Bank(), Category("")
    for node in found:
        if node.name == "question_category":
            category = Category(node.attributes.get("id", ""))
            bank.categories[category.identifier] = category
        elif node.name == "question_bank_entry":
            _take_entry(bank, category, node)
        elif node.name == "question":
            _take_question(bank, category, node)
        else:
            _tell(category, node)
    return bank


def _tell(category: Category, node: Node) -> None:
    text = node.text.strip()
    match node.name:
        case "name":
            category.name = text
        case "contextid":
            category.context = text
        case "parent":
            category.parent = text
        case _:
            category.stamp = text


def _take_entry(bank: Bank, category: Category, node: Node) -> None:
    """An entry since Moodle 4: of its versions the newest that is ready is asked."""
    versions = sorted(_versions(node), key=lambda version: (version[0] not in _NOT_ASKED, version[1]))
    if not versions:
        return
    status, _, question = versions[-1]
    own = stored.identifier(node)
    if plain(question, "parent") not in ("", "0"):
        for _, _, each in versions:
            bank.add_piece(stored.identifier(each), _asked(each, category, ""))
        return
    entry = Entry(
        identifier=own,
        question=stored.identifier(question),
        category=category.identifier,
        asked=_asked(question, category, plain(node, "idnumber") or f"{plain(question, 'qtype')}-{own}"),
        earlier=tuple(stored.identifier(each) for _, _, each in versions[:-1]),
        hidden=status in _NOT_ASKED,
    )
    bank.add(entry, (stored.identifier(each) for _, _, each in versions))


def _versions(node: Node) -> Iterator[tuple[str, int, Node]]:
    """(status, number, question) of every version in an entry."""
    for each in node.walk():
        if each.name == "question_versions":
            for question in each.walk():
                if question.name == "question" and question.children:
                    yield plain(each, "status"), whole(plain(each, "version")), question
                    break


def _take_question(bank: Bank, category: Category, node: Node) -> None:
    """A question before Moodle 4, where edits keep its id."""
    own = stored.identifier(node)
    named = plain(node, "idnumber") or f"{plain(node, 'qtype')}-{own}"
    asked = _asked(node, category, named)
    if plain(node, "parent") not in ("", "0") and asked.type != "random":
        bank.add_piece(own, asked)
        return
    hidden = plain(node, "hidden") == "1"
    bank.add(
        Entry(identifier=own, question=own, category=category.identifier, asked=asked, hidden=hidden), [own]
    )


def _asked(node: Node, category: Category, identity: str) -> Asked:
    return stored.asked(node, identity, category.context)
