"""What a tenant is missing and what was published there."""

from __future__ import annotations

from typing import Any, TextIO

from pipeline.tenants import Status
from schemas.printable import printable
from schemas.words import counted


def write(status: Status, stream: TextIO) -> None:
    stream.writelines(f"pending: {migration}\n" for migration in status.pending)
    if status.pending:
        stream.write(f"bring the tables up to date: coursewright tenant migrate {status.tenant}\n")
    elif not status.releases:
        stream.write(f"{status.tenant} is up to date; nothing was published yet\n")
    else:
        stream.write(f"{status.tenant} is up to date and has {counted(len(status.releases), 'bundle')}:\n")
    for release in status.releases:
        commit = f", commit {release.git_commit}" if release.git_commit else ""
        line = f"  {release.bundle}: release {release.id}, {release.published_at:%Y-%m-%d %H:%M} UTC"
        stream.write(printable(f"{line} by {release.published_by}{commit}") + "\n")


def document(status: Status) -> dict[str, Any]:
    return {
        "tenant": status.tenant,
        "pending": list(status.pending),
        "bundles": [
            {
                "bundle": release.bundle,
                "release": release.id,
                "at": release.published_at.isoformat(),
                "by": release.published_by,
                "commit": release.git_commit,
            }
            for release in status.releases
        ],
    }
