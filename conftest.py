"""Options of the whole test run must be known before any test folder is read, so they are declared here."""

from __future__ import annotations

pytest_plugins = ["tests.golden"]
