"""Enrolments and certificates out of a tenant: every row, the right columns, whoever stops in the middle."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import psycopg
import pytest

from exporters.records import write
from loaders.records import stream as records
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError, TransientError
from schemas.records import CERTIFICATES, ENROLLMENTS, RECORDS, Records, Selection

FILL = """
INSERT INTO main.users (email, name) VALUES
    ('ann@example.org', 'Ann "A" Ünal'), ('bo@example.org', NULL), ('=cmd@example.org', E'Two\\nlines, one cell');
INSERT INTO acme.training_program (title, "instructorId") VALUES ('First aid, for all', 1), ('@Made elsewhere', 1);
INSERT INTO acme.coursewright_bundle (key, title) VALUES ('aid', 'Aid');
INSERT INTO acme.coursewright_item ("parentId", "rowId", kind, key) VALUES (1, 1, 'p', 'first-aid'), (1, 2, 'c', 'first-aid');
INSERT INTO acme.training_program_enrollment
    ("trainingProgramId", "userId", status, "enrolledAt", "startedAt", "completedAt", "progressPercentage", "isArchived", "archivedAt")
VALUES
    (1, 1, 'certified', '2026-01-02 03:04:05', '2026-01-02 03:04:05.000006', '2026-02-01 00:00:00', 100, false, NULL),
    (1, 2, 'enrolled', '2026-01-03 00:00:00', NULL, NULL, 0, true, '2026-03-01 12:00:00'),
    (2, 3, 'dropped', '2026-01-03 23:59:59.999999', NULL, NULL, 12.5, false, NULL);
INSERT INTO acme.certificate
    ("trainingProgramId", "userId", "enrollmentId", "certificateNumber", "certificateUrl", "certificateKey", "issuedAt", "issuedBy",
     status, "revokedAt", "revokedBy", "revocationReason")
VALUES
    (1, 1, 1, '-7 A', 'https://example.org/c/7', 'certificates/7.pdf', '2026-02-01 10:00:00', 2, 'revoked', '2026-02-02 00:00:00', 3, '+ cheated');
