"""H5P packages made in a test: parameters, and files in memory."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from importers import h5p
from schemas.findings import Report
from tests.importers.packages import Imported, MemorySource


def png(color: int) -> bytes:
    """A picture of one pixel; each color gives other bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes([0, color]), 0))
        + chunk(b"IEND", b"")
    )


def about(library: str, **members: Any) -> dict[str, Any]:
    """h5p.json for a content of a library such as `H5P.Blanks 1.14`."""
    name, _, version = library.partition(" ")
    major, _, minor = version.partition(".")
    depends = {"machineName": name, "majorVersion": major, "minorVersion": int(minor)}
    said = {"title": "Demo", "language": "en", "license": "U", "embedTypes": ["div"]}
    return {**said, "mainLibrary": name, "preloadedDependencies": [depends], **members}


def package(
    library: str, params: Any, files: Mapping[str, bytes] | None = None, **members: Any
) -> MemorySource:
    """`files` are below the package's root; `members` those of h5p.json."""
    documents = {
        "h5p.json": json.dumps(about(library, **members)).encode(),
        "content/content.json": json.dumps(params).encode(),
    }
    return MemorySource({**documents, **(files or {})}, label="demo.h5p")


def part(library: str, params: Any, identifier: str = "", **metadata: Any) -> dict[str, Any]:
    """A content inside another."""
    own = {"subContentId": identifier} if identifier else {}
    return {"library": library, "params": params, "metadata": metadata, **own}


def text(html: str, identifier: str = "") -> dict[str, Any]:
    return part("H5P.AdvancedText 1.1", {"text": html}, identifier)


def image(path: str, alt: str = "", **metadata: Any) -> dict[str, Any]:
    return part("H5P.Image 1.1", {"file": {"path": path, "mime": "image/png"}, "alt": alt}, **metadata)


def imported(library: str, params: Any, files: Mapping[str, bytes] | None = None, **members: Any) -> Imported:
    report = Report()
    return Imported(h5p.read(package(library, params, files, **members), report), report)
