"""Who the embedded server runs as: PostgreSQL refuses to run as root, and containers are root."""

from __future__ import annotations

import ctypes
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from schemas.findings import CoursewrightError

# <linux/prctl.h> and <linux/capability.h>
_PR_SET_KEEPCAPS, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 8, 28, 47, 2
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAP_DAC_OVERRIDE, _CAPABILITY_VERSION_3 = 1, 0x20080522


@dataclass(frozen=True, slots=True)
class Account:
    """Whose name the server's programs run under. `uid` is None when that is our own.

    `climbs` says that a folder above is closed to that account, as /root is in most containers.
    """

    uid: int | None
    gid: int = 0
    climbs: bool = False

    def own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, folder: Path, *command: str | Path) -> None:
        """Runs one of PostgreSQL's programs in `folder`. Raises CoursewrightError with what it wrote."""
        try:
            subprocess.run(  # noqa: S603 - our own programs, no shell
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=True,
                cwd=folder,
                text=True,
                preexec_fn=self._becoming(),  # takes no locks
            )
        except subprocess.CalledProcessError as error:
            said = str(error.stdout).strip()[-2000:]
            raise CoursewrightError(f"{Path(command[0]).name} failed: {said}", "See docs/adr/0003.") from None
        except OSError as error:
            raise CoursewrightError(f"{command[0]} cannot be run: {error.strerror}.") from None

    def _becoming(self) -> Callable[[], None] | None:
        if self.uid is None:
            return None
        libc = ctypes.CDLL(None, use_errno=True) if self.climbs else None
        return lambda: _become(self.uid or 0, self.gid, libc)


def account_for(folder: Path, programs: Path) -> Account:
    """Ourselves, unless we are root: then the owner of the data or of the nearest folder that is not root's
    (files in a mounted repository stay its owner's), else `nobody`.
    """
    if os.geteuid() != 0:
        return Account(None)
    owner = _first_owner(folder)
    climbs = not (_reaches(owner, folder) and _reaches(owner, programs / "postgres"))
    return Account(owner.pw_uid, owner.pw_gid, climbs and sys.platform == "linux")


def _first_owner(folder: Path) -> pwd.struct_passwd:
    for place in (folder / "data", folder, *folder.parents):
        if place.exists() and (uid := place.stat().st_uid) != 0:
            try:
                return pwd.getpwuid(uid)  # initdb refuses an account without an entry
            except KeyError:
                continue
    return pwd.getpwnam("nobody")


def _reaches(owner: pwd.struct_passwd, path: Path) -> bool:
    for parent in path.parents:
        status = parent.stat()
        needed = stat.S_IXUSR if status.st_uid == owner.pw_uid else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


# ── changing the user ────────────────────────────────────────────────────────────────────────────


def _become(uid: int, gid: int, libc: ctypes.CDLL | None) -> None:
    """Runs in the child before exec. With `libc`, keeps the right to pass closed folders (capabilities(7)).

    The other way, opening /root to everybody as the PyPI packages do, would outlast the server.
    """
    if libc is not None:
        # Without the fix-up, access(2), with which initdb looks at its neighbours, counts capabilities too.
        libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if libc is not None:
        only = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        libc.capset(header, (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0))
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
