"""What people do in a tenant: edit any column of any row, archive, lose and add rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
from hypothesis import strategies as st
from psycopg import sql

from loaders.content.rows.tables import DETAIL, LINKS
from tests.interleaving.addresses import LISTS, course_of, kind_of, row_of
from tests.interleaving.model import Model
from tests.interleaving.rows import Held, Row
from tests.publishing import run
from tests.strategies import Draw, amounts, instants, statuses, texts, titles, urls

_minutes = st.integers(1, 500)
_BY_TYPE: dict[type, st.SearchStrategy[Any]] = {
    int: _minutes,
    Decimal: amounts(100),
    datetime: instants,
    str: texts,
}
_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "status": statuses,
    "language": st.sampled_from(("en", "no")),
    "currency": st.just("NOK"),
    "price": amounts(100),
    **dict.fromkeys(("estimatedDuration", "timeLimit", "maxAttempts"), _minutes),
    **dict.fromkeys(("title", "option_text", "matchText"), titles),
    **dict.fromkeys(("videoUrl", "documentUrl", "sessionUrl", "resourceUrl", "subtitleUrl"), urls),
}
_UNPLAIN = frozenset({"contentType", "questionType", "quizId"})  # change with what is below


def edit(draw: Draw, model: Model, now: Held) -> None:
    """One column of one row that the bundle has, or one row of a list."""
    rows = sorted(model.live_rows())
    row = draw(st.sampled_from(rows))
    if row[0] in LISTS:
        _edit_list(draw, model, row)
        return
    names = [name for name in now.cells[row] if name not in _UNPLAIN and _used(model, now, row, name)]
    if not names:
        return
    name = draw(st.sampled_from(names))
    value = _value(draw, model, now, row, name)
    by = min(model.users.values())
    statement = sql.SQL(
        'UPDATE {} SET {} = %s, "updatedAt" = \'2026-01-31 12:00\', "updatedBy" = %s WHERE {} = %s'
    ).format(
        sql.Identifier(model.tenant.schema, row[0]),
        sql.Identifier(name),
        sql.Identifier("contentId" if row[0] == DETAIL.name else "id"),
    )
    try:
        model.connection.execute(statement, (value, by, row[1]))
    except (psycopg.errors.NotNullViolation, psycopg.errors.CheckViolation):
        return  # the tenant does not let them


def _used(model: Model, now: Held, row: Row, name: str) -> bool:
    """Of a content's detail, what its type has. A host's editor shows no other columns."""
    if row[0] != DETAIL.name:
        return True
    return now.cells[row][name] is not None or model.said[row][name] is not None


def _value(draw: Draw, model: Model, now: Held, row: Row, name: str) -> Any:
    if name == "sectionId":
        live = model.live()
        course = next(course_of(each) for each, row_id in live.items() if row_of(each, row_id) == row)
        inside = [row_id for each, row_id in live.items() if each.startswith(f"{course}/section:")]
        return draw(st.sampled_from(inside))
    if name == "instructorId":
        return draw(st.sampled_from(sorted(model.users.values())))
    if name.endswith("Id") or draw(st.integers(0, 4)) == 0:
        return None
    there = model.said[row][name] if now.cells[row][name] is None else now.cells[row][name]
    if isinstance(there, bool):
        return not there
    value = draw(_BY_NAME.get(name, _BY_TYPE.get(type(there), titles)))
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _edit_list(draw: Draw, model: Model, row: Row) -> None:
    """Takes an entry out, or puts back what was taken out; entries of courses become optional, too."""
    table = sql.Identifier(model.tenant.schema, row[0])
    ids = model.connection.execute(
        sql.SQL('SELECT id FROM {} WHERE "trainingProgramId" = %s ORDER BY id').format(table), (row[1],)
    ).fetchall()
    if not ids:
        return
    (chosen,) = draw(st.sampled_from(ids))
    change = sql.Identifier("isArchived")
    if row[0] == LINKS["courses"].name and draw(st.booleans()):
        change = sql.Identifier("isRequired")
    statement = sql.SQL("UPDATE {0} SET {1} = NOT {1} WHERE id = %s").format(table, change)
    model.connection.execute(statement, (chosen,))


def archive(draw: Draw, model: Model, now: Held) -> None:
    """Archives a row by hand."""
    rows = sorted(model.live_rows() & now.archived.keys())
    row = draw(st.sampled_from(rows))
    statement = sql.SQL('UPDATE {} SET "isArchived" = true WHERE id = %s')
    model.connection.execute(statement.format(sql.Identifier(model.tenant.schema, row[0])), (row[1],))
    model.hidden.add(row)


def add(draw: Draw, model: Model) -> None:
    """A section, a page, a question and an answer of the tenant's own, inside what was published."""
    live, tenant = model.live(), model.tenant
    course = draw(st.sampled_from([row_id for each, row_id in live.items() if kind_of(each) == "course"]))
    run(
        tenant,
        "WITH own AS (INSERT INTO {s}.course_section (\"courseId\", title) VALUES (%s, 'Ours') RETURNING id)"
        ' INSERT INTO {s}.course_content ("sectionId", title, "contentType")'
        " SELECT id, 'Ours', 'rich_text' FROM own",
        course,
    )
    for quiz in [row_id for each, row_id in live.items() if kind_of(each) == "quiz"][:1]:
        run(
            tenant,
            'WITH own AS (INSERT INTO {s}.quiz_question ("quizId", question, "questionType")'
            " VALUES (%s, 'Ours?', 'true_false') RETURNING id)"
            " INSERT INTO {s}.quiz_question_option (\"questionId\", option_text) SELECT id, 'True' FROM own",
            quiz,
        )


def lose(model: Model, row: Row) -> Any:
    """Deletes a row and nothing that hangs on it. Returns the backup, for `bring_back`."""
    table = sql.Identifier(model.tenant.schema, row[0])
    with model.connection.transaction():
        model.connection.execute("SET LOCAL session_replication_role = replica")
        found = model.connection.execute(
            sql.SQL("DELETE FROM {0} WHERE id = %s RETURNING to_jsonb({0}.*)::text").format(table), (row[1],)
        ).fetchone()
    assert found is not None
    return found[0]


def bring_back(model: Model, row: Row, backup: Any) -> None:
    table = sql.Identifier(model.tenant.schema, row[0])
    with model.connection.transaction():
        model.connection.execute("SET LOCAL session_replication_role = replica")
        model.connection.execute(
            sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, %s::jsonb)").format(
                table
            ),
            (backup,),
        )
