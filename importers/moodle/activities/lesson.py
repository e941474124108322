"""Lessons: pages in a row with questions between them; ways that depend on answers become one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from zlib import compress

from importers.moodle.activities.texts import introduced
from importers.moodle.backup import Activity
from importers.moodle.shop import Made, Shop
from importers.shared.moodle_questions.asked import Answer, Asked, Pair
from importers.shared.moodle_questions.quizzes import Sheet, cut
from importers.shared.moodle_questions.texts import number, plain, xml_of
from importers.shared.outcome import changed, skipped
from importers.shared.xml import Node
from schemas.model import Content, Question, Quiz, QuizContent, RichText

_TYPES: Final = {
    "1": "shortanswer",
    "2": "multichoice",
    "3": "multichoice",
    "5": "match",
    "8": "numerical",
    "10": "essay",
}
"""True and false have texts of the author's own in a lesson."""
_MARKS: Final = {"21": "the end of a branch", "30": "a cluster", "31": "the end of a cluster"}


def lesson(shop: Shop, activity: Activity) -> Made:
    """Pages of text, and for each run of question pages a quiz."""
    above = shop.introduction(activity)
    contents: list[Content] = list(above.before)
    if above.description:
        contents += introduced(shop, activity, "").contents
    pages = _in_order(activity.node)
    for asks, run in groupby(pages, key=lambda page: plain(page, "qtype") in _TYPES):
        several = list(run)
        contents += _quiz(shop, activity, several) if asks else _pages(shop, activity, several)
    if not pages:
        return introduced(shop, activity, "a lesson without pages: its introduction is a page")
    return Made(contents, changed(*above.notes, "a lesson: its pages in one row, without jumps"))


def _in_order(node: Node | None) -> list[Node]:
    """As each page names the next one; pages that none names follow."""
    held = node.first("pages") if node is not None else None
    pages = held.all("page") if held is not None else []
    by_id = {_own(page): page for page in reversed(pages)}
    order: dict[str, Node] = {}
    own = next((_own(page) for page in pages if plain(page, "prevpageid") in ("", "0")), "")
    while own in by_id and own not in order:
        order[own] = by_id[own]
        own = plain(by_id[own], "nextpageid")
    taken = {id(page) for page in order.values()}
    return [*order.values(), *(page for page in pages if id(page) not in taken)]


def _own(page: Node) -> str:
    return page.attributes.get("id", "") or plain(page, "pageid")


def _name(activity: Activity, page: Node) -> str:
    return f"{activity.name}, page {_own(page)}: {plain(page, 'title')}"


def _pages(shop: Shop, activity: Activity, pages: Sequence[Node]) -> Iterator[Content]:
    for page in pages:
        name = _name(activity, page)
        mark = _MARKS.get(plain(page, "qtype"))
        if mark:
            shop.ledger.tell("page", name, skipped(f"{mark}, which shows nothing"), page.location)
            continue
        made = shop.page(activity.text("contents", "page_contents", _own(page), page), name)
        shop.ledger.tell("page", name, changed(*made.notes), page.location)
        title = plain(page, "title") or activity.title
        yield RichText(
            key=shop.part_key(activity, _own(page)),
            title=cut(f"{activity.title} › {title}"),
            published=activity.visible,
            text=made.text or title,
            location=page.location,
        )


def _quiz(shop: Shop, activity: Activity, pages: Sequence[Node]) -> list[Content]:
    sheet = Sheet(shop.figures(activity.name), activity.visible)
    for page in pages:
        outcome = sheet.take(_asked(activity, page), f"page-{_own(page)}")
        shop.ledger.tell("page", _name(activity, page), outcome, page.location)
    key, title = shop.part_key(activity, f"{_own(pages[0])}-quiz"), cut(f"{activity.title} › quiz")

    def quiz(questions: tuple[Question, ...]) -> QuizContent:
        made = Quiz(title=title, passing_score=number("0"), questions=questions)
        return QuizContent(key=key, title=title, published=activity.visible, quiz=made)

    return sheet.contents(quiz, shop.shelf, key, title)


def _asked(activity: Activity, page: Node) -> Asked:
    kind = _TYPES[plain(page, "qtype")]
    rows = [row for held in page.all("answers") for row in held.all("answer")]
    several = plain(page, "qoption") == "1"
    return Asked(
        type=kind,
        identity=_own(page),
        name=plain(page, "title"),
        text=activity.text("contents", "page_contents", _own(page), page),
        answers=() if kind == "match" else tuple(_answers(activity, rows, kind)),
        pairs=tuple(_pairs(rows)) if kind == "match" else (),
        settings={"single": "0" if several else "1"},
        source=compress(xml_of(page)),
        location=page.location,
    )


def _answers(activity: Activity, rows: Sequence[Node], kind: str) -> Iterator[Answer]:
    """With scores of its own a lesson tells what is right by them, else by what leads onwards.

    A number may be a span (`3:5`).
    """
    typed, numbers = kind != "multichoice", kind == "numerical"
    scored = any(number(plain(row, "score")) > 0 for row in rows)
    for row in rows:
        own = row.attributes.get("id", "")
        right = number(plain(row, "score")) > 0 if scored else plain(row, "jumpto") not in ("", "0")
        text, _, most = plain(row, "answer_text", "answertext").partition(":" if numbers else "\0")
        yield Answer(
            identifier=own,
            tolerance=f"(to {most})" if most else "",
            text=text if typed else activity.text("answer_text", "page_answers", own, row) or text,
            fraction=number("1") if right else number("0"),
            feedback=activity.text("response", "page_responses", own, row),
        )


def _pairs(rows: Sequence[Node]) -> Iterator[Pair]:
    """The first two answers of a matching page are what is said of right and wrong ones."""
    for row in rows[2:]:
        left, right = plain(row, "answer_text", "answertext"), plain(row, "response")
        yield Pair(identifier=row.attributes.get("id", ""), left=left, right=right)
