"""Small packages of every standard, the bundles they become, and their whole account (tests/importers/golden)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from exporters import bundle as writer
from tests.golden import Golden
from tests.importers import test_cmi5, test_scorm_2004, test_tincan
from tests.importers.corpus import require_clean
from tests.importers.packages import PAGE, Imported, taken

_GOLDEN = Path(__file__).parent / "golden"
_SEQUENCING = (
    "<imsss:sequencing><imsss:controlMode flow='true'/><imsss:limitConditions attemptAbsoluteDurationLimit='PT20M'/>"
    "<imsss:objectives><imsss:primaryObjective objectiveID='P' satisfiedByMeasure='true'>"
    "<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
    "</imsss:sequencing>"
)
_CHAPTER = (
    '<item identifier="PART"><title>Safely up</title>'
    '<item identifier="DEEP"><title>Angles</title>{}</item><item identifier="NOTE"><title>3. Remember</title></item></item>'
)
_LOM = (
    "<lom:lom><lom:general><lom:title><lom:string>Ladders</lom:string></lom:title><lom:keyword><lom:string>k</lom:string>"
    "</lom:keyword></lom:general></lom:lom>"
)
_WEB = '<resource identifier="W" type="webcontent" href="https://example.org/more"/>'
_PLAIN = (
    '<manifest identifier="ladders.plain" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><organizations>'
    '<organization identifier="ORG"><title>Ladders</title><item identifier="A" identifierref="R"/></organization>'
    '</organizations><resources><resource identifier="R" type="webcontent" href="index.html"><file href="gone.png"/>'
    "</resource></resources></manifest>"
)
_SUB = (
    '<manifest identifier="ladders.12" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"'
    ' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schema>ADL SCORM</schema><schemaversion>1.2'
    '</schemaversion></metadata><organizations default="ORG"><organization identifier="ORG"><title>Ladders</title>'
    '<item identifier="A" identifierref="R"><title>Look</title></item>'
    '<item identifier="B" identifierref="SUB"><title>Climb</title></item></organization></organizations>'
    '<resources><resource identifier="R" adlcp:scormtype="sco" href="index.html"/></resources>'
    '<manifest identifier="SUB" xml:base="sub/"><organizations><organization identifier="O"><title>Inner</title>'
    '<item identifier="I" identifierref="R"><title>Up</title><adlcp:masteryscore>80</adlcp:masteryscore></item>'
    '</organization></organizations><resources><resource identifier="R" adlcp:scormtype="sco" href="index.html"/>'
    "</resources></manifest></manifest>"
)
_AICC = {
    "ladders.crs": "[Course]\nCourse_ID=ladders-aicc\nCourse_Title=Ladders\n[Course_Description]\nAll about them.\n",
    "ladders.au": "System_ID,File_Name,Web_Launch,Mastery_Score,Max_Score,Max_Time_Allowed,Core_Vendor\n"
    "A1,index.html,x=1,16,20,00:30:00,v\nA2,https://example.org/more,,,,,\nA3,gone.html,,,,,\n",
    "ladders.des": "System_ID,Title,Description\nA1,Look,What to look at\nA2,More,\nA3,Gone,\nB1,Safely up,Chapter\n",
    "ladders.cst": "Block,Member,Member\nRoot,B1,A3\nB1,A1,A2\n",
    "ladders.pre": "structure_element,prerequisite\nA2,A1\n",
}

PACKAGES: Mapping[str, Mapping[str, str]] = {
    "scorm-1.2-sub-manifest": {"imsmanifest.xml": _SUB, "sub/index.html": "<title>Up</title>"},
    "scorm-2004": {
        "imsmanifest.xml": test_scorm_2004.manifest(
            test_scorm_2004.item(_SEQUENCING, "LOOK")
            + _CHAPTER.format(test_scorm_2004.item("<adlnav:presentation/>", "CLIMB", 'parameters="?p=2"'))
            + '<item identifier="MORE" identifierref="W"><title>More</title></item>',
            resources=test_scorm_2004._RESOURCE + _WEB,
            organization="<imsss:sequencing><imsss:controlMode choice='false'/></imsss:sequencing>",
            metadata=_LOM,
        )
    },
    "html": {"imsmanifest.xml": _PLAIN},
    "aicc": _AICC,
    "cmi5": {
        "cmi5.xml": test_cmi5.structure(
            test_cmi5.unit("look", attributes='moveOn="Passed" masteryScore="0.8"')
            + f'<block id="{test_cmi5.BASE}/climb">{test_cmi5.named("title", "Safely up")}'
            + test_cmi5.unit("climb/more", "https://example.org/more")
            + "</block>"
        )
    },
    "xapi": {
        "tincan.xml": test_tincan.tincan(
            test_tincan.activity("https://example.org/ladders"),
            test_tincan.activity("https://example.org/ladders/one", kind="module", launch=""),
        )
    },
}


@dataclass
class _Files:
    """A sink that keeps what is written."""

    written: dict[str, bytes] = field(default_factory=dict)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        self.written[name] = b"".join(chunks)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_each_standard_becomes_what_is_kept(name: str, golden: Golden, tmp_path: Path) -> None:
    done = taken({"index.html": PAGE, **PACKAGES[name]})
    sink = _Files()
    writer.write(done.bundle, done.reading.files, sink)
    texts = {path: data for path, data in sink.written.items() if not path.endswith(".zip")}
    golden(_GOLDEN / name, {**texts, "account.txt": _account(done)})
    require_clean(done.reading, tmp_path)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_later_export_of_the_same_course_gives_the_same_keys(name: str) -> None:
    """Titles and what lies beside are other ones; identifiers stay."""
    later = {path: text.replace("Look", "Look again") for path, text in PACKAGES[name].items()}
    assert _keys(taken({"index.html": PAGE, **later, "extra.js": "x"})) == _keys(
        taken({"index.html": PAGE, **PACKAGES[name]})
    )


def _keys(done: Imported) -> list[str]:
    courses = done.bundle.courses
    return [
        done.bundle.key,
        *(each.key for course in courses for each in (course, *course.sections, *course.contents())),
    ]


def _account(done: Imported) -> bytes:
    lines = (
        f"{each.fate:8}{each.kind:13}{each.name}{f': {each.note}' if each.note else ''}\n"
        for each in done.report.accounts
    )
    return "".join(lines).encode()
