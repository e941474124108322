"""Tars, plain and in a gzip, as sources: what is read, what is refused, and what is left on the disk."""

from __future__ import annotations

import gzip
import io
import os
import resource
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archives import open_source
from pipeline.archives.limits import Limits
from schemas.findings import CoursewrightError, Finding, RefusedError
from schemas.source import Source

MIB = 1024 * 1024
COURSE = {"course.xml": b"<course/>", "static/a.png": b"\x89PNG" * 999, "html/x.html": b""}
Change = Callable[[tarfile.TarInfo], object]


def tar_of(
    members: Mapping[str, bytes], form: int = tarfile.USTAR_FORMAT, change: Change | None = None
) -> bytes:
    """A plain tar; `change` may alter each header before it is written."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if change:
                change(info)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def linked(*links: tuple[str, bytes, str]) -> bytes:
    """A tar of `COURSE` and then of links: their names, types and targets."""

    def change(info: tarfile.TarInfo) -> None:
        for name, kind, target in links:
            if info.name == name:
                info.type, info.linkname = kind, target

    return tar_of({**COURSE, **{name: b"" for name, _, _ in links}}, change=change)


def everything(source: Source) -> dict[str, bytes]:
    return {name: source.read(name, 256 * MIB) for name in source.names()}


def refusal(path: Path, content: bytes, limits: Limits | None = None) -> list[Finding]:
    path.write_bytes(content)
    with pytest.raises(RefusedError) as refused, open_source(path, limits or Limits()) as source:
        everything(source)
    return list(refused.value.findings)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Its name says nothing on purpose."""
    return tmp_path / "course.mbz"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[[bytes], Source]]:
    from contextlib import ExitStack

    with ExitStack() as stack:

        def opening(content: bytes) -> Source:
            path.write_bytes(content)
            return stack.enter_context(open_source(path))

        yield opening


Opened = Callable[[bytes], Source]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_tar_is_told_by_its_bytes_and_read_in_any_order(
    opened: Opened, form: int, pack: Callable[[bytes], bytes]
) -> None:
    source = opened(pack(tar_of(COURSE, form)))
    assert source.names() == sorted(COURSE)
    assert dict(reversed(everything(source).items())) == COURSE
    assert {name: source.size(name) for name in source.names()} == {
        name: len(content) for name, content in COURSE.items()
    }
    assert not source.notes
    with source.open("static/a.png") as file:
        assert (file.read(4), file.read()) == (b"\x89PNG", COURSE["static/a.png"][4:])
    with pytest.raises(KeyError):
        source.open("static/b.png")


def test_several_threads_can_read_one_tar(opened: Opened) -> None:
    files = {f"static/{number}.bin": os.urandom(300_000) for number in range(16)}
    source = opened(gzip.compress(tar_of(files), 1))
    with ThreadPoolExecutor(8) as threads:
        read = threads.map(lambda name: source.read(name.removeprefix("static/"), MIB), files)
        assert dict(zip(files, read, strict=True)) == files


def test_the_folder_around_a_course_is_custom_and_litter_beside_it_hides_it_not(
    opened: Opened, path: Path
) -> None:
    litter = {"._course": b"?", "__MACOSX/course/._course.xml": b"?", "course/.DS_Store": b"?"}
    source = opened(
        gzip.compress(tar_of({**litter, **{f"./course/{name}": content for name, content in COURSE.items()}}))
    )
    assert everything(source) == COURSE
    assert source.place("course.xml") == f"{path}!course/course.xml"
    assert [note.rule.code for note in source.notes] == ["CW022"]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names_are_read_as_they_are_meant(opened: Opened, form: int) -> None:
    names = [f"course/{'über-' * 30}/{'x' * 120}.html", "course/✔ Überblick.mp4", "course/it's + #1.html"]
    assert opened(tar_of(dict.fromkeys(names, b"x"), form)).names() == sorted(
        name.removeprefix("course/") for name in names
    )


def test_a_hard_link_to_a_file_before_it_is_a_file_and_every_other_link_refused(
    opened: Opened, path: Path
) -> None:
    source = opened(linked(("b.png", tarfile.LNKTYPE, "./static/a.png")))
    assert source.read("b.png", MIB) == COURSE["static/a.png"]
    assert [note.rule.code for note in source.notes] == ["CW019"]
    for kind, target in (
        (tarfile.LNKTYPE, "/etc/passwd"),
        (tarfile.LNKTYPE, "later.png"),
        (tarfile.SYMTYPE, "course.xml"),
        (tarfile.CHRTYPE, ""),
        (tarfile.FIFOTYPE, ""),
    ):
        (finding,) = refusal(path, linked(("b.png", kind, target)))
        assert finding.rule.code == "CW007"
        assert str(finding.location) == f"{path}!b.png"


def test_a_hard_link_to_itself_as_moodle_wrote_one_is_left_out(opened: Opened) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        index = tarfile.TarInfo("./.ARCHIVE_INDEX")
        index.size = 5
        archive.addfile(index, io.BytesIO(b"index"))
        index = tarfile.TarInfo(".ARCHIVE_INDEX")
        index.type, index.linkname = tarfile.LNKTYPE, "./.ARCHIVE_INDEX"
        archive.addfile(index)
    source = opened(packed.getvalue())
    assert everything(source) == {".ARCHIVE_INDEX": b"index"}
    assert [note.rule.code for note in source.notes] == ["CW019"]


