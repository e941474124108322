"""All quizzes and question banks of a cartridge: every question is named before the first is converted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from importers.cartridge import webpages
from importers.cartridge.manifest import Resource, numbered
from importers.cartridge.papers import Banks, Paper, paper
from importers.cartridge.quizzes import Maker
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared.qti12.items import ident_of


@dataclass(slots=True)
class Assessments:
    desk: Desk
    _papers: dict[str, Paper] = field(default_factory=dict)
    _banks: Banks = field(default_factory=Banks)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def expect(self, resources: Sequence[Resource]) -> None:
        """`resources` are those that become contents."""
        for resource in resources:
            found = paper(self.desk.shop, resource)
            self._papers[resource.identifier] = found
            self._banks.add(resource.identifier, found)
            self._names[resource.identifier] = list(self._expected(resource, found))

    def make(self, resource: Resource, spot: Spot) -> Made:
        found = self._papers[resource.identifier]
        if found.problem and webpages.is_page_instead(self.desk, found.name):
            return webpages.page_instead(self.desk, found.name, spot, "questions")
        if found.problem:
            return webpages.unreadable(spot, found.problem)
        return Maker(self.desk, resource, found, self._names[resource.identifier], self._banks).make(spot)

    def is_bank(self, resource: Resource) -> bool:
        """Whether what looks like a bank is one: Canvas's own files may hold a quiz as well."""
        return any(part.kind == "bank" for part in paper(self.desk.shop, resource).parts)

    def _expected(self, resource: Resource, found: Paper) -> Iterator[str]:
        for item in found.items:
            name = numbered(f"{resource.identifier} › {ident_of(item)}", self._taken)
            self.desk.shop.documents.report.expect("question", name, item.location)
            yield name
