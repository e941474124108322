"""A block of a GIFT file → what is asked in it (https://docs.moodle.org/en/GIFT_format, and Moodle)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from importers.gift.blocks import ESCAPE, Block
from importers.shared.wording import Format

Kind = Literal["description", "essay", "numerical", "choice", "match", "truefalse", "shortanswer"]

FULL: Final = Decimal(100)
_WEIGHT: Final = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_FORMAT: Final = re.compile(r"\[(html|moodle|plain|markdown)\]\s*")
_ID: Final = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
_TAG: Final = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")
_TRUTH: Final = {"t": True, "true": True, "f": False, "false": False}


class GiftError(Exception):
    """What is wrong with a block; `offset` is where, in the file."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.offset = offset


class Text(NamedTuple):
    text: str
    form: Format


NOTHING: Final = Text("", "moodle")


class Answer(NamedTuple):
    """`weight` is the share of the points in percent; `start` its offset in the file."""

    text: Text
    weight: Decimal
    feedback: Text
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`before` and `after` are the text around the answers. `otherwise` is the feedback for what is wrong,
    `praise` for what is right, where they do not belong to one answer; `feedback` is for all.
    """

    kind: Kind
    title: str
    identifier: str
    before: Text
    after: str = ""
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[Text, str], ...] = ()
    single: bool = False
    truth: bool = False
    praise: Text = NOTHING
    otherwise: Text = NOTHING
    feedback: Text = NOTHING


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a block with its mask (see `Block.mask`) and its offset in the file."""

    text: str
    mask: str
    start: int

    def cut(self, begin: int, end: int | None = None) -> _Piece:
        return _Piece(self.text[begin:end], self.mask[begin:end], self.start + begin)

    def strip(self) -> _Piece:
        begin = len(self.text) - len(self.text.lstrip())
        return self.cut(begin, max(begin, len(self.text.rstrip())))

    def split(self, sign: str, most: int = -1) -> list[_Piece]:
        parts, begin = [], 0
        for part in self.mask.split(sign, most):
            parts.append(self.cut(begin, begin + len(part)))
            begin += len(part) + len(sign)
        return parts

    @property
    def words(self) -> str:
        """Without escapes and the blanks around."""
        return self.plain.strip()

    @property
    def plain(self) -> str:
        return ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], self.text)


def item(block: Block) -> Item:
    """Raises GiftError when the block is no question."""
    whole = _Piece(block.text, block.mask, block.start).strip()
    title, rest = _title(whole)
    opening, closing = rest.mask.find("{"), rest.mask.find("}")
    found = Item(kind="description", title=title, identifier=_identifier(block), before=_text(rest, "moodle"))
    if opening < 0 and closing < 0:
        return found
    if opening < 0 or closing < opening:
        reason = "a closing brace that nothing opens" if closing >= 0 else "a brace that is never closed"
        where = rest.start + max(opening, closing)
        raise GiftError(f"{reason}; write \\{{ and \\}} for braces in a text", where)
    after = rest.cut(closing + 1).plain
    before = _text(rest.cut(0, opening), "moodle")
    if after and rest.text[:opening].endswith((" ", "\n", "\t")):
        before = before._replace(text=f"{before.text} ")
    answers, feedback = _general(rest.cut(opening + 1, closing).strip(), before.form)
    return _answered(answers, replace(found, before=before, after=after, feedback=feedback))


def tags(block: Block) -> list[str]:
    """What Moodle's export writes as `[tag:…]` into the comment above a question; each once."""
    found = (match[1].replace("\\]", "]").strip() for match in _TAG.finditer("\n".join(block.comments)))
    return list(dict.fromkeys(found))


def _title(piece: _Piece) -> tuple[str, _Piece]:
    if not piece.mask.startswith("::"):
        return "", piece
    end = piece.mask.find("::", 2)
    return (piece.cut(2, end).words, piece.cut(end + 2).strip()) if end >= 0 else ("", piece.cut(2))


def _identifier(block: Block) -> str:
    found = _ID.search("\n".join(block.comments))
    return found[1].replace("\\]", "]").strip() if found else ""


