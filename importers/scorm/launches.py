"""Which page of the package a resource starts with, or why none can be started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from importers.scorm.manifest import Item, Manifest, Resource
from importers.shared import hrefs
from importers.shared.hrefs import Directory, Target
from schemas.findings import Finding, RefusedError, Rule

NOTHING: Final = Rule("CW521", "nothing-to-launch", "A package needs an item that can be started.")
DANGLING: Final = Rule("CW522", "dangling-reference", "An item refers to a resource of the manifest.")
NO_PAGE: Final = Rule("CW523", "missing-launch-page", "A resource starts with a page of the package.")

MAX_URL: Final = 500


@dataclass(frozen=True, slots=True)
class Launch:
    """A page that can be started: the URL inside the package, and how the address had to be mended."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """Nothing to start: which rule that breaks, and why in words that finish "left out: …"."""

    rule: Rule
    reason: str


class Launches:
    """The launch of every resource and item, found once."""

    def __init__(self, manifest: Manifest, directory: Directory) -> None:
        self._targets = {
            resource.identifier: _target(resource, manifest, directory) for resource in manifest.resources
        }

    def of_resource(self, identifier: str) -> Target | NoLaunch:
        return self._targets[identifier]

    def of(self, item: Item) -> Launch | NoLaunch:
        """The launch of an item that refers to something, with its own parameters."""
        target = self._targets.get(item.reference)
        if target is None:
            return NoLaunch(
                DANGLING, f"it refers to {item.reference[:80]!r}, which the manifest does not have"
            )
        if isinstance(target, NoLaunch):
            return target
        suffix = hrefs.with_parameters(target.suffix, item.parameters)
        url = Target(target.name, suffix).url()
        if len(url) > MAX_URL:
            return NoLaunch(NO_PAGE, f"its address is longer than {MAX_URL} characters")
        return Launch(target.name, url, target.note)


def require_something(manifest: Manifest, launches: Launches) -> None:
    """Raises RefusedError when no item starts a page, with the reason of every single one."""
    tried = [(item, launches.of(item)) for item in manifest.items() if item.reference]
    if any(isinstance(launch, Launch) for _, launch in tried):
        return
    nothing = Finding(
        rule=NOTHING,
        location=manifest.location,
        found="no item that starts a page of the package",
        expected="at least one item whose resource has an href to a file in the package",
        mend="export the package again, complete; or mend the addresses named below",
    )
    raise RefusedError(
        [nothing, *(_finding(item, launch) for item, launch in tried if isinstance(launch, NoLaunch))]
    )


def _finding(item: Item, launch: NoLaunch) -> Finding:
    return Finding(
        rule=launch.rule,
        location=item.location,
        found=f"item {item.identifier[:80]!r} cannot be started: {launch.reason}",
        expected=launch.rule.about,
        mend="put the missing file into the package, or correct the reference in the manifest",
    )


def _target(resource: Resource, manifest: Manifest, directory: Directory) -> Target | NoLaunch:
    if resource.launch is None:
        return NoLaunch(NO_PAGE, f"resource {resource.identifier[:80]!r} has no href")
    address = resource.launch.address
    if hrefs.is_web(address):
        return NoLaunch(NO_PAGE, f"it starts {address[:200]} on the web, and nothing is fetched")
    target = directory.find(address)
    if target is None:
        twin = directory.differing_in_case(address)
        hint = f" (there is {twin}: case matters)" if twin else ""
        return NoLaunch(NO_PAGE, f"its page {address[:200]} is not in the package{hint}")
    if target.name == manifest.name:
        return NoLaunch(NO_PAGE, "it starts the manifest itself")
    return target
