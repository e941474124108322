"""What the name of a file or folder says: its place in the order, its title, its identity.

`01-intro.md` is the first, is titled "Intro" and is known as `intro`: numbers order, and belong to neither
title nor key, so that moving a page up or down renames nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from importers.shared import keys, plain_text

_NUMBER: Final = re.compile(r"^(?P<number>\d{1,3})\s*[-_.) ]+\s*(?=\S)")
_DIGITS: Final = re.compile(r"(\d+)")
_FIRST: Final = frozenset(("index", "readme", "_index"))
"""Pages that stand for their folder."""

Natural = tuple[tuple[int, int, str], ...]


def title(name: str) -> str:
    """`modules/02_fire-safety.md` → `Fire safety`."""
    words = _plain(PurePosixPath(name).name)
    words = re.sub(r"_+" if " " in words else r"[-_]+", " ", words)
    shown = plain_text.title(words)[0]
    return shown[:1].upper() + shown[1:]


def folder_title(folder: str) -> str:
    """Of folders inside folders, all the way: `Module 1 › Week 2`."""
    return plain_text.title(" › ".join(title(f"{part}/") for part in folder.split("/")))[0]


def natural(part: str) -> Natural:
    """People's order: `2` before `10`, numbers before words, capitals like small letters."""
    pieces = _DIGITS.split(part.casefold())
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece)


def place(name: str, order: float) -> tuple[object, ...]:
    """Where a file comes: its folder's own files before the folders in it, its index first of all.

    `order` is what the page says of itself, infinity if nothing.
    """
    *folders, file = name.split("/")
    stem = PurePosixPath(file).stem.casefold()
    own = (0, ((0 if stem in _FIRST else 1, 0, ""),), order, natural(file))
    return (*((1, natural(folder)) for folder in folders), own)


def content_keys(names: Iterable[str]) -> dict[str, str]:
    """A key for each file: from its path without numbers and extension, as long as that tells it apart."""
    several = list(names)
    short = {name: _identity(name) for name in several}
    shared = Counter(short.values())
    longer = {
        name: one if shared[one] == 1 else _identity(name, extension=True) for name, one in short.items()
    }
    shared = Counter(longer.values())
    whole = {name: one if shared[one] == 1 else name for name, one in longer.items()}
    made = keys.keys(whole.values(), "content")
    return {name: made[one] for name, one in whole.items()}


def folder_keys(folders: Iterable[str]) -> dict[str, str]:
    """The same for folders."""
    several = list(folders)
    short = {folder: _identity(f"{folder}/") for folder in several}
    shared = Counter(short.values())
    whole = {folder: one if shared[one] == 1 else folder for folder, one in short.items()}
    made = keys.keys(whole.values(), "section")
    return {folder: made[one] for folder, one in whole.items()}


def _identity(name: str, *, extension: bool = False) -> str:
    path = PurePosixPath(name)
    if name.endswith("/"):
        return "/".join(_plain(f"{part}/") for part in path.parts)
    last = _plain(path.name) + (path.suffix.lower() if extension else "")
    return "/".join([*(_plain(f"{part}/") for part in path.parts[:-1]), last])


def _plain(part: str) -> str:
    """Without its number and, unless it is a folder's, its extension."""
    stem = part[:-1] if part.endswith("/") else PurePosixPath(part).stem
    return _NUMBER.sub("", stem) or stem
