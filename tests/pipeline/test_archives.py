"""Opening folders, zips and lone files: what is read, what is refused, and what the messages say."""

from __future__ import annotations

import io
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.archives import open_source
from pipeline.archives.limits import Limits
from schemas.findings import CoursewrightError, Finding, RefusedError
from schemas.source import Source

MIB = 1024 * 1024


def zip_of(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def folder_of(path: Path, members: Mapping[str, bytes]) -> Path:
    for name, content in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def everything(source: Source) -> dict[str, bytes]:
    return {name: source.read(name, 256 * MIB) for name in source.names()}


def refusal(path: Path, limits: Limits | None = None) -> list[Finding]:
    with pytest.raises(RefusedError) as refused, open_source(path, limits or Limits()) as source:
        everything(source)
    return list(refused.value.findings)


BUNDLE = {
    "bundle.yaml": b"key: demo\n",
    "courses/a/course.yaml": b"key: a\n",
    "media/a.png": b"\x89PNG" * 999,
}


# ── what all containers share ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("make", [lambda path, files: zip_of(path / "b.zip", files), folder_of])
def test_a_zip_and_the_same_folder_read_the_same(
    tmp_path: Path, make: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    path = make(tmp_path, BUNDLE)
    with open_source(path) as source:
        assert source.names() == sorted(BUNDLE)
        assert everything(source) == BUNDLE
        assert {name: source.size(name) for name in source.names()} == {
            name: len(content) for name, content in BUNDLE.items()
        }
        assert not source.notes
        with source.open("media/a.png") as file:
            assert (file.read(4), file.read()) == (b"\x89PNG", BUNDLE["media/a.png"][4:])
        for ask in (source.open, source.size, lambda name: source.read(name, MIB)):
            with pytest.raises(KeyError):
                ask("media/b.png")


def test_messages_name_a_file_so_that_it_can_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zip_of(tmp_path / "b.zip", BUNDLE)
    folder_of(tmp_path / "demo", BUNDLE)
    monkeypatch.chdir(tmp_path)
    with open_source(Path("b.zip")) as source:
        assert source.place("media/a.png") == "b.zip!media/a.png"
    with open_source(Path("demo")) as source:
        assert source.place("media/a.png") == "demo/media/a.png"
    monkeypatch.chdir("demo")
    with open_source(Path()) as source:
        assert source.place("media/a.png") == "media/a.png"


def test_a_file_longer_than_its_kind_may_be_is_refused_before_it_is_read(tmp_path: Path) -> None:
    for path in (zip_of(tmp_path / "b.zip", BUNDLE), folder_of(tmp_path / "demo", BUNDLE)):
        with open_source(path) as source, pytest.raises(RefusedError, match=r"CW001.*3,996 bytes"):
            source.read("media/a.png", 3995)


def test_a_lone_yaml_file_is_a_source_of_one(tmp_path: Path) -> None:
    (tmp_path / "x.quiz.yaml").write_bytes(b"questions: []\n")
    with open_source(tmp_path / "x.quiz.yaml") as source:
        assert everything(source) == {"x.quiz.yaml": b"questions: []\n"}
        assert source.place("x.quiz.yaml") == str(tmp_path / "x.quiz.yaml")
        with pytest.raises(KeyError):
            source.open("y.yaml")


def test_what_is_not_there_or_no_package_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CoursewrightError, match="no such file"), open_source(tmp_path / "none"):
        pytest.fail("was opened")
    (tmp_path / "page.zip").write_bytes(b"\n<html>please log in</html>")
    (finding,) = refusal(tmp_path / "page.zip")
    assert finding.rule.code == "CW009"
    assert "login page" in finding.found


# ── zips ─────────────────────────────────────────────────────────────────────────────────────────


def test_all_unsafe_names_are_told_at_once_with_what_to_do(tmp_path: Path) -> None:
    names = ["../up.txt", "ok.txt", "CON", "a\x1b[2Jb.png", "OK.TXT"]
    found = refusal(zip_of(tmp_path / "b.zip", dict.fromkeys(names, b"x")))
    assert [(finding.rule.code, str(finding.location).partition("!")[2]) for finding in found] == [
        ("CW010", "../up.txt"),
        ("CW010", "CON"),
        ("CW010", r"a\x1b[2Jb.png"),
        ("CW012", "OK.TXT"),
    ]
    assert all(finding.mend for finding in found)
    assert str(found[3].related[0]).endswith("!ok.txt")


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(archive_bytes=100), "archive_bytes"),
        (Limits(directory_bytes=50), "directory_bytes"),
        (Limits(members=2), "members"),
        (Limits(member_bytes=3995), "member_bytes"),
        (Limits(total_bytes=4000), "total_bytes"),
        (Limits(ratio=10, ratio_free_bytes=100), "ratio"),
        (Limits(name_bytes=20), "name_bytes"),
        (Limits(segment_bytes=10), "segment_bytes"),
        (Limits(depth=2), "depth"),
    ],
)
def test_every_limit_is_named_by_its_refusal(tmp_path: Path, limits: Limits, name: str) -> None:
    (finding, *_) = refusal(zip_of(tmp_path / "b.zip", BUNDLE), limits)
    assert f"(limit {name})" in finding.expected


