"""Plans of one tenant or of many, for people and for programs; who could not be planned for comes last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TextIO

from pipeline.show import fleet, jsondoc, plan
from schemas.findings import CoursewrightError, RefusedError

if TYPE_CHECKING:
    from pipeline.fleet.plan import Plans
    from pipeline.fleet.run import News

_PLANNED: Final = fleet.Words("tenant", "comparing", "would change")


def write(plans: Plans, stream: TextIO) -> None:
    for number, shared in enumerate(plans.shared):
        stream.write("\n" * bool(number))
        plan.write_shared(shared, stream)
    if len(plans.ends) > 1:
        _write_end(plans, stream)


def _write_end(plans: Plans, stream: TextIO) -> None:
    shown = fleet.Shown(lambda _: None)
    for news in plans.ends:
        shown.tell(news)
    stream.write("\n")
    fleet.write_failed(plans.failed, stream)
    fleet.write_end(shown, _PLANNED, stream, as_json=False)


def dump(plans: Plans, stream: TextIO) -> None:
    """Every single plan as JSON; among them, last, what stands for a tenant that has none."""
    jsondoc.dump([*plans.documents, *map(_failure_document, plans.failed)], stream)


def _failure_document(news: News) -> dict[str, Any]:
    error = news.error
    findings = error.findings if isinstance(error, RefusedError) else ()
    return {
        "tenant": news.name,
        "error": news.text,
        "mend": error.mend if isinstance(error, CoursewrightError) else "",
        "findings": [jsondoc.finding_document(finding) for finding in findings],
    }
