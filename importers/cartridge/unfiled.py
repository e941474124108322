"""What no item of a cartridge leads to, and the section of the course it goes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from importers.cartridge import activities, canvas, webpages
from importers.cartridge.assessments import Assessments
from importers.cartridge.canvas import value
from importers.cartridge.kinds import Kind
from importers.cartridge.manifest import Resource
from importers.cartridge.plan import ABOUT
from importers.cartridge.webpages import Desk
from importers.shared.pages import words
from schemas.findings import RefusedError

_GROUPS: Final[Mapping[Kind, str]] = {
    "quiz": "quizzes",
    "assignment": "assignments",
    "discussion": "discussions",
    "link": "links",
    "document": "others",
    "unknown": "others",
}


def groups(desk: Desk, assessments: Assessments, opened: Mapping[str, str]) -> Iterator[tuple[str, Resource]]:
    """(group, resource) of what learners could open without an item; files come later, see `files`."""
    for resource in desk.shop.manifest.resources:
        if resource.identifier not in opened and desk.shop.opening(resource):
            group = _group(desk, assessments, resource)
            if group:
                yield group, resource


def _group(desk: Desk, assessments: Assessments, resource: Resource) -> str | None:
    kind = desk.shop.kinds[resource.identifier]
    if kind == "bank":
        only_called_so = resource.kind.startswith("associatedcontent/") and not assessments.is_bank(resource)
        return "quizzes" if only_called_so else "question-banks"
    if kind == "discussion" and activities.is_announcement(desk, resource):
        return "announcements"
    return _page_group(desk, resource, kind) if kind in ("file", "syllabus") else _GROUPS.get(kind)


def _page_group(desk: Desk, resource: Resource, kind: Kind) -> str | None:
    """Pages alone; Canvas's front page is what a learner sees first, and an empty syllabus is nothing."""
    name = desk.shop.opening(resource)[0]
    if not webpages.is_html(name):
        return None
    try:
        html = desk.shop.documents.html(name)
    except RefusedError:
        return "pages"
    if kind == "syllabus":
        return ABOUT if words(html) or "<img" in html or "<iframe" in html else None
    return ABOUT if webpages.meta(html).get("front_page") == "true" else "pages"


def files(desk: Desk, opened: Mapping[str, str]) -> Iterator[tuple[str, Resource]]:
    """Files that are listed and that no page shows, after all pages were made."""
    for resource in desk.shop.manifest.resources:
        if desk.shop.kinds[resource.identifier] == "file" and resource.identifier not in opened:
            names = desk.shop.opening(resource)
            if names and names[0] not in desk.shop.fates:
                yield "files", resource


def hidden(desk: Desk) -> set[str]:
    """Resources that Canvas's files_meta.xml hides or locks."""
    root = desk.shop.documents.settings(canvas.FILES)
    holder = canvas.child(root, "files") if root else None
    return {
        node.attributes.get("identifier", "")
        for node in (holder.children if holder else ())
        if "true" in (value(node, "hidden"), value(node, "locked"))
    }
