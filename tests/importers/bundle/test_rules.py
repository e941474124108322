"""Every rule of the bundle format: a mistake an author could make, where it is shown, and how it is mended."""

from __future__ import annotations

import importlib
import pkgutil
import time
from dataclasses import dataclass, field

import pytest

import importers.bundle
from importers import bundle
from schemas.findings import Rule
from tests.importers.bundle.sources import COURSE, MP4, PNG, ROOT, check, codes, course, lone, source

SLACK = 3
"""Processors of test machines are slower, and warm."""
QUIZ = "- {key: q, type: quiz, title: Q, quiz: q.quiz.yaml}"
PROGRAM = "key: p\ntitle: P\n"


def asked(question: str) -> dict[str, str | bytes]:
    """A bundle with a quiz of one question."""
    lines = "\n".join(f"    {line}" for line in question.strip().split("\n")).strip()
    return {"course.yaml": course(QUIZ), "q.quiz.yaml": f"questions:\n  - {lines}\n"}


def taught(content: str) -> dict[str, str | bytes]:
    """A bundle with a course of one content."""
    return {"course.yaml": course(f"- {{key: x, title: X, {content}}}")}


def moved(entry: str) -> dict[str, str | bytes]:
    return {"bundle.yaml": f"{ROOT}moved:\n  - {entry}\n"}


@dataclass(frozen=True)
class Case:
    """One mistake: `at` is file:line:column, `found` and `mend` parts of the message."""

    code: str
    files: dict[str, str | bytes]
    at: str
    found: str
    mend: str
    related: tuple[str, ...] = field(default=())


