"""citolab-qti-convert: the items it upgrades to QTI 3. Reads paths, writes a JSON object a line."""

import contextlib
import json
import re
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from qti_convert.package import upgrade_package

ITEM = re.compile(rb"<(?:\w+:)?qti-assessment-item\b[^>]*?\sidentifier=\"([^\"]*)\"")

for line in sys.stdin:
    path = line.rstrip("\n")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.zip"
        start = time.perf_counter()
        with contextlib.suppress(Exception):  # what it cannot read it does not see
            upgrade_package(Path(path), made)
        seconds = time.perf_counter() - start
        seen = []
        if made.exists():
            with zipfile.ZipFile(made) as archive:
                texts = (archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
                seen = [found.decode() for text in texts for found in ITEM.findall(text)]
    sys.stdout.write(json.dumps({"path": path, "seen": seen, "seconds": seconds}) + "\n")
