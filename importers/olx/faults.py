"""What makes an OLX package unfit to import: what would be dangerous or ambiguous afterwards.

A file that is missing or cannot be read is no fault: its block is left out by name. Only a package with
nothing in it that a learner could open is refused.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

NO_COURSE: Final = Rule("CW590", "olx-no-course", "A package has a course.xml or library.xml to start from.")
SEVERAL: Final = Rule("CW591", "olx-several-courses", "A package holds one course.")
ADDRESS: Final = Rule(
    "CW592", "olx-unsafe-address", "Names of blocks and files must stay inside the package."
)
LOOP: Final = Rule(
    "CW593", "olx-loop", "A block must not contain itself, and blocks nest to a bounded depth."
)
TOO_MANY: Final = Rule("CW594", "olx-too-many-blocks", "A course has a bounded number of blocks.")
POLICY: Final = Rule("CW595", "olx-bad-policy", "A policy file is JSON.")
DATE: Final = Rule("CW596", "olx-impossible-date", "A date in a policy must be one of the calendar.")
NOTHING: Final = Rule("CW597", "olx-nothing-to-learn", "A course has something that a learner can open.")

MAX_BLOCKS: Final = 20_000
MAX_DEPTH: Final = 50


class Fault(NamedTuple):
    rule: Rule
    location: Location
    found: str
    expected: str
    mend: str = "mend it in Studio, or in the files, and export again"
    related: tuple[Location, ...] = ()

    def finding(self) -> Finding:
        return Finding(**self._asdict())

    def refusal(self) -> RefusedError:
        return RefusedError([self.finding()])
