"""Hostile YAML end to end: every row of the corpus, in a real bundle of ours, read in its own child process.

The corpus speaks a dialect of its own (`modules`, `lessons`, `start`). Where a row's point is the text or the
YAML, its bytes stand as our `course.yaml`, and a rule of those layers (CW101 to CW139) must refuse them, not a
schema that merely does not know the dialect. Where the point is a value, the value is put into the field of
ours that it would hurt, in a bundle that is right without it. `PLACES` says which row is judged how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from importers import bundle
from importers.bundle import text, yaml_data
from pipeline.archives import open_source
from schemas.findings import Report
from schemas.model import RichText
from tests.hostile.corpus import Row, rows
from tests.hostile.drive import Outcome, drive
from tests.importers.bundle.sources import COURSE, ROOT, course

Files = dict[str, bytes]
_SECONDS = 2.0
_MEMORY_MIB = 256.0
_YAML_LAYER = re.compile(r"CW1[0-3]\d")


@dataclass(frozen=True)
class Place:
    """How a row is put into a bundle, and the codes that may refuse it there; no code: it is accepted."""

    put: Callable[[bytes], Files]
    codes: str = ""


# ── where the values go ──────────────────────────────────────────────────────────────────────────


def _whole(raw: bytes) -> Files:
    return {"course.yaml": raw}


def _first_line_as_title(raw: bytes) -> Files:
    """The row's own lines, which give a title, and the rest of a course behind them."""
    return {"course.yaml": raw + COURSE.replace("title: First aid\n", "").encode()}


def _before_a_course(raw: bytes) -> Files:
    return {"course.yaml": raw.replace(b"a: 1\n", b"") + COURSE.encode()}


def _value(raw: bytes) -> str:
    """What stands behind the first colon of the last line: the value that the row is about."""
    return raw.decode().rstrip("\n").rsplit("\n", 1)[-1].split(":", 1)[1].strip()


def _content(fields: str) -> Callable[[bytes], Files]:
    return lambda raw: {"course.yaml": course(f"- {{key: x, title: X, {fields % _value(raw)}}}").encode()}


def _titled(raw: bytes) -> Files:
    return {"course.yaml": COURSE.replace("First aid", _value(raw)).encode()}


def _each_as_title(raw: bytes) -> Files:
    """Three values in a row become three courses, each with a title of theirs."""
    values = [line.split(":", 1)[1].strip() for line in raw.decode().splitlines()]
    return {
        f"{n}.course.yaml": COURSE.replace("first-aid", f"c{n}").replace("First aid", value).encode()
        for n, value in enumerate(values)
    }


def _each_as_flag(raw: bytes) -> Files:
    values = [line.split(":", 1)[1].strip() for line in raw.decode().splitlines()]
    entries = (
        f"- {{key: c{n}, type: rich_text, title: X, text: x, preview: {v}}}" for n, v in enumerate(values)
    )
    return {"course.yaml": course("\n".join(entries)).encode()}


def _minutes(raw: bytes) -> Files:
    return {"course.yaml": f"{COURSE}duration_minutes: {_value(raw)}\n".encode()}


def _points(raw: bytes) -> Files:
    quiz = f"{{questions: [{{key: a, type: essay, text: A, points: {_value(raw)}}}]}}"
    return {"course.yaml": course(f"- {{key: x, type: quiz, title: X, quiz: {quiz}}}").encode()}


def _as_field(raw: bytes) -> Files:
    return {"course.yaml": COURSE.encode() + raw}


def _title_and_text(raw: bytes) -> Files:
    page = raw.decode().replace("body:", "text:")
    fields = "".join(f"  {line}\n" for line in page.splitlines())
    added = "" if "text:" in page else "  text: x\n"
    return {"course.yaml": course(f"- key: x\n  type: rich_text\n{fields}{added}").encode()}


def _two_of_a_key(_raw: bytes) -> Files:
    entry = "- {key: m1, type: rich_text, title: X, text: x}\n"
    return {"course.yaml": course(entry + entry).encode()}


