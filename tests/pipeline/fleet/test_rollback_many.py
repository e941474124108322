"""`coursewright rollback` for many tenants: the same bundle everywhere, whatever its release is called there."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from pipeline.rollback import Releases, target
from tests.publishing import content_state, fetch, learn, learned, run

Captured = pytest.CaptureFixture[str]
OPS = ("--as", "ops@example.com")
RELEASES = (
    'SELECT id, encode(digest, \'hex\'), "gitCommit", "rollbackTo" FROM {s}.coursewright_release ORDER BY id'
)


def publish(*arguments: str) -> int:
    return main(["publish", "tiny", *OPS, *arguments])


def rollback(*arguments: str) -> int:
    return main(["rollback", "--bundle", "tiny", *OPS, *arguments])


def retitle(title: str) -> None:
    path = Path("tiny/course.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("^title: .*", f"title: {title}", text, flags=re.MULTILINE), encoding="utf-8")


def titles(schools: list[Tenant]) -> list[str]:
    return [fetch(tenant, "SELECT title FROM {s}.course")[0][0] for tenant in schools]


def release(tenant: Tenant, number: int) -> Any:
    """Its digest and its commit."""
    return fetch(tenant, RELEASES)[number][1:3]


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def wrong(schools: list[Tenant], capsys: Captured) -> list[Tenant]:
    """One tenant is two releases ahead in its numbers; then all get the same mistake."""
    for title in ("First", "Second"):
        retitle(title)
        assert publish("--tenant", "school_a") == 0
    retitle("Right")
    assert publish("--all") == 0
    retitle("Wrong")
    assert publish("--all") == 0
    capsys.readouterr()
    return schools


def test_all_go_back_to_the_bundle_before(wrong: list[Tenant], capsys: Captured) -> None:
    before = [content_state(tenant, "tiny") for tenant in wrong]
    assert rollback("--to", "previous", "--all") == 0
    told = capsys.readouterr().out
    assert "school_a: tiny release 5 (1 changed)" in told
    assert "school_d: tiny release 3 (1 changed)" in told
    assert told.endswith("4 tenants: 4 rolled back\n")
    assert titles(wrong) == ["Right"] * 4
    assert [content_state(tenant, "tiny") for tenant in wrong] != before
    assert [fetch(tenant, RELEASES)[-1][3] for tenant in wrong] == [3, 1, 1, 1]


def test_a_digest_means_the_same_everywhere(wrong: list[Tenant], capsys: Captured) -> None:
    digest, _ = release(wrong[3], 0)
    assert rollback("--to", digest[:8], "--group", "early", "--tenant", "school_a", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert next(one["tenant"] for one in events if one["event"] == "begun") == "school_a"
    assert events[-1] == {"event": "end", "done": 3, "current": 0, "failed": 0, "left": 0}
    assert titles(wrong) == ["Right", "Right", "Right", "Wrong"]
    assert rollback("--to", digest[:8].upper(), "--all") == 0
    assert capsys.readouterr().out.endswith("4 tenants: 1 rolled back, 3 current\n")


def test_a_commit_means_the_bundle_of_it_and_not_of_changed_files(
    schools: list[Tenant], capsys: Captured
) -> None:
    git("init", "--quiet")
    git("add", "tiny")
    git("commit", "--quiet", "-m", "one")
    commit = git("rev-parse", "HEAD")
    assert publish("--all") == 0
    retitle("Dirty")
    assert publish("--all") == 0
    retitle("Filthy")
    assert publish("--all") == 0
    assert rollback("--to", commit[:9], "--all") == 0
    assert titles(schools) == ["Welcome aboard"] * 4
    capsys.readouterr()
    assert rollback("--to", f"{commit[:9]}-dirty", "--all", "--jobs", "1", "--max-failures", "9") == 1
    told = capsys.readouterr().out
    assert f"{commit[:9]}-dirty is more than one bundle of tiny in school_b: release 3 (digest" in told
    assert "mend for school_c, school_b, school_a, school_d: say more of it, or how the digest begins" in told


def test_what_matches_nothing_is_that_tenants_failure(wrong: list[Tenant], capsys: Captured) -> None:
    digest, _ = release(wrong[0], 0)
    assert rollback("--to", digest[:8], "--tenant", "school_a", "--tenant", "school_b") == 1
    told = capsys.readouterr().out
    assert "no release of tiny in school_b has a commit or a digest that begins with" in told
    assert "it has release 2 (digest" in told
    assert titles(wrong)[:2] == ["First", "Wrong"]


def test_previous_is_not_taken_twice(wrong: list[Tenant], capsys: Captured) -> None:
    assert rollback("--to", "previous", "--group", "canary") == 0
    assert rollback("--to", "previous", "--all", "--max-failures", "1") == 1
    assert "tiny in school_c went back already: release 3 is release 1" in capsys.readouterr().out
    assert titles(wrong) == ["Right"] * 4


def test_an_attempt_after_a_lost_commit_means_the_same_release(wrong: list[Tenant]) -> None:
    releases = Releases("tiny", target("previous"))
    place = wrong[0]
    first = releases.of(place)
    assert rollback("--to", "previous", "--tenant", place.name) == 0
    assert releases.of(place).back_to == first.back_to


def test_the_first_release_has_none_before(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all") == 0
    assert rollback("--to", "previous", "--tenant", "school_a") == 1
    assert "tiny in school_a has no release before 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("1", "release 1 is another one in each tenant"),
        ("abc", "'abc' is no release"),
        ("HEAD~1", "'HEAD~1' is no release"),
        ("abcdef", "at least seven letters"),
    ],
)
def test_what_means_nothing_everywhere_is_refused_at_once(
    wrong: list[Tenant], to: str, told: str, capsys: Captured
) -> None:
    assert rollback("--to", to, "--all") == 1
    assert told in capsys.readouterr().err
    assert titles(wrong) == ["Wrong"] * 4


def test_a_dry_run_is_a_plan(wrong: list[Tenant], capsys: Captured) -> None:
    assert rollback("--to", "previous", "--all", "--dry-run") == 0
    told = capsys.readouterr().out
    assert told.startswith(
        "tiny → 4 tenants: school_c, school_b, school_a, school_d\n  change   course:welcome"
    )
    assert 'title: "Wrong" → "Right"' in told
    assert told.endswith("4 tenants: 4 would change\n")
    assert rollback("--to", "previous", "--all", "--dry-run", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 4
    assert titles(wrong) == ["Wrong"] * 4


def test_learners_and_edits_are_guarded_as_in_any_publish(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all") == 0
    retitle("Second")
    text = Path("tiny/course.yaml").read_text(encoding="utf-8")
    page = "      - {key: more, type: rich_text, title: More, text: Read.}\n"
    Path("tiny/course.yaml").write_text(text + page, encoding="utf-8")
    assert publish("--all") == 0
    ((user,),) = fetch(schools[0], "SELECT id FROM main.users WHERE email = 'ben@example.com'")
    learn(schools[0], user)
    before = learned(schools[0])
    run(schools[1], "UPDATE {s}.course SET title = 'By hand'")
    capsys.readouterr()
    arguments = ("--to", "previous", "--tenant", "school_a", "--tenant", "school_b", "--tenant", "school_c")
    assert rollback(*arguments) == 1
    told = capsys.readouterr().out
    assert "CW435 taken-away" in told
    assert told.endswith("with --resume instead of the tenants\n")
    assert "3 tenants: 1 rolled back, 2 failed" in told
    resumed = ("--to", "previous", "--resume", "--accept", "CW435", "--on-drift", "overwrite")
    assert rollback(*resumed) == 0
    assert learned(schools[0]) == before
    assert capsys.readouterr().out.endswith("2 tenants: 2 rolled back\n")


def test_a_run_is_resumed_by_just_what_began_it(wrong: list[Tenant], capsys: Captured) -> None:
    run(wrong[2], "ALTER TABLE {s}.course ADD CONSTRAINT broken CHECK (title <> 'Right') NOT VALID")
    assert rollback("--to", "previous", "--all") == 1
    assert "4 tenants: 1 failed, 3 not begun" in capsys.readouterr().out
    assert publish("--resume") == 1
    assert "the bundles are not those that run" in capsys.readouterr().err
    digest, _ = release(wrong[3], 0)
    assert rollback("--to", digest[:12], "--resume") == 1
    run(wrong[2], "ALTER TABLE {s}.course DROP CONSTRAINT broken")
    capsys.readouterr()
    assert rollback("--to", "previous", "--resume") == 0
    assert capsys.readouterr().out.endswith("4 tenants: 4 rolled back\n")
