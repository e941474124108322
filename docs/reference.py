"""Writes the two pages that repeat what the code says: `python -m docs.reference` (or `make docs`).

tests/test_docs.py fails when they are not what this module would write.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from exporters import FORMATS
from schemas.findings import Rule

DOCS = Path(__file__).parent
PACKAGES = ("schemas", "importers", "loaders", "exporters", "pipeline")
COMMANDS = (
    "",
    "check",
    "plan",
    "publish",
    "drift",
    "pull",
    "history",
    "rollback",
    "copy",
    "status",
    "import",
    "inspect",
    *(f"export {name}" for name in FORMATS),
    "export bundle",
    "export enrollments",
    "export certificates",
    *(f"export {name}" for name in FORMATS),
    "tenant list",
    "tenant migrate",
    "tenant status",
)
RANGES = {
    "CW0": "Containers: archives and folders",
    "CW1": "YAML and JSON Schema",
    "CW2": "References and meaning",
    "CW3": "Policy: media types, sizes, rich text",
    "CW4": "Tenants and publishing",
    "CW5": "Foreign packages",
    "CW6": "Foreign packages, continued",
}


def pages() -> dict[str, str]:
    """File name → content."""
    return {"cli.md": _command_line(), "rules.md": _rules()}


def _command_line() -> str:
    parts = ["# Command line\n\nWritten by `make docs` from `--help`.\n"]
    for command in COMMANDS:
        name = f"coursewright {command}".strip()
        parts.append(f"## {name}\n\n```text\n{_help(command.split())}```\n")
    return "\n".join(parts)


def _help(command: list[str]) -> str:
    from pipeline.cli import main

    os.environ["COLUMNS"] = "90"
    with contextlib.redirect_stdout(io.StringIO()) as output:
        main([*command, "--help"])
    return output.getvalue()


def _rules() -> str:
    parts = ["# Rules\n\nEverything that can be found wrong. Written by `make docs` from the code.\n"]
    found = rules()
    for start, title in RANGES.items():
        rows = [
            f"| {r.code} | {r.name} | {r.about} |"
            for code, r in sorted(found.items())
            if code.startswith(start)
        ]
        if rows:
            parts.append("\n".join([f"## {title}\n", "| code | name | about |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def rules() -> Mapping[str, Rule]:
    """Every `Rule` of every module, by code. Raises ValueError when two rules share a code or a name."""
    found: dict[str, Rule] = {}
    for rule in _all_rules():
        if found.setdefault(rule.code, rule) != rule:
            raise ValueError(f"{rule} and {found[rule.code]} share a code")
    if len({rule.name for rule in found.values()}) < len(found):
        raise ValueError("two rules share a name")
    return found


def _all_rules() -> Iterator[Rule]:
    for package in PACKAGES:
        for module in walk_packages(import_module(package).__path__, prefix=f"{package}."):
            if not module.name.endswith("__main__"):
                yield from (
                    value for value in vars(import_module(module.name)).values() if isinstance(value, Rule)
                )


if __name__ == "__main__":
    for name, content in pages().items():
        (DOCS / name).write_text(content, encoding="utf-8")
