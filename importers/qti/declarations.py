"""Declarations of an item (QTI 2.2 §5.5): what is right, what it is worth, and values by default."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from importers.qti import processing
from importers.shared.xml import Node

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Response:
    """`correct` is what the source calls so, `worth` the points of mapped values, `compared` what its own
    processing gives points for; `computed`: what is correct is worked out for each learner.
    """

    identifier: str
    cardinality: str = "single"
    correct: tuple[str, ...] = ()
    worth: Mapping[str, Decimal] = field(default_factory=dict)
    compared: tuple[str, ...] = ()
    case: bool = False
    computed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is right to choose: of several sources, the one that says most clearly so."""
        if self.cardinality == "single" and self.worth:
            most = max(self.worth.values())
            best = [value for value, worth in self.worth.items() if worth == most > 0]
            return tuple(dict.fromkeys([*self.correct, *best]))
        return self.correct or self._gaining or self.compared

    @property
    def typed(self) -> tuple[str, ...]:
        """All that is right to type, the best first."""
        return tuple(dict.fromkeys([*self.correct, *self._gaining, *self.compared]))

    @property
    def partial(self) -> bool:
        """Whether right values gain different points."""
        return len({worth for worth in self.worth.values() if worth > 0}) > 1

    @property
    def _gaining(self) -> tuple[str, ...]:
        gaining = [value for value, worth in self.worth.items() if worth > 0]
        return tuple(sorted(gaining, key=lambda value: -self.worth[value]))


def responses(item: Node) -> dict[str, Response]:
    """The response declarations of a (canonical) item, by identifier."""
    compared, computed = processing.compared(item), processing.computed(item)
    found = (node for node in item.children if node.name == "responseDeclaration")
    return {made.identifier: made for made in (_response(node, compared, computed) for node in found)}


def _response(
    node: Node, compared: Mapping[str, list[processing.Compared]], computed: Collection[str]
) -> Response:
    identifier = node.attributes.get("identifier", "").strip()
    correct = [value for child in node.children if child.name == "correctResponse" for value in values(child)]
    entries = [
        entry
        for child in node.children
        if child.name == "mapping"
        for entry in child.children
        if entry.name == "mapEntry"
    ]
    worth = {
        entry.attributes.get("mapKey", "").strip(): number(entry.attributes.get("mappedValue", ""))
        or _NOTHING
        for entry in entries
    }
    tested = compared.get(identifier, [])
    return Response(
        identifier=identifier,
        cardinality=node.attributes.get("cardinality", "single").strip(),
        correct=tuple(filter(None, correct)),
        worth={value: gained for value, gained in worth.items() if value},
        compared=tuple(dict.fromkeys(each.value for each in tested)),
        case=any(entry.attributes.get("caseSensitive", "").strip() == "true" for entry in entries),
        computed=identifier in computed,
        notes=tuple(dict.fromkeys(each.note for each in tested if each.note)),
    )


def values(node: Node) -> list[str]:
    """The `value` elements right below; records write theirs with a field identifier."""
    return [" ".join(child.text.split()) for child in node.children if child.name == "value"]


def defaults(item: Node) -> dict[str, str]:
    """Default values of template and outcome variables: what is printed where nothing was drawn yet."""
    found = {}
    for node in item.children:
        if node.name in ("templateDeclaration", "outcomeDeclaration", "contextDeclaration"):
            given = [
                value for child in node.children if child.name == "defaultValue" for value in values(child)
            ]
            if given:
                found[node.attributes.get("identifier", "").strip()] = ", ".join(given)
    return found


def points(item: Node, declared: Mapping[str, Response]) -> Decimal | None:
    """MAXSCORE, else the normal maximum of SCORE, else what mappings give, else the most that is set."""
    outcomes = {
        node.attributes.get("identifier", "").strip(): node
        for node in item.children
        if node.name == "outcomeDeclaration"
    }
    for found in _stated(outcomes):
        if found:
            return found
    mapped = sum((_most(item, response) for response in declared.values()), _NOTHING)
    return mapped or processing.most(item)


def _stated(outcomes: Mapping[str, Node]) -> Iterator[Decimal | None]:
    for name in ("MAXSCORE", "MAX_SCORE"):
        if name in outcomes:
            given = [value for child in outcomes[name].children for value in values(child)]
            yield number(given[0]) if given else None
    if "SCORE" in outcomes:
        yield number(outcomes["SCORE"].attributes.get("normalMaximum", ""))


def _most(item: Node, response: Response) -> Decimal:
    """What a mapping gives at most: its upper bound, its best entry, or all those of a multiple response."""
    for node in item.children:
        if (
            node.name != "responseDeclaration"
            or node.attributes.get("identifier", "").strip() != response.identifier
        ):
            continue
        bounds = (
            child.attributes.get("upperBound", "") for child in node.children if child.name == "mapping"
        )
        bound = number(next(bounds, ""))
        if bound:
            return bound
    gains = [worth for worth in response.worth.values() if worth > 0]
    if response.cardinality == "single":
        return max(gains, default=_NOTHING)
    return sum(gains, _NOTHING)


def number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def infinite(item: Node) -> bool:
    """Whether a variable starts at a number that no gradebook can hold (INF, NaN)."""
    return any(
        value.strip().upper() in ("INF", "-INF", "+INF", "NAN", "INFINITY", "-INFINITY")
        for node in item.children
        if node.name == "outcomeDeclaration" and node.attributes.get("baseType", "") in ("float", "integer")
        for child in node.children
        if child.name == "defaultValue"
        for value in values(child)
    )
