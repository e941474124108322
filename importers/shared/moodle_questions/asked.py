"""A question as Moodle knows it, whichever file it came from: the two dialects meet here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from schemas.model import NOWHERE, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a question. `text` is HTML, or plain where it is typed; `group` that of a drag box."""

    identifier: str
    text: str
    fraction: Decimal = Decimal(0)
    feedback: str = ""
    tolerance: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A line of a matching question: HTML on the left ("" makes a distractor), plain text on the right."""

    identifier: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. Texts are HTML in which files are `pluginfile:` addresses (see `texts.located`).

    `type` is the word of Moodle's database ("match", "multianswer"), `identity` what its key is made from,
    `settings` the plain values of its type, `gaps` the questions inside a text of gaps, in order, `values`
    the first value of each variable of a calculated question. `source` is its XML, compressed (zlib): only
    what is not converted is kept.
    """

    type: str
    identity: str
    name: str
    text: str
    feedback: str = ""
    mark: str = ""
    answers: tuple[Answer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    gaps: tuple[Asked, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    overall: tuple[tuple[str, str], ...] = ()
    hints: int = 0
    tags: tuple[str, ...] = ()
    source: bytes = b""
    location: Location = NOWHERE
