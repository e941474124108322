"""Who may see what, and when: conditions have no place here, and the report names their kinds."""

from __future__ import annotations

import re
from typing import Final

from importers.shared.moodle_questions.texts import plain
from importers.shared.xml import Node

_KIND: Final = re.compile(r'"type"\s{0,9}:\s{0,9}"([a-z_]{1,40})"')


def kinds(node: Node | None) -> tuple[str, ...]:
    """Of a module.xml or a section.xml: a tree in JSON since Moodle 2.7, elements before; () for none."""
    if node is None:
        return ()
    found = _KIND.findall(plain(node, "availability", "availabilityjson"))
    if any(plain(node, name) not in ("", "0") for name in ("availablefrom", "availableuntil")):
        found.append("date")
    for each in node.walk():
        if each.name == "availability" and each.children:
            found.append("grade" if plain(each, "gradeitemid") else "completion")
        elif each.name == "availability_field":
            found.append("profile")
    return tuple(dict.fromkeys(found))