def test_many_small_bombs_are_one(tmp_path: Path) -> None:
    bombs = {f"{number}.bin": bytes(MIB) for number in range(5)}
    path = zip_of(tmp_path / "b.zip", {**BUNDLE, **bombs})
    (finding,) = refusal(path, Limits(ratio_free_bytes=4 * MIB))
    assert "(limit ratio)" in finding.expected
    with open_source(path, Limits(ratio_free_bytes=5 * MIB)) as source:
        assert len(source.names()) == len(bombs) + len(BUNDLE)


def test_a_package_inside_one_folder_is_read_from_there_and_says_so(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "b.zip", {f"My Course/v2/{name}": content for name, content in BUNDLE.items()})
    with open_source(path) as source:
        assert everything(source) == BUNDLE
        assert source.place("bundle.yaml") == f"{path}!My Course/v2/bundle.yaml"
        assert [note.rule.code for note in source.notes] == ["CW024"]


def test_litter_of_operating_systems_is_left_out_in_one_note(tmp_path: Path) -> None:
    litter = [
        "__MACOSX/._bundle.yaml",
        "media/.DS_Store",
        "Thumbs.db",
        "Thumbs.db:encryptable",
        "~$notes.docx",
    ]
    path = zip_of(tmp_path / "b.zip", {**BUNDLE, **dict.fromkeys(litter, b"?")})
    with open_source(path) as source:
        assert source.names() == sorted(BUNDLE)
        left_out = [note for note in source.notes if note.rule.code == "CW022"]
        assert len(left_out) == 1
        assert "4 more: media/.DS_Store, Thumbs.db, …" in left_out[0].found


def test_backslashes_are_separators_and_cannot_climb_or_collide(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "b.zip", {"bundle.yaml": b"", "media\\a.png": b"a"})
    with open_source(path) as source:
        assert source.names() == ["bundle.yaml", "media/a.png"]
        assert [note.rule.code for note in source.notes] == ["CW020"]
    (finding,) = refusal(zip_of(tmp_path / "c.zip", {"media\\a.png": b"a", "media/a.png": b"b"}))
    assert finding.rule.code == "CW012"


def with_second_name(path: Path, stored: str, second: str) -> Path:
    """A zip with an Info-ZIP Unicode Path field beside a name in code page 437 (APPNOTE 4.6.9)."""
    name, other = stored.encode("cp437"), second.encode()
    field = struct.pack("<HHBL", 0x7075, 5 + len(other), 1, zlib.crc32(name)) + other
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("?" * len(name))
        info.extra = field
        archive.writestr(info, b"x")
    path.write_bytes(path.read_bytes().replace(b"?" * len(name), name))
    return path


def test_the_unicode_twin_of_a_name_is_used_and_anything_else_is_two_names(tmp_path: Path) -> None:
    with open_source(with_second_name(tmp_path / "a.zip", "testicek.txt", "testíček.txt")) as source:
        assert source.names() == ["testíček.txt"]
        assert [note.rule.code for note in source.notes] == ["CW020"]
    for number, second in enumerate(["other.txt", "testíček.html", "../testíček.txt", "a/testíček.txt"]):
        path = with_second_name(tmp_path / f"{number}.zip", "testicek.txt", second)
        assert [finding.rule.code for finding in refusal(path)] == ["CW003"]


def test_a_damaged_member_raises_before_its_last_bytes_are_handed_out(tmp_path: Path) -> None:
    content = os.urandom(600_000)
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.bin", content)
    packed = bytearray(path.read_bytes())
    packed[300_000] ^= 1
    path.write_bytes(packed)
    with open_source(path) as source:
        with pytest.raises(RefusedError, match=r"a\.bin: CW008.*checksum"):
            source.read("a.bin", MIB)
        taken = io.BytesIO()
        with source.open("a.bin") as file, pytest.raises(RefusedError):
            shutil.copyfileobj(file, taken)
        assert taken.tell() < len(content)


