"""What the resources and items of a manifest start."""

from __future__ import annotations

from typing import Final

from importers.scorm.manifest import Item, Manifest, Resource
from importers.shared import launching
from importers.shared.hrefs import Directory
from importers.shared.launching import NO_PAGE, NOTHING, Nothing, Page, Start
from schemas.findings import Finding, RefusedError, Rule

DANGLING: Final = Rule("CW522", "dangling-reference", "An item refers to a resource of the manifest.")


class Launches:
    """What every resource and item starts, found once."""

    def __init__(self, manifest: Manifest, directory: Directory) -> None:
        self._starts = {
            resource.identifier: _start(resource, manifest, directory) for resource in manifest.resources
        }

    def of_resource(self, identifier: str) -> Start:
        return self._starts[identifier]

    def of(self, item: Item) -> Start:
        """What an item that refers to something starts, with its own parameters."""
        if not self.knows(item):
            return Nothing(f"it refers to {item.reference[:80]!r}, which the manifest does not have")
        return launching.with_parameters(self._starts[item.reference], item.parameters)

    def knows(self, item: Item) -> bool:
        return item.reference in self._starts


def require_something(manifest: Manifest, launches: Launches) -> None:
    """Raises RefusedError when no item starts a page of the package, with the reason of every single one."""
    tried = [(item, launches.of(item)) for item in manifest.items() if item.reference]
    if any(isinstance(start, Page) for _, start in tried):
        return
    nothing = Finding(
        rule=NOTHING,
        location=manifest.location,
        found="no item that starts a page of the package",
        expected="at least one item whose resource has an href to a file in the package",
        mend="export the package again, complete; or mend the addresses named below",
    )
    rules = (NO_PAGE if launches.knows(item) else DANGLING for item, _ in tried)
    reasons = (_finding(item, start, rule) for (item, start), rule in zip(tried, rules, strict=True))
    raise RefusedError([nothing, *reasons])


def _finding(item: Item, start: Start, rule: Rule) -> Finding:
    reason = start.reason if isinstance(start, Nothing) else "it is on the web, and nothing is fetched"
    return Finding(
        rule=rule,
        location=item.location,
        found=f"item {item.identifier[:80]!r} cannot be started: {reason}",
        expected=rule.about,
        mend="put the missing file into the package, or correct the reference in the manifest",
    )


def _start(resource: Resource, manifest: Manifest, directory: Directory) -> Start:
    if resource.launch is None:
        return Nothing(f"resource {resource.identifier[:80]!r} has no href")
    return launching.find(directory, resource.launch.address, {manifest.name})
