"""The command line: parse, call a step, show, exit code. Everything heavy is imported by the steps.

`coursewright --help` and `check` must not import a database driver, pydantic or rich
(tests/pipeline/test_start.py), so nothing but typer is imported up here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.errors import INTERRUPTED, flush, guarded

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from pipeline.consent import Consent
    from pipeline.publishing import Opened
    from schemas.records import Selection

app = typer.Typer(
    help="Courses as code: check, publish to tenants, bring foreign packages in, take everything out.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
)
export_commands = typer.Typer(help="Take content and records out of a tenant.", no_args_is_help=True)
tenant_commands = typer.Typer(help="Look after the databases of tenants.", no_args_is_help=True)
app.add_typer(export_commands, name="export")
app.add_typer(tenant_commands, name="tenant")

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", exists=True, help="Bundles: folders or zips.")
]
PathsOrPlan = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", exists=True, help="Bundles: folders or zips. Or one plan that `plan` saved."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A tenant of tenants.yaml, or `local`.")]
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
CsvOutput = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", allow_dash=True, help="Where to write; - is stdout.")
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
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
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
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Options of the command itself."""


@app.command()
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


@app.command()
def publish(
    paths: PathsOrPlan,
    tenant: Several = None,
    user: As = None,
    config: Config = None,
    *,
    groups: Groups = None,
    everyone: Everyone = False,
    part: Part = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the tenants that the last run of many left.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="How many tenants at once.")] = 4,
    failures: Annotated[
        int | None,
        typer.Option(
            "--max-failures",
            metavar="N",
            min=0,
            help="Begin no further tenant once more than N failed. Without it, a group goes on to its end,"
            " and one failure keeps the next group from beginning.",
        ),
    ] = None,
    dry_run: DryRun = False,
    on_drift: OnDrift = "refuse",
    accept: Accept = None,
    allow_archive: AllowArchive = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """Publish bundles to a tenant, or to many.

    Checks all of them, shows what will change, uploads media that the tenant does not have yet, and writes
    each bundle in one transaction. What is not in a bundle any more is archived, never deleted.

    Of many tenants, those that are current are left alone, and one that fails stops no other. Exit code 1:
    one failed or was not begun.
    """
    from functools import partial

    from pipeline import promise, publishing, tenants
    from pipeline.fleet.command import publish_to
    from pipeline.fleet.run import Limits
    from pipeline.fleet.selection import Choice
    from pipeline.show import human, jsondoc, plan

    consent = _consent(accept, allow_archive, policy)
    if any(map(promise.is_plan, paths)):
        _publish_saved(paths, user, config, dry_run=dry_run, consent=consent, as_json=as_json)
        return
    human.write_findings(publishing.require_clean(paths), sys.stderr)
    choice = Choice(tenant or (), groups or (), everyone=everyone, part=part, resume=resume, config=config)
    if choice.many:
        one = partial(
            publishing.publish, user=_named(user), dry_run=dry_run, on_drift=on_drift, consent=consent
        )
        limits = Limits(jobs=jobs, failures=failures)
        raise typer.Exit(publish_to(choice, paths, one, limits, dry_run=dry_run, as_json=as_json))
    place = tenants.find(tenant[0] if tenant else "local", config)
    who = _publisher(place, user)
    shown = sys.stderr if as_json else sys.stdout
    outcomes = []
    try:
        for path in paths:
            with publishing.opened(path) as bundle:
                outcome = publishing.publish(
                    bundle,
                    place,
                    user=who,
                    dry_run=dry_run,
                    on_drift=on_drift,
                    consent=consent,
                    show=lambda proposal: plan.write(proposal, shown),
                )
            plan.write_outcome(outcome, shown)
            outcomes.append(outcome)
    finally:
        if as_json:
            jsondoc.dump([plan.document(outcome) for outcome in outcomes], sys.stdout)


