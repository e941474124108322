"""The first step of everything: what is wrong with these bundles?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.findings import Finding, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A bundle that was looked at, as the user named it, and what was found."""

    label: str
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def check(paths: Sequence[Path]) -> list[Checked]:
    """Checks every bundle; one that cannot be opened never hides the others."""
    return [_check_one(path) for path in paths]


def _check_one(path: Path) -> Checked:
    from importers import bundle
    from pipeline.archives import open_source

    try:
        with open_source(path, forgiving=True) as source:
            return Checked(label=str(path), findings=(*source.notes, *bundle.check(source)))
    except RefusedError as refused:
        return Checked(label=str(path), findings=refused.findings)
