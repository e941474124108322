"""Looking after the databases of tenants."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, Config

commands = typer.Typer(help="Look after the databases of tenants.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A tenant of tenants.yaml, or `local`.")]


@commands.command("list")
def tenant_list(config: Config = None, *, as_json: AsJson = False) -> None:
    """List the tenants."""
    from pipeline import tenants
    from pipeline.show import jsondoc

    known = tenants.listed(config)
    if as_json:
        jsondoc.dump(known, sys.stdout)
    else:
        typer.echo("\n".join(known))


@commands.command("migrate")
def tenant_migrate(
    name: Name,
    config: Config = None,
    *,
    bootstrap: Annotated[
        bool,
        typer.Option(
            "--bootstrap", help="Also create minimal tables of the host platform where they are missing."
        ),
    ] = False,
) -> None:
    """Bring a tenant's tables up to date."""
    from loaders.tenants.migrate import migrate
    from pipeline import tenants

    done = migrate(tenants.find(name, config), bootstrap=bootstrap)
    for line in done or ["nothing to do"]:
        typer.echo(line)


@commands.command("status")
def tenant_status(name: Name, config: Config = None, *, as_json: AsJson = False) -> None:
    """Show what is published in a tenant.

    Also the migrations that its tables still need.
    """
    from pipeline import tenants
    from pipeline.show import jsondoc, places

    status = tenants.status(tenants.find(name, config))
    if as_json:
        jsondoc.dump(places.document(status), sys.stdout)
    else:
        places.write(status, sys.stdout)
