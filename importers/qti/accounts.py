"""Accounts of everything around the questions: files, resources, metadata, repairs, the archive itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from importers.qti.ledger import Ledger, Names
from importers.qti.manifest import Manifest, Resource
from importers.qti.reading import Documents
from importers.qti.workshop import Workshop
from importers.shared.naming import NOBODY, Name
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.xml import Node
from schemas.model import Location
from schemas.source import Source

_LOOKS: Final = {
    ".css": "a style sheet: our pages have one look",
    ".xsd": "a schema: no content",
    ".dtd": "a schema: no content",
}
_KEPT: Final = "kept as it is, among the originals"
_UNUSED: Final = "nothing that was converted refers to it: kept among the originals"
_NO_PLACE: Final = "our model has no place for it"


def expect(ledger: Ledger, source: Source, manifest: Manifest | None, documents: Documents) -> None:
    """Names all there is, apart from what plans tell of themselves."""
    for name in source.names():
        ledger.expect("file", name, Location(source.place(name)))
    for name in documents.of("item"):
        ledger.expect("question", documents.accounts[name], documents.documents[name].root.location)
    for name, error in documents.unreadable.items():
        ledger.expect("question", name, error.findings[0].location)
        ledger.say("question", name, skipped(f"cannot be read: {error.findings[0].found}"))
    for name in documents.of("stimulus"):
        ledger.expect("item", name, documents.documents[name].root.location)
    for note in source.notes:
        name = f"{note.rule} {note.location}"
        ledger.expect("archive", name, note.location)
        ledger.say("archive", name, changed(note.found))
    if manifest:
        for name, resource in numbered(manifest):
            ledger.expect("resource", name, resource.location)
        for identifier, _, location in manifest.items:
            ledger.expect("item", f"organization: {identifier}", location)


def numbered(manifest: Manifest) -> Iterator[tuple[str, Resource]]:
    """Resources by identifiers that differ."""
    names = Names()
    for resource in manifest.resources:
        yield names.of("resource", resource.identifier or resource.href), resource


def files(ledger: Ledger, shop: Workshop, manifest_name: str | None, documents: Documents) -> None:
    """What became of each file; those that nothing shows are kept beside the bundle."""
    read = {*documents.documents, *documents.beside, manifest_name}
    for name in shop.source.names():
        suffix = f".{name.lower().rpartition('.')[2]}"
        if name in shop.used or (name in read and name not in shop.kept):
            ledger.say("file", name, changed(*documents.repairs.get(name, [])))
        elif suffix in _LOOKS and name not in shop.kept:
            ledger.say("file", name, skipped(_LOOKS[suffix]))
        elif name in shop.kept:
            ledger.say("file", name, changed(_KEPT, *documents.repairs.get(name, [])))
        else:
            shop.keep(name)
            ledger.say("file", name, changed(_UNUSED))


def resources(ledger: Ledger, manifest: Manifest, documents: Documents) -> None:
    """After `files`: what became of a resource is what became of its file."""
    for name, resource in numbered(manifest):
        ledger.say("resource", name, _resource(ledger, resource, documents))
        for address in resource.missing:
            ledger.expect("file", address, resource.location)
            ledger.say("file", address, skipped("named in the manifest, and not in the package"))
        for address in _lost_items(resource, documents):
            ledger.expect("question", address, resource.location)
            ledger.say("question", address, skipped("is not in the package"))
        if resource.metadata:
            about = f"of {name}"
            ledger.expect("metadata", about, resource.location)
            ledger.say("metadata", about, skipped(f"{_NO_PLACE}: {', '.join(resource.metadata)}"))
    by_identifier = {resource.identifier: resource for resource in manifest.resources}
    for identifier, reference, _ in manifest.items:
        named = by_identifier.get(reference)
        found = named is not None and named.file is not None
        ledger.say(
            "item",
            f"organization: {identifier}",
            CARRIED if found else skipped("names nothing of the package"),
        )


def _lost_items(resource: Resource, documents: Documents) -> Iterator[str]:
    """The item of a resource where it is not there, unless a test has told so already."""
    if resource.file is None and resource.kind.lower().startswith("imsqti_item"):
        yield from (address for address in resource.missing[:1] if address not in documents.missing)


def _resource(ledger: Ledger, resource: Resource, documents: Documents) -> Outcome:
    if resource.file is None and resource.href and not resource.files:
        return skipped(f"{resource.href} is not in the package")
    if resource.file in documents.unreadable:
        return skipped("its file cannot be read")
    item = documents.accounts.get(resource.file or "", "")
    fate = ledger.said("question", item)
    if fate and fate[0] == "skipped":
        return skipped("its item is skipped")
    file_fate, note = ledger.said("file", resource.file or "") or CARRIED
    return skipped(note) if file_fate == "skipped" else changed(resource.note, note)


def metadata(ledger: Ledger, name: Name, manifest: Manifest | None, title: Outcome) -> None:
    ledger.expect("metadata", "instructor")
    ledger.say("metadata", "instructor", NOBODY)
    ledger.expect("metadata", "title")
    ledger.say("metadata", "title", title)
    ledger.expect("metadata", "identifier")
    ledger.say("metadata", "identifier", name.outcome)
    for group in manifest.said if manifest else ():
        if group == "general/title":
            continue
        ledger.expect("metadata", group)
        taken = group == "general/description"
        ledger.say("metadata", group, CARRIED if taken else skipped(_NO_PLACE))


def shuffled_answers(ledger: Ledger, documents: Documents) -> None:
    """Shuffling of answers is said once, not for every question."""
    shuffling = sorted(name for name, document in documents.documents.items() if _shuffles(document.root))
    if shuffling:
        ledger.expect("rule", "shuffled answers", Location(shuffling[0]))
        note = f"answers of {len(shuffling)} files are shuffled in the source: here they stand in its order"
        ledger.say("rule", "shuffled answers", changed(note))


def _shuffles(root: Node) -> bool:
    return any(
        node.attributes.get("shuffle", "").lower() in ("true", "yes") and node.name != "ordering"
        for node in root.walk()
    )
