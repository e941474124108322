"""QTI 3.0's names as those of 2.x, so that one reader reads all.

`qti-choice-interaction` → `choiceInteraction`, `max-choices` → `maxChoices`.

3.0 renamed everything to lower case with hyphens and changed little else (QTI 3.0 Best Practices §2); its
HTML elements and its data- and aria- attributes have no equivalent and stay.
"""

from __future__ import annotations

import re
from typing import Final

from importers.shared.xml import Node

_PREFIX: Final = "qti-"
_HYPHEN: Final = re.compile(r"-([a-z0-9])")
_KEPT: Final = ("data-", "aria-", "{")

INLINE: Final = frozenset(("inlineChoiceInteraction", "textEntryInteraction"))
INTERACTIONS: Final = INLINE | frozenset(
    f"{name}Interaction"
    for name in (
        "associate",
        "choice",
        "custom",
        "drawing",
        "extendedText",
        "gapMatch",
        "graphicAssociate",
        "graphicGapMatch",
        "graphicOrder",
        "hotspot",
        "hottext",
        "match",
        "order",
        "portableCustom",
        "positionObject",
        "selectPoint",
        "slider",
        "upload",
    )
)
"""What asks something. `endAttempt` and `media` do not: a button, and something to look at."""


def canonical(root: Node) -> Node:
    """The tree with the names of 2.x, in place."""
    for node in root.walk():
        if node.name.startswith(_PREFIX):
            node.name = _camel(node.name.removeprefix(_PREFIX))
            node.attributes = {
                name if name.startswith(_KEPT) else _camel(name): value
                for name, value in node.attributes.items()
            }
    return root


def is_interaction(node: Node) -> bool:
    """Also those of vendors (`numberLineInteraction`), which must not vanish as unknown markup."""
    name = node.name
    return name in INTERACTIONS or (
        name.endswith("Interaction") and name not in ("endAttemptInteraction", "mediaInteraction")
    )


def _camel(name: str) -> str:
    return _HYPHEN.sub(lambda match: match[1].upper(), name)
