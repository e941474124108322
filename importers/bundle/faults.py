"""What is wrong, before anyone knows the line: rules name files and paths; lines are looked up later."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.findings import Rule, Severity

Path = tuple[str | int, ...]
"""Keys and indexes from the root of a document to a value."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file of the bundle.

    `key` points at the name of a field instead of its value. `mark` is (line, column), both from 1, for
    places outside a document's structure: syntax errors, pages. `inside` is (line, column) in a text that
    is the value.
    """

    name: str
    path: Path = ()
    key: bool = False
    mark: tuple[int, int] | None = None
    inside: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A finding in the making; see schemas.findings.Finding for the words."""

    rule: Rule
    spot: Spot
    found: str
    expected: str
    mend: str
    severity: Severity = "error"
    related: tuple[Spot, ...] = ()


def shown(value: object, limit: int = 60) -> str:
    """A value as a message quotes it: short, on one line, with its kind visible."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            line = " ".join(value[: 4 * limit].split())
            return f"'{line[:limit]}…'" if len(value) > 4 * limit or len(line) > limit else f"'{line}'"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    return str(value)[:limit]


def path_text(path: Path) -> str:
    """`sections[0].contents[2].title`; keys that are not plain words are quoted: `tags["v1.2"]`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.replace("_", "a").isalnum():
            parts.append(f".{step}" if parts else step)
        else:
            parts.append('["' + step.replace("\\", "\\\\").replace('"', '\\"') + '"]')
    return "".join(parts)
