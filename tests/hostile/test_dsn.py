"""No message, traceback or repr shows a database password, however the connection string is broken."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

import pytest

from loaders.tenants.connect import connect
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError

_FORMS = 18
_LEAKY = [  # found by reading libpq: what stands before the last @ or after the first / can be the password
    ("postgresql://cw:12/34s3cret@db.invalid/app", "34s3cret"),
    ("postgresql://cw:s3/cr3t@db.invalid/app", "cr3t"),
    ("postgresql://cw:[s3cr3t@db.invalid/app", "s3cr3t"),
    ("postgresql://cw:s3cr3t%zz@db.invalid/app", "s3cr3t"),
    ("host=db.invalid user=cw password=s3 cr3t dbname=app", "cr3t"),
    ("host=db.invalid user=cw pasword=s3cr3t", "s3cr3t"),
    ("s3cr3t", "s3cr3t"),
]


def everything_said(dsn: str) -> str:
    tenant = Tenant(name="acme", dsn=dsn, schema="acme", media="media")
    with pytest.raises(CoursewrightError) as caught, connect(tenant):
        pytest.fail("nobody can be reached there")
    error = caught.value
    assert error.mend
    return "\n".join([repr(tenant), repr(error), error.mend, *traceback.format_exception(error)])


@pytest.mark.parametrize("number", range(_FORMS))
def test_the_secret_of_a_hostile_connection_string_is_never_shown(hostile: Path, number: int) -> None:
    forms = [json.loads(line) for line in (hostile / "lists" / "dsn.jsonl").read_text().splitlines()]
    assert len(forms) == _FORMS
    said = everything_said(forms[number]["dsn"])
    assert forms[number]["secret"] is None or forms[number]["secret"] not in said


@pytest.mark.parametrize(("dsn", "secret"), _LEAKY)
def test_a_secret_in_the_wrong_place_is_never_shown(dsn: str, secret: str) -> None:
    assert secret not in everything_said(dsn)


@pytest.mark.parametrize("number", range(50))
def test_a_schema_name_that_could_be_read_in_two_ways_is_refused(hostile: Path, number: int) -> None:
    """Stricter than the list: names that would need quotes, or are longer than 48, are refused as well."""
    names = [
        json.loads(line) for line in (hostile / "lists" / "sql_identifiers.jsonl").read_text().splitlines()
    ]
    case = names[number]
    if case["accept"] and case["name"] not in {"digits_first", "dash", "upper", "len_63"}:
        assert Tenant(name="acme", dsn="", schema=case["id"], media="").schema == case["id"]
        return
    with pytest.raises(CoursewrightError) as refusal:
        Tenant(name="acme", dsn="", schema=case["id"], media="")
    assert str(refusal.value).isascii()
