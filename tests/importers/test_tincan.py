"""xAPI packages (tincan.xml) → courses."""

from __future__ import annotations

import pytest

from importers.shared.outcome import STAYS
from schemas.findings import RefusedError
from schemas.model import Resource
from tests.importers.packages import PAGE, Imported, taken

_COURSE = "http://adlnet.gov/expapi/activities/course"


def activity(
    identifier: str, *, kind: str = _COURSE, launch: str = "index.html", name: str = "Ladders", more: str = ""
) -> str:
    started = f'<launch lang="und">{launch}</launch>' if launch else ""
    return (
        f'<activity id="{identifier}" type="{kind}"><name lang="und">{name}</name>'
        f'<description lang="und">About it</description>{started}{more}</activity>'
    )


def tincan(*activities: str) -> str:
    return f'<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>{"".join(activities)}</activities></tincan>'


def read(text: str | bytes) -> Imported:
    return taken({"tincan.xml": text, "index.html": PAGE})


def _launched(done: Imported) -> list[tuple[str, str, str]]:
    return [
        (each.key, each.launch.standard, each.launch.href)
        for each in done.contents
        if isinstance(each, Resource) and each.launch
    ]


@pytest.mark.parametrize("kind", ["course", _COURSE])
@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("https://example.org/ladders", "example.org-ladders"),
        ("urn:articulate:storyline:5Abc", "articulate-storyline-5abc"),
        ("ispring://quizzes/6592D059", "quizzes-6592d059"),
    ],
)
def test_a_course_is_started_whatever_its_id_and_type_look_like_oddity_34(
    kind: str, identifier: str, key: str
) -> None:
    done = read(tincan(activity(identifier, kind=kind)))
    assert (done.bundle.key, done.course.title, done.course.description) == (key, "Ladders", "About it")
    assert [launch[1:] for launch in _launched(done)] == [("xapi", "index.html")]


def test_of_nine_activities_with_one_launch_one_is_started_and_all_are_named_oddity_34() -> None:
    modules = [
        activity(f"urn:x:c/{n}", kind="http://adlnet.gov/expapi/activities/module", launch="")
        for n in range(8)
    ]
    done = read(tincan(*modules, activity("urn:x:c")))
    assert len(_launched(done)) == 1
    assert done.bundle.key == "x-c"
    named = [each for each in done.report.accounts if each.name.startswith("activity urn:x:c/")]
    assert [each.fate for each in named] == ["skipped"] * 8


@pytest.mark.parametrize(
    ("encoding", "mark"), [("ISO-8859-1", b""), ("UTF-8", b"\xef\xbb\xbf")], ids=["oddity 13", "oddity 12"]
)
def test_other_encodings_and_a_byte_order_mark_are_read(encoding: str, mark: bytes) -> None:
    text = f'<?xml version = "1.0" encoding = "{encoding}"?>' + tincan(activity("urn:x:c", name="Müller"))
    assert read(mark + text.encode(encoding)).course.title == "Müller"


def test_further_languages_and_extensions_are_named() -> None:
    done = read(tincan(activity("urn:x:c", more='<name lang="de">Leitern</name><extensions/>')))
    assert done.fate("metadata", "activity urn:x:c: name in other languages")[0] == "changed"
    assert [each.name.split()[0] for each in done.report.accounts if each.note == STAYS[1]] == [
        "urn:x:c",
        "urn:x:c",
        "activity",
        "extensions",
    ]


def test_an_activity_on_the_web_is_a_link() -> None:
    link = read(tincan(activity("urn:x:c", launch="https://example.org/x"))).contents[0]
    assert isinstance(link, Resource)
    assert link.url == "https://example.org/x"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (tincan(), "CW530"),
        ("<other/>", "CW530"),
        (tincan(activity("")), "CW530"),
        (tincan(activity("urn:x:c"), activity("urn:x:c")), "CW531"),
        (tincan(activity("urn:x:c", launch="")), "CW521"),
        (tincan(activity("urn:x:c", launch="gone.html")), "CW521"),
        (tincan(activity("urn:x:c", launch="../x")), "CW516"),
        ("<tincan>", "CW503"),
        (
            tincan(*(f'<activity id="u:{number}"><launch>x</launch></activity>' for number in range(10_001))),
            "CW517",
        ),
    ],
)
def test_what_starts_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(text)
    assert refused.value.findings[0].rule.code == code
