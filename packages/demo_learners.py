"""Three learners with enrolments and a certificate, for `make demo`: the rows a learning platform would write."""

from __future__ import annotations

from psycopg import sql

from loaders.tenants.connect import connect
from pipeline.tenants import find

# The first name is a formula on purpose: see what the export makes of it.
LEARNERS = (
    ("carla@example.com", "=HYPERLINK(\"http://evil.example\")", "certified", 100),
    ("dmitri@example.com", "Дмитрий Волков", "in_progress", 40),
    ("eun-ji@example.com", "은지, 김", "enrolled", 0),
)

tenant = find("local", None)
schema = sql.Identifier(tenant.schema)
with connect(tenant) as connection:
    for email, name, status, percent in LEARNERS:
        connection.execute(
            "INSERT INTO main.users (email, name) VALUES (%s, %s) ON CONFLICT DO NOTHING", (email, name)
        )
        connection.execute(
            sql.SQL(
                'INSERT INTO {}.training_program_enrollment ("trainingProgramId", "userId", status, "progressPercentage")'
                " SELECT program.id, learner.id, %s, %s FROM {}.training_program program, main.users learner"
                " WHERE program.title = 'Site induction' AND learner.email = %s"
            ).format(schema, schema),
            (status, percent, email),
        )
    connection.execute(
        sql.SQL(
            'INSERT INTO {}.certificate ("trainingProgramId", "userId", "enrollmentId", "certificateNumber")'
            ' SELECT "trainingProgramId", "userId", id, \'HA-2026-\' || id FROM {}.training_program_enrollment'
            " WHERE status = 'certified'"
        ).format(schema, schema)
    )
