"""SCORM and AICC activities: the package as it is, started page by page as Moodle did.

Moodle keeps what it read of the manifest: pages, parameters, mastery scores. Only the edition of SCORM 2004
it did not keep; that is in the manifest, which lies unpacked beside the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from importers.moodle.activities.files import packaged
from importers.moodle.activities.texts import introduced
from importers.moodle.backup import Activity
from importers.moodle.shop import Made, Shop
from importers.shared import hrefs, xml
from importers.shared.moodle_questions.quizzes import cut
from importers.shared.moodle_questions.texts import number, plain
from importers.shared.outcome import changed, skipped
from importers.shared.shelf import Refused
from importers.shared.xml import Node
from schemas.findings import RefusedError
from schemas.model import Launch, Standard

_STANDARDS: Final[dict[str, Standard]] = {"SCORM_1.2": "scorm-1.2", "AICC": "aicc"}
_SCORM_2004: Final = "SCORM_1.3"
_EDITIONS: Final[dict[str, Standard]] = {
    "cam 1.3": "scorm-2004-2nd-edition",
    "2004 3rd edition": "scorm-2004-3rd-edition",
    "2004 4th edition": "scorm-2004-4th-edition",
}
_LONGEST_HREF: Final = 500


def scorm(shop: Shop, activity: Activity) -> Made:
    """The package, and a content for each page that it starts with."""
    package = next(iter(shop.backup.files.of(f"{activity.context}/mod_scorm/package/0")), None)
    if package is None:
        return introduced(shop, activity, "a SCORM package that is not in the backup: a page in its place")
    above = shop.introduction(activity)
    media = shop.media(package)
    if isinstance(media, Refused):
        return Made(above.before, skipped(media.reason))
    whole = packaged(shop, activity, above, media, None)
    standard = _standard(shop, activity) if media.endswith(".zip") else None
    launches = list(_launches(activity, standard)) if standard else []
    contents = [
        replace(
            whole, launch=launch, title=cut(title), key=shop.part_key(activity, part) if part else whole.key
        )
        for title, part, launch in launches
    ]
    return Made([*above.before, *(contents or [whole])], changed(*above.notes, _said(activity, launches)))


def _standard(shop: Shop, activity: Activity) -> Standard | None:
    version = plain(activity.node, "version")
    return _edition(shop, activity) if version == _SCORM_2004 else _STANDARDS.get(version)


def _edition(shop: Shop, activity: Activity) -> Standard | None:
    """As the manifest says that Moodle unpacked; None where there is none, or another."""
    unpacked = f"{activity.context}/mod_scorm/content/"
    for stored in shop.backup.files.all():
        if stored.area.startswith(unpacked) and stored.path == "imsmanifest.xml":
            if shop.backup.files.fault(stored):
                return None
            source = shop.backup.files.source
            try:
                data = source.read(stored.blob, xml.MAX_BYTES)
                root = xml.parse(data, source.place(stored.blob)).root
            except RefusedError:
                return None
            versions = (node.text for node in root.walk() if node.name == "schemaversion")
            return _EDITIONS.get(" ".join(next(versions, "").lower().split()))
    return None


def _launches(activity: Activity, standard: Standard) -> Iterator[tuple[str, str, Launch]]:
    """(title, part of the key, launch) of every page, in their order; an only one is the activity itself."""
    pages = _pages(activity.node)
    for each in pages:
        data = {plain(one, "name"): plain(one, "value") for one in each.walk() if one.name == "sco_data"}
        href = hrefs.with_parameters(plain(each, "launch"), data.get("parameters", ""))
        launch = Launch(
            standard=standard, href=href, passing_score=_passing(each, data.get("masteryscore", ""))
        )
        alone = len(pages) == 1
        title = activity.title if alone else f"{activity.title} › {plain(each, 'title')}"
        yield title, "" if alone else plain(each, "identifier"), launch


def _pages(node: Node | None) -> list[Node]:
    found = [each for each in (node.walk() if node is not None else ()) if each.name == "sco"]
    return [each for each in found if _is_startable(plain(each, "launch"))]


def _is_startable(href: str) -> bool:
    inside = bool(href) and not hrefs.is_web(href) and not hrefs.danger(href)
    return inside and not href.startswith(("?", "#")) and "\\" not in href and len(href) < _LONGEST_HREF // 2


def _passing(page: Node, mastery: str) -> Decimal | None:
    """SCORM 1.2 has a mastery score in percent, 2004 a measure from -1 to 1 of the primary objective."""
    if mastery:
        return _percent(number(mastery))
    for each in page.walk():
        if each.name == "seq_objective" and plain(each, "satisfiedbymeasure") == "1":
            return _percent(number(plain(each, "minnormalizedmeasure")) * 100)
    return None


def _percent(score: Decimal) -> Decimal | None:
    return Decimal(f"{score:.2f}").normalize() + 0 if 0 <= score <= 100 else None


def _said(activity: Activity, launches: Sequence[object]) -> str:
    if launches:
        return "each page of the package is a content" if len(launches) > 1 else ""
    if plain(activity.node, "version") == _SCORM_2004:
        return "SCORM 2004 of an edition that cannot be told: kept, to be imported by itself"
    return "kept, without a page to start"
