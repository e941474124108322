"""Check → compare → show → upload media → one transaction → say what was done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checking import check
from pipeline.consent import NO_CONSENT, Consent, refusals
from pipeline.keeping import keep
from pipeline.prepared import Prepared
from pipeline.progress import progress, say
from schemas.findings import CoursewrightError, Finding, RefusedError, Report, Rule
from schemas.steps import reached
from schemas.words import counted, sized

if TYPE_CHECKING:
    from loaders.content.drift.local import Local, OnDrift
    from loaders.content.leaving import Leaving
    from loaders.content.plan import Plan, Release
    from loaders.content.severity import Judged
    from loaders.content.staging.area import Areas
    from loaders.content.staging.stage import Stage
    from loaders.media import Store
    from loaders.tenants.tenant import Tenant
    from pipeline.promise import Promise
    from schemas.model import Location, Media
    from schemas.source import Reading, Source

BUNDLE_TWICE = Rule("CW403", "bundle-twice", "Bundles that are published together have keys of their own.")
_BULK_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What publishing will do: the plan for the rows, and the media the store does not have yet.

    `judged` says of each change of the plan what it means for learners, `leaving` how much is archived,
    `local` what was edited in the tenant. `store` is where the media and the bundle itself go.
    """

    label: str
    tenant: str
    plan: Plan
    judged: tuple[Judged, ...]
    leaving: Leaving
    local: Local
    uploads: tuple[Media, ...]
    store: Store = field(repr=False, compare=False)


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
    reached("checked")
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
    prepared: Prepared = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prepared", Prepared(self.reading.bundle))


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Reads a bundle; its media can be read until the block ends. Raises RefusedError when it is wrong."""
    from importers import bundle as reader
    from pipeline.archives import open_source

    with open_source(path) as source:
        reading = reader.read(source, Report())
        reached(f"opened {reading.bundle.key}")
        yield Opened(label=str(path), source=source, reading=reading, git_commit=_git_commit(path))


def propose(bundle: Opened, tenant: Tenant, *, user: str | None, on_drift: OnDrift = "refuse") -> Proposal:
    """What publishing would do; nothing is written. `user`, when given, must be known to the tenant.

    Raises RefusedError when the tenant cannot take the bundle, whatever anybody consents to.
    """
    from loaders.content.compare import compare
    from loaders.content.effects import effects
    from loaders.content.leaving import leaving
    from loaders.content.people import publisher
    from loaders.content.severity import judge
    from loaders.media import open_store
    from loaders.tenants.connect import connect
    from pipeline import drifting

    wanted = bundle.reading.bundle
    reading = connect(tenant, statement_seconds=_BULK_SECONDS, snapshot=True)
    with located(bundle.source), reading as connection:
        if user is not None and not tenant.create_users:
            publisher(connection, tenant, user)
        local = drifting.local_edits(tenant, wanted.key, on_drift)
        tree = bundle.prepared.tree()
        plan = compare(connection, tenant, wanted, tree=tree, local=local, back_to=bundle.back_to)
        met = effects(connection, tenant.schema, plan)
        gone = leaving(connection, tenant.schema, plan)
    reached(f"compared {wanted.key}")
    with _told_of(tenant):
        store = open_store(tenant.media, tenant.endpoint)
        uploads = _missing(store, wanted.media)
    return Proposal(
        label=bundle.label,
        tenant=tenant.name,
        plan=plan,
        judged=tuple(map(judge, plan.changes, met)),
        leaving=gone,
        local=local,
        uploads=uploads,
        store=store,
    )


def publish(
    bundle: Opened,
    tenant: Tenant,
    *,
    user: str,
    dry_run: bool,
    show: Callable[[Proposal], None],
    on_drift: OnDrift = "refuse",
    consent: Consent = NO_CONSENT,
    promise: Promise | None = None,
    areas: Areas | None = None,
    rehearse: bool = False,
) -> Outcome:
    """Publishes one bundle; `show` gets the proposal before anything is written.

    `areas` are where rows for several tenants are staged. A rehearsal does everything but commit: media and
    bundle are in the store, and the tenant took every row.

    Raises RefusedError when the publish would undo what somebody edited in the tenant, see `drifting`, or do
    to learners what nobody consented to, and CoursewrightError when it is not what was promised.

    Media go first, because rows must never point to a file that is not there. `apply` takes the tenant's lock
    and refuses when somebody else published since the plan was made.
    """
    from pipeline import drifting

    proposal = propose(bundle, tenant, user=user, on_drift=on_drift)
    with located(bundle.source):
        drifting.settle(proposal.local, tenant)
    if promise is not None:
        promise.insist(proposal)
    show(proposal)
    if dry_run:
        return Outcome(proposal=proposal, dry_run=True, release=None)
    with located(bundle.source):
        if refused := refusals(proposal, consent):
            raise RefusedError(refused)
    with _told_of(tenant):
        _upload(proposal.store, proposal.uploads, bundle.reading)
        file = _keep(proposal.store, bundle, proposal.plan)
    stage = areas.stage(tenant, bundle.prepared.tree(), proposal.plan.work) if areas else None
    release = _write(
        bundle, tenant, proposal.plan, user=user, bundle_file=file, stage=stage, rehearse=rehearse
    )
    return Outcome(proposal=proposal, dry_run=False, release=release)


@contextmanager
def located(source: Source) -> Iterator[None]:
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
    reached("media are stored")


def _keep(store: Store, bundle: Opened, plan: Plan) -> str | None:
    """Keeps the bundle for the release that is going to be made, if there is one. Returns its SHA-256."""
    if plan.empty:
        return None
    kept = bundle.prepared.kept()
    keep(store, kept)
    reached("bundle is kept")
    return kept.digest


def _write(
    bundle: Opened,
    tenant: Tenant,
    plan: Plan,
    *,
    user: str,
    bundle_file: str | None,
    stage: Stage | None,
    rehearse: bool,
) -> Release | None:
    """One transaction: all of the plan that was shown, or nothing. None when that made no new release."""
    from loaders.content.apply import apply
    from loaders.tenants.connect import connect

    if not plan.empty:
        say(f"{'rehearsing' if rehearse else 'writing to'} {tenant.name}")
    with connect(tenant, statement_seconds=_BULK_SECONDS) as connection:
        release = apply(
            connection,
            tenant,
            plan,
            user=user,
            git_commit=bundle.git_commit,
            bundle_file=bundle_file,
            stage=stage,
        )
        if rehearse:
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.rollback()
        reached("rolled back" if rehearse else "committing")
    reached("rehearsed" if rehearse else "committed")
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