def test_two_files_of_one_name_are_refused_and_all_bad_names_told_at_once(path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("a.xml", "a.xml", "A.xml", "../b.xml", os.fsdecode(b"\xff.xml")):
            archive.addfile(tarfile.TarInfo(name))
    found = refusal(path, packed.getvalue())
    assert [finding.rule.code for finding in found] == ["CW012", "CW012", "CW010", "CW014"]
    assert found[0].found == "a second file of this name"


def test_an_archive_that_ends_too_early_or_too_late_is_refused(path: Path) -> None:
    whole = tar_of(COURSE)
    for content, code in (
        (whole[: 512 * 3], "CW002"),
        (whole + b"more", "CW004"),
        (gzip.compress(whole)[:-9], "CW002"),
        (gzip.compress(whole)[:-8] + bytes(8), "CW008"),
        (gzip.compress(whole) + b"more", "CW004"),
        (gzip.compress(b"<html>please log in</html>"), "CW009"),
        (gzip.compress(gzip.compress(whole)), "CW009"),
        (gzip.compress(bytes(10240)), "CW017"),
    ):
        assert [finding.rule.code for finding in refusal(path, content)] == [code]


def test_a_gzip_of_several_parts_is_one_archive(opened: Opened) -> None:
    whole = tar_of(COURSE)
    assert everything(opened(gzip.compress(whole[:700]) + gzip.compress(whole[700:]))) == COURSE


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(archive_bytes=100), "archive_bytes"),
        (Limits(members=2), "members"),
        (Limits(header_bytes=50), "header_bytes"),
        (Limits(member_bytes=3995), "member_bytes"),
        (Limits(total_bytes=4000), "total_bytes"),
        (Limits(ratio=10, ratio_free_bytes=100), "ratio"),
        (Limits(name_bytes=100), "name_bytes"),
        (Limits(segment_bytes=10), "segment_bytes"),
        (Limits(depth=1), "depth"),
    ],
)
def test_every_limit_is_named_by_its_refusal(path: Path, limits: Limits, name: str) -> None:
    content = gzip.compress(tar_of({**COURSE, "é" * 100 + ".xml": b""}, tarfile.PAX_FORMAT))
    (finding, *_) = refusal(path, content, limits)
    assert f"(limit {name})" in finding.expected


def test_a_bomb_behind_honest_bytes_is_found_after_64_mib(path: Path, scratch: Path) -> None:
    """The ratio counts for every stretch, not for the whole: a gzip can hide a bomb behind a video."""
    video = gzip.compress(os.urandom(2 * MIB), 1)
    (finding,) = refusal(path, video + gzip.compress(bytes(200 * MIB)))
    assert "(limit ratio)" in finding.expected


def test_what_is_unpacked_is_gone_when_the_source_closes_and_when_it_never_opens(
    path: Path, scratch: Path
) -> None:
    path.write_bytes(gzip.compress(tar_of(COURSE)))
    with open_source(path) as source:
        assert everything(source) == COURSE
        assert list(scratch.iterdir()) == []
    refusal(path, gzip.compress(tar_of({"../x": b""})))
    assert list(scratch.iterdir()) == []


def test_a_full_disk_is_told_as_what_it_is(path: Path, scratch: Path) -> None:
    path.write_bytes(gzip.compress(tar_of({"a.bin": bytes(2 * MIB)})))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, limits[1]))
    try:
        with pytest.raises(CoursewrightError, match="no archive can be unpacked") as told, open_source(path):
            pytest.fail("was opened")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "TMPDIR" in told.value.mend


def test_what_means_nothing_here_is_dropped_and_told(opened: Opened) -> None:
    def change(info: tarfile.TarInfo) -> None:
        info.mode, info.uname = 0o4755, "root"

    source = opened(tar_of(COURSE, change=change))
    (note,) = source.notes
    assert note.rule.code == "CW025"
    assert "(and 2 more" in note.found


@given(st.binary(min_size=1, max_size=40), st.integers(0, 512 * 9), st.sampled_from((0, 1)))
def test_a_damaged_tar_is_refused_or_holds_what_another_reader_finds_in_it(
    tmp_path_factory: pytest.TempPathFactory, damage: bytes, at: int, over: int
) -> None:
    whole = tar_of(COURSE)
    content = whole[:at] + damage + whole[at + over * len(damage) :]
    path = tmp_path_factory.mktemp("tar") / "x.tar"
    path.write_bytes(content)
    try:
        with open_source(path) as source:
            found = {source.place(name): content for name, content in everything(source).items()}
    except RefusedError:
        return
    with tarfile.open(path) as archive:
        theirs = {
            f"{path}!{info.name}": (archive.extractfile(info) or io.BytesIO()).read()
            for info in archive
            if info.isreg()
        }
    assert found.items() <= theirs.items()
