"""The command line: parse, call a step, show, exit code. Everything heavy is imported by the steps.

`coursewright --help` and `check` must not import a database driver, pydantic or rich
(tests/pipeline/test_start.py), so the modules of commands import nothing but typer up there.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pipeline.cli import bundles, edits, export, publish, releases, tenant
from pipeline.errors import INTERRUPTED, flush, guarded

app = typer.Typer(
    help="Courses as code: check, publish to tenants, bring foreign packages in, take everything out.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
)
app.command()(bundles.check)
app.command()(publish.publish)
app.command()(releases.status)
app.command("plan")(publish.plan_publish)
app.command("import")(bundles.import_package)
app.command()(bundles.inspect)
app.command()(edits.drift)
app.command()(edits.pull)
app.command()(releases.history)
app.command()(releases.rollback)
app.command()(releases.copy)
app.add_typer(export.commands, name="export")
app.add_typer(tenant.commands, name="tenant")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command (of `sys.argv` when not given) and returns its exit code."""
    code = guarded(lambda: _run(arguments), sys.stderr)
    told = guarded(flush, io.StringIO() if code else sys.stderr)
    return code or told


def _run(arguments: Sequence[str] | None) -> int:
    try:
        typer.main.get_command(app).main(args=arguments, prog_name="coursewright")
    except SystemExit as end:
        if end.code == INTERRUPTED:
            raise KeyboardInterrupt from None
        return end.code if isinstance(end.code, int) else 0
    return 0


def _print_version(wanted: bool) -> None:  # noqa: FBT001 the signature of a typer callback
    if wanted:
        from pipeline.version import version

        typer.echo(f"coursewright {version()}")
        raise typer.Exit


@app.callback()
def coursewright(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Options of the command itself."""
