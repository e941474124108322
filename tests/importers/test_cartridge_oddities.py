"""What is odd in cartridges of real systems, by the numbers of the corpus's list, each on the file that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from importers import cartridge
from pipeline.archives import open_source
from schemas.findings import Report
from schemas.model import Assignment, Pdf, QuizContent, Resource, RichText
from tests.importers.cartridges import html, imported, item, package, resource
from tests.importers.packages import Imported, MemorySource

Open = Callable[[str], Imported]


@pytest.fixture(scope="module")
def taken(shared: Path) -> Iterator[Open]:
    """A package of the corpus, imported once."""

    @cache
    def take(name: str) -> Imported:
        report = Report()
        with open_source(shared / "corpora" / name) as source:
            return Imported(cartridge.read(source, report), report)

    yield take
    take.cache_clear()


def test_2_a_manifest_among_the_files_is_a_file() -> None:
    source = package(
        item("m", "M", inside=item("i", "A", "a")), resource("a", "a.html"), {"a.html": html("A", "x")}
    )
    inner = {
        "web_resources/Imported/imsmanifest.xml": b"<manifest/>",
        "web_resources/assets.zip": b"PK\5\6" + b"\0" * 18,
    }
    done = imported(MemorySource({**source.files, **inner}))
    assert [each.key for each in done.contents] == ["a", "cartridge.files"]
    assert done.account("file", "web_resources/Imported/imsmanifest.xml").fate == "changed"


def test_8_litter_of_operating_systems_is_left_out_by_name(taken: Open) -> None:
    done = taken("imscc/common_cartridge_gem/canvas_small_1.1.imscc")
    (note,) = [account.note for account in done.report.accounts if account.kind == "archive"]
    assert "__MACOSX" in note
    assert not any("DS_Store" in account.name for account in done.report.accounts if account.kind == "file")


def test_9_names_that_no_address_should_have(taken: Open) -> None:
    done = taken("imscc/kc0bfv/test-course-export.imscc")
    assert done.fate("file", "web_resources/Folder#1/!@#$%^&*().txt") == ("carried", "")
    assert done.fate("item", "ie4b5e9e2ee6518cce5e8536193137eb7") == ("carried", "")
    (found,) = [each for each in done.contents if each.title == "!@#$%^&*().txt"]
    assert isinstance(found, Resource)


def test_12_a_byte_order_mark_on_the_manifest(taken: Open) -> None:
    assert taken("d2l/MNTCP01/Week01.zip").course.title == "Question Library"


def test_14_no_namespace_at_all_and_an_old_one_with_new_types(taken: Open) -> None:
    assert taken("qti21/vosslab/bb_export_slice.zip").account("resource", "res00002").fate == "changed"
    done = taken("imscc/pyslet/cc10_sample_1.imscc")
    assert done.fate("metadata", "schemaversion")[0] == "changed"
    assert done.account("resource", "R0001").fate == "changed"


def test_15_comments_inside_resources(taken: Open) -> None:
    """The quiz's own file is missing there, so the richer one beside its settings is read."""
    done = taken("imscc/common-cartridge-viewer/course-with-associated-content-assignments.imscc")
    (quiz,) = [each for each in done.contents if each.key == "e15f4285902a0458884f573e128eded9i"]
    assert isinstance(quiz, QuizContent)
    assert len(quiz.quiz.questions) == 1


def test_16_what_is_not_well_formed_is_mended_by_name(taken: Open) -> None:
    done = taken("imscc/pyslet/cc11_sample_1.imscc")
    repairs = [account for account in done.report.accounts if account.kind == "repair"]
    assert {account.name.split()[0] for account in repairs} == {
        "l0001/welcome.forum",
        "l0002/studymate.qti",
        "l0003/quiz_1.qti",
    }
    assert all(account.location.line for account in repairs)
    assert "a page of HTML instead of questions" in done.fate("resource", "R0005")[1]


def test_17_blanks_round_titles(taken: Open) -> None:
    titles = {each.title for each in taken("imscc/bloomtech/web-sprint1.imscc").contents}
    assert "Opening your first web application" in titles
    assert all(title == title.strip() for title in titles)


def test_18_a_base_that_is_a_folder_without_saying_so(taken: Open) -> None:
    done = taken("qti21/vosslab/bb_export_slice.zip")
    missing = [
        account.name
        for account in done.report.accounts
        if account.kind == "file" and account.fate == "skipped"
    ]
    assert missing == []


