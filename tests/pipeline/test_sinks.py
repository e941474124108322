"""Writing folders and zips: whole or not at all, the same bytes every time, and never over what is not ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archives import open_sink, open_source
from schemas.findings import CoursewrightError, RefusedError

FILES = {
    "bundle.yaml": b"key: demo\n",
    "courses/a/course.yaml": b"key: a\n" * 1000,
    "media/Übung 1.png": os.urandom(5000),
    "media/empty.txt": b"",
}


def write(target: Path, files: Mapping[str, bytes]) -> None:
    with open_sink(target) as sink:
        for name, content in files.items():
            sink.write(name, [content[:100], content[100:]])


def read(path: Path) -> dict[str, bytes]:
    with open_source(path) as source:
        assert not source.notes
        return {name: source.read(name, 1 << 20) for name in source.names()}


@pytest.mark.parametrize("name", ["out", "out.zip", "deep/er/out.zip", "deep/er/out"])
def test_what_is_written_is_what_our_own_strict_reader_reads(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, FILES)
    assert read(tmp_path / name) == FILES
    assert [path.name for path in (tmp_path / name).parent.iterdir()] == [Path(name).name]


def test_the_same_files_give_the_same_zip_whenever_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.zip", FILES)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write(tmp_path / "b.zip", FILES)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_compressed_media_are_stored_and_text_is_deflated(tmp_path: Path) -> None:
    write(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        methods = {info.filename: info.compress_type for info in archive.infolist()}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
    assert methods["media/Übung 1.png"] == zipfile.ZIP_STORED
    assert methods["courses/a/course.yaml"] == zipfile.ZIP_DEFLATED


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z0-9_ é]{1,8}){0,3}\.(md|png)", fullmatch=True), st.binary()
    )
)
def test_any_plain_names_and_bytes_survive_a_zip(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    target = tmp_path_factory.mktemp("zips") / "a.zip"
    files = {"bundle.yaml": b"", **files}
    write(target, files)
    with open_source(target) as source:
        assert {name: source.read(name, 1 << 20) for name in source.names()} == files


@pytest.mark.parametrize("target", ["out", "out.zip"])
@pytest.mark.parametrize(
    "name", ["../up.md", "/root.md", "a/CON", "a\x1b.md", "a.", ".git/config", "setup.exe"]
)
def test_names_our_reader_would_refuse_are_not_written(tmp_path: Path, target: str, name: str) -> None:
    with pytest.raises(RefusedError):
        write(tmp_path / target, {"bundle.yaml": b"", name: b"x"})
    assert list(tmp_path.iterdir()) == []


def test_names_that_collide_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="CW012"):
        write(tmp_path / "out", {"media/a.png": b"", "media/A.png": b""})


@pytest.mark.parametrize("target", ["out", "out.zip"])
def test_a_failed_export_leaves_what_was_there_and_nothing_else(tmp_path: Path, target: str) -> None:
    write(tmp_path / target, FILES)
    halves = (bytes(10 // half) for half in (1, 0))
    with pytest.raises(ZeroDivisionError), open_sink(tmp_path / target) as sink:
        sink.write("bundle.yaml", halves)
    assert read(tmp_path / target) == FILES
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("target", ["out", "out.zip"])
def test_a_killed_export_leaves_what_was_there_and_the_next_one_completes(
    tmp_path: Path, target: str
) -> None:
    write(tmp_path / target, FILES)
    killed = subprocess.run([sys.executable, "-c", _KILLED, tmp_path / target], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert read(tmp_path / target) == FILES
    write(tmp_path / target, {"bundle.yaml": b"key: new\n"})
    assert read(tmp_path / target)["bundle.yaml"] == b"key: new\n"
    assert len(list(tmp_path.iterdir())) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.archives import open_sink
with open_sink(Path(sys.argv[1])) as sink:
    sink.write("bundle.yaml", [b"half"])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_older_zip_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out.zip", FILES)
    write(tmp_path / "out.zip", {"bundle.yaml": b"key: new\n"})
    assert read(tmp_path / "out.zip") == {"bundle.yaml": b"key: new\n"}


def test_exporting_over_a_bundle_removes_stale_documents_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(
        out,
        {**FILES, "courses/b/course.yaml": b"", "programs/p.program.yaml": b"", "courses/a/q.quiz.yaml": b""},
    )
    kept = {
        ".git/config": b"[core]",
        "README.md": b"# Ours",
        "media/old.png": b"",
        "other/bundle.yaml": b"",
        "other/course.yaml": b"",
    }
    for name, content in kept.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    new = {"bundle.yaml": b"key: new\n", "courses/a/course.yaml": b"key: a\n"}
    write(out, new)
    there = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert there == {**kept, **new, "media/Übung 1.png": FILES["media/Übung 1.png"], "media/empty.txt": b""}


def test_the_current_folder_is_filled_and_replaced_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for files in (FILES, {**FILES, "bundle.yaml": b"key: new\n"}):
        write(Path(), files)
        assert read(Path()) == files
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_an_empty_folder_is_filled_and_a_folder_of_other_things_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", FILES)
    assert read(tmp_path / "empty") == FILES
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/me.jpg").write_bytes(b"x")
    with pytest.raises(CoursewrightError, match="holds files that are no bundle"):
        write(tmp_path / "photos", FILES)
    with pytest.raises(CoursewrightError, match="is a file"):
        write(tmp_path / "photos/me.jpg", FILES)
    (tmp_path / "dir.zip").mkdir()
    with pytest.raises(CoursewrightError, match="is a folder"):
        write(tmp_path / "dir.zip", FILES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dir.zip", "empty", "photos"]


def test_an_export_never_follows_a_link_out_of_the_bundle(tmp_path: Path) -> None:
    write(tmp_path / "out", {"bundle.yaml": b"old"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/media").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CoursewrightError, match="out/media: is not a folder"):
        write(tmp_path / "out", FILES)
    assert (tmp_path / "out/bundle.yaml").read_bytes() == b"old"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_zip_larger_than_we_would_read_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.archives import sinks
    from pipeline.archives.limits import Limits

    for limits in (
        Limits(member_bytes=4999),
        Limits(members=3),
        Limits(total_bytes=9999),
        Limits(archive_bytes=900),
    ):
        monkeypatch.setattr(sinks, "WRITTEN", limits)
        with pytest.raises(RefusedError, match="CW001"):
            write(tmp_path / "out.zip", FILES)
    assert list(tmp_path.iterdir()) == []
