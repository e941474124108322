"""Hostile media files: refused, or stored so that no browser runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.media import HEAD_BYTES, headers, is_active, media_type_of, verdict
from tests.hostile.corpus import Row, rows


@pytest.fixture(scope="module")
def media(hostile: Path) -> list[tuple[Row, str, bytes]]:
    found = [(row, Path(row.path).name, (hostile / row.path).read_bytes()) for row in rows(hostile, "media")]
    assert len(found) == 26
    return found


def test_every_file_gets_the_verdict_of_its_row(media: list[tuple[Row, str, bytes]]) -> None:
    refused = {row.path for row, name, data in media if verdict(name, data[:HEAD_BYTES])}
    assert refused == {row.path for row, _, _ in media if row.verdict == "reject-clean"}


def test_what_is_accepted_is_served_inert(media: list[tuple[Row, str, bytes]]) -> None:
    for row, name, _ in media:
        if row.verdict == "reject-clean":
            continue
        media_type = media_type_of(name)
        assert media_type
        content_type, disposition = headers(media_type)
        assert content_type.split(";")[0] not in {"text/html", "text/javascript", "application/xml"}
        assert disposition == "attachment" or not is_active(media_type)
        assert disposition == "attachment" or not content_type.startswith("text/plain"), row.path
