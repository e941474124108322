"""imsmanifest.xml: one organization, a SCO for each unit, and every file once (CAM 3.4 of both versions)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from exporters import launched
from exporters.launched import Start
from exporters.scorm import identifiers, sequencing
from exporters.scorm.editions import Edition
from exporters.scorm.outline import Item
from exporters.shared.xml import Child, Element, Text, document, element
from schemas.model import Bundle

NAME: Final = "imsmanifest.xml"
_PLAYER: Final = "PLAYER"
_BUNDLE: Final = "BUNDLE"
_PROSE: Final = 1_000
"""Characters of a description (IMS MD 1.2.1)."""


def write(
    bundle: Bundle, items: Sequence[Item], units: Sequence[Start], edition: Edition, inside: Sequence[str]
) -> bytes:
    """`inside` are the files of the bundle in the package."""
    title = units[0].course.title if len(bundle.courses) == 1 else bundle.title
    return document(
        element(
            "manifest",
            {"identifier": identifiers.manifest(bundle), "version": "1.0", **edition.attributes()},
            _metadata(bundle, title, units, edition),
            element(
                "organizations",
                {"default": identifiers.organization(bundle)},
                _organization(bundle, title, items, edition),
            ),
            element(
                "resources",
                {},
                *(_sco(start, edition) for start in units),
                _files(_PLAYER, launched.player_names(units), edition),
                _files(_BUNDLE, inside, edition),
            ),
        )
    )


def _metadata(bundle: Bundle, title: str, units: Sequence[Start], edition: Edition) -> Element:
    return element(
        "metadata",
        {},
        _text("schema", "ADL SCORM"),
        _text("schemaversion", edition.version),
        None if edition.sequenced else _general(bundle, title, units),
    )


def _general(bundle: Bundle, title: str, units: Sequence[Start]) -> Element:
    """LOM for SCORM 1.2, whose schema has it; 2004 asks for none, and its schema lies in seven files more."""
    language = units[0].unit.language
    described = bundle.courses[0].description if len(bundle.courses) == 1 else None

    def said(name: str, text: str) -> Element:
        return element(name, {}, element("imsmd:langstring", {"xml:lang": language}, Text(text)))

    return element(
        "imsmd:lom",
        {},
        element(
            "imsmd:general",
            {},
            said("imsmd:title", title),
            _text("imsmd:language", language),
            said("imsmd:description", described[:_PROSE]) if described else None,
        ),
    )


# ── items ────────────────────────────────────────────────────────────────────────────────────────


def _organization(bundle: Bundle, title: str, items: Sequence[Item], edition: Edition) -> Element:
    every = [each for item in items for each in item.walk()]
    waited_for = frozenset(each.prerequisite.key for each in every if each.prerequisite)
    alone = len(every) == 1
    children = (
        _item(item, bundle, every, edition, waited_for if edition.sequenced else frozenset(), alone=alone)
        for item in items
    )
    shared = {"adlseq:objectivesGlobalToSystem": "false"} if edition.sequenced else {}
    return element(
        "organization",
        {"identifier": identifiers.organization(bundle), **shared},
        _text("title", title),
        *children,
        sequencing.of_organization() if edition.sequenced else None,
    )


def _item(
    item: Item,
    bundle: Bundle,
    every: Sequence[Item],
    edition: Edition,
    waited_for: frozenset[str],
    *,
    alone: bool,
) -> Element:
    children = (_item(child, bundle, every, edition, waited_for, alone=False) for child in item.children)
    rules = (
        (sequencing.of_item(item, bundle, waited_for), _without_buttons() if alone else None)
        if edition.sequenced
        else (_prerequisite(item, every), _mastery(item))
    )
    return element(
        "item",
        {
            "identifier": identifiers.item(item.course, item.section),
            "identifierref": identifiers.resource(item.course, item.section) if item.start else None,
            "isvisible": "true",
        },
        _text("title", item.title),
        *children,
        *rules,
    )


def _prerequisite(item: Item, every: Sequence[Item]) -> Child:
    """An AICC script (SCORM 1.2 CAM 2.3.4.5): every SCO of the other course, for only these have a status."""
    if item.prerequisite is None:
        return None
    key = item.prerequisite.key
    needed = [
        identifiers.item(each.course, each.section) for each in every if each.start and each.course.key == key
    ]
    return element("adlcp:prerequisites", {"type": "aicc_script"}, Text("&".join(needed)))


def _mastery(item: Item) -> Child:
    mastery = item.start.unit.mastery if item.start else None
    return None if mastery is None else _text("adlcp:masteryscore", f"{mastery.normalize():f}")


def _without_buttons() -> Element:
    """A lone SCO has its own ways forward and back: the platform's would only leave it (CAM 5.2)."""
    hidden = (_text("adlnav:hideLMSUI", button) for button in ("previous", "continue"))
    return element("adlnav:presentation", {}, element("adlnav:navigationInterface", {}, *hidden))


# ── resources ────────────────────────────────────────────────────────────────────────────────────


def _sco(start: Start, edition: Edition) -> Element:
    return element(
        "resource",
        {
            "identifier": identifiers.resource(start.course, start.section),
            "type": "webcontent",
            edition.scorm_type: "sco",
            "href": start.page,
        },
        *(element("file", {"href": name}) for name in (start.page, start.data)),
        *(element("dependency", {"identifierref": name}) for name in (_PLAYER, _BUNDLE)),
    )


def _files(identifier: str, names: Sequence[str], edition: Edition) -> Element:
    """Files that several SCOs use, listed once."""
    return element(
        "resource",
        {"identifier": identifier, "type": "webcontent", edition.scorm_type: "asset"},
        *(element("file", {"href": name}) for name in names),
    )


def _text(name: str, text: str) -> Element:
    return element(name, {}, Text(text))
