"""What learners did, as tables to take out: the columns of each, and which rows are asked for.

The reader of the database and the writer of CSV meet here. `docs/records.md` is the same for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from schemas.findings import CoursewrightError


class Column(NamedTuple):
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Records:
    """One kind of record. `statuses` are the values of its status, `dated` the column that days select by."""

    name: str
    title: str
    columns: tuple[Column, ...]
    statuses: tuple[str, ...]
    dated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows: of a program by its key, with a status, of the days `since` to `until` (UTC, inclusive)."""

    program: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None


class Batch(NamedTuple):
    """Whole rows of CSV as PostgreSQL writes them: rows end with LF, cells are quoted where they must be."""

    rows: int
    text: bytes | bytearray


_PROGRAM = (
    Column("bundle_key", "Key of the bundle the program was published from; empty for one made elsewhere."),
    Column("program_key", "Key the author gave the program; empty for one made elsewhere."),
    Column("program_title", "Title of the program today."),
)
_LEARNER = (
    Column("user_id", "The learner's id in the host platform's `main.users`."),
    Column("email", "The learner's e-mail address."),
    Column("name", "The learner's name; empty where `main.users` has no column `name`."),
)
_ARCHIVED = Column("archived_at", "When the record was archived; empty for a living one.")

ENROLLMENTS = Records(
    "enrollments",
    "enrolments",
    (
        Column("enrollment_id", "Id of the enrolment; rows are in its order."),
        *_PROGRAM,
        *_LEARNER,
        Column("status", "One of the five statuses named below this table."),
        Column("progress_percent", "Progress through the whole program, 0.00 to 100.00."),
        Column("enrolled_at", "When the learner was enrolled; `--since` and `--until` select by it."),
        Column("started_at", "When the learner first opened content; empty before."),
        Column("completed_at", "When the learner finished; empty before."),
        Column("last_accessed_at", "When the learner was last seen in the program."),
        Column(
            "certificate_number", "Number of the learner's certificate for this program; empty without one."
        ),
        _ARCHIVED,
    ),
    ("enrolled", "in_progress", "completed", "dropped", "certified"),
    "enrolled_at",
)
CERTIFICATES = Records(
    "certificates",
    "certificates",
    (
        Column("certificate_id", "Id of the certificate; rows are in its order."),
        Column("certificate_number", "The number printed on the certificate, unique in the tenant."),
        *_PROGRAM,
        *_LEARNER,
        Column("status", "One of the three statuses named below this table."),
        Column("issued_at", "When it was issued; `--since` and `--until` select by it."),
        Column("issued_by", "E-mail address of who issued it; empty when software did."),
        Column("revoked_at", "When it was revoked; empty for a valid one."),
        Column("revoked_by", "E-mail address of who revoked it."),
        Column("revocation_reason", "Why it was revoked."),
        Column("certificate_url", "Address of the generated certificate."),
        Column("certificate_file", "Its file in the media store (a storage key)."),
        Column("enrollment_id", "Id of the enrolment it was issued for."),
        _ARCHIVED,
    ),
    ("pending", "issued", "revoked"),
    "issued_at",
)
RECORDS = {records.name: records for records in (ENROLLMENTS, CERTIFICATES)}


def check_status(records: Records, status: str | None) -> None:
    """Raises CoursewrightError for a status these records do not have."""
    if status is not None and status not in records.statuses:
        raise CoursewrightError(
            f"{records.title} have no status {status!r}.", f"Use one of: {', '.join(records.statuses)}."
        )
