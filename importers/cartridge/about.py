"""What a cartridge says of the course as a whole: in its LOM record, and in Canvas's course_settings.xml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from importers.cartridge.canvas import said, value
from importers.cartridge.manifest import Manifest
from importers.shared import plain_text
from importers.shared.outcome import Outcome, changed
from importers.shared.pages import words
from importers.shared.xml import Node

_TITLE: Final = "general/title"
_DESCRIPTION: Final = "general/description"
_UNNAMED: Final = "Course"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`picture` is the identifier of a resource, `kept` what goes to the page of settings, `used` what
    became of the metadata that found a place.
    """

    title: str
    description: str | None = None
    picture: str = ""
    kept: tuple[str, ...] = ()
    used: Mapping[str, Outcome] = field(default_factory=dict)


def about(manifest: Manifest, settings: Node | None) -> About:
    """Canvas's title is that of the course; the record's is what somebody called the export."""
    record = manifest.about
    own = value(settings, "title") if settings else ""
    title, note = plain_text.title(own or record.get(_TITLE, ""))
    description, told = plain_text.paragraph(words(record.get(_DESCRIPTION, "")))
    overruled = "" if not own or own == record.get(_TITLE) else "the course's own title is used"
    used = {_TITLE: changed(note, overruled)}
    if description:
        used[_DESCRIPTION] = changed(told)
    kept = [f"{name}: {text}" for name, text in record.items() if name not in used]
    known = frozenset(("title", "image_identifier_ref"))
    return About(
        title=title or _first_title(manifest) or _UNNAMED,
        description=plain_text.as_markdown(description) or None,
        picture=value(settings, "image_identifier_ref") if settings else "",
        kept=(*kept, *(said(settings, known) if settings else ())),
        used=used,
    )


def _first_title(manifest: Manifest) -> str:
    """Of a resource, where exports of questions alone have no other."""
    found = (plain_text.title(resource.title)[0] for resource in manifest.resources)
    return next(filter(None, found), "")
