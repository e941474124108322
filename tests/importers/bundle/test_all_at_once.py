"""One check tells everything: a fault hides no other fault, and no finding is only the echo of another one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from importers import bundle
from importers.bundle import documents
from schemas.findings import Finding
from tests.importers.bundle.sources import (
    COURSE,
    PNG,
    ROOT,
    MemorySource,
    Text,
    check,
    codes,
    course,
    lone,
    source,
)

PROGRAM = "key: p\ntitle: P\ncourses:\n"
QUIZ_CONTENT = "- {key: q, type: quiz, title: Q, quiz: q.quiz.yaml}"


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """(code, file:line:column) of each."""
    return [(finding.rule.code, str(finding.location).removeprefix("here/")) for finding in findings]


# ── one file ─────────────────────────────────────────────────────────────────────────────────────


def test_the_questions_of_a_quiz_are_judged_although_its_passing_score_is_impossible() -> None:
    quiz = """\
passing_score: 175
questions:
  - key: a
    type: multiple_choice
    text: A
    options:
      - {key: x, text: X}
      - {key: y, text: Y}
  - key: b
    type: fill_in_blank
    text: One [[marker]] and [[up]].
    blanks:
      - {key: up, accept: ["4"]}
"""
    assert told(check({"course.yaml": course(QUIZ_CONTENT), "q.quiz.yaml": quiz})) == [
        ("CW145", "q.quiz.yaml:1:16"),
        ("CW210", "q.quiz.yaml:6:5"),
        ("CW215", "q.quiz.yaml:11:11"),
    ]


def test_a_field_that_stands_twice_does_not_end_the_check_of_its_file() -> None:
    twice = COURSE.replace("title: First aid\n", "title: First aid\ntitle: Again\nstatus: gone\n")
    findings = check({"course.yaml": twice.replace("text: Hello.", "text: '[x](javascript:a)'")})
    assert told(findings) == [
        ("CW119", "course.yaml:3:1"),
        ("CW144", "course.yaml:4:9"),
        ("CW310", "course.yaml:12:15"),
    ]


def test_values_that_yaml_readers_disagree_about_are_told_together_with_everything_else() -> None:
    text = COURSE.replace("title: First aid", "title: 007\n<<: {status: draft}\nduration_minutes: -1")
    assert told(check({"course.yaml": text + "        preview: !x yes\n        media: a.mp4\n"})) == [
        ("CW121", "course.yaml:2:8"),
        ("CW117", "course.yaml:3:1"),
        ("CW145", "course.yaml:4:19"),
        ("CW118", "course.yaml:13:18"),
        ("CW140", "course.yaml:14:9"),
    ]


def test_places_are_right_behind_entries_that_were_left_out() -> None:
    quiz = """\
questions:
  - just words
  - {key: a, type: poem, text: A}
  - {key: b, type: essay, text: B, points: 0.125}
  - {key: b, type: essay, text: B}
"""
    findings = check({"course.yaml": course(QUIZ_CONTENT), "q.quiz.yaml": quiz})
    assert told(findings) == [
        ("CW142", "q.quiz.yaml:2:5"),
        ("CW144", "q.quiz.yaml:3:20"),
        ("CW220", "q.quiz.yaml:4:44"),
        ("CW201", "q.quiz.yaml:5:11"),
    ]
    assert findings[2].location.path == "questions[2].points"
    assert [place.line for place in findings[3].related] == [4]


def test_what_stands_inside_an_entry_is_judged_although_its_title_or_key_is_missing() -> None:
    text = """\
title: C
sections:
  - key: s
    contents:
      - type: quiz
        title: Q
        quiz:
          questions:
            - type: multiple_choice
              text: A
              options: [{key: x, text: X}, {key: y, text: Y}]
      - {key: Bad Key, type: pdf, title: P, media: gone.pdf}
      - {key: none, type: pdf, title: P, duration_minutes: long}
