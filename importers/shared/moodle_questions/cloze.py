"""Gaps inside a text: `{2:SHORTANSWER:=blue#yes~%50%bluish}`, Moodle's "embedded answers (Cloze)".

The grammar is that of question/type/multianswer/questiontype.php: an optional weight, a type, answers
parted by `~`, each with `=` or `%percent%` before it and `#feedback` behind it; a backslash escapes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Final

from importers.shared.moodle_questions.asked import Answer, Asked
from importers.shared.moodle_questions.texts import number

_SHORT: Final = ("SHORTANSWER_C", "SHORTANSWER", "SAC", "SA", "MWC", "MW")
_NUMERICAL: Final = ("NUMERICAL", "NM")
_CHOICE: Final = tuple(
    name + suffix
    for name, suffixes in (
        ("MULTICHOICE_", ("VS", "HS", "V", "H", "S")),
        ("MULTIRESPONSE_", ("HS", "H", "S")),
        ("MULTICHOICE", ("",)),
        ("MULTIRESPONSE", ("",)),
        ("MC", ("VS", "HS", "V", "H", "S", "")),
        ("MR", ("HS", "H", "S", "")),
    )
    for suffix in suffixes
)
_TYPES: Final = (
    dict.fromkeys(_SHORT, "shortanswer")
    | dict.fromkeys(_NUMERICAL, "numerical")
    | dict.fromkeys(_CHOICE, "multichoice")
)
_OPENING: Final = re.compile(r"\{(?P<weight>\d*):(?P<type>[A-Z_]+):")
_PIECE: Final = re.compile(r"\\.|&(?:amp;)?#\w{1,8};|[~#}]|[^\\~#}&]+|&|\\", re.DOTALL)
"""A `#` that begins a character reference (`&#39;`) is no feedback."""
_WORTH: Final = re.compile(r"\s*(?:=|%(?P<percent>-?[0-9.]+)%)")
_ESCAPED: Final = re.compile(r"\\([}#~/\"\\])")
_SPECIAL: Final = re.compile(r"([}#~\"\\])")


class BrokenError(ValueError):
    """A text that begins a gap and does not end it, or one without answers; Moodle would not take it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: its place in the text, and the question that it is."""

    start: int
    end: int
    asked: Asked


def gaps(text: str) -> list[Gap]:
    """Every gap of a text, in order. Raises BrokenError with what is wrong."""
    return list(_gaps(text))


def written(kind: str, answers: Sequence[Answer], weight: int = 1) -> str:
    """The gap that `gaps` reads as these answers."""
    return f"{{{weight}:{kind}:{'~'.join(map(_written, answers))}}}"


def _gaps(text: str) -> Iterator[Gap]:
    position = 0
    while opening := _OPENING.search(text, position):
        kind = _TYPES.get(opening["type"])
        if kind is None:
            raise BrokenError(f"a gap of the unknown type {opening['type'][:40]!r}")
        answers, position = _answers(text, opening.end(), kind)
        if not any(answer.text for answer in answers):
            raise BrokenError(f"a gap without answers: {opening[0]!r}")
        several = opening["type"].startswith(("MULTIR", "MR"))
        yield Gap(
            opening.start(),
            position,
            Asked(
                type=kind,
                identity="",
                name="",
                text="",
                mark=opening["weight"] or "1",
                answers=tuple(answers),
                settings={"single": "0" if several else "1"},
            ),
        )


def _answers(text: str, position: int, kind: str) -> tuple[list[Answer], int]:
    """The answers up to the brace that closes the gap, and where that ends."""
    parts: list[list[str]] = [[""]]
    for piece in _PIECE.finditer(text, position):
        if piece[0] == "}":
            return [_answer(str(place), each, kind) for place, each in enumerate(parts, 1)], piece.end()
        if piece[0] == "~":
            parts.append([""])
        elif piece[0] == "#" and len(parts[-1]) == 1:
            parts[-1].append("")
        else:
            parts[-1][-1] += piece[0]
    raise BrokenError("a gap that does not end")


def _answer(identifier: str, part: list[str], kind: str) -> Answer:
    text, feedback = part[0], part[1] if len(part) > 1 else ""
    worth = _WORTH.match(text)
    fraction = Decimal(0)
    if worth:
        text = text[worth.end() :]
        fraction = number(worth["percent"]) / 100 if worth["percent"] else Decimal(1)
    text = _ESCAPED.sub(r"\1", text).strip()
    text = text if kind == "multichoice" else unescape(text).strip()
    tolerance = ""
    if kind == "numerical":
        text, _, tolerance = text.partition(":")
    return Answer(
        identifier=identifier,
        text=text,
        fraction=fraction,
        feedback=_ESCAPED.sub(r"\1", feedback).strip(),
        tolerance=tolerance,
    )


def _written(answer: Answer) -> str:
    percent = answer.fraction * 100
    worth = "=" if percent == 100 else f"%{percent.normalize():f}%" if percent else ""
    feedback = f"#{_escaped(answer.feedback)}" if answer.feedback else ""
    tolerance = f":{answer.tolerance}" if answer.tolerance else ""
    return worth + _escaped(answer.text) + tolerance + feedback


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
