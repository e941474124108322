"""`coursewright publish` to many tenants and `coursewright status`, as people and CI call them."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loaders.content.writing import lock
from loaders.tenants.connect import connect
from loaders.tenants.tenant import STAGING, Tenant
from pipeline.cli import main
from tests.publishing import content_state, row_ids

REPOSITORY = Path(__file__).parents[3]
Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("schools")


def publish(*arguments: str) -> int:
    return main(["publish", "tiny", "--as", "ops@example.com", *arguments])


def edit(old: str, new: str) -> None:
    path = Path("tiny/course.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def events(captured: Captured) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def states(captured: Captured, *arguments: str) -> dict[str, str]:
    captured.readouterr()
    main(["status", "tiny", "--json", *arguments])
    return {cell["tenant"]: cell["state"] for cell in json.loads(captured.readouterr().out)}


def break_down(tenant: Tenant) -> None:
    """Its rows cannot be written any more, whatever is tried."""
    with psycopg.connect(tenant.dsn) as connection:
        statement = f"ALTER TABLE {tenant.schema}.course ADD CONSTRAINT broken CHECK (title = 'x') NOT VALID"
        connection.execute(statement.encode())


def mend(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(f"ALTER TABLE {tenant.schema}.course DROP CONSTRAINT broken".encode())


def test_all_tenants_get_the_same_content(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all") == 0
    assert capsys.readouterr().out.endswith("4 tenants: 4 published\n")
    first, *others = [content_state(tenant, "tiny") for tenant in schools]
    assert len(first) > 2
    assert others == [first, first, first]


def test_those_that_are_current_are_left_alone(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--tenant", "school_a", "--tenant", "school_b") == 0
    capsys.readouterr()
    assert publish("--all", "--json") == 0
    found = events(capsys)
    assert {(one["tenant"], one["event"]) for one in found if one["event"] in ("current", "begun")} == {
        ("school_a", "current"),
        ("school_b", "current"),
        ("school_c", "begun"),
        ("school_d", "begun"),
    }
    assert found[-1] == {"event": "end", "done": 2, "current": 2, "failed": 0, "left": 0}


def test_one_failure_neither_stops_nor_dirties_another(schools: list[Tenant], capsys: Captured) -> None:
    break_down(schools[1])
    assert publish("--tenant", "school_a", "--tenant", "school_b", "--tenant", "school_d") == 1
    told = capsys.readouterr().out
    assert "FAILED  school_b: Tenant school_b: new row for relation" in told
    assert "3 tenants: 2 published, 1 failed" in told
    assert "--resume" in told
    assert [len(row_ids(tenant, "tiny")) > 0 for tenant in schools] == [True, False, False, True]


def test_a_failing_canary_keeps_the_others_as_they_are(schools: list[Tenant], capsys: Captured) -> None:
    break_down(schools[2])
    assert publish("--all") == 1
    assert "4 tenants: 1 failed, 3 not begun" in capsys.readouterr().out
    assert set(states(capsys).values()) == {"absent"}


def test_a_run_is_resumed_with_those_that_are_left(schools: list[Tenant], capsys: Captured) -> None:
    break_down(schools[1])
    assert publish("--all") == 1
    mend(schools[1])
    capsys.readouterr()
    assert publish("--resume", "--json") == 0
    found = events(capsys)
    assert {one["tenant"] for one in found if one["event"] == "done"} == {"school_a", "school_b", "school_d"}
    assert "school_c" not in {one.get("tenant") for one in found}
    assert publish("--resume") == 1
    assert "left nothing to do" in capsys.readouterr().err


def test_only_what_was_begun_can_be_resumed(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--resume") == 1
    assert "there is no run to resume here" in capsys.readouterr().err
    break_down(schools[2])
    assert publish("--all") == 1
    assert publish("--resume", "--all") == 1
    assert "leave out --tenant, --group, --all and --shard" in capsys.readouterr().err
    edit("Welcome aboard", "Welcome on board")
    assert publish("--resume") == 1
    assert "the bundles are not those that run" in capsys.readouterr().err


def test_the_ledger_survives_a_torn_line_and_holds_no_address(
    schools: list[Tenant], capsys: Captured
) -> None:
    break_down(schools[1])
    assert publish("--all") == 1
    (ledger,) = Path(".coursewright/runs").iterdir()
    text = ledger.read_text(encoding="utf-8")
    assert not re.search("host|postgres|example.com", text)
    ledger.write_text(f'{text}{{"finished": "school_', encoding="utf-8")
    mend(schools[1])
    assert publish("--resume") == 0
    assert set(states(capsys).values()) == {"current"}


def test_a_publisher_killed_among_its_tenants_is_resumed_by_the_next(capsys: Captured) -> None:
    """Killed after the second tenant, whose line is in the ledger or not: either way the rest follows."""
    program = (
        "import os, signal, sys\n"
        "from pipeline.fleet import ledger\n"
        "from pipeline.cli import main\n"
        "finish, seen = ledger.Ledger.finish, []\n"
        "def dying(self, tenant):\n"
        "    seen.append(tenant)\n"
        "    if len(seen) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    finish(self, tenant)\n"
        "ledger.Ledger.finish = dying\n"
        "main(sys.argv[1:])\n"
    )
    arguments = ["publish", "tiny", "--as", "ops@example.com", "--all", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -9
    assert Counter(states(capsys).values()) == {"current": 2, "absent": 2}
    assert publish("--resume") == 0
    assert set(states(capsys).values()) == {"current"}


def test_a_tenant_somebody_publishes_to_is_tried_again_until_it_is_free(
    schools: list[Tenant], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock lets go when it is told that somebody waits."""
    with connect(schools[0]) as other:
        lock.hold(other, schools[0], "tiny")

        def no_pause(_least: float, _most: float) -> float:
            other.rollback()
            return 0.0

        monkeypatch.setattr("pipeline.fleet.retrying.random.uniform", no_pause)
        code = publish("--tenant", "school_a", "--tenant", "school_b", "--jobs", "1")
    told = capsys.readouterr().out
    assert code == 0, told
    assert re.search(
        r"again {3}school_a: .*tiny is being published right now by database account .* since .* Again in",
        told,
    )


