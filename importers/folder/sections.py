"""Contents → sections: one for each folder that holds some itself, in the order of its first."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from importers.folder import names
from importers.shared import keys
from schemas.model import Content, Section


def sections(
    key: str, title: str, contents: Mapping[str, Content], place: Callable[[str], Any]
) -> Iterator[Section]:
    """`contents` are by their path below the root of the course, `place` gives the order of the paths.

    What lies at the root itself is a section with the key and title of the course.
    """
    folders: dict[str, list[Content]] = {}
    for path in sorted(contents, key=place):
        folders.setdefault(posixpath.dirname(path), []).append(contents[path])
    found = names.folder_keys(folder for folder in folders if folder)
    for folder, several in folders.items():
        own = found[folder] if folder else key
        yield Section(
            key=keys.distinct(own, folder) if folder and own == key else own,
            title=names.folder_title(folder) if folder else title,
            published=any(content.published for content in several),
            contents=tuple(several),
        )


def with_hidden(several: list[Section], content: Content) -> tuple[Section, ...]:
    """One more section behind the others, which learners do not see."""
    taken = {section.key for section in several}
    own = keys.distinct(content.key, "section") if content.key in taken else content.key
    return (*several, Section(key=own, title=content.title, published=False, contents=(content,)))
