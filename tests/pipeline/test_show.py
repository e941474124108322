"""What findings look like: to people, to programs, to code hosts, to CI servers."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking import Checked
from pipeline.show import findings as forms
from pipeline.show.human import lines
from pipeline.show.terminal import wants_colour, width
from schemas.findings import Finding, Rule
from schemas.model import Location
from schemas.words import counted, sized

RULE = Rule("CW999", "test-rule", "A rule of these tests.")
# From the npm package @microsoft/jest-sarif 1.0.0-beta.0; OASIS published it as sarif-2.1.0-rtm.5.
SARIF_SCHEMA = Path(__file__).parent / "sarif-2.1.0-rtm.5.json"
NASTY = "a\x1b[31mb\nc::set-env name=x::y\r%0A<&]]>\u202e"


def finding(text: str = "7 of 9", line: str | None = "      - key: q1", **place: Any) -> Finding:
    location = replace(Location("a/quiz.yaml", 12, 7, "questions[0].key"), **place)
    first = Location("b/quiz.yaml", 3, 1)
    return Finding(
        rule=RULE,
        location=location,
        found=text,
        expected="9 of 9",
        mend="do it",
        line_text=line,
        related=(first,),
    )


def shown(form: str, *findings: Finding) -> str:
    stream = io.StringIO()
    forms.write([Checked(label="a", findings=findings)], form, stream)
    return stream.getvalue()


def test_people_see_the_place_the_line_the_caret_and_the_way_out() -> None:
    assert list(lines(finding(), colour=False)) == [
        "a/quiz.yaml:12:7: error: CW999 test-rule at questions[0].key",
        "  12 |       - key: q1",
        "     |       ^",
        "  found:    7 of 9",
        "  expected: 9 of 9",
        "  mend:     do it",
        "  see also: b/quiz.yaml:3:1",
    ]


@pytest.mark.parametrize(
    ("line", "column", "under"),
    [("日本: x", 5, "      ^"), ("\tx", 2, " ^"), ("e\u0301: x", 5, "   ^"), ("a\x1bb: x", 6, "        ^")],
    ids=["wide characters", "a tab", "a combining accent", "an escape made visible"],
)
def test_the_caret_stands_under_its_character(line: str, column: int, under: str) -> None:
    shown_lines = list(lines(finding(line=line, column=column), colour=False))
    assert shown_lines[2] == "     | " + under


def test_a_long_line_is_cut_around_the_caret() -> None:
    excerpt, caret = list(lines(finding(line="x" * 5000 + "!" + "y" * 5000, column=5001), colour=False))[1:3]
    assert len(excerpt) < 170
    assert excerpt[caret.index("^")] == "!"


def test_the_summary_counts_errors_warnings_and_files() -> None:
    warning = Finding(
        rule=RULE, location=Location("c.yaml"), found="a", expected="b", mend="c", severity="warning"
    )
    assert shown("human", finding(), warning).endswith(
        "1 error and 1 warning in 2 files; 1 bundle checked.\n"
    )
    assert shown("human") == "1 bundle checked, nothing to mend.\n"


def test_github_gets_one_command_a_finding_whatever_it_holds() -> None:
    output = shown("github", finding(NASTY, file="a,b:c.yaml"))
    assert output.count("\n") == 1
    assert output.startswith(
        "::error file=a%2Cb%3Ac.yaml,line=12,col=7,title=CW999 test-rule::questions[0].key: "
    )
    assert "%0A" in output


def test_sarif_is_valid_and_points_at_the_place() -> None:
    document = json.loads(
        shown("sarif", finding(NASTY, file="a b.zip!x.yaml"), finding(line=None, column=None))
    )
    jsonschema.Draft4Validator(json.loads(SARIF_SCHEMA.read_text())).validate(document)
    result = document["runs"][0]["results"][0]
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "a%20b.zip%21x.yaml"},
        "region": {"startLine": 12, "startColumn": 7},
    }
    assert document["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "CW999"


def test_junit_counts_what_failed_and_survives_hostile_text() -> None:
    suites = ET.fromstring(shown("junit", finding(NASTY), finding()))  # noqa: S314 our own output
    assert suites.attrib["tests"] == suites.attrib["failures"] == "2"
    failure = suites.find("testsuite/testcase/failure")
    assert failure is not None
    assert "mend:     do it" in (failure.text or "")
    assert "\x1b" not in shown("junit", finding(NASTY))


def test_a_clean_bundle_is_a_passed_case_in_junit() -> None:
    suites = ET.fromstring(shown("junit"))  # noqa: S314 our own output
    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("1", "0")


def test_json_holds_every_fact() -> None:
    document = json.loads(shown("json", finding()))
    assert document["errors"] == 1
    assert document["bundles"][0]["findings"][0] == {
        "rule": "CW999",
        "name": "test-rule",
        "severity": "error",
        "file": "a/quiz.yaml",
        "line": 12,
        "column": 7,
        "path": "questions[0].key",
        "found": "7 of 9",
        "expected": "9 of 9",
        "mend": "do it",
        "related": [{"file": "b/quiz.yaml", "line": 3, "column": 1, "path": ""}],
    }


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(sorted(forms.FORMS)))
def test_no_text_can_steer_a_terminal(text: str, line: str, form: str) -> None:
    """Whatever a file is called and holds, the output has no control character but the newline."""
    output = shown(form, finding(text, line=line, file=text or "x", path=text))
    assert not [
        c for c in output if c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2028")
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "stream", "colours"),
    [
        ({}, io.StringIO(), False),
        ({}, Terminal(), True),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"FORCE_COLOR": "1"}, io.StringIO(), True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, Terminal(), False),
    ],
)
def test_colours_are_for_terminals_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], stream: io.StringIO, *, colours: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is colours


def test_figures_have_their_nouns_and_units() -> None:
    words: Sequence[str] = [counted(1, "file"), counted(1000, "file"), counted(2, "entry", "entries")]
    assert words == ["1 file", "1,000 files", "2 entries"]
    assert [sized(0), sized(1536), sized(5 * 1024**3)] == ["0 B", "1.5 KiB", "5.0 GiB"]
    assert width("日本e\u0301") == 5
