"""What must hold of the outcomes of hostile packages, whatever their format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.hostile.corpus import Row
from tests.hostile.drive import Outcome, drive

_SECONDS = 2.0
_MEMORY_MIB = 256.0


def by_path(packages: Iterable[Path], scratch: Path) -> Mapping[Path, Outcome]:
    """What became of each."""
    done = drive(packages, scratch)
    return {Path(path): outcome for path, outcome in done.items()}


def wrong_verdicts(
    packages: Mapping[Path, Row], outcomes: Mapping[Path, Outcome], decided: Mapping[str, str]
) -> dict[str, tuple[str, str, str]]:
    """Wanted verdict, verdict and message of each row that differs. `decided` are those of ours (policy rows).

    What was sanitised is said in the import report, not by the container, so taken is taken here.
    """
    return {
        row.path: (wanted, outcomes[path].verdict, outcomes[path].message)
        for path, row in packages.items()
        if (wanted := decided.get(row.path, row.verdict)).partition("-")[0]
        != outcomes[path].verdict.partition("-")[0]
    }


def dear(outcomes: Mapping[Path, Outcome], scratch: Path) -> list[Outcome]:
    """Those that cost too much. A busy machine gets a second chance, on the few that seemed dear."""
    suspects = [path for path, done in outcomes.items() if _is_dear(done)]
    return [done for done in drive(suspects[:10], scratch).values() if _is_dear(done)] + [
        outcomes[path] for path in suspects[10:]
    ]


def _is_dear(done: Outcome) -> bool:
    return done.seconds > _SECONDS or done.memory > _MEMORY_MIB


def touching(outcomes: Mapping[Path, Outcome]) -> dict[str, object]:
    """Those that wrote a file, opened a connection or started a program."""
    return {path.name: done.touched for path, done in outcomes.items() if done.touched}


def refused_codes(outcomes: Mapping[Path, Outcome]) -> set[str]:
    """The rules by which packages were refused. Asserts that each refusal names its file and a rule."""
    refused = [done for done in outcomes.values() if done.verdict == "reject-clean"]
    assert [done.path for done in refused if Path(done.path).name not in done.message] == []
    assert [done.path for done in refused if not done.codes] == []
    return {code for done in refused for code in done.codes}
