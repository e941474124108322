"""The elements that all items of QTI 1.2 share, and what the two dialects call things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from exporters.shared.xml import Child, Element, Text, element


@dataclass(frozen=True, slots=True)
class Dialect:
    """`namespace` of the document; `cartridge`: only what the profile of Common Cartridge allows."""

    namespace: str
    cartridge: bool


CARTRIDGE: Final = Dialect("http://www.imsglobal.org/xsd/ims_qtiasiv1p2", cartridge=True)
PLAIN: Final = Dialect("http://www.imsglobal.org/xsd/ims_qtiasiv1p2", cartridge=False)


def metadata(fields: Mapping[str, str]) -> Element:
    return element(
        "qtimetadata",
        {},
        *(
            element(
                "qtimetadatafield",
                {},
                element("fieldlabel", {}, Text(label)),
                element("fieldentry", {}, Text(entry)),
            )
            for label, entry in fields.items()
        ),
    )


def material(html: str) -> Element:
    """HTML as text: the type says that it is markup (§3.5.1)."""
    return element("material", {}, element("mattext", {"texttype": "text/html"}, Text(html)))


def choices(ident: str, cardinality: str, labels: Iterable[tuple[str, str]], before: Child = None) -> Element:
    """`labels` are (ident, HTML); `before` is what stands beside them, the left side of a pair."""
    rendering = element(
        "render_choice",
        {},
        *(element("response_label", {"ident": name}, material(html)) for name, html in labels),
    )
    return element("response_lid", {"ident": ident, "rcardinality": cardinality}, before, rendering)


def typed(ident: str, rows: str | None = None) -> Element:
    rendering = element("render_fib", {"prompt": "Box" if rows else "Dashline", "rows": rows})
    return element("response_str", {"ident": ident, "rcardinality": "Single"}, rendering)


def equal(ident: str, value: str, case: str | None = None) -> Element:
    return element("varequal", {"respident": ident, "case": case}, Text(value))


def processing(*conditions: Element) -> Element:
    variable = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    outcomes = element("outcomes", {}, element("decvar", variable))
    return element("resprocessing", {}, outcomes, *conditions)


def gaining(tests: Iterable[Element], percent: str = "100", action: str = "Set") -> Element:
    """A condition that gives a share of the points. Moodle takes 100 for right."""
    setter = element("setvar", {"varname": "SCORE", "action": action}, Text(percent))
    return element(
        "respcondition", {"continue": "No" if action == "Set" else "Yes"}, conditions(*tests), setter
    )


def always(*shown: Child) -> Element:
    """A condition that every answer meets."""
    return element("respcondition", {"continue": "Yes"}, conditions(element("other")), *shown)


def conditions(*tests: Element) -> Element:
    return element("conditionvar", {}, *tests)
