"""olxcleaner: the url_names of a course as it sees them. Reads paths, writes a JSON object a line."""

import json
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from olxcleaner import validate
from olxcleaner.utils import traverse

for line in sys.stdin:
    path = line.rstrip("\n")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
        roots = sorted(Path(folder).rglob("course.xml"), key=lambda found: len(found.parts))
        start = time.perf_counter()
        try:
            course = validate(str(roots[0]))[0]
            seen = [one.attributes["url_name"] for one in traverse(course) if "url_name" in one.attributes]
        except Exception:  # noqa: BLE001 it crashes on some broken courses
            seen = []
        seconds = time.perf_counter() - start
    sys.stdout.write(json.dumps({"path": path, "seen": seen, "seconds": seconds}) + "\n")
