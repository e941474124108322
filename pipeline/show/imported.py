"""Imports as one HTML file: of each package what was carried, and every item that was changed or skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pipeline.show.page import badge, inert, whole
from pipeline.show.tallied import over
from pipeline.tally import Tally, carried_percent
from schemas.findings import FATES
from schemas.words import counted

MOST_ITEMS: Final = 2_000
"""Rows of one package; browsers get slow."""

_COLUMNS = ("what became of it", "kind", "name", "how, or why", "where")

Account = Mapping[str, Any]
"""What `show.account.document` makes."""


def page(accounts: Mapping[str, Account], failed: Mapping[str, str], tally: Tally) -> str:
    """The whole file: `accounts` by package, `failed` packages with the reason."""
    sections = [_package(name, account) for name, account in accounts.items()]
    return whole("coursewright import", [*_summary(accounts, failed, tally), *sections])


def _summary(accounts: Mapping[str, Account], failed: Mapping[str, str], tally: Tally) -> Iterator[str]:
    """Of several; one package speaks for itself."""
    if len(accounts) + len(failed) != 1:
        packages = counted(len(accounts) + len(failed), "package")
        ends = f"{len(accounts):,} imported, {len(failed):,} failed"
        yield f"<header><h1>{packages} <small>{ends}</small></h1></header>\n"
        yield _table("All packages", tally.kinds)
    for name, reason in failed.items():
        yield f'<p class="needs"><b>{inert(name)}</b> was not imported: {inert(reason)}</p>\n'
    for told in over(tally):
        yield f'<p class="needs">{inert(told)}</p>\n'


def _package(name: str, account: Account) -> str:
    """One package: how much of what, then each thing that is not as it was, what was skipped first."""
    return f"<article>\n{''.join(_told(name, account, _noted(account)))}</article>\n"


def shortened(account: Account) -> Account:
    """As much of an account as the page shows."""
    return {**account, "items": _noted(account)[:MOST_ITEMS]}


def _noted(account: Account) -> list[Account]:
    return [item for fate in ("skipped", "changed") for item in account["items"] if item["fate"] == fate]


def _told(name: str, account: Account, noted: Sequence[Account]) -> Iterator[str]:
    where = f"{inert(account['format'])} → {inert(account['output'])}"
    yield f"<header><h1>{inert(name)} <small>{where}</small></h1>\n"
    counts = " ".join(badge(fate, f"{account[fate]:,} {fate}") for fate in FATES if account[fate])
    yield f"<p>{counts} {account['percent']:.1f} % carried, as bundle "
    yield f"<code>{inert(account['bundle'])}</code>.</p></header>\n"
    if account["beside"]:
        yield f"<p>Personal data of learners: <code>{inert(account['beside'])}</code></p>\n"
    yield _table("By kind", account["kinds"])
    yield from _findings(account["findings"])
    if noted:
        yield '<table class="list">\n<caption>Changed and skipped</caption>\n'
        heads = "".join(f'<th scope="col">{head}</th>' for head in _COLUMNS)
        yield f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        yield from map(_row, noted[:MOST_ITEMS])
        yield "</tbody>\n</table>\n"
    if (more := account["changed"] + account["skipped"] - MOST_ITEMS) > 0:
        yield f"<p>… and {more:,} more; --report json has all of them.</p>\n"


def _table(caption: str, kinds: Mapping[str, Mapping[Any, int]]) -> str:
    heads = "".join(f'<th scope="col">{fate}</th>' for fate in FATES)
    rows = "".join(
        f'<tr><th scope="row">{inert(kind)}</th>'
        + "".join(f"<td>{f'{fates[fate]:,}' if fates.get(fate) else '·'}</td>" for fate in FATES)
        + f"<td>{carried_percent(fates):.1f} %</td></tr>\n"
        for kind, fates in kinds.items()
    )
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr><td></td>{heads}"
        f'<th scope="col">kept</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n'
    )


def _findings(findings: Sequence[Account]) -> Iterator[str]:
    """Of the package, and of the bundle that was written."""
    for one in findings:
        severity = "breaking" if one["severity"] == "error" else "care"
        yield f'<section class="{severity}">\n<h2>{badge(severity, one["rule"])} {inert(one["name"])}'
        yield f" <code>{inert(_place(one))}</code></h2>\n<p>{inert(one['found'])}; expected "
        yield f"{inert(one['expected'])}. {inert(one['mend'])}</p>\n</section>\n"


def _row(item: Account) -> str:
    told = "".join(f"<td>{inert(item[cell])}</td>" for cell in ("kind", "name", "note"))
    place = f"<td><code>{inert(_place(item))}</code></td>"
    return f"<tr><td>{badge(item['fate'], item['fate'])}</td>{told}{place}</tr>\n"


def _place(one: Account) -> str:
    place = ":".join(str(part) for part in (one["file"], one["line"], one["column"]) if part)
    return f"{place} {one['path']}".strip() if one["path"] else place