def _no_sections(_raw: bytes) -> Files:
    return {"course.yaml": b"key: c\ntitle: C\nsections: []\n"}


def _no_contents(_raw: bytes) -> Files:
    return {
        "course.yaml": b"key: c\ntitle: C\nsections:\n  - {key: m1, title: Only one left, contents: []}\n"
    }


def _same_settings_twice(raw: bytes) -> Files:
    """The anchor of the control becomes an option that two questions share."""
    assert b"&d" in raw
    question = "{key: %s, type: multiple_choice, text: A, options: %s}"
    options = "&d [{key: a, text: A, correct: true}, {key: b, text: B}]"
    quiz = f"{{questions: [{question % ('q', options)}, {question % ('r', '*d')}]}}"
    return {"course.yaml": course(f"- {{key: x, type: quiz, title: X, quiz: {quiz}}}").encode()}


_SCHEDULED = _content("type: live_session, scheduled: %s")
_MEDIA = _content("type: pdf, media: %s")
_URL = _content("type: video, url: %s")

PLACES: dict[str, Place] = {
    # Words stay words, and a number is not taken for text: nothing is guessed (YAML 1.2).
    "norway": Place(_each_as_flag, "CW142"),
    "null_words": Place(_each_as_title, "CW143"),
    "version_float": Place(_titled, "CW142"),
    "float_exp_string": Place(_titled, "CW142"),
    "int_sexagesimal": Place(_titled),
    "int_underscore": Place(_titled),
    "int_sexagesimal_huge": Place(_minutes, "CW142"),
    "float_neg_zero": Place(_points),
    # Moments that do not exist, or have no zone.
    **dict.fromkeys(("date_impossible", "date_month_13", "date_year_0", "date_naive"), Place(_SCHEDULED, "CW147")),
    **dict.fromkeys(("date_bc", "date_infinity"), Place(_SCHEDULED, "CW147")),
    **dict.fromkeys(("date_hour_25", "date_offset", "date_9999", "date_leap_second"), Place(_SCHEDULED, "CW223")),
    # Shapes.
    "dup_ids": Place(_two_of_a_key, "CW201"),
    "modules_empty": Place(_no_sections, "CW148"),
    "modules_one_of_many": Place(_no_contents, "CW148"),
    "scalar_root": Place(_whole, "CW142"),
    "list_root": Place(_whole, "CW142"),
    **dict.fromkeys(("key_bool", "key_date", "key_proto", "equals_key"), Place(_as_field, "CW140")),
    # Sizes.
    "string_1m": Place(_first_line_as_title, "CW146"),
    "folded_1m": Place(_first_line_as_title, "CW146"),
    "spaces_1m": Place(_first_line_as_title),  # policy: blanks and comments cost milliseconds and do no harm
    "comment_lines": Place(_before_a_course),
    # Text is text.
    "jinja": Place(_title_and_text),
    "format_string": Place(_title_and_text),
    # Paths and addresses.
    **dict.fromkeys(("path_dotdot", "path_file_url", "path_tilde", "path_backslash"), Place(_MEDIA, "CW206")),
    **dict.fromkeys(("path_glob", "path_pipe", "path_git", "path_dotenv"), Place(_MEDIA, "CW206")),
    **dict.fromkeys(("path_abs", "path_proc", "path_dev"), Place(_MEDIA, "CW205")),
    "path_nul": Place(_MEDIA, "CW102"),
    **dict.fromkeys(("url_metadata", "url_loopback"), Place(_URL, "CW320")),
    **dict.fromkeys(("url_gopher", "url_userinfo"), Place(_URL, "CW147")),
    # The control with an anchor.
    "bundle_anchor": Place(_same_settings_twice),
}  # fmt: skip
# Controls in the dialect of the corpus: what they say is compared after the YAML layer, see below.
SAID = ("bundle_yaml", "bundle_unicode", "bundle_crlf", "bom_utf8", "utf16le", "utf16be")


def _name(row: Row) -> str:
    return Path(row.path).stem


@pytest.fixture(scope="module")
def judged(hostile: Path) -> list[Row]:
    return [row for row in rows(hostile, "yaml") if _name(row) not in SAID]


