"""Damaged copies of sound packages, the same ones for the same seed."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def mutants(sound: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    """`count` mutants: flipped bits, cuts, splices of two packages, lying fields, and changed content repacked."""
    chance = random.Random(seed)  # noqa: S311 a reproducible choice, not a secret
    for _ in range(count):
        victim = chance.choice(sound)
        mutate = chance.choice(_WAYS)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            victim = mutate(victim, chance.choice(sound), chance)
        yield victim


def _flip(victim: bytes, other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(victim or b"\0")
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(victim: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(victim) + 1), chance.randrange(len(victim) + 1)))
    return victim[:start] + victim[end:] if chance.random() < 0.5 else victim[:end]


def _splice(victim: bytes, other: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return victim + other
    start, end = sorted((chance.randrange(len(other) + 1), chance.randrange(len(other) + 1)))
    at = chance.randrange(len(victim) + 1)
    over = end - start if chance.random() < 0.5 else 0
    return victim[:at] + other[start:end] + victim[at + over :]


def _lie(victim: bytes, other: bytes, chance: random.Random) -> bytes:
    """Overwrites a field of a header: after a signature, where lengths, counts, flags and offsets are."""
    marks = [at for at in range(len(victim) - 4) if victim[at : at + 2] == b"PK" and victim[at + 2] < 9]
    at = (chance.choice(marks) if marks else 0) + chance.randrange(4, 46)
    form = chance.choice(("<B", "<H", "<L"))
    most = 256 ** struct.calcsize(form) - 1
    value = struct.pack(form, min(most, chance.choice((*_EXTREMES, chance.randrange(most)))))
    return victim[:at] + value + victim[at + len(value) :]


def _repack(victim: bytes, other: bytes, chance: random.Random) -> bytes:
    """Damages what is inside and makes a sound archive of it again, so that the readers get their share."""
    try:
        members = _members(victim)
    except Exception:  # noqa: BLE001 already damaged beyond that
        return victim
    name = chance.choice(sorted(members) or [""])
    content = members.get(name, b"")
    members[name] = chance.choice((_flip, _cut, _splice))(content, other[:200], chance)
    return _zip(members) if victim.startswith(b"PK") else _tar(members)


def _members(archive: bytes) -> dict[str, bytes]:
    if archive.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            return {info.filename: zipped.read(info) for info in zipped.infolist()}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tarred:
        return {info.name: _content(tarred, info) for info in tarred if info.isfile()}


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    opened = archive.extractfile(info)
    return opened.read() if opened else b""


def _zip(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def _tar(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(packed.getvalue(), 1, mtime=0)


_WAYS: Sequence[Callable[[bytes, bytes, random.Random], bytes]] = (_flip, _cut, _splice, _lie, _lie, _repack)