"""
    findings = check({"course.yaml": text})
    assert told(findings) == [
        ("CW141", "course.yaml:1:1"),
        ("CW141", "course.yaml:3:5"),
        ("CW141", "course.yaml:5:9"),
        ("CW141", "course.yaml:9:15"),
        ("CW210", "course.yaml:11:15"),
        ("CW147", "course.yaml:12:15"),
        ("CW205", "course.yaml:12:52"),
        ("CW221", "course.yaml:13:9"),
        ("CW142", "course.yaml:13:60"),
    ]
    assert findings[4].found == "no right option in 'sections[0].contents[0].quiz.questions[0]'"


@pytest.mark.parametrize(
    ("contents", "alone"),
    [
        ("- {key: x, type: pdf, title: X, media: 5}", "CW142"),
        ("- {key: x, type: pdf, title: X, medai: a.pdf}", "CW140"),
        ("- {key: x, type: pdf, title: X, url: !a https://a.example/}", "CW118"),
        ("- {key: x, type: assignment, title: X, instructions: Do, passing_score: 5, max_score: '9'}", "CW142"),
        ("- {key: x, type: downloadable_resource, title: X, url: 'https://a.example/', media: 5, launch: {standard: scorm-1.2, href: a.html}}", "CW142"),
        ("- {key: x, type: rich_text, title: X, <<: {text: a}}", "CW117"),
        ("- {key: x, type: quiz, title: X, quiz: {questions: [{key: a, type: multiple_choice, text: A, options: [{key: x, text: X, corect: true}, {key: y, text: Y}]}]}}", "CW140"),
        ("- {key: x, type: quiz, title: X, quiz: {questions: [{key: a, type: fill_in_blank, text: '[[b]] [[c]]', blanks: [{key: b, accept: [x]}, {key: c, accept: []}]}]}}", "CW148"),
        ("- {key: x, type: quiz, title: X, quiz: {questions: [{key: a, type: fill_in_blank, text: 5, blanks: [{key: b, accept: [x]}]}]}}", "CW142"),
    ],
)  # fmt: skip
def test_nothing_is_missed_that_may_be_what_was_left_out(contents: str, alone: str) -> None:
    assert codes(check({"course.yaml": course(contents)})) == [alone]


def test_what_is_there_twice_is_told_however_broken_its_neighbours_are() -> None:
    two = "- {key: x, type: rich_text, title: X, text: a, preview: 1}\n" * 2
    assert codes(check({"course.yaml": course(two)})) == ["CW142", "CW201", "CW142"]


def test_a_misspelled_type_does_not_hide_the_rest_of_its_entry() -> None:
    question = "{key: a, type: multiple_choise, text: A, points: '1', options: [{key: x, text: X}, {key: y, text: X}]}"
    contents = f"- {{key: q, type: quizz, title: Q, pages: 5, quiz: {{questions: [{question}]}}}}"
    findings = check({"course.yaml": course(contents)})
    assert codes(findings) == ["CW144", "CW140", "CW144", "CW142", "CW210", "CW211"]


def test_of_a_type_that_is_like_none_only_the_type_is_told() -> None:
    assert codes(check({"course.yaml": course("- {key: q, type: xyz, title: Q, pages: 5}")})) == ["CW144"]


def test_a_lone_file_is_told_everything_too() -> None:
    quiz = "passing_score: 175\nquestions:\n  - {key: a, type: short_answer, text: A, accept: [x, x]}\n"
    assert codes(bundle.check(lone("q.quiz.yaml", quiz))) == ["CW145", "CW212"]


def test_a_file_of_another_kind_gets_the_findings_of_its_schema_only() -> None:
    assert codes(check({"course.yaml": "- a\n- b\n"})) == ["CW142"]


# ── several files ────────────────────────────────────────────────────────────────────────────────


BROKEN = "key: first-aid\ntitle: First: aid\nsections: pages/used.md\n"


def referring(*keys: str) -> str:
    return PROGRAM + "".join(f"  - course: {key}\n" for key in keys)


def test_an_unknown_course_is_told_although_another_course_cannot_be_read() -> None:
    findings = check({"course.yaml": BROKEN, "p.program.yaml": referring("first-aid", "fire")})
    assert told(findings) == [("CW110", "course.yaml:2:13"), ("CW202", "p.program.yaml:5:13")]


@pytest.mark.parametrize(
    "hidden",
    [
        "title: First: aid\n",  # no key at all
        "Key: first-aid\ntitle: A\n",
        "key: other\nkey: first-aid\ntitle: A\nsections: []\n",  # either of the two may go
        "<<<<<<< HEAD\nkey: other\n=======\nkey: first-aid\n>>>>>>> b\n",
        "key: First Aid\ntitle: A\nsections: []\n",
        COURSE.encode("latin-1") + b"# \xf6\n",
        "version https://git-lfs.github.com/spec/v1\n",
        "",
        "key: [\n",
    ],
)
def test_a_course_that_may_be_in_the_broken_file_is_not_missed(hidden: Text) -> None:
    findings = check({"course.yaml": hidden, "p.program.yaml": referring("first-aid")})
    assert findings
    assert "CW202" not in codes(findings)


def test_a_course_in_a_file_of_a_wrong_name_is_not_missed() -> None:
    files: dict[str, Text] = {
        "fire.course.yml": COURSE.replace("first-aid", "fire"),
        "p.program.yaml": referring("fire"),
    }
    assert codes(check(files)) == ["CW242"]


def test_stray_files_are_told_although_a_course_cannot_be_read_but_not_those_it_may_use() -> None:
    files: dict[str, Text] = {
        "course.yaml": BROKEN,
        "pages/used.md": "![](deep.png)",
        "pages/deep.png": PNG,
        "pages/stray.md": "Hi",
    }
    assert told(check(files)) == [("CW110", "course.yaml:2:13"), ("CW208", "pages/stray.md")]


def test_what_a_broken_page_shows_is_not_called_stray() -> None:
    page = "![](a.png)\n\x07"
    files: dict[str, Text] = {
        "course.yaml": course("- {key: x, type: rich_text, title: X, page: a.md}"),
        "a.md": page,
        "a.png": PNG,
    }
    assert codes(check(files)) == ["CW102"]


def test_a_file_that_was_meant_by_a_wrong_path_is_not_called_stray_as_well() -> None:
    files: dict[str, Text] = {
        "course.yaml": course("- {key: x, type: rich_text, title: X, page: A.md}"),
        "pages/a.md": "![](b.png)",
        "a.md": "![](b.png)",
        "b.png": PNG,
    }
    assert codes(check(files)) == ["CW205", "CW208"], (
        "a.md is meant, and so is its picture; pages/a.md is not"
    )


def test_keys_of_lists_are_not_missed_when_the_list_is_broken() -> None:
    files: dict[str, Text] = {
        "bundle.yaml": f"{ROOT}tags:\n  Fire: x\n  water:\n",
        "p.program.yaml": "key: p\ntitle: P\ntags: [fire, water]\n",
    }
    assert codes(check(files)) == ["CW149", "CW143"]


def test_an_instructor_that_is_written_wrongly_is_not_missing_everywhere() -> None:
    assert codes(check({"bundle.yaml": "key: demo\ninstructor: ann\n"})) == ["CW147"]
    assert codes(check({"bundle.yaml": "key: demo\ninstructr: a@b.example\n"})) == ["CW140"]


def test_a_root_with_faults_does_not_hide_faults_of_the_bundle() -> None:
    root = f"{ROOT}title: 5\nmoved:\n  - {{from: course:gone, to: course:nowhere}}\n  - {{from: course:a}}\n"
    files: dict[str, Text] = {"bundle.yaml": root, "p.program.yaml": "key: p\ntitle: P\ncategory: fire\n"}
    assert codes(check(files)) == ["CW142", "CW141", "CW202"]


def test_moves_into_a_broken_course_are_believed_and_others_are_not() -> None:
    moves = "moved:\n  - {from: course:a, to: course:first-aid/content:x}\n"
    root = ROOT + moves.replace("course:a,", "course:first-aid/content:a,")
    assert codes(check({"bundle.yaml": root, "course.yaml": BROKEN})) == ["CW110"]
    root = f"{ROOT}moved:\n  - {{from: course:a, to: course:b}}\n"
    assert codes(check({"bundle.yaml": root, "course.yaml": BROKEN})) == ["CW232", "CW110"]


def test_a_bundle_whose_only_course_has_a_wrong_name_is_not_called_empty() -> None:
    wrong = MemorySource({"bundle.yaml": ROOT.encode(), "course.yml": COURSE.encode()})
    assert codes(bundle.check(wrong)) == ["CW242"]


def test_a_file_that_cannot_be_used_where_it_is_named_is_not_called_stray_as_well() -> None:
    contents = "- {key: x, type: rich_text, title: X, page: a.txt}"
    assert codes(check({"course.yaml": course(contents), "a.txt": "x"})) == ["CW207"]


def test_a_quiz_of_a_wrong_name_does_not_hide_that_a_course_is_unknown() -> None:
    files: dict[str, Text] = {"q.quiz.yml": "questions: []\n", "p.program.yaml": referring("fire")}
    assert codes(check(files)) == ["CW202", "CW242"]


def test_a_broken_text_is_read_once_however_many_look_for_something_in_it() -> None:
    moves = "".join(f"  - {{from: course:a{n}, to: course:b{n}}}\n" for n in range(500))
    stray: dict[str, Text] = {f"a/{n}.md": "x" for n in range(499)}
    root = {"bundle.yaml": f"{ROOT}moved:\n{moves}", "course.yml": COURSE, "course.yaml": BROKEN}
    many = source({**root, **stray})
    assert len(bundle.check(many)) == 1_001
    assert many.reads.count("course.yml") <= 6


# ── no echoes ────────────────────────────────────────────────────────────────────────────────────

Step = str | int
EVERYTHING = Path(__file__).parents[2] / "exporters" / "golden" / "everything"
DAMAGE: dict[str, Callable[[Any], Any]] = {
    "in a mapping": lambda value: {"zzz": value},
    "in a list": lambda value: [5, value],
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("damage", [*DAMAGE, "misspelled"])
def test_one_damaged_value_anywhere_is_told_where_it_is_and_nowhere_else(damage: str) -> None:
    """Every value of every document of a bundle with everything in it, one after the other."""
    whole = {path.relative_to(EVERYTHING).as_posix(): path.read_bytes() for path in files_of(EVERYTHING)}
    tried = 0
    for name in (name for name in whole if name.endswith(".yaml")):
        data, _ = documents.parse(name, whole[name])
        for path in ways(data):
            if is_free_name(name, path) and damage == "misspelled":
                continue
            tried += 1
            damaged = orjson.dumps(damaged_at(data, path, damage))
            findings = bundle.check(MemorySource({**whole, name: damaged}))
            echoes = [finding for finding in findings if not is_about(finding, f"here/{name}", damage)]
            assert findings
            assert echoes == [], (name, path)
    assert tried > 150


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def ways(node: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The path of every value below."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in children:
        yield (*path, step)
        yield from ways(child, (*path, step))


def is_free_name(name: str, path: tuple[Step, ...]) -> bool:
    """Names that the author chooses, and places in lists, are not misspelled."""
    return isinstance(path[-1], int) or (name == "bundle.yaml" and len(path) == 2)


def damaged_at(data: Any, path: tuple[Step, ...], damage: str) -> Any:
    changed = copy.deepcopy(data)
    above = changed
    for step in path[:-1]:
        above = above[step]
    if damage == "misspelled":
        above[f"zzz_{path[-1]}"] = above.pop(path[-1])
    else:
        above[path[-1]] = DAMAGE[damage](above[path[-1]])
    return changed


def is_about(finding: Finding, file: str, damage: str) -> bool:
    """An own fault of the schema; or a file that nothing names any more, when its name is really gone."""
    gone = damage == "nothing" and finding.rule.code == "CW208"
    return gone or (finding.location.file == file and finding.rule.code.startswith("CW14"))