def test_several_threads_can_read_one_zip(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    files = {f"media/{number}.bin": os.urandom(100_000) for number in range(24)}
    with (
        open_source(zip_of(tmp_path / "b.zip", {"bundle.yaml": b"", **files})) as source,
        ThreadPoolExecutor(8) as threads,
    ):
        read = threads.map(lambda name: source.read(name, MIB), files)
        assert dict(zip(files, read, strict=True)) == files


def test_zips_of_many_programs_open_with_the_names_their_authors_meant(shared: Path) -> None:
    """7-Zip, Info-ZIP, Total Commander, WinRAR, WinZip, macOS and Moodle (corpora/zipquirks)."""
    import unicodedata

    folder = shared / "corpora/zipquirks/moodle-filestorage"
    meant = {"Prüfung.txt", "test.test", "testíček.txt", "Žluťoučký/Koníček.txt", "测试.txt", "試験.txt"}
    for program in (
        "7zip_927",
        "infozip_3",
        "moodle",
        "moodle_22",
        "osx_1074",
        "osx_compress",
        "tc_8",
        "winzip_165",
    ):
        with open_source(folder / f"test_{program}.zip") as source:
            assert {unicodedata.normalize("NFC", name) for name in source.names()} == meant, program


def test_every_real_scorm_package_opens_and_every_byte_is_proven(shared: Path) -> None:
    packages = sorted((shared / "corpora/scorm12").rglob("*.zip"))
    assert len(packages) >= 26
    for package in packages:
        with open_source(package) as source:
            with zipfile.ZipFile(package) as archive:
                sizes = sorted(info.file_size for info in archive.infolist() if not info.is_dir())
            read = everything(source)
            left_out = len(sizes) - len(read)
            assert left_out == 0 or any(note.rule.code == "CW022" for note in source.notes)
            assert sum(map(len, read.values())) <= sum(sizes)


# ── folders ──────────────────────────────────────────────────────────────────────────────────────


def test_hidden_files_do_not_exist_for_a_folder_source(tmp_path: Path) -> None:
    hidden = {".git/config": b"", ".coursewright/state": b"", ".env": b"SECRET", "media/.DS_Store": b""}
    folder_of(tmp_path, {**BUNDLE, **hidden})
    with open_source(tmp_path) as source:
        assert source.names() == sorted(BUNDLE)
        assert not source.notes


def test_programs_lying_about_in_a_folder_are_left_out_with_a_note(tmp_path: Path) -> None:
    folder_of(tmp_path, {**BUNDLE, "tools/build.exe": b"MZ"})
    with open_source(tmp_path) as source:
        assert source.names() == sorted(BUNDLE)
        assert [note.rule.code for note in source.notes] == ["CW013"]


def test_links_inside_a_folder_are_followed_and_all_others_refused(tmp_path: Path) -> None:
    folder_of(tmp_path / "b", {**BUNDLE, ".secret": b"x"})
    (tmp_path / "outside").write_bytes(b"secret")
    (tmp_path / "b/media/b.png").symlink_to("a.png")
    (tmp_path / "b/more").symlink_to("media")
    with open_source(tmp_path / "b") as source:
        assert everything(source)["media/b.png"] == everything(source)["more/a.png"] == BUNDLE["media/a.png"]
    (tmp_path / "b/out").symlink_to(tmp_path / "outside")
    (tmp_path / "b/hidden").symlink_to(".secret")
    (tmp_path / "b/courses/circle").symlink_to(tmp_path / "b")
    (tmp_path / "b/nowhere").symlink_to("gone")
    (tmp_path / "b/self").symlink_to("self")
    found = refusal(tmp_path / "b")
    assert [finding.rule.code for finding in found] == ["CW016"] * 5
    assert [Path(finding.location.file).name for finding in found] == [
        "circle",
        "hidden",
        "nowhere",
        "out",
        "self",
    ]


def test_pipes_and_bad_names_in_a_folder_are_findings_told_together(tmp_path: Path) -> None:
    folder_of(tmp_path, {**BUNDLE, "media/A.PNG": b"", "CON.txt": b""})
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / os.fsdecode(b"not-utf8-\xff")).write_bytes(b"")
    found = refusal(tmp_path)
    assert [finding.rule.code for finding in found] == ["CW010", "CW012", "CW010", "CW007"]
    assert all(str(finding.location).isprintable() for finding in found)


def test_a_file_that_vanishes_after_listing_is_a_finding(tmp_path: Path) -> None:
    folder_of(tmp_path, BUNDLE)
    with open_source(tmp_path) as source:
        (tmp_path / "media/a.png").unlink()
        for ask in (source.open, lambda name: source.read(name, MIB)):
            with pytest.raises(RefusedError, match=r"media/a\.png: CW015.*No such file"):
                ask("media/a.png")


def test_a_folder_of_too_many_files_names_the_limit(tmp_path: Path) -> None:
    (finding,) = refusal(folder_of(tmp_path, BUNDLE), Limits(folder_files=2))
    assert "(limit folder_files)" in finding.expected