CASES = [
    # text and YAML
    Case("CW101", {"course.yaml": "title: Größe\n".encode("latin-1")}, "course.yaml:1:10", "0xF6", "as UTF-8"),
    Case("CW102", {"course.yaml": "key: c\ntitle: a\x1bb\n"}, "course.yaml:2:9", "ESCAPE", "delete"),
    Case("CW102", {"course.yaml": 'key: c\ntitle: "a\\eb"\n'}, "course.yaml:2:8", "ESCAPE", "delete"),
    Case("CW103", {"course.yaml": "<<<<<<< HEAD\nkey: a\n"}, "course.yaml:1:1", "conflict", "side you want"),
    Case("CW104", {"course.yaml": "version https://git-lfs.github.com/spec/v1\n"}, "course.yaml:1:1", "LFS", "lfs pull"),
    Case("CW105", {"course.yaml": "# nothing\n"}, "course.yaml:1:1", "empty", "write the file"),
    Case("CW110", {"course.yaml": "key: c\ntitle: First aid: now\n"}, "course.yaml:2:17", "a `: ` where no field can begin", "in quotes"),
    Case("CW110", {"course.yaml": 'key: c\ntitle: "First\n'}, "course.yaml:2:8", "never closed", "close the quote"),
    Case("CW110", {"course.yaml": "key: c\nsections:\n  - key: a\n   - key: b\n"}, "course.yaml:4:4", "'- key: b'", "align the line"),
    Case("CW110", {"course.yaml": "key: c\ntitle: @home\n"}, "course.yaml:2:8", "begins with `@`", "in quotes"),
    Case("CW110", {"course.yaml": "key: c\ntitle: *very* good\n"}, "course.yaml:2:13", "'* good'", "begins with `*` in quotes"),
    Case("CW110", {"course.yaml": "key: c\ntitle: &very& good\n"}, "course.yaml:2:13", "'& good'", "begins with `&` in quotes"),
    Case("CW110", {"course.yaml": "key: c\ntitle: 'It's'\n"}, "course.yaml:2:12", "'s'", "write '' for '"),
    Case("CW110", {"course.yaml": "- key: c\n-key: d\n"}, "course.yaml:2:1", "'-key: d'", "a space behind"),
    Case("CW111", {"course.yaml": "key: c\nsections:\n\t- key: s\n"}, "course.yaml:3:1", "a tab", "spaces"),
    Case("CW112", {"course.yaml": "key: c\n---\nkey: d\n"}, "course.yaml:2:1", "second document", "delete"),
    Case("CW113", {"course.yaml": "key: " + "[" * 3000}, "course.yaml:1:105", "100 levels", "brackets"),
    Case("CW114", {"course.yaml": "- 1\n" * 200_001}, "course.yaml:200000:3", "200,000", "split"),
    Case("CW115", {"course.yaml": "key: *c\n"}, "course.yaml:1:6", "without its anchor", "in quotes"),
    Case("CW115", {"course.yaml": "a: &x 1\nb: &x 2\n"}, "course.yaml:2:4", "twice", "another name", ("course.yaml:1:4",)),
    Case("CW116", {"course.yaml": "key: &a [*a]\n"}, "course.yaml:1:1", "hold themselves", "write"),
    Case("CW117", {"course.yaml": "key: c\n<<: {title: C}\n"}, "course.yaml:2:1", "`<<`", "copy the fields"),
    Case("CW118", {"course.yaml": "key: c\ntitle: !env HOME\n"}, "course.yaml:2:8", "'!env'", "remove the tag"),
    Case("CW119", {"course.yaml": "key: c\ntitle: A\ntitle: B\n"}, "course.yaml:3:1", "second time", "delete", ("course.yaml:2:1",)),
    Case("CW120", {"course.yaml": "key: c\n1: one\n"}, "course.yaml:2:1", "`1` as a name", '"1" in quotes'),
    Case("CW121", {"course.yaml": "key: c\ntitle: 007\n"}, "course.yaml:2:8", "'007'", '"007" in quotes'),
    Case("CW122", {"course.yaml": "key: c\nduration_minutes: .inf\n"}, "course.yaml:2:19", "'.inf'", "smaller"),
    # the schema
    Case("CW140", {"course.yaml": COURSE.replace("title: First", "titel: First")}, "course.yaml:2:1", "`titel`", "'title'"),
    Case("CW140", {"course.yaml": "key: c\ntitle: C\nsections:\n- key: s\n  title: S\ncontents: []\n"}, "course.yaml:6:1", "`contents`", "check the indentation"),
    Case("CW140", {"course.yaml": f"{COURSE}xyz: 1\n"}, "course.yaml:11:1", "`xyz`", "look up its name"),
    Case("CW141", {"course.yaml": COURSE.replace("        title: Welcome\n", "")}, "course.yaml:7:9", "no `title` in 'welcome'", "add a line"),
    Case("CW142", taught("type: rich_text, text: 5"), "course.yaml:7:51", "the number 5", "in quotes"),
    Case("CW142", taught("type: rich_text, text: x, preview: no"), "course.yaml:7:63", "the text 'no'", "write false"),
    Case("CW142", taught("type: pdf, url: 'https://a.example', page_count: '12'"), "course.yaml:7:77", "the text '12'", "write 12, without quotes"),
    Case("CW142", {"p.program.yaml": f"{PROGRAM}price: 49,50\n"}, "p.program.yaml:3:8", "'49,50'", "write 49.50, without quotes"),
    Case("CW142", {"p.program.yaml": f"{PROGRAM}courses: [first-aid]\n"}, "p.program.yaml:3:11", "'first-aid'", "write `course: first-aid`"),
    Case("CW147", {"p.program.yaml": f"{PROGRAM}currency: eur\n"}, "p.program.yaml:3:11", "'eur'", "write EUR"),
    Case("CW147", taught("type: video, url: www.a.example/film"), "course.yaml:7:46", "'www.a.example/film'", "write https://www.a.example/film"),
    Case("CW142", {"course.yaml": "just text\n"}, "course.yaml:1:1", "the text", "name: value"),
    Case("CW143", {"course.yaml": COURSE.replace("title: First aid", "title:")}, "course.yaml:2:1", "`title` without", "write the value"),
    Case("CW143", {"course.yaml": f"{COURSE}status:\n"}, "course.yaml:11:1", "`status` without", "remove the line"),
    Case("CW144", {"course.yaml": COURSE.replace("rich_text", "richtext")}, "course.yaml:8:15", "'richtext'", "'rich_text'"),
    Case("CW145", {"course.yaml": f"{COURSE}duration_minutes: -1\n"}, "course.yaml:11:19", "-1", "larger"),
    Case("CW146", {"course.yaml": COURSE.replace("First aid", "A" * 256)}, "course.yaml:2:8", "256 characters", "shorten"),
    Case("CW147", {"course.yaml": COURSE.replace("key: first-aid", "key: First Aid")}, "course.yaml:1:6", "'First Aid'", "write first-aid"),
    Case("CW147", {"course.yaml": COURSE.replace("title: First aid", "title: ' '")}, "course.yaml:2:8", "a blank text", "remove the line"),
    Case("CW148", {"course.yaml": "key: c\ntitle: C\nsections: []\n"}, "course.yaml:3:11", "0 entries", "add what is missing"),
    Case("CW149", {"bundle.yaml": f"{ROOT}tags:\n  First Aid: x\n"}, "bundle.yaml:4:3", "'First Aid'", "write first-aid"),
    Case("CW159", {"course.yaml": "key: c\ntitle: C\nsections:\n" + "  - x\n" * 101}, "course.yaml:1:1", "more than 100", "another kind"),
    # keys
    Case("CW201", {"b.course.yaml": COURSE}, "course.yaml:1:6", "the course 'first-aid'", "another key", ("b.course.yaml:1:6",)),
    Case("CW201", {"a.program.yaml": PROGRAM, "b.program.yaml": PROGRAM}, "b.program.yaml:1:6", "the program 'p'", "another key", ("a.program.yaml:1:6",)),
    Case("CW201", {"course.yaml": COURSE + COURSE.split("sections:\n")[1]}, "course.yaml:11:10", "the section 'start'", "another key", ("course.yaml:4:10",)),
    Case("CW201", {"course.yaml": COURSE + COURSE.split("sections:\n")[1].replace("start", "end")}, "course.yaml:14:14", "the content 'welcome'", "another", ("course.yaml:7:14",)),
    Case("CW201", {"course.yaml": course(QUIZ), "q.quiz.yaml": "questions:\n" + "  - {key: a, type: essay, text: A}\n" * 2}, "q.quiz.yaml:3:11", "the question 'a'", "another", ("q.quiz.yaml:2:11",)),
    Case("CW201", asked("key: a\ntype: matching\ntext: A\npairs:\n  - {key: x, left: a, right: b}\n  - {key: y, left: c, right: d}\ndistractors:\n  - {key: x, text: e}"), "q.quiz.yaml:9:15", "the distractor 'x'", "another", ("q.quiz.yaml:6:15",)),
    Case("CW202", {"p.program.yaml": f"{PROGRAM}courses:\n  - course: first_aid\n"}, "p.program.yaml:4:13", "'first_aid'", "'first-aid'"),
    Case("CW202", {"p.program.yaml": f"{PROGRAM}tags: [fire]\n"}, "p.program.yaml:3:8", "'fire'", "`tags` in bundle.yaml"),
    Case("CW202", {"p.program.yaml": f"{PROGRAM}prerequisites:\n  - program: q\n"}, "p.program.yaml:4:14", "'q'", "remove the reference"),
    Case("CW202", taught("type: rich_text, text: '[x](#content:y)'"), "course.yaml:7:51", "#content:y", "correct the key"),
    Case("CW202", taught("type: rich_text, text: '[x](#course:fire/content:a)'"), "course.yaml:7:51", "course:fire", "correct the key"),
    Case("CW202", {"course.yaml": f"{COURSE}prerequisite: fire\n"}, "course.yaml:11:15", "'fire'", "remove the reference"),
    Case("CW203", {"course.yaml": f"{COURSE}prerequisite: first-aid\n"}, "course.yaml:11:15", "first-aid → first-aid", "remove one"),
    Case(
        "CW203",
        {"p.program.yaml": f"{PROGRAM}prerequisites:\n  - program: q\n", "q.program.yaml": "key: q\ntitle: Q\nprerequisites:\n  - program: p\n"},
        "q.program.yaml:4:14", "p → q → p", "remove one",
    ),
    Case("CW204", {"p.program.yaml": f"{PROGRAM}courses:\n  - course: first-aid\n  - course: first-aid\n"}, "p.program.yaml:5:13", "'first-aid'", "delete the line", ("p.program.yaml:4:13",)),
    # files
    Case("CW205", taught("type: rich_text, page: hello.md"), "course.yaml:7:51", "hello.md", "put the file there"),
    Case("CW205", {**taught("type: rich_text, page: hello.md"), "Hello.md": "Hi"}, "course.yaml:7:51", "hello.md", "called Hello.md: capitals"),
    Case("CW205", {**taught("type: rich_text, page: hello.md"), "pages/hello.md": "Hi"}, "course.yaml:7:51", "hello.md", "write /pages/hello.md"),
    Case("CW205", {**taught("type: rich_text, page: gr\u00f6\u00dfe.md"), "gro\u0308\u00dfe.md": "Hi"}, "course.yaml:7:51", "gr\u00f6\u00dfe.md", "separate characters"),
    Case("CW310", {**taught("type: rich_text, page: hello.md"), "Hello.md": "Hi\n[x](javascript:a)"}, "Hello.md:2:1", "javascript", "correct the link"),
    Case("CW205", {**taught("type: rich_text, page: hello.md"), "hello.md": "# Hi\n\nSee ![](a.png)."}, "hello.md:3:5", "a.png", "put the file there"),
    Case("CW205", {**taught("type: pdf, media: media/manual.pdf"), "media/manuel.pdf": "x"}, "course.yaml:7:46", "media/manual.pdf", "'manuel.pdf'"),
    Case("CW205", {**taught("type: pdf, media: media/manual.pdf"), "media/film.mp4": "x"}, "course.yaml:7:46", "media/manual.pdf", "put the file there"),
    Case("CW206", taught("type: pdf, media: ../a.pdf"), "course.yaml:7:46", "leaves the bundle", "copy the file"),
    Case("CW206", taught("type: pdf, media: 'https://a.example/a.pdf'"), "course.yaml:7:46", "an address", "use `url`"),
    Case("CW206", taught("type: pdf, media: .env"), "course.yaml:7:46", "hidden", "dot"),
    Case("CW206", taught("type: pdf, media: a\\b.pdf"), "course.yaml:7:46", "not every system", "write a/b.pdf"),
    Case("CW206", taught("type: pdf, media: 'C:\\a.pdf'"), "course.yaml:7:46", "not every system", "plain characters"),
    Case("CW207", {**taught("type: rich_text, page: a.txt"), "a.txt": "x"}, "course.yaml:7:51", "a.txt", "name a .md file"),
    Case("CW207", {**taught("type: quiz, quiz: course.yaml")}, "course.yaml:7:46", "course.yaml", ".quiz.yaml"),
    Case("CW207", {**taught("type: downloadable_resource, media: bundle.yaml")}, "course.yaml:7:64", "bundle.yaml", "offered"),
    Case("CW208", {"q.quiz.yaml": "questions:\n  - {key: a, type: essay, text: A}\n"}, "q.quiz.yaml:1:1", "nothing in the bundle", "move it out"),
    # questions
    Case("CW210", asked("key: a\ntype: multiple_choice\ntext: A\noptions:\n  - {key: x, text: X}\n  - {key: y, text: Y}"), "q.quiz.yaml:5:5", "no right option in 'a'", "correct: true"),
    Case("CW211", asked("key: a\ntype: multiple_choice\ntext: A\noptions:\n  - {key: x, text: X, correct: true}\n  - {key: y, text: X}"), "q.quiz.yaml:7:24", "'X'", "change it", ("q.quiz.yaml:6:24",)),
    Case("CW212", asked("key: a\ntype: short_answer\ntext: A\naccept: [one, two, one]"), "q.quiz.yaml:5:24", "'one'", "change it", ("q.quiz.yaml:5:14",)),
    Case("CW212", asked("key: a\ntype: fill_in_blank\ntext: '[[b]]'\nblanks:\n  - key: b\n    accept: [one, one]"), "q.quiz.yaml:7:23", "'one'", "change it", ("q.quiz.yaml:7:18",)),
    Case("CW213", asked("key: a\ntype: matching\ntext: A\npairs:\n  - {key: x, left: a, right: b}\n  - {key: y, left: a, right: d}"), "q.quiz.yaml:7:24", "left side 'a'", "change it", ("q.quiz.yaml:6:24",)),
    Case("CW213", asked("key: a\ntype: matching\ntext: A\npairs:\n  - {key: x, left: a, right: b}\n  - {key: y, left: c, right: d}\ndistractors:\n  - {key: z, text: b}"), "q.quiz.yaml:9:24", "right side 'b'", "change it", ("q.quiz.yaml:6:34",)),
    Case("CW214", asked("key: a\ntype: fill_in_blank\ntext: A [[upp]]\nblanks:\n  - key: up\n    accept: [one]"), "q.quiz.yaml:6:14", "'up'", "'upp'"),
    Case("CW215", asked("key: a\ntype: fill_in_blank\ntext: A [[up]] [[out]]\nblanks:\n  - key: up\n    accept: [one]"), "q.quiz.yaml:4:11", "[[out]]", "add `key: out`"),
    Case("CW216", asked("key: a\ntype: fill_in_blank\ntext: A [[up]] [[up]]\nblanks:\n  - key: up\n    accept: [one]"), "q.quiz.yaml:4:11", "[[up]]", "its own"),
    # numbers, times, contents
    Case("CW220", asked("key: a\ntype: essay\ntext: A\npoints: 0.125"), "q.quiz.yaml:5:13", "0.125", "write 0.12"),
    Case("CW220", {"p.program.yaml": f"{PROGRAM}price: 9.999\n"}, "p.program.yaml:3:8", "9.999", "write 10.0"),
    Case("CW221", taught("type: video"), "course.yaml:7:9", "neither `media` nor `url` in 'x'", "add"),
    Case("CW221", taught("type: rich_text, text: a, page: b.md"), "course.yaml:7:45", "both", "remove one", ("course.yaml:7:54",)),
    Case("CW222", taught("type: assignment, instructions: Do, max_score: 5, passing_score: 6"), "course.yaml:7:93", "6, with 5", "lower it"),
    Case("CW222", taught("type: assignment, instructions: Do, passing_score: 6"), "course.yaml:7:79", "without a `max_score`", "add `max_score"),
    Case("CW223", taught("type: live_session, scheduled: 2026-02-30T10:00Z"), "course.yaml:7:59", "'2026-02-30T10:00Z'", "check day"),
    Case("CW224", taught("type: downloadable_resource, url: 'https://a.example/', launch: {standard: scorm-1.2, href: index.html}"), "course.yaml:7:84", "no package", "under `media`"),
    Case("CW225", taught("type: downloadable_resource, url: 'https://a.example/', launch: {standard: scorm-1.2, href: ../index.html}"), "course.yaml:7:120", "'../index.html'", "root of the zip"),
    # programs
    Case("CW226", {"bundle.yaml": "key: demo\n"}, "course.yaml:1:1", "the course 'first-aid'", "in bundle.yaml"),
    Case("CW227", {"p.program.yaml": f"{PROGRAM}free: true\nprice: 5\n"}, "p.program.yaml:4:8", "a price of 5", "remove", ("p.program.yaml:3:7",)),
    # moves
    Case("CW230", moved("{from: 'course:First Aid', to: course:first-aid}"), "bundle.yaml:4:12", "First Aid", "lower-case"),
    Case("CW231", moved("{from: program:a, to: course:first-aid}"), "bundle.yaml:4:27", "a program that becomes a course", "one kind"),
    Case("CW232", moved("{from: course:a, to: course:first-aidd}"), "bundle.yaml:4:26", "course:first-aidd", "'course:first-aid'"),
    Case("CW233", moved("{from: course:first-aid, to: course:b}"), "bundle.yaml:4:12", "still in the bundle", "remove the entry"),
    Case("CW234", moved("{from: course:a, to: course:first-aid}\n  - {from: course:b, to: course:first-aid}"), "bundle.yaml:5:26", "second time", "delete the other", ("bundle.yaml:4:26",)),
    Case("CW235", moved("{from: course:a, to: course:b}\n  - {from: course:b, to: course:a}"), "bundle.yaml:4:5", "back to it", "swapped"),
    # layout
    Case("CW241", {"old/bundle.yaml": ROOT}, "old/bundle.yaml:1:1", "a second", "move the inner", ("bundle.yaml:1:1",)),
    Case("CW242", {"course2.yml": COURSE}, "course2.yml", "course2.yml", "say what it is"),
    Case("CW242", {"a/Course.yml": COURSE}, "a/Course.yml", "Course.yml", "rename it to course.yaml"),
    # policy
    Case("CW301", {**taught("type: downloadable_resource, media: a.exe"), "a.exe": b"MZ"}, "course.yaml:7:64", "'.exe'", ".zip"),
    Case("CW301", {**taught("type: video, media: a.png"), "a.png": PNG}, "course.yaml:7:48", "a.png", "another file"),
    Case("CW302", {**taught("type: video, media: a.mp4"), "a.mp4": b"not a film"}, "course.yaml:7:48", "a.mp4", "export it again"),
    Case("CW302", {**taught("type: video, media: a.mp4"), "a.mp4": b""}, "course.yaml:7:48", "empty", "real file"),
    Case("CW104", {**taught("type: video, media: a.mp4"), "a.mp4": b"version https://git-lfs.github.com/spec/v1\n"}, "a.mp4:1:1", "LFS", "lfs pull"),
    Case("CW303", {**taught("type: video, thumbnail: a.png, media: a.mp4"), "a.mp4": MP4, "a.png": PNG + bytes(21 << 20)}, "course.yaml:7:52", "21.0 MiB", "compress"),
    Case("CW310", taught("type: rich_text, text: '[x](javascript:alert)'"), "course.yaml:7:51", "javascript:alert", "write it as text"),
    Case("CW310", {"course.yaml": course("- key: x\n  type: rich_text\n  title: X\n  text: |\n    One.\n\n      Two [x](ftp://a.example).")}, "course.yaml:13:17", "ftp:", "write it"),
    Case("CW311", taught("type: rich_text, text: 'a <script>b</script>'"), "course.yaml:7:51", "script", "remove it"),
    Case("CW312", {**asked("key: a\ntype: essay\ntext: |\n  See this.\n\n  ![a](a.png)"), "a.png": PNG}, "q.quiz.yaml:7:7", "'a.png'", "into a page"),
    Case("CW320", taught("type: video, url: 'http://169.254.169.254/latest'"), "course.yaml:7:46", "169.254", "public address"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.found[:24]}")
def test_a_mistake_is_shown_at_its_place_with_what_was_found_and_how_to_mend_it(case: Case) -> None:
    findings = [finding for finding in check(case.files) if finding.rule.code == case.code]
    assert findings, codes(check(case.files))
    finding = findings[0]
    assert str(finding.location) == f"here/{case.at}"
    assert case.found in finding.found
    assert case.mend in finding.mend
    assert tuple(map(str, finding.related)) == tuple(f"here/{place}" for place in case.related)


def test_no_rule_is_without_such_a_case() -> None:
    tried = {case.code for case in CASES} | {"CW240", "CW243", "CW250"}  # have tests of their own below
    assert {rule.code for rule in all_rules()} == tried


def test_no_two_rules_share_an_id_or_a_name() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)


