"""xAPI packages with a tincan.xml → the model (Tin Can API Content Packaging, docs/adr/0007).

Every activity with a launch address is something to start. The others only name what statements will speak
of; they stay in the package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from importers.shared import hrefs, iris, launched, manifests, naming, xml
from importers.shared.outcome import STAYS, Outcome, skipped
from importers.shared.structure import Fact, Part, Structure
from importers.shared.xml import Document, Node
from schemas.findings import Finding, RefusedError, Report, Rule
from schemas.source import Reading, Source

NOT_TINCAN: Final = Rule("CW530", "not-tincan", "A tincan.xml lists activities, each with an id.")
TWICE: Final = Rule("CW531", "duplicate-activity", "An activity id names one activity.")

MANIFEST: Final = "tincan.xml"
_NAMESPACE: Final = "http://projecttincan.com/tincan.xsd"


def detect(source: Source) -> bool:
    """Whether a tincan.xml lies at the root or in one folder."""
    return bool(manifests.near(source.names(), MANIFEST))


def read(source: Source, report: Report) -> Reading:
    """The package as a bundle. Raises RefusedError (CW501–CW507, CW516–CW523, CW530, CW531)."""
    found = manifests.near(source.names(), MANIFEST)
    manifests.require_one(source, found)
    name = found[0]
    data = source.read(name, xml.MAX_BYTES)
    document = xml.parse(data, source.place(name))
    activities = _activities(document)
    return launched.read(source, report, _structure(name, document, activities, data))


def _activities(document: Document) -> list[Node]:
    """Every activity, each with an id of its own. Raises RefusedError."""
    root = document.root
    lists = [child for child in root.children if child.name == "activities"]
    found = [child for each in lists for child in each.children if child.name == "activity"]
    if root.name != "tincan" or root.namespace not in (_NAMESPACE, "") or not found:
        here = (
            f"<{root.name}> in the namespace {root.namespace!r}" if root.name != "tincan" else "no activity"
        )
        raise RefusedError([_fault(NOT_TINCAN, root, here, "<tincan> with <activities>")])
    faults = list(_faults(found))
    if faults:
        raise RefusedError(faults)
    return found


def _faults(activities: list[Node]) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for node in activities:
        identifier = _id(node)
        if not identifier:
            yield _fault(NOT_TINCAN, node, "an activity without id", "an id of its own")
        elif identifier in first:
            yield _fault(TWICE, node, f"a second activity {identifier[:80]!r}", "another id")
        first.setdefault(identifier, node)


def _fault(rule: Rule, node: Node, found: str, expected: str) -> Finding:
    mend = "mend it in the tool that made the package and export again"
    return Finding(rule=rule, location=node.location, found=found, expected=expected, mend=mend)


def _structure(name: str, document: Document, activities: list[Node], data: bytes) -> Structure:
    """`name` is the file's, `data` its bytes."""
    course = next((node for node in activities if _is_course(node)), activities[0])
    identifier, folder = _id(course), name[: name.rfind("/") + 1]
    started = [node for node in activities if _text(node, "launch")]
    keys = iris.keys_below(identifier, [_id(node) for node in activities], "activity")
    digest = hashlib.sha256(data).hexdigest()
    own = naming.name(iris.without_scheme(identifier), _text(course, "name"), digest)
    return Structure(
        standard="xapi",
        manifests=(name,),
        name=own,
        title=_text(course, "name"),
        description=_text(course, "description"),
        parts=tuple(_part(node, keys[_id(node)], folder) for node in started),
        facts=(*_facts(activities), *_unread(document)),
        location=document.root.location,
    )


def _part(node: Node, key: str, folder: str) -> Part:
    return Part(
        identifier=_id(node),
        key=key,
        title=_text(node, "name"),
        description=_text(node, "description"),
        address=hrefs.join(folder, _text(node, "launch")),
        rules=tuple((rule, STAYS) for rule in ("id", "type") if node.attributes.get(rule)),
        location=node.location,
    )


def _facts(activities: list[Node]) -> Iterator[Fact]:
    """What nothing starts, and translations, of which a bundle takes one."""
    for node in activities:
        if not _text(node, "launch"):
            yield Fact(
                kind="metadata", name=f"activity {_id(node)}", outcome=_NOT_STARTED, location=node.location
            )
        for name in ("name", "description", "launch"):
            others = [child.attributes.get("lang", "") for child in node.all(name)][1:]
            if others:
                where = f"activity {_id(node)}: {name} in other languages"
                yield Fact(kind="metadata", name=where, outcome=STAYS, location=node.location)
        for child in node.children:
            if child.name not in ("name", "description", "launch"):
                where = f"{child.name} at {child.location.line}:{child.location.column}"
                yield Fact(kind="metadata", name=where, outcome=STAYS, location=child.location)


_NOT_STARTED: Final[Outcome] = skipped(
    "nothing starts it: statements speak of it, and it stays in the package"
)


def _unread(document: Document) -> Iterator[Fact]:
    for name, here in document.disobeyed:
        where = f"{name} at {here.line}:{here.column}"
        yield Fact(kind="element", name=where, outcome=skipped("not obeyed"), location=here)


def _is_course(node: Node) -> bool:
    """Some tools write a word where an IRI belongs (Lectora: `course`)."""
    return node.attributes.get("type", "").strip().rpartition("/")[2].lower() == "course"


def _id(node: Node) -> str:
    return " ".join(node.attributes.get("id", "").split())


def _text(node: Node, name: str) -> str:
    """In the first language that says something."""
    return next((child.text.strip() for child in node.all(name) if child.text.strip()), "")
