"""A saved plan: what somebody looked at, so that exactly this is published or nothing.

It is no script. Publishing it plans again, and refuses when the bundle, the tenant or any change differs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from loaders.content.drift.local import OnDrift
    from loaders.content.plan import Change
    from pipeline.publishing import Proposal

_MARK: Final = "coursewright_plan"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """`digest` is the bundle's, `base` the release it was compared with, `changes` a digest of the plan's.

    `on_drift` is what the plan does about edits in the tenant.
    """

    path: str
    tenant: str
    bundle: str
    digest: str
    base: int | None
    changes: str
    on_drift: OnDrift

    def insist(self, proposal: Proposal) -> None:
        """Raises CoursewrightError when publishing would not do what was promised."""
        now = promised(proposal)
        if now == self:
            return
        raise CoursewrightError(
            f"{self.bundle} → {self.tenant}: the plan is out of date, {self._what_moved(now)}."
            " Nothing was done.",
            "look at a new plan: coursewright plan",
        )

    def _what_moved(self, now: Promise) -> str:
        if (self.bundle, self.digest) != (now.bundle, now.digest):
            return f"the files in {self.path} have changed since"
        if self.base != now.base:
            return f"it was made against {_release(self.base)} and the tenant is at {_release(now.base)}"
        return "what the tenant holds has changed since, though nobody published"


def promised(proposal: Proposal) -> Promise:
    plan = proposal.plan
    return Promise(
        path=proposal.label,
        tenant=proposal.tenant,
        bundle=plan.bundle,
        digest=plan.digest.hex(),
        base=plan.base,
        changes=_digest(plan.changes),
        on_drift=proposal.local.policy,
    )


def _release(number: int | None) -> str:
    return f"release {number}" if number is not None else "no release"


def _digest(changes: Iterable[Change]) -> str:
    from pipeline.show.plan import change_document

    digest = hashlib.sha256()
    for change in changes:
        digest.update(json.dumps(change_document(change), sort_keys=True).encode())
    return digest.hexdigest()


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def write(documents: Iterable[dict[str, Any]], file: Path) -> None:
    """The plans as `--json` shows them; what is promised stands in each."""
    text = json.dumps({_MARK: _VERSION, "plans": list(documents)}, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def is_plan(path: Path) -> bool:
    """Tells a saved plan from a bundle by how it begins."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return f'"{_MARK}"'.encode() in stream.read(64)


def read(file: Path) -> list[Promise]:
    """What the file promises. Raises CoursewrightError when it is damaged or of another version."""
    try:
        document = json.loads(file.read_bytes())
        if document[_MARK] != _VERSION:
            raise CoursewrightError(f"{file} is a plan of another version", "make it anew: coursewright plan")
        return [
            Promise(
                tenant=str(one["tenant"]), path=str(one["path"]), bundle=str(one["bundle"]), **one["promise"]
            )
            for one in document["plans"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise CoursewrightError(f"{file} is not a whole plan", "make it anew: coursewright plan") from error
