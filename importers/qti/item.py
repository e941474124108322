"""An assessment item of QTI 2 or 3 → its questions, or the text of one that asks nothing.

One interaction is one question. Gaps in a running text (text entries, inline choices) are one question
together. An item with several interactions becomes several questions, keyed `item.RESPONSE`, that share its
points; the body around an interaction is in the stem of each (docs/adr/0021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape
from typing import Final

from importers.qti import answers, declarations, feedback, interactions, pictures, processing
from importers.qti.asking import Asking
from importers.qti.body import Ask, Writer
from importers.qti.declarations import Response
from importers.qti.vocabulary import INLINE, is_interaction
from importers.shared import areas, hrefs, keys
from importers.shared import questions as ours
from importers.shared.figures import Figures
from importers.shared.pages import words
from importers.shared.questions import GAP, Made, Stem, UnfitError
from importers.shared.xml import Document, Node

_READ: Final = frozenset(
    (
        "assessmentStimulusRef",
        "contextDeclaration",
        "itemBody",
        "modalFeedback",
        "outcomeDeclaration",
        "responseDeclaration",
        "responseProcessing",
        "rubricBlock",
        "stylesheet",
        "templateDeclaration",
        "templateProcessing",
    )
)
_LEFT_OUT: Final = {
    "catalogInfo": "supports for accessibility (catalogs) are left out",
    "companionMaterialsInfo": "companion materials (calculators, rulers) are left out",
    "apipAccessibility": "supports for accessibility (APIP) are left out",
}
_MOST_WITH_TEXT: Final = 24
"""Questions of one item that each get all of its text; of more, the first alone does."""
_DRAWN: Final = "values are drawn by chance in the source: those of the declaration are asked"
_PROGRAM: Final = "points are given by a program in the source ({}): what the declaration says is right"


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of an item. Without questions and text, `reason` says why.

    `incomplete` tells that something of it is not here, so that its source is to be kept.
    """

    questions: tuple[Made, ...] = ()
    text: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    incomplete: bool = False


def convert(document: Document, key: str, texts: Figures, weight: Decimal = Decimal(1)) -> Converted:
    """`document` has a canonical `assessmentItem` as its root; `weight` multiplies its points."""
    return _Item(document, key, texts, weight).converted()


