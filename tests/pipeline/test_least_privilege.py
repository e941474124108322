"""An account that owns nothing and has the rights of docs/operate.md can publish and export, and can do no more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from loaders.content.staging import area
from loaders.content.staging.area import Areas
from loaders.tenants.tenant import Tenant
from pipeline import publishing
from pipeline.cli import main
from tests.rich_edits import EDITS

REPOSITORY = Path(__file__).parents[2]
SQL = re.findall(
    r"^```sql\n(.*?)^```$",
    (REPOSITORY / "docs/operate.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
OWNER, PUBLISHER = "coursewright_owner", "coursewright_publisher"
# A host platform without a right for everybody: no name, but a column that is nobody's business.
HOST = """
    DROP SCHEMA acme CASCADE;
    DROP SCHEMA main CASCADE;
    DROP SCHEMA coursewright_staging;
    REVOKE ALL ON DATABASE school FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    CREATE SCHEMA main;
    CREATE TABLE main.users (
        id SERIAL PRIMARY KEY, email VARCHAR(320) NOT NULL UNIQUE, "passwordHash" TEXT DEFAULT 'x' NOT NULL
    );
    INSERT INTO main.users (email) VALUES ('anna@example.com'), ('ben@example.com'), ('ops@example.com');
    CREATE SCHEMA acme;
    CREATE TABLE acme.tenant_lookups (
        id SERIAL PRIMARY KEY, "lookupType" VARCHAR(50) NOT NULL, value VARCHAR(255) NOT NULL,
        "createdBy" INT REFERENCES main.users (id), "updatedBy" INT REFERENCES main.users (id)
    );
"""
FORBIDDEN = [
    "DELETE FROM acme.course",
    "TRUNCATE acme.quiz",
    "DELETE FROM acme.quiz_attempt",
    'UPDATE acme.course_content_progress SET "timeSpent" = 0',
    "UPDATE acme.training_program_enrollment SET status = 'dropped'",
    "UPDATE acme.tenant_lookups SET value = ''",
    'SELECT "passwordHash" FROM main.users',
    "INSERT INTO main.users (email) VALUES ('me@example.com')",
    "UPDATE acme.coursewright_release SET digest = ''",
    "CREATE TABLE acme.mine ()",
    "CREATE SCHEMA mine",
]


@dataclass(frozen=True, slots=True)
class School:
    """A database in which only these accounts may do anything, each with the rights of the documentation."""

    admin: psycopg.Connection[tuple[object, ...]]
    publisher: str

    def grant(self, block: int) -> None:
        self.run(SQL[block])

    def run(self, script: str) -> None:
        self.admin.execute(re.sub(r"\bschool\b", self.admin.info.dbname, script).encode())


@pytest.fixture
def school(
    fresh_tenant: Callable[[], Tenant], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[School]:
    tenant = fresh_tenant()
    assert conninfo_to_dict(tenant.dsn)["user"] == "postgres"
    monkeypatch.chdir(tmp_path)
    for variable, account in (("OWNER", OWNER), ("PUBLISHER", PUBLISHER)):
        monkeypatch.setenv(variable, tenant.dsn.replace("postgres@", f"{account}@"))
    Path("tenants.yaml").write_text(
        "tenants:\n  owner: {database: '${OWNER}', schema: acme, media: media}\n"
        "  acme: {database: '${PUBLISHER}', media: media}\n"
        "  inviting: {database: '${PUBLISHER}', schema: acme, media: media, create_users: true}\n",
        encoding="utf-8",
    )
    shutil.copytree(REPOSITORY / "packages/examples/rich", "rich")
    with psycopg.connect(tenant.dsn, autocommit=True) as admin:
        made = School(admin, tenant.dsn.replace("postgres@", f"{PUBLISHER}@"))
        made.run(HOST)
        made.grant(0)
        assert main(["tenant", "migrate", "owner"]) == 0
        made.grant(1)
        yield made
        for role in (PUBLISHER, OWNER):
            admin.execute(f"DROP OWNED BY {role} CASCADE".encode())
            admin.execute(f"DROP ROLE {role}".encode())


def publish(tenant: str = "acme") -> int:
    return main(["publish", "rich", "--tenant", tenant, "--as", "ops@example.com"])


def edit() -> None:
    for name, changes in EDITS.items():
        text = Path("rich", name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        Path("rich", name).write_text(text, encoding="utf-8")
    Path("rich/media/angle-flat.png").unlink()


@pytest.mark.usefixtures("school")
def test_it_can_publish_everything_and_take_it_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert publish() == 0
    shutil.copytree("rich", "first")
    edit()
    assert publish() == 0
    shutil.rmtree("rich")
    shutil.move("first", "rich")
    assert publish() == 0
    assert main(["tenant", "status", "acme"]) == 0
    assert main(["export", "enrollments", "--tenant", "acme"]) == 0
    assert main(["export", "certificates", "--tenant", "acme"]) == 0
    shutil.rmtree("rich")
    assert main(["export", "bundle", "--tenant", "acme", "-o", "rich"]) == 0
    capsys.readouterr()
    assert publish() == 0
    assert "nothing to change in acme" in capsys.readouterr().out


def test_it_can_stage_rows_for_several_tenants(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area, "WORTH_ROWS", 1)
    acme = Tenant(name="acme", dsn=school.publisher, schema="acme", media="media")
    told: list[str] = []
    with (
        publishing.opened(Path("rich")) as bundle,
        Areas([acme, replace(acme, name="other")], told.append) as areas,
    ):
        publishing.publish(
            bundle, acme, user="ops@example.com", dry_run=False, show=lambda _: None, areas=areas
        )
    assert told == ["staged harbour-academy once for 2 tenants"]
    left = school.admin.execute("SELECT FROM pg_tables WHERE schemaname = 'coursewright_staging'").fetchall()
    assert not left


def test_it_can_do_no_more(school: School) -> None:
    done = []
    for statement in FORBIDDEN:
        with suppress(psycopg.errors.InsufficientPrivilege), psycopg.connect(school.publisher) as connection:
            connection.execute(statement.encode())
            done.append(statement)
    assert not done


def test_it_can_invite_instructors_once_it_may(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = Path("rich/bundle.yaml")
    text = bundle.read_text(encoding="utf-8")
    bundle.write_text(text.replace("anna@example.com", "new@example.com"), encoding="utf-8")
    assert publish("inviting") == 1
    assert "permission denied for table users" in capsys.readouterr().err
    school.grant(2)
    assert publish("inviting") == 0
