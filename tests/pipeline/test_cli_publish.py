"""`coursewright publish` and `export`, on a tenant of a tenants.yaml, as people call them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loaders.content.writing import lock
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from tests.s3_server import S3Server

EXAMPLES = Path(__file__).parents[2] / "packages/examples"
Captured = pytest.CaptureFixture[str]
Publish = Callable[..., int]


pytestmark = pytest.mark.usefixtures("acme")


def publish(*arguments: str, user: str = "ops@example.com") -> int:
    return main(["publish", "--tenant", "acme", "--as", user, *arguments])


def edit(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def published_rows(tenant: Tenant) -> Any:
    with psycopg.connect(tenant.dsn) as connection:
        tables = ("course", "course_content", "coursewright_release", "coursewright_item")
        return [
            connection.execute(
                f'SELECT count(*), max(t::text) FROM "{tenant.schema}".{table} AS t'
            ).fetchone()
            for table in tables
        ]


def test_a_plan_names_what_changes_and_a_dry_run_writes_nothing(tenant: Tenant, capsys: Captured) -> None:
    assert publish("tiny") == 0
    before = published_rows(tenant)
    edit("tiny/course.yaml", "title: Welcome aboard", "title: Welcome on board")
    capsys.readouterr()
    assert publish("tiny", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "change   course:welcome" in told
    assert 'title: "Welcome aboard" → "Welcome on board"' in told
    assert told.endswith("dry run: nothing was written to acme\n")
    assert published_rows(tenant) == before
    assert publish("tiny") == 0
    assert "release 2 by ops@example.com" in capsys.readouterr().out


def test_moves_archives_and_returns_are_told_as_such(capsys: Captured) -> None:
    drill = "key: two-questions\n"
    assert publish("rich") == 0
    edit("rich/courses/fire/course.yaml", "key: what-to-do", "key: the-drill")
    edit(
        "rich/bundle.yaml",
        "moved:\n",
        "moved:\n  - {from: course:fire/content:what-to-do, to: course:fire/content:the-drill}\n",
    )
    edit("rich/courses/fire/course.yaml", drill, "key: other\n")
    capsys.readouterr()
    assert publish("rich") == 0
    told = capsys.readouterr().out
    assert "move     course:fire/content:the-drill" in told
    assert "(was course:fire/content:what-to-do)" in told
    assert "archive  course:fire/content:two-questions" in told
    assert "create   course:fire/content:other" in told
    edit("rich/courses/fire/course.yaml", "key: other\n", drill)
    assert publish("rich") == 0
    assert "restore  course:fire/content:two-questions" in capsys.readouterr().out


def test_of_a_long_text_the_words_that_change_are_shown(capsys: Captured) -> None:
    edit("tiny/hello.md", "Good to have you here.", "Good to have you here. " * 100)
    assert publish("tiny") == 0
    edit("tiny/hello.md", "Collect your badge", "Fetch your badge")
    capsys.readouterr()
    assert publish("tiny") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "text:" in line]
    assert "[-Collect-]{+Fetch+} your" in line
    assert len(line) < 140


def test_publishing_again_changes_nothing(tenant: Tenant, capsys: Captured) -> None:
    assert publish("rich") == 0
    before = published_rows(tenant)
    capsys.readouterr()
    assert publish("rich") == 0
    assert capsys.readouterr().out.endswith("nothing to change in acme\n")
    assert published_rows(tenant) == before


def test_json_holds_plan_and_release_and_people_read_standard_error(capsys: Captured) -> None:
    assert publish("tiny", "--json") == 0
    captured = capsys.readouterr()
    (outcome,) = json.loads(captured.out)
    assert outcome["release"]["by"] == "ops@example.com"
    assert outcome["counts"]["course"]["created"] == 1
    assert "tiny → acme" in captured.err


def test_one_wrong_bundle_and_none_is_published(tenant: Tenant, capsys: Captured) -> None:
    before = published_rows(tenant)
    Path("tiny/hello.md").unlink()
    assert publish("rich", "tiny") == 1
    assert "tiny/course.yaml:11:15: error: CW" in capsys.readouterr().err
    assert published_rows(tenant) == before


def test_what_the_tenant_finds_wrong_is_told_with_the_line(capsys: Captured) -> None:
    edit("tiny/bundle.yaml", "anna@example.com", "nobody@example.com")
    assert publish("tiny") == 1
    told = capsys.readouterr().err
    assert "tiny/course.yaml:" in told
    assert "no account has the address nobody@example.com" in told


def test_an_unknown_publisher_is_told_before_anything_is_uploaded(capsys: Captured) -> None:
    assert publish("rich", user="ghost@example.com") == 1
    assert "no account has the address ghost@example.com" in capsys.readouterr().err
    assert not Path("media").exists()


def test_who_publishes_must_be_said(capsys: Captured) -> None:
    assert main(["publish", "tiny", "--tenant", "acme"]) == 2
    assert "--as you@example.org" in capsys.readouterr().err


def test_a_bundle_that_someone_publishes_right_now_is_left_alone(tenant: Tenant, capsys: Captured) -> None:
    with connect(tenant) as other:
        lock.hold(other, tenant, "tiny")
        assert publish("tiny") == 1
    assert "tiny is being published right now" in capsys.readouterr().err
    assert publish("tiny") == 0


def test_a_media_folder_that_cannot_be_used_is_told_with_its_tenant(tenant: Tenant, capsys: Captured) -> None:
    Path("media").write_text("a file", encoding="utf-8")
    assert publish("rich") == 1
    assert "error: Tenant acme: the media folder" in capsys.readouterr().err
    assert published_rows(tenant) == [(0, None)] * 4


def test_media_that_the_store_lost_are_uploaded_again(capsys: Captured) -> None:
    assert publish("rich") == 0
    shutil.rmtree("media")
    assert publish("rich") == 0
    assert "media to upload: 9 files" in capsys.readouterr().out
    assert len(list(Path("media/sha256").glob("*/*"))) == 9


def test_a_zip_publishes_like_the_folder(capsys: Captured) -> None:
    shutil.make_archive("rich", "zip", "rich")
    assert publish("rich.zip") == 0
    capsys.readouterr()
    assert publish("rich") == 0
    assert "nothing to change in acme" in capsys.readouterr().out


def test_an_export_is_what_was_published_and_the_same_bytes_every_time(capsys: Captured) -> None:
    assert publish("rich") == 0
    for output in ("one", "two", "one.zip", "two.zip"):
        assert main(["export", "bundle", "--tenant", "acme", "-o", output]) == 0
    assert Path("one.zip").read_bytes() == Path("two.zip").read_bytes()
    assert subprocess.run(["diff", "-r", "one", "two"], check=False).returncode == 0
    capsys.readouterr()
    assert publish("one") == publish("two.zip") == 0
    assert capsys.readouterr().out.count("nothing to change in acme") == 2


def test_of_several_bundles_one_must_be_named(capsys: Captured) -> None:
    assert main(["export", "bundle", "--tenant", "acme", "-o", "out"]) == 1
    assert "nothing was ever published" in capsys.readouterr().err
    assert publish("rich", "tiny") == 0
    assert main(["export", "bundle", "--tenant", "acme", "-o", "out"]) == 1
    assert "harbour-academy, tiny" in capsys.readouterr().err
    assert main(["export", "bundle", "--tenant", "acme", "--bundle", "tiny", "-o", "out"]) == 0
    assert "key: tiny" in Path("out/bundle.yaml").read_text(encoding="utf-8")


def test_the_commit_is_recorded_and_a_changed_file_shows(capsys: Captured) -> None:
    git("init", "-q")
    git("add", "tiny")
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")
    commit = git("rev-parse", "HEAD").strip()
    assert publish("tiny") == 0
    edit("tiny/course.yaml", "Welcome aboard", "Welcome on board")
    assert publish("tiny") == 0
    told = capsys.readouterr().out
    assert f"from commit {commit}\n" in told
    assert f"from commit {commit}-dirty\n" in told


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def test_records_go_to_a_file_that_appears_whole_or_to_standard_output(
    tenant: Tenant, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert publish("rich") == 0
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(
            f'INSERT INTO "{tenant.schema}".training_program_enrollment ("trainingProgramId", "userId")'
            f' SELECT p.id, u.id FROM "{tenant.schema}".training_program p, main.users u'
        )
    everyone = ["export", "enrollments", "--tenant", "acme"]
    assert main([*everyone, "-o", "all.csv"]) == 0
    capfdbinary.readouterr()
    assert main(everyone) == 0
    assert capfdbinary.readouterr().out == Path("all.csv").read_bytes()
    assert Path("all.csv").read_bytes().count(b"\r\n") == 1 + 2 * 3
    assert main([*everyone, "--program", "site-induction", "--status", "enrolled", "-o", "one.csv"]) == 0
    assert Path("one.csv").read_bytes().count(b"\r\n") == 1 + 3
    assert main([*everyone, "--until", "1999-12-31", "-o", "none.csv"]) == 0
    assert Path("none.csv").read_bytes().count(b"\r\n") == 1
    assert main([*everyone, "--program", "nonsense", "-o", "x.csv"]) == 1
    assert main([*everyone, "-o", "no/such/folder.csv"]) == 1
    assert not list(Path().glob("*x.csv*"))
    assert b"no/such/folder.csv" in capfdbinary.readouterr().err


@pytest.mark.parametrize(("output", "unbuffered"), [("full.csv", ""), ("-", ""), ("-", "1")])
def test_rows_that_cannot_be_written_end_the_export_and_its_query(
    tenant: Tenant, output: str, unbuffered: str
) -> None:
    """Once it waited for ever: the connection for its COPY, the COPY for a reader that had failed.

    And once it dropped what did not fit, because an unbuffered standard output says so only in a number.
    """
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(
            "INSERT INTO main.users (email) SELECT n || '@x.org' FROM generate_series(1, 300) n"
        )
        program = "INSERT INTO acme.training_program (title, \"instructorId\") VALUES ('P', 1)"
        connection.execute(program.encode())
        connection.execute(
            'INSERT INTO acme.training_program_enrollment ("trainingProgramId", "userId")'
            " SELECT 1, id FROM main.users"
        )
    script = (
        "import resource, sys; from pipeline.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "export", "enrollments", "--tenant", "acme", "-o", output]
    with Path("out").open("wb") as out:
        done = subprocess.run(
            command, stdout=out, stderr=subprocess.PIPE, text=True, check=False, timeout=60, cwd=Path.cwd(),
            env=os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1]), "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("error: "), done.stderr
    assert "File too large" in done.stderr
    assert not Path("full.csv").exists()


def test_status_tells_the_releases(capsys: Captured) -> None:
    assert publish("tiny") == 0
    capsys.readouterr()
    assert main(["tenant", "status", "acme", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["pending"] == []
    assert status["bundles"][0]["bundle"] == "tiny"
    assert status["bundles"][0]["by"] == "ops@example.com"


def test_media_go_to_an_object_store_and_come_back(s3: S3Server, capsys: Captured) -> None:
    Path("tenants.yaml").write_text(
        "tenants:\n"
        f"  acme: {{database: '${{ACME_DATABASE_URL}}', media: 's3://{s3.bucket}/cli', endpoint: '{s3.endpoint}'}}\n",
        encoding="utf-8",
    )
    assert publish("rich") == 0
    assert "media to upload: 9 files" in capsys.readouterr().out
    assert main(["export", "bundle", "--tenant", "acme", "-o", "out"]) == 0
    for original in Path("rich/media").iterdir():
        assert Path("out/media", original.name).read_bytes() == original.read_bytes()
    capsys.readouterr()
    assert publish("out") == 0
    told = capsys.readouterr().out
    assert "nothing to change in acme" in told
    assert "to upload" not in told


def test_a_title_cannot_turn_the_terminal_around(capsys: Captured) -> None:
    edit("tiny/course.yaml", "title: Welcome aboard", 'title: "Welcome \\u202Eaboard"')
    publish("tiny")
    publish("tiny", "--json")
    captured = capsys.readouterr()
    assert "\u202e" not in captured.out + captured.err
    assert "\\u202e" in captured.out + captured.err


def test_a_plan_speaks_of_two_quizzes(capsys: Captured) -> None:
    quiz = (
        "  - {{key: {}, type: quiz, title: Q, quiz: {{questions: [{{key: q, type: essay, text: Why?}}]}}}}\n"
    )
    start = "key: exams\ntitle: Exams\nsections:\n- key: s\n  title: S\n  contents:\n"
    Path("tiny/exams.course.yaml").write_text(start + quiz.format("a") + quiz.format("b"), encoding="utf-8")
    assert publish("tiny", "--dry-run") == 0
    assert "with 1 section, 2 contents, 2 quizzes, 2 questions" in capsys.readouterr().out


def test_two_bundles_with_one_key_are_refused_before_anything_is_written(
    tenant: Tenant, capsys: Captured
) -> None:
    shutil.copytree("tiny", "copy")
    assert publish("rich", "tiny", "copy") == 1
    told = capsys.readouterr().err
    assert "copy/bundle.yaml:2:6: error: CW403 bundle-twice" in told, told
    assert "tiny/bundle.yaml:2:6" in told
    assert published_rows(tenant) == [(0, None)] * 4


def test_a_file_that_is_no_bundle_keeps_the_others_from_being_published(
    tenant: Tenant, capsys: Captured
) -> None:
    assert publish("tiny", "rich/courses/ladders/final.quiz.yaml") == 1
    assert "is one file of a bundle" in capsys.readouterr().err
    assert published_rows(tenant) == [(0, None)] * 4
