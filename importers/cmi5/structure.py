"""A cmi5 course structure as the parts of a course (cmi5 1.0 §13.1). It has been found sound before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from importers.shared import hrefs, iris, naming
from importers.shared.outcome import CARRIED, STAYS, Outcome, skipped
from importers.shared.structure import Fact, Part, Structure
from importers.shared.xml import Document, Node

NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"

_CENT: Final = Decimal("0.01")
_AU_ATTRIBUTES: Final = ("moveOn", "launchMethod", "activityType")
_AU_ELEMENTS: Final = ("objectives", "launchParameters", "entitlementKey")
_TEXTS: Final = ("title", "description", "url")


def of(document: Document, name: str, digest: str) -> Structure:
    """`name` is that of the file, `digest` that of its bytes."""
    root = document.root
    course = next(child for child in root.children if child.name == "course")
    identifier = identifier_of(course)
    everything = [node for node in root.walk() if node.name in ("au", "block")]
    keys = iris.keys_below(identifier, [identifier_of(node) for node in everything], "au")
    folder = name[: name.rfind("/") + 1]
    return Structure(
        standard="cmi5",
        manifests=(name,),
        name=naming.name(iris.without_scheme(identifier), text(course, "title"), digest),
        title=text(course, "title"),
        description=text(course, "description"),
        parts=tuple(_parts(root, keys, folder)),
        facts=(*_facts(root, course), *_unread(document)),
        location=root.location,
    )


def _parts(owner: Node, keys: Mapping[str, str], folder: str) -> Iterator[Part]:
    for node in owner.children:
        if node.name == "au":
            yield _unit(node, keys, folder)
        elif node.name == "block":
            yield Part(
                identifier=identifier_of(node),
                key=keys[identifier_of(node)],
                title=text(node, "title"),
                description=text(node, "description"),
                rules=tuple(_rules(node)),
                children=tuple(_parts(node, keys, folder)),
                location=node.location,
            )


def _unit(node: Node, keys: Mapping[str, str], folder: str) -> Part:
    score = node.attributes.get("masteryScore", "").strip()
    return Part(
        identifier=identifier_of(node),
        key=keys[identifier_of(node)],
        title=text(node, "title"),
        description=text(node, "description"),
        address=hrefs.join(folder, text(node, "url")),
        passing_score=(Decimal(score) * 100).quantize(_CENT) if score else None,
        rules=tuple(_rules(node)),
        location=node.location,
    )


def _rules(node: Node) -> Iterator[tuple[str, Outcome]]:
    """All that the LMS is asked to do; the mastery score of a unit has a place in the model."""
    if node.name == "au":
        yield "id", STAYS
    for name in _AU_ATTRIBUTES:
        if name in node.attributes:
            yield name, STAYS
    if node.attributes.get("masteryScore", "").strip():
        yield "masteryScore", CARRIED
    for child in node.children:
        if child.name in _AU_ELEMENTS:
            yield child.name, STAYS
        elif child.name not in (*_TEXTS, "au", "block"):
            yield f"{child.name} at {child.location.line}:{child.location.column}", STAYS
    if any(len(strings) > 1 for strings in (_strings(node, name) for name in _TEXTS)):
        yield "other languages", STAYS


def _facts(root: Node, course: Node) -> Iterator[Fact]:
    """What stands beside the blocks and units."""
    for node in (*course.children, *root.children):
        if node.name == "objectives":
            for objective in node.children:
                where = f"{objective.name} {identifier_of(objective)}".strip()
                yield Fact(kind="metadata", name=where, outcome=STAYS, location=objective.location)
        elif node.name not in (*_TEXTS, "course", "au", "block"):
            where = f"{node.name} at {node.location.line}:{node.location.column}"
            yield Fact(kind="element", name=where, outcome=STAYS, location=node.location)
    if any(len(_strings(course, name)) > 1 for name in _TEXTS):
        yield Fact(kind="metadata", name="other languages", outcome=STAYS, location=course.location)


def _unread(document: Document) -> Iterator[Fact]:
    for name, here in document.disobeyed:
        where = f"{name} at {here.line}:{here.column}"
        yield Fact(kind="element", name=where, outcome=skipped("not obeyed"), location=here)


def identifier_of(node: Node) -> str:
    return " ".join(node.attributes.get("id", "").split())


def text(node: Node, name: str) -> str:
    """What a url says, or a title or description in the first language that says something."""
    return next(iter(_strings(node, name)), "")


def _strings(node: Node, name: str) -> list[str]:
    child = next((child for child in node.children if child.name == name), None)
    if child is None:
        return []
    texts = [child, *(each for each in child.children if each.name == "langstring")]
    return [each.text.strip() for each in texts if each.text.strip()]
