"""What can be wrong, and what became of every source item: facts, apart from how they are shown."""

from __future__ import annotations

import copyreg
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from schemas.model import NOWHERE, Location

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A stable id, words first in print: `CW210 quiz-without-answer`. Ids are never reused.

    CW0xx containers (archives, folders) · CW1xx YAML and JSON Schema · CW2xx references and meaning ·
    CW3xx policy · CW4xx tenants and publishing · CW5xx and CW6xx foreign packages.
    """

    code: str
    name: str
    about: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: where, what was found, what was expected, and how to mend it.

    `line_text` is the source line the location points at, when there is one. `related` names the
    other places that take part (the first of two duplicates).
    """

    rule: Rule
    location: Location
    found: str
    expected: str
    mend: str
    severity: Severity = "error"
    line_text: str | None = None
    related: tuple[Location, ...] = ()


class CoursewrightError(Exception):
    """A mistake of the user's or of the world's, told without a traceback. `mend` is the next step."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is: the default calls the class with its message, which some kinds word themselves."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class RefusedError(CoursewrightError):
    """The input cannot be taken; nothing was done. Carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
        super().__init__(f"{first.location}: {first.rule}: {first.found}{more}", first.mend)


class TransientError(CoursewrightError):
    """May succeed if tried again: a lost connection, a deadlock, a throttled store."""


# ── accounting ───────────────────────────────────────────────────────────────────────────────────

Fate = Literal["carried", "changed", "skipped"]
FATES: Final[tuple[Fate, ...]] = ("carried", "changed", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of one source item. `note` names the change or the reason, and is empty when carried."""

    kind: str
    name: str
    fate: Fate
    note: str = ""
    location: Location = NOWHERE


@dataclass(slots=True)
class Report:
    """Accounts for every item of a source, by construction: `expect` them all first, then `settle` each.

    `close` raises AssertionError when a reader dropped an item without saying so.
    """

    accounts: list[Account] = field(default_factory=list)
    _open: dict[tuple[str, str], Location] = field(default_factory=dict)

    def expect(self, kind: str, name: str, location: Location = NOWHERE) -> None:
        """Enumerates a source item before conversion. (kind, name) must be new."""
        assert (kind, name) not in self._open, f"{kind} {name!r} is expected twice"
        self._open[kind, name] = location

    def settle(self, kind: str, name: str, fate: Fate = "carried", note: str = "") -> None:
        """Says what became of an expected item. A changed or skipped one needs its note."""
        assert fate == "carried" or note, f"{fate} {kind} {name!r} needs a note"
        location = self._open.pop((kind, name))
        self.accounts.append(Account(kind=kind, name=name, fate=fate, note=note, location=location))

    def close(self) -> None:
        assert not self._open, f"no account of {sorted(self._open)}"

    def counts(self) -> Counter[Fate]:
        return Counter(account.fate for account in self.accounts)

    def by_kind(self) -> dict[str, Counter[Fate]]:
        """The same for each kind, sorted by its name."""
        counts: dict[str, Counter[Fate]] = {
            kind: Counter() for kind in sorted({a.kind for a in self.accounts})
        }
        for account in self.accounts:
            counts[account.kind][account.fate] += 1
        return counts

    def carried_percent(self) -> float:
        """Carried and changed items, in percent of all; 100 for an empty source."""
        counts = self.counts()
        total = sum(counts.values())
        return 100.0 * (total - counts["skipped"]) / total if total else 100.0
