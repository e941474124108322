"""Tables with a row of headings and a question in each row below it → entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from importers.question_table.columns import Columns, Field, columns
from importers.question_table.entries import Entry, Kind, Option, gaps
from importers.question_table.tables import Row, Table
from importers.shared.questions import UnfitError

MOST_ROWS_ABOVE: Final = 30
"""Templates have instructions above their headings."""
_NAMES: Final[dict[Kind, str]] = {
    "choice": "mc mcq choice multiplechoice singlechoice multiplechoicesingle radio radiobutton single quiz "
    "multichoice ma ms multipleanswer multipleanswers multipleselect multiselect multipleresponse checkbox "
    "checkboxes dropdown select poll survey",
    "true_false": "tf truefalse trueorfalse boolean yesno",
    "short": "sa sr short shortanswer shorttext typeanswer text typed openanswer",
    "numerical": "num numerical numeric number",
    "essay": "essay ess wr long longanswer longtext open openended paragraph freetext writtenresponse",
    "blanks": "fib fill blank blanks fillin fillintheblank fillintheblanks gap gaps cloze",
    "matching": "mat match matching pairs",
    "ordering": "ord order ordering sequence sequencing jumble",
}
_KINDS: Final = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_TRUE: Final = frozenset(("true", "t", "yes", "y", "1"))
_FALSE: Final = frozenset(("false", "f", "no", "n", "0"))
_ARROW: Final = re.compile(r"\s*(?:->|→|=>)\s*")
_SEVERAL: Final = re.compile(r"\s*[|\n]\s*")
_SEVERAL_LABELS: Final = re.compile(r"\s*(?:[|\n,;&]|\band\b)\s*")


def headings(table: Table) -> tuple[Columns, int] | None:
    """The first row that is one of headings, and how many rows there are up to it."""
    for number, row in enumerate(table.rows[:MOST_ROWS_ABOVE], 1):
        found = columns(row.cells)
        if found:
            return found, number
    return None


class Line:
    """A row, read by its headings."""

    def __init__(self, row: Row, known: Columns) -> None:
        self._row = row
        self._known = known

    def get(self, field: Field) -> str:
        place = self._known.fields.get(field)
        return "" if place is None else self._row.at(place)

    @property
    def is_blank(self) -> bool:
        return not any(self._row.cells)

    def options(self) -> list[Option]:
        return [
            Option(label, self._row.at(place), feedback=self._row.at(self._known.feedback.get(label, -1)))
            for label, place in self._known.options
            if self._row.at(place)
        ]

    def wrong(self) -> list[str]:
        cells = (self._row.at(place) for place in self._known.wrong)
        return [text for cell in cells for text in _SEVERAL.split(cell) if text]


def entry(line: Line) -> Entry:
    """Raises UnfitError when the row asks nothing that can be answered."""
    text = line.get("question")
    if not text:
        raise UnfitError("a row without a question")
    kind = _kind(line)
    parts = _PARTS[kind](line) if kind in _PARTS else {}
    return Entry(
        kind=kind,
        text=text,
        points=line.get("points"),
        feedback=line.get("feedback"),
        image=line.get("image"),
        **parts,
    )


def _kind(line: Line) -> Kind:
    """As the row says, or else as it looks."""
    written = line.get("type")
    plain = re.sub(r"[\W_]+", "", written.casefold())
    if plain:
        if plain not in _KINDS:
            raise UnfitError(f"the type {written[:40]!r} is none that is read here")
        return _KINDS[plain]
    if line.options() or line.wrong():
        return "choice"
    if not line.get("answer"):
        return "essay"
    if line.get("answer").casefold() in ("true", "false"):
        return "true_false"
    return "blanks" if gaps(line.get("question")) else "short"


# ── what each kind takes from a row ──────────────────────────────────────────────────────────────


def _choice(line: Line) -> dict[str, Any]:
    options, answer, wrong = line.options(), line.get("answer"), line.wrong()
    if wrong and not options:
        right = [Option(text, text, right=True) for text in _SEVERAL.split(answer) if text]
        return {"options": [*right, *(Option(text, text) for text in wrong)]}
    chosen = _right(options, answer)
    return {"options": [option._replace(right=option in chosen) for option in options]}


def _right(options: Sequence[Option], answer: str) -> list[Option]:
    """The options an answer means, by their words or by their labels. Raises UnfitError."""
    whole = _named(options, answer)
    if whole or not answer:
        return whole
    found: list[Option] = []
    for part in _SEVERAL_LABELS.split(answer):
        named = _named(options, part)
        if part and not named:
            raise UnfitError(f"the answer {part[:40]!r} is none of its options")
        found += named
    return found


def _named(options: Sequence[Option], said: str) -> list[Option]:
    folded = said.casefold().strip()
    by_words = [option for option in options if option.text.casefold() == folded]
    label = _label(folded)
    return by_words or [option for option in options if _label(option.label) == label]


def _label(said: str) -> int:
    """`B`, `b)`, `option b`, `2` and `answer 2` are all the second; 0 for what is no label."""
    plain = re.sub(r"^(?:option|answer|choice|response|alternative)\s*", "", said.casefold()).strip(" .)(")
    if plain.isascii() and plain.isdigit():
        return int(plain[:3])
    return ord(plain) - ord("a") + 1 if len(plain) == 1 and "a" <= plain <= "z" else 0


def _truth(line: Line) -> dict[str, Any]:
    answer = line.get("answer")
    chosen = _named(line.options(), answer) if answer else []
    said = (chosen[0].text if chosen else answer).casefold()
    if said not in _TRUE | _FALSE:
        raise UnfitError(f"the answer {answer[:40]!r} is neither true nor false")
    return {"truth": said in _TRUE}


def _typed(line: Line) -> dict[str, Any]:
    """Answers in the one column, several apart by `|`, and whatever the option columns hold."""
    several = [text for text in _SEVERAL.split(line.get("answer")) if text]
    return {"accept": [*several, *(option.text for option in line.options())]}


def _blanks(line: Line) -> dict[str, Any]:
    """One gap takes all answers; several take one column each, or the parts between semicolons."""
    shown = gaps(line.get("question"))
    columns = [option.text for option in line.options()]
    answers = columns or line.get("answer").split(";")
    if shown < 2:
        answers = ["|".join([*columns, line.get("answer")])]
    elif len(answers) != shown:
        raise UnfitError(f"{shown} gaps, and answers for {len(answers)}")
    return {"blanks": [[text for text in _SEVERAL.split(answer.strip()) if text] for answer in answers]}


def _pairs(line: Line) -> dict[str, Any]:
    cells = [option.text for option in line.options()] or _SEVERAL.split(line.get("answer"))
    pairs = [_ARROW.split(cell, maxsplit=1) for cell in cells if cell]
    if any(len(pair) < 2 for pair in pairs):
        raise UnfitError("pairs are written left -> right, one in each option")
    return {"pairs": [(left, right) for left, right in pairs]}


def _order(line: Line) -> dict[str, Any]:
    options = line.options() or [Option(text, text) for text in _SEVERAL.split(line.get("answer")) if text]
    return {"options": options}


_PARTS: Final[dict[Kind, Callable[[Line], dict[str, Any]]]] = {
    "choice": _choice,
    "true_false": _truth,
    "short": _typed,
    "numerical": _typed,
    "blanks": _blanks,
    "matching": _pairs,
    "ordering": _order,
}