@pytest.fixture(scope="module")
def outcomes(
    hostile: Path, judged: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Outcome]:
    folder = tmp_path_factory.mktemp("bundles")
    for row in judged:
        _lay_out(
            folder / _name(row), (hostile / row.path).read_bytes(), PLACES.get(_name(row), Place(_whole))
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEWRIGHT_CACHE", "off")
        done = drive([folder / _name(row) for row in judged], tmp_path_factory.mktemp("scratch"))
    return {_name(row): done[str(folder / _name(row))] for row in judged}


def _lay_out(folder: Path, raw: bytes, place: Place) -> None:
    folder.mkdir()
    for name, data in {"bundle.yaml": ROOT.encode(), **place.put(raw)}.items():
        (folder / name).write_bytes(data)


def test_every_row_gets_its_verdict_by_the_rule_that_is_about_it(
    judged: list[Row], outcomes: Mapping[str, Outcome]
) -> None:
    assert len(judged) > 125
    wrong = {
        _name(row): outcomes[_name(row)] for row in judged if not _as_expected(row, outcomes[_name(row)])
    }
    assert wrong == {}


def _as_expected(row: Row, outcome: Outcome) -> bool:
    place = PLACES.get(_name(row))
    if place is None:
        return outcome.verdict == "reject-clean" and any(map(_YAML_LAYER.fullmatch, outcome.codes))
    if not place.codes:
        return outcome.verdict == "accept"
    return outcome.verdict == "reject-clean" and set(outcome.codes) == {place.codes}


def test_no_row_is_placed_against_the_verdict_of_the_corpus_except_where_the_choice_is_ours(
    judged: list[Row],
) -> None:
    for row in judged:
        place = PLACES.get(_name(row))
        accepted = place is not None and not place.codes
        assert accepted == row.verdict.startswith("accept") or "policy" in row.oracle, row


def test_no_row_costs_more_than_two_seconds_or_256_mib(outcomes: Mapping[str, Outcome]) -> None:
    dear = {
        name: (done.seconds, done.memory)
        for name, done in outcomes.items()
        if done.seconds > _SECONDS or done.memory > _MEMORY_MIB
    }
    assert dear == {}


def test_no_row_runs_fetches_or_writes_anything(outcomes: Mapping[str, Outcome]) -> None:
    assert {name: done.touched for name, done in outcomes.items() if done.touched} == {}
    assert list(Path("/tmp").glob("*IMPORT_CANARY*")) == []  # noqa: S108  where the corpus would write


def test_no_message_carries_a_raw_control(outcomes: Mapping[str, Outcome]) -> None:
    assert {name for name, done in outcomes.items() if not done.message.isprintable()} == set()


@pytest.mark.parametrize("name", SAID)
def test_the_controls_are_read_as_they_were_meant(hostile: Path, name: str) -> None:
    folder = "ok" if name.startswith("bundle_") else "yaml"
    data = text.harmless((hostile / folder / f"{name}.yaml").read_bytes())
    assert data is not None
    if name == "bundle_unicode":
        assert yaml_data.load(data) == {"title": "Übung 数学 🎓 עברית", "body": "línea\n"}
    else:
        assert yaml_data.load(data)["modules"][0]["lessons"] == [
            {"id": "l1", "title": "Lesson 1", "body": "lessons/l1.md"}
        ]


@pytest.mark.parametrize(
    ("name", "title"),
    [("int_sexagesimal", "1:30:00"), ("int_underscore", "1_000"), ("jinja", "{{ config.items() }}")],
)
def test_text_that_looks_like_more_stays_text(hostile: Path, tmp_path: Path, name: str, title: str) -> None:
    _lay_out(tmp_path / "b", (hostile / "yaml" / f"{name}.yaml").read_bytes(), PLACES[name])
    with open_source(tmp_path / "b") as source:
        [found] = bundle.read(source, Report()).bundle.courses
    [page] = found.contents()
    assert isinstance(page, RichText)
    assert title in (found.title, page.title)
