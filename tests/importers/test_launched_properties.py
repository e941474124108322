"""Whatever an AICC, cmi5, xAPI or SCORM 2004 package says: it is refused with findings, or it becomes a clean bundle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import importers
from schemas.findings import RefusedError, Report
from tests.importers.corpus import require_clean
from tests.importers.packages import PAGE, MemorySource
from tests.importers.test_cmi5 import NAMESPACE
from tests.importers.test_launched_golden import PACKAGES
from tests.importers.test_scorm_2004 import manifest

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)
Words = st.SearchStrategy[str]


def _mostly(usual: Words, odd: Words) -> Words:
    """Odd ones now and then: where all are odd, all packages are refused."""
    return st.integers(0, 29).flatmap(lambda number: odd if number == 7 else usual)


_NAMES = _mostly(
    st.uuids().map(str),
    st.sampled_from(["A", "a", "B1", "Ä", "x" * 200, "con", "J1", ""]) | _TEXT,
)
_IRIS = _mostly(
    st.uuids().map(lambda number: f"https://a.example/c/{number}"),
    st.sampled_from(["https://a.example/c", "https://a.example/1", "urn:x:1", "urn:x:1/", ""]) | _TEXT,
)
_ADDRESSES = _mostly(
    st.sampled_from(["index.html", "index.html?x=1#y", "a b#c.html", "https://a.example/x y", "gone.html"]),
    st.sampled_from(["../x", "http://a b/"]) | _TEXT,
)
_NUMBERS = _mostly(
    st.sampled_from(["", "0", "0.8", "1"]), st.sampled_from(["80", "-1", "1e9", "NaN", "100.5"])
)
_SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _sound(files: Mapping[str, str | bytes]) -> None:
    """Imports with closed accounts to a bundle that checks clean, or is refused."""
    pages = {"index.html": PAGE, "a b#c.html": PAGE}
    data = {name: each.encode() if isinstance(each, str) else each for name, each in files.items()}
    source, report = MemorySource({**pages, **data}), Report()
    try:
        reading = importers.detect(source).load().read(source, report)
    except RefusedError:
        return
    report.close()
    with TemporaryDirectory() as folder:
        require_clean(reading, Path(folder))


# ── AICC ─────────────────────────────────────────────────────────────────────────────────────────


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@st.composite
def _table(draw: st.DrawFn, *columns: tuple[str, st.SearchStrategy[str]]) -> str:
    rows = [[name for name, _ in columns]]
    rows += [[draw(values) for _, values in columns] for _ in range(draw(st.integers(1, 4)))]
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)


_UNITS = _table(
    ("system_id", _NAMES), ("File_Name", _ADDRESSES), ("Mastery_Score", _NUMBERS), ("Max_Score", _NUMBERS),
    ("Max_Time_Allowed", st.sampled_from(["", "00:01:00", "9999:59:59", "x"])), ("Web_Launch", _TEXT),
)  # fmt: skip
_TITLES = _table(("System_ID", _NAMES), ("Title", _TEXT), ("Description", _TEXT))
_BLOCKS = _table(("Block", st.just("root") | _NAMES), ("Member", _NAMES), ("Member", _NAMES))


@given(units=_UNITS, titles=_TITLES, blocks=_BLOCKS, identifier=_NAMES, description=_TEXT)
@_SLOW
def test_an_aicc_course_is_refused_in_words_or_becomes_a_clean_bundle(
    units: str, titles: str, blocks: str, identifier: str, description: str
) -> None:
    crs = (
        f"[Course]\nCourse_ID={identifier}\nCourse_Title={description}\n[Course_Description]\n{description}\n"
    )
    _sound({"c.crs": crs, "c.au": units, "c.des": titles, "c.cst": blocks})


@given(crs=st.binary(max_size=200), au=st.binary(max_size=200), des=st.binary(max_size=200))
@_SLOW
def test_bytes_that_are_no_aicc_course_are_refused_in_words(crs: bytes, au: bytes, des: bytes) -> None:
    _sound({"c.crs": crs, "c.au": au, "c.des": des})


# ── cmi5 and xAPI ────────────────────────────────────────────────────────────────────────────────


def _named(tag: str, text: str) -> str:
    return f"<{tag}><langstring>{escape(text)}</langstring></{tag}>"


@st.composite
def _units(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(0 if depth < 2 else 1, 3))):
        own = f"id={quoteattr(draw(_IRIS))}"
        title = _named("title", draw(_TEXT)) + _named("description", draw(_TEXT))
        if depth and draw(st.booleans()):
            parts.append(f"<block {own}>{title}{draw(_units(depth - 1))}</block>")
        else:
            score = draw(_NUMBERS)
            scored = f'masteryScore="{score}"' if score else ""
            parts.append(f"<au {own} {scored}>{title}<url>{escape(draw(_ADDRESSES))}</url></au>")
    return "".join(parts)


@given(units=_units(), course=_IRIS, title=_TEXT)
@_SLOW
def test_a_course_structure_is_refused_in_words_or_becomes_a_clean_bundle(
    units: str, course: str, title: str
) -> None:
    own = f"<course id={quoteattr(course)}>{_named('title', title)}{_named('description', title)}</course>"
    _sound({"cmi5.xml": f'<courseStructure xmlns="{NAMESPACE}">{own}{units}</courseStructure>'})


@given(activities=st.lists(st.tuples(_IRIS, _TEXT, _ADDRESSES | st.just("")), max_size=4))
@_SLOW
def test_activities_are_refused_in_words_or_become_a_clean_bundle(
    activities: list[tuple[str, str, str]],
) -> None:
    inside = "".join(
        f"<activity id={quoteattr(iri)} type='course'><name>{escape(name)}</name><launch>{escape(launch)}</launch></activity>"
        for iri, name, launch in activities
    )
    _sound(
        {
            "tincan.xml": f'<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>{inside}</activities></tincan>'
        }
    )


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


@given(
    name=st.sampled_from(sorted(PACKAGES)),
    places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=6)), max_size=3),
    twice=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_package_is_refused_in_words_or_becomes_a_clean_bundle(
    name: str, places: list[tuple[int, int, bytes]], *, twice: bool
) -> None:
    """Pieces of the manifest or the tables are cut out, replaced, or put in a second time."""
    damaged: dict[str, str | bytes] = {}
    for path, text in PACKAGES[name].items():
        data = text.encode()
        for start, length, other in places:
            at = start % max(1, len(data))
            cut = data[at : at + length]
            data = data[:at] + (cut + cut if twice else other) + data[at + length :]
        damaged[path] = data
    _sound(damaged)


# ── SCORM 2004 ───────────────────────────────────────────────────────────────────────────────────

_RULES = st.sampled_from(
    ["<imsss:controlMode/>", "<imsss:controlMode/><imsss:controlMode/>", "<imsss:limitConditions attemptAbsoluteDurationLimit='P9999D'/>",
     "<imsss:objectives><imsss:primaryObjective satisfiedByMeasure='true'><imsss:minNormalizedMeasure>0.333333</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>",
     "<imsss:sequencingRules><imsss:preConditionRule/><imsss:preConditionRule/></imsss:sequencingRules>", "<other/>"]
)  # fmt: skip


@given(
    rules=st.lists(_RULES, max_size=4),
    references=st.lists(st.sampled_from(["S", "T", ""]), min_size=1, max_size=3),
)
@_SLOW
def test_sequencing_is_named_whatever_it_says(rules: list[str], references: list[str]) -> None:
    inside = "".join(rules)
    items = "".join(
        f'<item identifier="I{number}" identifierref="R"><imsss:sequencing IDRef="{reference}">{inside}</imsss:sequencing>'
        f"<imsss:sequencing/></item>"
        for number, reference in enumerate(references)
    )
    shared = f"<imsss:sequencingCollection><imsss:sequencing ID='S'>{inside}</imsss:sequencing><imsss:sequencing/></imsss:sequencingCollection>"
    _sound({"imsmanifest.xml": manifest(items, more=shared)})
