"""Plans → contents of the course: a page to read first where there is something to read, and the quiz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from importers.qti import item as items
from importers.qti.body import Writer
from importers.qti.item import Converted
from importers.qti.ledger import Ledger
from importers.qti.manifest import locate
from importers.qti.plans import Entry, Plan, Text
from importers.qti.reading import Documents
from importers.qti.workshop import Workshop
from importers.shared import areas, hrefs, keys, plain_text, qti12
from importers.shared.figures import Figures
from importers.shared.outcome import changed, skipped
from importers.shared.pages import page
from importers.shared.questions import unrepeated
from schemas.model import Content, Question, Quiz, QuizContent, RichText

_LONGEST: Final = 60


@dataclass(slots=True)
class Maker:
    """Makes the quizzes of one source; everything of a plan gets its account in the ledger."""

    shop: Workshop
    documents: Documents
    ledger: Ledger
    left: list[str] = field(default_factory=list)
    """Items that were not converted, described for people."""

    def contents(self, plan: Plan, key: str, title: str) -> list[Content]:
        """In the order of reading; empty when nothing of the plan can be asked or read."""
        texts = Figures(self.shop.find)
        read_first = [self._text(text) for text in self._texts(plan)]
        questions: list[Question] = []
        for entry, converted in self._converted(plan, texts):
            self._settle(entry, converted)
            questions += [made.question for made in converted.questions]
            if converted.text:
                read_first.append(_under(self._title(entry), converted.text))
        if plan.incomplete:
            self.shop.keep(plan.file)
        made = self._page(f"{key[:_LONGEST]}.page", title, read_first, texts, alone=not questions)
        contents: list[Content] = [made] if made else []
        if questions:
            contents.append(_quiz(plan, key, title, questions))
        self._tell(plan, lost=not contents)
        return contents

    # ── texts ────────────────────────────────────────────────────────────────────────────────

    def _texts(self, plan: Plan) -> Iterator[Text]:
        """What the test says, then the stimuli of its items, each once."""
        yield from plan.texts
        seen: set[str] = set()
        for entry in plan.entries:
            for name in self._stimuli(entry):
                if name not in seen:
                    seen.add(name)
                    yield stimulus(name, self.documents)

    def _stimuli(self, entry: Entry) -> Iterator[str]:
        if entry.item is not None:
            return
        for node in self.documents.documents[entry.file].root.walk():
            if node.name == "assessmentStimulusRef":
                address = hrefs.join(entry.file, node.attributes.get("href", "").strip())
                name = None if hrefs.danger(address) else locate(address, self.shop.directory)[0]
                if name and self.documents.kinds.get(name) == "stimulus":
                    yield name
                else:
                    self.ledger.expect("item", address, node.location)
                    self.ledger.say("item", address, skipped("is not in the package"))

    def _text(self, text: Text) -> str:
        self.shop.file = text.file
        made = page(text.html, self.shop.find)
        self.ledger.say("item", text.account, changed(*made.notes, *self.shop.notes()))
        return _under(text.heading, made.text)

    def _page(
        self, key: str, title: str, read_first: list[str], texts: Figures, *, alone: bool
    ) -> RichText | None:
        figures = texts.page(key, title)
        parts = [*filter(None, read_first), *([figures.text] if figures else [])]
        if not parts:
            return None
        shown = title if alone else plain_text.title(f"{title}: texts and pictures")[0]
        return RichText(key=key, title=shown, text="\n\n".join(parts))

    # ── questions ────────────────────────────────────────────────────────────────────────────

    def _converted(self, plan: Plan, texts: Figures) -> Iterator[tuple[Entry, Converted]]:
        """Each entry with what became of it, what its files could not be among the notes; keys are unique."""
        taken: Counter[str] = Counter()
        old = [entry.item for entry in plan.entries if entry.item is not None]
        results = qti12.one_by_one(old, texts)
        for entry, key in zip(plan.entries, _keys(plan.entries), strict=True):
            self.shop.file = entry.file
            if entry.item is None:
                converted = items.convert(self.documents.documents[entry.file], key, texts, entry.weight)
            else:
                converted = _of_result(next(results))
            notes = (*converted.notes, *self.shop.notes())
            yield entry, replace(converted, notes=notes, questions=unrepeated(converted.questions, taken))

    def _title(self, entry: Entry) -> str:
        node = entry.item if entry.item is not None else self.documents.documents[entry.file].root
        return plain_text.title(node.attributes.get("title", ""))[0]

    def _settle(self, entry: Entry, converted: Converted) -> None:
        if converted.incomplete:
            self.shop.keep(entry.file)
        if converted.reason:
            self.shop.keep(entry.file)
            self.ledger.say("question", entry.account, skipped(converted.reason))
            if converted.incomplete:
                self.left.append(f"{self._title(entry) or entry.identifier}: {converted.reason}")
            return
        notes = [note for made in converted.questions for note in made.notes]
        self.ledger.say("question", entry.account, changed(*notes, *converted.notes))

    def _tell(self, plan: Plan, *, lost: bool) -> None:
        for (kind, name), (_, outcome) in plan.accounts.items():
            told = skipped("nothing in it can be asked") if lost and name == plan.own else outcome
            self.ledger.say(kind, name, told)


def stimulus(name: str, documents: Documents) -> Text:
    """A stimulus as something to read under its title."""
    root = documents.documents[name].root
    body = next((child for child in root.children if child.name == "stimulusBody"), root)
    return Text(plain_text.title(root.attributes.get("title", ""))[0], Writer().inside(body), name, name)


def _quiz(plan: Plan, key: str, title: str, questions: list[Question]) -> QuizContent:
    return QuizContent(
        key=key,
        title=title,
        location=plan.location,
        quiz=Quiz(
            title=title,
            time_limit_minutes=plan.time_limit_minutes,
            max_attempts=plan.max_attempts,
            passing_score=plan.passing_score if plan.passing_score is not None else Decimal(60),
            randomized=plan.randomized,
            show_correct_answers=plan.show_correct_answers,
            allow_review=plan.allow_review,
            questions=tuple(questions),
            location=plan.location,
        ),
    )


def _keys(entries: list[Entry]) -> list[str]:
    """From the items' identifiers. Items of one identifier are told apart by their references and files."""
    identifiers = [entry.identifier or entry.file for entry in entries]
    several = Counter(identifiers)
    names = keys.keys(several, "question")
    return [
        names[identifier]
        if several[identifier] == 1
        else keys.distinct(names[identifier], f"{entry.reference} {entry.account}")
        for entry, identifier in zip(entries, identifiers, strict=True)
    ]


def _of_result(result: qti12.Result) -> Converted:
    return Converted(
        questions=result.questions,
        text=result.text,
        reason=result.reason,
        notes=result.notes,
        incomplete=any(areas.DESCRIBED in made.notes for made in result.questions),
    )


def _under(heading: str, text: str) -> str:
    return f"## {heading}\n\n{text}" if heading and text else text
