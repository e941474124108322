"""Commands that need no tenant: check a bundle, look at a foreign package, make a bundle of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import AsJson, Engine, Jobs, Output, Paths


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
        typer.Argument(metavar="FILE...", exists=True, help="Packages: archives, folders or single files."),
    ],
    output: Output,
    instructor: Annotated[
        str | None, typer.Option("--instructor", metavar="EMAIL", help="Who teaches what the package holds.")
    ] = None,
    form: Annotated[
        Literal["human", "json", "html"],
        typer.Option("--report", help="How to print the account; html is one file to look at in a browser."),
    ] = "human",
    max_loss: Annotated[
        float | None,
        typer.Option(
            "--max-loss",
            metavar="PERCENT",
            min=0,
            max=100,
            help="Exit code 4 when more than this share of a package's items or questions was skipped."
            " Without it, what was lost is told and the exit code is 0.",
        ),
    ] = None,
    *,
    jobs: Jobs = None,
    engine: Engine = "processes",
) -> None:
    """Turn a foreign package into a bundle, or several into one each.

    Reads SCORM 1.2 and 2004, AICC, cmi5, xAPI, Common Cartridge, exports of Canvas, Blackboard, Brightspace
    and Open edX, Moodle backups, QTI, H5P, questions in Moodle XML, GIFT, Aiken, CSV and XLSX, and folders of
    pages and media. A format is told by what is in a file, never by its name; nothing is run or fetched.

    Accounts for everything that was in the package: carried, changed (how) or skipped (why).

    Several go to DIR/NAME, many at once, and a bad one stops no other. Of several, --report json writes one
    JSON object a line, as it happens, and their sum at the end.

    Exit code 0: imported, 1: one failed, 2: wrong usage, 4: more was lost than --max-loss allows.
    """
    from pipeline import importing
    from pipeline.fleet.run import Limits

    if len(files) == 1:
        package = importing.Package(files[0], output, instructor)
        raise typer.Exit(importing.import_one(package, form, max_loss))
    if output.suffix == ".zip":
        raise typer.BadParameter("several packages need a folder", param_hint="--output")
    packages = importing.packages(files, output, instructor=instructor)
    limits = Limits(jobs=jobs, engine=engine)
    raise typer.Exit(importing.import_all(packages, limits, form, max_loss))


def inspect(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, help="Packages of any kind.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Tell what a package is and holds, without converting it.

    Its container, format and title, what an import would make of it, its biggest files, and what is odd
    about it. Writes nothing. Exit code 0: all were read, 1: one cannot be imported.
    """
    from pipeline import inspecting
    from pipeline.show import inspected, jsondoc

    seen = inspecting.inspect(files)
    if as_json:
        jsondoc.dump([inspected.document(one) for one in seen], sys.stdout)
    else:
        inspected.write(seen, sys.stdout)
    raise typer.Exit(int(any(one.failed for one in seen)))
