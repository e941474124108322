"""The workers of a dask cluster. A task whose worker dies is run again by another."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pipeline.engines import Engine, Post
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from distributed import Client

_SECONDS: Final = 10
_INSTALL: Final = "install it here, on the scheduler and on the workers: pip install 'coursewright[dask]'"
_START: Final = (
    "start one with `dask scheduler` and name its host and port; if it wants TLS, write dask+tls://"
)
_CERTIFICATES: Final = "set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, and …CLIENT__CERT and …CLIENT__KEY"


@contextmanager
def cluster(address: str, jobs: int | None, hear: Post) -> Iterator[Engine]:
    """The cluster whose scheduler listens at `dask://HOST:PORT`, or `dask+tls://HOST:PORT`.

    Certificates come from dask's own configuration. Raises CoursewrightError when dask is not installed,
    nobody answers, or there is no worker.
    """
    topic = f"coursewright-{uuid4().hex}"
    with _connected(address) as client:
        threads = _threads(client, address)
        client.subscribe_topic(topic, lambda event: hear(*event[1]))
        yield Engine(
            executor=client.get_executor(pure=False),  # the same work done again is not the same result
            jobs=jobs or threads,
            post=partial(_log, topic),
        )


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client, Security
    except ImportError as error:
        raise CoursewrightError(f"{address} needs dask, which is not installed", _INSTALL) from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # we tell what becomes of the work ourselves
    security = Security()
    if address.startswith("dask+tls") and not security.get_connection_args("client")["ssl_context"]:
        raise CoursewrightError(f"{address}: dask's configuration names no certificates", _CERTIFICATES)
    try:
        client = Client(_place(address), timeout=_SECONDS, security=security, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CoursewrightError(f"{address}: no scheduler answers there", _START) from error
    with client:
        yield client


def _place(address: str) -> str:
    scheme, _, place = address.partition("://")
    return f"{'tls' if scheme == 'dask+tls' else 'tcp'}://{place}"


def _threads(client: Client, address: str) -> int:
    """Of all workers: so much is done at once."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        raise CoursewrightError(
            f"{address}: the scheduler has no worker", f"start some: dask worker {address.partition('//')[2]}"
        ) from error
    return sum(client.nthreads().values())


def _log(topic: str, *told: Any) -> None:
    """On a worker: an event, which dask hands to the client."""
    from distributed import get_worker

    get_worker().log_event(topic, told)
