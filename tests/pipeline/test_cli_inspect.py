"""`coursewright inspect`: what packages are and hold, with nothing written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.pipeline.test_cli_import import HOSTILE, MANIFEST, made
from tests.pipeline.test_tars import tar_of

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parents[2] / "packages/examples"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_package_is_told_apart_from_what_it_holds(place: Path, capsys: Captured) -> None:
    made(Path("knots.zip"))
    assert main(["inspect", "knots.zip"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line]
    told = {line[0]: line[1] for line in lines if len(line) > 1}
    assert told["container"].startswith("zip, ")
    assert "2 files" in told["container"]
    assert told["format"] == "SCORM package"
    assert told["title"] == "Knots (bundle m)"
    assert told["holds"] == "1 course, 1 section, 1 downloadable resource, 1 media file"
    assert told["plays"] == "1 × scorm-1.2"
    assert told["biggest"].endswith("imsmanifest.xml")
    assert told["item"].split() == ["1", "·", "·"]
    assert [path.name for path in place.iterdir()] == ["knots.zip"]


def test_what_cannot_be_read_hides_no_other_and_says_why(place: Path, capsys: Captured) -> None:
    made(Path("knots.zip"))
    made(Path("bad.zip"), HOSTILE)
    Path("page.zip").write_text("<html>please log in</html>", encoding="utf-8")
    Path("other.tgz").write_bytes(gzip.compress(tar_of({"a.bin": b"?"})))
    assert main(["inspect", "knots.zip", "bad.zip", "page.zip", "other.tgz", "--json"]) == 1
    knots, bad, page, other = json.loads(capsys.readouterr().out)
    assert knots["holds"]["kinds"]["item"] == {"carried": 1, "changed": 0, "skipped": 0}
    assert (bad["format"], bad["files"], bad["holds"]) == ("SCORM package", 2, None)
    assert bad["findings"][0]["file"] == "bad.zip!imsmanifest.xml"
    assert (page["container"], [one["rule"] for one in page["findings"]]) == (None, ["CW009"])
    assert (other["container"], other["biggest"]) == ("tar.gz", [{"name": "a.bin", "size": 1}])
    assert "none of the formats known here" in other["error"]
    assert main(["inspect", "bad.zip", "other.tgz"]) == 1
    told = capsys.readouterr().out
    assert "unread     1 fault, told below" in told
    assert "unread     other.tgz is none of the formats" in told


def test_a_bundle_is_counted_by_type(capsys: Captured) -> None:
    assert main(["inspect", str(EXAMPLES / "rich"), "--json"]) == 0
    (seen,) = json.loads(capsys.readouterr().out)
    assert (seen["container"], seen["packed"]) == ("folder", None)
    bundle = (EXAMPLES / "rich/courses").rglob("course.yaml")
    assert seen["holds"]["counts"]["course"] == len(list(bundle))
    assert {"program", "section", "quiz", "rich_text", "matching question"} <= seen["holds"]["counts"].keys()


def test_nothing_in_a_package_steers_the_terminal(place: Path, capsys: Captured) -> None:
    made(Path("x.zip"), MANIFEST.replace("Knots", "a&#x202e;b\u009b"))
    assert main(["inspect", "x.zip"]) == 0
    told = capsys.readouterr().out
    assert all(line.isprintable() for line in told.splitlines())
