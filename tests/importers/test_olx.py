"""Open edX courses: three whole ones as golden bundles, and the pieces one by one."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from importers import detect, olx
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import Assignment, Pdf, Resource, RichText, Video
from tests.golden import Golden
from tests.importers.olx_courses import (
    BY_HAND,
    LIBRARY,
    PNG,
    STUDIO,
    content,
    course,
    imported,
    source,
)
from tests.strategies import MemorySink

HERE = Path(__file__).parent
COURSES: Mapping[str, Mapping[str, str | bytes]] = {"studio": STUDIO, "by-hand": BY_HAND, "library": LIBRARY}


@pytest.mark.parametrize("name", COURSES)
def test_a_course_becomes_the_golden_bundle_with_every_part_accounted_for(name: str, golden: Golden) -> None:
    found = imported(COURSES[name])
    sink = MemorySink()
    writer.write(found.bundle, found.reading.files, sink)
    lines = sorted(
        " | ".join(filter(None, (each.fate, each.kind, each.name, each.note)))
        for each in found.report.accounts
    )
    golden(
        HERE / "golden" / "olx" / name, {**sink.contents, "report.txt": ("\n".join(lines) + "\n").encode()}
    )


@pytest.mark.parametrize("name", COURSES)
def test_what_is_written_checks_clean_and_reads_back_equal(name: str, tmp_path: Path) -> None:
    reading = imported(COURSES[name]).reading
    with open_sink(tmp_path / "out") as sink:
        writer.write(reading.bundle, reading.files, sink)
    with open_source(tmp_path / "out") as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == reading.bundle


@pytest.mark.parametrize("files", COURSES.values(), ids=COURSES)
def test_a_course_is_told_by_what_its_root_file_says(files: Mapping[str, str | bytes]) -> None:
    assert detect(source(files)).name == "olx"


def test_other_packages_with_a_course_xml_are_none() -> None:
    moodle = '<?xml version="1.0"?><course id="2" contextid="9"><shortname>x</shortname></course>'
    assert not olx.detect(source({"course/course.xml": moodle}))
    assert not olx.detect(source({"course.xml": STUDIO["course.xml"], "imsmanifest.xml": "<manifest/>"}))
    assert not olx.detect(source({"course.xml": "<course/>"}))


def test_the_root_file_may_have_another_name() -> None:
    files = {("start.xml" if name == "course.xml" else name): data for name, data in STUDIO.items()}
    assert imported(files).bundle == imported(STUDIO).bundle


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────


def test_keys_are_url_names_wherever_a_block_is_moved_and_whatever_it_is_called() -> None:
    before = imported(course('<html url_name="One" display_name="A">x</html>', '<html url_name="b">y</html>'))
    after = imported(course('<html url_name="b">y</html>', '<html url_name="One" display_name="B">x</html>'))
    assert {each.key for each in before.contents} == {each.key for each in after.contents} == {"one", "b"}


def test_blocks_of_two_categories_may_share_a_url_name_and_html_keeps_it() -> None:
    problem = '<problem url_name="a"><p>Only text</p></problem>'
    found = imported(course(problem, '<html url_name="a">x</html>'))
    assert [each.key for each in found.contents] == ["problem-a", "a"]


def test_a_block_named_twice_is_carried_once_and_two_different_ones_both() -> None:
    twice = imported(course('<html url_name="a">x</html>', '<html url_name="a">x</html>'))
    assert [each.key for each in twice.contents] == ["a"]
    assert twice.fate("item", "html a (2)")[0] == "changed"
    differing = imported(course('<html url_name="a">x</html>', '<html url_name="a">y</html>'))
    assert [each.key.startswith(("a", "html-a")) for each in differing.contents] == [True, True]


def test_a_block_without_a_name_gets_its_key_from_what_it_says() -> None:
    one, other = (imported(course("<html>x</html>", *more)) for more in ((), ("<html>y</html>",)))
    assert one.contents[0].key == other.contents[0].key


# ── the tree ─────────────────────────────────────────────────────────────────────────────────────


def test_titles_say_the_way_and_hidden_branches_are_not_published() -> None:
    found = imported(
        {
            "course.xml": """<course url_name="r" org="O" course="C"><chapter display_name="Week">
              <sequential display_name="Day"><vertical display_name="Day">
                <html url_name="a" display_name="Page">x</html></vertical>
              <vertical display_name="Night" visible_to_staff_only="true"><html url_name="b">y</html></vertical>
              </sequential></chapter></course>"""
        }
    )
    assert [(each.title, each.published) for each in found.contents] == [
        ("Day › Page", True),
        ("Day › Night", False),
    ]


def test_what_holds_nothing_is_kept_as_a_page_and_what_is_missing_is_named() -> None:
    found = imported(course("<html url_name='gone'/>", "<html>x</html>", "<vertical display_name='Empty'/>"))
    assert [each.title for each in found.contents] == ["Text", "Empty"]
    assert found.fate("item", "html gone") == ("skipped", "html/gone.xml is not in the package")


def test_drafts_hang_unpublished_beside_what_they_revise() -> None:
    address = 'parent_url="i4x://Org/C/sequential/seq" index_in_children_list="1"'
    found = imported(
        course(
            "<html url_name='a'/>",
            html__a_dot_xml="<html>old</html>",
            drafts__html__a_dot_xml="<html>new</html>",
            drafts__vertical__unit_dot_xml=f"<vertical {address}><html url_name='a'/></vertical>",
            drafts__vertical__lost_dot_xml="<vertical parent_url='x/none'><html url_name='z'>z</html></vertical>",
        )
    )
    assert [(each.key, each.published) for each in found.contents] == [
        ("a", True),
        ("draft-a", False),
        ("z", False),
    ]
    assert found.course.sections[-1].title == "Not in the course"


def test_contents_of_experiments_and_draws_are_all_carried_and_the_rule_is_named() -> None:
    found = imported(
        course(
            '<library_content max_count="1"><html url_name="a">x</html><html url_name="b">y</html></library_content>'
        )
    )
    assert [each.key for each in found.contents] == ["a", "b"]
    (rule,) = [each for each in found.report.accounts if each.kind == "rule"]
    assert (rule.fate, "max_count" in rule.name) == ("skipped", True)


# ── pages and links ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/jump_to_id/other", "#content:other"),
        ("/jump_to_id/unit", "#content:page"),
        ("/courses/Org/C/run/jump_to/i4x://Org/C/html/other", "#content:other"),
        ("/courses/course-v1:O+C+r/jump_to/block-v1:O+C+r+type@html+block@other", "#content:other"),
        ("/courses/course-v1:O+C+r/courseware/ch/seq/", "#content:page"),
        ("/static/a%20b.png", "media/a_b.png"),
        ("/c4x/Org/C/asset/a_b.png", "media/a_b.png"),
        ("/asset-v1:O+C+r+type@asset+block@a_b.png", "media/a_b.png"),
        ("//example.org/x", "https://example.org/x"),
        ("https://example.org/static/none.png", "https://example.org/static/none.png"),
        ("#here", "#page-here"),
        ("/static/none.png", ""),
        ("/jump_to_id/none", ""),
        ("/courses/course-v1:O+C+r/progress", ""),
        ("elsewhere.html", ""),
    ],
)
def test_addresses_mean_blocks_files_or_nothing(address: str, written: str) -> None:
    page = f'<html url_name="page"><p><a href="{address}">x</a></p></html>'
    found = imported(course(page, '<html url_name="other">y</html>', static__a_b_dot_png=PNG))
    made = found.contents[0]
    assert isinstance(made, RichText)
    assert made.text == (f"[x]({written})" if written else "x")
    links = [each.fate for each in found.report.accounts if each.kind == "link"]
    assert links == ([] if written.startswith(("https", "#page")) else ["carried" if written else "skipped"])


def test_a_file_that_is_no_media_is_linked_in_a_zip() -> None:
    made = content('<html><a href="/static/grader.xyz">x</a></html>', static__grader_dot_xyz=b"\x00\x01")
    assert isinstance(made, RichText)
    assert made.text == "[x](media/grader.xyz.zip)"


def test_latin_1_is_read_and_named() -> None:
    found = imported(
        course(
            "<html url_name='a'/>", html__a_dot_xml='<html filename="a"/>', html__a_dot_html=b"<p>caf\xe9</p>"
        )
    )
    assert isinstance(found.contents[0], RichText)
    assert found.contents[0].text == "café"
    assert "Windows-1252" in found.fate("item", "html a")[1]


def test_a_broken_file_costs_its_own_block_at_most() -> None:
    found = imported(
        course(
            "<html url_name='a'/><html url_name='b'/><problem url_name='c'/>",
            html__a_dot_xml="<html><p>open</html>",
            html__b_dot_xml="",
            problem__c_dot_xml="<!DOCTYPE x [<!ENTITY e 'x'>]><problem>&e;</problem>",
        )
    )
    assert [each.key for each in found.contents] == ["a"]
    assert found.fate("item", "html b")[0] == found.fate("item", "problem c")[0] == "skipped"
    assert [each.kind for each in found.report.accounts if each.kind == "repair"]


# ── other blocks ─────────────────────────────────────────────────────────────────────────────────


def test_videos_take_the_file_of_the_package_then_youtube_then_other_addresses() -> None:
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64)
    own = content(
        '<video html5_sources="[&quot;/static/f.mp4&quot;]" youtube_id_1_0="abcdefgh"/>',
        static__f_dot_mp4=film,
    )
    assert isinstance(own, Video)
    assert (own.media, own.url) == ("media/f.mp4", None)
    tube = content('<video youtube="1.00:abcdefgh"><source src="https://x.example/f.mp4"/></video>')
    assert isinstance(tube, Video)
    assert tube.url == "https://www.youtube.com/watch?v=abcdefgh"
    web = content(
        '<video><video_asset duration="61.4"><encoded_video url="https://x.example/f.mp4"/></video_asset></video>'
    )
    assert isinstance(web, Video)
    assert (web.url, web.video_seconds) == ("https://x.example/f.mp4", 61)


def test_a_video_that_only_the_platform_has_is_skipped_and_kept_for_authors() -> None:
    found = imported(course("<html>x</html>", '<video url_name="v" edx_video_id="abc-1"/>'))
    assert found.fate("item", "video v")[0] == "skipped"
    assert [(each.key, each.published) for each in found.contents if isinstance(each, Resource)] == [
        ("v", False)
    ]


def test_an_open_response_becomes_an_assignment_with_its_rubric() -> None:
    made = content(
        """<openassessment submission_due="2026-05-01T10:00:00" prompts_type="html">
          <title>Essay</title><assessments><assessment name="peer-assessment"/></assessments>
          <prompts><prompt><description>&lt;p&gt;Write.&lt;/p&gt;</description></prompt></prompts>
          <rubric><criterion><name>ideas</name><label>Ideas</label><prompt>Any?</prompt>
            <option points="3"><label>Good</label><explanation>Many</explanation></option>
            <option points="0"><label>None</label></option></criterion></rubric></openassessment>"""
    )
    assert isinstance(made, Assignment)
    assert (str(made.max_score), str(made.due)) == ("3", "2026-05-01 10:00:00+00:00")
    assert made.instructions.startswith("Write.\n\n### Ideas\n\nAny?")


def test_tools_of_others_become_links_and_unknown_blocks_keep_their_words_or_source() -> None:
    lti = content('<lti launch_url="https://tool.example/x" display_name="Tool"/>')
    assert isinstance(lti, RichText)
    assert lti.text == "[Tool](https://tool.example/x)"
    words = content("<mystery url_name='m'><p>Said</p></mystery>")
    assert isinstance(words, RichText)
    assert words.text == "Said"
    found = imported(course("<html>x</html>", "<mystery url_name='m' level='3'/>"))
    assert found.fate("item", "mystery m")[0] == "skipped"
    assert isinstance(found.contents[-1], Resource)


def test_textbooks_are_documents() -> None:
    books = '[{"tab_title": "Book", "id": "b", "chapters": [{"title": "One", "url": "/static/one.pdf"}, {"title": "Two", "url": "/static/two.pdf"}]}]'
    files = dict(course("<html>x</html>", static__one_dot_pdf=BY_HAND["static/handouts/sheet.pdf"]))
    root = str(files["course.xml"]).replace("<course ", f"<course pdf_textbooks='{books}' ", 1)
    found = imported({**files, "course.xml": root})
    assert [each.title for each in found.contents if isinstance(each, Pdf)] == ["Book › One"]
    assert found.fate("item", "textbook Book › Two")[0] == "skipped"


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"course.xml": '<course url_name="gone" org="O" course="C"/>'}, ["CW590"]),
        ({"a/course.xml": STUDIO["course.xml"], "b/course.xml": STUDIO["course.xml"]}, ["CW591"]),
        (course('<html filename="../../etc/passwd"/>', '<html url_name="/etc/passwd"/>'), ["CW592", "CW592"]),
        (course(vertical__unit_dot_xml="", chapter__x_dot_xml="<chapter><chapter url_name='x'/></chapter>"), ["CW593"]),
        (course("<vertical>" * 60 + "</vertical>" * 60), ["CW593"]),
        (course("<html>x</html>", policies__run__policy_dot_json='{"course/run": }'), ["CW595"]),
        (course("<html>x</html>", policies__run__policy_dot_json='{"course/run": {"start": "2026-13-40"}}'), ["CW596"]),
        (course(), ["CW597"]),
    ],
)  # fmt: skip
def test_what_is_dangerous_ambiguous_or_empty_is_refused(
    files: Mapping[str, str | bytes], codes: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        imported(files)
    assert [finding.rule.code for finding in refused.value.findings] == codes


def test_a_course_of_too_many_blocks_is_refused_at_once() -> None:
    layers = {
        f"vertical/v{depth}.xml": "<vertical>" + f"<vertical url_name='v{depth + 1}'/>" * 10 + "</vertical>"
        for depth in range(20)
    }
    with pytest.raises(RefusedError, match="CW594"):
        imported({**course('<vertical url_name="v0"/>'), **layers})


def test_pictures_in_their_address_and_places_in_a_file_are_kept() -> None:
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    made = content(f'<html><img src="{picture}" alt="x"/></html>')
    assert isinstance(made, RichText)
    assert made.text == "![x](media/picture.png)"
    sheet = BY_HAND["static/handouts/sheet.pdf"]
    made = content('<html><a href="/static/a.pdf#page=2">x</a></html>', static__a_dot_pdf=sheet)
    assert isinstance(made, RichText)
    assert made.text == "[x](media/a.pdf#page=2)"


def test_a_handout_stands_behind_its_video() -> None:
    sheet = BY_HAND["static/handouts/sheet.pdf"]
    film = '<video url_name="v" youtube_id_1_0="abcdefgh"><handout src="/static/a.pdf"/></video>'
    found = imported(course(film, static__a_dot_pdf=sheet))
    assert [each.key for each in found.contents] == ["v", "v-handout"]


def test_text_between_blocks_is_named() -> None:
    found = imported(course("Stray <html>x</html>"))
    assert [(each.fate, each.note[:19]) for each in found.report.accounts if each.kind == "element"] == [
        ("skipped", "text between blocks")
    ]
