"""The version of the installed tool."""

from __future__ import annotations


def version() -> str:
    from importlib.metadata import version as installed  # 40 ms, so only when asked

    return installed("coursewright")
