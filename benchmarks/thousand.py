"""A thousand tenants of one database, each with a bundle of ten quizzes: `python -m benchmarks.thousand`.

`publish` and `status` run as users run them, as whole processes that find the tenants by a pattern,
several times in turn; medians are compared. What one changed quiz costs a tenant is compared with what it
costs when there are ten to publish to, in the same database; against a first publish it is in
`benchmarks/fleet.py`. Two jobs are compared with one there too, as the rows are few and the database not
the limit: of a first publish of many rows the server's CPU is the most. Memory is the peak of the whole
process, from /proc. Statements are what the server's own log has.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks import schools
from benchmarks.publish import generated
from benchmarks.schools import PUBLISHER, Server, publish_to_all, scaled
from benchmarks.table import Ratio, markdown

TENANTS = scaled(1000, least=20)
FEW = 10
ROUNDS = 3
_PUBLISH = ("publish", "bundle", "--as", PUBLISHER)
_STATUS = ("status", "bundle", "--group", "many")
_CONFIGURATION = """
fleets:
  few: {{database: '{dsn}', schemas: few_*, media: 'media/{{tenant}}'}}
  many: {{database: '{dsn}', schemas: many_*, media: 'media/{{tenant}}'}}
groups: {{few: [few_*], many: [many_*]}}
"""


def run() -> list[Ratio]:
    with schools.server() as postgres:
        bundle = schools.written(generated(courses=1, quizzes=10), Path("bundle"))
        quiz = Path("courses/course-00/quiz-005.quiz.yaml")
        changed = schools.edited(
            bundle, Path("changed"), [quiz], "Question 2: which", "Question 2: say which"
        )
        Path("tenants.yaml").write_text(_CONFIGURATION.format(dsn=postgres.dsn))
        names = [*(f"few_{number}" for number in range(FEW)), *(f"many_{n:03}" for n in range(TENANTS))]
        tenants = schools.migrated(postgres, names)
        memory = _memory()
        nothing = _nothing_to_do(postgres)
        few, many = tenants[:FEW], tenants[FEW:]
        in_few = publish_to_all(postgres, changed, few).each_of(FEW)
        in_many = publish_to_all(postgres, changed, many).each_of(TENANTS)
        one, two = (
            publish_to_all(postgres, path, many, jobs=jobs).each_of(TENANTS)
            for path, jobs in ((bundle, 1), (changed, 2))
        )
    return [
        *nothing,
        Ratio(
            f"one quiz changed, a tenant's share: in {TENANTS:,} tenants ÷ in {FEW}",
            in_many.wall / in_few.wall,
            1.2,
            note=f"{in_many} against {in_few}",
        ),
        Ratio(
            f"one quiz changed in {TENANTS:,} tenants: one job ÷ two jobs",
            one.wall / two.wall,
            1.5,
            at_least=True,
            note=f"a tenant: {one} against {two}",
        ),
        memory,
    ]


def _nothing_to_do(postgres: Server) -> list[Ratio]:
    publish, status = [], []
    for _ in range(ROUNDS):
        publish.append(_seconds(*_PUBLISH, "--group", "many"))
        status.append(_seconds(*_STATUS))
    said = _logged(postgres)
    statements = re.split(r"LOG:  (?:statement|execute)", said)[1:]
    return [
        Ratio(
            f"publish of an unchanged bundle to {TENANTS:,} tenants ÷ status of them",
            median(publish) / median(status),
            3.0,
            note=f"{median(publish):.2f} s against {median(status):.2f} s, whole processes",
        ),
        Ratio(
            f"statements by which status reads {TENANTS:,} tenants",
            sum("coursewright_bundle" in statement for statement in statements),
            1,
            unit="",
            note=f"of {len(statements)} in all: BEGIN, limits and the lists of schemas are the others",
        ),
    ]


def _logged(postgres: Server) -> str:
    """What the server says of all statements of one `status`."""
    log = postgres.place / "log"
    postgres.run("ALTER DATABASE postgres SET log_statement = 'all'")
    before = log.stat().st_size
    _seconds(*_STATUS)
    said = log.read_bytes()[before:].decode()
    postgres.run("ALTER DATABASE postgres RESET log_statement")
    return said


def _memory() -> Ratio:
    few, many = (_peak(*_PUBLISH, "--group", group) for group in ("few", "many"))
    return Ratio(
        f"peak memory of a first publish: to {TENANTS:,} tenants ÷ to {FEW}",
        many / few,
        1.2,
        note=f"{many:.0f} MB against {few:.0f} MB, the whole process",
    )


# ── the commands ─────────────────────────────────────────────────────────────────────────────────

_AND_TELL_PEAK = """
import atexit, pathlib, sys
from pipeline.cli import main
def tell():
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            print(line, file=sys.stderr)
atexit.register(tell)
main()
"""


def _peak(*arguments: str) -> float:
    """MB. A process of its own tells it: what the kernel tells of a child may be its parent's."""
    said = _run(sys.executable, "-c", _AND_TELL_PEAK, *arguments)
    (kilobytes,) = re.findall(r"VmHWM:\s*(\d+) kB", said)
    return int(kilobytes) * 1024 / 1e6


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    _run(str(Path(sys.executable).with_name("coursewright")), *arguments)
    return time.perf_counter() - began


def _run(*command: str) -> str:
    """What it wrote to standard error."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


if __name__ == "__main__":
    print(markdown(run()))
