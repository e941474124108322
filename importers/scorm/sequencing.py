"""Rules that only a run-time can follow: each by name, and read where the model has a place for it.

SCORM 1.2: the adlcp elements of an item (CAM §2.3.2.5). SCORM 2004: IMS Simple Sequencing (SN §3), ADL
navigation and the adlcp elements (CAM §3.4). None is ever carried out; all stay in the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from importers.scorm.standard import ADL, ADLCP_12, SEQUENCING
from importers.shared.xml import Node
from schemas.model import Location

MEASURE: Final = "sequencing/objectives/primaryObjective"
LIMIT: Final = "sequencing/limitConditions"

_ITEM_RULES: Final = {
    ADLCP_12: ("prerequisites", "maxtimeallowed", "timelimitaction", "datafromlms", "masteryscore"),
    f"{ADL}adlcp_v1p3": ("timeLimitAction", "dataFromLMS", "completionThreshold", "data"),
    f"{ADL}adlnav_v1p3": ("presentation",),
    SEQUENCING: ("sequencing",),
}
_GROUPS: Final = ("sequencingRules", "rollupRules", "objectives")
"""Elements of a sequencing that hold rules of their own."""
_ORGANIZATION_FLAGS: Final = ("objectivesGlobalToSystem", "sharedDataGlobalToSystem")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRule:
    """A rule: its name, alone of its kind where it stands, and its text ("" for one made of elements)."""

    name: str
    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Shared:
    """A sequencing that items refer to. `parts` are the rules that are read, by the element they stand in.

    The others are named once, with the collection: many items may refer to a long one.
    """

    location: Location
    parts: Mapping[str, ItemRule]


def collection(root: Node) -> dict[str, Shared]:
    """The sequencings that items refer to, by their ID."""
    holders = (child for child in root.children if _is(child, "sequencingCollection"))
    return {
        node.attributes.get("ID", ""): Shared(node.location, _read_parts(node))
        for holder in holders
        for node in holder.children
        if _is(node, "sequencing")
    }


def _read_parts(node: Node) -> dict[str, ItemRule]:
    rules = {rule.name: rule for rule in _sequencing(node, {})}
    return {name.split("/")[1]: rules[name] for name in (MEASURE, LIMIT) if name in rules}


def nodes(owner: Node) -> dict[str, Node]:
    """The first of each rule element of an item or organization, by name; a second is nobody's."""
    found: dict[str, Node] = {}
    for child in owner.children:
        if child.name in _ITEM_RULES.get(child.namespace, ()):
            found.setdefault(child.name, child)
    return found


def rules(owner: Node, shared: Mapping[str, Shared]) -> Iterator[ItemRule]:
    """All that an item or organization demands of a run-time."""
    for name, value in owner.attributes.items():
        if name.rpartition("}")[2] in _ORGANIZATION_FLAGS:
            yield ItemRule(name=name.rpartition("}")[2], text=value, location=owner.location)
    for name, node in nodes(owner).items():
        if name == "sequencing":
            yield from _sequencing(node, shared)
        else:
            yield ItemRule(name=name, text=node.text.strip(), location=node.location)


def _sequencing(node: Node, shared: Mapping[str, Shared]) -> Iterator[ItemRule]:
    """Each part of its own, and of a shared one what is read and it does not say itself (SN §3.2)."""
    reference = node.attributes.get("IDRef", "").strip()
    if reference:
        yield ItemRule(name="sequencing/IDRef", text=reference, location=node.location)
    own = {child.name for child in node.children}
    inherited = shared[reference].parts if reference in shared else {}
    yield from (rule for name, rule in inherited.items() if name not in own)
    named: Counter[str] = Counter()
    for part in node.children:
        for name, rule in _named(part):
            named[name] += 1
            number = f" {named[name]}" if named[name] > 1 else ""
            yield ItemRule(name=f"sequencing/{name}{number}", text=_text(rule), location=rule.location)


def _named(part: Node) -> Iterator[tuple[str, Node]]:
    if part.name not in _GROUPS or part.attributes or not part.children:
        yield part.name, part
    for child in part.children if part.name in _GROUPS else ():
        yield f"{part.name}/{child.name}", child


def _text(rule: Node) -> str:
    """What has a place in the model: the measure that satisfies an objective, the limit of an attempt."""
    if rule.name == "primaryObjective":
        if rule.attributes.get("satisfiedByMeasure", "").strip().lower() not in ("true", "1"):
            return ""
        measure = next((child for child in rule.children if _is(child, "minNormalizedMeasure")), None)
        return measure.text.strip() if measure else "1.0"  # SN §3.10.2: the default
    if rule.name == "limitConditions":
        return rule.attributes.get("attemptAbsoluteDurationLimit", "").strip()
    return ""


def _is(node: Node, name: str) -> bool:
    return (node.name, node.namespace) == (name, SEQUENCING)
