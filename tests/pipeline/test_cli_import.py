"""`coursewright import`: a foreign package becomes a bundle that checks clean, with an account of everything."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pipeline import converting
from pipeline.cli import main
from schemas.model import Bundle
from schemas.source import Reading
from tests.importers.packages import MemorySource

Captured = pytest.CaptureFixture[str]
MANIFEST = """<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
          xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o">
    <organization identifier="o"><title>Knots</title>
      <item identifier="i" identifierref="r"><title>Bowline</title></item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource>
  </resources>
</manifest>
"""
HOSTILE = MANIFEST.replace("<manifest", "<!DOCTYPE x [<!ENTITY e 'x'>]><manifest")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return made(tmp_path / "knots.zip")


def made(path: Path, manifest: str = MANIFEST) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("index.html", "<!DOCTYPE html><title>Bowline</title>")
    return path


def test_a_package_becomes_a_bundle_that_checks_clean(
    package: Path, tmp_path: Path, capsys: Captured
) -> None:
    output = tmp_path / "knots"
    assert main(["import", str(package), "-o", str(output), "--instructor", "anna@example.com"]) == 0
    told = capsys.readouterr().out
    assert "100.0 % of" in told
    assert "given with --instructor: anna@example.com" in told
    assert main(["check", str(output)]) == 0
    assert "instructor: anna@example.com" in (output / "bundle.yaml").read_text(encoding="utf-8")


def test_the_account_for_programs_names_every_item(package: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["import", str(package), "-o", str(tmp_path / "k.zip"), "--report", "json"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert account["format"] == "SCORM 1.2 package"
    assert account["skipped"] == 0
    assert {"item", "resource", "file"} <= {item["kind"] for item in account["items"]}
    assert account["carried"] + account["changed"] == len(account["items"])


def test_what_a_package_says_of_persons_goes_beside_the_bundle_and_never_into_it(tmp_path: Path) -> None:
    reading = Reading(
        Bundle(key="b", title="B"), MemorySource({}), {"enrollments.csv": lambda: [b"a,", b"b"]}
    )
    folder = converting.written_beside(reading, tmp_path / "knots.zip")
    assert folder == (tmp_path / "knots.records").resolve()
    assert contents(tmp_path) == {
        "knots.records/.gitignore": b"*\n",
        "knots.records/enrollments.csv": b"a,b",
    }
    assert folder.stat().st_mode & 0o077 == 0
    assert converting.written_beside(Reading(reading.bundle, reading.files), tmp_path / "other") is None


def test_a_refused_package_leaves_nothing_behind(tmp_path: Path, capsys: Captured) -> None:
    bad = made(tmp_path / "bad.zip", HOSTILE)
    assert main(["import", str(bad), "-o", str(tmp_path / "out")]) == 1
    assert "refused, nothing was done" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path: Path, capsys: Captured) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert main(["import", str(tmp_path / "x.zip"), "-o", str(tmp_path / "out")]) == 1
    assert "SCORM 1.2 package" in capsys.readouterr().err


# ── several at once ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two packages, and a bad one between them."""
    monkeypatch.chdir(tmp_path)
    made(Path("knots.zip"))
    made(Path("bends.zip"), MANIFEST.replace("Knots", "Bends"))
    made(Path("bad.zip"), HOSTILE)
    return ["knots.zip", "bad.zip", "bends.zip"]


@pytest.mark.parametrize("engine", [[], ["--engine", "threads"]], ids=["processes", "threads"])
def test_a_bad_package_among_several_hides_no_other(
    engine: list[str], several: list[str], capsys: Captured
) -> None:
    assert main(["import", *several, "-o", "out", "--jobs", "2", *engine]) == 1
    told = capsys.readouterr().out
    assert "done    knots.zip: SCORM 1.2 package → out/knots (bundle m): 100.0 % of" in told
    assert "done    bends.zip: " in told
    assert "FAILED  bad.zip: bad.zip!imsmanifest.xml" in told
    assert told.endswith("3 packages: 2 imported, 1 failed\n")
    assert sorted(path.name for path in Path("out").iterdir()) == ["bends", "knots"]
    assert main(["check", "out/knots", "out/bends"]) == 0


def test_several_make_the_same_bundles_as_one_by_one(several: list[str], capsys: Captured) -> None:
    assert main(["import", "knots.zip", "bends.zip", "-o", "out"]) == 0
    assert capsys.readouterr().out.endswith("2 packages: 2 imported\n")
    for name in ("knots", "bends"):
        assert main(["import", f"{name}.zip", "-o", f"alone/{name}"]) == 0
    assert contents(Path("out")) == contents(Path("alone"))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_accounts_of_several_are_a_line_each(several: list[str], capsys: Captured) -> None:
    assert main(["import", *several, "-o", "out", "--report", "json"]) == 1
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ends = {one["package"]: one for one in events if one["event"] in ("done", "failed")}
    assert ends["knots.zip"]["output"] == "out/knots"
    assert {"item", "resource", "file"} <= {item["kind"] for item in ends["knots.zip"]["items"]}
    assert ends["bad.zip"]["event"] == "failed"
    assert ends["bad.zip"]["findings"]
    assert events[-1] == {"event": "end", "done": 2, "current": 0, "failed": 1, "left": 0}


def test_two_packages_of_one_name_are_refused_before_anything_is_written(
    several: list[str], capsys: Captured
) -> None:
    made(Path("other/knots.zip"))
    assert main(["import", "knots.zip", "other/knots.zip", "-o", "out"]) == 1
    assert "knots.zip and other/knots.zip would both go to out/knots" in capsys.readouterr().err
    assert not Path("out").exists()


def test_several_packages_need_a_folder(several: list[str], capsys: Captured) -> None:
    assert main(["import", *several, "-o", "out.zip"]) == 2
    assert "several packages need a folder" in capsys.readouterr().err
