"""assessmentTest (QTI 2.2 §5.9) → the plan of a quiz: sections in order, rules as far as a quiz has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from importers.qti import rules
from importers.qti.body import Writer
from importers.qti.declarations import number
from importers.qti.manifest import locate
from importers.qti.plans import Entry, Plan, Text
from importers.qti.reading import Documents
from importers.shared import hrefs, plain_text
from importers.shared.hrefs import Directory
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.xml import Node
from schemas.model import Location

_DEEPEST: Final = 50
_CANDIDATES: Final = frozenset(("", "candidate", "all"))


def plan(
    name: str, documents: Documents, directory: Directory
) -> tuple[Plan, list[tuple[str, str, Location]]]:
    """The plan of the test in a file, and the addresses in it that lead out of the package."""
    root = documents.documents[name].root
    made = Plan(
        identifier=root.attributes.get("identifier", "").strip(),
        title=plain_text.title(root.attributes.get("title", ""))[0],
        location=root.location,
        names=documents.names,
        file=name,
    )
    walk = _Walk(made, documents, directory)
    walk.test(root)
    return made, walk.dangers


@dataclass(slots=True)
class _Walk:
    plan: Plan
    documents: Documents
    directory: Directory
    dangers: list[tuple[str, str, Location]] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def test(self, root: Node) -> None:
        self.plan.own = self.plan.tell("item", "test", root.location, CARRIED)
        for child in root.children:
            match child.name:
                case "testPart":
                    self._part(child)
                case "outcomeDeclaration" if "masteryValue" in child.attributes:
                    self._rule("mastery", child, rules.mastery(self.plan, child))
                case "timeLimits":
                    self._rule("time limit", child, rules.time_limit(self.plan, child))
                case "outcomeProcessing":
                    self._rule("outcome processing", child, rules.outcome_processing(child))
                case "testFeedback":
                    self.plan.incomplete = True
                    name = f"feedback {child.attributes.get('identifier', '')}"
                    reason = "our quizzes say nothing at their end: its source is attached"
                    self._rule(name, child, skipped(reason))
                case "rubricBlock":
                    self._rubric(child, "", self.plan.file)
                case _:
                    pass

    def _part(self, node: Node) -> None:
        name = node.attributes.get("identifier", "").strip()
        if node.attributes.get("navigationMode", "").strip() == "linear":
            reason = "questions are answered one after the other in the source: here in any order"
            self._rule(f"navigation of {name}", node, skipped(reason))
        for child in node.children:
            self._member(child, f"part {name}", self.plan.file, 0)

    def _member(self, node: Node, around: str, file: str, depth: int) -> None:
        """Anything inside a part or section."""
        match node.name:
            case "assessmentSection":
                self._section(node, file, depth + 1)
            case "assessmentSectionRef":
                self._section_reference(node, file, depth + 1)
            case "assessmentItemRef":
                self._item(node, file)
            case "rubricBlock":
                self._rubric(node, around, file)
            case _:
                rule = rules.of_a_part(self.plan, node)
                if rule:
                    self._rule(f"{rule[0]} of {around}", node, rule[1])

    def _section(self, node: Node, file: str, depth: int) -> None:
        name = node.attributes.get("identifier", "").strip()
        if depth > _DEEPEST:
            reason = f"more than {_DEEPEST} sections inside one another: its items stand after the tests"
            self.plan.tell("item", f"section {name}", node.location, skipped(reason))
            return
        title = plain_text.title(node.attributes.get("title", ""))[0]
        before = len(self.plan.texts)
        for child in node.children:
            around = f"section {name}" if child.name != "rubricBlock" else title
            self._member(child, around, file, depth)
        shown = (
            len(self.plan.texts) > before or node.attributes.get("visible", "true") == "false" or not title
        )
        note = "" if shown else "quizzes have no headings: its questions follow in their order"
        self.plan.tell("item", f"section {name}", node.location, changed(note))

    def _section_reference(self, node: Node, file: str, depth: int) -> None:
        """Each file once: references in circles, or to the same again and again, have no end."""
        found = self._found(node, file)
        name = node.attributes.get("identifier", "").strip()
        if found is None or self.documents.kinds.get(found) != "section":
            reason = "the file with the section is not in the package"
        elif found in self.entered:
            reason = f"{found} stands in the test already"
        else:
            self.entered.add(found)
            self._section(self.documents.documents[found].root, found, depth)
            return
        self.plan.tell("item", f"section {name}", node.location, skipped(reason))

    def _item(self, node: Node, file: str) -> None:
        found = self._found(node, file)
        reference = node.attributes.get("identifier", "").strip()
        for child in node.children:
            if child.name != "weight":
                self._member(child, f"item {reference}", file, 0)
        if found is None or self.documents.kinds.get(found) != "item":
            address = node.attributes.get("href", "").strip() or reference
            why = "is not in the package" if found is None else "holds no item that can be read"
            self.documents.missing.add(hrefs.join(file, address))
            self.plan.tell("question", reference, node.location, skipped(f"{address} {why}"))
            return
        if found in self.asked:
            self._rule(
                f"item {reference} again", node, changed("named several times in the test: asked once")
            )
            return
        self.asked.add(found)
        account = self.documents.accounts[found]
        identifier = self.documents.identifier(found) or reference
        self.plan.entries.append(Entry(account, identifier, found, reference, self._weight(node, reference)))

    def _found(self, node: Node, file: str) -> str | None:
        address = node.attributes.get("href", "").strip()
        if not address:
            return None
        why = "on another server" if hrefs.is_web(address) else hrefs.danger(hrefs.join(file, address))
        if why:
            self.dangers.append((address, why, node.location))
            return None
        return locate(hrefs.join(file, address), self.directory)[0]

    def _weight(self, node: Node, reference: str) -> Decimal:
        weights = [child for child in node.children if child.name == "weight"]
        value = number(weights[0].attributes.get("value", "")) if weights else None
        if len(weights) > 1:
            note = "several weights in the source: the first counts"
            self._rule(f"weights of {reference}", weights[1], changed(note))
        return value if value is not None and value > 0 else Decimal(1)

    def _rubric(self, node: Node, heading: str, file: str) -> None:
        views = node.attributes.get("view", "").lower().split()
        if views and not _CANDIDATES & set(views):
            self.plan.incomplete = True
            reason = f"for {' and '.join(views)}, not for learners: its source is attached"
            self.plan.tell("item", "rubric", node.location, skipped(reason))
            return
        account = self.plan.tell(
            "item", "rubric", node.location, changed("stands on the page before the quiz")
        )
        self.plan.texts.append(Text(heading, Writer().inside(node), file, account))

    def _rule(self, name: str, node: Node, outcome: Outcome) -> None:
        self.plan.tell("rule", name, node.location, outcome)


def remote_items(root: Node) -> Iterator[tuple[str, str, Location]]:
    """References to items where none belong (inside items), which lead out of the package."""
    for node in root.walk():
        address = node.attributes.get("href", "").strip() if node.name == "assessmentItemRef" else ""
        why = "on another server" if hrefs.is_web(address) else hrefs.danger(address) if address else None
        if why:
            yield address, why, node.location
