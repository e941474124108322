"""`coursewright history`, `rollback` and `copy`, as people call them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.tenants.tenant import Tenant
from pipeline import history
from pipeline.cli import main
from schemas.findings import CoursewrightError
from tests.publishing import learn, learned, row_ids, run

EXAMPLES = Path(__file__).parents[2] / "packages/examples"
Captured = pytest.CaptureFixture[str]
OPS = ("--as", "ops@example.com")


@pytest.fixture
def acme(
    tenant: Tenant, users: Callable[..., list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Tenant:
    """A tenant with a first release of `rich`, in which somebody has learned."""
    learner = users("anna@example.com", "ben@example.com", "ops@example.com", "lea@example.com")[-1]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACME_DATABASE_URL", tenant.dsn)
    shutil.copytree(EXAMPLES / "rich", "rich")
    write_tenants("acme")
    assert publish() == 0
    learn(tenant, learner)
    return tenant


def write_tenants(*names: str) -> None:
    lines = [
        f"  {name}: {{database: '${{{name.upper()}_DATABASE_URL}}', media: media/{name}," for name in names
    ]
    Path("tenants.yaml").write_text(
        "tenants:\n" + "".join(f"{line} schema: acme}}\n" for line in lines), encoding="utf-8"
    )


def publish(*arguments: str) -> int:
    return main(["publish", "rich", "--tenant", "acme", *OPS, *arguments])


def rollback(*arguments: str) -> int:
    return main(["rollback", "--tenant", "acme", "--bundle", "harbour-academy", *OPS, *arguments])


@pytest.fixture
def changed(acme: Tenant) -> Tenant:
    """Its second release has other titles and another key for a page."""
    edit("rich/bundle.yaml", "title: Harbour Academy", "title: The Academy")
    edit("rich/courses/ladders/course.yaml", "key: three-checks", "key: checks")
    edit("rich/courses/ladders/course.yaml", "title: Ladders, safely", "title: Ladders")
    with Path("rich/bundle.yaml").open("a", encoding="utf-8") as file:
        file.write("  - from: course:ladders/content:three-checks\n    to: course:ladders/content:checks\n")
    assert publish() == 0
    return acme


def edit(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_history_lists_releases_newest_first_and_marks_the_present_one(
    changed: Tenant, capsys: Captured
) -> None:
    capsys.readouterr()
    assert main(["history", "--tenant", "acme"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("   2  ")
    assert re.search(r"harbour-academy  [0-9a-f]{8}  by ops@example.com  \(now\)$", lines[0])
    assert lines[1].strip() == "2 changed, 1 moved"
    assert lines[2].startswith("   1  ")
    assert "created" in lines[3]
    assert len(lines) == 4


def test_history_in_json_names_the_kept_bundle(changed: Tenant, capsys: Captured) -> None:
    capsys.readouterr()
    assert main(["history", "--tenant", "acme", "--bundle", "harbour-academy", "--json"]) == 0
    newest, oldest = json.loads(capsys.readouterr().out)
    assert newest["release"] == 2
    assert newest["rollback_to"] is None
    assert oldest["bundle_file"] != newest["bundle_file"]


def test_a_rollback_shows_its_plan_and_brings_back_rows_and_learners(
    changed: Tenant, capsys: Captured
) -> None:
    before, ids = learned(changed), row_ids(changed, "harbour-academy")
    capsys.readouterr()
    assert rollback("--to", "1", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "move     course:ladders/content:three-checks" in told
    assert "(was course:ladders/content:checks)" in told
    assert told.endswith("dry run: nothing was written to acme\n")
    assert row_ids(changed, "harbour-academy") == ids
    assert rollback("--to", "1") == 0
    assert "release 3 by ops@example.com" in capsys.readouterr().out
    now = row_ids(changed, "harbour-academy")
    assert now["course:ladders/content:three-checks"] == ids["course:ladders/content:checks"]
    assert learned(changed) == before
    assert main(["history", "--tenant", "acme"]) == 0
    assert "; back to release 1" in capsys.readouterr().out
    assert rollback("--to", "1") == 0
    assert "nothing to change in acme" in capsys.readouterr().out


def test_a_release_reads_back_as_it_was_published(changed: Tenant) -> None:
    place = Tenant(name="acme", dsn=changed.dsn, schema="acme", media="media/acme")
    first = history.bundle_of(place, "harbour-academy", 1)
    last = history.bundle_of(place, "harbour-academy")
    assert (first.bundle.title, last.bundle.title) == ("Harbour Academy", "The Academy")
    assert len(last.bundle.moved) == len(first.bundle.moved) + 1
    for media in first.bundle.media:
        with first.files.open(media.path) as stream:
            assert len(stream.read()) == media.size


def test_what_somebody_edited_in_the_tenant_is_not_rolled_over_without_a_word(
    changed: Tenant, capsys: Captured
) -> None:
    run(changed, "UPDATE {s}.course SET title = 'Edited' WHERE title = 'Ladders'")
    capsys.readouterr()
    assert rollback("--to", "1") == 1
    assert "Edited" in capsys.readouterr().err
    assert rollback("--to", "1", "--on-drift", "overwrite") == 0


def test_a_release_of_a_version_that_kept_no_bundle_says_what_to_do(
    changed: Tenant, capsys: Captured
) -> None:
    run(
        changed, 'UPDATE {s}.coursewright_release SET "bundleFile" = NULL, "gitCommit" = \'abc\' WHERE id = 1'
    )
    capsys.readouterr()
    assert main(["history", "--tenant", "acme"]) == 0
    assert "kept no bundle: cannot be rolled back to" in capsys.readouterr().out
    assert rollback("--to", "1") == 1
    told = capsys.readouterr().err
    assert "release 1 of harbour-academy in acme is of a version that kept no bundles" in told
    assert "publish it from its files at commit abc" in told


@pytest.mark.parametrize(
    ("bundle", "release", "told"),
    [
        ("harbour-academy", 9, "has no release 9 in acme: the last ones are 2, 1"),
        ("harbor", 1, "acme has no bundle 'harbor': bundles it has: harbour-academy"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(
    changed: Tenant, bundle: str, release: int, told: str
) -> None:
    place = Tenant(name="acme", dsn=changed.dsn, schema="acme", media="media/acme")
    with pytest.raises(CoursewrightError) as refused:
        history.bundle_of(place, bundle, release)
    assert told in f"{refused.value}: {refused.value.mend}"


# ── from tenant to tenant ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bolt(acme: Tenant, fresh_tenant: Callable[[], Tenant], monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """Another tenant, in another database and with another media store."""
    other = fresh_tenant()
    run(
        other,
        "INSERT INTO main.users (email) VALUES ('anna@example.com'), ('ben@example.com'), ('ops@example.com')",
    )
    monkeypatch.setenv("BOLT_DATABASE_URL", other.dsn)
    write_tenants("acme", "bolt")
    return other


def copy(*arguments: str) -> int:
    return main(["copy", "--from", "acme", "--to", "bolt", *OPS, *arguments])


def test_a_course_is_copied_with_what_it_requires_and_its_media_and_again_when_it_changed(
    acme: Tenant, bolt: Tenant, capsys: Captured
) -> None:
    assert copy("--course", "ladders") == 0
    place = Tenant(name="bolt", dsn=bolt.dsn, schema="acme", media="media/bolt")
    copied = history.bundle_of(place, "ladders")
    assert [course.key for course in copied.bundle.courses] == ["fire", "ladders"]
    for media in copied.bundle.media:
        with copied.files.open(media.path) as stream:
            assert len(stream.read()) == media.size
    capsys.readouterr()
    assert copy("--course", "ladders") == 0
    assert "nothing to change in bolt" in capsys.readouterr().out
    run(acme, "UPDATE {s}.course SET title = 'Ladders, again' WHERE title = 'Ladders, safely'")
    assert copy("--course", "ladders", "--dry-run") == 0
    assert "Ladders, again" in capsys.readouterr().out


def test_a_course_that_is_not_there_is_not_copied(bolt: Tenant, capsys: Captured) -> None:
    assert copy("--course", "stairs") == 1
    assert "acme has no course 'stairs'" in capsys.readouterr().err
    assert copy("--course", "ladders", "--bundle", "other") == 1
    assert "bundles that have it: harbour-academy" in capsys.readouterr().err


def test_a_bundle_with_more_in_it_is_not_overwritten_by_a_copy(bolt: Tenant, capsys: Captured) -> None:
    edit("rich/bundle.yaml", "key: harbour-academy", "key: ladders")
    assert main(["publish", "rich", "--tenant", "bolt", *OPS]) == 0
    assert copy("--course", "ladders") == 1
    assert "bolt has a bundle ladders that is more than this course" in capsys.readouterr().err
