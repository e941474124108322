"""Quizzes to be made, whatever version they come from: what is said before, and what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from importers.qti.ledger import Names
from importers.shared.outcome import Outcome
from importers.shared.xml import Node
from schemas.model import Location


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a quiz. `account` is its name in the report, `file` where it stands.

    `item` is the element itself for QTI 1.2; None for an item that is a document of its own.
    """

    account: str
    identifier: str
    file: str
    reference: str = ""
    weight: Decimal = Decimal(1)
    item: Node | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Something to read before the quiz: HTML under a heading ("" for none), its addresses from `file`.

    `account` is its name in the report, of kind `item`.
    """

    heading: str
    html: str
    file: str
    account: str


@dataclass(slots=True)
class Plan:
    """One quiz. `accounts` are of everything in the test that is no question: (kind, name) → place, fate;
    `own` is the name of its own account, of kind `item`.
    """

    identifier: str
    title: str
    location: Location
    names: Names
    file: str = ""
    entries: list[Entry] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    time_limit_minutes: int | None = None
    max_attempts: int | None = None
    passing_score: Decimal | None = None
    randomized: bool = False
    show_correct_answers: bool = True
    allow_review: bool = True
    accounts: dict[tuple[str, str], tuple[Location, Outcome]] = field(default_factory=dict)
    incomplete: bool = False
    own: str = ""

    def tell(self, kind: str, name: str, location: Location, outcome: Outcome) -> str:
        """A thing of the test and what became of it. Answers the name of its account: the file is before it,
        and a number behind it where several are called alike.
        """
        account = self.names.of(kind, f"{self.file}: {name}")
        self.accounts[kind, account] = location, outcome
        return account
