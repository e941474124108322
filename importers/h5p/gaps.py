r"""Words between asterisks: how Blanks, DragText and MarkTheWords write gaps into a text.

`*answer/other answer:tip*` in Blanks, `*answer:tip\+praise\-help*` in DragText. Two asterisks in a row, and
one without a partner, are asterisks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_GAP: Final = re.compile(r"\*\*|\*([^*]+)\*")
_TAG: Final = re.compile(r"<[^<>]*>")
_FEEDBACK: Final = re.compile(r"\\([+-])")
_MARKED: Final = re.compile(r"\*(?!\*)(\S+?)\*(?!\*)")


@dataclass(frozen=True, slots=True)
class Gap:
    """As it is written, without tags; characters may be written as references."""

    answers: tuple[str, ...]
    tip: str = ""
    praise: str = ""
    help: str = ""


def parse(text: str, *, alternatives: bool) -> list[str | Gap]:
    """Texts and gaps in turn. `alternatives`: a slash separates answers, as in Blanks."""
    made: list[str | Gap] = []
    for piece in _pieces(text):
        if isinstance(piece, str):
            made.append(piece)
            continue
        plain = _TAG.sub("", piece[0])  # a slash or colon in a tag is no mark
        content, feedback = (plain, {}) if alternatives else _feedback(plain)
        answer, _, tip = content.partition(":")
        answers = tuple(answer.split("/")) if alternatives else (answer,)
        made.append(Gap(answers, tip, feedback.get("+", ""), feedback.get("-", "")))
    return [piece for piece in made if piece]


def write(pieces: Iterable[str | Gap]) -> str:
    """The same as authors type it; `parse` undoes it where no part holds one of the marks."""
    return "".join(piece if isinstance(piece, str) else f"*{_written(piece)}*" for piece in pieces)


def marked(text: str) -> list[tuple[str, bool]]:
    """The words of a plain text without blanks, and whether each is one to mark (MarkTheWords)."""
    found = []
    for word in text.split():
        match = _MARKED.search(word)
        plain = (match[1] if match else word).replace("**", "*").strip(".,;:!?()\"'“”„«»¿¡…")
        if plain:
            found.append((plain, match is not None))
    return found


def without_marks(text: str) -> str:
    return _MARKED.sub(r"\1", text).replace("**", "*")


def _pieces(text: str) -> Iterator[str | tuple[str]]:
    done = 0
    for match in _GAP.finditer(text):
        if match[1] is not None:
            yield text[done : match.start()]
            yield (match[1],)
            done = match.end()
    yield text[done:]


def _feedback(content: str) -> tuple[str, dict[str, str]]:
    first, *rest = _FEEDBACK.split(content)
    return first, dict(zip(rest[::2], (each.strip() for each in rest[1::2]), strict=True))


def _written(gap: Gap) -> str:
    parts = ["/".join(gap.answers)]
    parts += [f":{gap.tip}"] if gap.tip else []
    parts += [f"\\+{gap.praise}"] if gap.praise else []
    parts += [f"\\-{gap.help}"] if gap.help else []
    return "".join(parts)
