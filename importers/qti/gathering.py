"""What a source asks, as plans of quizzes: tests, documents of QTI 1.2, and items that no test names."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from importers.qti import assessments, canvas, interop, quizzes, standard
from importers.qti.manifest import Manifest
from importers.qti.plans import Entry, Plan
from importers.qti.reading import Documents
from importers.shared import plain_text
from importers.shared.hrefs import Directory
from importers.shared.outcome import CARRIED, Outcome, changed
from schemas.findings import RefusedError
from schemas.model import NOWHERE
from schemas.source import Source

_LOOSE: Final = "items"


def plans(
    source: Source, documents: Documents, directory: Directory, manifest: Manifest | None
) -> list[Plan]:
    """In the order of the manifest, then by file name. Raises RefusedError for addresses that lead out."""
    dangers = list(manifest.dangers) if manifest else []
    found: list[Plan] = []
    order = _order(documents, manifest)
    for name in order:
        if documents.kinds[name] == "test":
            made, leading_out = assessments.plan(name, documents, directory)
            found.append(made)
            dangers += leading_out
    for name in order:
        if documents.kinds[name] == "item":
            dangers += assessments.remote_items(documents.documents[name].root)
    if dangers:
        raise RefusedError(standard.leads_out(dangers))
    for name in order:
        if documents.kinds[name] == "interop":
            for made in interop.plans(name, documents.documents[name], documents.names):
                canvas.complete(made, source, documents)
                found.append(made)
    loose = _loose(documents, order, found)
    return [*found, loose] if loose.entries or loose.texts else found


def _order(documents: Documents, manifest: Manifest | None) -> list[str]:
    named = [resource.file for resource in manifest.resources if resource.file] if manifest else []
    return list(
        dict.fromkeys([*(name for name in named if name in documents.kinds), *sorted(documents.kinds)])
    )


def _loose(documents: Documents, order: list[str], found: list[Plan]) -> Plan:
    """One quiz of all items that no test names, with the stimuli that no item names."""
    asked = {entry.file for plan in found for entry in plan.entries}
    items = [name for name in order if documents.kinds[name] == "item" and name not in asked]
    made = Plan(identifier=_LOOSE, title="", location=NOWHERE, names=documents.names)
    for name in items:
        made.entries.append(Entry(documents.accounts[name], documents.identifier(name), name))
    if len(items) == 1:
        made.title = plain_text.title(documents.documents[items[0]].root.attributes.get("title", ""))[0]
    referred = {
        PurePosixPath(node.attributes.get("href", "")).name
        for document in documents.documents.values()
        for node in document.root.walk()
        if node.name == "assessmentStimulusRef"
    }
    made.texts = [
        quizzes.stimulus(name, documents)
        for name in documents.of("stimulus")
        if PurePosixPath(name).name not in referred
    ]
    return made


def title(source: Source, manifest: Manifest | None, found: list[Plan]) -> tuple[str, Outcome]:
    """What the package says, else its only test or item, else the name of the source."""
    said, note = plain_text.title(manifest.title if manifest else "")
    if said:
        return said, changed(note)
    of_plans = [plan.title for plan in found if plan.title]
    if len(of_plans) == 1:
        return of_plans[0], CARRIED
    stem = PurePosixPath(source.label.replace("\\", "/")).stem
    return plain_text.title(stem)[0] or "Questions", changed("the source has no title: its file name is used")
