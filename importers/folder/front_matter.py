"""What a Markdown page says of itself before its text: YAML between two lines of `---`.

Every value is taken as the words that are written (YAML's failsafe schema, 10.1): `no`, `1.0` and dates stay
text, tags mean nothing, and nothing is made but texts, lists and mappings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

_FENCED: Final = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST: Final = 64 * 1024
_MOST_BRACKETS: Final = 1_000
"""libyaml calls itself for each, and ends the process when it runs out of stack."""
_INDENTED: Final = re.compile(r"^[ \-?:]{200,}", re.MULTILINE)
_ORDERS: Final = ("order", "weight", "sidebar_position", "nav_order", "position")
_USED: Final = frozenset(("title", "description", "draft", "published", "id", *_ORDERS))
_YES: Final = frozenset(("true", "yes", "on", "1"))
_NO: Final = frozenset(("false", "no", "off", "0"))


@dataclass(frozen=True, slots=True)
class Said:
    """`unused` are the names of what has no place here; `problem` tells why nothing was read."""

    title: str = ""
    description: str = ""
    identifier: str = ""
    published: bool = True
    order: float = inf
    unused: tuple[str, ...] = ()
    problem: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def split(text: str) -> tuple[Said, str]:
    """What stands in front, and the page without it."""
    fenced = _FENCED.match(text)
    if not fenced:
        return Said(), text
    data = mapping(fenced["yaml"] or "")
    if data is None:
        return Said(problem="its front matter is no YAML"), text[fenced.end() :]
    return _said(data), text[fenced.end() :]


def mapping(yaml_text: str) -> dict[str, Any] | None:
    """A YAML mapping of words; None when it is none, or one that only does harm."""
    import yaml

    brackets = yaml_text.count("[") + yaml_text.count("{")
    if len(yaml_text) > _LONGEST or brackets > _MOST_BRACKETS or _INDENTED.search(yaml_text):
        return None
    try:
        data = yaml.load(yaml_text, Loader=yaml.CBaseLoader)  # noqa: S506  it makes texts, lists and mappings
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return None
    return data if isinstance(data, dict) else {} if not data else None


def _said(data: dict[str, Any]) -> Said:
    def words(name: str) -> str:
        value = data.get(name)
        return value.strip() if isinstance(value, str) else ""

    hidden = words("draft").casefold() in _YES or words("published").casefold() in _NO
    return Said(
        title=words("title"),
        description=words("description"),
        identifier=words("id"),
        published=not hidden,
        order=next((_number(words(name)) for name in _ORDERS if words(name)), inf),
        unused=tuple(sorted(str(name)[:60] for name in data if name not in _USED)),
        data=data,
    )


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return inf
    return value if value == value else inf  # noqa: PLR0124  NaN has no place in an order