@dataclass(slots=True)
class _Item:
    document: Document
    key: str
    texts: Figures
    weight: Decimal
    root: Node = field(init=False)
    writer: Writer = field(init=False)
    declared: Mapping[str, Response] = field(init=False)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.document.root
        self.declared = declarations.responses(self.root)
        written_html = any("<![CDATA[" in line for line in self.document.lines)
        self.writer = Writer(declarations.defaults(self.root), written_html)

    def converted(self) -> Converted:
        body = next((child for child in self.root.children if child.name == "itemBody"), None)
        if body is None:
            return Converted(reason="an item without a body")
        if declarations.infinite(self.root):
            return Converted(reason="an item whose points are infinite or no number")
        self._name_what_is_left_out()
        asked = [node for node in body.walk() if is_interaction(node)]
        if not asked:
            return self._text(body)
        try:
            made, lost = self._questions(body, asked)
        except UnfitError as unfit:
            return Converted(reason=str(unfit), notes=self._said(), incomplete=True)
        first = Made(made[0].question, tuple(dict.fromkeys((*made[0].notes, *lost, *self._said()))))
        described = any(areas.DESCRIBED in each.notes for each in made)
        incomplete = bool(lost or self.writer.hidden or described)
        return Converted((first, *made[1:]), incomplete=incomplete)

    def _said(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.notes, *self.writer.notes)))

    def _name_what_is_left_out(self) -> None:
        for child in self.root.children:
            if child.name in _LEFT_OUT:
                self.notes.append(_LEFT_OUT[child.name])
            elif child.name not in _READ:
                self.notes.append(f"element {child.name} is left out")
        if any(child.name == "stylesheet" and hrefs.is_web(_address(child)) for child in self.root.children):
            self.notes.append("a style sheet on another server is left out")
        if any(child.name == "templateProcessing" for child in self.root.children):
            self.notes.append(_DRAWN)
        if self.root.attributes.get("adaptive", "").strip() == "true":
            self.notes.append("shown step by step in the source (adaptive): all steps are here at once")
        self.notes += [_PROGRAM.format(name) for name in processing.programs(self.root)]

    def _text(self, body: Node) -> Converted:
        page = self.texts.text(self._rubrics() + self.writer.inside(body))
        if not page.text:
            return Converted(reason="an item without text and without anything to answer")
        return Converted(
            text=page.text, notes=(*page.notes, *self._said()), incomplete=bool(self.writer.hidden)
        )

    def _rubrics(self) -> str:
        """Rubrics that stand beside the body (QTI 2.0 and some tools)."""
        alone = [child for child in self.root.children if child.name == "rubricBlock"]
        if not alone:
            return ""
        return self.writer.inside(Node("itemBody", self.root.namespace, {}, "", self.root.location, alone))

    # ── questions ────────────────────────────────────────────────────────────────────────────

    def _questions(self, body: Node, asked: list[Node]) -> tuple[list[Made], list[str]]:
        """At least one, and what of the item is lost. Raises UnfitError with all reasons."""
        groups = self._groups(body, asked)
        share, note = self._points(len(groups))
        explained, told = feedback.explanation(self.root, self.writer, self.texts)
        stem = Stem(key=self.key, text="", points=share, explanation=explained, location=self.root.location)
        made: list[Made] = []
        lost: list[str] = []
        for number, group in enumerate(groups):
            if number and len(groups) > _MOST_WITH_TEXT:
                body = _only(body, group)
            own = (
                stem if len(groups) == 1 else replace(stem, key=f"{self.key[:50]}.{_response_key(group[0])}")
            )
            try:
                made.append(self._question(body, group, own))
            except UnfitError as unfit:
                lost.append(f"{unfit}: left out" if len(groups) > 1 else str(unfit))
            stem = replace(stem, explanation="") if made else stem
        if not made:
            raise UnfitError("; ".join(dict.fromkeys(lost)).replace(": left out", ""))
        several = (
            f"{len(groups)} interactions in one item: each became a question, with its share of the points"
        )
        self.notes += [*filter(None, [note]), *told, *([several] if len(groups) > 1 else [])]
        return made, [f"incomplete, its source is attached: {each}" for each in lost]

    def _groups(self, body: Node, asked: list[Node]) -> list[list[Node]]:
        """Interactions that are one question: all gaps of the text together, every other one alone."""
        inline = [node for node in asked if node.name in INLINE]
        if len(inline) == 1 and len(asked) == 1 and not self._in_the_middle(body, inline[0]):
            return [inline]
        groups: list[list[Node]] = []
        for node in asked:
            if node.name not in INLINE:
                groups.append([node])
            elif node is inline[0]:
                groups.append(inline)
        return groups

    def _in_the_middle(self, body: Node, node: Node) -> bool:
        """Whether words follow the gap; a choice always stands in its text."""
        if node.name == "inlineChoiceInteraction":
            return True
        html = Writer(self.writer.variables).inside(body, lambda _node: "\0")
        return bool(words(html.rpartition("\0")[2]))

    def _question(self, body: Node, group: list[Node], stem: Stem) -> Made:
        if group[0].name in INLINE and (len(group) > 1 or self._in_the_middle(body, group[0])):
            return self._gaps(body, group, stem)
        (node,) = group
        page = self._stem(body, lambda each: interactions.shown(each, self.writer) if each is node else "")
        response = self._response(node)
        made = interactions.question(
            Asking(node, response, replace(stem, text=page[0]), self.writer, self.texts)
        )
        return Made(made.question, tuple(dict.fromkeys((*made.notes, *page[1]))))

    def _gaps(self, body: Node, group: list[Node], stem: Stem) -> Made:
        blanks, notes = [], []
        for node in group:
            accepted, told = answers.accepted(self._response(node))
            if node.name == "inlineChoiceInteraction":
                offered = self._inline_choices(node)
                accepted = tuple(offered[value] for value in accepted if offered.get(value))
                told.append(answers.OFFERED)
            blanks.append((_identifier(node), accepted))
            notes += told
        own = set(map(id, group))
        text, told = self._stem(body, lambda each: self._gap(each) if id(each) in own else "")
        made = ours.fill_in_blank(replace(stem, text=text), blanks, *notes)
        return Made(made.question, tuple(dict.fromkeys((*made.notes, *told))))

    def _gap(self, node: Node) -> str:
        mark = GAP.format(escape(_identifier(node)))
        if node.name != "inlineChoiceInteraction":
            return mark
        return f"{mark} ({' / '.join(map(escape, self._inline_choices(node).values()))})"

    def _inline_choices(self, node: Node) -> dict[str, str]:
        return {
            child.attributes.get("identifier", "").strip(): words(self.writer.inside(child))
            or pictures.alternative(child)
            for child in node.children
            if child.name == "inlineChoice"
        }

    def _stem(self, body: Node, ask: Ask) -> tuple[str, list[str]]:
        page = self.texts.text(self._rubrics() + self.writer.inside(body, ask))
        return page.text, list(page.notes)

    def _response(self, node: Node) -> Response:
        return self.declared.get(_identifier(node)) or Response(_identifier(node))

    def _points(self, parts: int) -> tuple[Decimal, str]:
        whole, note = ours.points(declarations.points(self.root, self.declared))
        shared, _ = ours.points(whole * self.weight / parts)
        return shared, note


def _only(body: Node, group: list[Node]) -> Node:
    return Node(body.name, body.namespace, {}, "", body.location, group)


def _address(node: Node) -> str:
    return node.attributes.get("href", "").strip()


def _identifier(node: Node) -> str:
    return node.attributes.get("responseIdentifier", "").strip()


def _response_key(node: Node) -> str:
    return keys.key(_identifier(node), "response")[:29].strip("-._")
