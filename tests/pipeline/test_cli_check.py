"""`coursewright check`, as people and scripts call it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

EXAMPLES = Path(__file__).parents[2] / "packages/examples"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The tiny example with a page that is missing."""
    folder = tmp_path / "broken"
    shutil.copytree(EXAMPLES / "tiny", folder)
    (folder / "hello.md").unlink()
    return folder


def test_the_examples_are_clean(capsys: Captured) -> None:
    assert main(["check", str(EXAMPLES / "tiny"), str(EXAMPLES / "rich")]) == 0
    assert capsys.readouterr().out == "2 bundles checked, nothing to mend.\n"


def test_a_finding_is_told_with_place_line_and_remedy(broken: Path, capsys: Captured) -> None:
    assert main(["check", str(broken)]) == 1
    told = capsys.readouterr().out
    assert f"{broken}/course.yaml:11:15: error: CW" in told
    assert "11 |         page: hello.md" in told
    assert "  mend:     " in told
    assert "1 error in 1 file; 1 bundle checked." in told


def test_what_cannot_be_opened_does_not_hide_the_others(
    broken: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\3\4 and no more")
    assert main(["check", str(tmp_path / "cut.zip"), str(broken), "--format", "json"]) == 1
    bundles = json.loads(capsys.readouterr().out)["bundles"]
    assert [len(bundle["findings"]) for bundle in bundles] == [1, 1]
    assert bundles[0]["findings"][0]["rule"].startswith("CW0")


def test_an_unreadable_place_is_a_finding_of_its_own(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "note.txt").write_text("hello")
    assert main(["check", str(tmp_path / "note.txt")]) == 1
    assert "CW009 not-a-package" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
def test_a_form_for_programs_is_alone_on_standard_output(form: str, broken: Path, capsys: Captured) -> None:
    assert main(["check", str(broken), "--format", form]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out[0] in "{<:"


def told(folder: Path, capsys: Captured) -> list[str]:
    """The code of each finding, in the order of printing."""
    main(["check", str(folder), "--format", "json"])
    [bundle] = json.loads(capsys.readouterr().out)["bundles"]
    return [finding["rule"].split()[0] for finding in bundle["findings"]]


def test_a_link_that_leads_out_hides_no_other_finding_and_is_not_called_missing_too(
    broken: Path, capsys: Captured
) -> None:
    (broken / "hello.md").symlink_to("/etc/hostname")
    (broken / "stray.txt").write_text("perhaps the page links to it")
    (broken / "p.program.yaml").write_text("key: p\ntitle: P\nfree: true\nprice: 5\n")
    assert told(broken, capsys) == ["CW016", "CW227"]


def test_a_course_behind_a_link_that_leads_out_is_not_called_unknown(broken: Path, capsys: Captured) -> None:
    (broken / "hello.md").write_text("Hi")
    (broken / "fire.course.yaml").symlink_to("/etc/hostname")
    (broken / "p.program.yaml").write_text("key: p\ntitle: P\ncourses:\n  - course: fire\n")
    assert told(broken, capsys) == ["CW016"]


def test_what_hides_no_finding_is_refused_by_a_publish_all_the_same(broken: Path, capsys: Captured) -> None:
    (broken / "hello.md").write_text("Hi")
    (broken / "more.md").symlink_to("/etc/hostname")
    assert main(["publish", str(broken), "--dry-run"]) != 0
    assert "CW016" in capsys.readouterr().err
