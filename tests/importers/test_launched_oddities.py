"""The oddities of real SCORM and IMS packages (their numbers are those of the corpus's list), one test each.

Those of AICC (33), xAPI (13, 34) and cmi5 (35) are beside the other tests of their readers.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import importers
from pipeline.archives import open_source
from schemas.findings import RefusedError, Report
from schemas.model import Content, Resource
from tests.importers.packages import PAGE, RESOURCE, SCHEMA, Imported, MemorySource, imported, manifest, taken


def _item(identifier: str, reference: str = "R", title: str = "") -> str:
    return f'<item identifier="{identifier}" identifierref="{reference}"><title>{title or identifier}</title></item>'


def _hrefs(contents: list[Content]) -> list[str]:
    return [each.launch.href for each in contents if isinstance(each, Resource) and each.launch]


def _from_zip(path: Path, files: Mapping[str, bytes]) -> Imported:
    """Through the real door for archives."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    report = Report()
    with open_source(path) as source:
        return Imported(importers.detect(source).load().read(source, report), report)


# ── the container ────────────────────────────────────────────────────────────────────────────────


def test_oddity_2_deeper_manifests_and_archives_inside_are_files_like_any_other() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("imsmanifest.xml", "<broken")
    done = taken(
        {
            "imsmanifest.xml": manifest(),
            "index.html": PAGE,
            "attached/imsmanifest.xml": "<broken",
            "attached/other.zip": inner.getvalue(),
        }
    )
    assert _hrefs(done.contents) == ["index.html"]
    assert done.fate("file", "attached/imsmanifest.xml") == ("carried", "")


def test_oddity_3_a_package_one_folder_down_is_read_there(tmp_path: Path) -> None:
    files = {"scorm_package/imsmanifest.xml": manifest().encode(), "scorm_package/index.html": PAGE}
    assert _hrefs(_from_zip(tmp_path / "x.zip", files).contents) == ["index.html"]


@pytest.mark.parametrize("form", ["é.html", "e\u0301.html"])
def test_oddity_7_names_are_found_in_either_unicode_form_and_percent_encoded(form: str) -> None:
    resources = RESOURCE.replace("index.html", "%C3%A9.html")
    assert _hrefs(imported(manifest(resources=resources), {form: PAGE}).contents)


def test_oddity_8_litter_of_operating_systems_is_left_out_and_named(tmp_path: Path) -> None:
    files = {
        "imsmanifest.xml": manifest().encode(),
        "index.html": PAGE,
        "__MACOSX/._imsmanifest.xml": b"\0\5\x16\7",
        ".DS_Store": b"x",
        "Thumbs.db": b"x",
    }
    done = _from_zip(tmp_path / "x.zip", files)
    assert (
        len([each for each in done.report.accounts if (each.kind, each.fate) == ("archive", "skipped")]) == 1
    )
    assert [each.name for each in done.report.accounts if each.kind == "file"] == [
        "imsmanifest.xml",
        "index.html",
    ]


def test_oddity_10_a_manifest_that_is_only_a_declaration_is_refused() -> None:
    with pytest.raises(RefusedError, match="CW503"):
        imported('<?xml version="1.0" encoding="utf-8"?>\n')


def test_oddity_11_pages_without_any_manifest_are_a_folder_of_pages() -> None:
    assert importers.detect(MemorySource({"content.xml": b"<ode/>", "index.html": PAGE})).name == "folder"


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────


def test_oddity_12_a_byte_order_mark_is_no_text() -> None:
    assert imported(b"\xef\xbb\xbf" + manifest().encode()).contents


def test_oddity_13_blanks_around_equals_signs_and_another_encoding_are_read() -> None:
    text = "<?xml version = '1.0' encoding = 'ISO-8859-1'?>" + manifest(title="<title>Übung</title>")
    assert imported(text.encode("iso-8859-1")).course.title == "Übung"


