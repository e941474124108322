"""What was checked once and has not changed is answered at once, and never answered wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from importers import bundle
from importers.bundle import cache as cache_module
from importers.bundle import documents
from importers.bundle.cache import Cache, user_cache
from tests.importers.bundle.sources import COURSE, MemorySource, codes, course, lone, source

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSEWRIGHT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that are really parsed."""
    names: list[str] = []
    parse = documents.parse

    def counted(name: str, raw: bytes) -> object:
        names.append(name)
        return parse(name, raw)

    monkeypatch.setattr(documents, "parse", counted)
    return names


def test_an_unchanged_bundle_is_not_parsed_again(parsed: list[str]) -> None:
    first = bundle.check(source())
    assert parsed == ["bundle.yaml", "course.yaml"]
    parsed.clear()
    assert bundle.check(source()) == first
    assert parsed == []


def test_only_the_changed_file_is_parsed_again(parsed: list[str]) -> None:
    bundle.check(source())
    parsed.clear()
    assert bundle.check(source({"course.yaml": COURSE + "status: draft\n"})) == []
    assert parsed == ["course.yaml"]


def test_findings_come_back_whole_and_name_the_place_where_the_bundle_is_now() -> None:
    broken: dict[str, str | bytes] = {
        "course.yaml": COURSE.replace("rich_text", "page"),
        "b.course.yaml": COURSE,
    }
    fresh = bundle.check(source(broken))
    assert bundle.check(source(broken)) == fresh
    elsewhere = source(broken)
    elsewhere.label = "there"
    moved = bundle.check(elsewhere)
    assert [str(finding.location).replace("there", "here") for finding in moved] == [
        str(finding.location) for finding in fresh
    ]
    assert str(moved[-1].location).startswith("there/")


def test_a_verdict_about_a_lone_file_is_not_one_about_a_folder_that_holds_it() -> None:
    text = course("- {key: x, type: rich_text, title: X, text: x}")
    assert bundle.check(lone("course.yaml", text)) == []
    assert codes(bundle.check(MemorySource({"course.yaml": text.encode()}))) == ["CW240"]


def test_media_that_change_are_looked_at_again() -> None:
    text = course("- {key: x, type: pdf, title: X, media: a.pdf}")
    assert bundle.check(source({"course.yaml": text, "a.pdf": b"%PDF-1.7\n"})) == []
    assert codes(bundle.check(source({"course.yaml": text, "a.pdf": b"no pdf!!!"}))) == ["CW302"]


def test_another_tool_or_schema_version_asks_anew(parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.check(source())
    parsed.clear()
    monkeypatch.setattr(cache_module, "fingerprint", lambda: b"another version")
    bundle.check(source())
    assert parsed == ["bundle.yaml", "course.yaml"]


def test_a_damaged_entry_is_as_good_as_none(folder: Path) -> None:
    expected = bundle.check(source({"course.yaml": COURSE.replace("rich_text", "page")}))
    for path in folder.glob("*/*"):
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert bundle.check(source({"course.yaml": COURSE.replace("rich_text", "page")})) == expected


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    assert bundle.check(source()) == []


def test_off_means_that_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEWRIGHT_CACHE", "off")
    monkeypatch.setenv("HOME", str(tmp_path))
    bundle.check(source())
    assert list(tmp_path.iterdir()) == []


def test_the_folder_follows_the_xdg_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSEWRIGHT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    user_cache().put("ab12", b"x")
    assert (tmp_path / "xdg" / "coursewright" / "ab" / "12").exists()


def test_the_entries_that_were_not_used_for_longest_make_room(folder: Path) -> None:
    store = Cache(folder, limit=10_000)
    for n in range(20):
        store.put(f"{n:02}key", bytes(1_000))
        os.utime(folder / f"{n:02}" / "key", (n, n))
    assert store.get("00key") == bytes(1_000)  # used again: the youngest now
    store.tidy()
    kept = {path.parent.name for path in folder.glob("*/*")}
    assert sum(path.stat().st_size for path in folder.glob("*/*")) <= 10_000
    assert "00" in kept
    assert "01" not in kept
    assert "19" in kept


def test_runs_at_the_same_time_share_a_cache_without_harm(folder: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from importers.bundle.cache import Cache
        from pathlib import Path
        store = Cache(Path(sys.argv[1]), limit=30_000)
        for n in range(300):
            key = f"{n % 40:02}key"
            found = store.get(key)
            assert found in (None, bytes([n % 40]) * 1_000), "a torn entry"
            store.put(key, bytes([n % 40]) * 1_000)
            if n % 50 == 0:
                store.tidy()
    """)
    command = [sys.executable, "-c", script, str(folder)]
    runs = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0)] * 3
    assert not [path.name for path in folder.glob("*/*") if path.name.startswith(".")]


def test_a_check_imports_only_what_it_needs() -> None:
    """`check` is run on every save and in every hook: 100 ms of imports would be most of its time."""
    script = textwrap.dedent("""
        import sys
        from importers import bundle
        from tests.importers.bundle.sources import source
        heavy = {"pydantic", "psycopg", "boto3", "lxml", "rich", "jsonschema", "sqlalchemy", "difflib"}
        assert bundle.check(source()) == []
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        sys.modules.pop("yaml"), sys.modules.pop("jsonschema_rs")
        assert bundle.check(source()) == []
        assert not {"yaml", "jsonschema_rs"} & set(sys.modules), "the second time nothing is parsed"
    """)
    subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=True)
