"""Check → compare → show → upload media → one transaction → say what was done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checking import check
from pipeline.progress import progress, say
from pipeline.show.words import counted, sized
from schemas.findings import CoursewrightError, Finding, RefusedError, Report, Rule

if TYPE_CHECKING:
    from loaders.content.drift.local import OnDrift
    from loaders.content.plan import Plan, Release
    from loaders.media import Store
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle, Location, Media
    from schemas.source import Reading, Source

BUNDLE_TWICE = Rule("CW403", "bundle-twice", "Bundles that are published together have keys of their own.")
_BULK_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What publishing will do: the plan for the rows, and the media the store does not have yet."""

    label: str
    tenant: str
    plan: Plan
    uploads: tuple[Media, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What publishing did. `release` is None after a dry run, and when there was nothing to change."""

    proposal: Proposal
    dry_run: bool
    release: Release | None


def require_clean(paths: Sequence[Path]) -> list[Finding]:
    """The warnings of these bundles. Raises RefusedError with all findings when there are errors.

    Raises CoursewrightError for a file that is no bundle, before any of the others is published.
    """
    checked = check(paths)
    findings = [finding for one in checked for finding in one.findings]
    if any(one.failed for one in checked):
        raise RefusedError(findings)
    _require_different(paths)
    return findings


def _require_different(paths: Sequence[Path]) -> None:
    """Two folders with one key are a copy or a slip: the second would archive what only the first has."""
    from importers import bundle as reader
    from pipeline.archives import open_source

    first: dict[str, Location] = {}
    twice: list[Finding] = []
    for path in paths:
        with open_source(path) as source:
            key, where = reader.key(source)
        if first.setdefault(key, where) is not where:
            twice.append(_twice(key, where, first[key]))
    if twice:
        raise RefusedError(twice)


def _twice(key: str, second: Location, first: Location) -> Finding:
    return Finding(
        rule=BUNDLE_TWICE,
        location=second,
        found=f"the key {key}, which another bundle of this command has",
        expected="a key of its own for each bundle: the second would archive what only the first has",
        mend="publish one of them, or give one another key",
        related=(first,),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A bundle that was read and can be published to any number of tenants, by several threads at once.

    `back_to` is the release of a tenant that the bundle was, when the publish is a rollback.
    """

    label: str
    source: Source
    reading: Reading
    git_commit: str | None
    back_to: int | None = None


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Reads a bundle; its media can be read until the block ends. Raises RefusedError when it is wrong."""
    from importers import bundle as reader
    from pipeline.archives import open_source

    with open_source(path) as source:
        reading = reader.read(source, Report())
        yield Opened(label=str(path), source=source, reading=reading, git_commit=_git_commit(path))


def publish(
    bundle: Opened,
    tenant: Tenant,
    *,
    user: str,
    dry_run: bool,
    show: Callable[[Proposal], None],
    on_drift: OnDrift = "refuse",
) -> Outcome:
    """Publishes one bundle; `show` gets the proposal before anything is written.

    Raises RefusedError when the publish would undo what somebody edited in the tenant, see `drifting`.

    Media go first, because rows must never point to a file that is not there. `apply` takes the tenant's lock
    and refuses when somebody else published since the plan was made.
    """
    from loaders.media import open_store

    reading = bundle.reading
    with _located(bundle.source):
        plan = _plan(bundle, tenant, user, on_drift)
    with _told_of(tenant):
        store = open_store(tenant.media, tenant.endpoint)
        uploads = _missing(store, reading.bundle.media)
    proposal = Proposal(label=bundle.label, tenant=tenant.name, plan=plan, uploads=uploads)
    show(proposal)
    if dry_run:
        return Outcome(proposal=proposal, dry_run=True, release=None)
    with _told_of(tenant):
        _upload(store, proposal.uploads, reading)
        file = keep(store, reading.bundle, proposal.plan)
    release = _write(tenant, proposal.plan, user=user, git_commit=bundle.git_commit, bundle_file=file)
    return Outcome(proposal=proposal, dry_run=False, release=release)


def _plan(bundle: Opened, tenant: Tenant, user: str, on_drift: OnDrift) -> Plan:
    from loaders.content.compare import compare
    from loaders.content.people import publisher
    from loaders.tenants.connect import connect
    from pipeline import drifting

    with connect(tenant, snapshot=True) as connection:
        if not tenant.create_users:
            publisher(connection, tenant, user)  # before anything is uploaded, not after
        wanted = bundle.reading.bundle
        local = drifting.local_edits(tenant, wanted.key, on_drift)
        plan = compare(connection, tenant, wanted, local=local, back_to=bundle.back_to)
    drifting.settle(local, tenant)
    return plan


@contextmanager
def _located(source: Source) -> Iterator[None]:
    """What a tenant finds wrong with a bundle gets the lines of its files, which the model does not keep."""
    from importers.bundle import locate

    try:
        yield
    except RefusedError as refused:
        raise RefusedError(
            replace(
                finding,
                location=locate(source, finding.location),
                related=tuple(locate(source, place) for place in finding.related),
            )
            for finding in refused.findings
        ) from refused


@contextmanager
def _told_of(tenant: Tenant) -> Iterator[None]:
    """Errors of a media store say whose it is: publishing goes over many tenants in a loop."""
    try:
        yield
    except CoursewrightError as error:
        error.args = (f"Tenant {tenant.name}: {error}",)
        raise


def _missing(store: Store, media: Sequence[Media]) -> tuple[Media, ...]:
    """One file of each content that the store does not have."""
    from schemas.media import storage_key

    keys = {storage_key(one.digest, one.media_type): one for one in media}
    return tuple(keys[key] for key in sorted(store.missing(sorted(keys))))


def _upload(store: Store, media: Sequence[Media], reading: Reading) -> None:
    from loaders.media.upload import upload_missing

    if not media:
        return
    say(f"uploading {counted(len(media), 'media file')}")
    with progress("uploading", sum(one.size for one in media), sized) as advance:
        upload_missing(store, media, reading.files, advance)


def keep(store: Store, bundle: Bundle, plan: Plan) -> str | None:
    """Keeps the bundle for the release that is going to be made, if there is one. Returns its SHA-256."""
    from pipeline import keeping

    if plan.empty:
        return None
    kept = keeping.pack(bundle)
    keeping.keep(store, kept)
    return kept.digest


def _write(
    tenant: Tenant, plan: Plan, *, user: str, git_commit: str | None, bundle_file: str | None
) -> Release | None:
    """One transaction: all of the plan that was shown, or nothing. None when that made no new release."""
    from loaders.content.apply import apply
    from loaders.tenants.connect import connect

    if not plan.empty:
        say(f"writing to {tenant.name}")
    with connect(tenant, statement_seconds=_BULK_SECONDS) as connection:
        release = apply(connection, tenant, plan, user=user, git_commit=git_commit, bundle_file=bundle_file)
    return None if release.id == plan.base else release


def _git_commit(path: Path) -> str | None:
    """The commit the bundle was published from, `-dirty` when files differ; None outside git."""
    folder = path if path.is_dir() else path.parent
    if not _git(folder, "ls-files", "--error-unmatch", "bundle.yaml"):
        return None
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 fixed commands
            ["git", "-C", str(folder), *arguments],  # noqa: S607 the user's own git
            capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
