"""Questions are asked in several quizzes, and accounted for once."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

from importers.moodle.bank import Bank, Entry
from importers.moodle.ledger import Ledger
from importers.moodle.shop import Shop
from importers.shared import keys
from importers.shared.moodle_questions import quizzes
from importers.shared.moodle_questions.asked import Asked, Pair
from importers.shared.moodle_questions.quizzes import Sheet, cut
from importers.shared.moodle_questions.texts import whole
from importers.shared.outcome import CARRIED, Outcome, changed
from schemas.model import Content, Resource

_OF_QUESTIONS: Final = re.compile(r"^\d*/(?:question|qtype_[a-z0-9_]+)/")


@dataclass(slots=True)
class Asking:
    """`keys` are those of the questions by entry, `outcomes` what became of them so far."""

    bank: Bank
    ledger: Ledger
    keys: dict[str, str] = field(init=False)
    outcomes: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        identities = {entry.asked.identity for entry in self.bank.entries.values()}
        names = keys.keys(sorted(identities), "question")
        self.keys = {own: names[entry.asked.identity] for own, entry in self.bank.entries.items()}

    def expect(self) -> None:
        """Every question, its earlier versions, and the gaps that are questions of their own."""
        for own, entry in self.bank.entries.items():
            self.ledger.expect("question", own, entry.name, entry.asked.location)
            for version in entry.earlier:
                self.ledger.expect("version", version, f"{entry.name}, {version}", entry.asked.location)
                self.ledger.settle("version", version, ("skipped", "an earlier version of the question"))
        for own, piece in self.bank.pieces.items():
            self.ledger.expect("gap", own, f"{piece.type} {own}: {piece.name}", piece.location)

    def ask(self, sheet: Sheet, entry: Entry, mark: str | None) -> None:
        asked = self.bank.asked(entry)
        if asked.type == "randomsamatch":
            asked = _drawn_pairs(asked, self.bank.drawn_from(entry.category, below=False))
        self.outcomes[entry.identifier].append(sheet.take(asked, self.keys[entry.identifier], mark))

    def rest(self, shop: Shop) -> list[Content]:
        """What no quiz asks: a quiz for each category, which learners do not see."""
        waiting: dict[str, list[Entry]] = defaultdict(list)
        for own, entry in self.bank.entries.items():
            if own not in self.outcomes and self.ledger.is_open("question", own):
                waiting[entry.category].append(entry)
        contents = [
            content
            for category, entries in waiting.items()
            for content in self._bank(shop, category, entries)
        ]
        return [*contents, *self._pictures(shop)]

    def _pictures(self, shop: Shop) -> list[Content]:
        """Those of questions that were not converted: like their source, for who makes them anew."""
        stored = [
            each
            for each in shop.backup.files.all()
            if _OF_QUESTIONS.search(each.area) and self.ledger.is_open("file", each.told)
        ]
        if not stored:
            return []
        media = shop.packed("question-pictures", stored)
        title = "Question bank: pictures of questions that are not converted"
        return [Resource(key="question-pictures", title=title, published=False, media=media)]

    def settle(self) -> None:
        """Of all questions, once all are asked."""
        for own, outcomes in self.outcomes.items():
            if self.ledger.is_open("question", own):
                self.ledger.settle("question", own, _together(outcomes))
        self.ledger.rest("question", ("changed", "a slot that draws at random, which no quiz has"))
        self.ledger.rest("gap", CARRIED)

    def _bank(self, shop: Shop, category: str, entries: list[Entry]) -> list[Content]:
        path = self.bank.path(category)
        title = cut("Question bank: " + " / ".join(path or ("questions",)))
        sheet = Sheet(shop.figures(title), published=False)
        for entry in entries:
            if entry.asked.type != "random":
                self.ask(sheet, entry, None)
        return quizzes.bank(sheet, shop.shelf, keys.key(f"bank-{category}", "bank"), title)


def _drawn_pairs(asked: Asked, entries: list[Entry]) -> Asked:
    """A question that pairs short answers of its category with their questions: the first ones."""
    several = [entry.asked for entry in entries if entry.asked.type == "shortanswer"]
    pairs = [
        Pair(identifier=each.identity, left=each.text, right=right[0].text)
        for each in several
        if (right := [answer for answer in each.answers if answer.fraction >= 1])
    ]
    count = whole(asked.settings.get("choose", "")) or len(pairs)
    return replace(asked, type="match", pairs=tuple(pairs[:count])) if len(pairs) > 1 else asked


def _together(outcomes: list[Outcome]) -> Outcome:
    """Carried where it is carried somewhere."""
    kept = [outcome for outcome in outcomes if outcome[0] != "skipped"]
    return changed(*(note for _, note in kept)) if kept else outcomes[0]