def test_oddity_15_comments_stand_anywhere() -> None:
    text = manifest(items="<!-- a -->" + _item("A", title="on<!-- b -->e"))
    resources = text.replace("<file ", "<!-- c --><file ").replace("<resources>", "<!-- d --><resources>")
    assert [each.title for each in imported("<!-- e -->" + resources).contents] == ["one"]


def test_oddity_16_a_manifest_that_is_not_well_formed_is_refused_at_its_line() -> None:
    with pytest.raises(RefusedError) as refused:
        imported(manifest().replace("</organization>", "\n</organisation>", 1))
    assert (refused.value.findings[0].rule.code, refused.value.findings[0].location.line) == ("CW503", 2)


def test_oddity_17_character_data_sections_and_blanks_around_names_mean_the_same() -> None:
    text = manifest(title="<title> <![CDATA[Eins – “zwei” <3]]>\n </title>").replace('"ORG"', '"  ORG  "', 1)
    done = imported(text)
    assert done.course.title == "Eins – “zwei” <3"
    assert done.fate("metadata", "default organization") == ("carried", "")


def test_oddity_18_bases_add_up_and_may_be_nothing_but_here() -> None:
    text = manifest(
        attributes='xml:base="./"', resources='<resource identifier="R" xml:base="sco1/" href="a.html"/>'
    )
    done = imported(
        text.replace("<resources>", '<resources xml:base="content/">'), {"content/sco1/a.html": PAGE}
    )
    assert _hrefs(done.contents) == ["content/sco1/a.html"]


# ── the manifest ─────────────────────────────────────────────────────────────────────────────────


def test_oddity_19_no_schemaversion_is_told_by_the_namespaces_and_said() -> None:
    done = imported(manifest(schema=""))
    assert isinstance(done.contents[0], Resource)
    assert done.fate("metadata", "schemaversion")[0] == "changed"


def test_oddity_20_what_a_package_calls_itself_counts_less_than_what_it_speaks() -> None:
    done = imported(manifest(schema="<schema>IMS Content</schema><schemaversion>1.1.3</schemaversion>"))
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    assert content.launch.standard == "scorm-1.2"
    assert done.fate("metadata", "schemaversion")[0] == "changed"


@pytest.mark.parametrize(
    "name", ["HĐ2:_Công_dụng,…_ORG", "59672f_manifest", "${placeholder_quizid}", "第一课"]
)
def test_oddity_21_identifiers_are_words_of_any_letters(name: str) -> None:
    first, again = (imported(manifest(items=_item(name))).contents[0].key for _ in range(2))
    assert first == again
    assert first.isascii()


def test_oddity_22_an_item_and_a_resource_may_share_an_identifier() -> None:
    assert [each.key for each in imported(manifest(items=_item("R"))).contents] == ["r"]


def test_oddity_23_references_to_nothing_cost_only_what_they_name() -> None:
    resources = RESOURCE.replace("</resource>", '<dependency identifierref="GONE"/></resource>')
    done = imported(
        manifest(items=_item("A") + _item("B", "GONE"), resources=resources).replace('="ORG"', '="NO"', 1)
    )
    assert [each.key for each in done.contents] == ["a"]
    assert done.fate("item", "B")[0] == "skipped"
    assert "'GONE'" in done.account("resource", "R").note
    assert done.fate("metadata", "default organization")[0] == "changed"


def test_oddity_24_empty_structures_and_titles_are_filled_from_what_there_is() -> None:
    done = imported(manifest(title="", items=_item("A", title=" ") + '<item identifier="B"/>'))
    assert (done.course.title, [each.title for each in done.contents]) == ("A page", ["A page", "B"])
    assert imported(manifest(organizations="<organizations/>")).contents


def test_oddity_25_an_item_with_a_page_and_children_loses_neither_nor_its_parameters() -> None:
    inner = _item("B").replace("<item ", '<item isvisible="false" parameters="?content=two" ')
    both = f'<item identifier="A" identifierref="R"><title>A</title>{inner}</item>'
    done = imported(
        manifest(items=both, resources=RESOURCE.replace('href="index.html">', 'href="index.html?x=1">'))
    )
    assert _hrefs(done.contents) == ["index.html?x=1", "index.html?x=1&content=two"]
    assert [each.published for each in done.contents] == [True, False]


