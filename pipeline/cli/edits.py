"""What somebody edited in a tenant: seeing it, and taking it into the files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, Config, TenantName


def drift(
    tenant: TenantName = "local",
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="KEY", help="Only of this bundle; all when left out.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what was edited in a tenant since the last publish.

    Column by column, with who and when. Exit code 0: nothing, 1: something was edited, archived or deleted.
    """
    from pipeline import drifting, tenants
    from pipeline.show import drift as shown
    from pipeline.show import jsondoc

    found = drifting.find(tenants.find(tenant, config), bundle)
    if as_json:
        jsondoc.dump([shown.document(one) for one in found], sys.stdout)
    else:
        shown.write(found, sys.stdout)
    raise typer.Exit(int(any(one.edits for one in found)))


def pull(
    folder: Annotated[
        Path, typer.Argument(metavar="PATH", exists=True, file_okay=False, help="A bundle's folder.")
    ],
    tenant: TenantName = "local",
    config: Config = None,
) -> None:
    """Write what was edited in a tenant into the bundle's files.

    Changes the edited values and nothing else: comments, order and quotes stay. Exit code 1: something was
    left as it is, because both sides changed it or because no single value stands for it.
    """
    from pipeline import tenants
    from pipeline.pull import pulling
    from pipeline.show import pulled

    done = pulling.pull(folder, tenants.find(tenant, config))
    pulled.write(done, sys.stdout)
    raise typer.Exit(int(any(one.fate != "pulled" for one in done)))
