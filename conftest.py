"""Options of the whole test run must be known before any test folder is read, so they are declared here."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["tests.golden"]

# A loaded machine must not fail a test that is right; what may cost time has tests of its own.
settings.register_profile("coursewright", deadline=None)
settings.load_profile("coursewright")
