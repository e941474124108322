"""cmi5 packages → courses: blocks, units, what a run-time needs, and structures that are refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from importers import cmi5
from schemas.findings import RefusedError
from schemas.model import Resource
from tests.importers.packages import PAGE, Imported, MemorySource, taken

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
BASE = "https://example.org/ladders"


def named(tag: str, text: str) -> str:
    return f'<{tag}><langstring lang="en">\n  {text}\n</langstring><langstring lang="de">{text} (de)</langstring></{tag}>'


def unit(name: str, url: str = "index.html", *, attributes: str = "", inside: str = "") -> str:
    return (
        f'<au id="{BASE}/{name}" {attributes}>{named("title", name)}{named("description", f"About {name}")}'
        f"<url>\n  {url}\n</url>{inside}</au>"
    )


def structure(inside: str, course: str = BASE) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<courseStructure xmlns="{NAMESPACE}"><course id="{course}">'
        f"{named('title', 'Ladders')}{named('description', 'All about them')}</course>{inside}</courseStructure>"
    )


def read(inside: str, **files: bytes) -> Imported:
    return taken({"cmi5.xml": structure(inside), "index.html": PAGE, **files})


def test_blocks_are_chapters_and_units_are_started_with_their_query_oddity_35() -> None:
    block = f'<block id="{BASE}/safety">{named("title", "Safety")}{unit("safety/look", "index.html?pages=1")}</block>'
    done = read(unit("intro", "./index.html") + block)
    assert (done.bundle.key, done.bundle.title) == ("example.org-ladders", "Ladders")
    assert done.course.description == "All about them"
    assert [(each.key, each.title) for each in done.course.sections] == [
        ("intro", "Ladders"),
        ("safety", "Safety"),
    ]
    first, second = done.contents
    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    assert first.launch is not None
    assert second.launch is not None
    assert (first.key, first.title, first.description, first.launch.href) == (
        "intro",
        "intro",
        "About intro",
        "index.html",
    )
    assert (second.key, second.launch.standard, second.launch.href) == (
        "safety-look",
        "cmi5",
        "index.html?pages=1",
    )


def test_the_mastery_score_is_the_passing_score_and_all_else_stays_in_the_package() -> None:
    inside = (
        f'<objectives><objective idref="{BASE}/o"/></objectives>'
        "<launchParameters>x=1</launchParameters><entitlementKey>k</entitlementKey>"
    )
    done = read(
        unit(
            "a",
            attributes='moveOn="Passed" masteryScore="0.85" launchMethod="OwnWindow" activityType="t"',
            inside=inside,
        )
        + f'<objectives><objective id="{BASE}/o">{named("title", "Know")}</objective></objectives>'
    )
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    assert content.launch.passing_score == Decimal(85)
    rules = {
        each.name.removeprefix(f"{BASE}/a "): each.fate
        for each in done.report.accounts
        if each.kind == "rule"
    }
    assert rules.pop("masteryScore") == "carried"
    assert set(rules) == {
        "id",
        "moveOn",
        "launchMethod",
        "activityType",
        "objectives",
        "launchParameters",
        "entitlementKey",
        "other languages",
    }
    assert set(rules.values()) == {"changed"}
    assert done.fate("metadata", f"objective {BASE}/o")[0] == "changed"


def test_units_on_the_web_are_links_beside_the_package_that_says_the_rest() -> None:
    alone = MemorySource({"structure.xml": structure(unit("a", "https://example.org/run?x=1")).encode()})
    done = taken(alone.files)
    link, package = done.contents
    assert isinstance(link, Resource)
    assert isinstance(package, Resource)
    assert (link.url, link.launch) == ("https://example.org/run?x=1", None)
    assert (package.media, package.published) == ("media/example.org-ladders.zip", False)


def test_a_unit_whose_page_is_missing_is_left_out_by_name_and_the_others_are_imported() -> None:
    done = read(unit("a") + unit("b", "gone.html"))
    assert [content.key for content in done.contents] == ["a"]
    assert done.fate("item", f"{BASE}/b") == ("skipped", "its page gone.html is not in the package")


def test_what_stands_twice_is_accounted_for_twice() -> None:
    done = read(unit("a", inside="<objectives/><objectives/>") + "<objectives><x/><x/></objectives>")
    twice = ["objectives", "objectives (2)"]
    assert [done.fate("rule", f"{BASE}/a {name}")[0] for name in twice] == ["changed"] * 2
    assert [done.fate("metadata", name)[0] for name in ("x", "x (2)")] == ["changed"] * 2


def test_a_further_unit_renames_no_other() -> None:
    one, two = (read("".join(unit(name) for name in names)) for names in (["au/1"], ["au/1", "au/2", "1"]))
    assert {content.key for content in one.contents} <= {content.key for content in two.contents}


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (unit("a", attributes='moveOn="Done"'), "CW536"),
        (unit("a", attributes='masteryScore="85"'), "CW536"),
        (unit("a", attributes='launchMethod="Popup"'), "CW536"),
        (unit("a") + unit("a"), "CW534"),
        (unit("a").replace("https://", ""), "CW533"),
        (unit("a", "http://example.org/a b"), "CW535"),
        (unit("a", "index.html?fetch=1"), "CW535"),
        (unit("a", ""), "CW532"),
        (unit("a", "../x.html"), "CW516"),
        (unit("a", "javascript:alert(1)"), "CW516"),
        (unit("a", "gone.html"), "CW521"),
        ("", "CW521"),
        ("<course/>", "CW532"),
    ],
)
def test_structures_that_are_unsound_are_refused(inside: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(inside)
    assert refused.value.findings[0].rule.code == code
    assert refused.value.findings[0].location.line


def test_all_faults_are_found_at_once() -> None:
    with pytest.raises(RefusedError) as refused:
        read(unit("a", attributes='moveOn="Done"') + unit("a", "index.html?fetch=1"))
    assert [finding.rule.code for finding in refused.value.findings] == ["CW536", "CW534", "CW535"]


def test_courses_side_by_side_are_refused_rather_than_one_of_them_read() -> None:
    text = structure(unit("a"))
    with pytest.raises(RefusedError, match="CW507"):
        taken({"a/cmi5.xml": text, "b/cmi5.xml": text, "a/index.html": PAGE, "b/index.html": PAGE})


@pytest.mark.parametrize(
    "files",
    [
        {"deep/er/cmi5.xml": b""},
        {"cmi5-pcte.xml": structure("").encode(), "index.html": PAGE},
        {"other.xml": b"<other/>"},
        {"x.json": json.dumps({}).encode()},
    ],
)
def test_what_has_no_course_structure_is_not_taken_for_a_package_oddity_35(files: dict[str, bytes]) -> None:
    assert not cmi5.detect(MemorySource(files))
