"""`coursewright import`: a foreign package becomes a bundle that checks clean, with an account of everything."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
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
    assert account["format"] == "SCORM package"
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
    assert "SCORM package" in capsys.readouterr().err


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
    assert (
        "done    knots.zip: SCORM package → out/knots (bundle m): carried 100.0 % of 1 item, 100.0 % of"
        in told
    )
    assert "done    bends.zip: " in told
    assert "FAILED  bad.zip: bad.zip!imsmanifest.xml" in told
    assert "\n3 packages: 2 imported, 1 failed\n" in told
    assert "\n  item         100.0 % of 2 carried\n" in told
    assert sorted(path.name for path in Path("out").iterdir()) == ["bends", "knots"]
    assert main(["check", "out/knots", "out/bends"]) == 0


def test_several_make_the_same_bundles_as_one_by_one(several: list[str], capsys: Captured) -> None:
    assert main(["import", "knots.zip", "bends.zip", "-o", "out"]) == 0
    assert "\n2 packages: 2 imported\n" in capsys.readouterr().out
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
    assert events[-2] == {"event": "end", "done": 2, "current": 0, "failed": 1, "left": 0}
    assert events[-1]["event"] == "sum"
    assert events[-1]["kinds"]["item"] == {"carried": 2, "changed": 0, "skipped": 0}


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


# ── what was lost ────────────────────────────────────────────────────────────────────────────────

GONE = MANIFEST.replace(
    "</organization>",
    '<item identifier="j" identifierref="s"><title>Gone &lt;b&gt;</title></item></organization>',
).replace(
    "</resources>",
    '<resource identifier="s" type="webcontent" adlcp:scormtype="sco" href="gone.html"/></resources>',
)
"""Two items, of which one has lost its page."""


def test_a_loss_is_told_and_only_fails_when_it_is_more_than_allowed(tmp_path: Path, capsys: Captured) -> None:
    package = str(made(tmp_path / "gone.zip", GONE))
    for allowed, code in ([], 0), (["--max-loss", "50"], 0), (["--max-loss", "49.9"], 4):
        assert main(["import", package, "-o", str(tmp_path / "out"), *allowed]) == code
        told = capsys.readouterr().out
        assert "skipped  item j: its page gone.html is not in the package" in told
        assert (f"over --max-loss 49.9: {package} (50.0 %)" in told) == bool(code)
    assert (tmp_path / "out/bundle.yaml").exists()


def test_of_several_each_is_judged_alone_and_reasons_are_summed(several: list[str], capsys: Captured) -> None:
    made(Path("gone.zip"), GONE)
    made(Path("lost.zip"), GONE)
    files = ["knots.zip", "gone.zip", "lost.zip"]
    assert main(["import", *files, "-o", "out", "--max-loss", "40", "--engine", "threads"]) == 4
    told = capsys.readouterr().out
    assert re.search(r"^  item +60\.0 % of 5 carried, 2 skipped$", told, re.MULTILINE)
    assert re.search(r"^  skipped 4 × its page … is not in the package$", told, re.MULTILINE)
    assert re.search(
        r"^  over --max-loss 40: (gone|lost)\.zip \(50\.0 %\), (gone|lost)\.zip ", told, re.MULTILINE
    )
    assert main(["import", *files, "bad.zip", "-o", "out", "--max-loss", "40"]) == 1, "a failure is worse"


# ── as a page ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_names_what_changed_with_its_place_and_holds_no_markup_of_the_package(
    tmp_path: Path, capsys: Captured
) -> None:
    package = made(tmp_path / "gone.zip", GONE)
    assert main(["import", str(package), "-o", str(tmp_path / "out"), "--report", "html"]) == 0
    page = parsed(capsys.readouterr().out)
    (row,) = [row for row in page.iter("tr") if texts(row)[:2] == ["skipped", "item"]]
    assert texts(row)[-1].startswith(f"{package}!imsmanifest.xml:")
    assert not {"script", "link", "img", "iframe", "b"} & {element.tag for element in page.iter()}
    policy = [meta.get("content") for meta in page.iter("meta") if meta.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert all(head.get("scope") for head in page.iter("th"))


def test_the_page_of_several_is_all_that_stands_on_standard_output(
    several: list[str], capsys: Captured
) -> None:
    assert main(["import", *several, "-o", "out", "--report", "html", "--engine", "threads"]) == 1
    told = capsys.readouterr()
    headings = [texts(heading)[0] for heading in parsed(told.out).iter("h1")]
    assert headings[0].startswith("3 packages")
    assert sorted(heading.split()[0] for heading in headings[1:]) == ["bends.zip", "knots.zip"]
    assert "bad.zip was not imported: bad.zip!imsmanifest.xml" in "".join(parsed(told.out).itertext())
    assert "3 packages: 2 imported, 1 failed" in told.err


def parsed(page: str) -> Element:
    """By the parser of browsers."""
    return html5lib.parse(page, namespaceHTMLElements=False)


def texts(element: Element) -> list[str]:
    """Of a row's cells; of anything else its own."""
    return ["".join(cell.itertext()) for cell in (element if element.tag == "tr" else [element])]
