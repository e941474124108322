"""Bodies, prompts, choices and feedback of QTI 2 and 3 → HTML, interactions and variables replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from importers.qti.vocabulary import is_interaction
from importers.shared import markup
from importers.shared.xml import Node

_MARKUP: Final = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:br|img|hr)\b[^<>]*>")
_UNWRAPPED: Final = frozenset(
    (
        "contentBody",
        "htmlContent",
        "hottext",
        "infoControl",
        "itemBody",
        "mediaInteraction",
        "positionObjectStage",
        "prompt",
        "stimulusBody",
        "templateBlock",
        "templateInline",
    )
)
_FEEDBACK: Final = frozenset(("feedbackBlock", "feedbackInline"))
_SILENT: Final = frozenset(
    (
        "assessmentStimulusRef",
        "catalogInfo",
        "choiceRationales",
        "inlineChoiceRationales",
        "endAttemptInteraction",
        "stylesheet",
    )
)
_RUBRICS: Final = frozenset(("rubricBlock", "teacherInstructions"))
_SHOWN_TO: Final = frozenset(("", "candidate", "all"))
Ask = Callable[[Node], str]
"""HTML to stand where an interaction is, or a gap in one."""


@dataclass(slots=True)
class Writer:
    """Of one document. `written_html`: its texts are HTML in CDATA, as several tools have it.

    `variables` are the values to print; `notes` gathers what is not shown, `hidden` whom rubrics are for.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    written_html: bool = False
    notes: list[str] = field(default_factory=list)
    hidden: list[Node] = field(default_factory=list)

    def inside(self, node: Node, ask: Ask = lambda _node: "") -> str:
        """The content of an element, without the interactions in it unless `ask` says what stands there."""
        if self._is_html(node):
            return node.text
        return markup.inner_html(node, lambda child: self._replaced(child, ask))

    def _replaced(self, node: Node, ask: Ask) -> str | None:
        """None for what is HTML already."""
        if is_interaction(node) or node.name == "gap":
            return ask(node)
        if node.name in _UNWRAPPED:
            return self.inside(node, ask)
        if node.name in _FEEDBACK:
            return self.inside(node, ask) if any(map(is_interaction, node.walk())) else ""
        if node.name in _RUBRICS:
            return self._rubric(node, ask)
        return self._own(node)

    def _own(self, node: Node) -> str | None:
        """Elements without interactions in them."""
        match node.name:
            case "printedVariable":
                return self._variable(node)
            case "math":
                return self._formula(node)
            case "include":
                self.notes.append("XInclude is not followed: what it names is left out")
                return ""
            case name if name in _SILENT:
                return ""
            case name:
                return f"<{name}>{node.text}</{name}>" if self._is_html(node) else None

    def _rubric(self, node: Node, ask: Ask) -> str:
        views = node.attributes.get("view", "").split() or ([] if node.name == "rubricBlock" else ["teacher"])
        if not views or any(view.lower() in _SHOWN_TO for view in views):
            return f"<div>{self.inside(node, ask)}</div>"
        self.hidden.append(node)
        self.notes.append(
            f"a rubric for {' and '.join(views)} is not shown to learners: its source is attached"
        )
        return ""

    def _variable(self, node: Node) -> str:
        name = node.attributes.get("identifier", "").strip()
        if name not in self.variables:
            self.notes.append(
                f"the value of {name} is not known before the source runs: its name stands there"
            )
        return escape(self.variables.get(name, name))

    def _formula(self, node: Node) -> str:
        """Template variables inside formulas are written as identifiers (QTI 2.2 §5.8.2)."""

        def value(child: Node) -> str | None:
            if child.name in ("mi", "ci") and child.text.strip() in self.variables and not child.children:
                return f"<mn>{escape(self.variables[child.text.strip()])}</mn>"
            return None

        return markup.outer_html(node, value)

    def _is_html(self, node: Node) -> bool:
        return self.written_html and not node.children and bool(_MARKUP.search(node.text))
