"""Moodle's GIFT files → a course of quizzes, one for each category (docs/adr/0017)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from importers.gift.blocks import Block, blocks
from importers.gift.grammar import GiftError, Item, item, tags
from importers.gift.making import Maker
from importers.shared import question_files, text_files
from importers.shared.figures import Figures
from importers.shared.question_files import Asked, LeftOut, Page, QuestionFile
from importers.shared.question_list import Category
from importers.shared.questions import Made, UnfitError
from importers.shared.tags import Lines
from schemas.findings import Report
from schemas.model import Location
from schemas.source import Reading, Source

_EXPORTED: Final = re.compile(r"// question: \d+  name: (?P<name>.*)")
_SWITCH: Final = "Switch category to "
_SURE: Final = re.compile(
    r"\A\s*(?:::|\$CATEGORY:)|\{\s*(?:[=~#]|\[?(?:T|F|TRUE|FALSE)\s*[#}]|[^{}]*[~=])", re.DOTALL
)
"""How a block of questions looks that could hardly be prose; `{}` alone could be."""
_OTHER: Final = re.compile(r"\{\d*:[A-Z_]+:")
"""Gaps of Moodle's cloze format, which stands in text files as well."""
_WORDS: Final = 60


def detect(source: Source) -> bool:
    """Whether it has files of GIFT, by the blocks they begin with, and nothing but texts beside them."""
    return bool(question_files.fitting(source, _looks_right))


def read(source: Source, report: Report) -> Reading:
    """One course; `report` accounts for every question. Raises RefusedError (CW580–CW582)."""
    names = question_files.fitting(source, _looks_right)
    files = [_file(source, name, question_files.above(names, name)) for name in names]
    return question_files.reading(source, report, files)


def _looks_right(text: str) -> bool:
    """Most blocks of a page could not be questions, even where some code in it could."""
    found = [block for block in blocks(text) if block.text.strip()]
    sure = sum(1 for block in found if _SURE.search(block.mask) and not _OTHER.search(block.mask))
    return sure * 2 > len(found)


def _file(source: Source, name: str, above: Category) -> QuestionFile:
    file = text_files.read(source, name)
    place, lines = source.place(name), Lines(file.text)
    asked, left_out = [], []
    for block in islice(blocks(file.text), question_files.MOST + 1):  # more are refused
        line, column = lines.at(block.start + len(block.text) - len(block.text.lstrip()))
        location = Location(place, line, column)
        if block.text.strip():
            asked.append(_asked(block, location, lines, above))
            left_out += [
                LeftOut("metadata", f"line {line}: tag {tag}", "questions have no tags here", location)
                for tag in tags(block)
            ]
        left_out += [
            LeftOut("comment", f"line {line}: {name}", _LEFT_OUT, location) for name in _left_out(block)
        ]
    return QuestionFile(name, asked, file.note, left_out)


_LEFT_OUT: Final = "named in the file, but not in it: GIFT cannot say it; export as Moodle XML"


def _left_out(block: Block) -> Iterator[str]:
    """Moodle's export writes a comment for each question, also where its type has no form in GIFT."""
    if block.text.strip():
        return
    for comment in block.comments:
        match = _EXPORTED.match(comment)
        if match and not match["name"].startswith(_SWITCH):
            yield comment.removeprefix("// ")


def _asked(block: Block, location: Location, lines: Lines, above: Category) -> Asked:
    category = (*above, *block.category)
    line = location.line
    try:
        found = item(block)
    except GiftError as error:
        there = Location(location.file, *lines.at(error.offset))
        words = " ".join(block.text.split())[:_WORDS]
        return Asked(
            name=f"line {line}: {words}", location=there, category=category, make=partial(_unfit, str(error))
        )
    words = " ".join((found.title or found.before.text).split())[:_WORDS]
    return Asked(
        name=f"line {line}: {words}",
        location=location,
        category=category,
        identifier=found.identifier or found.title,
        words=found.before.text,
        answers=block.text,
        make=partial(_made, found, location),
    )


def _made(found: Item, location: Location, key: str, figures: Figures) -> Made | Page:
    return Maker(found, key, location, figures).make()


def _unfit(reason: str, _key: str, _figures: Figures) -> Made | Page:
    raise UnfitError(reason)
