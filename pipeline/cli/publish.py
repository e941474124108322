"""Publishing bundles, and seeing before what that would do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.acting import consent_of, named, publish_each, publisher
from pipeline.cli.options import (
    Accept,
    AllowArchive,
    As,
    AsJson,
    Config,
    DryRun,
    Engine,
    Everyone,
    Failures,
    Groups,
    Jobs,
    OnDrift,
    Part,
    Paths,
    Policy,
    Resume,
    Several,
)

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from pipeline.consent import Consent
    from pipeline.publishing import Outcome

PathsOrPlan = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", exists=True, help="Bundles: folders or zips. Or one plan that `plan` saved."
    ),
]


def publish(
    paths: PathsOrPlan,
    tenant: Several = None,
    user: As = None,
    config: Config = None,
    *,
    groups: Groups = None,
    everyone: Everyone = False,
    part: Part = None,
    resume: Resume = False,
    jobs: Jobs = None,
    engine: Engine = "threads",
    failures: Failures = None,
    two_phase: Annotated[
        bool,
        typer.Option(
            "--two-phase", help="Rehearse in all tenants first, and publish only when every one took it all."
        ),
    ] = False,
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
    from pipeline import promise, publishing, tenants
    from pipeline.fleet.command import publish_to
    from pipeline.fleet.run import Limits
    from pipeline.fleet.selection import Choice
    from pipeline.show import human

    consent = consent_of(accept, allow_archive, policy)
    if any(map(promise.is_plan, paths)):
        _publish_saved(paths, user, config, dry_run=dry_run, consent=consent, as_json=as_json)
        return
    human.write_findings(publishing.require_clean(paths), sys.stderr)
    choice = Choice(tenant or (), groups or (), everyone=everyone, part=part, resume=resume, config=config)
    if choice.many:
        one = partial(
            publishing.publish, user=named(user), dry_run=dry_run, on_drift=on_drift, consent=consent
        )
        limits = Limits(jobs=jobs, failures=failures, engine=engine)
        code = publish_to(
            choice, paths, one, limits, dry_run=dry_run, two_phase=two_phase and not dry_run, as_json=as_json
        )
        raise typer.Exit(code)
    place = tenants.find(tenant[0] if tenant else "local", config)
    who = publisher(place, user)
    one = partial(publishing.publish, user=who, dry_run=dry_run, on_drift=on_drift, consent=consent)
    publish_each(_of_each(paths, place, one), as_json=as_json)


def _of_each(
    paths: list[Path], place: Tenant, one: Callable[..., Outcome]
) -> Iterator[Callable[..., Outcome]]:
    """Each bundle is open while it is published."""
    from pipeline import publishing

    for path in paths:
        with publishing.opened(path) as bundle:
            yield partial(one, bundle, place)


def _publish_saved(
    paths: list[Path],
    user: str | None,
    config: Path | None,
    *,
    dry_run: bool,
    consent: Consent,
    as_json: bool,
) -> None:
    from pipeline import planning

    if len(paths) > 1:
        raise typer.BadParameter("publish one saved plan, and nothing besides", param_hint="PATH")
    one = partial(planning.publish, dry_run=dry_run, consent=consent)
    publish_each(_of_saved(paths[0], user, config, one), as_json=as_json)


def _of_saved(
    file: Path, user: str | None, config: Path | None, one: Callable[..., Outcome]
) -> Iterator[Callable[..., Outcome]]:
    from pipeline import planning, tenants

    for promised in planning.saved(file):
        place = tenants.find(promised.tenant, config)
        yield partial(one, promised, place, user=publisher(place, user))


def plan_publish(
    paths: Paths,
    tenant: Several = None,
    config: Config = None,
    *,
    groups: Groups = None,
    everyone: Everyone = False,
    part: Part = None,
    jobs: Jobs = None,
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
    markdown: Annotated[
        Path | None,
        typer.Option("--markdown", metavar="FILE", help="Write a comment for a pull or merge request."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what publishing would do, and what that means for learners.

    Writes nothing to any tenant. Counts who is enrolled, has progress, attempted, submitted or holds a
    certificate, and says what `publish` has to be told when a change breaks something for them.

    Of many tenants, those whose plans are alike are told together, with the learners of all. Exit code 1: a
    tenant could not be planned for; the others are shown all the same.
    """
    from pipeline import promise, publishing
    from pipeline.fleet import plan as planning
    from pipeline.fleet.run import Limits
    from pipeline.fleet.selection import Choice
    from pipeline.show import human, plan, plans, report
    from pipeline.show import markdown as comment

    human.write_findings(publishing.require_clean(paths), sys.stderr)
    names = tenant or ([] if groups or everyone or part else ["local"])
    choice = Choice(names, groups or (), everyone=everyone, part=part, config=config)
    document = plan.proposal_document if output or as_json else None
    made = planning.plans(paths, choice.tenants(), Limits(jobs=jobs), on_drift=on_drift, document=document)
    plans.write(made, sys.stderr if as_json else sys.stdout)
    if output:
        promise.write(made.documents, output)
    if html:
        html.write_text(report.page(made), encoding="utf-8")
    if markdown:
        markdown.write_text(comment.page(made), encoding="utf-8")
    if as_json:
        plans.dump(made, sys.stdout)
    raise typer.Exit(int(bool(made.failed)))
