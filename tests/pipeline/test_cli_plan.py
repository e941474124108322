"""`coursewright plan`, and publishing what needs consent: what people read, and what stops them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from loaders.tenants.tenant import Tenant
from pipeline.cli import main
from tests.publishing import fetch, learn, run

Captured = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("acme")


@pytest.fixture
def learners(tenant: Tenant, users: Callable[..., list[int]]) -> None:
    """Two people went through all of the example `rich`."""
    assert publish("rich") == 0
    for learner in users("l1@example.org", "l2@example.org"):
        learn(tenant, learner)


def publish(*arguments: str) -> int:
    return main(["publish", "--as", "ops@example.com", *to_acme(*arguments)])


def plan(*arguments: str) -> int:
    return main(["plan", *to_acme(*arguments)])


def to_acme(*arguments: str) -> list[str]:
    return [*arguments] if arguments[0].endswith(".json") else ["--tenant", "acme", *arguments]


def edit(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def break_something() -> None:
    """A question that people answered is worth more."""
    edit(QUIZ, QUESTION, f"{QUESTION}\n              points: 7")


QUIZ, QUESTION = "rich/courses/fire/course.yaml", "              type: true_false"
RELEASES = "SELECT count(*) FROM {s}.coursewright_release"


# ── looking ──────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_says_whom_a_change_meets_and_what_publishing_takes(
    tenant: Tenant, learners: None, capsys: Captured
) -> None:
    break_something()
    capsys.readouterr()
    assert plan("rich") == 0
    told = capsys.readouterr().out
    assert re.search(r"learners: 2 enrolled, 2 with progress, 2 attempted, 2 certified", told)
    assert "breaking: CW431 points-changed: 2 answered it" in told
    assert "for learners: 1 breaking" in told
    assert told.endswith("to publish this, say that it is meant: --accept CW431\n")
    assert fetch(tenant, RELEASES) == [(1,)]


def test_a_plan_needs_no_publisher_and_can_be_of_several_tenants(
    fresh_tenant: Callable[[], Tenant], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_DATABASE_URL", fresh_tenant().dsn)
    with Path("tenants.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  other: {database: '${OTHER_DATABASE_URL}', schema: acme, media: m, create_users: true}\n"
        )
    assert plan("tiny", "--tenant", "other", "--json") == 0
    acme, other = json.loads(capsys.readouterr().out)
    assert (acme["tenant"], other["tenant"]) == ("acme", "other")
    assert (acme["severity"], acme["needs"]) == ("safe", {"accept": [], "allow_archive": None})
    assert other["counts"]["user"]["created"] == 1


def test_json_has_severity_reasons_and_learners_of_each_change(learners: None, capsys: Captured) -> None:
    break_something()
    capsys.readouterr()
    assert plan("rich", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    (change,) = one["changes"]
    assert change["learners"] == {
        "enrolled": 2, "progress": 2, "attempted": 2, "submitted": 0, "chose": 0, "certified": 2,
    }  # fmt: skip
    assert change["reasons"] == [
        {"rule": "CW431", "name": "points-changed", "severity": "breaking", "people": "2 answered it"}
    ]
    assert one["severity"] == change["severity"] == "breaking"
    assert one["needs"] == {"accept": ["CW431"], "allow_archive": None}


def test_a_plan_tells_that_somebody_edited_the_tenant(tenant: Tenant, capsys: Captured) -> None:
    assert publish("tiny") == 0
    run(tenant, "UPDATE {s}.course SET title = 'By hand'")
    edit("tiny/course.yaml", "Welcome aboard", "Welcome on board")
    capsys.readouterr()
    assert plan("tiny") == 0
    told = capsys.readouterr().out
    assert "edited in the tenant since the last publish: 1 item" in told
    assert "--on-drift keep|overwrite" in told


# ── consent ──────────────────────────────────────────────────────────────────────────────────────


def test_what_breaks_something_for_learners_has_to_be_accepted(
    tenant: Tenant, learners: None, capsys: Captured
) -> None:
    break_something()
    assert publish("rich") == 1
    told = capsys.readouterr().err
    assert f"{QUIZ}:" in told
    assert "CW431 points-changed" in told
    assert "--accept CW431" in told
    assert publish("rich", "--accept", "CW430") == 1
    assert fetch(tenant, RELEASES) == [(1,)]
    assert publish("rich", "--accept", "CW430", "--accept", "CW431") == 0
    assert fetch(tenant, RELEASES) == [(2,)]


def test_a_policy_file_accepts_too_and_is_checked(learners: None, capsys: Captured) -> None:
    break_something()
    policy = Path("policy.yaml")
    policy.write_text("accept: [CW438]\narchive: {items: many}\n", encoding="utf-8")
    assert publish("rich", "--policy", "policy.yaml") == 1
    told = capsys.readouterr().err
    assert "policy.yaml:1:10: error: CW144 unknown-choice" in told
    assert "policy.yaml:2:18: error: CW142 wrong-kind" in told
    policy.write_text("accept: [CW431]\n", encoding="utf-8")
    assert publish("rich", "--policy", "policy.yaml") == 0


@pytest.mark.parametrize(
    ("also", "code"),
    [
        ("{tenants: [ac*], accept: [CW431]}", 0),
        ("{bundles: [harbour-academy], accept: [CW431]}", 0),
        ("{tenants: [acme], bundles: [harbour-academy], accept: [CW431]}", 0),
        ("{accept: [CW431]}", 0),
        ("{tenants: [school_*], accept: [CW431]}", 1),
        ("{tenants: [acme], bundles: [other], accept: [CW431]}", 1),
        ("{tenants: [], accept: [CW431]}", 1),
    ],
)
def test_a_policy_accepts_for_some_tenants_and_bundles(learners: None, also: str, code: int) -> None:
    break_something()
    Path("policy.yaml").write_text(f"accept: [CW430]\nalso:\n  - {also}\n", encoding="utf-8")
    assert publish("rich", "--policy", "policy.yaml") == code


def test_a_rule_that_asks_for_nothing_cannot_be_accepted(capsys: Captured) -> None:
    assert publish("tiny", "--accept", "CW438") == 1
    told = capsys.readouterr().err
    assert "CW438 is no rule that can be accepted" in told
    assert "CW431 points-changed" in told


def test_a_bundle_of_something_else_does_not_archive_the_catalogue(tenant: Tenant, capsys: Captured) -> None:
    assert publish("tiny") == 0
    edit("tiny/course.yaml", "key: welcome", "key: other")
    assert publish("tiny") == 1
    told = capsys.readouterr().err
    assert "CW441 nothing-stays" in told
    number = re.search(r"--allow-archive (\d+)", told)
    assert number
    assert publish("tiny", "--allow-archive", str(int(number[1]) - 1)) == 1
    assert "CW440 archives-much" in capsys.readouterr().err
    assert fetch(tenant, 'SELECT count(*) FROM {s}.course WHERE "isArchived"') == [(0,)]
    assert publish("tiny", "--allow-archive", number[1]) == 0
    assert fetch(tenant, 'SELECT count(*) FROM {s}.course WHERE "isArchived"') == [(1,)]


def test_a_truncated_bundle_stops_and_a_policy_sets_the_limits(tmp_path: Path, capsys: Captured) -> None:
    write_pages(tmp_path / "big", 60)
    assert publish("big") == 0
    write_pages(tmp_path / "big", 45)
    assert publish("big") == 1
    assert "15 of 62 items would be archived" in capsys.readouterr().err
    for policy, code in {
        "archive: {share: 10}\nalso:\n  - {bundles: [small], archive: {share: 30}}\n": 1,
        "archive: {share: 10}\nalso:\n  - {bundles: [big], archive: {share: 30}}\n": 0,
    }.items():
        Path("policy.yaml").write_text(policy, encoding="utf-8")
        assert publish("big", "--policy", "policy.yaml") == code
    write_pages(tmp_path / "big", 36)
    assert publish("big") == 0, "nine of 47 are few"
    assert publish("big", "--allow-archive", "0") == 0, "nothing is archived now"


def write_pages(folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    contents = "\n".join(
        f"      - {{key: p{n}, type: rich_text, title: Page {n}, text: Read.}}" for n in range(number)
    )
    (folder / "bundle.yaml").write_text("key: big\ninstructor: anna@example.com\n", encoding="utf-8")
    (folder / "course.yaml").write_text(
        f"key: big\ntitle: Big\nsections:\n  - key: all\n    title: All\n    contents:\n{contents}\n",
        encoding="utf-8",
    )


# ── a saved plan ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def saved(capsys: Captured) -> str:
    """A plan of one changed title."""
    assert publish("tiny") == 0
    edit("tiny/course.yaml", "Welcome aboard", "Welcome on board")
    assert plan("tiny", "-o", "plan.json") == 0
    capsys.readouterr()
    return "plan.json"


def test_a_saved_plan_is_published_once(tenant: Tenant, saved: str, capsys: Captured) -> None:
    assert publish(saved) == 0
    assert "published tiny to acme: release 2" in capsys.readouterr().out
    assert publish(saved) == 1
    told = capsys.readouterr().err
    assert "it was made against release 1 and the tenant is at release 2" in told
    assert fetch(tenant, "SELECT title FROM {s}.course") == [("Welcome on board",)]


def test_a_saved_plan_is_refused_when_the_bundle_moved(tenant: Tenant, saved: str, capsys: Captured) -> None:
    edit("tiny/course.yaml", "Welcome on board", "Hello")
    assert publish(saved) == 1
    assert "the files in tiny have changed since" in capsys.readouterr().err
    assert fetch(tenant, RELEASES) == [(1,)]


def test_a_saved_plan_is_refused_when_the_tenant_moved(tenant: Tenant, saved: str, capsys: Captured) -> None:
    assert plan("tiny", "--on-drift", "overwrite", "-o", "plan.json") == 0
    run(tenant, "UPDATE {s}.course SET description = 'By hand'")
    assert publish(saved) == 1
    told = capsys.readouterr().err
    assert "what the tenant holds has changed since, though nobody published" in told
    assert fetch(tenant, RELEASES) == [(1,)]


def test_a_saved_plan_does_not_undo_edits_that_came_later(
    saved: str, tenant: Tenant, capsys: Captured
) -> None:
    run(tenant, "UPDATE {s}.course SET title = 'By hand'")
    assert publish(saved) == 1
    assert "edited-in-tenant" in capsys.readouterr().err


def test_a_saved_plan_gives_no_consent(learners: None, capsys: Captured) -> None:
    break_something()
    assert plan("rich", "-o", "plan.json") == 0
    assert publish("plan.json") == 1
    assert "CW431" in capsys.readouterr().err
    assert publish("plan.json", "--accept", "CW431") == 0


@pytest.mark.parametrize(
    "text",
    ['{"coursewright_plan": 2, "plans": []}', '{"coursewright_plan": 1}', '{"coursewright_plan": 1, "pl'],
)
def test_a_damaged_plan_is_refused(text: str, capsys: Captured) -> None:
    Path("plan.json").write_text(text, encoding="utf-8")
    assert publish("plan.json") == 1
    assert "make it anew: coursewright plan" in capsys.readouterr().err


def test_a_saved_plan_stands_alone(saved: str, capsys: Captured) -> None:
    assert publish(saved, "tiny") == 2
    assert "publish one saved plan, and nothing besides" in re.sub(r"\s+", " ", capsys.readouterr().err)


# ── the report ───────────────────────────────────────────────────────────────────────────────────


class Page(HTMLParser):
    """Every tag, and the text of those that mark differences."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.marked: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] in ("del", "ins"):
            self.marked.append((self._open[-1], data))


def test_the_report_shows_words_that_changed_and_needs_nothing_else(learners: None) -> None:
    break_something()
    assert publish("tiny") == 0
    edit("tiny/hello.md", "Collect your badge", "Fetch your badge")
    assert plan("rich", "tiny", "--html", "plan.html") == 0
    page = Page()
    page.feed(Path("plan.html").read_text(encoding="utf-8"))
    assert ("del", "Collect") in page.marked
    assert ("ins", "Fetch") in page.marked
    assert "--accept CW431" in page.text
    assert "2 answered it" in page.text
    loading = {"src", "href", "srcset", "action", "onload", "onclick"}
    assert not [attributes for _, attributes in page.tags if loading & attributes.keys()]
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe", "img")]


def test_a_title_is_no_markup_in_the_report() -> None:
    edit("tiny/course.yaml", "title: Welcome aboard", 'title: "<script>alert(1)</script> \\u202E"')
    assert plan("tiny", "--html", "plan.html") == 0
    text = Path("plan.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\u202e" in text
    assert "<script" not in text
