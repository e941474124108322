"""Which tenant a name means, what is wrong with a tenants.yaml, and that secrets stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tenants.tenant import Tenant
from pipeline import tenants
from pipeline.cli import main
from schemas.findings import CoursewrightError, RefusedError

GOOD = """\
tenants:
  acme:
    database: ${ACME_DATABASE}
    media: s3://bucket/acme
    endpoint: http://localhost:8333
  umbrella:
    database: postgresql://u:${UMBRELLA_PASSWORD}@db.example.com/courses
    schema: umbrella_corp
    media: media/umbrella
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(text: str) -> None:
    Path("tenants.yaml").write_text(text, encoding="utf-8")


def refused(name: str = "acme") -> list[str]:
    with pytest.raises(RefusedError) as caught:
        tenants.find(name, None)
    return [f"{finding.location} {finding.rule.name}: {finding.found}" for finding in caught.value.findings]


def test_a_tenant_is_its_entry_with_the_variables_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    configured(GOOD)
    monkeypatch.setenv("ACME_DATABASE", "postgresql://a@b/c")
    assert tenants.find("acme", None) == Tenant(
        name="acme",
        dsn="postgresql://a@b/c",
        schema="acme",
        media="s3://bucket/acme",
        endpoint="http://localhost:8333",
    )


def test_a_media_folder_is_relative_to_the_file_and_other_tenants_variables_need_not_be_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configured(GOOD)
    monkeypatch.setenv("UMBRELLA_PASSWORD", "x")
    tenant = tenants.find("umbrella", tmp_path / "tenants.yaml")
    assert (tenant.schema, tenant.media) == ("umbrella_corp", str(tmp_path / "media/umbrella"))


def test_an_unset_variable_is_named_with_its_place() -> None:
    configured(GOOD)
    assert refused() == ["tenants.yaml:3:15 unset-variable: ${ACME_DATABASE}, which is not set"]


def test_all_faults_of_the_file_are_told_at_once() -> None:
    configured("tenants:\n  Acme Inc:\n    database: x\n    medja: y\n    create_users: yes\n")
    assert refused() == [
        "tenants.yaml:2:3 bad-name: the key 'Acme Inc'",
        "tenants.yaml:4:5 unknown-field: the field `medja`",
        "tenants.yaml:5:19 wrong-kind: the text 'yes'",
    ]


def test_a_password_is_never_part_of_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither when the address has the wrong kind, nor when it is too long, nor from the source line."""
    configured(
        "tenants:\n  a: {database: [hunter2], media: m}\n"
        f"  b: {{database: 'hunter2 {'x' * 2000}', media: m}}\n  c: {{database: 123456, media: m, x: 1}}\n"
    )
    assert main(["tenant", "status", "a"]) == 1
    told = capsys.readouterr().err
    assert "tenants.yaml:2:" in told
    assert "hunter2" not in told
    assert "123456" not in told


def test_an_unknown_tenant_is_answered_with_the_known_ones() -> None:
    configured(GOOD)
    with pytest.raises(CoursewrightError, match="no tenant 'acne'") as caught:
        tenants.find("acne", None)
    assert "acme, umbrella, local" in caught.value.mend


def test_names_are_listed_without_any_variable_set(capsys: pytest.CaptureFixture[str]) -> None:
    configured(GOOD)
    assert main(["tenant", "list"]) == 0
    assert capsys.readouterr().out.split() == ["acme", "umbrella", "local"]


def test_only_the_embedded_tenant_has_a_default_publisher() -> None:
    def tenant(name: str) -> Tenant:
        return Tenant(name=name, dsn="", schema="x", media="m")

    assert tenants.publisher(tenant("local"), None) == "coursewright@localhost"
    assert tenants.publisher(tenant("acme"), "a@b") == "a@b"
    assert tenants.publisher(tenant("acme"), None) is None


def test_without_configuration_local_is_made_told_and_migrated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tenant", "status", "local"]) == 0
    captured = capsys.readouterr()
    assert "making a PostgreSQL" in captured.err
    assert "007-" in captured.err
    assert captured.out == "local is up to date; nothing was published yet\n"
