"""Which schemas of a database are tenants: by a pattern, or by what a query lists."""

from __future__ import annotations

import psycopg
import pytest

from loaders.tenants.fleet import Fleet, tenants
from loaders.tenants.tenant import Tenant
from schemas.findings import CoursewrightError


@pytest.fixture(autouse=True)
def schemas(tenant: Tenant) -> None:
    with psycopg.connect(tenant.dsn) as connection:
        for name in ("school_b", "school_a", "schoolxc", "school_", '"School_D"'):
            connection.execute(f"CREATE SCHEMA {name}".encode())


def fleet(tenant: Tenant, *, schemas: str | None = None, query: str | None = None) -> Fleet:
    return Fleet(
        name="academy", dsn=tenant.dsn, schemas=schemas, query=query, media="s3://bucket/{tenant}/media"
    )


def names(found: Fleet) -> list[str]:
    return [tenant.name for tenant in tenants(found)]


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("school_*", ["school_", "school_a", "school_b"]),
        ("school_?", ["school_a", "school_b"]),
        ("school?c", ["schoolxc"]),
        ("acme", ["acme"]),
        ("nobody_*", []),
        ("m*", []),
        ("p*", []),
    ],
)
def test_a_pattern_means_schemas_by_name_and_never_those_of_the_server_or_the_host(
    tenant: Tenant, pattern: str, meant: list[str]
) -> None:
    assert names(fleet(tenant, schemas=pattern)) == meant


def test_a_query_lists_tenants_in_its_order_each_once(tenant: Tenant) -> None:
    query = "SELECT * FROM (VALUES ('school_b'), ('school_a'), ('school_b')) AS customer (schema)"
    assert names(fleet(tenant, query=query)) == ["school_b", "school_a"]


def test_a_tenants_media_place_has_its_name_in_it(tenant: Tenant) -> None:
    (found,) = tenants(fleet(tenant, schemas="acme"))
    assert (found.schema, found.media) == ("acme", "s3://bucket/acme/media")


def test_a_query_that_lists_anything_but_names_is_refused(tenant: Tenant) -> None:
    with pytest.raises(CoursewrightError, match="more than names of schemas"):
        names(fleet(tenant, query="SELECT 1, 'x'"))
    with pytest.raises(CoursewrightError, match="more than names of schemas"):
        names(fleet(tenant, query="SELECT NULL::text"))


@pytest.mark.parametrize(
    "query", ["DROP SCHEMA school_a", "SELECT 'school_a'; COMMIT; DROP SCHEMA school_a", "SELEKT"]
)
def test_a_query_only_reads(tenant: Tenant, query: str) -> None:
    with pytest.raises(CoursewrightError, match="academy"):
        names(fleet(tenant, query=query))
    assert names(fleet(tenant, schemas="school_a")) == ["school_a"]


def test_a_schema_that_cannot_be_a_tenants_is_named(tenant: Tenant) -> None:
    with pytest.raises(CoursewrightError, match="School_D"):
        names(fleet(tenant, query="SELECT 'School_D'"))
