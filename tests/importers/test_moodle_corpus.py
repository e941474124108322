"""Backups and question files made by real Moodles: each imports with everything accounted for.

Counts are those of the corpus's index, made by an independent script. The numbers of the oddities are those
of its list.
"""

from __future__ import annotations

import csv
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import importers
from exporters import bundle as writer
from importers import bundle as reader
from importers import moodle
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import Bundle, Content, QuizContent, RichText

_FILES = {
    "kurtfm/great-course_moodle43.tgz.mbz": (8, 3),
    "lincs/build-lesson-oer_moodle26.zip.mbz": (12, 6),
    "moodle2cc/moodle2_backup.zip.mbz": (13, 11),
}
"""Files, and the folders among the rows of files.xml, which the index counts too."""
_SKIPPED_QUESTIONS = {
    "coderunner/backuptester_V3.1.2.mbz": 1,  # a prototype of questions
    "coderunner/backuptester_V4.5.3.mbz": 1,
    "moodle2cc/moodle2_backup.zip.mbz": 1,  # dragging onto a picture
    "stack/STACK-demo.mbz": 9,  # drawn by a program
    "stack/STACK-reveal-test.mbz": 1,
}
_NO_SUCH_COUNT = {"moodle2cc/moodle19_backup.zip"}
"""A backup of Moodle 1.9 is one file: the index counts elements of it, not activities."""


@dataclass(frozen=True)
class Done:
    bundle: Bundle
    report: Report
    again: Bundle
    checked: int

    @property
    def contents(self) -> list[Content]:
        return list(self.bundle.courses[0].contents())

    def count(self, kind: str, fate: str = "") -> int:
        return sum(1 for each in self.report.accounts if each.kind == kind and each.fate.startswith(fate))


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora"


