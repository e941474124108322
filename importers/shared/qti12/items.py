"""Items of QTI 1.2 → results: the questions in them, or the text, or the reason why there is neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.shared import keys, plain_text, xml_text
from importers.shared.figures import Figures
from importers.shared.qti12 import feedback, kinds, material
from importers.shared.qti12.asking import Asking
from importers.shared.qti12.metadata import fields
from importers.shared.qti12.responses import Response, responses
from importers.shared.qti12.scoring import Scoring
from importers.shared.questions import Made, Stem, UnfitError, points, unrepeated
from importers.shared.xml import Node
from schemas.model import Location

_RUBRICS: Final = frozenset(("rubric", "itemrubric", "objectives"))
_SHOWN_TO: Final = frozenset(("", "all", "candidate"))
_READ: Final = _RUBRICS | {
    "itemfeedback",
    "itemmetadata",
    "itemproc_extension",
    "presentation",
    "qticomment",
    "qtimetadata",
    "resprocessing",
}
_WEIGHTS: Final = (
    "points_possible",
    "cc_weighting",
    "qmd_weighting",
    "qmd_maximumscore",
    "qmd_absolutescore_max",
)
_PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one item. Exactly one of `questions`, `text` and `reason` says something.

    `bank` is the ident of the bank's question that a Canvas quiz copied it from, `stimulus` that of the
    text item it belongs to (New Quizzes).
    """

    ident: str
    title: str
    location: Location
    node: Node
    questions: tuple[Made, ...] = ()
    text: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    bank: str = ""
    stimulus: str = ""

    @property
    def source(self) -> bytes:
        return xml_text.element(self.node)


def questions(items: Sequence[Node], texts: Figures) -> list[Result]:
    """One result for each item, in order. Keys come from the idents and are unique among these items."""
    return list(one_by_one(items, texts))


def one_by_one(items: Sequence[Node], texts: Figures) -> Iterator[Result]:
    """The same, each made when it is asked for: what `texts` finds meanwhile belongs to that item."""
    taken: Counter[str] = Counter()
    for item, key in zip(items, _keys(items), strict=True):
        result = _result(item, key, texts)
        yield replace(result, questions=unrepeated(result.questions, taken))


def _keys(items: Sequence[Node]) -> list[str]:
    """Items of one ident are told apart by what they say, since positions change, and then counted."""
    idents = [ident_of(item) for item in items]
    several = Counter(idents)
    named = keys.keys(several, "question")
    alike: Counter[str] = Counter()
    made = []
    for item, ident in zip(items, idents, strict=True):
        key = named[ident]
        if several[ident] > 1:
            key = keys.distinct(key, xml_text.element(item).decode())
            alike[key] += 1
        made.append(key if alike[key] < 2 else keys.distinct(key, f"{key} {alike[key]}"))
    return made


def ident_of(item: Node) -> str:
    return item.attributes.get("ident", "").strip() or item.attributes.get("title", "").strip()


def _result(item: Node, key: str, texts: Figures) -> Result:
    said = fields(item)
    result = Result(
        ident=ident_of(item),
        title=plain_text.title(item.attributes.get("title", ""))[0],
        location=item.location,
        node=item,
        bank=said.get("assessment_question_identifierref", ""),
        stimulus=said.get("parent_stimulus_item_ident", ""),
    )
    presentation = next((child for child in item.children if child.name == "presentation"), None)
    asked = responses(presentation)
    kind = kinds.kind(said)
    if not asked and kind not in kinds.WITHOUT_RESPONSE:
        return _of_text(result, item, presentation, texts)
    scoring = Scoring(item)
    worth, told = _points(said, item, scoring)
    explained, notes = feedback.explanation(item, scoring.conditions, _answers(asked), texts)
    before, about = _rubrics(item)
    stem = Stem(key=key, text="", points=worth, explanation=explained, location=item.location)
    shown = material.html(presentation)
    asking = Asking(kind, before, presentation, shown, asked, scoring, texts, stem, item)
    try:
        made, dropped = kinds.questions(asking)
    except UnfitError as unfit:
        return replace(result, reason=str(unfit))
    said_so = (*filter(None, (told,)), *notes, *about, *dropped)
    first = Made(made[0].question, tuple(dict.fromkeys((*made[0].notes, *said_so))))
    return replace(result, questions=(first, *made[1:]))


def _of_text(result: Result, item: Node, presentation: Node | None, texts: Figures) -> Result:
    """An item that asks nothing: Canvas's text between questions, a passage of New Quizzes."""
    before, about = _rubrics(item)
    page = texts.text(before + material.html(presentation))
    if not page.text:
        return replace(result, reason="an item without text and without anything to answer")
    return replace(result, text=page.text, notes=(*page.notes, *about))


def _rubrics(item: Node) -> tuple[str, list[str]]:
    """HTML of the rubrics and objectives for learners, and notes on what is not shown to them or not read."""
    shown, notes = "", []
    for child in item.children:
        if child.name not in _READ:
            notes.append(f"{child.name} is left out")
        elif child.name == "itemproc_extension":
            names = dict.fromkeys(each.name for each in child.children if each.name != "calculated")
            notes += [f"settings of its tool are left out: {', '.join(names)}"] if names else []
        elif child.name in _RUBRICS:
            view = child.attributes.get("view", "").strip().lower()
            if view in _SHOWN_TO:
                shown += f"<div>{material.html(child)}</div>"
            else:
                notes.append(f"{child.name} for {view} is not shown to learners: left out")
    return shown, notes


def _answers(asked: Sequence[Response]) -> dict[str, str]:
    """Texts of options, as the names of feedback on them."""
    from importers.shared.pages import words

    return {
        label.ident: plain_text.title(words(label.html))[0]
        for response in asked
        if not response.typed
        for label in response.labels
    }


def _points(said: Mapping[str, str], item: Node, scoring: Scoring) -> tuple[Decimal, str]:
    written = next((said[name] for name in _WEIGHTS if said.get(name)), None)
    if written is not None:
        return points(written)
    return points(_declared(item) or scoring.best())


def _declared(item: Node) -> Decimal | None:
    """The most that the score variables can hold together; 100 is how everybody writes percent."""
    total = Decimal(0)
    for node in item.walk():
        if node.name == "decvar":
            try:
                most = Decimal(node.attributes.get("maxvalue", "0").strip())
            except InvalidOperation:
                continue
            total += most if most.is_finite() and most > 0 else 0
    return total if total and total != _PERCENT else None
