"""Quizzes as QTI, Moodle XML and GIFT: read back by our own readers, and judged by the official schemas."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from lxml import etree

from exporters.shared import qti12, xml
from exporters.shared.quizzes import identifier
from importers import bundle as bundles
from importers import gift, moodle_xml, qti
from importers.shared import keys
from schemas.findings import CoursewrightError, Report
from schemas.model import Bundle, Essay, FillInBlank, Matching, MultipleChoice, QuizContent
from tests.exporters.everything import EVERYTHING
from tests.exporters.quiz_samples import asked, carried, exported, one_quiz, quizzes, said, tells_apart
from tests.exporters.schemas import faults, schema
from tests.golden import Golden
from tests.strategies import MemoryFiles, MemorySource, Sample

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parents[2] / "packages" / "examples"
READERS: dict[str, ModuleType] = {
    "gift": gift,
    "moodle-xml": moodle_xml,
    "qti-1.2": qti,
    "qti-2.1": qti,
    "qti-3.0": qti,
}
TARGETS = sorted(READERS)
quick = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def _again(sample: Sample, target: str) -> Bundle:
    contents, _ = exported(sample, target)
    source = MemorySource(contents)
    assert READERS[target].detect(source)
    read: Bundle = READERS[target].read(source, Report()).bundle
    return read


def _quiz(bundle: Bundle) -> QuizContent:
    (content,) = (each for each in bundle.courses[0].contents() if isinstance(each, QuizContent))
    return content


# ── round trips ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", TARGETS)
@quick
@given(sample=quizzes())
def test_any_quiz_comes_back_but_for_the_documented_losses(target: str, sample: Sample) -> None:
    questions = asked(sample.bundle)
    assume(all(map(tells_apart, questions)))
    if target == "gift":
        questions = [each for each in questions if not _split_or_skipped(each)]
        assume(len(questions) == len(asked(sample.bundle)))
    came_back = asked(_again(sample, target))
    assert [carried(each) for each in came_back] == [carried(each) for each in questions]
    expected = keys.keys([_identifier(each.key, target) for each in questions], "question")
    assert [each.key for each in came_back] == list(expected.values())


def _identifier(key: str, target: str) -> str:
    """Moodle's ID numbers belong to a category; identifiers of QTI are unique in the package."""
    return identifier("course", "quiz", key) if target.startswith("qti") else key


def _split_or_skipped(question: object) -> bool:
    return isinstance(question, FillInBlank) and len(question.blanks) > 1


@pytest.mark.parametrize("target", ["qti-1.2", "qti-2.1", "qti-3.0"])
@quick
@given(sample=quizzes())
def test_settings_of_a_quiz_come_back_from_qti(target: str, sample: Sample) -> None:
    before, after = _quiz(sample.bundle).quiz, _quiz(_again(sample, target)).quiz
    assert after.time_limit_minutes == before.time_limit_minutes
    assert after.max_attempts == before.max_attempts
    assert after.randomized == before.randomized
    assert after.show_correct_answers == before.show_correct_answers
    if any(question.points for question in before.questions):
        assert after.passing_score == before.passing_score


@pytest.mark.parametrize("target", ["qti-1.2", "qti-2.1", "qti-3.0"])
def test_a_package_of_qti_holds_the_bundle(target: str) -> None:
    contents, _ = exported(EVERYTHING, target)
    inside = {
        name.removeprefix("coursewright/"): data
        for name, data in contents.items()
        if name.startswith("coursewright/")
    }
    assert bundles.read(MemorySource(inside), Report()).bundle == EVERYTHING.bundle


# ── what is written ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", TARGETS)
def test_everything_as_kept_in_git(target: str, golden: Golden) -> None:
    contents, _ = exported(EVERYTHING, target)
    own = {name: data for name, data in contents.items() if not name.startswith("coursewright/")}
    golden(GOLDEN / target, own)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("example", ["rich", "tiny"])
def test_examples_are_written_the_same_twice_or_have_no_quiz(target: str, example: str) -> None:
    folder = EXAMPLES / example
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    bundle = bundles.read(MemorySource(files), Report()).bundle
    sample = Sample(bundle, MemoryFiles(files))
    if asked(bundle):
        assert exported(sample, target)[0] == exported(sample, target)[0]
        assert len(asked(_again(sample, target))) >= len(asked(bundle))
    else:
        with pytest.raises(CoursewrightError, match="has no quiz"):
            exported(sample, target)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_no_question_is_named_by_what_it_is(target: str) -> None:
    _, report = exported(EVERYTHING, target)
    reasons = {account.name: account.note for account in report.accounts if account.fate == "skipped"}
    assert reasons["course:bleeding/content:film"].startswith("a video:")
    assert reasons["course:bleeding/content:game"].startswith("a package to play:")


def test_a_picture_that_is_too_large_for_xml_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporters.moodle_xml.pictures._LARGEST", 7)
    contents, report = exported(EVERYTHING, "moodle-xml")
    assert b"base64" not in b"".join(contents.values())
    reasons = {account.name: account.note for account in report.accounts if account.kind == "file"}
    assert "larger than" in reasons["media/thumb.png"]


def test_quizzes_of_one_name_are_two_categories() -> None:
    bundle = one_quiz(*asked(EVERYTHING.bundle)[1:])
    (course,) = bundle.courses
    (section,) = course.sections
    (content,) = section.contents
    assert isinstance(content, QuizContent)
    twin = QuizContent(key="other", title="Quiz", quiz=content.quiz)
    twice = Bundle(
        key="b",
        title="B",
        courses=(
            type(course)(
                key="course",
                title="Course",
                instructor="ann@example.org",
                sections=(type(section)(key="s", title="Section", contents=(content, twin)),),
            ),
        ),
    )
    for target in ("gift", "moodle-xml"):
        quizzes_read = list(_again(Sample(twice, EVERYTHING.files), target).courses[0].contents())
        assert len(quizzes_read) == 2


