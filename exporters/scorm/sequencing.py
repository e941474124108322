"""SCORM 2004 sequencing of an item (SN 1.1, IMS SS 1.0): what passes it, what waits for it, what counts.

Parts stand in the order their schema demands. Whoever waits does so by an objective that both share: an item
sees no other item's state, only objectives.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from exporters.scorm import identifiers
from exporters.scorm.outline import Item
from exporters.shared.xml import Child, Element, Text, element
from schemas.model import Bundle, Course

_PASSED: Final = "PASSED"


def of_organization() -> Element:
    return element("imsss:sequencing", {}, _FREE)


def of_item(item: Item, bundle: Bundle, waited_for: frozenset[str]) -> Element:
    """`waited_for` are the keys of the courses that are somebody's prerequisite."""
    announces = item.section is None and item.course.key in waited_for
    return element(
        "imsss:sequencing",
        {},
        None if item.start else _FREE,
        _waits() if item.prerequisite else None,
        _rollup(item),
        element(
            "imsss:objectives",
            {},
            _primary(item, identifiers.passed(bundle, item.course) if announces else None),
            _awaited(bundle, item.prerequisite) if item.prerequisite else None,
        ),
        # Without it a platform may call a unit complete, or passed, by itself (SN 4.5.4).
        element("imsss:deliveryControls", {"completionSetByContent": "true", "objectiveSetByContent": "true"})
        if item.start
        else None,
    )


_FREE: Final = element("imsss:controlMode", {"choice": "true", "flow": "true"})
_AWAITED: Final = "PREREQUISITE"


def _waits() -> Element:
    """Closed until the other course is passed. While nobody knows, "not satisfied" alone leaves it open."""
    conditions = (
        element(
            "imsss:ruleCondition",
            {"referencedObjective": _AWAITED, "operator": "not", "condition": condition},
        )
        for condition in ("satisfied", "objectiveStatusKnown")
    )
    rule = element(
        "imsss:preConditionRule",
        {},
        element("imsss:ruleConditions", {"conditionCombination": "any"}, *conditions),
        element("imsss:ruleAction", {"action": "disabled"}),
    )
    return element("imsss:sequencingRules", {}, rule)


def _rollup(item: Item) -> Element | None:
    """What is optional counts for nothing above; what has no grade, only for completion."""
    if item.required and item.graded:
        return None
    return element(
        "imsss:rollupRules",
        {
            "rollupObjectiveSatisfied": "false",
            "rollupProgressCompletion": None if item.required else "false",
            "objectiveMeasureWeight": "0",
        },
    )


def _primary(item: Item, shared: str | None) -> Element:
    mastery = item.start.unit.mastery if item.start else None
    measure: Child = None
    if mastery is not None:
        measure = element("imsss:minNormalizedMeasure", {}, Text(measure_of(mastery)))
    told = {"readSatisfiedStatus": "false", "readNormalizedMeasure": "false", "writeSatisfiedStatus": "true"}
    return element(
        "imsss:primaryObjective",
        {"objectiveID": _PASSED, "satisfiedByMeasure": "false" if mastery is None else "true"},
        measure,
        element("imsss:mapInfo", {"targetObjectiveID": shared, **told}) if shared else None,
    )


def _awaited(bundle: Bundle, prerequisite: Course) -> Element:
    target = identifiers.passed(bundle, prerequisite)
    read = {"readSatisfiedStatus": "true", "readNormalizedMeasure": "false"}
    return element(
        "imsss:objective",
        {"objectiveID": _AWAITED},
        element("imsss:mapInfo", {"targetObjectiveID": target, **read}),
    )


def measure_of(percentage: Decimal) -> str:
    """A percentage as a share of one, without an exponent."""
    return f"{(percentage / 100).normalize():f}"
