"""Damaged copies of sound packages, the same ones for the same seed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence

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
    """Damages what is inside and makes a sound zip of it again, so that the readers behind get their share."""
    try:
        with zipfile.ZipFile(io.BytesIO(victim)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # noqa: BLE001 already damaged beyond that
        return victim
    name = chance.choice(sorted(members) or [""])
    content = members.get(name, b"")
    members[name] = chance.choice((_flip, _cut, _splice))(content, other[:200], chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member), data)
    return packed.getvalue()


_WAYS: Sequence[Callable[[bytes, bytes, random.Random], bytes]] = (_flip, _cut, _splice, _lie, _lie, _repack)
