"""Quizzes: settings, and slots that ask a question of the bank or draw one at random."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from importers.moodle.activities.texts import introduced, moment
from importers.moodle.asking import Asking
from importers.moodle.backup import Activity
from importers.moodle.bank import Entry
from importers.moodle.shop import Made, Shop
from importers.shared.moodle_questions.quizzes import Sheet, cut
from importers.shared.moodle_questions.texts import number, plain, whole
from importers.shared.outcome import changed
from importers.shared.xml import Node
from schemas.model import Question, Quiz, QuizContent

_CATEGORY: Final = re.compile(r'"(?:questioncategoryid|values)"\s{0,9}:\s{0,9}\[?\s{0,9}"?(\d{1,18})')
_BELOW: Final = re.compile(r'"includ(?:e|ing)subcategories"\s{0,9}:\s{0,9}(?:true|"?1)')
_TAG: Final = re.compile(r'"\d+,([^",\\]+)"')
"""`"tags":["12,knots"]`; since 4.3 tags are ids that a backup does not explain."""
_IMMEDIATELY: Final = 0x1000
_AFTERWARDS: Final = 0x0110
_LONGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Slot:
    """`entry` is asked; None when one is drawn from `category` (with those `below`, with all `tags`), or when
    it is lost.
    """

    place: int
    mark: str
    entry: Entry | None = None
    category: str = ""
    below: bool = False
    tags: tuple[str, ...] = ()

    def tags_fit(self, entry: Entry) -> bool:
        return set(self.tags) <= set(entry.asked.tags)


def quiz(shop: Shop, asking: Asking, activity: Activity) -> Made:
    """The quiz, its pictures on a page before it."""
    above = shop.introduction(activity)
    sheet = Sheet(shop.figures(activity.name), activity.visible)
    headings = dict(_headings(activity.node))
    notes: list[str] = []
    slots = list(_slots(shop, activity))
    fixed = {slot.entry.identifier for slot in slots if slot.entry}
    for slot in slots:
        if headings.get(slot.place):
            sheet.heading(f"<h3>{escape(headings[slot.place])}</h3>")
        notes += _asked(asking, sheet, slot, fixed)

    def made(questions: tuple[Question, ...]) -> QuizContent:
        return QuizContent(
            key=shop.key(activity),
            title=cut(activity.title),
            description=above.description,
            published=activity.visible,
            quiz=_quiz(activity, questions),
            location=activity.location,
        )

    contents = sheet.contents(made, shop.shelf, shop.key(activity), activity.title)
    if not sheet.questions:
        page = introduced(shop, activity, "")
        why = (
            "a quiz without questions: its introduction is a page"
            if not slots
            else "no question makes one here"
        )
        return Made([*page.contents, *contents], changed(*above.notes, why, *notes))
    return Made([*above.before, *contents], changed(*above.notes, *notes, *_left_out(activity)))


def _asked(asking: Asking, sheet: Sheet, slot: _Slot, fixed: set[str]) -> Iterator[str]:
    entry = slot.entry
    if entry is None and slot.category:
        entry = next(
            (
                each
                for each in asking.bank.drawn_from(slot.category, below=slot.below)
                if each.identifier not in fixed and slot.tags_fit(each)
            ),
            None,
        )
        name = " / ".join(asking.bank.path(slot.category)) or slot.category
        if entry is None:
            yield f"a slot draws at random from {name}, which has no further question: left out"
            return
        fixed.add(entry.identifier)
        yield f"drawn at random from {name} in the source: the first ones stand here"
    if entry is None:
        yield "a slot asks a question that is not in the backup: left out"
        return
    asking.ask(sheet, entry, slot.mark)


def _headings(node: Node | None) -> Iterator[tuple[int, str]]:
    for sections in node.all("sections") if node is not None else ():
        for each in sections.all("section"):
            yield whole(plain(each, "firstslot")), plain(each, "heading")


# ── slots, as Moodle has written them over the years ─────────────────────────────────────────────


def _slots(shop: Shop, activity: Activity) -> Iterator[_Slot]:
    node = activity.node
    held = node.first("question_instances") if node is not None else None
    rows = held.all("question_instance") if held is not None else []
    if any(row.first("slot") for row in rows):
        yield from sorted((_slot(shop, row) for row in rows), key=lambda slot: slot.place)
    else:
        yield from _by_list(shop, plain(node, "questions"), rows)


def _slot(shop: Shop, row: Node) -> _Slot:
    place = whole(plain(row, "slot"))
    mark = plain(row, "maxmark")
    one, several = row.first("question_reference"), row.first("question_set_reference")
    if one is not None:
        return _Slot(place, mark, shop.backup.bank.entry(plain(one, "questionbankentryid")))
    if several is not None:
        condition = plain(several, "filtercondition")
        found = _CATEGORY.search(condition)
        below, tags = bool(_BELOW.search(condition)), tuple(_TAG.findall(condition))
        return _Slot(place, mark, None, found[1] if found else "", below, tags)
    category = plain(row, "questioncategoryid")
    if category and category != "0":
        _settle_random(shop, plain(row, "questionid"))
        tags = tuple(plain(tag, "tagname") for held in row.all("tags") for tag in held.all("tag"))
        return _Slot(place, mark, None, category, plain(row, "includingsubcategories") == "1", tags)
    return _of_question(shop, place, mark, plain(row, "questionid"))


def _by_list(shop: Shop, listed: str, rows: list[Node]) -> Iterator[_Slot]:
    """Before 2.7: a list of ids, zeros between pages, and marks apart. Every instance is asked."""
    marks = {plain(row, "question"): plain(row, "grade") for row in rows}
    wanted = [name.strip() for name in listed.split(",") if name.strip() not in ("", "0")]
    for place, name in enumerate(dict.fromkeys([*wanted, *marks]), 1):
        yield _of_question(shop, place, marks.get(name, ""), name)


def _of_question(shop: Shop, place: int, mark: str, question: str) -> _Slot:
    """A question by its own id; one of the type `random` stands for its category."""
    entry = shop.backup.bank.of_question(question)
    if entry is None or entry.asked.type != "random":
        return _Slot(place, mark, entry)
    _settle_random(shop, question)
    return _Slot(place, mark, None, entry.category, entry.asked.text.strip() == "1")


def _settle_random(shop: Shop, question: str) -> None:
    entry = shop.backup.bank.of_question(question)
    if entry is not None and shop.ledger.is_open("question", entry.identifier):
        shop.ledger.settle(
            "question", entry.identifier, changed("draws at random: the quiz asks the first of its category")
        )


# ── settings ─────────────────────────────────────────────────────────────────────────────────────


def _quiz(activity: Activity, questions: tuple[Question, ...]) -> Quiz:
    node = activity.node
    attempts = whole(plain(node, "attempts_number", "attempts"))
    return Quiz(
        title=cut(activity.title),
        time_limit_minutes=_minutes(activity),
        passing_score=_passing(activity),
        max_attempts=attempts if 0 < attempts <= _LONGEST else None,
        randomized=_is_shuffled(node),
        show_correct_answers=_reviews(node, "reviewrightanswer", _IMMEDIATELY | _AFTERWARDS),
        show_results_immediately=_reviews(node, "reviewmarks", _IMMEDIATELY),
        allow_review=_reviews(node, "reviewattempt", _AFTERWARDS),
        questions=questions,
        location=activity.location,
    )


def _minutes(activity: Activity) -> int | None:
    """Seconds, rounded up; Moodle 1.9 has minutes."""
    given = whole(plain(activity.node, "timelimit"))
    old = activity.node is not None and activity.node.first("optionflags") is not None
    minutes = (
        given
        if old and activity.node is not None and activity.node.first("reviewattempt") is None
        else -(-given // 60)
    )
    return minutes if 0 < minutes <= _LONGEST else None


def _passing(activity: Activity) -> Decimal:
    """The grade to pass in percent of all; without one, everybody passes."""
    needed, most = number(activity.grade_to_pass), number(plain(activity.node, "grade"))
    if needed <= 0 or most <= 0:
        return Decimal(0)
    return min(Decimal(100), Decimal(f"{needed / most * 100:.2f}").normalize() + 0)


def _is_shuffled(node: Node | None) -> bool:
    if plain(node, "shufflequestions") == "1":
        return True
    sections = (
        [each for held in node.all("sections") for each in held.all("section")] if node is not None else []
    )
    return any(plain(each, "shufflequestions") == "1" for each in sections)


def _reviews(node: Node | None, name: str, when: int) -> bool:
    """The bits of a review option; the default where it is not said (before 2.2)."""
    given = plain(node, name)
    return bool(whole(given) & when) if given else True


def _left_out(activity: Activity) -> Iterator[str]:
    node = activity.node
    if moment(plain(node, "timeopen")) or moment(plain(node, "timeclose")):
        yield "the times between which it is open left out"
    if plain(node, "password", "quizpassword"):
        yield "its password is not carried"
    if plain(node, "subnet"):
        yield "the addresses it may be taken from left out"
    if any(number(plain(node, name)) > 0 for name in ("delay1", "delay2")):
        yield "the waits between attempts left out"
    texts = [each for held in (node.all("feedbacks") if node else ()) for each in held.all("feedback")]
    if any(plain(each, "feedbacktext") for each in texts):
        yield "feedback by grade left out"
    behaviour = plain(node, "preferredbehaviour")
    if behaviour not in ("", "deferredfeedback"):
        yield f"how it answers ({behaviour[:40]}) left out: here at the end"
    if plain(node, "navmethod") == "sequential":
        yield "that its pages are sequential left out"
    if plain(node, "grademethod") not in ("", "1"):
        yield "which one attempt counts left out"
    if not number(activity.grade_to_pass):
        yield "no grade to pass in the source: 0 % pass"
