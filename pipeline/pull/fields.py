"""Which field of which YAML entry holds what a column of a row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from importers.bundle.faults import Path
from importers.bundle.places import path_of
from schemas.model import Location

if TYPE_CHECKING:
    from loaders.content.rows.items import Item


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Fields whose value stands under the same name in the entry.
_SAME: Final = {
    "program": _names(
        "title description instructor category level duration_hours status free price currency language order"
    ),
    "course": _names("title description instructor duration_minutes status prerequisite"),
    "section": _names("title description published"),
    "content": _names(
        "title description published preview duration_minutes url transcript video_seconds page_count text"
        " instructions max_score passing_score due scheduled session_minutes"
    ),
    "quiz": _names(
        "title description time_limit_minutes passing_score max_attempts randomized show_correct_answers"
        " show_results_immediately allow_review"
    ),
    "question": _names("text points explanation required"),
}
# The tenant's columns may be empty; a bundle has a default or wants a value.
_NEVER_EMPTY: Final = _names("currency language text instructions")
_WHY_NOT = {
    "html": "the page's HTML was edited, and the Markdown it came from cannot be had back; edit the page",
    "order": "places in a list are not moved; reorder the entries",
    "section": "entries are not moved between sections; move it",
    "media": "files are not fetched; put the file into the bundle",
    "thumbnail": "files are not fetched; put the file into the bundle",
    "image": "files are not fetched; put the file into the bundle",
    "isPublished": "it follows from `status`; set that",
}


class NoPlaceError(Exception):
    """No single value of a file stands for the edit. The message says why and what to do."""


def field_of(item: Item, above: Item | None, name: str, value: Any) -> tuple[Location, Path, Any]:
    """The entry's location, the path of the field in its file, the value to write. Raises NoPlaceError."""
    if item.kind == "option" and above is not None:
        return _option(item, above, name, value)
    packaged = item.detail is not None and "profile=" in (item.detail.media_type or "")
    if name not in _SAME.get(item.kind, ()) or (packaged and name in ("url", "passing_score")):
        raise NoPlaceError(_WHY_NOT.get(name, "it is no single value of a file; edit the bundle"))
    if value is None and name in _NEVER_EMPTY:
        raise NoPlaceError("the tenant has nothing there, and a bundle always says something there")
    if name in ("category", "level") and value is not None:
        value = str(value).partition("/")[2] or value
    return item.location, (*path_of(item.location.path), name), value


def _option(item: Item, question: Item, name: str, value: Any) -> tuple[Location, Path, Any]:
    """`options`, `pairs`, `distractors`, `answer`: what the type of the question has."""
    kind, at = question.row.type, path_of(question.location.path)  # type: ignore[attr-defined]
    n = question.children.index(item)
    if kind == "multiple_choice" and name in ("text", "correct"):
        return question.location, (*at, "options", n, name), value
    if kind == "true_false" and name == "correct":
        return question.location, (*at, "answer"), value == (item.key == "true")
    if kind == "matching" and item.row.match is not None and name in ("text", "match"):  # type: ignore[attr-defined]
        return question.location, (*at, "pairs", n, "left" if name == "text" else "right"), value
    if kind == "short_answer" and name == "text":
        return question.location, (*at, "accept", n), value
    raise NoPlaceError(_WHY_NOT.get(name, "it is no single value of a file; edit the question"))


def value_of(item: Item, name: str) -> Any:
    """What the bundle says, as the row has it."""
    from loaders.content.rows.tables import DETAIL, ITEMS

    rows = [(ITEMS[item.kind], item.row), *([(DETAIL, item.detail)] if item.detail else [])]
    values = [
        value
        for table, row in rows
        for column, value in zip(table.columns, row, strict=True)
        if column.field == name
    ]
    return next((value for value in values if value is not None), None)
