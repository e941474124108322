"""Out of a tenant: a bundle as files, records as CSV."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.progress import progress
from schemas.findings import CoursewrightError
from schemas.words import counted

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from schemas.model import Bundle
    from schemas.records import Selection
    from schemas.source import Files

_BULK_SECONDS = 600


def export_bundle(tenant: Tenant, key: str | None, output: Path) -> Bundle:
    """Writes the bundle `key`, or the only one there is, to a folder or zip. Returns what was written."""
    from exporters import bundle as writer
    from pipeline.archives import open_sink

    bundle, files = published(tenant, key)
    with open_sink(output) as sink:
        writer.write(bundle, files, sink)
    return bundle


def published(tenant: Tenant, key: str | None) -> tuple[Bundle, Files]:
    """The bundle `key` of a tenant, or the only one there is, and its media."""
    from loaders.content import read
    from loaders.media import open_store
    from loaders.media.upload import StoreFiles
    from loaders.tenants.connect import connect

    with connect(tenant, statement_seconds=_BULK_SECONDS, snapshot=True) as connection:
        bundle = read.read(connection, tenant, key or _only(read.bundle_keys(connection, tenant), tenant))
    return bundle, StoreFiles(open_store(tenant.media, tenant.endpoint), bundle.media)


def _only(keys: Sequence[str], tenant: Tenant) -> str:
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise CoursewrightError(f"nothing was ever published to {tenant.name}", "publish a bundle first")
    raise CoursewrightError(f"{tenant.name} has several bundles: {', '.join(keys)}", "name one: --bundle KEY")


def export_records(name: str, tenant: Tenant, output: Path, only: Selection, *, raw: bool) -> int:
    """Streams `enrollments` or `certificates` to a file, or to standard output for `-`. Returns the rows.

    The file appears when it is whole.
    """
    from exporters import records as writer
    from loaders.records import stream as reader
    from loaders.tenants.connect import connect
    from schemas.records import RECORDS

    kind = RECORDS[name]
    with connect(tenant, statement_seconds=_BULK_SECONDS, snapshot=True) as connection:
        total = reader.count(connection, tenant, kind, only) if sys.stderr.isatty() else None
        batches = reader.stream(connection, tenant, kind, only, raw=raw)
        with (
            closing(batches),
            _opened(output) as out,
            progress(name, total, partial(counted, noun="row")) as advance,
        ):
            return writer.write(kind, batches, out, advance)


@contextmanager
def _opened(output: Path) -> Iterator[BinaryIO]:
    if str(output) == "-":
        with _standard_output() as out:
            yield out
        return
    partial_file = output.with_name(f".{output.name}.partial")
    try:
        with partial_file.open("wb") as out:
            yield out
        partial_file.replace(output)
    except OSError as error:
        raise CoursewrightError(f"{output}: {error.strerror or error}", "choose another place") from error
    finally:
        partial_file.unlink(missing_ok=True)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """Flushed at the end, so that a full disk is noticed while it can still be told.

    PYTHONUNBUFFERED makes it raw, and a raw file takes what fits and drops the rest in silence.
    """
    out = sys.stdout.buffer
    if isinstance(out, io.RawIOBase):
        with open(out.fileno(), "wb", closefd=False) as buffered:
            yield buffered
    else:
        yield out
        out.flush()
