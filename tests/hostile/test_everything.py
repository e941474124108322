"""Every case of the hostile corpus is handed to `import`: whatever it is, it costs little and touches nothing.

Verdicts are judged where a kind is at home (the other modules here, tests/importers); cases of packages are
driven there as well.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hostile.corpus import rows
from tests.hostile.drive import Outcome, drive

_DRIVEN_ELSEWHERE = {"cc", "h5p", "mbz", "olx", "scorm12", "scorm2004", "zip"}.union(
    f"xml.{kind}" for kind in ("cc", "qti12", "qti21", "scorm12", "scorm2004")
)
_HERE = {"bundle", "csv", "jsonschema", "media", "yaml"}.union(
    (f"list.{kind}" for kind in ("csv", "log", "s3", "secret", "sql", "ssrf", "xss")),
    (f"xss.{kind}" for kind in ("attr", "html", "markdown", "svg", "url")),
)


@pytest.fixture(scope="module")
def outcomes(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    paths = [hostile / row.path for row in rows(hostile, *_HERE)]
    return drive(paths, tmp_path_factory.mktemp("scratch"))


def test_every_kind_of_the_corpus_is_driven(hostile: Path) -> None:
    with (hostile / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        kinds = [row["kind"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert set(kinds) == _DRIVEN_ELSEWHERE | _HERE
    assert len(kinds) == 1_108


def test_no_case_crashes_costs_much_or_touches_anything(outcomes: Mapping[str, Outcome]) -> None:
    assert len(outcomes) > 350
    assert [one for one in outcomes.values() if one.verdict == "crash"] == []
    assert [one for one in outcomes.values() if one.seconds > 2 or one.memory > 256] == []
    assert [one for one in outcomes.values() if one.touched] == []
    assert [one.message for one in outcomes.values() if not one.message.replace("\n", "").isprintable()] == []
