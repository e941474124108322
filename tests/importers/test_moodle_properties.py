"""Any damage to a backup: it is refused in words, or it imports with everything accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle as writer
from importers import bundle as reader
from importers import moodle
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from tests.importers.moodle_backups import (
    PNG,
    File,
    Module,
    answers,
    backup,
    category,
    drawn,
    entry,
    question,
    slot,
)
from tests.importers.packages import MemorySource

_KINDS = ("page", "label", "book", "url", "resource", "folder", "lesson", "assign", "scorm", "forum", "zzz")
_CHOICE = question(12, "multichoice", "Which?", answers(("a", 1, ""), ("b", 0, "")))
_WHOLE = backup(
    *(
        Module(
            id=at,
            kind=kind,
            name=f"The {kind}",
            intro='<p>i <img src="@@PLUGINFILE@@/a.png"></p>',
            inside="<content>&lt;a href='$@PAGEVIEWBYID*1@$'&gt;x&lt;/a&gt;</content><chapters><chapter id='1'/></chapters>",
        )
        for at, kind in enumerate(_KINDS, 1)
    ),
    Module(
        id=20,
        kind="quiz",
        name="Quiz",
        inside=f"<question_instances>{slot(1, 1)}{drawn(2, 4)}</question_instances>",
    ),
    bank=category(4, "Unit", entry(1, _CHOICE) + entry(2, _CHOICE.replace("12", "13"))),
    files=[
        File(area=f"{101 + at}/mod_{kind}/intro/0", name="a.png", data=PNG) for at, kind in enumerate(_KINDS)
    ],
    further={"users.xml": b'<users><user id="3"><email>a@example.org</email></user></users>'},
)
_NAMES = sorted(_WHOLE.files)
_ELEMENT = re.compile(rb">[^<>]{1,200}<")


@st.composite
def _damaged(draw: st.DrawFn) -> Mapping[str, bytes]:
    """Files lost, cut, and with values that mean something else."""
    files = dict(_WHOLE.files)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(_NAMES))
        data = files.get(name, b"")
        match draw(st.sampled_from(["lose", "cut", "value", "value", "value", "twice"])):
            case "lose":
                files.pop(name, None)
            case "cut":
                files[name] = data[: draw(st.integers(0, len(data)))]
            case "value" if found := list(_ELEMENT.finditer(data)):
                at = draw(st.sampled_from(found))
                other = draw(
                    st.sampled_from(
                        [
                            b"",
                            b"0",
                            b"-1",
                            b"999999999999999999999",
                            b"$@NULL@$",
                            b"../x",
                            b"&#10;",
                            b"NaN",
                            b"1,2,1",
                            "ü".encode(),
                        ]
                    )
                )
                files[name] = data[: at.start()] + b">" + other + b"<" + data[at.end() :]
            case "twice":
                files[name] = data.replace(b"</activities>", b"</activities>" * 2)
            case _:
                pass
    return files  # fmt: skip


@given(files=_damaged())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_backup_is_refused_in_words_or_becomes_a_clean_bundle(
    files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = MemorySource(files, "course.mbz")
    if not moodle.detect(source):
        return
    report = Report()
    try:
        reading = moodle.read(source, report)
    except RefusedError:
        return
    report.close()
    folder = tmp_path_factory.mktemp("damaged") / "out"
    with open_sink(folder) as sink:
        writer.write(reading.bundle, reading.files, sink)
    with open_source(folder) as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == reading.bundle
    assert all(b"".join(made()) for made in reading.beside.values())


def test_the_whole_imports_without_a_loss() -> None:
    report = Report()
    moodle.read(_WHOLE, report)
    lost = {account.name for account in report.accounts if account.fate == "skipped"}
    assert lost == {"dates and settings of the course", "profiles and answers of users"}
