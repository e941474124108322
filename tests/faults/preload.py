"""Imported once by the server that publishers are forked from: what a publish imports when it needs it."""

from __future__ import annotations

import importers.bundle
import loaders.content.apply
import loaders.content.compare
import loaders.content.drift.local
import loaders.content.effects
import loaders.content.leaving
import loaders.content.severity
import loaders.content.standing
import loaders.media.folder
import loaders.media.s3
import pipeline.archives
import pipeline.cli
import pipeline.fleet.command
import pipeline.keeping
import pipeline.planning

__all__ = ["importers", "loaders", "pipeline"]
