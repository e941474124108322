"""Takes names one by one and remembers all that is wrong with them, so that one run tells everything."""

from __future__ import annotations

from pipeline.archives.findings import about
from pipeline.archives.limits import Limits
from pipeline.archives.names import COLLISION, LONG_NAME, NAME_CHANGED, ODD_NAME, UNSAFE_NAME
from pipeline.archives.names import collision_key, is_odd, mended, over_limit, refusal
from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location
from schemas.printable import printable

_RENAME = "Rename it and pack again."
_SHOWN = 3


class Listing:
    """`prefix` and a name make a place for messages: `course.zip!` or `course/`."""

    def __init__(self, prefix: str, limits: Limits) -> None:
        self._prefix = prefix
        self._limits = limits
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._walked: set[str] = set()
        self._errors: list[Finding] = []
        self._notes: dict[tuple[Rule, str, str], list[str]] = {}

    def take(self, stored: str) -> str | None:
        """The name to use for a stored one (folders end in `/`), or None with a finding."""
        name = mended(stored)
        if reason := refusal(name):
            expected = "a relative path that every system reads the same"
            return self.refuse(UNSAFE_NAME, stored, f"a name that is not safe: {reason}", expected, _RENAME)
        if excess := over_limit(name, self._limits):
            return self.refuse(LONG_NAME, stored, *excess, _RENAME)
        if self._collides(name):
            return None
        if name != stored:
            self.note(NAME_CHANGED, name, "written with backslashes, './' or '//'", "Nothing to do.")
        if is_odd(name):
            self.note(
                ODD_NAME, name, "kept, though Windows or some tools cannot store it", "Rename it if you can."
            )
        return name

    def _collides(self, name: str) -> bool:
        key = collision_key(name.rstrip("/"))
        parent = name.rstrip("/").rpartition("/")[0]
        if name.endswith("/"):
            other = self._files.get(key)
            self._folders.setdefault(key, name)
        else:
            other = self._files.get(key) or self._folders.get(key)
            self._files.setdefault(key, name)
        other = other or (self._enter(parent) if parent and parent not in self._walked else None)
        if other is not None:
            self._collision(name, other)
        return other is not None

    def _enter(self, folder: str) -> str | None:
        """Registers a folder and those above it; the file that has the name of one of them, if any."""
        while folder:
            key = collision_key(folder)
            if key in self._files:
                return self._files[key]
            self._folders.setdefault(key, folder + "/")
            self._walked.add(folder)
            folder = folder.rpartition("/")[0]
        return None

    def _collision(self, name: str, other: str) -> None:
        finding = about(
            COLLISION,
            self._prefix + name,
            f"the same name as {other!r}",
            "names that differ by more than case",
            _RENAME,
        )
        self._errors.append(_with_related(finding, self._prefix + other))

    def refuse(self, rule: Rule, name: str, found: str, expected: str, mend: str) -> None:
        """An error; the container is refused by `close`, once everything has been looked at."""
        self._errors.append(about(rule, self._prefix + name, found, expected, mend))

    def note(self, rule: Rule, name: str, found: str, mend: str) -> None:
        """A warning; equal ones about many files become one."""
        self._notes.setdefault((rule, found, mend), []).append(name)

    def close(self) -> tuple[Finding, ...]:
        """The notes. Raises RefusedError with every error."""
        if self._errors:
            raise RefusedError(self._errors)
        return tuple(self._noted(*what, names) for what, names in self._notes.items())

    def _noted(self, rule: Rule, found: str, mend: str, names: list[str]) -> Finding:
        others = ""
        if len(names) > 1:
            shown = ", ".join(names[1:_SHOWN])
            others = f" (and {len(names) - 1:,} more: {shown}{', …' if len(names) > _SHOWN else ''})"
        return about(rule, self._prefix + names[0], found + others, "", mend, "warning")


def _with_related(finding: Finding, place: str) -> Finding:
    from dataclasses import replace

    return replace(finding, related=(Location(printable(place)),))
