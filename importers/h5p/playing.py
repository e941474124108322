"""Contents that hold contents → the outline: columns, books, presentations, videos, sets of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import escape
from typing import Final

from importers.h5p import films, kinds, prose
from importers.h5p.asking import Asking, feedback, labelled, listed
from importers.h5p.content import Fields, Item
from importers.h5p.desk import Desk
from importers.h5p.outline import Outline, Settings
from importers.shared import plain_text
from importers.shared.questions import UnfitError, points

_MOST_PARTS: Final = 2_500


class Stage:
    """Puts items on the outline, whatever holds them. What it does not know stays open in the account."""

    def __init__(self, desk: Desk, outline: Outline) -> None:
        self._desk = desk
        self._outline = outline

    def place(
        self,
        item: Item | None,
        *,
        before: str = "",
        settings: Settings | None = None,
        required: bool = True,
    ) -> None:
        """`before` stands above what an item asks or shows; `settings` begin a quiz of its own."""
        if item is None:
            return
        if item.kind in _HOLDERS and not (before and item.kind == "Video"):
            self._outline.prose(item, before, "time")
            _HOLDERS[item.kind](self, item)
        elif item.kind in kinds.ASK:
            asking = Asking(item, self._desk, self._outline.quiz(item, settings), before, required=required)
            self._ask(asking)
        elif prose.is_prose(item):
            self._outline.prose(item, before + (prose.html(item, self._desk) or ""))

    def alone(self, item: Item, parts: int) -> None:
        """The content of the whole package: what it says of its one question is said of a quiz.

        `parts` counts its items and questions; of too many nothing is converted, which nobody would read.
        """
        if parts > _MOST_PARTS:
            self._desk.ledger.partly(item, f"{parts:,} parts, of which none is converted")
            return
        self.place(item, settings=_settings(item.params) if item.kind in kinds.ASK else None)

    def _ask(self, asking: Asking) -> None:
        item = asking.item
        try:
            for number, made in enumerate(kinds.ASK[item.kind](asking), 1):
                self._outline.question(made, item)
                self._desk.ledger.question(item, number, *made.notes)
        except UnfitError as error:
            self._desk.ledger.partly(item, str(error))
        else:
            self._desk.ledger.done(item, *self._unsaid(asking))

    def _unsaid(self, asking: Asking) -> Iterator[str]:
        """What is said of several questions together has no place in any of them."""
        if not kinds.count(asking.item):
            yield "nothing is in it"
        elif kinds.count(asking.item) > 1 and asking.feedback():
            yield "feedback by score is left out"

    # ── one below the other ──────────────────────────────────────────────────────────────────────

    def column(self, item: Item) -> None:
        for each in item.params.groups("content"):
            self.place(self._desk.part(each.group("content")) or self._desk.part(each))
        self._desk.ledger.done(item)

    def row(self, item: Item) -> None:
        for each in item.params.groups("columns"):
            self.place(self._desk.part(each.group("content")))
        self._desk.ledger.done(item, "its columns stand one below the other")

    def book(self, item: Item) -> None:
        cover = item.params.group("bookCover")
        shown = prose.paragraph(cover.html("coverDescription"))
        shown += prose.part(cover.group("coverMedium"), self._desk)
        shown += self._desk.image(cover.group("coverImage"), cover.words("coverAltText"))
        self._outline.prose(item, shown, "cover")
        for number, chapter in enumerate(map(self._desk.part, item.params.groups("chapters")), 1):
            if chapter:
                self._outline.section(chapter, plain_text.title(chapter.title)[0] or str(number))
                self.place(chapter)
        self._desk.ledger.done(item)

    def presentation(self, item: Item) -> None:
        presentation = item.params.group("presentation")
        for slide in presentation.groups("slides"):
            self._slide(item, slide)
        self._background(item, presentation)
        texts = presentation.html("ct")
        if texts:  # a text that flows through all slides, in the oldest presentations
            self._outline.prose(item, texts, "slides")
        self._desk.ledger.done(item, "what lies on a slide stands one below the other")

    def _slide(self, item: Item, slide: Fields) -> None:
        titles = [keyword.words("main") for keyword in slide.groups("keywords")]
        self._outline.prose(item, prose.heading(" · ".join(filter(None, titles))) or "<hr>", "slides")
        self._background(item, slide)
        for element in slide.groups("elements"):
            part = self._desk.part(element.group("action"))
            solution = prose.paragraph(element.html("solution"))
            if element.value("goToSlide") is not None or (part is None and element.words("goToSlideType")):
                self._desk.ledger.partly(item, "links between slides")
            self.place(part)
            if solution and part:
                self._outline.prose(part, prose.reveal("…", solution), "solution")

    def _background(self, item: Item, owner: Fields) -> None:
        selector = owner.group("slideBackgroundSelector") or owner.group("globalBackgroundSelector")
        self._outline.prose(item, self._desk.image(selector.group("imageSlideBackground")), "slides")
        self._outline.prose(item, self._desk.image(selector.group("imageGlobalBackground")), "slides")

    # ── films ────────────────────────────────────────────────────────────────────────────────────

    def video(self, item: Item) -> None:
        film = films.of_video(item, self._desk)
        if film is None:
            self._outline.prose(item, prose.html(item, self._desk) or "")
            return
        self._outline.content(film, item)
        self._desk.ledger.done(item)

    def interactive_video(self, item: Item) -> None:
        whole = item.params.group("interactiveVideo")
        film = films.of_interactive(item, whole.group("video"), self._desk)
        if film:
            self._outline.content(film, item)
        assets = whole.group("assets") or whole  # before version 1.1
        for mark in assets.groups("bookmarks"):
            line = f"{films.clock(mark.number('time'))} {mark.words('label')}"
            self._outline.prose(item, f"<p>{escape(line)}</p>", "bookmarks")
        for interaction in assets.groups("interactions"):
            self._interaction(item, interaction)
        self.place(self._desk.part(whole.group("summary", "task")))
        self._desk.ledger.done(item, "its questions and notes stand after the film, each with its time")

    def _interaction(self, item: Item, interaction: Fields) -> None:
        when = films.clock(interaction.group("duration").number("from"))
        label = interaction.words("label")
        action = self._desk.part(interaction.group("action"))
        if action and action.kind == "Nil":  # a label alone
            self._outline.prose(action, f"<p><strong>{when}</strong> {escape(label)}</p>")
            return
        jumps = [interaction.group("adaptivity", given).number("seekTo") for given in ("correct", "wrong")]
        if any(jumps) or interaction.group("goto").words("type"):
            self._desk.ledger.partly(item, "jumps in the film")
        told = f" {escape(label)}" if label else ""
        self.place(action, before=f"<p><strong>{when}</strong>{told}</p>")

    # ── sets of questions ────────────────────────────────────────────────────────────────────────

    def question_set(self, item: Item) -> None:
        params, notes = item.params, []
        intro = params.group("introPage")
        shown = prose.heading(intro.words("title")) + prose.paragraph(intro.html("introduction"))
        self._outline.prose(item, shown, "intro")
        asked = [part for each in params.groups("questions") if (part := self._desk.part(each))]
        pool = params.number("poolSize")
        if pool and pool < len(asked):
            notes.append(f"all {len(asked)} questions are asked, where the source draws {pool:.0f} of them")
        self._outline.quiz(item, _settings(params, randomized=params.flag("randomQuestions")))
        for part in asked:
            self.place(part)
        self._outline.break_off()
        self._end(item, params.group("endGame"))
        for owner in (params, intro):
            self._desk.leave(item, "a background", owner.group("backgroundImage"))
        self._desk.ledger.done(item, *notes)

    def _end(self, item: Item, end: Fields) -> None:
        """What is said and shown after the last question."""
        comments = [labelled("✓", end.html("successComment")), labelled("✗", end.html("failComment"))]
        self._outline.prose(item, listed([*feedback(end), *comments]), "end")
        for name in ("successVideo", "failVideo"):
            self._desk.leave(item, "a film after the last question", *end.groups(name))

    def questionnaire(self, item: Item) -> None:
        for element in item.params.groups("questionnaireElements"):
            self.place(self._desk.part(element.group("library")), required=element.flag("requiredField"))
        screen = item.params.group("successScreenOptions")
        self._desk.leave(
            item, "a picture of the last screen", screen.group("successScreenImage", "params", "file")
        )
        picture = self._desk.part(screen.group("successScreenImage"))
        if picture:
            self._desk.ledger.done(picture, "left out with the last screen")
        self._desk.ledger.done(item)

    def set_of_spoken(self, item: Item) -> None:
        introduction = item.params.group("introduction")
        head = prose.heading(introduction.words("introductionTitle"))
        head += prose.paragraph(introduction.html("introductionText"))
        head += self._desk.image(introduction.group("introductionImage", "params", "file"))
        self._outline.prose(item, head, "intro")
        for each in item.params.groups("questions"):
            self.place(self._desk.part(each))
        self._desk.ledger.done(item)


def passing_score(params: Fields) -> Decimal | None:
    """In percent; None where nothing is said."""
    said = params.number("passPercentage")
    said = params.group("behaviour").number("passPercentage") if said is None else said
    return None if said is None else points(min(max(said, 0), 100))[0]


def _settings(params: Fields, *, randomized: bool = False) -> Settings:
    """Of a set of questions, or of a lone one."""
    behaviour, passing = params.group("behaviour"), passing_score(params)
    return Settings(
        passing_score=Settings.passing_score if passing is None else passing,
        randomized=randomized,
        max_attempts=None if behaviour.flag("enableRetry", default=True) else 1,
        show_correct_answers=behaviour.flag("enableSolutionsButton", default=True),
    )


_HOLDERS: Final[Mapping[str, Callable[[Stage, Item], None]]] = {
    "Column": Stage.column,
    "CoursePresentation": Stage.presentation,
    "InteractiveBook": Stage.book,
    "InteractiveVideo": Stage.interactive_video,
    "QuestionSet": Stage.question_set,
    "Questionnaire": Stage.questionnaire,
    "Row": Stage.row,
    "RowColumn": Stage.column,
    "SpeakTheWordsSet": Stage.set_of_spoken,
    "Video": Stage.video,
}
