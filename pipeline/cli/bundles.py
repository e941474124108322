"""Commands that need no tenant: check a bundle, make one of a foreign package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import Output, Paths


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
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, help="A foreign package: SCORM 1.2.")],
    output: Output,
    instructor: Annotated[
        str | None, typer.Option("--instructor", metavar="EMAIL", help="Who teaches what the package holds.")
    ] = None,
    form: Annotated[
        Literal["human", "json"], typer.Option("--report", help="How to print the account.")
    ] = "human",
) -> None:
    """Turn a foreign package into a bundle.

    Accounts for everything that was in the package: carried, changed (how) or skipped (why).
    """
    from pipeline import converting
    from pipeline.show import account, jsondoc

    converted = converting.convert(file, output, instructor=instructor)
    if form == "json":
        jsondoc.dump(account.document(converted, output), sys.stdout)
    else:
        account.write(converted, output, sys.stdout)
    raise typer.Exit(int(converted.failed))