@app.command()
def status(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", exists=True, help="Compare with these bundles."),
    ] = None,
    tenant: Several = None,
    config: Config = None,
    *,
    groups: Groups = None,
    part: Part = None,
    as_json: AsJson = False,
) -> None:
    """Show which tenant has which release of which bundle, and who is behind.

    All tenants of tenants.yaml, unless some are named. Without PATH, whatever was published last to any of
    them is current. Each database is asked once. Exit code 1: a tenant cannot be read.
    """
    from pipeline.fleet import status as standing
    from pipeline.fleet.selection import Choice
    from pipeline.show import jsondoc, matrix

    everyone = not (tenant or groups)
    choice = Choice(tenant or (), groups or (), everyone=everyone, part=part, config=config)
    cells = standing.status(paths or (), choice.tenants())
    if as_json:
        jsondoc.dump(matrix.document(cells), sys.stdout)
    else:
        matrix.write(cells, sys.stdout)
    raise typer.Exit(int(any(cell.state == "unreadable" for cell in cells)))


def _publish_saved(
    paths: list[Path],
    user: str | None,
    config: Path | None,
    *,
    dry_run: bool,
    consent: Consent,
    as_json: bool,
) -> None:
    from pipeline import planning, tenants
    from pipeline.show import jsondoc, plan

    if len(paths) > 1:
        raise typer.BadParameter("publish one saved plan, and nothing besides", param_hint="PATH")
    shown = sys.stderr if as_json else sys.stdout
    outcomes = []
    try:
        for promised in planning.saved(paths[0]):
            place = tenants.find(promised.tenant, config)
            outcome = planning.publish(
                promised,
                place,
                user=_publisher(place, user),
                dry_run=dry_run,
                consent=consent,
                show=lambda proposal: plan.write(proposal, shown),
            )
            plan.write_outcome(outcome, shown)
            outcomes.append(outcome)
    finally:
        if as_json:
            jsondoc.dump([plan.document(outcome) for outcome in outcomes], sys.stdout)