def test_a_dry_run_writes_nothing_not_even_a_ledger(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all", "--dry-run") == 0
    assert "4 tenants: 4 would change" in capsys.readouterr().out
    assert set(states(capsys).values()) == {"absent"}
    assert not Path(".coursewright").exists()


def test_the_bundle_before_the_one_that_fails_stays_and_is_told(
    schools: list[Tenant], capsys: Captured
) -> None:
    shutil.copytree(REPOSITORY / "packages/examples/rich", "rich")
    break_down_rich = f"ALTER TABLE {schools[0].schema}.training_program ADD CONSTRAINT broken CHECK (false)"
    with psycopg.connect(schools[0].dsn) as connection:
        connection.execute(break_down_rich.encode())
    assert publish("rich", "--tenant", "school_a", "--tenant", "school_b") == 1
    assert re.search(r"FAILED +school_a: .* Before that: tiny release 1 ", capsys.readouterr().out)
    assert states(capsys)["school_a"] == "current"


def test_two_folders_that_are_one_bundle_are_refused(capsys: Captured) -> None:
    shutil.copytree("tiny", "twin")
    assert publish("twin", "--all") == 1
    assert "CW403 bundle-twice" in capsys.readouterr().err


def test_who_publishes_must_be_said(capsys: Captured) -> None:
    assert main(["publish", "tiny", "--all"]) == 2
    assert "--as you@example.org" in capsys.readouterr().err


def test_shards_together_are_all(capsys: Captured) -> None:
    assert publish("--all", "--shard", "1/2") == 0
    assert publish("--all", "--shard", "2/2") == 0
    assert set(states(capsys).values()) == {"current"}
    assert publish("--shard", "1/2") == 1
    assert "--shard is a part of what?" in capsys.readouterr().err


def test_on_a_terminal_the_table_names_every_tenant_that_was_published_to() -> None:
    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "publish", "tiny", "--all", "--as", "ops@example.com"],
        stdout=child, stderr=child, check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(child)
    shown = b""
    try:
        while chunk := os.read(parent, 65536):
            shown += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(parent)
    assert done.returncode == 0, shown.decode()
    assert all(f"done    school_{letter}: tiny release 1".encode() in shown for letter in "abcd"), (
        shown.decode()
    )
    assert b"4 tenants: 4 published" in shown
    assert re.search(rb"\d of 4", shown)


