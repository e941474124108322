"""Where publishes go wrong: three tenants in a database of their own, put back for every round."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from loaders.media import Store, open_store
from loaders.media.keys import digest_of
from loaders.tenants.migrate import migrate
from loaders.tenants.tenant import Tenant
from tests.faults import bundles, publisher
from tests.faults.publisher import Fault, Run
from tests.faults.servers import Postgres
from tests.faults.state import State, states
from tests.publishing import learn
from tests.s3_server import ENVIRONMENT, S3Server

SCHOOLS: Final = ("school_a", "school_b", "school_c")
PEOPLE: Final = ("anna@example.com", "ben@example.com", "ops@example.com", "lea@example.com")
# Tried again at once, and rows of new courses always staged.
HASTE: Final = {"pipeline.fleet.retrying:FIRST_SECONDS": 0.05, "loaders.content.staging.area:WORTH_ROWS": 1}
NO_FAULT: Final = Fault(settings=HASTE)
_GROUND: Final = "ground"
_numbers = count(1)


@dataclass(slots=True, kw_only=True)
class Ground:
    """What every round begins with: tenants that have version 1, learners in it, and what publishing makes.

    `clean` is by version and schema what a publish without faults comes to, `stored` what its stores hold then,
    `relations` every table that belongs there. `events` and `seconds` are what an undisturbed
    publish of version 2 says, one tenant after another, and how long it takes.
    """

    postgres: Postgres
    folder: Path
    s3: S3Server | None
    before: dict[str, State] = field(default_factory=dict)
    clean: dict[int, dict[str, int]] = field(default_factory=dict)
    stored: dict[int, frozenset[str]] = field(default_factory=dict)
    relations: frozenset[str] = frozenset()
    events: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def lines(self) -> int:
        return len(self.events)

    def line(self, tenant: str, step: str) -> int:
        """With which line the publisher tells that this tenant has come there."""
        return 1 + [(event.get("tenant"), event.get("text")) for event in self.events].index((tenant, step))

    def bundle(self, version: int) -> Path:
        path = self.folder / f"v{version}"
        if not path.exists():
            bundles.write(path, version)
        return path

    @contextmanager
    def place(self, *, s3: bool = False) -> Iterator[Place]:
        """A folder and a database for rounds that come one after another."""
        number = next(_numbers)
        folder = self.folder / f"place-{number}"
        folder.mkdir()
        url = self.s3.url() if s3 and self.s3 else str(folder / "media")
        place = Place(ground=self, folder=folder, database=f"place_{number}", media=url)
        try:
            place.reset()
            yield place
        finally:
            with self.postgres.connect() as connection:
                _drop(connection, place.database)
            shutil.rmtree(folder)


def prepare(postgres: Postgres, folder: Path, s3: S3Server | None) -> Ground:
    ground = Ground(postgres=postgres, folder=folder, s3=s3)
    folder.mkdir(exist_ok=True)
    ground.bundle(1)
    _make_tenants(postgres)
    first = Place(ground=ground, folder=folder, database=_GROUND, media=str(folder / "media"))
    learned = first.publish(1)
    assert learned.end() == 0, (learned.complaints, learned.events[-4:])
    for tenant in first.tenants():
        learn(tenant, PEOPLE.index("lea@example.com") + 1)
    ground.before = first.look()
    with ground.place() as place:
        _measure(ground, place, 2)
        with place.connect() as connection:
            ground.relations = relations(connection)
    return ground


def _make_tenants(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        _drop(connection, _GROUND)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_GROUND)))
    with postgres.connect(_GROUND) as connection:
        for name in SCHOOLS:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    for name in SCHOOLS:
        migrate(Tenant(name=name, dsn=postgres.dsn(_GROUND), schema=name, media=""), bootstrap=True)
    with postgres.connect(_GROUND) as connection:
        connection.execute("INSERT INTO main.users (email, name) SELECT unnest(%s::text[]), 'x'", [[*PEOPLE]])


def _measure(ground: Ground, place: Place, version: int) -> None:
    began = time.monotonic()
    run = place.publish(version, "--jobs", "1")
    assert run.end() == 0, run.complaints
    ground.seconds = time.monotonic() - began
    ground.events = run.events
    ground.clean[version] = {name: state.content for name, state in place.look().items()}
    ground.stored[version] = frozenset(place.stored())


def clean(ground: Ground, version: int) -> Mapping[str, int]:
    """What an undisturbed publish of that version comes to, tried when it is first asked for."""
    if version not in ground.clean:
        events, seconds = ground.events, ground.seconds
        with ground.place() as place:
            _measure(ground, place, version)
        ground.events, ground.seconds = events, seconds
    return ground.clean[version]


@dataclass(slots=True, kw_only=True)
class Place:
    """`media` is a folder or an S3 address, `endpoint` and `dsn` lead there for publishers: a fault may stand between."""

    ground: Ground
    folder: Path
    database: str
    media: str
    endpoint: str | None = None
    dsn: str | None = None
    schemas: str = "school_*"

    def reset(self) -> None:
        """As before any publish of version 2."""
        self.endpoint = self.ground.s3.endpoint if self.ground.s3 and self.media.startswith("s3:") else None
        self.dsn = None
        with self.ground.postgres.connect() as connection:
            _drop(connection, self.database)
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(self.database), sql.Identifier(_GROUND)
                )
            )
        shutil.rmtree(self.folder / ".coursewright", ignore_errors=True)
        self._restock()

    def _restock(self) -> None:
        old = self.ground.folder / "media"
        if self.ground.s3 is None or not self.media.startswith("s3:"):
            shutil.rmtree(self.media, ignore_errors=True)
            if old.exists():
                shutil.copytree(old, self.media, copy_function=os.link)  # nobody writes to an object
            return
        self.media = self.ground.s3.url()
        client, prefix = self.ground.s3.client(), self.media.removeprefix(f"s3://{self.ground.s3.bucket}/")
        for path in old.glob("sha256/*/*"):
            key = f"{prefix}/{path.relative_to(old).as_posix()}"
            client.put_object(Bucket=self.ground.s3.bucket, Key=key, Body=path.read_bytes())

    # ── publishing ───────────────────────────────────────────────────────────────────────────────

    def publish(
        self,
        version: int,
        *more: str,
        fault: Fault = NO_FAULT,
        whom: Sequence[str] = ("--all",),
        folder: Path | None = None,
    ) -> Run:
        """Begins to publish; the commands are those of the documentation. Another publisher needs another `folder`."""
        arguments = [*whom, "--policy", "policy.yaml", *more]
        return self._start(self.ground.bundle(version), arguments, folder or self.folder, fault)

    def publish_files(self, bundle: Path) -> Run:
        """Publishes any bundle, without anybody's consent to what it takes away."""
        return self._start(bundle, ["--all"], self.folder, NO_FAULT)

    def _start(self, bundle: Path, arguments: Sequence[str], folder: Path, fault: Fault) -> Run:
        self._configure(folder)
        dsn = self.dsn or self.ground.postgres.dsn(self.database)
        environment = {**ENVIRONMENT, "FAULTS_DATABASE": dsn}
        command = ["publish", str(bundle), "--as", "ops@example.com", "--json", *arguments]
        return publisher.start(command, folder, environment, fault)

    def _configure(self, folder: Path) -> None:
        endpoint = f", endpoint: '{self.endpoint}'" if self.endpoint else ""
        fleet = f"{{database: '${{FAULTS_DATABASE}}', schemas: '{self.schemas}', media: '{self.media}'{endpoint}}}"
        (folder / "tenants.yaml").write_text(f"fleets:\n  schools: {fleet}\n", encoding="utf-8")
        (folder / "policy.yaml").write_text(bundles.CONSENT, encoding="utf-8")

    # ── looking ──────────────────────────────────────────────────────────────────────────────────

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self.ground.postgres.connect(self.database)

    def tenants(self) -> list[Tenant]:
        dsn = self.ground.postgres.dsn(self.database)
        return [Tenant(name=name, dsn=dsn, schema=name, media=self.media) for name in SCHOOLS]

    def look(self) -> dict[str, State]:
        """What the tenants hold, once the server has noticed that the publisher is gone."""
        with self.connect() as connection:
            _wait_until_alone(connection)
            return states(connection, list(SCHOOLS))

    def stored(self) -> set[str]:
        """Keys of the objects whose bytes are those the key names: a torn file counts as missing."""
        endpoint = self.ground.s3.endpoint if self.ground.s3 and self.media.startswith("s3:") else None
        store = open_store(self.media, endpoint)
        return {key for key in store.list() if _whole(store, key)}


def _whole(store: Store, key: str) -> bool:
    with store.open(key) as stream:
        return hashlib.sha256(stream.read()).hexdigest() == digest_of(key)


def relations(connection: psycopg.Connection[tuple[Any, ...]]) -> frozenset[str]:
    """Every table of every schema, so that something left behind shows. Months make partitions of their own."""
    found = connection.execute(
        "SELECT relnamespace::regnamespace || '.' || relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND NOT relispartition AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
    )
    return frozenset(name for (name,) in found)


def _wait_until_alone(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """A server still finishes, or undoes, what a publisher that is gone had begun."""
    deadline = time.monotonic() + 60
    others: Any = None
    while time.monotonic() < deadline:
        others = connection.execute(
            "SELECT pid, state, query FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'coursewright' AND state <> 'idle'"  # a pooler keeps idle ones
        ).fetchall()
        if not others:
            return
        time.sleep(0.01)
    raise AssertionError(f"somebody is still at work: {others}")


def _drop(connection: psycopg.Connection[tuple[Any, ...]], database: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
