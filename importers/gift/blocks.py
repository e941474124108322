"""A GIFT file → its blocks: what stands between blank lines, and the category each stands in.

As Moodle reads it (question/format/gift/format.php), with one kindness: a blank line inside the braces of
a question does not end it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from importers.shared.question_list import Category

ESCAPE: Final = re.compile(r"\\([\\:#={}~n])")
"""What a backslash takes its meaning from; before anything else it is a backslash."""
_CATEGORY: Final = re.compile(r"\s*\$CATEGORY:(?P<path>[^\n]*)\n?", re.IGNORECASE)
_CONTEXT: Final = re.compile(r"^\$(course|system|module|cat\d+)\$$|^top$", re.IGNORECASE)
"""Where in Moodle a category lives, and the name of the root there: no part of its own path."""
_COMMENT: Final = re.compile(r"^[^\S\n]*//[^\n]*", re.MULTILINE)
_PARAGRAPH: Final = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_SLASH: Final = re.compile(r"(?<!/)/(?!/)")


@dataclass(frozen=True, slots=True)
class Block:
    """`text` begins at the offset `start` of the file and has blanks where comments were."""

    text: str
    start: int
    comments: tuple[str, ...] = ()
    category: Category = ()

    @property
    def mask(self) -> str:
        """The text with NULs for whatever is escaped: what is found in it means itself."""
        return ESCAPE.sub("\0\0", self.text)


def blocks(text: str) -> Iterator[Block]:
    """All blocks in order; one without text holds comments alone."""
    category: Category = ()
    for block in _whole(text, list(_paragraphs(text))):
        match = _CATEGORY.match(block.text)
        if not match:
            yield replace(block, category=category)
            continue
        category = _path(match["path"])
        rest = block.text[match.end() :]
        if rest.strip():
            yield Block(rest, block.start + match.end(), block.comments, category)


def _paragraphs(text: str) -> Iterator[Block]:
    for match in _PARAGRAPH.finditer(text):
        comments = tuple(found[0].strip() for found in _COMMENT.finditer(match[0]))
        yield Block(_without_comments(match[0]), match.start(), comments)


def _without_comments(text: str) -> str:
    """Blanks instead, so that every other character stays at its offset."""
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text)


def _whole(text: str, parts: list[Block]) -> Iterator[Block]:
    """Blocks of which each has the end of what it opens, where that end is there."""
    at = 0
    while at < len(parts):
        last = _end(parts, at) if _opens(parts[at].mask) else at
        end = parts[last].start + len(parts[last].text)
        comments = tuple(comment for part in parts[at : last + 1] for comment in part.comments)
        yield Block(_without_comments(text[parts[at].start : end]), parts[at].start, comments)
        at = last + 1


def _opens(mask: str) -> bool:
    return "{" in mask and "}" not in mask


def _end(parts: list[Block], at: int) -> int:
    """The block in which the brace closes that was opened in the one at `at`; `at` when none does."""
    for place in range(at + 1, len(parts)):
        mask = parts[place].mask
        opening, closing = mask.find("{"), mask.find("}")
        if closing >= 0 and not 0 <= opening < closing:
            return place
        if opening >= 0 or mask.lstrip().startswith(("::", "$CATEGORY:")):
            break
    return at


def _path(written: str) -> Category:
    """The parts of a category's path; a slash in a name is written twice."""
    parts = [part.strip().replace("//", "/") for part in _SLASH.split(ESCAPE.sub(r"\1", written).strip())]
    while parts and (_CONTEXT.match(parts[0]) or not parts[0]):
        parts = parts[1:]
    return tuple(part for part in parts if part)
