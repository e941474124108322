"""Questions in the Aiken format → a course of one quiz (https://docs.moodle.org/en/Aiken_format)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from importers.shared import question_files, text_files
from importers.shared.figures import Figures
from importers.shared.question_files import Asked, QuestionFile
from importers.shared.question_list import Category
from importers.shared.questions import Choice, Made, Stem, UnfitError, choice
from importers.shared.wording import markdown
from schemas.findings import Report
from schemas.model import Location
from schemas.source import Reading, Source

_CHOICE: Final = re.compile(r"^\s*(?P<letter>[A-Za-z])[.)]\s*(?P<text>.*)$")
_ANSWER: Final = re.compile(r"^\s*ANSWERS?:\s*(?P<letters>.*)$")
_LETTERS: Final = re.compile(r"[A-Za-z](?:(?:\s|,|;|&|and|or)+[A-Za-z])*[.)]?")
_WORDS: Final = 60


@dataclass(slots=True)
class _Block:
    """A question as it is written. `answer` is None until its line came; `broken` is why it is none."""

    line: int
    words: list[str]
    choices: list[tuple[str, list[str]]] = field(default_factory=list)
    answer: str | None = None
    gap: bool = False
    """Whether a blank line came since: what follows the choices then is another question."""


def detect(source: Source) -> bool:
    """Whether it has texts with choices and an answer below them, and nothing but texts beside them."""
    return bool(question_files.fitting(source, _looks_right))


def read(source: Source, report: Report) -> Reading:
    """One course; `report` accounts for every question. Raises RefusedError (CW580–CW582)."""
    names = question_files.fitting(source, _looks_right)
    files = [_file(source, name, question_files.above(names, name)) for name in names]
    return question_files.reading(source, report, files)


def _looks_right(text: str) -> bool:
    return any(len(block.choices) > 1 and block.answer is not None for block in _blocks(text))


def _file(source: Source, name: str, category: Category) -> QuestionFile:
    file = text_files.read(source, name)
    asked = [_asked(block, source.place(name), category) for block in _blocks(file.text)]
    return QuestionFile(name, asked, file.note)


def _blocks(text: str) -> Iterator[_Block]:
    """Moodle wants a question on one line; here its lines and those of its choices may be broken."""
    block: _Block | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if block and not line.strip():
            block.gap = True
        if not line.strip():
            continue
        answer, option = _ANSWER.match(line), _CHOICE.match(line)
        if answer:
            block = block or _Block(number, [])
            block.answer = answer["letters"].strip()
            yield block
            block = None
        elif block and option:
            block.choices.append((option["letter"].upper(), [option["text"]]))
        elif block and not block.choices:
            block.words.append(line.strip())
        elif block and not block.gap:
            block.choices[-1][1].append(line.strip())
        else:
            yield from [block] if block else []
            block = _Block(number, [line.strip()])
        if block and option:
            block.gap = False
    yield from [block] if block else []


def _asked(block: _Block, place: str, category: Category) -> Asked:
    words = " ".join(block.words)
    return Asked(
        name=f"line {block.line}: {words[:_WORDS]}",
        location=Location(place, block.line, 1),
        category=category,
        words=words,
        answers="\n".join(" ".join(lines) for _, lines in block.choices),
        make=partial(_made, block, Location(place, block.line, 1)),
    )


def _made(block: _Block, location: Location, key: str, figures: Figures) -> Made:
    """Raises UnfitError. Texts are plain: what looks like HTML in them is shown as it is, as in Moodle."""
    letters = _right(block)
    stem = Stem(key=key, text=markdown("\n".join(block.words), "plain", figures).text, location=location)
    choices = [
        Choice(letter, markdown("\n".join(lines), "plain", figures).text, letter in letters)
        for letter, lines in block.choices
    ]
    return choice(stem, choices)


def _right(block: _Block) -> set[str]:
    if not block.words:
        raise UnfitError("an ANSWER line without a question")
    if len(block.choices) < 2:
        raise UnfitError(
            f"{len(block.choices)} choices below it: two or more lines such as 'A) text' are needed"
        )
    if block.answer is None:
        raise UnfitError("no ANSWER line below its choices")
    known = {letter for letter, _ in block.choices}
    right = set(re.findall(r"\b[A-Z]\b", block.answer.upper()))
    if not _LETTERS.fullmatch(block.answer) or not right <= known:
        raise UnfitError(f"ANSWER: {block.answer[:40]!r} is none of its choices ({', '.join(sorted(known))})")
    return right