@app.command("plan")
def plan_publish(
    paths: Paths,
    tenant: Annotated[
        list[str] | None,
        typer.Option("--tenant", metavar="NAME", help="A tenant; several, one after another."),
    ] = None,
    config: Config = None,
    *,
    on_drift: OnDrift = "refuse",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Save the plan, for `publish FILE` to do just that."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a report to look at in a browser.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what publishing would do, and what that means for learners.

    Writes nothing to any tenant. Counts who is enrolled, has progress, attempted, submitted or holds a
    certificate, and says what `publish` has to be told when a change breaks something for them.
    """
    from pipeline import planning, promise, publishing, tenants
    from pipeline.show import human, jsondoc, plan, report

    human.write_findings(publishing.require_clean(paths), sys.stderr)
    places = [tenants.find(name, config) for name in tenant or ["local"]]
    documents, pages = [], []
    for proposal in planning.plans(paths, places, on_drift=on_drift):
        plan.write(proposal, sys.stderr if as_json else sys.stdout)
        documents.append(plan.proposal_document(proposal))
        pages.append(report.section(proposal) if html else "")
    if output:
        promise.write(documents, output)
    if html:
        html.write_text(report.page(pages), encoding="utf-8")
    if as_json:
        jsondoc.dump(documents, sys.stdout)


@app.command("import")
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


@app.command()
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


@app.command()
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


@app.command()
def history(
    tenant: TenantName = "local",
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="KEY", help="Only of this bundle; all when left out.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List what was published to a tenant, newest first.

    A release is a publish that changed something. Its number is what `rollback --to` wants.
    """
    from pipeline import history as past
    from pipeline import tenants
    from pipeline.show import history as shown
    from pipeline.show import jsondoc

    found = past.releases(tenants.find(tenant, config), bundle)
    if as_json:
        jsondoc.dump([shown.document(release) for release in found], sys.stdout)
    else:
        shown.write(found, tenant, sys.stdout)


@app.command()
def rollback(
    bundle: Annotated[str, typer.Option("--bundle", metavar="KEY", help="Which bundle goes back.")],
    to: Annotated[int, typer.Option("--to", metavar="RELEASE", help="A number that `history` lists.")],
    tenant: TenantName = "local",
    user: As = None,
    config: Config = None,
    *,
    dry_run: DryRun = False,
    on_drift: OnDrift = "refuse",
    accept: Accept = None,
    allow_archive: AllowArchive = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """Publish an earlier release of a bundle again.

    Shows the plan and makes a new release. What later releases moved or archived comes back as the same rows,
    with everything learners did there; what they added is archived.
    """
    from pipeline import rollback as going_back
    from pipeline import tenants

    place = tenants.find(tenant, config)
    who = _publisher(place, user)
    consent = _consent(accept, allow_archive, policy)
    wanted = going_back.release(place, bundle, to)
    _publish(
        wanted,
        place,
        who,
        dry_run=dry_run,
        on_drift=on_drift,
        consent=consent,
        as_json=as_json,
    )


@app.command()
def copy(
    origin: Annotated[str, typer.Option("--from", metavar="NAME", help="The tenant that has the course.")],
    target: Annotated[str, typer.Option("--to", metavar="NAME", help="The tenant that gets it.")],
    course: Annotated[str, typer.Option("--course", metavar="KEY", help="Which course.")],
    *,
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="KEY", help="Whose course, when several have one.")
    ] = None,
    user: As = None,
    config: Config = None,
    dry_run: DryRun = False,
    on_drift: OnDrift = "refuse",
    accept: Accept = None,
    allow_archive: AllowArchive = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """Copy a course from one tenant to another, as it is there now.

    It becomes a bundle of its own with the course's key, together with the courses it requires. Copying it
    again brings the copy up to date.
    """
    from pipeline import copying, tenants

    there, here = tenants.find(origin, config), tenants.find(target, config)
    who = _publisher(here, user)
    consent = _consent(accept, allow_archive, policy)
    wanted = copying.course(there, here, course, bundle)
    _publish(
        wanted,
        here,
        who,
        dry_run=dry_run,
        on_drift=on_drift,
        consent=consent,
        as_json=as_json,
    )


def _named(user: str | None) -> str:
    if user is None:
        raise typer.BadParameter("say who publishes: --as you@example.org", param_hint="--as")
    return user


def _publisher(place: Tenant, user: str | None) -> str:
    from pipeline import tenants

    who = tenants.publisher(place, user)
    if who is None:
        raise typer.BadParameter(
            f"say who publishes to {place.name}: --as you@example.org", param_hint="--as"
        )
    return who


def _consent(accept: list[str] | None, allow_archive: int | None, policy: Path | None) -> Consent:
    from pipeline import consent

    return consent.consent(accept or [], allow_archive, policy)


def _publish(
    wanted: Opened,
    place: Tenant,
    who: str,
    *,
    dry_run: bool,
    on_drift: Literal["refuse", "keep", "overwrite"],
    consent: Consent,
    as_json: bool,
) -> None:
    from pipeline import publishing
    from pipeline.show import jsondoc, plan

    shown = sys.stderr if as_json else sys.stdout
    outcome = publishing.publish(
        wanted,
        place,
        user=who,
        dry_run=dry_run,
        on_drift=on_drift,
        consent=consent,
        show=lambda proposal: plan.write(proposal, shown),
    )
    plan.write_outcome(outcome, shown)
    if as_json:
        jsondoc.dump(plan.document(outcome), sys.stdout)


@export_commands.command("bundle")
def export_bundle(
    output: Output,
    tenant: TenantName = "local",
    bundle: Annotated[
        str | None, typer.Option("--bundle", metavar="KEY", help="Which one, when the tenant has several.")
    ] = None,
    config: Config = None,
) -> None:
    """Write a published bundle as files.

    Equal to what was published, and the same bytes every time.
    """
    from pipeline import exporting, tenants
    from pipeline.progress import say

    written = exporting.export_bundle(tenants.find(tenant, config), bundle, output)
    say(f"wrote bundle {written.key} to {output}")


@export_commands.command("enrollments")
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


@export_commands.command("certificates")
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


@tenant_commands.command("list")
def tenant_list(config: Config = None, *, as_json: AsJson = False) -> None:
    """List the tenants."""
    from pipeline import tenants
    from pipeline.show import jsondoc

    known = tenants.listed(config)
    if as_json:
        jsondoc.dump(known, sys.stdout)
    else:
        typer.echo("\n".join(known))


@tenant_commands.command("migrate")
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


@tenant_commands.command("status")
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
