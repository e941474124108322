"""imsmanifest.xml: one organization, a SCO for each unit, and every file once (CAM 3.4 of both versions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
                _Organization(bundle, items, edition).element(title),
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


@dataclass(frozen=True, slots=True)
class _Organization:
    """The tree of items, with what an item has to know of the others."""

    bundle: Bundle
    items: Sequence[Item]
    edition: Edition

    def element(self, title: str) -> Element:
        shared = {"adlseq:objectivesGlobalToSystem": "false"} if self.edition.sequenced else {}
        return element(
            "organization",
            {"identifier": identifiers.organization(self.bundle), **shared},
            _text("title", title),
            *map(self._item, self.items),
            sequencing.of_organization() if self.edition.sequenced else None,
        )

    def _item(self, item: Item) -> Element:
        return element(
            "item",
            {
                "identifier": identifiers.item(item.course, item.section),
                "identifierref": identifiers.resource(item.course, item.section) if item.start else None,
                "isvisible": "true",
            },
            _text("title", item.title),
            *map(self._item, item.children),
            *(self._sequencing(item) if self.edition.sequenced else self._rules(item)),
        )

    def _sequencing(self, item: Item) -> Iterator[Child]:
        every = list(self._every())
        waited_for = frozenset(each.prerequisite.key for each in every if each.prerequisite)
        yield sequencing.of_item(item, self.bundle, waited_for)
        if len(every) == 1:
            yield _without_buttons()

    def _rules(self, item: Item) -> Iterator[Child]:
        """Of SCORM 1.2. Prerequisites are an AICC script (CAM 2.3.4.5): only SCOs have a status."""
        if item.prerequisite:
            needed = (each for each in self._every() if each.course.key == item.prerequisite.key)
            names = [identifiers.item(each.course, each.section) for each in needed if each.start]
            yield element("adlcp:prerequisites", {"type": "aicc_script"}, Text("&".join(names)))
        if item.start and item.start.unit.mastery is not None:
            yield _text("adlcp:masteryscore", f"{item.start.unit.mastery.normalize():f}")

    def _every(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()


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
