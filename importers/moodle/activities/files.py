"""Activities that are files: a resource, a folder, packages that are played."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from importers.moodle.activities.texts import introduced
from importers.moodle.ancient import COURSE
from importers.moodle.backup import Activity
from importers.moodle.files import Stored
from importers.moodle.shop import Introduction, Made, Shop
from importers.shared import hrefs
from importers.shared.moodle_questions.quizzes import cut
from importers.shared.moodle_questions.texts import plain
from importers.shared.outcome import changed, skipped
from importers.shared.shelf import Refused
from schemas.media import media_type_of
from schemas.model import Content, Launch, Pdf, Resource, Video

_HTML: Final = re.compile(r"\.(html?|xhtml)$", re.IGNORECASE)
_HREF: Final = re.compile(r's:4:"href";s:\d+:"([^"]+)"')


def resource(shop: Shop, activity: Activity) -> Made:
    """One file, or a small site of several: the first one is what is opened."""
    stored = _of_resource(shop, activity)
    above = shop.introduction(activity)
    if not stored:
        return introduced(shop, activity, "a file that is not in the backup: a page in its place")
    main, *rest = stored
    if _HTML.search(main.name):
        media = shop.packed(main.name, stored)
        content = packaged(shop, activity, above, media, Launch(standard="html", href=_quoted(main.path)))
        return Made([*above.before, content], changed(*above.notes, "pages of HTML: played as they are"))
    shown = _shown(shop, activity, above, main)
    if isinstance(shown, Refused):
        return Made(
            introduced(shop, activity, "").contents,
            changed(*above.notes, f"a page in place of its file: {shown.reason}"),
        )
    others = [made for each in rest if (made := shop.download(activity, each))]
    beside = f"{len(others)} further files stand behind it" if others else ""
    return Made([*above.before, shown, *others], changed(*above.notes, beside))


def folder(shop: Shop, activity: Activity) -> Made:
    """Every file is a content of its own."""
    stored = shop.backup.files.of(f"{activity.context}/mod_folder/content/0") or _of_old_folder(
        shop, activity
    )
    above = shop.introduction(activity)
    found = [
        content
        for each in sorted(stored, key=lambda each: each.path)
        if (content := shop.download(activity, each, f"{activity.title} › {each.path}"))
    ]
    if not found:
        return introduced(shop, activity, "a folder without files: its introduction is a page")
    contents: list[Content] = list(above.before)
    if above.description:
        contents += introduced(shop, activity, "").contents
    return Made([*contents, *found], changed(*above.notes, "a folder: each file stands by itself"))


def h5p(shop: Shop, activity: Activity) -> Made:
    """The package as a zip that is played."""
    (package, *_) = (*shop.backup.files.of(f"{activity.context}/mod_h5pactivity/package/0"), None)
    if package is None:
        return introduced(shop, activity, "an H5P package that is not in the backup: a page in its place")
    above = shop.introduction(activity)
    fault = shop.backup.files.fault(package)
    if fault:
        shop.ledger.settle("file", package.told, skipped(fault))
        return Made(above.before, skipped(fault))
    media = shop.shelf.put(package.blob, called=f"{package.name.removesuffix('.h5p')}.zip")
    if isinstance(media, Refused):
        shop.ledger.settle("file", package.told, skipped(media.reason))
        return Made(above.before, skipped(media.reason))
    shop.ledger.settle("file", package.told)
    content = packaged(shop, activity, above, media, Launch(standard="h5p", href="h5p.json"))
    return Made(
        [*above.before, content], changed(*above.notes, "played; import the .h5p by itself to convert it")
    )


def imscp(shop: Shop, activity: Activity) -> Made:
    """A content package as Moodle unpacked it: pages that are played, from the first one on."""
    areas = shop.backup.files.areas
    prefix = f"{activity.context}/mod_imscp/content/"
    stored = [each for area, found in areas.items() if area.startswith(prefix) for each in found]
    if not stored:
        return introduced(shop, activity, "a content package that is not in the backup: a page in its place")
    above = shop.introduction(activity)
    media = shop.packed(activity.title, stored)
    found = _HREF.search(plain(activity.node, "structure"))
    launch = None
    if found and not hrefs.danger(found[1]):
        launch = Launch(standard="html", href=found[1])
    note = "an IMS content package: played from its first page" if launch else "kept, without a page to start"
    return Made([*above.before, packaged(shop, activity, above, media, launch)], changed(*above.notes, note))


# ── resources ────────────────────────────────────────────────────────────────────────────────────


def _of_resource(shop: Shop, activity: Activity) -> Sequence[Stored]:
    files = shop.backup.files
    stored = files.of(f"{activity.context}/mod_resource/content/0")
    reference = plain(activity.node, "reference")
    if not stored and reference:
        found = files.find(f"{COURSE}/course/legacy/0/{reference}")
        return [found] if found else []
    return stored


def _of_old_folder(shop: Shop, activity: Activity) -> list[Stored]:
    below = plain(activity.node, "reference").strip("/")
    return [
        each
        for each in shop.backup.files.of(f"{COURSE}/course/legacy/0")
        if plain(activity.node, "type") == "directory" and each.path.startswith(f"{below}/" if below else "")
    ]


def _shown(shop: Shop, activity: Activity, above: Introduction, stored: Stored) -> Content | Refused:
    """Videos are played and documents are shown; every other file is to download."""
    kind = media_type_of(stored.name) or ""
    made: type[Video | Pdf | Resource] = Resource
    media: str | Refused = Refused("")
    if kind.startswith("video/"):
        made, media = Video, shop.media(stored, "video")
    elif kind == "application/pdf":
        made, media = Pdf, shop.media(stored, "document")
    if isinstance(media, Refused):
        made, media = Resource, shop.media(stored)
    if isinstance(media, Refused):
        return media
    return made(
        key=shop.key(activity),
        title=cut(activity.title),
        description=above.description,
        published=activity.visible,
        media=media,
        location=activity.location,
    )


def packaged(
    shop: Shop, activity: Activity, above: Introduction, media: str, launch: Launch | None
) -> Resource:
    """The activity as one file, with how it is played when it is."""
    return Resource(
        key=shop.key(activity),
        title=cut(activity.title),
        description=above.description,
        published=activity.visible,
        media=media,
        launch=launch,
        location=activity.location,
    )


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
