"""Small plain files of every kind, the bundles they become, and their whole account (tests/importers/golden)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import FORMATS
from schemas.source import Source
from tests.golden import Golden
from tests.importers.plain_files import PICTURE, folder, imported, lone
from tests.strategies import MemorySink

_GOLDEN = Path(__file__).parent / "golden"
_GIFT = r"""// question: 0  name: Switch category to $course$/top/Fire
$CATEGORY: $course$/top/Fire

// question: 3  name: Sum


// question: 4  name: First
// [id:f-1] [tag:easy]
::First::[html]Which <b>fires</b> does water put out?{
	=Wood#Class A
	~%25%Paint
	~Oil \{hot\}
	####Class A alone.
}

::Read::Read this before you go on.

$CATEGORY: $course$/top/Fire/Numbers

Water boils at {#100:1} degrees.

Broken {=question

Match.{=Oil -> foam =Wood -> water = -> sand}
"""
_AIKEN = "Where is the air best?\nA) Near the floor\nB) Under the\n   ceiling\nANSWER: A\n\nNo answer\nA) x\nB) y\n"
_TABLE = """\
ID,Category,Type,Question,Option 1,Option 2,Answer,Points,Feedback,Image,Level
f-1,Fire/Classes,Multiple choice,Which?,Oil,Wood,B,2,Class A.,a.png,easy
,Fire/Basics,Short answer,Which number?,,,112|one one two,1,,,hard
,Fire/Basics,Riddle,What?,,,x,1,,,
"""
_FOLDER: Mapping[str, str | bytes] = {
    "1-start.md": "---\ntitle: Welcome\ntags: [a]\n---\nRead [about oil](02-classes/1-oil.md), ![](02-classes/a.png) [gone](no.md).\n",
    "02-classes/1-oil.md": "# Fires of oil\n\nNever *water*.\n",
    "02-classes/2-old.html": "<title>Old page</title><p onclick='x()'>Text <sub>2</sub></p><script>x</script>",
    "02-classes/a.png": PICTURE,
    "style.css": "p {}",
}
_FILES: Mapping[str, Source] = {
    "gift": lone("fire.gift.txt", _GIFT),
    "aiken": lone("smoke.txt", _AIKEN),
    "question_table": folder({"fire.csv": _TABLE, "a.png": PICTURE}, "fire-table"),
    "folder": folder(_FOLDER, "fire-course"),
}


@pytest.mark.parametrize("name", _FILES)
def test_a_plain_file_becomes_the_bundle_in_the_golden_folder(name: str, golden: Golden) -> None:
    done = imported(FORMATS[name].load(), _FILES[name])
    sink = MemorySink()
    writer.write(done.bundle, done.reading.files, sink)
    said = sorted(
        f"{each.fate:8}{each.kind}  {each.name}  {each.note}".rstrip() for each in done.report.accounts
    )
    golden(_GOLDEN / name, {**sink.contents, "report.txt": "\n".join([*said, ""]).encode()})
