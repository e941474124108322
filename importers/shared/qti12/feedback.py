"""Feedback, hints and solutions of QTI 1.2 → one explanation, each under the name of its occasion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from importers.shared.figures import Figures
from importers.shared.qti12 import material
from importers.shared.qti12.scoring import Condition
from importers.shared.xml import Node

_SHOWN_TO: Final = frozenset(("", "all", "candidate"))
_NOTE: Final = "feedback on single answers stands in the explanation, under their names"
_KEPT_BACK: Final = "feedback for {} is not shown to learners: left out"


def explanation(
    item: Node, conditions: list[Condition], answers: Mapping[str, str], texts: Figures
) -> tuple[str, list[str]]:
    """Markdown and notes. `answers` are the texts of options by their idents."""
    parts: dict[str, None] = {}
    notes: list[str] = []
    linking: dict[str, list[Condition]] = {}
    for condition in conditions:
        for ident in condition.links:
            linking.setdefault(ident, []).append(condition)
    names = frozenset(answers.values())
    for feedback in item.children:
        if feedback.name != "itemfeedback":
            continue
        view = feedback.attributes.get("view", "").strip().lower()
        if view not in _SHOWN_TO:
            notes.append(_KEPT_BACK.format(view))
            continue
        ident = feedback.attributes.get("ident", "").strip()
        when = _when(ident, linking.get(ident, []), answers)
        if when in names:
            notes.append(_NOTE)
        for name, html in _parts(feedback, when):
            page = texts.text(html)
            notes += page.notes
            if page.text:
                parts[_named(name, page.text)] = None
    return "\n\n".join(parts), notes


def _parts(feedback: Node, when: str) -> Iterator[tuple[str, str]]:
    plain = [child for child in feedback.children if child.name not in ("hint", "solution")]
    yield (
        when,
        "".join(material.html(child) for child in plain if child.name != "material")
        + "".join(material.html(child) for child in plain if child.name == "material"),
    )
    for child in feedback.children:
        if child.name in ("hint", "solution"):
            yield child.name.capitalize(), material.html(child)


def _when(ident: str, linking: list[Condition], answers: Mapping[str, str]) -> str:
    """The circumstances under which feedback is shown: "" for always."""
    if any((condition.score or 0) > 0 for condition in linking):
        return "Correct"
    named = {leaf.value for condition in linking for leaf in condition.named}
    if len(named) == 1:
        (value,) = named
        return answers.get(value, value) or "Incorrect"
    name = ident.lower()
    if "incorrect" in name or named or any(condition.score is not None for condition in linking):
        return "Incorrect"
    return "Correct" if name.startswith("correct") else ""


def _named(name: str, text: str) -> str:
    if not name:
        return text
    label = " ".join(name.replace("*", "").split())
    return f"**{label}:** {text}" if "\n" not in text else f"**{label}:**\n\n{text}"
