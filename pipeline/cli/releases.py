"""What was published: who has it, when it was, going back to it, taking it elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.acting import consent_of, named, publish_one, publisher
from pipeline.cli.options import (
    Accept,
    AllowArchive,
    As,
    AsJson,
    Config,
    DryRun,
    Everyone,
    Failures,
    Groups,
    Jobs,
    OnDrift,
    Part,
    Policy,
    Resume,
    Several,
    TenantName,
)


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
    edits: Annotated[
        bool, typer.Option("--drift", help="Also who edited published items there; looks at every row.")
    ] = False,
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
    cells = standing.status(paths or (), choice.tenants(), edits=edits)
    if as_json:
        jsondoc.dump(matrix.document(cells), sys.stdout)
    else:
        matrix.write(cells, sys.stdout)
    raise typer.Exit(int(any(cell.state == "unreadable" for cell in cells)))


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


def rollback(
    bundle: Annotated[str, typer.Option("--bundle", metavar="KEY", help="Which bundle goes back.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="RELEASE",
            help="A number that `history` lists; or how a git commit or a digest begins, with at least seven"
            " letters; or `previous`.",
        ),
    ],
    tenant: Several = None,
    user: As = None,
    config: Config = None,
    *,
    groups: Groups = None,
    everyone: Everyone = False,
    part: Part = None,
    resume: Resume = False,
    jobs: Jobs = None,
    failures: Failures = None,
    dry_run: DryRun = False,
    on_drift: OnDrift = "refuse",
    accept: Accept = None,
    allow_archive: AllowArchive = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """Publish an earlier release of a bundle again, in one tenant or in many.

    Shows the plan and makes a new release. What later releases moved or archived comes back as the same rows,
    with everything learners did there; what they added is archived.

    Many tenants are served as `publish` serves them. Release numbers differ between them, so say the commit,
    the digest or `previous`.
    """
    from functools import partial

    from pipeline import publishing, tenants
    from pipeline import rollback as going_back
    from pipeline.fleet import command
    from pipeline.fleet import rollback as fleet
    from pipeline.fleet.run import Limits
    from pipeline.fleet.selection import Choice

    consent = consent_of(accept, allow_archive, policy)
    wanted = going_back.target(to)
    choice = Choice(tenant or (), groups or (), everyone=everyone, part=part, resume=resume, config=config)
    if choice.many:
        job, limits = fleet.job(bundle, wanted, choice), Limits(jobs=jobs, failures=failures)
        if dry_run:
            raise typer.Exit(command.propose_back(job, limits, on_drift=on_drift, as_json=as_json))
        one = partial(publishing.publish, user=named(user), dry_run=False, on_drift=on_drift, consent=consent)
        raise typer.Exit(command.roll_back(job, one, limits, as_json=as_json))
    place = tenants.find(tenant[0] if tenant else "local", config)
    who = publisher(place, user)
    publish_one(
        going_back.Releases(bundle, wanted).of(place),
        place,
        who,
        dry_run=dry_run,
        on_drift=on_drift,
        consent=consent,
        as_json=as_json,
    )


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
    who = publisher(here, user)
    consent = consent_of(accept, allow_archive, policy)
    wanted = copying.course(there, here, course, bundle)
    publish_one(
        wanted,
        here,
        who,
        dry_run=dry_run,
        on_drift=on_drift,
        consent=consent,
        as_json=as_json,
    )
