"""The learner's player that goes inside SCORM, cmi5, xAPI and web packages, and the data it plays.

    unit = course_data(bundle, courses, files, tracking="scorm-1.2")
    sink.write("index.html", [page(unit, "course.js")])
    sink.write("course.js", [unit.data])
    for name, data in assets("scorm-1.2").items():   # player/…
        sink.write(name, [data])
    for href, path in unit.media.items():            # files/…
        sink.write(href, stream(files, path))

One unit is what an LMS launches: a SCO, an AU. A package with several (one a section: `section=`) has a
page and a data file for each, `intro.html` and `intro.js`, side by side at the root, and the rest once. Equal
input gives equal bytes. What a manifest has to know is in the fields of `Unit`; docs/adr/0020 says why.
"""

from __future__ import annotations

from exporters.shared.player.package import assets, page
from exporters.shared.player.size import LIMITS, Size
from exporters.shared.player.unit import Completion, Tracking, Unit, course_data

__all__ = ["LIMITS", "Completion", "Size", "Tracking", "Unit", "assets", "course_data", "page"]
