"""SCORM packages → courses: what learners get, and what the report says of all that was in the package."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from importers import scorm
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR
from schemas.findings import RefusedError, Report
from schemas.model import Resource, RichText
from tests.importers.packages import PAGE, RESOURCE, Imported, MemorySource, imported, manifest

# ── structure ────────────────────────────────────────────────────────────────────────────────────


def test_a_package_of_one_page_is_a_course_of_one_section() -> None:
    done = imported(manifest())
    (section,) = done.course.sections
    (content,) = section.contents
    assert (done.bundle.key, done.course.key, section.key, content.key) == (
        "example.course",
        "org",
        "org",
        "i",
    )
    assert (done.course.title, section.title, content.title) == ("Course", "Course", "Lesson")
    assert isinstance(content, Resource)
    assert content.media == "media/example.course.zip"
    assert content.launch is not None
    assert (content.launch.standard, content.launch.href) == ("scorm-1.2", "index.html")


def test_chapters_become_sections_and_pages_between_them_keep_their_place() -> None:
    done = imported(
        manifest(
            items=_leaf("A")
            + f'<item identifier="ONE"><title>One</title>{_leaf("B")}{_leaf("C")}</item>'
            + _leaf("D")
        )
    )
    found = [
        (section.title, [content.title for content in section.contents]) for section in done.course.sections
    ]
    assert found == [("Course", ["A"]), ("One", ["B", "C"]), ("Course", ["D"])]
    assert [section.key for section in done.course.sections] == ["a", "one", "d"]


def test_chapters_inside_chapters_live_on_in_the_titles_and_the_report_says_so() -> None:
    inner = f'<item identifier="IN"><title>Inner</title>{_leaf("B")}</item>'
    done = imported(manifest(items=f'<item identifier="OUT"><title>Outer</title>{_leaf("A")}{inner}</item>'))
    assert [content.title for content in done.contents] == ["A", "Inner › B"]
    assert done.fate("item", "IN")[0] == "changed"
    assert done.fate("item", "B") == ("changed", "the chapter it is in stands in its title")


def test_an_item_that_is_a_chapter_and_a_page_loses_neither() -> None:
    done = imported(
        manifest(items=f'<item identifier="A" identifierref="R"><title>A</title>{_leaf("B")}</item>')
    )
    (section,) = done.course.sections
    assert (section.title, [content.key for content in section.contents]) == ("A", ["a", "b"])
    assert done.fate("item", "A") == ("changed", "a chapter and a page: the page comes first in it")


def test_a_heading_without_a_page_is_kept_as_a_page_that_says_it() -> None:
    done = imported(manifest(items='<item identifier="H"><title>Part 1</title></item>' + _leaf("A")))
    assert isinstance(done.contents[0], RichText)
    assert done.contents[0].text == "Part 1"
    assert done.fate("item", "H")[0] == "changed"


def test_an_invisible_item_is_imported_but_not_published() -> None:
    done = imported(
        manifest(items=_leaf("A") + _leaf("B").replace("identifierref", 'isvisible="false" identifierref'))
    )
    assert [content.published for content in done.contents] == [True, False]
    assert done.fate("item", "B")[0] == "changed"


def test_several_organizations_are_several_courses_and_a_program_that_requires_the_default_one() -> None:
    organizations = "".join(
        f'<organization identifier="{name}"><title>{name}</title>{_leaf("I")}</organization>'
        for name in ("Z", "A", "M")
    )
    done = imported(manifest(organizations=f'<organizations default="M">{organizations}</organizations>'))
    assert [course.key for course in done.bundle.courses] == ["a", "m", "z"]
    (program,) = done.bundle.programs
    assert [(entry.course, entry.required) for entry in program.courses] == [
        ("m", True),
        ("z", False),
        ("a", False),
    ]


def test_a_package_without_organizations_gives_one_page_for_each_sco() -> None:
    done = imported(manifest(organizations="<organizations/>"))
    assert [content.title for content in done.contents] == ["A page"]
    assert "no organization" in done.account("organization", "example.course").note


def test_a_default_organization_that_is_not_there_is_replaced_by_the_first_and_named() -> None:
    done = imported(manifest().replace('default="ORG"', 'default="GONE"'))
    assert done.fate("metadata", "default organization")[0] == "changed"
    assert "'GONE'" in done.account("metadata", "default organization").note


# ── what can be started ──────────────────────────────────────────────────────────────────────────


def test_an_item_whose_page_is_missing_is_left_out_by_name_and_the_others_are_imported() -> None:
    resources = RESOURCE + '<resource identifier="GONE" href="gone.html"/>'
    done = imported(
        manifest(items=_leaf("A") + _leaf("B", "GONE") + _leaf("C", "NOWHERE"), resources=resources)
    )
    assert [content.key for content in done.contents] == ["a"]
    assert done.fate("item", "B") == ("skipped", "its page gone.html is not in the package")
    assert done.fate("item", "C") == ("skipped", "it refers to 'NOWHERE', which the manifest does not have")
    assert done.fate("resource", "GONE") == ("carried", "")


def test_a_package_with_nothing_to_start_is_refused_with_the_reason_of_every_item() -> None:
    resources = '<resource identifier="R" adlcp:scormtype="sco" href="INDEX.html"/>'
    with pytest.raises(RefusedError) as refused:
        imported(manifest(items=_leaf("A") + _leaf("B", "NOWHERE"), resources=resources))
    assert [finding.rule.code for finding in refused.value.findings] == ["CW521", "CW523", "CW522"]
    assert "there is index.html: case matters" in refused.value.findings[1].found


def test_a_page_on_the_web_is_kept_as_a_link_and_never_fetched() -> None:
    resources = RESOURCE + '<resource identifier="W" href="https://example.invalid/a b"/>'
    done = imported(manifest(items=_leaf("A") + _leaf("B", "W"), resources=resources))
    linked = done.contents[1]
    assert isinstance(linked, Resource)
    assert (linked.url, linked.media, linked.launch) == ("https://example.invalid/a%20b", None, None)
    assert done.fate("item", "B")[0] == "changed"
    assert "on the web" in done.account("item", "B").note


def test_a_package_with_nothing_but_pages_on_the_web_is_refused() -> None:
    with pytest.raises(RefusedError, match="CW521"):
        imported(manifest(resources='<resource identifier="R" href="http://169.254.169.254/"/>'))


def test_parameters_and_the_resource_query_both_reach_the_launch_address() -> None:
    text = manifest(
        items='<item identifier="I" identifierref="R" parameters="?b=2"><title>L</title></item>',
        resources='<resource identifier="R" href="index.html?a=1#top"/>',
    )
    assert _hrefs(imported(text)) == ["index.html?a=1&b=2#top"]


def test_xml_base_of_manifest_resources_and_resource_add_up() -> None:
    text = manifest(
        attributes='xml:base="a/"',
        resources='<resource identifier="R" xml:base="b/" href="c.html"/>',
    ).replace("<resources>", '<resources xml:base="x/">')
    assert _hrefs(imported(text, {"a/x/b/c.html": PAGE})) == ["a/x/b/c.html"]


def test_a_package_one_folder_down_keeps_its_addresses_working() -> None:
    source = MemorySource(
        {"My Course/imsmanifest.xml": manifest().encode(), "My Course/index.html": PAGE, "read.txt": b"x"}
    )
    report = Report()
    assert _hrefs(Imported(scorm.read(source, report), report)) == ["My%20Course/index.html"]


# ── rules and metadata ───────────────────────────────────────────────────────────────────────────


def test_mastery_score_and_time_limit_become_passing_score_and_length() -> None:
    rules = (
        "<adlcp:masteryscore>80</adlcp:masteryscore><adlcp:maxtimeallowed>0001:10:30</adlcp:maxtimeallowed>"
    )
    done = imported(manifest(items=_leaf("A", inside=rules)))
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    assert (content.launch.passing_score, content.duration_minutes) == (Decimal(80), 71)
    assert done.fate("rule", "A masteryscore") == ("carried", "")
    assert done.fate("rule", "A maxtimeallowed")[0] == "changed"


def test_a_mastery_score_is_rounded_to_what_a_bundle_takes_and_the_report_says_so() -> None:
    done = imported(manifest(items=_leaf("A", inside="<adlcp:masteryscore>66.6667</adlcp:masteryscore>")))
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    assert content.launch.passing_score == Decimal("66.67")
    assert done.fate("rule", "A masteryscore") == ("changed", "rounded to hundredths")


@pytest.mark.parametrize(
    ("name", "text"),
    [("prerequisites", "A &amp; (B | ~C)"), ("timelimitaction", "exit,message"), ("datafromlms", "x=1")],
)
def test_what_the_tenant_does_not_enforce_stays_in_the_package_and_is_named(name: str, text: str) -> None:
    done = imported(manifest(items=_leaf("A", inside=f"<adlcp:{name}>{text}</adlcp:{name}>")))
    assert done.fate("rule", f"A {name}")[0] == "changed"


def test_title_description_and_length_of_the_metadata_are_those_of_the_course() -> None:
    lom = (
        "<lom><general><title><langstring>All of it</langstring></title><description>"
        "<langstring>\n   What it\n  is about. </langstring></description><keyword><langstring>k</langstring></keyword>"
        "</general><educational><typicallearningtime><datetime>PT1H30M</datetime></typicallearningtime></educational>"
        "<rights><cost><value><langstring>no</langstring></value></cost></rights></lom>"
    )
    done = imported(manifest(metadata=lom))
    assert (done.bundle.title, done.course.description) == ("All of it", "What it\nis about.")
    assert done.course.duration_minutes == 90
    assert done.fate("metadata", "manifest: general/description") == ("carried", "")
    assert done.fate("metadata", "manifest: general/keyword")[0] == "changed"
    assert done.fate("metadata", "manifest: rights")[0] == "changed"


def test_metadata_in_a_file_of_the_package_counts_like_metadata_in_the_manifest() -> None:
    text = manifest(metadata="<adlcp:location>meta/lom.xml</adlcp:location>")
    lom = b"<LOM><GENERAL><Description><langstring>Told</langstring></Description></GENERAL></LOM>"
    assert imported(text, {"index.html": PAGE, "meta/lom.xml": lom}).course.description == "Told"


def test_a_record_of_very_many_groups_is_named_in_part() -> None:
    many = "".join(f"<x{number}>y</x{number}>" for number in range(1_000))
    done = imported(manifest(metadata=f"<lom><general>{many}</general></lom>"))
    named = [each.name for each in done.report.accounts if each.name.startswith("manifest: ")]
    assert (len(named), named[-1]) == (101, "manifest: 900 more")


@pytest.mark.parametrize(
    "broken", [b"<lom>", b"<!DOCTYPE lom [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><lom>&x;</lom>"]
)
def test_metadata_that_cannot_be_read_is_left_out_and_named_without_losing_the_course(broken: bytes) -> None:
    text = manifest(metadata="<adlcp:location>lom.xml</adlcp:location>")
    done = imported(text, {"index.html": PAGE, "lom.xml": broken})
    fate, note = done.fate("metadata", "manifest: record")
    assert fate == "skipped"
    assert "lom.xml cannot be read" in note


# ── titles and keys ──────────────────────────────────────────────────────────────────────────────


def test_items_without_title_take_that_of_their_page_and_say_so() -> None:
    done = imported(manifest(items='<item identifier="I" identifierref="R"><title> </title></item>'))
    assert done.contents[0].title == "A page"
    assert done.fate("item", "I") == ("changed", "without title: that of its page is used")


def test_an_identifier_of_invisible_characters_is_no_title() -> None:
    done = imported(manifest(items='<item identifier="\u202e"/>' + _leaf("A")))
    assert done.contents[0].title == done.contents[0].key


def test_long_titles_are_cut_and_control_characters_taken_out_with_a_word() -> None:
    done = imported(manifest(items=_leaf("A", title="long " * 100) + _leaf("B", title="a\u009bb \u202ec")))
    assert [len(done.contents[0].title), done.contents[1].title] == [255, "ab c"]
    assert done.fate("item", "A") == ("changed", "title cut to 255 characters")
    assert done.fate("item", "B") == ("changed", "control characters taken out")


def test_a_comment_inside_a_title_or_a_resource_takes_nothing_away() -> None:
    resources = RESOURCE.replace("><file", "><!-- driver --><file")
    done = imported(manifest(items=_leaf("A", title="on<!-- x -->e"), resources=resources))
    assert done.contents[0].title == "one"


@pytest.mark.parametrize("identifier", ["Course_ID1", "MANIFEST", "SingleCourseManifest", "eXeackagename4f3"])
def test_identifiers_that_every_package_has_do_not_become_keys(identifier: str) -> None:
    done = imported(manifest(title="<title>Fire Safety</title>").replace("example.course", identifier))
    assert done.bundle.key == "fire-safety"
    assert done.fate("metadata", "manifest identifier")[0] == "changed"


@pytest.mark.parametrize(("title", "start"), [("Course Title", "course-title-"), ("", "package-")])
def test_placeholders_everywhere_still_give_two_packages_two_keys(title: str, start: str) -> None:
    keys = {
        imported(
            manifest(title=f"<title>{title}</title>", items=_leaf(name)).replace("example.course", "ID1")
        ).bundle.key
        for name in ("A", "B")
    }
    assert len(keys) == 2
    assert all(key.startswith(start) for key in keys)


def test_importing_twice_gives_the_same_bundle_and_the_same_bytes() -> None:
    assert imported(manifest()).bundle == imported(manifest()).bundle


# ── the package ──────────────────────────────────────────────────────────────────────────────────


def test_the_whole_package_is_one_media_file_that_holds_every_file_unchanged() -> None:
    files = {"index.html": PAGE, "unlisted/ü.js": b"x", "empty.css": b""}
    done = imported(manifest(), files)
    (media,) = done.bundle.media
    with done.reading.files.open(media.path) as opened, zipfile.ZipFile(opened) as archive:
        assert {name: archive.read(name) for name in archive.namelist() if name != "imsmanifest.xml"} == files
        assert archive.testzip() is None
    assert done.fate("file", "unlisted/ü.js") == ("carried", "")


def test_files_that_are_listed_and_absent_are_named() -> None:
    resources = RESOURCE.replace(
        "<file", '<file href="gone.mp4"/><file href="http://example.invalid/a.js"/><file', 1
    )
    done = imported(manifest(resources=resources))
    assert done.fate("file", "gone.mp4") == ("skipped", "listed, but not in the package")
    assert done.fate("file", "http://example.invalid/a.js")[0] == "skipped"


def test_unknown_elements_and_instructions_are_named_and_not_obeyed() -> None:
    done = imported(
        '<?xml version="1.0"?>\n<?xml-stylesheet href="x"?>' + manifest(items=_leaf("A") + "<sequencing/>")
    )
    skipped = [account.name.split()[0] for account in done.report.accounts if account.kind == "element"]
    assert skipped == ["<?xml-stylesheet", "sequencing"]


def test_an_instructor_is_asked_for() -> None:
    done = imported(manifest())
    assert done.course.instructor == PLACEHOLDER_INSTRUCTOR
    assert done.fate("metadata", "instructor")[0] == "changed"


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"/>', "CW508", "Common Cartridge"),
        ('<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:d="http://desire2learn.com/x"><resources d:a="" xmlns:s="http://www.adlnet.org/" s:b=""/></manifest>', "CW508", "Brightspace"),
        (manifest().replace("http://www.imsproject.org/xsd/imscp_rootv1p1p2", ""), "CW508", "without namespace"),
        ("<html/>", "CW508", "<html> instead of a manifest"),
        (manifest(schema="<schemaversion>1.3</schemaversion>"), "CW510", "'1.3'"),
    ],
)  # fmt: skip
def test_other_standards_are_refused_by_name(text: str, code: str, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        imported(text)
    (finding,) = refused.value.findings
    assert (finding.rule.code, words in finding.found) == (code, True)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["h5p.json", "content/content.json"], "an H5P package (h5p.json)"),
        (["moodle_backup.xml"], "a Moodle backup (moodle_backup.xml)"),
        (["index.html"], "web pages without a manifest"),
        ([], "no file at all"),
    ],
)
def test_packages_without_a_manifest_are_called_what_they_are(names: list[str], words: str) -> None:
    source = MemorySource(dict.fromkeys(names, b""))
    assert not scorm.detect(source)
    with pytest.raises(RefusedError) as refused:
        scorm.read(source, Report())
    assert refused.value.findings[0].found == words


def test_all_faults_are_found_at_once_each_at_its_line_and_column() -> None:
    items = (
        '\n<item identifier="A" identifierref="R"><title>a</title></item>'
        '\n<item identifier="A" identifierref="R"><title>b</title><adlcp:masteryscore>200</adlcp:masteryscore></item>'
        '\n<item identifierref="R"><title>c</title></item>'
    )
    resources = RESOURCE + '\n<resource identifier="X" href="../../x.html"/>'
    with pytest.raises(RefusedError) as refused:
        imported(manifest(items=items, resources=resources))
    found = [(f.rule.name, f.location.line, f.location.column) for f in refused.value.findings]
    assert found == [
        ("duplicate-identifier", 3, 1),
        ("bad-mastery-score", 3, 56),
        ("bad-identifier", 4, 1),
        ("unsafe-address", 5, 1),
    ]
    (first,) = refused.value.findings[0].related
    assert (first.line, first.column) == (2, 1)
    assert refused.value.findings[0].line_text == items.splitlines()[2]


@pytest.mark.parametrize("script", ["A", 'A="passed" & ~(B|C)', "2*{A,B,C}", "A <> B", ""])
def test_prerequisites_in_the_aicc_grammar_are_taken(script: str) -> None:
    assert imported(manifest(items=_leaf("A", inside=_prerequisites(script)))).contents


@pytest.mark.parametrize(
    "script", ['__import__("os")', "A &", "(" * 200 + "A" + ")" * 199, "A B", "A" * 5000]
)
def test_prerequisites_of_another_shape_are_refused_and_never_evaluated(script: str) -> None:
    with pytest.raises(RefusedError, match="CW520"):
        imported(manifest(items=_leaf("A", inside=_prerequisites(script))))


def _prerequisites(script: str) -> str:
    return f"<adlcp:prerequisites>{escape(script)}</adlcp:prerequisites>"


def _leaf(identifier: str, reference: str = "R", *, title: str | None = None, inside: str = "") -> str:
    return f'<item identifier="{identifier}" identifierref="{reference}"><title>{title or identifier}</title>{inside}</item>'


def _hrefs(done: Imported) -> list[str]:
    return [each.launch.href for each in done.contents if isinstance(each, Resource) and each.launch]