# ── official schemas ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", ["qti-2.1", "qti-3.0"])
@quick
@given(sample=quizzes())
def test_items_and_tests_are_valid(shared: Path, target: str, sample: Sample) -> None:
    schemas = shared / "corpora" / "schemas"
    judge = {
        "qti-2.1": lambda: schema(schemas / "qti22_pie" / "imsqti_v2p1.xsd"),
        "qti-3.0": lambda: schema(
            schemas / "qti_oat" / "qtiv3p0" / "imsqti_asiv3p0_sbacv1p0_v1p0.xsd",
            schemas / "qti3_kennisnet",
            schemas / "qti22_pie",
        ),
    }[target]()
    contents, _ = exported(sample, target)
    for name, data in contents.items():
        if name.startswith(("items/", "tests/")):
            assert faults(data, judge) == [], name


BROKEN = (
    "<ul>words<li>one</li><b>two</b> three</ul>",
    "<li>alone</li>",
    "<div><li>one<li>two</li></div>",
    "<dl><div><dt>a</dt><dd>b</dd></div>c</dl>",
    "<blockquote>words</blockquote>",
    "<b><p>block in a word</p></b>",
    "<table><thead><tr><th>head</th></tr></thead></table>",
    "- [x] done\n- [ ] not\n\n~~gone~~ <mark>seen</mark>",
    '<a id="x">place</a> <img alt="no source"> <video src="https://example.org/a.mp4"></video>',
)


@pytest.mark.parametrize("text", BROKEN)
def test_html_that_is_broken_or_unknown_to_qti_is_valid_and_loses_no_words(shared: Path, text: str) -> None:
    judge = schema(shared / "corpora" / "schemas" / "qti22_pie" / "imsqti_v2p1.xsd")
    sample = Sample(one_quiz(Essay(key="a", text=text)), MemoryFiles({}))
    item = exported(sample, "qti-2.1")[0]["items/course.quiz.a.xml"]
    assert faults(item, judge) == []
    (body,) = etree.fromstring(item).findall("{*}itemBody")
    shown = "".join(map(str, body.itertext()))
    assert set(said(text).words.split()) <= set(shown.split())


@quick
@given(sample=quizzes())
def test_cartridges_get_assessments_of_their_profile(shared: Path, sample: Sample) -> None:
    schemas = shared / "corpora" / "schemas"
    judge = schema(schemas / "cc11_moodle" / "ccv1p1_qtiasiv1p2p1_v1p0.xsd", schemas / "qti22_pie")
    made = qti12.assessment(_quiz(sample.bundle), "course.quiz", qti12.CARTRIDGE, lambda path: path)
    document = xml.document(qti12.interop(made.element, qti12.CARTRIDGE))
    assert faults(document, judge) == []
    items = etree.fromstring(document).findall(".//{*}item")
    assert len({item.get("ident") for item in items}) == len(items) == _parts(sample.bundle)


def _parts(bundle: Bundle) -> int:
    """A cartridge has an item for each gap and for each pair."""
    counts = {FillInBlank: "blanks", Matching: "pairs"}
    return sum(len(getattr(each, counts.get(type(each), ""), [each])) for each in asked(bundle))


def test_qti_1_is_valid_by_the_definition_of_its_type(shared: Path) -> None:
    place = shared / "corpora" / "schemas" / "qti_migrationtool" / "ims_qtiasiv1p2p1.dtd"
    contents, _ = exported(EVERYTHING, "qti-1.2")
    plain = contents["bleeding.check.xml"].replace(
        b' xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"', b""
    )
    with place.open("rb") as file:
        assert faults(plain, etree.DTD(file)) == []


@pytest.mark.parametrize("target", ["qti-1.2", "qti-2.1", "qti-3.0"])
def test_manifests_list_every_file_once(target: str) -> None:
    contents, _ = exported(EVERYTHING, target)
    root = etree.fromstring(contents["imsmanifest.xml"])
    own = [str(each.get("href")) for each in root.findall(".//{*}resource") if each.get("href")]
    beside = [str(file.get("href")) for file in root.findall(".//{*}resource[@identifier='bundle']/{*}file")]
    assert sorted([*own, *beside, "imsmanifest.xml"]) == sorted(contents)
    known = {resource.get("identifier") for resource in root.findall(".//{*}resource")}
    assert {each.get("identifierref") for each in root.findall(".//{*}dependency")} <= known


def test_no_two_lists_of_keys_make_the_same_identifier() -> None:
    assert len({identifier("a.b", "c"), identifier("a", "b.c"), identifier("a", "b", "c")}) == 3


def test_the_manifest_of_version_3_is_valid(shared: Path) -> None:
    judge = schema(shared / "corpora" / "schemas" / "qti3_kennisnet" / "imsqtiv3p0_imscpv1p2_v1p0.xsd")
    assert faults(exported(EVERYTHING, "qti-3.0")[0]["imsmanifest.xml"], judge) == []


def test_several_right_answers_say_case_for_moodle() -> None:
    several = next(each for each in asked(EVERYTHING.bundle) if isinstance(each, MultipleChoice))
    both = type(several)(
        key="both",
        text="Both?",
        options=tuple(
            type(option)(key=option.key, text=option.text, correct=True) for option in several.options
        ),
    )
    made = qti12.assessment(_quiz(one_quiz(both)), "q", qti12.CARTRIDGE, lambda path: path)
    tests = etree.fromstring(xml.document(made.element)).findall(".//varequal")
    assert [test.get("case") for test in tests] == ["Yes", "Yes"]