@pytest.fixture(scope="module")
def done(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """Every backup of the corpus but the empty one, imported, written and read back."""
    folder = tmp_path_factory.mktemp("mbz")
    found = sorted(path for path in (corpus / "mbz").rglob("*") if path.suffix in (".mbz", ".zip"))
    names = {path.relative_to(corpus / "mbz").as_posix(): path for path in found}
    return {
        name: _done(path, folder / name.replace("/", "-"))
        for name, path in names.items()
        if "moodle2_shell" not in name
    }


def test_every_backup_imports_to_a_bundle_that_checks_clean_and_reads_back_equal(
    done: dict[str, Done],
) -> None:
    assert len(done) == 20
    assert {name: one.checked for name, one in done.items() if one.checked} == {}
    assert [name for name, one in done.items() if one.again != one.bundle] == []


def test_counts_are_those_of_the_index(done: dict[str, Done], corpus: Path) -> None:
    rows = _index(corpus)
    for name, one in done.items():
        if name in _NO_SUCH_COUNT:
            continue
        row = rows[f"mbz/{name}"]
        questions = sum(one.count(kind) for kind in ("question", "gap", "version"))
        assert (name, one.count("item"), questions) == (name, int(row["items"]), int(row["questions"]))
        if name in _FILES:
            files, folders = _FILES[name]
            assert (one.count("file"), files + folders) == (files, int(row["resources"]))


def test_nothing_is_skipped_but_what_is_named_here(done: dict[str, Done]) -> None:
    items = sum(one.count("item") for one in done.values())
    assert items > 300
    assert sum(one.count("item", "skipped") for one in done.values()) == 0
    skipped = {name: one.count("question", "skipped") for name, one in done.items()}
    assert {name: count for name, count in skipped.items() if count} == _SKIPPED_QUESTIONS


def test_importing_again_gives_the_same_bundle(done: dict[str, Done], corpus: Path) -> None:
    name = "lincs/build-lesson-oer_moodle26.zip.mbz"
    with open_source(corpus / "mbz" / name, foreign=True) as source:
        assert moodle.read(source, Report()).bundle == done[name].bundle


def test_one_course_backed_up_by_two_versions_keeps_its_activities(done: dict[str, Done]) -> None:
    """The author restored the backup of 3.1 into 4.5, where modules got new ids: idnumbers would stay."""
    one, other = (done[f"coderunner/backuptester_V{version}.mbz"] for version in ("3.1.2", "4.5.3"))
    assert [content.title for content in one.contents] == [content.title for content in other.contents]


def test_oddity_1_archives_are_told_by_their_bytes_and_not_by_their_names(
    done: dict[str, Done], corpus: Path
) -> None:
    zips = [path for path in (corpus / "mbz").rglob("*.mbz") if path.read_bytes()[:2] == b"PK"]
    assert 0 < len(zips) < 20
    assert {path.read_bytes()[:2] for path in (corpus / "mbz").rglob("*.mbz")} == {b"PK", b"\x1f\x8b"}


def test_oddity_5_members_that_begin_with_a_dot_and_hard_links(done: dict[str, Done], corpus: Path) -> None:
    with tarfile.open(corpus / "mbz/stack/STACK-syntax-quiz.mbz") as archive:
        assert any(member.islnk() for member in archive)
    for name in ("stack/STACK-syntax-quiz.mbz", "moodle/pre-40-shared-random-question.mbz"):
        assert done[name].count("item") > 0


def test_oddity_7_names_in_any_script_are_found_and_kept(done: dict[str, Done]) -> None:
    """The names in the archive are hashes; those that people gave are in files.xml."""
    media = [item.path for item in done["lincs/udl-making-math-matter_moodle39.tgz.mbz"].bundle.media]
    assert len(media) > 10
    assert not [path for path in media if " " in path]


def test_oddity_38_broken_files_of_questions_and_categories_without_any(corpus: Path, tmp_path: Path) -> None:
    made = corpus / "moodle-made"
    for name, count in (("questions-export.moodle.xml", 12), ("questions-hand.moodle.xml", 12)):
        one = _done(made / name, tmp_path / name)
        assert one.count("question") == count
        assert one.count("question", "skipped") == one.checked == 0
        assert one.again == one.bundle


def test_oddity_39_versions_and_gaps_are_told_apart_from_questions(done: dict[str, Done]) -> None:
    one = done["stack/STACK-demo.mbz"]
    assert (one.count("item"), one.count("question"), one.count("version")) == (77, 721, 15)


def test_oddity_40_link_codes_question_banks_plugins_and_an_empty_backup(
    done: dict[str, Done], corpus: Path
) -> None:
    linked = done["lincs/udl-making-math-matter_moodle39.tgz.mbz"]
    pages = [content.text for content in linked.contents if isinstance(content, RichText)]
    assert sum("](#content:page-9707)" in page for page in pages) == 1
    assert not any("$@" in page for page in pages)
    banked = done["coderunner/backuptester_V5.0.3.mbz"]
    assert [a.fate for a in banked.report.accounts if a.name.startswith("qbank ")] == ["changed", "changed"]
    assert banked.count("question") == 10
    alone = done["moodle/random_by_tag_quiz.mbz"]
    assert any(isinstance(content, QuizContent) for content in alone.contents)
    plugins = ("hsuforum", "certificate", "questionnaire")
    told = Counter(
        a.name.split()[0] for one in done.values() for a in one.report.accounts if a.kind == "item"
    )
    assert all(told[plugin] for plugin in plugins)
    with (
        open_source(corpus / "mbz/moodle2cc/moodle2_shell.mbz", foreign=True) as source,
        pytest.raises(RefusedError) as refused,
    ):
        moodle.read(source, Report())
    assert [finding.rule.code for finding in refused.value.findings] == ["CW570"]


def test_records_of_real_learners_stand_beside_the_bundle(corpus: Path) -> None:
    with open_source(corpus / "mbz/moodle/legacy_course_completion.mbz", foreign=True) as source:
        beside = moodle.read(source, Report()).beside
        rows = list(csv.DictReader(b"".join(beside["enrollments.csv"]()).decode().splitlines()))
    assert [row["status"] for row in rows] == ["enrolled"] * 3


@pytest.mark.parametrize("name", ["xml", "xml-stack", "xml-moodle1"])
def test_files_of_questions_import_one_by_one_and_as_a_folder(
    corpus: Path, name: str, tmp_path: Path
) -> None:
    for path in [
        *sorted((corpus / "moodle_questions" / name).glob("*.xml")),
        corpus / "moodle_questions" / name,
    ]:
        one = _done(path, tmp_path / path.name)
        assert (path.name, one.checked, one.again == one.bundle) == (path.name, 0, True)


def test_a_running_moodle_and_its_question_file_ask_the_same(
    done: dict[str, Done], corpus: Path, tmp_path: Path
) -> None:
    backup = _done(corpus / "moodle-made/made-moodle-4.5.6.mbz", tmp_path / "backup")
    export = _done(corpus / "moodle-made/questions-export.moodle.xml", tmp_path / "export")
    asked = [sorted(map(repr, _without_keys(one))) for one in (backup, export)]
    assert asked[0] == asked[1]
    assert len(asked[0]) == 11


def _without_keys(one: Done) -> Iterator[tuple[object, ...]]:
    for content in one.contents:
        if isinstance(content, QuizContent):
            for asked in content.quiz.questions:
                text = asked.text.replace("Read this first.\n\n", "")
                yield type(asked).__name__, text, asked.points, asked.explanation


def _done(path: Path, folder: Path) -> Done:
    report = Report()
    with open_source(path, foreign=True) as source:
        reading = importers.detect(source).load().read(source, report)
        with open_sink(folder) as sink:
            writer.write(reading.bundle, reading.files, sink)
    with open_source(folder) as written:
        return Done(reading.bundle, report, reader.read(written, Report()).bundle, len(reader.check(written)))


def _index(corpus: Path) -> dict[str, dict[str, str]]:
    with (corpus / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
