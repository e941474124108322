"""SCORM 2004 packages → courses: editions, sequencing kept by name, objectives that have a place here."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.findings import RefusedError
from schemas.model import Launch, Resource
from tests.importers.packages import PAGE, Imported, taken

_RESOURCE = '<resource identifier="R" type="webcontent" adlcp:scormType="sco" href="index.html"/>'


def manifest(
    items: str,
    *,
    version: str = "2004 4th Edition",
    resources: str = _RESOURCE,
    organization: str = "",
    more: str = "",
    metadata: str = "",
    attributes: str = "",
) -> str:
    """A manifest of one organization ORG; `organization` stands behind its items, `more` behind the resources."""
    schema = f"<schema>ADL SCORM</schema><schemaversion>{version}</schemaversion>" if version else ""
    return (
        '<manifest identifier="example.2004" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"'
        ' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"'
        ' xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
        f' xmlns:lom="http://ltsc.ieee.org/xsd/LOM"><metadata>{schema}{metadata}</metadata>'
        f'<organizations default="ORG"><organization identifier="ORG" {attributes}><title>Course</title>'
        f"{items}{organization}</organization></organizations><resources>{resources}</resources>{more}</manifest>"
    )


def item(inside: str = "", identifier: str = "I", attributes: str = "") -> str:
    return (
        f'<item identifier="{identifier}" identifierref="R" {attributes}><title>Lesson</title>{inside}</item>'
    )


def sequenced(inside: str) -> str:
    return item(f"<imsss:sequencing>{inside}</imsss:sequencing>")


def read(text: str) -> Imported:
    return taken({"imsmanifest.xml": text, "index.html": PAGE})


def _launch(done: Imported, number: int = 0) -> Launch:
    content = done.contents[number]
    assert isinstance(content, Resource)
    assert content.launch is not None
    return content.launch


# ── editions ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("version", "standard"),
    [
        ("CAM 1.3", "scorm-2004-2nd-edition"),
        ("2004 2nd Edition", "scorm-2004-2nd-edition"),
        ("2004 3rd Edition", "scorm-2004-3rd-edition"),
        (" 2004  4th Edition ", "scorm-2004-4th-edition"),
    ],
)
def test_the_edition_is_the_one_the_schemaversion_names_oddity_19(version: str, standard: str) -> None:
    done = read(manifest(item(), version=version))
    assert _launch(done).standard == standard
    assert done.fate("metadata", "schemaversion") == ("carried", "")


@pytest.mark.parametrize(
    ("inside", "standard"),
    [
        ('<adlcp:completionThreshold completedByMeasure="true"/>', "scorm-2004-4th-edition"),
        ("<adlcp:completionThreshold>0.5</adlcp:completionThreshold>", "scorm-2004-3rd-edition"),
        ('<adlcp:data><adlcp:map targetID="x"/></adlcp:data>', "scorm-2004-4th-edition"),
    ],
)
@pytest.mark.parametrize("version", ["", "1.2", "whatever"])
def test_without_a_word_for_it_the_edition_is_told_by_elements_oddity_19(
    inside: str, standard: str, version: str
) -> None:
    done = read(manifest(item(inside), version=version))
    assert _launch(done).standard == standard
    assert done.fate("metadata", "schemaversion")[0] == "changed"


# ── rules ────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_is_named_and_stays_in_the_package() -> None:
    rules = (
        "<imsss:sequencing><imsss:controlMode flow='true'/><imsss:sequencingRules>"
        "<imsss:preConditionRule><imsss:ruleAction action='skip'/></imsss:preConditionRule>"
        "<imsss:preConditionRule><imsss:ruleAction action='disabled'/></imsss:preConditionRule>"
        "</imsss:sequencingRules><imsss:rollupRules objectiveMeasureWeight='0'/>"
        "<adlseq:constrainedChoiceConsiderations/></imsss:sequencing>"
        "<adlnav:presentation/><adlcp:dataFromLMS>x</adlcp:dataFromLMS>"
        "<adlcp:timeLimitAction>exit,message</adlcp:timeLimitAction><adlcp:completionThreshold/><adlcp:data/>"
    )
    done = read(manifest(item(rules)))
    assert _rules(done) == [
        "I sequencing/controlMode",
        "I sequencing/sequencingRules/preConditionRule",
        "I sequencing/sequencingRules/preConditionRule 2",
        "I sequencing/rollupRules",
        "I sequencing/constrainedChoiceConsiderations",
        "I presentation",
        "I dataFromLMS",
        "I timeLimitAction",
        "I completionThreshold",
        "I data",
    ]
    assert {done.account("rule", name).fate for name in _rules(done)} == {"changed"}
    assert not [account for account in done.report.accounts if account.kind == "element"]


def test_rules_of_the_organization_and_shared_sequencings_are_named_too() -> None:
    shared = "<imsss:sequencingCollection><imsss:sequencing ID='S'><imsss:controlMode/></imsss:sequencing></imsss:sequencingCollection>"
    done = read(
        manifest(
            item("<imsss:sequencing IDRef='S'/>"),
            organization="<imsss:sequencing><imsss:controlMode choice='false'/></imsss:sequencing>",
            attributes='adlseq:objectivesGlobalToSystem="false"',
            more=shared,
        )
    )
    assert set(_rules(done)) == {
        "organization ORG: objectivesGlobalToSystem",
        "organization ORG: sequencing/controlMode",
        "I sequencing/IDRef",
        "collection of sequencings: S",
    }


def _rules(done: Imported) -> list[str]:
    """In the order in which they stand in the manifest."""
    found = [each for each in done.report.accounts if each.kind == "rule"]
    return [each.name for each in sorted(found, key=lambda each: each.location.column or 0)]


# ── objectives and time ──────────────────────────────────────────────────────────────────────────


def _objective(measure: str, by_measure: str = "true") -> str:
    text = f"<imsss:minNormalizedMeasure>{measure}</imsss:minNormalizedMeasure>" if measure else ""
    return f'<imsss:objectives><imsss:primaryObjective objectiveID="P" satisfiedByMeasure="{by_measure}">{text}</imsss:primaryObjective></imsss:objectives>'


@pytest.mark.parametrize(
    ("measure", "percent"), [("0.8", "80"), ("1", "100"), (".755", "75.5"), ("0", "0"), ("", "100")]
)
def test_the_measure_that_satisfies_the_primary_objective_is_the_passing_score(
    measure: str, percent: str
) -> None:
    """Without a measure, 1.0 is what the standard says (IMS SS §3.10.2)."""
    done = read(manifest(sequenced(_objective(measure))))
    assert _launch(done).passing_score == Decimal(percent)
    assert done.fate("rule", "I sequencing/objectives/primaryObjective")[0] == "changed"


@pytest.mark.parametrize(
    ("measure", "by_measure"), [("0.8", "false"), ("-0.5", "true"), ("high", "true"), ("2", "true")]
)
def test_a_measure_that_is_not_used_negative_or_no_number_stays_in_the_package(
    measure: str, by_measure: str
) -> None:
    done = read(manifest(sequenced(_objective(measure, by_measure))))
    assert _launch(done).passing_score is None
    assert done.fate("rule", "I sequencing/objectives/primaryObjective")[0] == "changed"


def test_a_long_shared_sequencing_is_not_repeated_for_every_item_that_refers_to_it() -> None:
    long = "<imsss:controlMode/>" * 10_000
    shared = f"<imsss:sequencingCollection><imsss:sequencing ID='S'>{long}</imsss:sequencing></imsss:sequencingCollection>"
    items = "".join(item("<imsss:sequencing IDRef='S'/>", f"I{number}") for number in range(1_000))
    assert len(_rules(read(manifest(items, more=shared)))) == 1_001


def test_objectives_of_a_shared_sequencing_count_unless_the_item_has_its_own() -> None:
    shared = f"<imsss:sequencingCollection><imsss:sequencing ID='S'>{_objective('0.5')}</imsss:sequencing></imsss:sequencingCollection>"
    items = item("<imsss:sequencing IDRef='S'/>") + item(
        f"<imsss:sequencing IDRef='S'>{_objective('0.9')}</imsss:sequencing>", "J"
    )
    done = read(manifest(items, more=shared))
    assert [_launch(done, number).passing_score for number in (0, 1)] == [50, 90]


def test_the_limit_of_an_attempt_is_the_length_unless_the_metadata_gives_one() -> None:
    limit = "<imsss:limitConditions attemptAbsoluteDurationLimit='PT1H30M'/>"
    done = read(manifest(sequenced(limit)))
    assert done.contents[0].duration_minutes == 90
    assert done.fate("rule", "I sequencing/limitConditions")[0] == "changed"
    lom = (
        "<metadata><lom:lom><lom:educational><lom:typicalLearningTime><lom:duration>P0Y0M0DT0H20M0S</lom:duration>"
        "</lom:typicalLearningTime></lom:educational></lom:lom></metadata>"
    )
    done = read(manifest(item(f"<imsss:sequencing>{limit}</imsss:sequencing>{lom}")))
    assert done.contents[0].duration_minutes == 20
    assert done.fate("rule", "I sequencing/limitConditions")[0] == "changed"


# ── everything else ──────────────────────────────────────────────────────────────────────────────


def test_metadata_of_ieee_lom_is_read_in_place_and_from_its_file() -> None:
    lom = "<lom:lom><lom:general><lom:description><lom:string>Told</lom:string></lom:description></lom:general></lom:lom>"
    assert read(manifest(item(), metadata=lom)).course.description == "Told"
    there = manifest(item(), metadata="<adlcp:location>meta/lom.xml</adlcp:location>")
    text = lom.replace("<lom:lom>", '<lom:lom xmlns:lom="http://ltsc.ieee.org/xsd/LOM">')
    done = taken({"imsmanifest.xml": there, "index.html": PAGE, "meta/lom.xml": text})
    assert done.course.description == "Told"


def test_several_scos_share_a_resource_with_parameters_of_their_own_oddity_25() -> None:
    items = item("", "A", 'parameters="?content=one"') + item("", "B", 'parameters="content=two#end"')
    done = read(manifest(items))
    assert [_launch(done, number).href for number in (0, 1)] == [
        "index.html?content=one",
        "index.html?content=two#end",
    ]


def test_hidden_items_are_not_published_oddity_25() -> None:
    assert read(manifest(item("", "A") + item("", "B", 'isvisible="false"'))).contents[1].published is False


@pytest.mark.parametrize(
    "href", ["../x.html", "javascript:alert(1)", "file:///etc/passwd", "//host/x", "C:/x"]
)
def test_addresses_that_leave_the_package_are_refused(href: str) -> None:
    with pytest.raises(RefusedError, match="CW516"):
        read(manifest(item(), resources=_RESOURCE.replace("index.html", href)))
