"""What only Canvas writes: the modules of course_settings/module_meta.xml, and small files of settings.

Canvas lists in the organization what learners see; unpublished things, external tools, prerequisites,
requirements and dates are here alone (https://canvas.instructure.com/xsd/cccv1p0.xsd).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from importers.shared.xml import Node
from schemas.model import Location

MODULES: Final = "course_settings/module_meta.xml"
SETTINGS: Final = "course_settings/course_settings.xml"
FILES: Final = "course_settings/files_meta.xml"
RUBRICS: Final = "course_settings/rubrics.xml"
_SAYS_NOTHING: Final = frozenset(("", "false", "0", "0.0", "none", "null"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line of a module. `reference` is the identifier of a resource; external tools have a `url`."""

    identifier: str
    kind: str
    title: str
    reference: str
    url: str
    published: bool
    location: Location
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """`settings` are its prerequisites, requirements and dates, in words."""

    identifier: str
    title: str
    published: bool
    location: Location
    items: tuple[Placed, ...]
    settings: tuple[str, ...] = ()


def value(node: Node, name: str) -> str:
    """The text of a child, "" without one."""
    child = next((child for child in node.children if child.name == name), None)
    return child.text.strip() if child else ""


def child(node: Node, name: str) -> Node | None:
    return next((each for each in node.children if each.name == name), None)


def said(node: Node, known: frozenset[str]) -> Iterator[str]:
    """What an element sets otherwise than off: "grading_type: percent"; `known` is told elsewhere.

    Elements with others inside are named alone: what they hold is in the file that is kept.
    """
    for each in node.children:
        text = " ".join(each.text.split())
        if each.name in known:
            continue
        if each.children and any(part.text.strip() or part.attributes for part in each.walk()):
            yield f"{each.name} (in the kept file)"
        elif text.lower() not in _SAYS_NOTHING:
            yield f"{each.name}: {text if len(text) <= 200 else text[:199] + '…'}"


def moment(text: str) -> datetime | None:
    """A date of an export; Canvas writes them in UTC without saying so."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not 1970 <= parsed.year <= 9_000:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def modules(root: Node) -> tuple[Module, ...]:
    nodes = [node for node in root.children if node.name == "module"]
    titles = {
        (inner or node).attributes.get("identifier", ""): value(inner or node, "title")
        for node in nodes
        for inner in (None, *_children_of(node, "items"))
    }
    return tuple(_module(node, titles) for node in nodes)


def _module(node: Node, titles: Mapping[str, str]) -> Module:
    return Module(
        identifier=node.attributes.get("identifier", "").strip(),
        title=value(node, "title"),
        published=value(node, "workflow_state") not in ("unpublished", "deleted"),
        location=node.location,
        items=tuple(_placed(item) for item in _children_of(node, "items")),
        settings=tuple(_settings(node, titles)),
    )


def _placed(node: Node) -> Placed:
    known = frozenset(
        (
            *("content_type", "workflow_state", "title", "identifierref", "url", "position"),
            *("global_identifierref", "link_settings_json"),
        )
    )
    return Placed(
        identifier=node.attributes.get("identifier", "").strip(),
        kind=value(node, "content_type"),
        title=value(node, "title"),
        reference=value(node, "identifierref"),
        url=value(node, "url"),
        published=value(node, "workflow_state") not in ("unpublished", "deleted"),
        location=node.location,
        settings=tuple(said(node, known)),
    )


def _settings(node: Node, titles: Mapping[str, str]) -> Iterator[str]:
    known = frozenset(
        ("title", "workflow_state", "position", "items", "prerequisites", "completionRequirements")
    )
    yield from said(node, known)
    for each in _children_of(node, "prerequisites"):
        yield f"prerequisite: {value(each, 'title') or titles.get(value(each, 'identifierref'), '?')}"
    for each in _children_of(node, "completionRequirements"):
        score = value(each, "min_score")
        about = titles.get(value(each, "identifierref"), value(each, "identifierref"))
        yield f"requirement: {each.attributes.get('type', '?')}{f' {score}' if score else ''}: {about}"


def _children_of(node: Node, name: str) -> list[Node]:
    found = child(node, name)
    return found.children if found else []
