"""scormhost's parser of manifests: which pages it launches. Reads paths, writes a JSON object a line."""

import json
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from urllib.parse import unquote

from scormhost.manifest import parse_imsmanifest  # type: ignore[import-not-found]

for line in sys.stdin:
    path = line.rstrip("\n")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.rpartition("/")[2].lower() == "imsmanifest.xml"]
        manifest = Path(folder) / "imsmanifest.xml"
        manifest.write_bytes(archive.read(min(found, key=lambda name: name.count("/"))) if found else b"")
        start = time.perf_counter()
        try:
            launches = parse_imsmanifest(manifest).launches
        except Exception:  # noqa: BLE001 what it cannot read it does not see
            launches = ()
        seconds = time.perf_counter() - start
        names = [unquote(name) for name in archive.namelist()]
        pages = {launch.identifier: unquote(re.split("[?#]", launch.href)[0]) for launch in launches}
        seen = [one for one, page in pages.items() if page and any(name.endswith(page) for name in names)]
    sys.stdout.write(json.dumps({"path": path, "seen": seen, "seconds": seconds}) + "\n")
