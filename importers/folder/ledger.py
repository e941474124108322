"""The account of a folder: every file of it, everything to be opened, and what is missing of a course."""

from __future__ import annotations

from importers.folder.survey import Survey
from importers.shared import naming
from importers.shared.ledger import expect_container, notes_of, settle_container
from importers.shared.naming import Name
from importers.shared.outcome import Outcome
from schemas.findings import Report
from schemas.model import Location
from schemas.source import Source


class Ledger:
    """Expects all of it when it is made."""

    def __init__(self, source: Source, report: Report, items: Survey | str) -> None:
        """`items` are the contents of a survey, or the one page of a site."""
        self._source = source
        self.report = report
        here = Location(source.label)
        for name in ("identifier", "instructor"):
            report.expect("metadata", name, here)
        for name in source.names():
            report.expect("file", name, self._place(name))
        self._notes = notes_of(source)
        expect_container(report, (), self._notes)
        for name in [items] if isinstance(items, str) else [name for name, _ in items.contents]:
            report.expect("item", name, self._place(name))

    def item(self, name: str, outcome: Outcome) -> None:
        """What became of something to open, and so of its file."""
        self.report.settle("item", name, *outcome)
        self.file(name, outcome)

    def file(self, name: str, outcome: Outcome) -> None:
        self.report.settle("file", name, *outcome)

    def unused(self, name: str, what: str) -> None:
        """What a page says of itself and nobody asks for here."""
        self.report.expect("metadata", f"{name}: {what}", self._place(name))
        self.report.settle("metadata", f"{name}: {what}", "skipped", "no place for it in a course")

    def close(self, name: Name) -> None:
        self.report.settle("metadata", "identifier", *name.outcome)
        self.report.settle("metadata", "instructor", *naming.NOBODY)
        settle_container(self.report, (), self._notes)
        self.report.close()

    def _place(self, name: str) -> Location:
        return Location(self._source.place(name))
