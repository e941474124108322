"""What makes a course structure unfit: the rules that its XML Schema cannot say, or says in vain.

Section numbers are those of cmi5 1.0 (Quartz). The conformance suite CATAPULT has structures that an LMS must
refuse, nearly all of which the schema accepts; the order of elements, which it demands, harms nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from importers.cmi5.structure import NAMESPACE, identifier_of, text
from importers.shared import hrefs
from importers.shared.xml import Document, Node
from schemas.findings import Finding, Rule

SHAPE: Final = Rule("CW532", "not-cmi5", "A course structure has one course, and units with a url.")
IRI: Final = Rule("CW533", "id-not-an-iri", "Courses, blocks, units and objectives have IRIs for ids.")
TWICE: Final = Rule("CW534", "duplicate-id", "An id names one thing of a course structure.")
URL: Final = Rule(
    "CW535", "bad-unit-url", "The address of a unit is a URL without the parameters of a launch."
)
VALUE: Final = Rule(
    "CW536", "bad-unit-value", "moveOn, masteryScore and launchMethod have values of their own."
)

_IRI: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")
_RESERVED: Final = frozenset({"endpoint", "fetch", "actor", "registration", "activityId"})
"""Names of query parameters that the LMS adds at launch (§8.1)."""
_SCORE: Final = re.compile(r"^(0(\.\d{1,10})?|\.\d{1,10}|1(\.0{1,10})?)$")
_VALUES: Final = {
    "moveOn": ("Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable"),
    "launchMethod": ("OwnWindow", "AnyWindow"),
}
_PARTS: Final = ("course", "block", "au")
_SPACES: Final = {"course": "course", "block": "unit", "au": "unit", "objective": "objective"}
"""What needs an id, and among what it is the only one."""


def of(document: Document) -> list[Finding]:
    """Every fault of a course structure, in document order."""
    root = document.root
    course = [child for child in root.children if child.name == "course"]
    if (root.name, root.namespace) != ("courseStructure", NAMESPACE) or len(course) != 1:
        what = f"<{root.name}> in the namespace {root.namespace!r} with {len(course)} courses"
        return [_finding(SHAPE, root, what, f"<courseStructure> in {NAMESPACE} with one course", document)]
    parts = [node for node in root.walk() if node.name in _PARTS]
    faults = [*_identifiers(root), *(fault for node in parts for fault in _part(node))]
    findings = [_finding(*fault, document) for fault in faults]
    return sorted(findings, key=lambda each: (each.location.line or 0, each.location.column or 0))


Fault = tuple[Rule, Node, str, str]


def _identifiers(root: Node) -> Iterator[Fault]:
    """§13.1.1 to §13.1.4: each an IRI, and unique among all of them."""
    first: set[tuple[str, str]] = set()
    for node in root.walk():
        if node.name not in _SPACES or "idref" in node.attributes:
            continue
        identifier = identifier_of(node)
        own = (_SPACES[node.name], identifier)
        if not _IRI.match(identifier):
            yield IRI, node, f"{node.name} id {identifier[:80]!r}", "an IRI, such as https://example.org/unit"
        elif own in first:
            yield TWICE, node, f"a second {node.name} with the id {identifier[:80]!r}", "another id"
        first.add(own)


def _part(node: Node) -> Iterator[Fault]:
    for name, allowed in _VALUES.items():
        value = node.attributes.get(name, allowed[0]).strip()
        if node.name == "au" and value not in allowed:
            yield VALUE, node, f"{name} {value[:60]!r}", ", ".join(allowed)
    score = node.attributes.get("masteryScore", "").strip()
    if score and not _SCORE.match(score):
        yield VALUE, node, f"masteryScore {score[:60]!r}", "a number from 0 to 1"
    if node.name == "au":
        yield from _url(node, text(node, "url"))


def _url(node: Node, url: str) -> Iterator[Fault]:
    """§13.1.4 (a URL), §8.1 (no parameter that the launch adds)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("http:")
    if not url:
        yield SHAPE, node, "a unit without url", "a <url> in each <au>"
    if hrefs.is_web(url) and (not parts.hostname or any(character <= " " for character in url)):
        yield URL, node, f"url {url[:100]!r}", "a URL without blanks"
    taken = sorted(_RESERVED & {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    if taken:
        yield (
            URL,
            node,
            f"{', '.join(taken)} in the query of {url[:100]!r}",
            "names the LMS does not add at launch",
        )


def _finding(rule: Rule, node: Node, found: str, expected: str, document: Document) -> Finding:
    return Finding(
        rule=rule,
        location=node.location,
        found=found,
        expected=expected,
        mend="mend it in the tool that made the package and export again",
        line_text=document.line(node.location),
    )
