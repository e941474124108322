"""What a publish may do without being asked again: break something for learners, and archive a lot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.findings import CoursewrightError, Finding, RefusedError, Rule
from schemas.model import NOWHERE, Location

if TYPE_CHECKING:
    from loaders.content.leaving import Leaving
    from loaders.content.severity import Judged, Reason
    from pipeline.publishing import Proposal

ARCHIVES_MUCH = Rule("CW440", "archives-much", "A publish does not archive a large part of what is in use.")
NOTHING_STAYS = Rule("CW441", "nothing-stays", "Some of what is published stays.")

_FEW = 10
_LIMIT = 64 * 1024
_MOST_PLACES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a policy adds for some tenants and bundles: patterns and keys, None for all of them.

    `limits` are `items` and `share` of a `Consent`, as far as they are given.
    """

    tenants: Sequence[str] | None
    bundles: Sequence[str] | None
    accept: frozenset[str]
    limits: Mapping[str, Any]

    def fits(self, tenant: str, bundle: str) -> bool:
        here = self.tenants is None or any(fnmatchcase(tenant, pattern) for pattern in self.tenants)
        return here and (self.bundles is None or bundle in self.bundles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`accept`: codes of breaking rules. Archiving stops above `items`, and above `share` percent.

    `allow_archive` takes the place of both. `also` holds for some tenants and bundles.
    """

    accept: frozenset[str] = frozenset()
    items: int = 100
    share: int = 20
    allow_archive: int | None = None
    also: Sequence[Allowance] = ()

    def at(self, tenant: str, bundle: str) -> Consent:
        """What holds for a bundle in a tenant; of several limits, those that stand last in the file."""
        given = self
        for one in self.also:
            if one.fits(tenant, bundle):
                given = replace(given, accept=given.accept | one.accept, **one.limits)
        return given


NO_CONSENT = Consent()


def consent(accept: Iterable[str], allow_archive: int | None, policy: Path | None) -> Consent:
    """What the command line and the policy file allow together.

    Raises CoursewrightError for a rule that cannot be accepted, RefusedError when the policy file is wrong.
    """
    from loaders.content.severity import BREAKING

    given = frozenset(accept)
    if unknown := given - {rule.code for rule in BREAKING}:
        known = ", ".join(sorted(str(rule) for rule in BREAKING))
        raise CoursewrightError(
            f"{', '.join(sorted(unknown))} is no rule that can be accepted", f"these can: {known}"
        )
    told = _read(policy) if policy else {}
    return Consent(
        accept=given | frozenset(told.get("accept", ())),
        allow_archive=allow_archive,
        also=tuple(map(_allowance, told.get("also", ()))),
        **told.get("archive", {}),
    )


def _allowance(entry: Mapping[str, Any]) -> Allowance:
    return Allowance(
        tenants=entry.get("tenants"),
        bundles=entry.get("bundles"),
        accept=frozenset(entry.get("accept", ())),
        limits=entry.get("archive") or {},
    )


def _read(file: Path) -> dict[str, Any]:
    from importers.bundle import structure
    from importers.bundle.checking import findings_of
    from importers.bundle.documents import parse
    from pipeline.archives import open_source

    with open_source(file) as source:
        (name,) = source.names()
        data, faults = parse(name, source.read(name, _LIMIT))
        faults = faults or structure.faults("policy", name, data)
        if faults:
            raise RefusedError(findings_of(source, faults))
    return dict(data)


# ── what is missing ──────────────────────────────────────────────────────────────────────────────


def refusals(proposal: Proposal, given: Consent) -> list[Finding]:
    """Why it may not be published yet: one finding a rule, at the places in the bundle that break it."""
    given = given.at(proposal.tenant, proposal.plan.bundle)
    return [*_breaking(proposal, given), *_archiving(proposal.leaving, given, proposal.label)]


def wanted(proposal: Proposal) -> tuple[list[str], int | None]:
    """What `--accept` and `--allow-archive` would have to say."""
    codes = sorted({reason.rule.code for reason in _reasons(proposal.judged)})
    stopped = any(_archiving(proposal.leaving, NO_CONSENT, proposal.label))
    return codes, proposal.leaving.items if stopped else None


def _reasons(judged: Iterable[Judged]) -> Iterator[Reason]:
    for one in judged:
        yield from (reason for reason in one.reasons if reason.severity == "breaking")


def _breaking(proposal: Proposal, given: Consent) -> Iterator[Finding]:
    found: defaultdict[Rule, list[tuple[Judged, str]]] = defaultdict(list)
    for one in proposal.judged:
        for reason in one.reasons:
            if reason.severity == "breaking" and reason.rule.code not in given.accept:
                found[reason.rule].append((one, reason.people))
    for rule, broken in sorted(found.items(), key=lambda entry: entry[0].code):
        yield _broken(rule, broken, proposal)


def _broken(rule: Rule, broken: Sequence[tuple[Judged, str]], proposal: Proposal) -> Finding:
    (first, people), *others = broken
    more = f"; and {len(others):,} more" if others else ""
    return Finding(
        rule=rule,
        location=_place(first, proposal),
        found=f"{first.change.action} {first.change.address}: {people}{more}",
        expected=rule.about,
        mend=f"leave it as it was, or say that it is meant: --accept {rule.code}",
        related=tuple(_place(other, proposal) for other, _ in others[:_MOST_PLACES]),
    )


def _place(judged: Judged, proposal: Proposal) -> Location:
    """Where the bundle says it; an option stands in its question, and what is gone stands nowhere."""
    item = judged.change.item
    if item is None:
        return Location(proposal.label)
    if item.kind == "option":
        from loaders.content.rows.items import walk

        item = next(one for one in walk(proposal.plan.work.tree.items) if item in one.children)
    return Location(proposal.label) if item.location is NOWHERE else item.location


def _archiving(leaving: Leaving, given: Consent, label: str) -> Iterator[Finding]:
    allowed = given.allow_archive
    if allowed is None and leaving.everything:
        yield _stopped(
            NOTHING_STAYS, leaving, label, "that something stays: keys that are the same, or `moved:`"
        )
    elif allowed is None and _much(leaving, given):
        expected = f"at most {given.items:,} items, and {given.share} % of those in use"
        yield _stopped(ARCHIVES_MUCH, leaving, label, expected)
    elif allowed is not None and leaving.items > allowed:
        yield _stopped(ARCHIVES_MUCH, leaving, label, f"at most {allowed:,} items, as --allow-archive says")


def _much(leaving: Leaving, given: Consent) -> bool:
    if leaving.items > given.items:
        return True
    return leaving.items > _FEW and leaving.items * 100 > given.share * leaving.of


def _stopped(rule: Rule, leaving: Leaving, label: str, expected: str) -> Finding:
    return Finding(
        rule=rule,
        location=Location(label),
        found=f"{leaving.items:,} of {leaving.of:,} items would be archived",
        expected=expected,
        mend=f"look whether files are missing; if it is meant, say so: --allow-archive {leaving.items}",
    )
