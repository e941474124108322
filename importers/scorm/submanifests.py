"""Manifests inside a manifest → one manifest (IMS Content Packaging §4.8; SCORM 1.2 CAM §2.3.1.3).

An item that refers to a sub-manifest stands for its default organization, whose items become the item's
children. Whatever nobody refers to becomes an organization of the whole. Identifiers are unique in their own
manifest only, so those of a sub-manifest are written behind its own: `SUB/ITEM`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from importers.scorm.manifest import Item, Manifest, Organization, Resource
from schemas.model import Location


def merged(manifest: Manifest) -> Manifest:
    """The manifest with all below it taken in. Each sub-manifest stands at one item at most."""
    if not manifest.submanifests:
        return manifest
    inner = [_qualified(merged(each)) for each in manifest.submanifests]
    places = _Places(manifest, inner)
    own = tuple(places.organization(each) for each in manifest.organizations or ())
    unplaced = places.free(chain.from_iterable(each.organizations or () for each in inner))
    return replace(
        manifest,
        organizations=(*own, *unplaced) if manifest.organizations is not None else None,
        resources=(*manifest.resources, *chain.from_iterable(each.resources for each in inner)),
        collection=(*manifest.collection, *chain.from_iterable(each.collection for each in inner)),
        submanifests=tuple(chain.from_iterable((each, *each.submanifests) for each in inner)),
        placed=(*places.taken, *chain.from_iterable(each.placed for each in inner)),
    )


class _Places:
    """Puts default organizations of sub-manifests where items refer to them."""

    def __init__(self, outer: Manifest, inner: list[Manifest]) -> None:
        self._waiting = {each.identifier: each for each in inner if each.identifier and each.organizations}
        self._resources = _resources(outer, inner)
        self.taken: list[tuple[Organization, str]] = []

    def organization(self, organization: Organization) -> Organization:
        return replace(organization, items=tuple(self._item(item) for item in organization.items))

    def free(self, organizations: Iterable[Organization]) -> list[Organization]:
        """Those that no item stands for."""
        taken = {placed.location for placed, _ in self.taken}
        return [each for each in organizations if each.location not in taken]

    def _item(self, item: Item) -> Item:
        item = replace(item, children=tuple(self._item(child) for child in item.children))
        if item.reference in self._resources:
            return replace(item, reference=self._resources[item.reference])
        found = self._waiting.pop(item.reference, None)
        if found is None:
            return item
        organization = _default(found)
        self.taken.append((replace(organization, items=()), f"its items stand at item {item.identifier}"))
        return replace(
            item,
            title=item.title if item.title.strip() else organization.title,
            reference="",
            note="the items of its sub-manifest stand in it",
            children=(*organization.items, *item.children),
        )


def _resources(outer: Manifest, inner: list[Manifest]) -> Mapping[str, str]:
    """Resources of sub-manifests by what items outside call them, where nothing else has the name."""
    taken = {*(each.identifier for each in outer.resources), *(each.identifier for each in inner)}
    return {
        plain: each.identifier
        for manifest in inner
        for each in manifest.resources
        if (plain := each.identifier.removeprefix(f"{manifest.identifier}/")) not in taken
    }


def _default(manifest: Manifest) -> Organization:
    organizations = manifest.organizations or ()
    default = f"{manifest.identifier}/{manifest.default}"
    return next((each for each in organizations if each.identifier == default), organizations[0])


def _qualified(manifest: Manifest) -> Manifest:
    """With the manifest's own identifier before all others."""
    prefix = f"{manifest.identifier}/"
    known = {resource.identifier for resource in manifest.resources}

    def item(each: Item) -> Item:
        return replace(
            each,
            identifier=prefix + each.identifier if each.identifier else "",
            reference=prefix + each.reference if each.reference in known else each.reference,
            children=tuple(item(child) for child in each.children),
        )

    def organization(each: Organization) -> Organization:
        own = prefix + each.identifier if each.identifier else ""
        return replace(each, identifier=own, items=tuple(item(child) for child in each.items))

    def resource(each: Resource) -> Resource:
        needs = tuple(prefix + other if other in known else other for other in each.dependencies)
        own = prefix + each.identifier if each.identifier else ""
        return replace(each, identifier=own, dependencies=needs)

    return replace(
        manifest,
        organizations=tuple(map(organization, manifest.organizations or ())),
        resources=tuple(map(resource, manifest.resources)),
        collection=tuple(replace(each, name=f"{prefix}{each.name}") for each in manifest.collection),
        placed=tuple((organization(each), words) for each, words in manifest.placed),
        submanifests=tuple(
            replace(each, identifier=prefix + each.identifier) for each in manifest.submanifests
        ),
    )


def leading_back(manifest: Manifest, around: tuple[str, ...] = ()) -> Iterator[tuple[str, Location]]:
    """References out of a sub-manifest to a manifest it lies in: (the identifier, where)."""
    around = (*around, manifest.identifier)
    for each in manifest.submanifests:
        inside = frozenset((*around, each.identifier))
        references = [(item.reference, item.location) for item in each.items()]
        references += [(other, own.location) for own in each.resources for other in own.dependencies]
        yield from ((other, here) for other, here in references if other in inside)
        yield from leading_back(each, around)


def referred_twice(manifest: Manifest) -> Iterator[tuple[str, Location]]:
    """Items that refer to a sub-manifest which stands at another item already."""
    names = {each.identifier for each in manifest.submanifests}
    placed: set[str] = set()
    for item in manifest.items():
        if item.reference in names and item.reference in placed:
            yield item.reference, item.location
        placed.add(item.reference)
    for each in manifest.submanifests:
        yield from referred_twice(each)
