"""The workers of a dask cluster. A task whose worker dies is run again by another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from pipeline.engines import Engine, Post
from schemas.findings import CoursewrightError

if TYPE_CHECKING:
    from distributed import Client

Result = TypeVar("Result")
_SECONDS: Final = 10
_WATCH_SECONDS: Final = 1.0
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
        with _Watched(client) as executor:
            yield Engine(executor=executor, jobs=jobs or threads, post=partial(_log, topic))


class _Watched(Executor):
    """dask's executor, whose futures end when the scheduler is lost while it hands over a result.

    dask tries for 10 seconds to find it again; futures it was just asked for would wait for ever.
    """

    def __init__(self, client: Client) -> None:
        self._client, self._end = client, Event()
        self._executor: Executor = client.get_executor(pure=False)  # done again is not the same result
        self._given: set[Future[Any]] = set()
        Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        from distributed.client import ClosedClientError

        try:
            future = self._executor.submit(fn, *args, **kwargs)
        except ClosedClientError as error:
            raise RuntimeError("cannot schedule new futures after shutdown") from error
        self._given.add(future)
        future.add_done_callback(self._given.discard)
        return future

    def _watch(self) -> None:
        while not self._end.wait(_WATCH_SECONDS):
            if self._client.status == "closed":
                for future in list(self._given):
                    future.cancel()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 the interface
        """What is not done any more is let go: the client is closed next."""
        self._end.set()


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
