"""What importers may be handed besides a plain package: one inside another, a lone file, a repository packed along."""

from __future__ import annotations

import gzip
import io
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.archives import open_source
from pipeline.cli import main
from schemas.findings import RefusedError
from schemas.source import Source
from tests.pipeline.test_tars import COURSE, everything, tar_of

WORKBOOK = {"docProps/app.xml": b"<a/>", "xl/workbook.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}
EPUB = {"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<c/>"}


def zip_of(members: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    pairs = members.items() if isinstance(members, Mapping) else members
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # about names that are there twice
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def codes(source: Source) -> list[str]:
    return [note.rule.code for note in source.notes]


# ── one in another ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inner", [gzip.compress(tar_of(COURSE)), tar_of(COURSE), zip_of(COURSE)])
@pytest.mark.parametrize("pack", [lambda members: gzip.compress(tar_of(members)), zip_of])
def test_the_archive_that_is_the_only_file_of_another_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: bytes, pack: object
) -> None:
    assert callable(pack)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    path = written(tmp_path / "exported.tar.gz", pack({"out/course-1": inner, "._course-1": b"?"}))
    with open_source(path) as source:
        assert everything(source) == COURSE
        assert source.place("course.xml") == f"{path}!out/course-1!course.xml"
        assert set(codes(source)) - {"CW024"} == {"CW022", "CW028"}
    assert list(scratch.iterdir()) == []


def test_what_is_inside_that_or_beside_something_is_not_opened(tmp_path: Path) -> None:
    twice = {"two.zip": zip_of({"one.zip": zip_of(COURSE)})}
    for members, names in ((twice, ["one.zip"]), ({**twice, "read.me": b""}, ["read.me", "two.zip"])):
        with open_source(written(tmp_path / "x.zip", zip_of(members))) as source:
            assert source.names() == names


def test_a_damaged_archive_inside_another_is_told_with_both_names(tmp_path: Path) -> None:
    path = written(tmp_path / "x.zip", zip_of({"c.tar.gz": gzip.compress(tar_of(COURSE))[:-9]}))
    with pytest.raises(RefusedError, match=r"x\.zip!c\.tar\.gz: CW002"), open_source(path):
        pytest.fail("was opened")


# ── lone files ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quiz.xml", b"<quiz/>"),
        ("quiz.gift", b"::a:: 1 {T}"),
        ("quiz.txt", b"A?\nA. yes\nANSWER: A\n"),
        ("quiz.csv", b"question,answer\n"),
        ("quiz.xlsx", zip_of(WORKBOOK)),
        ("book.epub", zip_of(EPUB)),
        ("slides.pdf", b"%PDF-1.7"),
        ("film.mp4", bytes(3) + b"\x20ftypisom"),
        ("page.html", b"<!DOCTYPE html>"),
        ("page.md", b"# Page\n"),
    ],
)
def test_a_lone_file_is_a_source_of_one_for_importers_alone(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = written(tmp_path / name, content)
    with open_source(path, foreign=True) as source:
        assert everything(source) == {name: content}
        assert source.place(name) == str(path)
    if content[:2] != b"PK":
        with pytest.raises(RefusedError, match="CW009"), open_source(path):
            pytest.fail("was opened")


def test_a_document_in_an_archive_stays_a_file(tmp_path: Path) -> None:
    with open_source(written(tmp_path / "x.zip", zip_of({"a.xlsx": zip_of(WORKBOOK)}))) as source:
        assert source.names() == ["a.xlsx"]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("course.zip", b"\n<html>please log in</html>", "login page"),
        ("course.mbz", b"This is no archive", "a file that begins with"),
        ("quiz.gift", b"", "an empty file"),
        ("film.mp4", bytes(4096), "a download that never finished"),
        ("film.mp4", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        ("course.7z", b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    ],
)
def test_what_can_be_no_content_is_refused_before_a_reader_is_asked(
    tmp_path: Path, name: str, content: bytes, found: str
) -> None:
    path = written(tmp_path / name, content)
    with pytest.raises(RefusedError) as refused, open_source(path, foreign=True):
        pytest.fail("was opened")
    (finding,) = refused.value.findings
    assert (finding.rule.code, str(finding.location)) == ("CW009", str(path))
    assert found in finding.found


def test_import_says_what_a_lone_file_looks_like_that_no_reader_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "film.bin", b"\1\2\3")
    assert main(["import", str(path), "-o", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert "CW009 not-a-package" in told
    assert "a file that begins with" in told


# ── what is left out, and what is there more than once ───────────────────────────────────────────


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_a_whole_repository_is_left_out_and_a_piece_of_one_refused(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    hook = {"course/.git/hooks/post-checkout": b"#!/bin/sh", "course/.gitattributes": b"*"}
    course = {f"course/{name}": content for name, content in COURSE.items()}
    path = written(tmp_path / "x", pack({**course, **hook, "course/.git/HEAD": b"ref: refs/heads/main"}))
    with open_source(path) as source:
        assert everything(source) == COURSE
        assert codes(source) == ["CW022"]
    with pytest.raises(RefusedError) as refused, open_source(written(path, pack({**course, **hook}))):
        pytest.fail("was opened")
    assert [finding.rule.code for finding in refused.value.findings] == ["CW013", "CW013"]


def test_a_picture_that_an_h5p_holds_many_times_is_taken_once_if_it_is_the_same(tmp_path: Path) -> None:
    same = [("h5p.json", b"{}"), ("content/a.png", b"png"), ("content/a.png", b"png")]
    with open_source(written(tmp_path / "x.h5p", zip_of(same))) as source:
        assert everything(source) == {"content/a.png": b"png", "h5p.json": b"{}"}
        assert codes(source) == ["CW018"]
    for members in ([*same, ("content/a.png", b"PNG")], [("x.json", b"{}"), *same[1:]]):
        with (
            pytest.raises(RefusedError, match="CW012"),
            open_source(written(tmp_path / "y", zip_of(members))),
        ):
            pytest.fail("was opened")


# ── real packages ────────────────────────────────────────────────────────────────────────────────

_REFUSED = {
    "ZipSlip.zip": "CW010",
    "WebDeveloperTest1-incomplete.zip": "CW002",
    "invalidroot.zip": "CW013",  # Moodle plug-ins: PHP
    "bar.zip": "CW013",
    "multidir.zip": "CW013",
    "empty.zip": "CW017",
    "Non-working SCORM.zip": "CW017",
    "passwordis1.zip": "CW005",
    "209-1-not-a-zip.zip": "CW009",
    "corrupt_archive.h5p": "CW009",
    "unzippable.h5p": "CW009",
}


def test_every_real_package_opens_but_those_that_are_none(shared: Path) -> None:
    kinds = {".zip", ".imscc", ".mbz", ".h5p", ".elpx", ".gz", ".tgz"}
    paths = [path for path in (shared / "corpora").rglob("*") if path.suffix in kinds]
    assert len(paths) > 360
    refused = {}
    for path in paths:
        try:
            with open_source(path, foreign=True) as source:
                assert source.names()
        except RefusedError as error:
            refused[path.name] = error.findings[0].rule.code
    assert refused == _REFUSED
