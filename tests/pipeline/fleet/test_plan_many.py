"""`coursewright plan` for many tenants: what is alike is told once, and nobody hides anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from pipeline.show.markdown import MARK
from tests.publishing import content_state, fetch, learn, run

Captured = pytest.CaptureFixture[str]
OPS = ("--as", "ops@example.com")


def plan(*arguments: str) -> int:
    return main(["plan", "tiny", *arguments])


def publish(*arguments: str) -> int:
    return main(["publish", "tiny", *OPS, *arguments])


def edit(old: str, new: str) -> None:
    path = Path("tiny/course.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def somebody_learns(tenant: Tenant) -> None:
    ((user,),) = fetch(tenant, "SELECT id FROM main.users WHERE email = 'ben@example.com'")
    learn(tenant, user)


@pytest.fixture
def published(schools: list[Tenant], capsys: Captured) -> list[Tenant]:
    """All four have the bundle; in the first and the third somebody learned."""
    assert publish("--all") == 0
    for tenant in (schools[0], schools[2]):
        somebody_learns(tenant)
    capsys.readouterr()
    return schools


def take_away() -> None:
    """The page that people have progress on is hidden."""
    edit("        title: Hello\n", "        title: Hello\n        published: false\n")


def test_what_is_alike_is_told_once(schools: list[Tenant], capsys: Captured) -> None:
    assert publish("--tenant", "school_b") == 0
    capsys.readouterr()
    assert plan("--all") == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny → 3 tenants: school_c, school_a, school_d\n  create ")
    assert told.count("create   course:welcome") == 1
    assert "\n\ntiny → school_b\n" in told
    assert told.endswith("4 tenants: 3 would change, 1 current\n")


def test_learners_are_summed_and_told_where_they_are_not_everywhere(
    published: list[Tenant], capsys: Captured
) -> None:
    take_away()
    assert plan("--all") == 0
    told = capsys.readouterr().out
    assert told.startswith("tiny → 4 tenants: school_c, school_b, school_a, school_d\n")
    assert "learners: 2 with progress, in 2 of 4 tenants\n" in told
    where = ", in 2 of 4 tenants: school_c, school_a\n"
    assert f"breaking: CW435 taken-away: 2 have progress on it{where}" in told
    assert "to publish this, say that it is meant: --accept CW435" in told


def test_the_sum_is_what_each_says_for_itself(published: list[Tenant], capsys: Captured) -> None:
    somebody_learns(published[1])
    take_away()
    assert plan("--all", "--jobs", "3", "--json") == 0
    documents = json.loads(capsys.readouterr().out)
    assert [one["tenant"] for one in documents] == ["school_c", "school_b", "school_a", "school_d"]
    assert [one["severity"] for one in documents] == ["breaking", "breaking", "breaking", "safe"]
    assert sum(one["changes"][-1]["learners"]["progress"] for one in documents) == 3
    assert plan("--all") == 0
    assert "3 have progress on it, in 3 of 4 tenants: school_c, school_b, school_a" in capsys.readouterr().out


def test_an_edit_in_one_tenant_sets_it_apart(published: list[Tenant], capsys: Captured) -> None:
    run(published[3], "UPDATE {s}.course SET title = 'By hand'")
    edit("Welcome aboard", "Welcome on board")
    assert plan("--all") == 0
    told = capsys.readouterr().out
    assert "tiny → 3 tenants: school_c, school_b, school_a\n" in told
    assert "tiny → school_d\n" in told
    assert told.count("edited in the tenant since the last publish: 1 item") == 1


def test_who_cannot_be_planned_for_hides_nobody(published: list[Tenant], capsys: Captured) -> None:
    run(published[1], "ALTER TABLE {s}.coursewright_item RENAME TO gone")
    edit("Welcome aboard", "Welcome on board")
    assert plan("--all", "-o", "plan.json", "--json", "--html", "plan.html", "--markdown", "plan.md") == 1
    captured = capsys.readouterr()
    assert "tiny → 3 tenants: school_c, school_a, school_d" in captured.err
    assert "FAILED  school_b: Tenant school_b:" in captured.err
    assert captured.err.endswith("4 tenants: 3 would change, 1 failed\n")
    *documents, failed = json.loads(captured.out)
    assert [one["tenant"] for one in documents] == ["school_c", "school_a", "school_d"]
    assert (failed["tenant"], failed["findings"]) == ("school_b", [])
    assert "coursewright tenant migrate school_b" in failed["mend"]
    assert len(json.loads(Path("plan.json").read_text(encoding="utf-8"))["plans"]) == 3
    assert "school_b could not be planned for" in Path("plan.html").read_text(encoding="utf-8")
    assert "1 could not be planned for" in Path("plan.md").read_text(encoding="utf-8")


def test_a_saved_plan_of_many_is_published_as_it_is(published: list[Tenant], capsys: Captured) -> None:
    edit("Welcome aboard", "Welcome on board")
    assert plan("--all", "-o", "plan.json") == 0
    assert main(["publish", "plan.json", *OPS]) == 0
    first, *others = [content_state(tenant, "tiny") for tenant in published]
    assert others == [first, first, first]
    assert plan("--all") == 0
    told = capsys.readouterr().out
    assert "tiny → 4 tenants: school_c, school_b, school_a, school_d\n  nothing to change\n" in told
    assert told.endswith("4 tenants: 4 current\n")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--group", "early"], ["school_b", "school_c"]),
        (["--group", "canary", "--tenant", "school_d"], ["school_d", "school_c"]),
    ],
)
def test_tenants_are_chosen_as_for_publishing(
    schools: list[Tenant], arguments: list[str], names: list[str], capsys: Captured
) -> None:
    assert plan(*arguments, "--json") == 0
    assert [one["tenant"] for one in json.loads(capsys.readouterr().out)] == names


def test_a_part_of_the_tenants_is_planned_for_on_each_machine(
    schools: list[Tenant], capsys: Captured
) -> None:
    found: list[str] = []
    for part in ("1/2", "2/2"):
        assert plan("--all", "--shard", part, "--json") == 0
        found += [one["tenant"] for one in json.loads(capsys.readouterr().out)]
    assert sorted(found) == [tenant.name for tenant in schools]


# ── the comment ──────────────────────────────────────────────────────────────────────────────────


def comment(*arguments: str) -> str:
    assert plan("--all", "--markdown", "plan.md", *arguments) == 0
    return Path("plan.md").read_text(encoding="utf-8")


def test_the_comment_has_a_table_and_each_plan_folded(published: list[Tenant]) -> None:
    take_away()
    told = comment()
    assert told.startswith(f"{MARK}\n### coursewright plan for 4 tenants: 4 would change\n")
    assert "| tiny | 4 tenants: school_c, school_b, school_a, school_d | 1 changed | **1 breaking** |" in told
    assert "| `--accept CW435` |" in told
    assert told.count("<details>") == told.count("</details>") == 1
    assert "```text\ntiny → 4 tenants" in told


def test_what_authors_write_is_no_markup(published: list[Tenant]) -> None:
    edit("Welcome aboard", '"````</details> @somebody | <b>"')
    told = comment()
    assert told.count("`````") == 2, "the fence is longer than what is in it"
    outside = told.split("`````")[0] + told.split("`````")[2]
    assert "somebody" not in outside
    assert outside.count("</details>") == 1


def test_the_comment_is_never_longer_than_github_takes(schools: list[Tenant], tmp_path: Path) -> None:
    write_pages(tmp_path / "tiny", "old")
    assert publish("--all") == 0
    for tenant, title in zip(schools, "abcd", strict=True):
        run(tenant, "UPDATE {s}.course SET title = %s", title)  # so that no two plans are alike
    write_pages(tmp_path / "tiny", "new")
    told = comment()
    assert 50_000 < len(told) <= 65_536
    assert "more lines; the HTML report has all of them\n```\n\n</details>\n" in told
    assert told.endswith("\n… and 2 more plans: a comment has no room for them.\n")


def write_pages(folder: Path, word: str) -> None:
    text = " ".join(f"{word} {number}" for number in range(40))
    contents: list[dict[str, Any]] = [
        {"key": f"p{number}", "type": "rich_text", "title": f"Page {number}", "text": text}
        for number in range(250)
    ]
    sections = [{"key": "all", "title": "All", "contents": contents}]
    document = {"key": "welcome", "title": word, "sections": sections}
    (folder / "course.yaml").write_text(json.dumps(document), encoding="utf-8")
