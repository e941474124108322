"""scormhost's parser of manifests: what it launches. Reads paths, writes a JSON object a line."""

import json
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from scormhost.manifest import parse_imsmanifest  # type: ignore[import-not-found]

for line in sys.stdin:
    path = line.rstrip("\n")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.rpartition("/")[2].lower() == "imsmanifest.xml"]
        manifest = Path(folder) / "imsmanifest.xml"
        manifest.write_bytes(archive.read(min(found, key=lambda name: name.count("/"))) if found else b"")
        start = time.perf_counter()
        try:
            seen = [launch.identifier for launch in parse_imsmanifest(manifest).launches]
        except Exception:  # noqa: BLE001 what it cannot read it does not see
            seen = []
        seconds = time.perf_counter() - start
    sys.stdout.write(json.dumps({"path": path, "seen": seen, "seconds": seconds}) + "\n")
