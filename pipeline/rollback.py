"""Going back to an earlier release: its bundle, as the tenant's store has it, is published again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from pipeline import history
from pipeline.publishing import Opened
from schemas.findings import CoursewrightError
from schemas.source import Reading
from schemas.words import named

if TYPE_CHECKING:
    from loaders.content.plan import Release
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle
    from schemas.source import Source

PREVIOUS: Final = "previous"
_BEGINNING = re.compile(r"[0-9a-f]{7,64}(-dirty)?")
_SHORT = 12  # so many letters of a digest or a commit tell releases apart in a message


@dataclass(frozen=True, slots=True)
class Target:
    """Which release: its number, how its commit or its bundle's digest begins, or the one before the last.

    Digits alone are always a number, so no value can be read in two ways.
    """

    text: str

    @property
    def number(self) -> int | None:
        return int(self.text) if self.text.isdecimal() else None

    def of(self, releases: Sequence[Release], tenant: str) -> Release:
        """That release among those of one bundle, newest first. Raises CoursewrightError."""
        if self.text == PREVIOUS:
            return _before_the_last(releases, tenant)
        if self.number is not None:
            return history.numbered(releases, self.number, tenant)
        found = [release for release in releases if _is_called(release, self.text)]
        if len({release.digest for release in found}) == 1:
            return found[0]
        bundle = releases[0].bundle
        if found:
            raise CoursewrightError(
                f"{self.text} is more than one bundle of {bundle} in {tenant}: {_listed(found)}",
                "say more of it, or how the digest begins",
            )
        raise CoursewrightError(
            f"no release of {bundle} in {tenant} has a commit or a digest that begins with {self.text}",
            f"it has {_listed(releases)}",
        )


def target(text: str) -> Target:
    """Raises CoursewrightError for what cannot be a release, wherever it is looked for."""
    lower = text.lower()
    if lower == PREVIOUS or lower.isdecimal() or _BEGINNING.fullmatch(lower):
        return Target(lower)
    raise CoursewrightError(
        f"{text!r} is no release",
        "write its number, or at least seven letters of its git commit or of its digest, as `history` lists"
        " them, or `previous`",
    )


def _is_called(release: Release, text: str) -> bool:
    """A commit with changed files is another bundle than the commit: it is meant when `-dirty` is said."""
    beginning, _, dirty = text.partition("-")
    commit, _, changed = (release.git_commit or "").partition("-")
    return (not dirty and release.digest.hex().startswith(beginning)) or (
        commit.startswith(beginning) and dirty == changed
    )


def _before_the_last(releases: Sequence[Release], tenant: str) -> Release:
    """Never from a rollback: doing it twice would undo it, and a run over many tenants may be begun twice."""
    last = releases[0]
    if last.rollback_to is not None:
        raise CoursewrightError(
            f"{last.bundle} in {tenant} went back already: release {last.id} is release {last.rollback_to}",
            f"say which release is meant: it has {_listed(releases)}",
        )
    for release in releases:
        if release.digest != last.digest:
            return release
    raise CoursewrightError(f"{last.bundle} in {tenant} has no release before {last.id}")


def _listed(releases: Sequence[Release]) -> str:
    return named([_called(release) for release in releases])


def _called(release: Release) -> str:
    commit = f", commit {release.git_commit[:_SHORT]}" if release.git_commit else ""
    return f"release {release.id} (digest {release.digest.hex()[:_SHORT]}{commit})"


class Releases:
    """A release of one bundle in each of many tenants, for several threads: an equal bundle is read once."""

    def __init__(self, bundle_key: str, wanted: Target) -> None:
        self._key, self._wanted = bundle_key, wanted
        self._chosen: dict[str, Release] = {}
        self._read: dict[str | None, tuple[Source, Bundle]] = {}
        self._lock = Lock()

    def of(self, tenant: Tenant) -> Opened:
        """That of a tenant, to be published with the plan, the guards and the questions of any other publish.

        What later releases moved goes back to where it was: rows keep their ids and learners their records.
        It is chosen once: when a commit is tried again that was not known to be done, `previous` is the same.
        Raises CoursewrightError when there is no such release, or when it did not keep its bundle.
        """
        from loaders.media import open_store
        from loaders.media.upload import StoreFiles

        if tenant.name not in self._chosen:
            found = history.releases(tenant, self._key)
            self._chosen[tenant.name] = self._wanted.of(found, tenant.name)
        release = self._chosen[tenant.name]
        source, bundle = self._recalled(tenant, release)
        files = StoreFiles(open_store(tenant.media, tenant.endpoint), bundle.media)
        return Opened(
            label=source.label,
            source=source,
            reading=Reading(bundle, files),
            git_commit=release.git_commit,
            back_to=release.id,
        )

    def _recalled(self, tenant: Tenant, release: Release) -> tuple[Source, Bundle]:
        with self._lock:
            if release.bundle_file not in self._read:
                source, reading = history.recall(tenant, release)
                self._read[release.bundle_file] = source, reading.bundle
            return self._read[release.bundle_file]
