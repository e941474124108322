"""Problems (CAPA) taken apart: a document in which responses stand anywhere, also inside a table.

Each response becomes a part with the text before it; what stands behind the last one goes with that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from importers.olx.written import mathjax
from importers.shared import markup, pages
from importers.shared.xml import Node

MARK: Final = "<!--response-->"
"""Comments are never part of what `markup` writes, so this cannot come from the source."""
GAP: Final = " ____ "
TEXT_INPUTS: Final = frozenset(
    ("textline", "textbox", "formulaequationinput", "chemicalequationinput", "textarea", "matlabinput",
     "filesubmission", "numtolerance_input", "decoy_input")
)  # fmt: skip
CHOICES: Final = frozenset(("choicegroup", "checkboxgroup", "radiogroup", "annotationinput"))
PICTURES: Final = frozenset(("drag_and_drop_input", "imageinput"))
PROGRAMS: Final = frozenset(
    ("schematic", "jsinput", "jsme", "jsmeinput", "designprotein2dinput", "editageneinput", "crystallography",
     "vsepr_input", "javascriptinput", "editamolecule", "editamoleculeinput")
)  # fmt: skip
"""Inputs that are programs of the platform or of the author."""
_SILENT: Final = frozenset(
    ("script", "style", "startouttext", "endouttext", "answer", "responseparam", "hintgroup", "demandhint",
     "solution", "additional_answer", "correcthint", "stringequalhint", "choicehint", "optionhint",
     "compoundhint", "meta", "codeparam", "expectedcode", "grader_payload")
)  # fmt: skip
"""Elements that are no text of the question; what learners read in them goes into the explanation."""
_UNWRAPPED: Final = frozenset(("text", "problem", "span", "section", "center"))
_CELLS: Final = frozenset(("table", "thead", "tbody", "tr", "td", "th", "colgroup", "col"))
_NEW_BLOCK: Final = re.compile(r"(?:\s*<br>)*\s*(?=<(?:p|div|ul|ol|table|h\d|hr|pre|blockquote)\b)")
_VARIABLE: Final = re.compile(r"\$\{?([A-Za-z_]\w*)")


@dataclass(slots=True)
class Part:
    """A response with the HTML of its question, and of the solutions that stand in or behind it."""

    response: Node
    lead: str = ""
    tail: str = ""
    solutions: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def html(self) -> str:
        """Its text; a gap at the end, or alone, says nothing and is left out."""
        own = html_of(self.response).rstrip().removesuffix(GAP.strip())
        return mathjax(self.lead + (own if pages.words(own).replace("_", "").strip() else "") + self.tail)


@dataclass(slots=True)
class Problem:
    """`lead` is its text when it has no response; `scripts` are what the platform would run."""

    parts: list[Part] = field(default_factory=list)
    lead: str = ""
    solutions: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def variables(self) -> list[str]:
        """Names in the questions that a script gives values to."""
        text = self.lead + "".join(part.html + _attributes(part.response) for part in self.parts)
        known = set(re.findall(r"\w+", "\n".join(self.scripts)))
        return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name in known]


def is_response(node: Node) -> bool:
    return node.name.endswith("response") and node.name != "response"


def responses(problem: Node) -> list[Node]:
    """In document order; one inside another is part of that, and one in a solution asks nothing."""
    found: list[Node] = []
    waiting = [problem]
    while waiting:
        node = waiting.pop()
        if node is not problem and is_response(node):
            found.append(node)
        elif node.name not in _SILENT:
            waiting.extend(reversed(node.children))
    return found


def problem(root: Node) -> Problem:
    found = Problem()
    loose: list[str] = []
    layout = _layout(root)

    def replace(node: Node) -> str | None:
        if node in layout:
            return markup.inner_html(node, replace) + ("<br>" if node.name == "tr" else " ")
        if is_response(node):
            found.parts.append(Part(node, solutions=_solutions(node)))
            return MARK
        if node.name == "solution":
            (found.parts[-1].solutions if found.parts else found.solutions).append(html_of(node))
            return ""
        if node.name in ("demandhint", "hintgroup"):
            loose.extend(hints(node))
        if node.name == "script":
            found.scripts.append(node.text)
        return _plain(node, replace)

    pieces = markup.inner_html(root, replace).split(MARK)
    for part, lead in zip(found.parts, pieces, strict=False):
        part.lead = lead
    if not found.parts:
        found.lead = mathjax(pieces[0])
        return found
    last = found.parts[-1]
    last.solutions = [*found.solutions, *last.solutions]
    last.hints += loose
    last.tail = _behind(last, pieces[-1])
    return found


def _layout(root: Node) -> set[Node]:
    """Tables that only put inputs in their places: cut at the responses, they are none any more."""
    tables = (node for node in root.walk() if node.name == "table" and responses(node))
    return {each for table in tables for each in table.walk() if each.name in _CELLS}


def _behind(part: Part, text: str) -> str:
    """What stands behind the last response; where that is an input in a sentence, the gap shows it."""
    if not pages.words(text):
        return ""
    typed = any(node.name in TEXT_INPUTS for node in part.response.walk())
    said = pages.words(html_of(part.response)).replace("_", "")
    apart = _NEW_BLOCK.match(text)
    if apart:
        return text[apart.end() :]
    return (GAP if typed and not said else "") + text


def html_of(node: Node) -> str:
    """The text inside an element, inputs as gaps."""

    def replace(each: Node) -> str | None:
        if each.name in TEXT_INPUTS or each.name == "optioninput":
            return GAP + each.attributes.get("trailing_text", "")
        if each.name in CHOICES | PICTURES | PROGRAMS:
            return ""
        return _plain(each, replace)

    return markup.inner_html(node, replace)


def _plain(node: Node, replace: markup.Replace) -> str | None:
    if node.name in _SILENT:
        return ""
    if node.name in _UNWRAPPED:
        return markup.inner_html(node, replace)
    if node.name in ("label", "description"):
        return f"<p>{markup.inner_html(node, replace)}</p>"
    return None


def _solutions(node: Node) -> list[str]:
    return [html_of(each) for each in node.walk() if each.name == "solution"]


def hints(node: Node) -> list[str]:
    """The texts that learners may ask for, or get for certain answers (hintgroup)."""
    return [
        html_of(each) for each in node.walk() if each.name in ("hint", "hintpart") and not each.first("hint")
    ]


def _attributes(response: Node) -> str:
    return " ".join(
        value for node in response.walk() if node.name not in _SILENT for value in node.attributes.values()
    )
