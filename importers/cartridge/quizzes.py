"""A quiz or question bank as one of ours: its questions, its settings, and what could not be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.cartridge import activities, webpages
from importers.cartridge.canvas import child, said, value
from importers.cartridge.manifest import Resource
from importers.cartridge.papers import Banks, Paper
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared import keys, pages, plain_text, qti12
from importers.shared.figures import Figures
from importers.shared.outcome import Outcome, changed
from importers.shared.questions import Made as MadeQuestion
from importers.shared.xml import Node
from schemas import model
from schemas.model import Question

_TOLD: Final = frozenset((
    "title", "description", "shuffle_answers", "allowed_attempts", "time_limit", "hide_results", "available",
    "show_correct_answers", "points_possible", "assignment", "could_be_locked",
))  # fmt: skip


@dataclass(slots=True)
class Maker:
    """Of one quiz. `names` are those of its questions in the report."""

    desk: Desk
    resource: Resource
    paper: Paper
    names: list[str]
    banks: Banks
    notes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    left_out: list[tuple[str, bytes]] = field(default_factory=list)

    def make(self, spot: Spot) -> Made:
        shop, paper = self.desk.shop, self.paper
        meta = paper.meta[1] if paper.meta else None
        parts = paper.parts
        title, note = webpages.titled(
            spot, value(meta, "title") if meta else "", *(part.title for part in parts), self.resource.title
        )
        figures = Figures(self.desk.links.of(paper.name))
        self.texts = [text for part in parts for html in part.texts if (text := figures.text(html).text)]
        questions = self._questions(figures)
        description = self._description(figures, meta)
        published = spot.published and (meta is None or _is_available(meta))
        shown = replace(spot, title=title, published=published)
        before = figures.page(
            shop.identities.beside(spot.key, "files"),
            plain_text.title(f"{title}: pictures and files")[0],
            published=published,
        )
        content = self._content(shown, questions, description, meta)
        kept = self._source(shown)
        self._settle_files(title, meta)
        hidden = "" if published or not spot.published else "not published in the source: not published here"
        contents = (content, *([kept] if kept else []))
        return Made((before, *contents) if before else contents, changed(note, *self.notes, hidden))

    # ── questions ────────────────────────────────────────────────────────────────────────────────

    def _questions(self, figures: Figures) -> list[Question]:
        made: list[Question] = []
        taken: set[str] = set()
        names = iter(self.names)
        for part in self.paper.parts:
            results = iter(qti12.questions(part.items, figures))
            for section in part.sections:
                self._say_section(section, figures)
                for _ in section.items:
                    made += self._distinct(self._question(next(results), next(names)), taken)
                made += self._distinct(self._drawn(section, figures), taken)
        return made

    def _question(self, result: qti12.Result, name: str) -> list[Question]:
        """The questions of one item, settled; a text between questions stands before the next one."""
        report = self.desk.shop.documents.report
        if result.questions:
            notes = (*result.notes, *(note for each in result.questions for note in each.notes))
            report.settle("question", name, *changed(*notes))
            return self._with_texts(result.questions)
        if result.text:
            self.texts.append(result.text)
            note = "a text without a question: it stands before the question that follows, or before the quiz"
            report.settle("question", name, *changed(note, *result.notes))
            return []
        self.left_out.append((f"{len(self.left_out) + 1:03}.xml", result.source))
        report.settle("question", name, "skipped", f"{result.reason}: its source is kept beside the quiz")
        return []

    def _with_texts(self, made: Sequence[MadeQuestion]) -> list[Question]:
        first, *others = (each.question for each in made)
        if self.texts:
            first = replace(first, text="\n\n".join((*self.texts, first.text)))
            self.texts = []
        return [first, *others]

    def _distinct(self, questions: Sequence[Question], taken: set[str]) -> Iterator[Question]:
        """Keys are unique within what was converted together, and a quiz may hold several such."""
        for question in questions:
            key = question.key
            while key in taken:
                key = keys.distinct(key, key + question.text)
            taken.add(key)
            yield replace(question, key=key)

    def _say_section(self, section: qti12.Section, figures: Figures) -> None:
        self.texts += [text for html in section.texts if (text := figures.text(html).text)]
        if section.pick is not None and section.items and section.pick < len(section.items):
            self.notes.append(
                f"draws {section.pick} of the {len(section.items)} questions of a group: all are asked here"
            )

    def _drawn(self, section: qti12.Section, figures: Figures) -> list[Question]:
        """What a quiz draws from banks: single questions, or as many as it says, always the same ones."""
        items = [item for entry in section.entries if (item := self.banks.item(entry))]
        if len(items) < len(section.entries):
            self.notes.append(
                f"{len(section.entries) - len(items)} of its questions are in no bank of the cartridge"
            )
        items += self._from_bank(section) if section.bank else []
        results = qti12.questions(items, figures)
        return [made.question for result in results for made in result.questions]

    def _from_bank(self, section: qti12.Section) -> list[Node]:
        items = self.banks.items(section.bank)
        count = min(section.pick or len(items), len(items))
        self.notes.append(
            f"draws {count} of the {len(items)} questions of a bank: the first {count} are asked here"
            if items
            else f"draws questions from the bank {section.bank!r}, which is not in the cartridge"
        )
        return items[:count]

    # ── the quiz ─────────────────────────────────────────────────────────────────────────────────

    def _description(self, figures: Figures, meta: Node | None) -> str | None:
        html = value(meta, "description") if meta else ""
        page = figures.text(html) if html else pages.Page("")
        self.notes += page.notes
        parts = [page.text, *self.texts]
        return "\n\n".join(part for part in parts if part.strip()) or None

    def _content(
        self, spot: Spot, questions: Sequence[Question], description: str | None, meta: Node | None
    ) -> model.Content:
        if not questions:
            self.notes.append("a quiz without questions: a page that says its title")
            text = description or plain_text.as_markdown(spot.title)
            return model.RichText(
                key=spot.key, title=spot.title, published=spot.published, text=text, location=spot.location
            )
        quiz = model.Quiz(title=spot.title, description=description, questions=tuple(questions))
        return model.QuizContent(
            key=spot.key,
            title=spot.title,
            published=spot.published,
            quiz=self._with_settings(quiz, meta),
            location=spot.location,
        )

    def _with_settings(self, quiz: model.Quiz, meta: Node | None) -> model.Quiz:
        """Canvas's settings where it has any; else those of the first assessment."""
        own = next((part.settings for part in self.paper.parts), qti12.Settings())
        self.notes += own.notes
        quiz = replace(
            quiz,
            time_limit_minutes=own.time_limit_minutes,
            max_attempts=own.max_attempts,
            passing_score=quiz.passing_score if own.passing_score is None else own.passing_score,
            randomized=own.shuffled,
            show_correct_answers=own.show_correct_answers,
        )
        if meta is None:
            return quiz
        limit = _number(value(meta, "time_limit"))
        attempts = _number(value(meta, "allowed_attempts") or "1")
        results = value(meta, "hide_results")
        if value(meta, "shuffle_answers") == "true":
            self.notes.append("answers are shuffled in the source: here they stand as written")
        return replace(
            quiz,
            time_limit_minutes=int(limit) if limit and 1 <= limit <= 100_000 else quiz.time_limit_minutes,
            max_attempts=int(attempts) if attempts and 1 <= attempts <= 100_000 else None,
            show_correct_answers=value(meta, "show_correct_answers") != "false",
            show_results_immediately=results != "always",
            allow_review=results == "",
        )

    def _source(self, spot: Spot) -> model.Resource | None:
        """What could not be asked here, for authors."""
        if not self.left_out:
            return None
        shop = self.desk.shop
        media = shop.shelf.pack_bytes(f"{spot.key}-left-out", self.left_out)
        title = plain_text.title(f"{spot.title}: questions left out")[0]
        key = shop.identities.beside(spot.key, "left-out")
        return model.Resource(key=key, title=title, published=False, media=media, location=spot.location)

    def _settle_files(self, title: str, meta: Node | None) -> None:
        fates = self.desk.shop.fates
        fates[self.paper.name] = changed()
        if self.paper.also:
            fates[self.paper.also] = changed()
            self.notes.append("the two files of the quiz differ: the questions of both are asked")
        for name, size in self.paper.twice:
            fates[name] = _twice(self.paper, size)
        if self.paper.meta and meta is not None:
            kept = [*said(meta, _TOLD)]
            assignment = child(meta, "assignment")
            kept += [f"assignment {line}" for line in said(assignment, activities.TOLD)] if assignment else []
            self.desk.shop.partly(self.paper.meta[0], f"Quiz: {title}", kept)


def _twice(paper: Paper, size: int) -> Outcome:
    return (
        "changed",
        f"the same quiz once more, with {size} questions: {paper.name} has {len(paper.items)} and is read",
    )


def _is_available(meta: Node) -> bool:
    return value(meta, "available") != "false" or value(meta, "workflow_state") in ("available", "published")


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
