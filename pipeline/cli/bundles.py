"""Commands that need no tenant: check a bundle, make one of a foreign package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import Engine, Jobs, Output, Paths


def check(
    paths: Paths,
    form: Annotated[
        Literal["human", "json", "github", "sarif", "junit"], typer.Option("--format", help="How to print.")
    ] = "human",
) -> None:
    """Find everything that is wrong in bundles.

    Exit code 0: no errors (warnings are allowed), 1: errors, 2: wrong usage.
    """
    from pipeline import checking
    from pipeline.show import findings

    checked = checking.check(paths)
    findings.write(checked, form, sys.stdout)
    raise typer.Exit(int(any(one.failed for one in checked)))


def import_package(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, help="Foreign packages: SCORM 1.2."),
    ],
    output: Output,
    instructor: Annotated[
        str | None, typer.Option("--instructor", metavar="EMAIL", help="Who teaches what the package holds.")
    ] = None,
    form: Annotated[
        Literal["human", "json"], typer.Option("--report", help="How to print the account.")
    ] = "human",
    *,
    jobs: Jobs = None,
    engine: Engine = "processes",
) -> None:
    """Turn a foreign package into a bundle, or several into one each.

    Accounts for everything that was in the package: carried, changed (how) or skipped (why).

    Several go to DIR/NAME, many at once, and a bad one stops no other. Exit code 1: one failed. Of several,
    --report json writes one JSON object a line, as it happens.
    """
    from pipeline import converting, importing
    from pipeline.fleet.run import Limits
    from pipeline.show import account, jsondoc

    if len(files) > 1:
        if output.suffix == ".zip":
            raise typer.BadParameter("several packages need a folder", param_hint="--output")
        packages = importing.packages(files, output, instructor=instructor)
        limits = Limits(jobs=jobs, engine=engine)
        raise typer.Exit(importing.import_all(packages, limits, as_json=form == "json"))
    converted = converting.convert(files[0], output, instructor=instructor)
    if form == "json":
        jsondoc.dump(account.document(converted, output), sys.stdout)
    else:
        account.write(converted, output, sys.stdout)
    raise typer.Exit(int(converted.failed))
