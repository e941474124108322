"""Options that several commands have. They mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", exists=True, help="Bundles: folders or zips.")
]
TenantName = Annotated[
    str, typer.Option("--tenant", metavar="NAME", help="A tenant of tenants.yaml, or the embedded one.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", exists=True, dir_okay=False, help="Instead of ./tenants.yaml."),
]
Output = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="DIR|FILE.zip", help="Where to write; .zip makes an archive."),
]
Several = Annotated[
    list[str] | None, typer.Option("--tenant", metavar="NAME", help="A tenant of tenants.yaml, or `local`.")
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME", help="A group of tenants; several in this order."),
]
Everyone = Annotated[
    bool,
    typer.Option("--all", help="All tenants of tenants.yaml: its groups in their order, then the others."),
]
Part = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Only this part of the tenants, of N machines.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the tenants that the last run of many left.")
]
Failures = Annotated[
    int | None,
    typer.Option(
        "--max-failures",
        metavar="N",
        min=0,
        help="Begin no further tenant once more than N failed. Without it, a group goes on to its end,"
        " and one failure keeps the next group from beginning.",
    ),
]
As = Annotated[
    str | None, typer.Option("--as", metavar="EMAIL", help="Who publishes. Needed except for `local`.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")]
OnDrift = Annotated[
    Literal["refuse", "keep", "overwrite"],
    typer.Option("--on-drift", help="What becomes of edits that were made in the tenant."),
]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="RULE", help="A breaking change that is meant, by its rule: CW431."),
]
AllowArchive = Annotated[
    int | None,
    typer.Option("--allow-archive", metavar="N", min=0, help="So many items may be archived at once."),
]
Policy = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="FILE", exists=True, dir_okay=False, help="What is accepted without asking."
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", min=1, max=1024, help="How many at once.")]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="WHERE",
        help="Who does it: threads or processes of this machine, or the workers of a dask cluster,"
        " dask://HOST:PORT.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
