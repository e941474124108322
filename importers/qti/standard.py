"""What is QTI at all: roots of documents, manifests, and the refusals of this reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from schemas.findings import CoursewrightError, Finding, RefusedError, Rule
from schemas.model import Location
from schemas.source import Source

NO_QTI: Final = Rule("CW560", "no-qti", "A QTI source holds items or tests of QTI 1.2, 2.x or 3.0.")
LEADS_OUT: Final = Rule("CW561", "qti-leads-out", "Tests and manifests name only files of their own package.")
NOTHING_LEFT: Final = Rule(
    "CW562",
    "qti-nothing-left",
    "At least one question or text of a QTI source must be one that can be carried.",
)

Kind = Literal["item", "test", "section", "stimulus", "interop"]
ROOTS: Final[dict[str, Kind]] = {
    "assessmentItem": "item",
    "assessmentTest": "test",
    "assessmentSection": "section",
    "assessmentStimulus": "stimulus",
    "questestinterop": "interop",
}
"""By canonical name."""
MANIFEST: Final = "imsmanifest.xml"
_HEAD: Final = 16_384
_MANIFEST_HEAD: Final = 262_144
_MOST_LOOKED_AT: Final = 50
_SUFFIXES: Final = (".xml", ".qti")
_ROOT: Final = re.compile(
    rb"<(?:[\w.-]{1,50}:)?(?:questestinterop|assessment(?:Item|Test|Section|Stimulus)"
    rb"|qti-assessment-(?:item|test|section|stimulus))[\s/>]"
)
_RESOURCE: Final = re.compile(rb"""type\s*=\s*["']\s*(?:imsqti|qti)""", re.IGNORECASE)
_OTHERS: Final = re.compile(
    rb"IMS (?:Thin )?Common Cartridge|imsqti_xmlv1p2/imscc|adlnet\.org|x-bb-|desire2learn", re.IGNORECASE
)
"""Cartridges and platforms' exports hold QTI too, and much besides that their own readers know."""


def detect(source: Source) -> bool:
    """A manifest with QTI resources that is nobody else's, or files of QTI without any manifest."""
    names = source.names()
    found = manifests(names)
    if found:
        head = _head(source, found[0], _MANIFEST_HEAD)
        return bool(_RESOURCE.search(head)) and not _OTHERS.search(head)
    return any(holds_qti(source, name) for name in candidates(names)[:_MOST_LOOKED_AT])


def manifests(names: Sequence[str]) -> list[str]:
    """The shallowest manifests; exports keep further ones of their own attachments deeper down."""
    found = [name for name in names if name.lower().rpartition("/")[2] == MANIFEST]
    depth = min((name.count("/") for name in found), default=0)
    return [name for name in found if name.count("/") == depth]


def candidates(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.lower().endswith(_SUFFIXES)]


def holds_qti(source: Source, name: str) -> bool:
    """Whether a file begins like a document of QTI."""
    return bool(_ROOT.search(_head(source, name, _HEAD)))


def _head(source: Source, name: str, size: int) -> bytes:
    """The first bytes, of UTF-16 without its zeros; none of a file that is damaged in its archive."""
    try:
        with source.open(name) as file:
            return file.read(size).replace(b"\0", b"")
    except (CoursewrightError, OSError):
        return b""


def no_qti(source: Source) -> RefusedError:
    return RefusedError(
        [
            Finding(
                rule=NO_QTI,
                location=Location(source.label),
                found="no item, test or bank of QTI in it",
                expected="XML files with assessmentItem, assessmentTest or questestinterop as their root",
                mend="export the questions again as QTI, with the questions themselves",
            )
        ]
    )


def leads_out(places: Iterable[tuple[str, str, Location]]) -> Iterator[Finding]:
    """(address, why it is none of the package, where it stands)."""
    for address, why, location in places:
        yield Finding(
            rule=LEADS_OUT,
            location=location,
            found=f"{address!r}: {why}",
            expected="a path of a file inside the package",
            mend="put the file into the package and name it by its path",
        )


def nothing_left(source: Source, reasons: Iterable[tuple[str, Location]]) -> RefusedError:
    """Raised when all that a source asks is skipped: an empty bundle would look like success."""
    findings = [
        Finding(
            rule=NOTHING_LEFT,
            location=location,
            found=reason,
            expected="a question or a text that can be carried",
            mend="see docs/migrate-from-qti.md for the interactions that are carried",
        )
        for reason, location in reasons
    ]
    return RefusedError(findings) if findings else no_qti(source)
