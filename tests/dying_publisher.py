"""A publisher that is killed: `python -m tests.dying_publisher DSN SCHEMA STATEMENT`.

It publishes `edited()` and kills itself before the given statement of its transaction, counted from 1; with a
number beyond the last one it dies before the commit.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any

import psycopg

from loaders.content.apply import apply
from loaders.content.compare import compare
from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.model import Bundle, Lookup, Program
from tests.publishing import PUBLISHER
from tests.school import ANN, bundle, choice, course, page, quiz


def original() -> Bundle:
    return bundle(course("a", page("x"), page("y"), quiz("q", choice("one", "yes", "no"))))


def edited() -> Bundle:
    """Touches every table: new, changed, moved away and archived things."""
    before = original().courses[0]
    contents = (replace(page("x"), title="New"), page("z"), quiz("q", choice("one", "yes", "maybe")))
    changed = replace(before, title="New", sections=(replace(before.sections[0], contents=contents),))
    lookup = Lookup(type="TRAINING_TAG", key="fire", title="Fire")
    program = Program(key="p", title="P", instructor=ANN, tags=("fire",))
    return bundle(changed, course("b", page("x")), programs=(program,), lookups=(lookup,))


class _Mortal(psycopg.Cursor[Any]):
    left = 0

    def execute(self, *args: Any, **more: Any) -> _Mortal:
        _one_less()
        return super().execute(*args, **more)

    def copy(self, *args: Any, **more: Any) -> Any:
        _one_less()
        return super().copy(*args, **more)


def _one_less() -> None:
    _Mortal.left -= 1
    if _Mortal.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def main(dsn: str, schema: str, statement: str) -> None:
    tenant = Tenant(name="mortal", dsn=dsn, schema=schema, media="")
    with connect(tenant) as connection:
        plan = compare(connection, tenant, edited())
        connection.cursor_factory = _Mortal
        _Mortal.left = int(statement)
        apply(connection, tenant, plan, user=PUBLISHER, git_commit=None)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