def all_rules() -> set[Rule]:
    names = [module.name for module in pkgutil.walk_packages(importers.bundle.__path__, "importers.bundle.")]
    modules = [importlib.import_module(name) for name in names]
    return {value for module in modules for value in vars(module).values() if isinstance(value, Rule)}


def test_a_folder_without_bundle_file_says_where_there_is_one() -> None:
    from tests.importers.bundle.sources import MemorySource

    [finding] = bundle.check(
        MemorySource({"my/bundle.yaml": ROOT.encode(), "my/course.yaml": COURSE.encode()})
    )
    assert finding.rule.code == "CW240"
    assert str(finding.location) == "here"
    assert finding.mend == "name here/my instead"


def test_a_folder_of_bundles_gets_no_findings_as_if_it_were_one() -> None:
    from tests.importers.bundle.sources import MemorySource

    files = {
        f"{name}/{file}": text
        for name in "ab"
        for file, text in source({"course.yaml": "x: [\n"}).contents.items()
    }
    [finding] = bundle.check(MemorySource(files))
    assert finding.rule.code == "CW240"
    assert finding.found == "no bundle.yaml here, but in 'a' or 'b'"
    assert finding.mend == "name here/a and the others instead"


def test_a_bundle_file_of_a_wrong_name_is_recognised() -> None:
    from tests.importers.bundle.sources import MemorySource

    [finding, _] = bundle.check(MemorySource({"Bundle.yml": ROOT.encode(), "course.yaml": COURSE.encode()}))
    assert finding.mend == "rename Bundle.yml to bundle.yaml"


