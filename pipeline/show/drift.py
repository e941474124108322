"""Edits in a tenant: for people who decide what becomes of them, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.show.plan import field_document
from pipeline.show.terminal import Colour, paint, wants_colour
from pipeline.show.values import field_line
from schemas.printable import printable

if TYPE_CHECKING:
    from loaders.content.drift.added import Added
    from loaders.content.drift.edits import Edit
    from pipeline.drifting import Drift

_COLOURS: dict[str, Colour] = {"edited": "yellow", "archived": "red", "deleted": "red"}


def write(drifts: Sequence[Drift], stream: TextIO) -> None:
    """A block a bundle: each edited item, by whom and when, its fields old → new; then what was added."""
    colour = wants_colour(stream)
    for drift in drifts:
        release = drift.release
        stream.write(
            printable(
                f"{release.bundle} in {drift.tenant}, since release {release.id}"
                f" of {release.published_at:%Y-%m-%d %H:%M} UTC"
            )
            + "\n"
        )
        if not drift.edits:
            stream.write("  nothing was edited\n")
        for edit in drift.edits:
            stream.writelines(f"  {line}\n" for line in _edit(edit, colour=colour))
        stream.writelines(f"  {_added(own)}\n" for own in drift.added)


def _added(own: Added) -> str:
    from loaders.content.drift.edits import shown

    return printable(f"added    in {own.above}: {own.kind} {shown(own.title)}, the tenant's own")


def _edit(edit: Edit, *, colour: bool) -> Iterator[str]:
    from loaders.content.drift.edits import who

    action = paint(f"{edit.state:<8}", _COLOURS[edit.state], on=colour)
    title = f"  {printable(edit.title)}" if edit.title else ""
    yield f"{action} {printable(edit.address)}{title}{printable(who(edit))}"
    for field in edit.fields:
        yield f"{'':8}   {field_line(field)}"


def document(drift: Drift) -> dict[str, Any]:
    return {
        "tenant": drift.tenant,
        "bundle": drift.release.bundle,
        "release": drift.release.id,
        "edits": [
            {
                "state": edit.state,
                "kind": edit.kind,
                "address": edit.address,
                "title": edit.title,
                "by": edit.by,
                "at": edit.at and edit.at.isoformat(),
                "fields": {field.name: field_document(field) for field in edit.fields},
            }
            for edit in drift.edits
        ],
        "added": [{"kind": own.kind, "in": own.above, "title": own.title} for own in drift.added],
    }
