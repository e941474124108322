"""Feedback of an item (modal, block, inline, rationales) → one explanation, each under its occasion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from importers.qti.body import Writer
from importers.qti.vocabulary import is_interaction
from importers.shared.figures import Figures
from importers.shared.pages import words
from importers.shared.xml import Node

_NOTE: Final = "feedback on single answers stands in the explanation, under their names"
_KINDS: Final = frozenset(("modalFeedback", "feedbackBlock", "feedbackInline", "rationale"))
_CHOICES: Final = frozenset(("simpleChoice", "hottext", "inlineChoice", "simpleAssociableChoice", "gapText"))


def explanation(item: Node, writer: Writer, texts: Figures) -> tuple[str, list[str]]:
    """Markdown and notes. Feedback that holds interactions stays where it is, in the body."""
    answers = {
        node.attributes.get("identifier", "").strip(): words(writer.inside(node))
        for node in item.walk()
        if node.name in _CHOICES
    }
    names = frozenset(answers.values())
    parts: dict[str, None] = {}
    notes: list[str] = []
    for node, around in _feedback(item, ""):
        page = texts.text(writer.inside(node))
        notes += page.notes
        if not page.text:
            continue
        when = _when(node, around, answers)
        if when and when in names:
            notes.append(_NOTE)
        parts[_named(when, page.text)] = None
    return "\n\n".join(parts), notes


def _feedback(node: Node, choice: str) -> Iterator[tuple[Node, str]]:
    """Each with the identifier of the choice it stands in."""
    for child in node.children:
        if child.name in _KINDS and not any(map(is_interaction, child.walk())):
            yield child, choice
        else:
            own = child.attributes.get("identifier", "").strip() if child.name in _CHOICES else choice
            yield from _feedback(child, own)


def _when(node: Node, choice: str, answers: Mapping[str, str]) -> str:
    """The occasion on which feedback is shown; "" for always, or one that is not known."""
    identifier = node.attributes.get("identifier", "").strip()
    for known in (choice, identifier):
        if answers.get(known):
            return answers[known]
    title = node.attributes.get("title", "").strip()
    if title:
        return title
    name = identifier.lower()
    if any(word in name for word in ("incorrect", "wrong", "false")):
        return "Incorrect"
    return "Correct" if "correct" in name or name == "true" else ""


def _named(name: str, text: str) -> str:
    if not name:
        return text
    label = " ".join(name.replace("*", "").split())
    return f"**{label}:** {text}" if "\n" not in text else f"**{label}:**\n\n{text}"
