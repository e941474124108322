"""The files of a bundle: one bundle.yaml at the root, names that say what a file is, something in it."""

from __future__ import annotations

from collections.abc import Iterator

from importers.bundle.documents import ROOT, Documents, is_misnamed
from importers.bundle.faults import Fault, Spot
from importers.bundle.words import one_of
from schemas.findings import Rule

NO_BUNDLE = Rule("CW240", "no-bundle-file", "A bundle has a bundle.yaml at its root.")
SEVERAL_BUNDLES = Rule("CW241", "several-bundle-files", "A bundle has one bundle.yaml.")
EMPTY_BUNDLE = Rule("CW243", "empty-bundle", "A bundle has a course or a program.")


def no_bundle_file(documents: Documents) -> Iterator[Fault]:
    if documents.single or ROOT in documents.names:
        return
    inner = inner_bundles(documents)
    yield Fault(
        rule=NO_BUNDLE,
        spot=Spot(""),
        found=f"no {ROOT}" + (f" here, but in {one_of(inner, 3)}" if inner else ""),
        expected=f"{ROOT} at the root",
        mend=_mend(documents, inner),
    )


def inner_bundles(documents: Documents) -> list[str]:
    """The folders with a bundle.yaml, where the root has none: no bundle, but a shelf of them."""
    found = sorted(name for name in documents.names if name.endswith(f"/{ROOT}"))
    return [] if ROOT in documents.names else [name.removesuffix(f"/{ROOT}") for name in found]


def _mend(documents: Documents, inner: list[str]) -> str:
    if inner and "!" in documents.source.place(inner[0]):
        return f"unpack the zip, and name its folder {inner[0]}"
    if inner:
        return (
            f"name {documents.source.place(inner[0])}" + (" and the others" if inner[1:] else "") + " instead"
        )
    other = next((name for name in sorted(documents.names) if name.lower() in (ROOT, "bundle.yml")), None)
    return f"rename {other} to {ROOT}" if other else f"write {ROOT} with a line `key: …`"


def several_bundle_files(documents: Documents) -> Iterator[Fault]:
    if ROOT in documents.names:
        for name in sorted(documents.names):
            if name.endswith(f"/{ROOT}"):
                yield Fault(
                    rule=SEVERAL_BUNDLES,
                    spot=Spot(name),
                    found=f"a second {ROOT}",
                    expected="one, at the root",
                    mend="move the inner bundle out of this folder",
                    related=(Spot(ROOT),),
                )


def empty_bundle(documents: Documents) -> Iterator[Fault]:
    """Published, it would archive everything that the tenant has of this bundle."""
    found = any(document.kind in ("program", "course") for document in documents.documents.values())
    if documents.root is not None and not found and not any(map(is_misnamed, documents.names)):
        yield Fault(
            rule=EMPTY_BUNDLE,
            spot=Spot(ROOT),
            found="a bundle without courses and programs",
            expected="at least one course",
            mend="write course.yaml; take things out of a tenant with `status: suspended`",
        )


RULES = (no_bundle_file, several_bundle_files, empty_bundle)
