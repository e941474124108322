"""Where a bundle lies inside a package of another format, for who writes such packages and who opens them."""

from __future__ import annotations

from typing import Final

FOLDER: Final = "coursewright"
MANIFEST: Final = f"{FOLDER}/bundle.yaml"
NAMES: Final = "names~.json"
"""In the folder: a JSON object from the names that files have there to those they have in the bundle. Absent
where all are the same. No file of a bundle is called so there: a tilde is not plain.
"""
