"""Which tenants a run is for, and in what order."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tenants.tenant import Tenant
from pipeline import tenants
from pipeline.fleet.selection import Choice, Shard, shard
from schemas.findings import CoursewrightError, RefusedError

Shown = list[tuple[str, list[str]]]


def shown(choice: Choice) -> Shown:
    return [(wave.name, [tenant.name for tenant in wave.tenants]) for wave in choice.waves()]


@pytest.fixture(autouse=True)
def _four_schools(schools: list[Tenant]) -> None:
    """Every test here has them."""


def configured(text: str) -> None:
    Path("tenants.yaml").write_text(text, encoding="utf-8")


def test_all_are_the_groups_in_their_order_then_the_others_each_once() -> None:
    assert shown(Choice((), (), everyone=True)) == [
        ("canary", ["school_c"]),
        ("early", ["school_b"]),
        ("others", ["school_a", "school_d"]),
    ]


def test_groups_come_in_the_order_they_are_asked_for_after_those_named_alone() -> None:
    assert shown(Choice(["school_d"], ["early", "canary"])) == [
        ("", ["school_d"]),
        ("early", ["school_b", "school_c"]),
    ]


def test_a_group_may_be_a_pattern() -> None:
    text = Path("tenants.yaml").read_text(encoding="utf-8").replace("[school_c]", '["school_?"]')
    configured(text)
    assert shown(Choice((), ["canary"])) == [("canary", ["school_a", "school_b", "school_c", "school_d"])]


def test_a_group_that_means_nobody_is_a_slip() -> None:
    configured(Path("tenants.yaml").read_text(encoding="utf-8").replace("[school_c]", "[school_x]"))
    with pytest.raises(CoursewrightError, match="group canary: no tenant is called school_x"):
        Choice((), (), everyone=True).waves()


def test_unknown_groups_and_tenants_are_answered_with_the_known_ones() -> None:
    with pytest.raises(CoursewrightError, match="no group 'late'") as unknown:
        Choice((), ["late"]).waves()
    assert "canary, early" in unknown.value.mend
    with pytest.raises(CoursewrightError, match="no tenant 'acme'") as unknown:
        Choice(["school_a", "acme"], ()).waves()
    assert "school_a, school_b, school_c, school_d, local" in unknown.value.mend


def test_every_tenant_is_in_exactly_one_shard_and_stays_there_when_others_come() -> None:
    parts = [
        {name for _, names in shown(Choice((), (), everyone=True, part=f"{n}/3")) for name in names}
        for n in (1, 2, 3)
    ]
    assert sorted(name for part in parts for name in part) == ["school_a", "school_b", "school_c", "school_d"]
    many = [f"tenant_{number}" for number in range(3000)]
    sizes = [sum(Shard(number, 3).has(name) for name in many) for number in (1, 2, 3)]
    assert sum(sizes) == 3000
    assert min(sizes) > 900


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "a/b", "-1/2", "1/0"])
def test_what_is_no_part_of_a_whole_is_refused(text: str) -> None:
    with pytest.raises(CoursewrightError, match="no part of a whole"):
        shard(text)


def test_an_entry_of_its_own_comes_before_the_fleets() -> None:
    fleets = Path("tenants.yaml").read_text(encoding="utf-8")
    configured(f"tenants:\n  school_a: {{database: '${{ACADEMY}}', media: elsewhere}}\n{fleets}")
    assert tenants.find("school_a", None).media == "elsewhere"
    assert tenants.find("school_b", None).media == "media/school_b"
    assert tenants.listed(None) == ["school_a", "school_b", "school_c", "school_d", "local"]


def test_two_fleets_with_one_name_in_common_are_refused() -> None:
    text = Path("tenants.yaml").read_text(encoding="utf-8")
    configured(
        text.replace("groups:", "  twin: {database: '${ACADEMY}', schemas: school_a, media: m}\ngroups:")
    )
    with pytest.raises(CoursewrightError, match="academy and twin both have a tenant school_a"):
        tenants.listed(None)


def test_a_fleet_without_a_way_to_find_its_tenants_is_refused_with_its_place() -> None:
    configured(
        "fleets:\n  none: {database: '${ACADEMY}', media: m}\n"
        "  both: {database: '${ACADEMY}', media: m, schemas: a, query: SELECT 1}\n"
    )
    with pytest.raises(RefusedError) as caught:
        tenants.listed(None)
    assert [(f.location.line, f.found) for f in caught.value.findings] == [
        (2, "neither `schemas` nor `query`"),
        (3, "both `schemas` and `query`"),
    ]


def test_a_fleets_unset_variable_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACADEMY")
    with pytest.raises(RefusedError, match=r"tenants.yaml:2:\d+: CW480 .*ACADEMY"):
        tenants.find("school_a", None)