def _text(piece: _Piece, form: Format) -> Text:
    piece = piece.strip()
    given = _FORMAT.match(piece.text)
    if not given:
        return Text(piece.words, form)
    return Text(piece.cut(given.end()).words, given[1])  # type: ignore[arg-type]


def _general(piece: _Piece, form: Format) -> tuple[_Piece, Text]:
    """The answers, and the feedback that follows them."""
    mark = piece.mask.rfind("####")
    if mark < 0:
        return piece, Text("", form)
    return piece.cut(0, mark).strip(), _text(piece.cut(mark + 4), form)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────


def _answered(answers: _Piece, found: Item) -> Item:
    """The question with its answers, of the kind that they tell."""
    mask, form, said = answers.mask, found.before.form, _said(answers)
    if not said:
        return replace(found, kind="essay")
    if mask.startswith("#"):
        return _numerical(answers.cut(1), found)
    if "~" in mask:
        choices = tuple(_choice(part, form) for part in _alternatives(answers))
        return replace(found, kind="choice", answers=choices, single="=" in mask)
    if "=" in mask and "->" in mask:
        return replace(found, kind="match", pairs=tuple(_pair(part, form) for part in _sides(answers)))
    if said.casefold() in _TRUTH:
        return _true_false(answers, replace(found, truth=_TRUTH[said.casefold()]))
    return replace(found, kind="shortanswer", answers=tuple(_answer(part, form) for part in _sides(answers)))


def _said(answers: _Piece) -> str:
    """The answers without the feedback behind the first, which is how true/false is told."""
    mark = answers.mask.find("#")
    return (answers.cut(0, mark) if mark > 0 else answers).words


def _sides(answers: _Piece) -> list[_Piece]:
    """What stands behind each `=`, and before the first if anything does."""
    first, *others = (part.strip() for part in answers.split("="))
    return [first, *others] if first.text else others


def _alternatives(answers: _Piece) -> list[_Piece]:
    """What stands behind each `~` and `=`, the sign included."""
    starts = [found.start() for found in re.finditer("[~=]", answers.mask)]
    ends = [*starts[1:], len(answers.text)]
    first = [answers.cut(0, starts[0]).strip()] if answers.text[: starts[0]].strip() else []
    return first + [answers.cut(begin, end).strip() for begin, end in zip(starts, ends, strict=True)]


def _choice(part: _Piece, form: Format) -> Answer:
    sign = part.mask[:1]
    answer = _answer(part.cut(1).strip() if sign in "~=" else part, form, Decimal(0))
    return answer._replace(weight=FULL) if sign == "=" else answer


def _answer(part: _Piece, form: Format, weight: Decimal = FULL) -> Answer:
    """A text with its weight before and its feedback behind."""
    given = _WEIGHT.match(part.mask)
    if given:
        weight, part = Decimal(given[1]), part.cut(given.end())
    text, *feedback = part.split("#", 1)
    told = _text(feedback[0], form) if feedback else Text("", form)
    return Answer(_text(text, form), weight, told, part.start)


def _pair(part: _Piece, form: Format) -> tuple[Text, str]:
    arrow = part.mask.find("->")
    if arrow < 0:
        raise GiftError(f"{part.words[:60]!r} has no -> between its two sides", part.start)
    return _text(part.cut(0, arrow), form), part.cut(arrow + 2).words


def _true_false(answers: _Piece, found: Item) -> Item:
    form = found.before.form
    _, *told = answers.split("#", 2)
    wrong, right, *_ = [*(_text(each, form) for each in told), Text("", form), Text("", form)]
    return replace(found, kind="truefalse", otherwise=wrong, praise=right)


def _numerical(answers: _Piece, found: Item) -> Item:
    """What stands behind `~` is the feedback for any other number."""
    form = found.before.form
    numbers, *other = answers.split("~", 1)
    otherwise = _answer(other[0].strip(), form).feedback if other else Text("", form)
    parts = tuple(_answer(part, form) for part in _sides(numbers) if part.text)
    return replace(found, kind="numerical", answers=parts, otherwise=otherwise)