@pytest.mark.parametrize("attribute", ["adlcp:scormtype", "adlcp:scormType"])
@pytest.mark.parametrize("kind", ["sco", "asset", "SCO"])
def test_oddity_26_pages_are_started_whatever_they_are_called(attribute: str, kind: str) -> None:
    resources = RESOURCE.replace('adlcp:scormtype="sco"', f'{attribute}="{kind}"')
    assert _hrefs(imported(manifest(resources=resources)).contents)
    assert _hrefs(imported(manifest(resources=resources, organizations="<organizations/>")).contents)


@pytest.mark.parametrize(
    ("href", "name", "launched"),
    [
        ("a b.html", "a b.html", "a%20b.html"),
        ("a%20b.html", "a b.html", "a%20b.html"),
        ("Folder#1/!@$%^&amp;*().html", "Folder#1/!@$%^&*().html", "Folder%231/!@$%25%5E&*().html"),
        ("a%23b.html", "a%23b.html", "a%2523b.html"),
        ("a\\b.html?x=1#y", "a/b.html", "a/b.html?x=1#y"),
    ],
)
def test_oddity_27_addresses_are_tried_as_written_decoded_and_without_query(
    href: str, name: str, launched: str
) -> None:
    done = imported(manifest(resources=f'<resource identifier="R" href="{href}"/>'), {name: PAGE})
    assert _hrefs(done.contents) == [launched]


def test_oddity_28_a_missing_page_is_named_by_its_item_and_a_missing_file_by_itself() -> None:
    resources = (
        RESOURCE.replace("<file ", '<file href="a.mp4"/><file ')
        + '<resource identifier="S" href="gone.html"/>'
    )
    done = imported(manifest(items=_item("A") + _item("B", "S"), resources=resources))
    assert done.fate("item", "B") == ("skipped", "its page gone.html is not in the package")
    assert done.fate("file", "a.mp4") == ("skipped", "listed, but not in the package")


def test_oddity_29_files_that_nothing_lists_are_in_the_package() -> None:
    done = imported(manifest(), {"index.html": PAGE, "data/unlisted.js": b"x", "metadata.xml": b"x"})
    (media,) = done.bundle.media
    with done.reading.files.open(media.path) as opened, zipfile.ZipFile(opened) as archive:
        assert archive.namelist() == ["data/unlisted.js", "imsmanifest.xml", "index.html", "metadata.xml"]


def test_oddity_30_metadata_in_odd_places_and_cases_is_read_or_named() -> None:
    lom = "<lom><general><description><langstring>Told</langstring></description></general><lifecycle><version><langstring>1</langstring></version></lifecycle></lom>"
    item = f'<item identifier="A" identifierref="R"><title>A</title><metadata>{SCHEMA}<adlcp:location>gone.xml</adlcp:location></metadata></item>'
    done = imported(manifest(items=f"<metadata>{SCHEMA}{lom}</metadata>{item}"))
    assert done.course.description == "Told"
    assert done.fate("metadata", "organization ORG: lifecycle")[0] == "changed"
    assert done.fate("metadata", "item A: record") == ("skipped", "gone.xml is not in the package")


@pytest.mark.parametrize("identifier", ["eXeackagename4f3a", "MANIFEST", "Course_ID1"])
def test_oddity_31_placeholders_are_no_keys(identifier: str) -> None:
    done = imported(
        manifest(title="<title>Captivate E-Learning Course</title>").replace("example.course", identifier)
    )
    assert done.bundle.key.startswith("captivate-e-learning-course-")


def test_oddity_32_schemas_inside_a_package_are_files_and_nothing_else() -> None:
    done = imported(
        manifest(), {"index.html": PAGE, "adlcp_v1p3.xsx": b"<broken", "ims_xml.xsd": b"\xff\xfe"}
    )
    assert done.fate("file", "adlcp_v1p3.xsx") == ("carried", "")
