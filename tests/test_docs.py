"""The documentation does what it says: its files are written, its commands run, its output compared.

In a page, ```` ```yaml file=PATH ```` writes a file; in ```` ```console ````, `$ …` runs a command and the lines below
it must turn up in its output, in order (`…` stands for anything). `# exit code N` says that it fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.reference import COMMANDS, pages
from loaders.embedded import server

REPOSITORY = Path(__file__).parents[1]
GENERATED = {"docs/cli.md", "docs/rules.md"}
PAGES = sorted(
    str(path.relative_to(REPOSITORY))
    for path in [
        REPOSITORY / "README.md",
        REPOSITORY / "CONTRIBUTING.md",
        *(REPOSITORY / "docs").glob("*.md"),
    ]
    if path.exists() and str(path.relative_to(REPOSITORY)) not in GENERATED
)
BLOCK = re.compile(
    r"^```(?P<language>[a-z]*)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"^(?:\$ )?(?:\S+/)?(?:coursewright|make|git|pipx|pip|cd|sh) ", re.MULTILINE)

# Commands that a page may show without running them here, and where they are run instead.
ELSEWHERE = {
    "git clone": "a network is needed",
    "cd coursewright": "belongs to the clone",
    "dask": "tests/pipeline/fleet/conftest.py starts a scheduler and two workers",
    "coursewright publish packages/examples/tiny --all --engine dask://scheduler.example.com:8786": "tests/pipeline/fleet/test_publish_elsewhere.py",
    "make demo": "tests/pipeline/test_wheel.py runs packages/demo.sh",
    "make test": "runs this test",
    "make lint": "part of make test",
    "make types": "part of make test",
    "make docs": "test_generated_pages_are_up_to_date",
    "make golden-accept": "tests/golden.py",
    "make bench": "takes minutes",
    "make reliability": "takes minutes; tests/faults runs the same with fewer faults",
    "make linecounts": "no claim depends on it",
    "make": "lists the others",
    "pipx install": "tests/pipeline/test_wheel.py installs the wheel",
    "npm install": "a network is needed; tests/npm.py installs the same",
    "coursewright export scorm-1.2 packages/examples/rich -o academy.zip --schemas": "tests/exporters/launched/test_manifests.py writes with the schemas",
    "pip install": "tests/pipeline/test_wheel.py installs the wheel",
}

# Where pages find `psql`.
POSTGRES = server._programs()

# What a page that speaks of the tenant `acme` without making it can rely on.
ACME = "tenants:\n  acme: {database: '${ACME_DATABASE_URL}', media: media/acme}\n"
PUBLISH_RICH = "coursewright publish packages/examples/rich --tenant acme --as ops@example.com"


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write (`file`), or a command to run with the lines its output must have."""

    line: int
    file: str | None
    text: str
    expected: tuple[str, ...] = ()


def steps(page: str) -> Iterator[Step]:
    for block in BLOCK.finditer(page):
        line = page.count("\n", 0, block.start()) + 2
        if block["file"]:
            yield Step(line, block["file"], block["text"])
        elif block["language"] in ("console", "sh", "bash"):
            yield from _commands(line, block["text"], prompted=block["language"] == "console")


def _commands(line: int, text: str, *, prompted: bool) -> Iterator[Step]:
    prefix = "$ " if prompted else ""
    found: list[tuple[int, str, list[str]]] = []
    for number, content in enumerate(text.splitlines(), line):
        if content.startswith(prefix) and content.strip() and not content.startswith("#"):
            found.append((number, content.removeprefix(prefix), []))
        elif found and content:
            found[-1][2].append(content)
    for number, command, expected in found:
        if not _is_elsewhere(command):
            yield Step(number, None, command, tuple(expected))


def _is_elsewhere(command: str) -> bool:
    return any(command == known or command.startswith(f"{known} ") for known in ELSEWHERE)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An empty folder with the examples in it and the embedded server kept running between commands."""
    shutil.copytree(REPOSITORY / "packages", tmp_path / "packages")
    folder = tmp_path / ".coursewright/postgres"
    server.ensure_local(folder)
    yield tmp_path
    assert server.stop(folder)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, place: Path, request: pytest.FixtureRequest) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    environment = _environment(text, request)
    if "--tenant acme" in text and "file=tenants.yaml" not in text:
        (place / "tenants.yaml").write_text(ACME, encoding="utf-8")
        _run(Step(0, None, PUBLISH_RICH), place, environment, page)
    for step in steps(text):
        if step.file is not None:
            (place / step.file).parent.mkdir(parents=True, exist_ok=True)
            (place / step.file).write_text(step.text, encoding="utf-8")
        else:
            _run(step, place, environment, f"{page}:{step.line}")


def _environment(text: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """What the page's tenants.yaml uses is really there: the host platform's database, with its users."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{POSTGRES}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    if "--tenant acme" in text:
        environment["ACME_DATABASE_URL"] = request.getfixturevalue("tenant").dsn
        request.getfixturevalue("users")("anna@example.com", "ben@example.com", "ops@example.com")
    return environment


def _run(step: Step, place: Path, environment: dict[str, str], where: str) -> None:
    wanted = re.search(r"# exit code (\d+)", step.text)
    done = subprocess.run(  # noqa: S602 our own documentation
        step.text, shell=True, cwd=place, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == (int(wanted[1]) if wanted else 0), f"{where}: {step.text}\n{done.stdout}"
    lines = iter(done.stdout.splitlines())
    for expected in step.expected:
        pattern = re.compile(".*".join(map(re.escape, expected.strip().split("…"))))
        assert any(pattern.fullmatch(line.strip()) for line in lines), (
            f"{where}: no line {expected!r} in\n{done.stdout}"
        )


def test_links_lead_somewhere() -> None:
    """Links to files of the repository; generated pages and decisions are included."""
    for page in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]:
        for target in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
            assert (page.parent / target).exists(), f"{page.relative_to(REPOSITORY)} links to {target}"


def test_no_command_hides_in_a_block_that_is_not_run() -> None:
    for page in PAGES:
        for block in BLOCK.finditer((REPOSITORY / page).read_text(encoding="utf-8")):
            if block["language"] not in ("console", "sh", "bash"):
                assert not COMMAND.search(block["text"]), (
                    f"{page}: make this block ```console:\n{block['text']}"
                )


def test_generated_pages_are_up_to_date() -> None:
    for name, content in pages().items():
        written = REPOSITORY / "docs" / name
        assert written.exists(), "run make docs"
        assert written.read_text(encoding="utf-8") == content, f"docs/{name} is old: run make docs"


def test_every_command_is_in_the_reference() -> None:
    from typer.main import get_command

    from pipeline.cli import app

    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined] # it is a group
        found |= {f"{name} {below}" for below in getattr(command, "commands", {})} or {name}
    assert found == set(COMMANDS) - {""}
