"""Taking content and records out of a tenant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli.options import (
    AsJson,
    Config,
    Engine,
    Everyone,
    Groups,
    Jobs,
    Output,
    Part,
    Several,
    TenantName,
)
from pipeline.cli.packages import add_commands

if TYPE_CHECKING:
    from schemas.records import Selection

commands = typer.Typer(
    help="Write bundles in formats that others read; take content and records out of a tenant.",
    no_args_is_help=True,
)
add_commands(commands)

CsvOutput = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", allow_dash=True, help="Where to write; - is stdout.")
]
Program = Annotated[str | None, typer.Option("--program", metavar="KEY", help="Only of this program.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="From this day (UTC) on."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"], help="To the end of this day (UTC)."),
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="Leave cells alone, even those that a spreadsheet would run as a formula."),
]


@commands.command("bundle")
def export_bundle(
    output: Output,
    tenant: Several = None,
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="KEY", help="Which one, when the tenant has several.")
    ] = None,
    config: Config = None,
    *,
    groups: Groups = None,
    everyone: Everyone = False,
    part: Part = None,
    jobs: Jobs = None,
    engine: Engine = "threads",
    as_json: AsJson = False,
) -> None:
    """Write a published bundle as files, or those of many tenants.

    Equal to what was published, and the same bytes every time.

    Of many tenants every bundle goes to DIR/TENANT/BUNDLE, and one that fails stops no other. Exit code 1:
    one failed. --json is for many: one JSON object a line, as it happens.
    """
    from pipeline import exporting, tenants
    from pipeline.fleet import export
    from pipeline.fleet.run import Limits
    from pipeline.fleet.selection import Choice
    from pipeline.progress import say

    choice = Choice(tenant or (), groups or (), everyone=everyone, part=part, config=config)
    if choice.many:
        if output.suffix == ".zip":
            raise typer.BadParameter("the bundles of several tenants need a folder", param_hint="--output")
        found = export.exports(choice.tenants(), bundle, output)
        raise typer.Exit(export.export_all(found, Limits(jobs=jobs, engine=engine), as_json=as_json))
    written = exporting.export_bundle(tenants.find(tenant[0] if tenant else "local", config), bundle, output)
    say(f"wrote bundle {written.key} to {output}")


@commands.command("enrollments")
def export_enrollments(
    output: CsvOutput = Path("-"),
    *,
    tenant: TenantName = "local",
    program: Program = None,
    status: Annotated[
        Literal["enrolled", "in_progress", "completed", "dropped", "certified"] | None,
        typer.Option("--status", help="Only with this status."),
    ] = None,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    raw: Raw = False,
) -> None:
    """Write who is enrolled, as CSV.

    UTF-8 with a header; times in UTC. --since and --until are days of enrolment.
    """
    only = _selection(program, status, since, until)
    _export_records("enrollments", tenant, config, output, only, raw=raw)


@commands.command("certificates")
def export_certificates(
    output: CsvOutput = Path("-"),
    *,
    tenant: TenantName = "local",
    program: Program = None,
    status: Annotated[
        Literal["pending", "issued", "revoked"] | None,
        typer.Option("--status", help="Only with this status."),
    ] = None,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    raw: Raw = False,
) -> None:
    """Write certificates, as CSV.

    UTF-8 with a header; times in UTC. --since and --until are days of issue.
    """
    only = _selection(program, status, since, until)
    _export_records("certificates", tenant, config, output, only, raw=raw)


def _selection(
    program: str | None, status: str | None, since: datetime | None, until: datetime | None
) -> Selection:
    from schemas.records import Selection

    days = {"since": since and since.date(), "until": until and until.date()}
    return Selection(program=program, status=status, **days)


def _export_records(
    name: str, tenant: str, config: Path | None, output: Path, only: Selection, *, raw: bool
) -> None:
    from pipeline import exporting, tenants
    from pipeline.progress import say
    from schemas.words import counted

    rows = exporting.export_records(name, tenants.find(tenant, config), output, only, raw=raw)
    say(f"wrote {counted(rows, 'row')} to {'standard output' if str(output) == '-' else output}")