def test_a_bundle_of_nothing_is_refused_since_it_would_archive_everything() -> None:
    from tests.importers.bundle.sources import MemorySource

    assert codes(bundle.check(MemorySource({"bundle.yaml": ROOT.encode()}))) == ["CW243"]


def test_all_findings_of_all_files_come_at_once_in_reading_order() -> None:
    findings = check(
        {
            "bundle.yaml": ROOT.replace("demo", "Demo"),
            "course.yaml": f"{COURSE}status: gone\nduration_minutes: x\n",
            "a.program.yaml": "key: a\n",
        }
    )
    assert [str(finding.location) for finding in findings] == [
        "here/a.program.yaml:1:1",
        "here/bundle.yaml:1:6",
        "here/course.yaml:11:9",
        "here/course.yaml:12:19",
    ]


def test_a_broken_course_does_not_make_references_to_it_look_wrong() -> None:
    program = f"{PROGRAM}courses:\n  - course: first-aid\n"
    findings = check({"course.yaml": "key: [\n", "p.program.yaml": program})
    assert codes(findings) == ["CW110"]


def test_the_source_line_is_shown_and_the_path_in_the_document_named() -> None:
    [finding] = check(taught("type: rich_text, text: 5"))
    assert finding.line_text == "      - {key: x, title: X, type: rich_text, text: 5}"
    assert finding.location.path == "sections[0].contents[0].text"


