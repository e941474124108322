"""`coursewright export FORMAT`: one command for each format that others read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from exporters import FORMATS, Choices, Writer
from pipeline.cli.options import AsJson, Config
from schemas.formats import Format

Source = Annotated[
    Path | None,
    typer.Argument(metavar="[BUNDLE]", exists=True, help="A bundle: a folder or zip. Else --tenant."),
]
File = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write.")]
Tenant = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Take what is published there.")]
Bundle = Annotated[
    str | None, typer.Option("--bundle", metavar="KEY", help="Which one, when the tenant has several.")
]
Course = Annotated[str | None, typer.Option("--course", metavar="KEY", help="Only this course.")]
Sco = Annotated[
    Literal["course", "section"],
    typer.Option("--sco", help="What the other system starts, and keeps a result of, as one piece."),
]


def add_commands(commands: typer.Typer) -> None:
    """Adds a command for each row of the registry, and imports none of the formats."""
    for row in FORMATS.values():
        commands.command(row.name, help=_about(row))(_command(row))


def _about(row: Format[Writer]) -> str:
    return (
        f"Write a bundle, or what is published to a tenant, as {row.title}.\n\n"
        "Names what the format cannot say. Equal input gives equal bytes.\n\n"
        f"Example: coursewright export {row.name} my-course -o my-course{row.ending}"
    )


def _command(row: Format[Writer]) -> Callable[..., None]:
    def export(
        source: Source = None,
        *,
        output: File,
        tenant: Tenant = None,
        bundle: Bundle = None,
        course: Course = None,
        sco: Sco = "course",
        config: Config = None,
        as_json: AsJson = False,
    ) -> None:
        from pipeline import packaging, tenants
        from pipeline.show import account, jsondoc

        if (source is None) == (tenant is None):
            raise typer.BadParameter("name a bundle, or a tenant with --tenant", param_hint="BUNDLE")
        origin = source if source is not None else tenants.find(str(tenant), config)
        choices = Choices(target=row.name, sco_per_section=sco == "section")
        packaged = packaging.package(origin, bundle, course, output, choices)
        if as_json:
            jsondoc.dump(account.packaged_document(packaged, output), sys.stdout)
        else:
            account.write_packaged(packaged, output, sys.stdout)

    return export