def test_19_and_20_a_version_that_is_missing_or_not_what_is_there(taken: Open) -> None:
    done = taken("imscc/bloomtech/web-sprint1.imscc")
    tools = [
        account for account in done.report.accounts if account.kind == "resource" and "LTI" in account.note
    ]
    kept = [
        account
        for account in done.report.accounts
        if account.kind == "file" and account.name.startswith("lti_resource_links/")
    ]
    assert len(tools) + len(kept) >= 107
    assert all(account.fate == "changed" for account in kept)


def test_21_identifiers_that_are_no_names(taken: Open) -> None:
    done = taken("imscc/common-cartridge-viewer/rich-content-cc-file.imscc")
    assert done.account("resource", "6a1a5568a66550affe98c5bcc6c0aff11").fate != "skipped"


def test_22_identifiers_that_stand_twice(taken: Open) -> None:
    small = taken("imscc/common_cartridge_gem/canvas_small_1.1.imscc")
    assert {small.account("item", name).fate for name in ("I_00010", "I_00010 (2)")} == {"changed"}
    main = taken("imscc/cc2olx/cc2olx_main.imscc")
    assert {"resource_5_video", "resource_9_video"} <= {each.key for each in main.contents}


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("imscc/cc2olx/allyworkshop.imscc", "ib16c71f9663a640fc4a21291b4e49830"),
        ("imscc/common_cartridge_gem/canvas_large_1.3.imscc", "i266841707e1e591af20e730c517eb60f"),
        ("imscc/kc0bfv/test-course-export.imscc", "i05ed44aaaece30169b8736003f781097"),
    ],
)
def test_23_external_tools_that_the_cartridge_does_not_have_are_links_all_the_same(
    taken: Open, name: str, item: str
) -> None:
    accounts = [account for account in taken(name).report.accounts if account.kind == "item"]
    assert [account.fate for account in accounts if "external tool (LTI)" in account.note]
    assert "skipped" not in {account.fate for account in accounts}
    assert item not in {account.name for account in accounts if account.fate == "skipped"}


def test_24_roots_without_title_and_headings_without_page(taken: Open) -> None:
    done = taken("imscc/kc0bfv/test-course-export.imscc")
    assert done.fate("item", "LearningModules") == ("carried", "")
    assert done.fate("item", "i031331e0a4b42c9ccc4efb0d42a2f50a")[0] == "changed"
    assert "Text Header" in {each.title for each in done.contents if isinstance(each, RichText)}


def test_27_blanks_in_addresses(taken: Open) -> None:
    done = taken("imscc/cc2olx/allyworkshop.imscc")
    assert "skipped" not in {
        account.fate for account in done.report.accounts if account.kind in ("link", "file")
    }
    assert any(isinstance(each, Pdf) for each in done.contents)


def test_28_files_that_are_listed_and_not_there(taken: Open) -> None:
    done = taken("imscc/common-cartridge-viewer/latex.imscc")
    missing = {
        account.name
        for account in done.report.accounts
        if account.kind == "file" and account.fate == "skipped"
    }
    assert missing == {
        f"course_settings/{name}.xml" for name in ("context", "course_settings", "late_policy")
    }
    assert [each.title for each in done.contents][:2] == ["Page 1", "Page 2"]


def test_29_files_that_are_there_and_not_listed(taken: Open) -> None:
    done = taken("imscc/bloomtech/web-sprint1.imscc")
    assert done.fate("file", "plan.md")[1].startswith("nothing shows it: kept in media/")


def test_36_each_quiz_twice_and_banks_in_one_of_the_two_alone(taken: Open) -> None:
    done = taken("imscc/bloomtech/web-sprint1.imscc")
    accounts = [account for account in done.report.accounts if account.kind == "file"]
    assert sum("the same quiz once more" in account.note for account in accounts) == 6
    banks = [each for each in done.course.sections if each.key == "question-banks"]
    assert [len(each.contents) for each in banks] == [5]


def test_points_rubrics_and_dates_of_canvas(taken: Open) -> None:
    (assignment, *_) = taken("imscc/common-cartridge-viewer/assignment-rubrics.imscc").contents
    assert isinstance(assignment, Assignment)
    assert assignment.max_score == 5
    assert "**Description of criterion**" in assignment.instructions