"""
ENROLLED = (
    "enrollment_id,bundle_key,program_key,program_title,user_id,email,name,status,progress_percent,"
    "enrolled_at,started_at,completed_at,last_accessed_at,certificate_number,archived_at\r\n"
    '1,aid,first-aid,"First aid, for all",1,ann@example.org,"Ann ""A"" Ünal",certified,100.00,'
    "2026-01-02T03:04:05.000000Z,2026-01-02T03:04:05.000006Z,2026-02-01T00:00:00.000000Z,,'-7 A,\r\n"
    '2,aid,first-aid,"First aid, for all",2,bo@example.org,,enrolled,0.00,'
    "2026-01-03T00:00:00.000000Z,,,,,2026-03-01T12:00:00.000000Z\r\n"
    "3,,,'@Made elsewhere,3,'=cmd@example.org,\"Two\nlines, one cell\",dropped,12.50,"
    "2026-01-03T23:59:59.999999Z,,,,,\r\n"
)
CERTIFIED = (
    "certificate_id,certificate_number,bundle_key,program_key,program_title,user_id,email,name,status,issued_at,"
    "issued_by,revoked_at,revoked_by,revocation_reason,certificate_url,certificate_file,enrollment_id,archived_at\r\n"
    '1,\'-7 A,aid,first-aid,"First aid, for all",1,ann@example.org,"Ann ""A"" Ünal",revoked,'
    "2026-02-01T10:00:00.000000Z,bo@example.org,2026-02-02T00:00:00.000000Z,'=cmd@example.org,'+ cheated,"
    "https://example.org/c/7,certificates/7.pdf,1,\r\n"
)


def run(tenant: Tenant, statement: str) -> None:
    with psycopg.connect(tenant.dsn) as connection:
        connection.execute(statement)


@pytest.fixture
def learners(tenant: Tenant) -> Tenant:
    run(tenant, FILL)
    return tenant


def exported(tenant: Tenant, kind: Records, *, raw: bool = False, **only: Any) -> str:
    out = io.BytesIO()
    with connect(tenant) as connection:
        selection = Selection(**only)
        rows = write(kind, records.stream(connection, tenant, kind, selection, raw=raw), out)
        assert records.count(connection, tenant, kind, selection) == rows
    return out.getvalue().decode()


def ids(text: str) -> list[int]:
    return [int(row[0]) for row in list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]]


def test_every_enrolment_is_written_with_archived_ones_and_those_of_programs_made_elsewhere(
    learners: Tenant,
) -> None:
    assert exported(learners, ENROLLMENTS) == ENROLLED


def test_every_certificate_is_written_with_who_issued_and_revoked_it(learners: Tenant) -> None:
    assert exported(learners, CERTIFICATES) == CERTIFIED


def test_raw_cells_are_what_is_stored(learners: Tenant) -> None:
    text = exported(learners, ENROLLMENTS, raw=True)
    assert text == ENROLLED.replace("'-7", "-7").replace("'@Made", "@Made").replace("'=cmd", "=cmd")


def test_filters_select_whole_days_a_program_and_a_status(learners: Tenant) -> None:
    second, third = date(2026, 1, 2), date(2026, 1, 3)
    assert ids(exported(learners, ENROLLMENTS, program="first-aid")) == [1, 2]
    assert ids(exported(learners, ENROLLMENTS, status="dropped")) == [3]
    assert ids(exported(learners, ENROLLMENTS, since=third)) == [2, 3]
    assert ids(exported(learners, ENROLLMENTS, until=second)) == [1]
    assert ids(exported(learners, ENROLLMENTS, since=third, until=third)) == [2, 3]
    assert ids(exported(learners, ENROLLMENTS, program="first-aid", status="dropped")) == []


def test_certificates_are_selected_by_the_day_of_issue(learners: Tenant) -> None:
    assert ids(exported(learners, CERTIFICATES, since=date(2026, 2, 1), until=date(2026, 2, 1))) == [1]
    assert ids(exported(learners, CERTIFICATES, since=date(2026, 2, 2))) == []


def test_a_tenant_without_learners_gives_a_header(tenant: Tenant) -> None:
    assert exported(tenant, CERTIFICATES) == CERTIFIED.partition("\r\n")[0] + "\r\n"


def test_a_host_platform_without_names_leaves_the_column_empty(learners: Tenant) -> None:
    run(learners, "ALTER TABLE main.users DROP COLUMN name")
    rows = list(csv.DictReader(io.StringIO(exported(learners, ENROLLMENTS), newline="")))
    assert [(row["email"], row["name"]) for row in rows[:2]] == [
        ("ann@example.org", ""),
        ("bo@example.org", ""),
    ]


def test_a_program_that_does_not_exist_is_told_with_those_that_do(learners: Tenant) -> None:
    with pytest.raises(CoursewrightError, match="no program 'first'") as caught:
        exported(learners, ENROLLMENTS, program="first")
    assert caught.value.mend == "Its programs: first-aid."


def test_a_status_that_does_not_exist_is_told_with_those_that_do(learners: Tenant) -> None:
    for kind in RECORDS.values():
        with pytest.raises(CoursewrightError, match="no status 'lost'") as caught:
            exported(learners, kind, status="lost")
        assert kind.statuses[0] in caught.value.mend


def test_the_statuses_are_those_of_the_database(tenant: Tenant) -> None:
    enums = "enum_range(NULL::acme.enrollment_status_enum)::text[], enum_range(NULL::acme.certificate_status_enum)::text[]"
    with psycopg.connect(tenant.dsn) as connection:
        found = connection.execute(f"SELECT {enums}").fetchone()
    assert found == (list(ENROLLMENTS.statuses), list(CERTIFICATES.statuses))


MANY = """
INSERT INTO main.users (email) SELECT n || '@example.org' FROM generate_series(1, 60000) n;
INSERT INTO acme.training_program (title, "instructorId") VALUES ('P', 1);
INSERT INTO acme.training_program_enrollment ("trainingProgramId", "userId") SELECT 1, n FROM generate_series(1, 60000) n;
"""


def test_many_rows_come_in_batches_and_each_row_is_whole(tenant: Tenant) -> None:
    run(tenant, MANY)
    with connect(tenant) as connection:
        batches = list(records.stream(connection, tenant, ENROLLMENTS, Selection()))
    assert sum(batch.rows for batch in batches) == 60_000
    assert max(len(batch.text) for batch in batches) < 300_000
    assert all(batch.text.endswith(b"\n") and batch.text.count(b"\n") == batch.rows for batch in batches)


def test_who_stops_reading_can_go_on_with_the_connection(tenant: Tenant) -> None:
    run(tenant, MANY)
    with connect(tenant) as connection:
        rows = records.stream(connection, tenant, ENROLLMENTS, Selection())
        next(rows)
        rows.close()
        connection.rollback()
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_query_stopped_by_the_server_is_an_error_and_not_a_short_file(tenant: Tenant) -> None:
    run(tenant, MANY)
    with pytest.raises(TransientError), connect(tenant) as connection:  # noqa: PT012  both must be open
        rows = records.stream(connection, tenant, ENROLLMENTS, Selection())
        next(rows)
        run(tenant, f"SELECT pg_cancel_backend({connection.info.backend_pid})")
        list(rows)
