"""Takes names one by one and remembers all that is wrong with them, so that one run tells everything."""

from __future__ import annotations

from pipeline.archives.findings import about
from pipeline.archives.limits import Limits
from pipeline.archives.names import (
    COLLISION,
    LONG_NAME,
    NAME_CHANGED,
    ODD_NAME,
    UNSAFE_NAME,
    collision_key,
    is_odd,
    mended,
    over_limit,
    refusal,
)
from schemas.findings import Finding, RefusedError, Rule

_SHOWN = 3


class Listing:
    """`prefix` and a name make a place for messages: `course.zip!` or `course/`."""

    def __init__(self, prefix: str, limits: Limits) -> None:
        self._prefix = prefix
        self._rename = "Rename it and pack again." if prefix.endswith("!") else "Rename it."
        self._limits = limits
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._walked = {""}
        self._errors: list[Finding] = []
        self._notes: dict[tuple[Rule, str, str, str], list[str]] = {}

    def take(self, stored: str) -> str | None:
        """The name to use for a stored one (folders end in `/`), or None when there is a finding about it."""
        name = mended(stored)
        if reason := refusal(name):
            expected = "a relative path that every system reads the same"
            self.refuse(UNSAFE_NAME, stored, reason, expected, self._rename)
        elif excess := over_limit(name, self._limits):
            self.refuse(LONG_NAME, stored, *excess, self._rename)
        elif other := self._taken(name):
            same = other == name
            expected = "each name once" if same else "names that differ by more than case or Unicode form"
            found = "a second file of this name" if same else f"the same name as {other!r} for some systems"
            self.refuse(COLLISION, name, found, expected, self._rename, related=other)
        else:
            self._note_changes(stored, name)
            return name
        return None

    def refuse(
        self, rule: Rule, name: str, found: str, expected: str, mend: str, *, related: str | None = None
    ) -> None:
        """An error; `close` refuses the whole, once everything has been looked at."""
        other = self._prefix + related if related else None
        self._errors.append(about(rule, self._prefix + name, found, expected, mend, related=other))

    def note(self, rule: Rule, name: str, found: str, expected: str, mend: str = "Nothing to do.") -> None:
        """A warning; equal ones about many files become one."""
        self._notes.setdefault((rule, found, expected, mend), []).append(name)

    def close(self, *, forgiving: bool = False) -> tuple[Finding, ...]:
        """The notes. Raises RefusedError with every error; forgiving, they are among the notes."""
        if self._errors and not forgiving:
            raise RefusedError(self._errors)
        return (*self._errors, *(self._noted(*what, names) for what, names in self._notes.items()))

    def _note_changes(self, stored: str, name: str) -> None:
        if name != stored:
            self.note(NAME_CHANGED, name, "was written with backslashes, './' or '//'", "single slashes")
        if is_odd(name):
            found = "kept, though Windows or some tools cannot store such a name"
            self.note(ODD_NAME, name, found, "letters, digits and - _ . ( )", "Rename it if you can.")

    def _taken(self, name: str) -> str | None:
        """Registers a name and the folders above it. The other name, when a file has one of these already."""
        path = name.rstrip("/")
        key = collision_key(path)
        if name.endswith("/"):
            other = self._files.get(key)
            self._folders.setdefault(key, name)
        else:
            other = self._files.get(key) or self._folders.get(key)
            self._files.setdefault(key, name)
        folder = path.rpartition("/")[0]
        while other is None and folder not in self._walked:
            self._walked.add(folder)
            other = self._taken(folder + "/")
        return other

    def _noted(self, rule: Rule, found: str, expected: str, mend: str, names: list[str]) -> Finding:
        others = ""
        if len(names) > 1:
            shown = ", ".join(names[1:_SHOWN])
            others = f" (and {len(names) - 1:,} more: {shown}{', …' if len(names) > _SHOWN else ''})"
        return about(rule, self._prefix + names[0], found + others, expected, mend, severity="warning")
