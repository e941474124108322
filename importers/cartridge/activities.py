"""What learners do in a cartridge besides reading: assignments and discussions.

Common Cartridge has an XML document for each; Canvas adds a file of settings beside it, or writes an
assignment as a page and its settings alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Final

from importers.cartridge import rubrics, webpages
from importers.cartridge.canvas import child, moment, said, value
from importers.cartridge.manifest import Resource
from importers.cartridge.webpages import Desk, Made, Spot
from importers.shared import hrefs, plain_text
from importers.shared.figures import NOTE, Figures
from importers.shared.html import page_title
from importers.shared.outcome import changed
from importers.shared.xml import Node
from schemas import model
from schemas.findings import RefusedError

_NO_TYPE: Final = frozenset(("", "none", "not_graded", "discussion_topic", "online_quiz"))
TOLD: Final = frozenset((
    "title", "workflow_state", "due_at", "points_possible", "submission_types", "text", "position",
    "gradable", "submission_formats", "instructor_text", "attachments", "extensions", "type", "topic_id",
    "assignment", "external_tool_url", "rubric_identifierref", "quiz_identifierref",
    "resource_link_lookup_uuid", "external_tool_external_identifier",
))  # fmt: skip
"""What is carried or told elsewhere, and links of Canvas's own."""
_MOST_POINTS: Final = Decimal(99_999_999)
_BEFORE: Final = "its pictures and files stand on the page before it"
_NO_REPLIES: Final = "a discussion: its opening post is a page, and nobody can reply to it here"


@dataclass(slots=True, kw_only=True)
class Task:
    """An assignment before it is written. `html` is its text, which stood in the file `name`."""

    name: str
    title: str = ""
    html: str = ""
    points: Decimal | None = None
    due: datetime | None = None
    published: bool = True
    ways: tuple[str, ...] = ()
    tool: str = ""
    rubric: str = ""
    notes: tuple[str, ...] = ()


