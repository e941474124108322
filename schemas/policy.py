"""A policy file as a pydantic model: the source of `schemas/json/policy.schema.json`.

What may be published without asking. It is read anew for each run, so it can stand beside the bundles in git.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.configuration import Pattern
from schemas.documents import Document, Key

Breaking = Literal["CW430", "CW431", "CW432", "CW433", "CW434", "CW435", "CW437"]


class ArchivePolicy(Document):
    """How much may be archived at once: programs, courses, sections, contents, quizzes and questions."""

    items: Annotated[int, Field(ge=0, le=10_000_000)] = 100
    """More than so many, and publishing stops."""
    share: Annotated[int, Field(ge=0, le=100)] = 20
    """More than so many percent of what is in use, and publishing stops; ten items are always allowed."""


class Allowance(Document):
    """What is allowed besides, for some tenants or bundles; for both, where an entry names both."""

    tenants: Annotated[list[Pattern] | None, Field(min_length=1)] = None
    """Only in these tenants."""
    bundles: Annotated[list[Key] | None, Field(min_length=1)] = None
    """Only of these bundles, by their keys."""
    accept: Annotated[list[Breaking], Field(default_factory=list)]
    """Rules of breaking changes that are accepted besides."""
    archive: ArchivePolicy | None = None
    """Instead of what stands above it in the file."""


class PolicyFile(Document):
    """What a publish may do to learners without being asked each time."""

    accept: Annotated[list[Breaking], Field(default_factory=list)]
    """Rules of breaking changes that are accepted."""
    archive: Annotated[ArchivePolicy, Field(default_factory=ArchivePolicy)]
    """How much may be archived at once."""
    also: Annotated[list[Allowance], Field(default_factory=list)]
    """What is allowed for some tenants or bundles only. All entries that fit count."""