# ── status ───────────────────────────────────────────────────────────────────────────────────────


def test_status_tells_who_is_behind_and_since_when(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all") == 0
    edit("Welcome aboard", "Welcome on board")
    assert states(capsys) == dict.fromkeys([tenant.name for tenant in schools], "behind")
    assert publish("--tenant", "school_a", "--tenant", "school_b") == 0
    capsys.readouterr()
    assert main(["status"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny: 2 current, 2 behind\n")
    assert re.search(r"school_a  current  2 .* \d{4}-\d\d-\d\d \d\d:\d\d UTC  ops@example.com", told)
    assert re.search(r"school_d  behind   1 ", told)


def test_status_tells_what_somebody_edited(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--all") == 0
    with psycopg.connect(schools[1].dsn) as connection:
        connection.execute(
            "UPDATE school_b.course SET title = 'Ours', \"updatedAt\" = '2030-01-02 03:04', \"updatedBy\" ="
            " (SELECT id FROM main.users WHERE email = 'ben@example.com')"
        )
    capsys.readouterr()
    assert main(["status", "--drift"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny: 4 current; 1 drifted\n")
    assert "1 item, last 2030-01-02 03:04 UTC by ben@example.com" in told
    assert main(["status", "--drift", "--json"]) == 0
    cells = {cell["tenant"]: cell["drifted"] for cell in json.loads(capsys.readouterr().out)}
    assert cells["school_a"] is None
    assert cells["school_b"] == {"items": 1, "at": "2030-01-02T03:04:00+00:00", "by": "ben@example.com"}


def test_status_goes_on_when_a_database_is_away_or_a_tenant_has_no_tables(
    schools: list[Tenant], capsys: Captured
) -> None:
    assert publish("--all") == 0
    with psycopg.connect(schools[0].dsn) as connection:
        connection.execute("CREATE SCHEMA school_new")
    text = Path("tenants.yaml").read_text(encoding="utf-8")
    away = "tenants:\n  away: {database: 'host=127.0.0.1 port=1 dbname=none user=u password=hunter2', media: m}\n"
    Path("tenants.yaml").write_text(away + text, encoding="utf-8")
    capsys.readouterr()
    assert main(["status"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"away +unreadable .*nobody listens there", told)
    assert re.search(r"school_new +needs migration .*007-", told)
    assert "tiny: 4 current" in told
    assert "hunter2" not in told
    assert main(["status", "--tenant", "school_a"]) == 0


def test_before_anything_is_published_status_says_so(capsys: Captured) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out == "nothing was published yet\n"


def test_a_name_cannot_turn_the_terminal_around(schools: list[Tenant], capsys: Captured) -> None:
    with psycopg.connect(schools[0].dsn) as connection:
        connection.execute(
            "UPDATE main.users SET email = %s WHERE email LIKE 'ops%%'", ("ops\x1b[2J@example.com",)
        )
    assert main(["publish", "tiny", "--as", "ops\x1b[2J@example.com", "--all"]) == 0
    assert main(["status"]) == 0
    assert "\x1b" not in capsys.readouterr().out


# ── two phases ───────────────────────────────────────────────────────────────────────────────────


def test_in_two_phases_nobody_is_published_to_before_everybody_is_ready(capsys: Captured) -> None:
    assert publish("--all", "--two-phase", "--json") == 0
    found = [one["event"] for one in events(capsys) if one["event"] in ("ready", "done", "failed", "left")]
    assert found == ["ready"] * 4 + ["done"] * 4
    assert set(states(capsys).values()) == {"current"}


def test_in_two_phases_one_that_cannot_take_it_keeps_all_as_they_are(
    schools: list[Tenant], capsys: Captured
) -> None:
    """The last wave's failure, which without phases comes after the canary was published to."""
    assert publish("--tenant", "school_a") == 0
    edit("Welcome aboard", "Welcome on board")
    before = [content_state(tenant, "tiny") for tenant in schools]
    break_down(schools[3])
    capsys.readouterr()
    assert publish("--all", "--two-phase") == 1
    told = capsys.readouterr().out
    assert "FAILED  school_d: Tenant school_d: new row for relation" in told
    assert "4 tenants: 1 failed, 3 not begun" in told
    assert [content_state(tenant, "tiny") for tenant in schools] == before
    mend(schools[3])
    assert publish("--resume", "--two-phase") == 0
    assert set(states(capsys).values()) == {"current"}


def test_a_rehearsal_finds_what_only_a_commit_would(schools: list[Tenant], capsys: Captured) -> None:
    """Constraints may be put off to the end of the transaction."""
    with psycopg.connect(schools[1].dsn) as connection:
        connection.execute(
            "CREATE FUNCTION school_b.refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'not on a Wednesday'; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON school_b.course DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION school_b.refuse()"
        )
    assert publish("--all", "--two-phase") == 1
    assert "not on a Wednesday" in capsys.readouterr().out
    assert set(states(capsys).values()) == {"absent"}


# ── staging ──────────────────────────────────────────────────────────────────────────────────────


def test_a_killed_publisher_s_staged_rows_are_gone_after_the_next_run(
    schools: list[Tenant], capsys: Captured
) -> None:
    program = (
        "import os, signal, sys\n"
        "from loaders.content.staging import area, spread\n"
        "from pipeline.cli import main\n"
        "area.WORTH_ROWS = 1\n"
        "write = spread.Spread.write\n"
        "def dying(self, *arguments):\n"
        "    write(self, *arguments)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "spread.Spread.write = dying\n"
        "main(sys.argv[1:])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "publish", "tiny", "--as", "ops@example.com", "--all"],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -9
    assert len(staged(schools[0])) == 7
    assert set(states(capsys).values()) == {"absent"}
    assert publish("--all") == 0
    assert staged(schools[0]) == []
    first, *others = [content_state(tenant, "tiny") for tenant in schools]
    assert others == [first, first, first]


def test_a_dry_run_sweeps_nothing_up(schools: list[Tenant]) -> None:
    with psycopg.connect(schools[0].dsn) as connection:
        connection.execute("CREATE TABLE coursewright_staging.bdead ()")
    assert publish("--all", "--dry-run") == 0
    assert staged(schools[0]) == ["bdead"]
    assert publish("--all") == 0
    assert staged(schools[0]) == []


def staged(tenant: Tenant) -> list[str]:
    with psycopg.connect(tenant.dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [STAGING])
        return [name for (name,) in rows]


# ── taking out ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_the_bundles_of_all_tenants_are_taken_out_at_once(
    schools: list[Tenant], capsys: Captured, engine: str
) -> None:
    assert publish("--tenant", "school_a", "--tenant", "school_b") == 0
    assert (
        main(
            [
                "publish",
                str(REPOSITORY / "packages/examples/rich"),
                "--tenant",
                "school_b",
                "--as",
                "ops@example.com",
            ]
        )
        == 0
    )
    capsys.readouterr()
    assert main(["export", "bundle", "--all", "-o", "out", "--engine", engine, "--json"]) == 0
    found = events(capsys)
    assert found[-1] == {"event": "end", "done": 3, "current": 0, "failed": 0, "left": 0}
    assert {one["output"] for one in found if one["event"] == "done"} == {
        f"out/{name}" for name in ("school_a/tiny", "school_b/tiny", "school_b/harbour-academy")
    }
    assert (
        main(
            ["status", "out/school_a/tiny", "out/school_b/harbour-academy", "--tenant", "school_b", "--json"]
        )
        == 0
    )
    assert [cell["state"] for cell in json.loads(capsys.readouterr().out)] == ["current", "current"]


def test_a_tenant_that_cannot_be_read_keeps_no_other_from_being_taken_out(
    schools: list[Tenant], capsys: Captured
) -> None:
    assert publish("--all") == 0
    with psycopg.connect(schools[1].dsn) as connection:
        connection.execute("DROP SCHEMA school_b CASCADE; CREATE SCHEMA school_b")
    capsys.readouterr()
    assert main(["export", "bundle", "--all", "--bundle", "tiny", "-o", "out"]) == 1
    told = capsys.readouterr().out
    assert "FAILED  school_b: Tenant school_b: relation" in told
    assert "4 bundles: 3 written, 1 failed" in told
    assert main(["export", "bundle", "--all", "-o", "out.zip"]) == 2
