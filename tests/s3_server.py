"""A real S3 server for tests: SeaweedFS, from PyPI (docs/adr/0008)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BUCKET: Final = "course-media"
_SECRET: Final = "tests-only-secret"
ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": _SECRET,
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(slots=True)
class S3Server:
    """A SeaweedFS process. Whoever speaks to it needs ENVIRONMENT."""

    folder: Path
    ports: list[int]
    process: subprocess.Popen[bytes] | None = None
    bucket: str = BUCKET
    secret: str = _SECRET

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    def url(self) -> str:
        """A place of its own for each caller."""
        return f"s3://{self.bucket}/tests/{uuid4().hex}"

    def client(self) -> S3Client:
        import boto3
        from botocore.config import Config

        settings = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        return boto3.client("s3", endpoint_url=self.endpoint, config=settings)

    def start(self) -> None:
        """Again with what it stored before, when it was killed."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(_weed(self), stdout=log, stderr=subprocess.STDOUT)
        _wait_until_it_stores(self, self.process)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def program() -> str | None:
    """Where SeaweedFS is; None where PyPI has no wheel of it."""
    return shutil.which("weed", path=str(Path(sys.executable).parent))


@contextmanager
def serving(folder: Path) -> Iterator[S3Server]:
    """The server with its data in `folder`, and its credentials in the environment."""
    server = S3Server(folder, [_port_pair() for _ in range(5)])
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _weed(server: S3Server) -> list[str]:
    """Every default changed here would bind to all interfaces, phone home, or serve without credentials."""
    weed, folder = program(), server.folder
    assert weed is not None
    credentials = {"accessKey": ENVIRONMENT["AWS_ACCESS_KEY_ID"], "secretKey": server.secret}
    actions = ["Read", "Write", "List", "Tagging"]
    identity = {"name": "tests", "credentials": [credentials], "actions": actions}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    names = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")
    return [
        weed, "-logtostderr=true", "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        *(f"-{name}={port}" for name, port in zip(names, server.ports, strict=True)),
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
    raise AssertionError("the S3 server did not begin to store within half a minute")
