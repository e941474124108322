"""`coursewright import`: a foreign package becomes a bundle that checks clean, with an account of everything."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pipeline.cli import main

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


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "knots.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
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


def test_a_refused_package_leaves_nothing_behind(tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr(
            "imsmanifest.xml", MANIFEST.replace("<manifest", "<!DOCTYPE x [<!ENTITY e 'x'>]><manifest")
        )
        archive.writestr("index.html", "x")
    assert main(["import", str(bad), "-o", str(tmp_path / "out")]) == 1
    assert "refused, nothing was done" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path: Path, capsys: Captured) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert main(["import", str(tmp_path / "x.zip"), "-o", str(tmp_path / "out")]) == 1
    assert "SCORM 1.2 package" in capsys.readouterr().err
