"""What commands that write to a tenant have in common: who does it, what is allowed, what is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from loaders.tenants.tenant import Tenant
    from pipeline.consent import Consent
    from pipeline.publishing import Opened, Outcome


def named(user: str | None) -> str:
    """Who publishes to many tenants, of which none has a default."""
    if user is None:
        raise typer.BadParameter("say who publishes: --as you@example.org", param_hint="--as")
    return user


def publisher(place: Tenant, user: str | None) -> str:
    """Who publishes to this tenant."""
    from pipeline import tenants

    who = tenants.publisher(place, user)
    if who is None:
        raise typer.BadParameter(
            f"say who publishes to {place.name}: --as you@example.org", param_hint="--as"
        )
    return who


def consent_of(accept: list[str] | None, allow_archive: int | None, policy: Path | None) -> Consent:
    from pipeline import consent

    return consent.consent(accept or [], allow_archive, policy)


def publish_one(
    wanted: Opened,
    place: Tenant,
    who: str,
    *,
    dry_run: bool,
    on_drift: Literal["refuse", "keep", "overwrite"],
    consent: Consent,
    as_json: bool,
) -> None:
    """Publishes to one tenant, and shows the plan and what was done."""
    from pipeline import publishing
    from pipeline.show import jsondoc, plan

    outcome = _shown(
        partial(
            publishing.publish,
            wanted,
            place,
            user=who,
            dry_run=dry_run,
            on_drift=on_drift,
            consent=consent,
        ),
        as_json=as_json,
    )
    if as_json:
        jsondoc.dump(plan.document(outcome), sys.stdout)


def publish_each(publishes: Iterable[Callable[..., Outcome]], *, as_json: bool) -> None:
    """Publishes one after the other, as `publish_one`. What was done before one fails is told as JSON too."""
    from pipeline.show import jsondoc, plan

    outcomes = []
    try:
        for publish in publishes:
            outcomes.append(_shown(publish, as_json=as_json))  # noqa: PERF401 those before a failure are kept
    finally:
        if as_json:
            jsondoc.dump([plan.document(outcome) for outcome in outcomes], sys.stdout)


def _shown(publish: Callable[..., Outcome], *, as_json: bool) -> Outcome:
    from pipeline.show import plan

    stream = sys.stderr if as_json else sys.stdout
    outcome = publish(show=lambda proposal: plan.write(proposal, stream))
    plan.write_outcome(outcome, stream)
    return outcome