def test_a_lone_quiz_is_checked_for_what_it_says_itself() -> None:
    quiz = "questions:\n  - {key: a, type: multiple_choice, text: A, options: [{key: x, text: X, image: x.png}, {key: y, text: Y}]}\n"
    assert codes(bundle.check(lone("final.quiz.yaml", quiz))) == ["CW210"]


def test_a_lone_course_needs_neither_instructor_nor_the_files_around_it() -> None:
    text = course("- {key: x, type: quiz, title: X, quiz: x.quiz.yaml}", prerequisite="other")
    assert bundle.check(lone("course.yaml", text)) == []


def test_a_lone_file_whose_name_says_nothing_is_asked_for_its_kind() -> None:
    assert codes(bundle.check(lone("final.yaml", "questions: []\n"))) == ["CW242"]


@pytest.mark.parametrize(
    "url",
    ["http://127.1/", "http://2130706433/", "http://[::1]/", "http://0x7f.1/", "http://localhost:3000/a", "http://[::ffff:127.0.0.1]/", "http://①②⑦.⓪.⓪.①/"],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_an_address_for_learners(url: str) -> None:
    assert "CW320" in codes(check(taught(f"type: video, url: '{url}'")))


@pytest.mark.parametrize(
    "url", ["https://www.youtube.com/@channel/a", "http://10.0.0.7/film", "https://example.org/größe"]
)
def test_ordinary_addresses_are_taken_as_they_are(url: str) -> None:
    assert check(taught(f"type: video, url: '{url}'")) == []


def test_findings_that_nobody_would_read_are_counted_and_errors_come_before_warnings() -> None:
    stray = {f"stray/{n:04}.txt": "x" for n in range(1_100)}
    findings = check({**stray, "course.yaml": COURSE.replace("rich_text", "text")})
    assert len(findings) <= 1_001
    assert "CW144" in codes(findings)

    findings = check(stray)
    assert codes(findings).count("CW208") == 1_000
    [more] = [finding for finding in findings if finding.rule.code == "CW250"]
    assert more.found == "1,100 findings or more"
    assert more.severity == "warning", "a bundle is not refused for what only deserves warnings"


def test_ten_thousand_missing_files_are_reported_within_two_seconds() -> None:
    contents = "\n".join(f"- {{key: c{n}, type: pdf, title: C, media: a/{n}.pdf}}" for n in range(10_000))
    stray = {f"a/{n}x.pdf": b"%PDF-1.7" for n in range(1_000)}
    start = time.process_time()
    findings = check({"course.yaml": course(contents), **stray})
    assert len(findings) == 1_001
    assert time.process_time() - start < 2 * SLACK
