"""How one entry of a bundle's YAML files is put together: what is said, and where other files are."""

from __future__ import annotations

from typing import Final, TypeAlias

from exporters.shared.yaml_text import Value

Entry: TypeAlias = "dict[str, Value]"
Said: TypeAlias = "dict[str, Value | None]"

_WINDOWS_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


def said(fields: Said, **defaults: Value) -> Entry:
    """The fields worth writing: those that have a value, and not the one they have when left out."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and not (name in defaults and value == defaults[name])
    }


def reference(path: str | None, folder: str) -> str | None:
    """A file as named from a YAML file in `folder`: what lies below it relatively, the rest from the root."""
    if path is None:
        return None
    return path.removeprefix(f"{folder}/") if path.startswith(f"{folder}/") else f"/{path}"


def stem(key: str) -> str:
    """The key as part of a file name anywhere. `~` is in no key, so the result collides with no other."""
    unusable = key.endswith(".") or key.partition(".")[0] in _WINDOWS_DEVICES
    return f"{key}~" if unusable else key
