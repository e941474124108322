"""What a problem tells after an answer: solutions, feedback and hints as the explanation of a question."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from importers.olx.capa import Part, html_of
from importers.olx.written import mathjax
from importers.shared import markup, pages
from importers.shared.xml import Node

HINTS: Final = "hints stand in the explanation"
FEEDBACK: Final = "feedback on single answers stands in the explanation"
_OF_ANSWERS: Final = frozenset(
    ("choicehint", "optionhint", "correcthint", "stringequalhint", "compoundhint", "regexphint")
)


def explanation(part: Part) -> tuple[str, list[str]]:
    """As HTML, and what has to be said about it."""
    said = list(_feedback(part.response))
    hints = [each for each in part.hints if pages.words(each)]
    html = "".join(part.solutions)
    html += f"<ul>{''.join(said)}</ul>" if said else ""
    html += "".join(f"<p>Hint: {each}</p>" for each in hints)
    return mathjax(html), [FEEDBACK] * bool(said) + [HINTS] * bool(hints)


def _feedback(response: Node) -> Iterator[str]:
    """Each with the answer it is about."""
    for node in response.walk():
        for hint in node.children:
            if hint.name in _OF_ANSWERS and pages.words(html_of(hint)):
                about = escape(_answer(node, hint))
                yield f"<li>{f'<b>{about}</b>: ' if about else ''}{html_of(hint)}</li>"


def _answer(node: Node, hint: Node) -> str:
    if hint.name in ("choicehint", "optionhint"):
        text = pages.words(markup.inner_html(node, lambda each: "" if each.name in _OF_ANSWERS else None))
        unselected = hint.attributes.get("selected", "").strip().lower() == "false"
        return f"{text} (not chosen)" if unselected else text
    given = hint.attributes.get("answer") or hint.attributes.get("value") or ""
    return given or node.attributes.get("answer", "")