def assignment(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """Of Common Cartridge's extension or of Canvas."""
    names = desk.shop.files(resource)
    html = next((name for name in names if webpages.is_html(name)), None)
    roots = {name: desk.shop.documents.of(name) for name in names if name.lower().endswith(".xml")}
    task = Task(name=html or names[0])
    if html:
        _read_page(desk, html, task)
    problems = []
    for name, document in roots.items():
        if isinstance(document, str):
            problems.append(document)
            continue
        _read(desk, document.root, name, task)
    if not html and len(problems) == len(roots):
        return webpages.unreadable(spot, "; ".join(problems) or f"{names[0]} is no assignment")
    return _made(desk, task, spot, *problems)


def _read_page(desk: Desk, name: str, task: Task) -> None:
    try:
        task.html = desk.shop.documents.html(name)
    except RefusedError as refused:
        task.notes += (f"{name} cannot be read: {refused.findings[0].found}",)
        return
    desk.shop.fates[name] = changed()
    task.title = page_title(task.html[: webpages.HEAD].encode("utf-8", "replace")).removeprefix(
        "Assignment: "
    )


def _read(desk: Desk, root: Node, name: str, task: Task) -> None:
    """One document of settings into the task; what has no place here goes to the page of settings."""
    inner = child(root, "extensions")
    task.title = value(root, "title") or task.title
    text = child(root, "text")
    if text is not None:
        task.html = as_html(text)
    _read_measures(root, task)
    task.published = task.published and value(root, "workflow_state") not in ("unpublished", "deleted")
    task.ways += tuple(_ways(root))
    task.tool = value(root, "external_tool_url") or task.tool
    task.rubric = value(root, "rubric_identifierref") or task.rubric
    task.html += "".join(_attachments(root))
    kept = list(said(root, TOLD))
    instructors = value(root, "instructor_text")
    if instructors:
        kept.append(f"for instructors: {instructors}")
        task.notes += ("a text for instructors is on the page of kept settings",)
    desk.shop.partly(name, f"Assignment: {task.title}", kept)
    for each in inner.children if inner else ():
        _read(desk, each, name, task)


def _read_measures(root: Node, task: Task) -> None:
    """Points and date; what says neither is told."""
    worth, due = value(root, "points_possible") or _gradable(root), value(root, "due_at")
    if worth:
        task.points, note = points(worth)
        task.notes += (note,)
    if due:
        task.due = moment(due)
        task.notes += () if task.due else (f"due {due[:40]!r}, which is no date",)


def _gradable(root: Node) -> str:
    found = child(root, "gradable")
    return found.attributes.get("points_possible", "") if found else ""


def points(text: str) -> tuple[Decimal | None, str]:
    """Points as an assignment may have them, and what had to be changed."""
    try:
        given = Decimal(text.strip())
    except InvalidOperation:
        return None, f"{text[:40]!r} is no number of points"
    if not given.is_finite() or not 0 <= given <= _MOST_POINTS:
        return None, f"{given} points cannot be had here"
    rounded = given.quantize(Decimal("0.01")).normalize() + 0
    return rounded, "" if rounded == given else f"{given} points rounded"


def _ways(root: Node) -> Iterator[str]:
    formats = child(root, "submission_formats")
    for each in formats.children if formats else ():
        yield each.attributes.get("type", "")
    types = value(root, "submission_types")
    yield from (word.strip().replace("_", " ") for word in types.split(",") if word.strip() not in _NO_TYPE)


def _attachments(root: Node) -> Iterator[str]:
    """Files that belong to an assignment or topic, as links below its text."""
    found = child(root, "attachments")
    for each in found.children if found else ():
        address = each.attributes.get("href", "").strip()
        name = address.rpartition("/")[2]
        if address:
            yield f'<p><a href="{escape(address)}">{escape(name)}</a></p>'


def as_html(text: Node) -> str:
    """A text as its `texttype` says: of HTML, or plain."""
    if text.attributes.get("texttype", "text/html").strip().lower() == "text/plain":
        return "".join(f"<p>{escape(part)}</p>" for part in text.text.split("\n\n"))
    return text.text


def _made(desk: Desk, task: Task, spot: Spot, *problems: str) -> Made:
    title, note = webpages.titled(spot, task.title)
    figures = Figures(desk.links.of(task.name))
    text = figures.text(task.html)
    marks, marking = rubrics.table(desk.shop, task.rubric)
    published = spot.published and task.published
    ways = tuple(dict.fromkeys(way for way in task.ways if way))
    parts = [text.text, _handing_in(ways), _tool(task.tool), marks]
    content = model.Assignment(
        key=spot.key,
        title=title,
        published=published,
        instructions="\n\n".join(part for part in parts if part) or plain_text.as_markdown(title),
        max_score=task.points,
        due=task.due,
        location=spot.location,
    )
    shown = figures.page(
        desk.shop.identities.beside(spot.key, "files"),
        plain_text.title(f"{title}: pictures and files")[0],
        published=published,
    )
    notes = (
        *(note, *(_BEFORE if each == NOTE else each for each in text.notes), *task.notes, *problems, marking),
        "how to hand it in stands in the instructions" if ways else "",
        "an external tool: linked in the instructions" if task.tool else "",
        "" if task.published else "not published in the source: not published here",
    )
    return Made((shown, content) if shown else (content,), changed(*notes))


def _handing_in(ways: tuple[str, ...]) -> str:
    return f"*To hand in: {plain_text.as_markdown(', '.join(ways))}*" if ways else ""


def _tool(url: str) -> str:
    plain = hrefs.is_web(url) and not re.search(r"[\s<>]", url)
    return f"External tool: <{url}>" if plain else ""


# ── discussions ──────────────────────────────────────────────────────────────────────────────────


def is_announcement(desk: Desk, resource: Resource) -> bool:
    return any(value(root, "type") == "announcement" for _, root in _metas(desk, resource))


def discussion(desk: Desk, resource: Resource, spot: Spot) -> Made:
    """A topic as a page; one that is graded as an assignment, with its points."""
    name = desk.shop.opening(resource)[0]
    document = desk.shop.documents.of(name)
    metas = list(_metas(desk, resource))
    published = all(value(root, "workflow_state") not in ("unpublished", "deleted") for _, root in metas)
    graded = [(file, each) for file, root in metas if (each := child(root, "assignment"))]
    if isinstance(document, str):
        return webpages.unreadable(spot, document)
    if webpages.is_page_instead(desk, name):
        return webpages.page_instead(desk, name, spot, "a discussion")
    text = child(document.root, "text")
    html = (as_html(text) if text else "") + "".join(_attachments(document.root))
    task = Task(name=name, title=value(document.root, "title"), html=html, published=published)
    desk.shop.fates[name] = changed()
    for file, root in metas:
        desk.shop.partly(file, f"Discussion: {task.title}", list(said(root, TOLD)))
    for file, root in graded:
        _read(desk, root, file, task)
    if graded:
        return _made(desk, task, spot, "a graded discussion: an assignment, without replies to others")
    title, note = webpages.titled(spot, task.title)
    own = Spot(key=spot.key, title=title, published=spot.published and published, location=spot.location)
    content, notes = webpages.written(desk, html, name, own, title)
    hidden = "" if published else "not published in the source: not published here"
    return Made((content,), changed(note, _NO_REPLIES, *notes, hidden))


def _metas(desk: Desk, resource: Resource) -> Iterator[tuple[str, Node]]:
    """Canvas's settings of a topic stand in a resource it depends on."""
    for part in desk.shop.parts(resource):
        for name in desk.shop.files(part) if desk.shop.kinds[part.identifier] == "part" else ():
            document = desk.shop.documents.of(name)
            if not isinstance(document, str) and document.root.name == "topicMeta":
                yield name, document.root
