"""What a pull wrote, what it left and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from pipeline.show.terminal import Colour, paint, wants_colour
from pipeline.show.values import field_line
from schemas.printable import printable

if TYPE_CHECKING:
    from pipeline.pull.pulling import Pulled

_COLOURS: dict[str, Colour] = {"pulled": "green", "conflict": "red", "left": "yellow"}


def write(pulled: Sequence[Pulled], stream: TextIO) -> None:
    from loaders.content.drift.edits import who

    colour = wants_colour(stream)
    if not pulled:
        stream.write("nothing to pull\n")
    for one in pulled:
        fate = paint(f"{one.fate:<8}", _COLOURS[one.fate], on=colour)
        stream.write(f"{fate} {printable(one.address + who(one.edit))}\n")
        if one.change:
            stream.write(f"{'':8}   {field_line(one.change)}\n")
        note = f"the file has {one.note}" if one.fate == "conflict" else one.note
        if note or one.file:
            stream.write(f"{'':8}   {printable(': '.join(part for part in (one.file, note) if part))}\n")
