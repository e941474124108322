"""A content → its resources and lines of the outline, and what they do not say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from exporters import inside
from exporters.cartridge import names
from exporters.cartridge.manifest import WEB_CONTENT, Item, Resource
from exporters.cartridge.texts import PAGES, Texts, document, link, said
from exporters.cartridge.versions import Version
from exporters.shared import qti12, xml
from exporters.shared.ledger import Ledger
from exporters.shared.xml import Element, Text, element
from schemas import model
from schemas.model import Assignment, Content, Course, LiveSession, Pdf, QuizContent, RichText, Video
from schemas.source import Sink

_ASSIGNMENT: Final = "assignment_xmlv1p0"
_ASSIGNMENT_NAMESPACE: Final = "http://www.imsglobal.org/xsd/imscc_extensions/assignment"
_CANVAS: Final = "http://canvas.instructure.com/xsd/cccv1p0"
_HIDDEN: Final = "not published: said to be for instructors"
_NO_WORDS: Final = "its description is not said: a file has a title alone"
_PLAYED: Final = "a package to play: a file to download, for cartridges hold none"
_THUMBNAIL: Final = "no picture before it starts"
_ON_THE_WEB: Final = "subtitles on the web are not fetched: not said"
_TRANSCRIPT: Final = "transcript and subtitles are on a page behind it"
_SAME_FILE: Final = "its file stands elsewhere in the course: a page with a link to it"


@dataclass(slots=True)
class Desk:
    """What all makers need. `resources` grow; `opened` are the media that are contents by themselves."""

    version: Version
    course: Course
    language: str
    sink: Sink
    texts: Texts
    ledger: Ledger
    resources: list[Resource] = field(default_factory=list)
    opened: dict[str, str] = field(default_factory=dict)

    def page(self, identifier: str, title: str, body: str, *, hidden: bool = False) -> Item:
        name = f"{PAGES}/{identifier}.html"
        self.sink.write(name, [document(title, self.language, body)])
        return self.line(Resource(identifier, WEB_CONTENT, name, hidden=hidden), title)

    def xml(self, root: Element, resource: Resource, title: str) -> Item:
        self.sink.write(resource.file, [xml.document(root)])
        return self.line(resource, title)

    def line(self, resource: Resource, title: str) -> Item:
        """The line that opens a resource, which needs the files that were used meanwhile."""
        needs = tuple(names.file(path) for path in self.texts.take_used())
        self.resources.append(resource._replace(needs=needs))
        return Item(names.item(resource.identifier), title, resource.identifier)


def lines(desk: Desk, content: Content, *, hidden: bool) -> list[Item]:
    """Writes the files of a content, and settles it with its questions."""
    notes = list(_unsaid(content))
    made = list(_made(desk, content, notes, hidden=hidden or not content.published))
    desk.ledger.item(desk.course, content, *notes, *desk.texts.take_notes())
    return made


def _unsaid(content: Content) -> Iterator[str]:
    if not content.published:
        yield _HIDDEN
    if content.preview:
        yield "free to look at: not said"
    if content.duration_minutes is not None:
        yield f"takes about {content.duration_minutes} minutes: not said"


def _made(desk: Desk, content: Content, notes: list[str], *, hidden: bool) -> Iterator[Item]:
    identifier = names.resource(content.key)
    match content:
        case RichText():
            body = _description(desk, content)
            body += desk.texts.page(content.text, (content.page or "").rpartition("/")[0])
            yield desk.page(identifier, content.title, body, hidden=hidden)
        case LiveSession():
            notes.append("a page that says when and where")
            body = _description(desk, content) + _session(content)
            yield desk.page(identifier, content.title, body, hidden=hidden)
        case Assignment():
            yield _assignment(desk, content, notes, hidden=hidden)
        case QuizContent():
            yield _quiz(desk, content, notes, hidden=hidden)
        case Video() | Pdf() | model.Resource():
            yield _file(desk, content, notes, hidden=hidden)
            yield from _transcript(desk, content, notes, hidden=hidden)
        case _:
            assert_never(content)


def _description(desk: Desk, content: Content) -> str:
    return desk.texts.page(content.description) if content.description else ""


def _session(content: LiveSession) -> str:
    when = said(f"{content.scheduled:%Y-%m-%d %H:%M} UTC") if content.scheduled else ""
    length = said(f"{content.session_minutes} minutes") if content.session_minutes else ""
    return when + length + (link(content.url, content.url) if content.url else "") or said(content.title)


# ── files and links ──────────────────────────────────────────────────────────────────────────────


def _file(desk: Desk, content: Video | Pdf | model.Resource, notes: list[str], *, hidden: bool) -> Item:
    """A file as it is, or a web link. A file that is a content already is linked to from a page."""
    identifier = names.resource(content.key)
    if isinstance(content, model.Resource) and content.launch:
        notes.append(_PLAYED)
    if content.media is None:
        notes.append(_NO_WORDS if content.description else "")
        return _web_link(desk, identifier, content.title, str(content.url), hidden=hidden)
    if content.media in desk.opened:
        notes.append(_SAME_FILE)
        body = _description(desk, content) + link(desk.texts.from_page(content.media), content.title)
        return desk.page(identifier, content.title, body, hidden=hidden)
    notes.append(_NO_WORDS if content.description else "")
    desk.opened[content.media] = identifier
    file = Resource(identifier, WEB_CONTENT, inside.href(content.media), hidden=hidden)
    return desk.line(file, content.title)


def _web_link(desk: Desk, identifier: str, title: str, url: str, *, hidden: bool) -> Item:
    root = element(
        "webLink",
        {"xmlns": desk.version.link_namespace},
        element("title", {}, Text(title)),
        element("url", {"href": url, "target": "_blank"}),
    )
    return desk.xml(
        root, Resource(identifier, desk.version.link, f"links/{identifier}.xml", hidden=hidden), title
    )


def _transcript(
    desk: Desk, content: Video | Pdf | model.Resource, notes: list[str], *, hidden: bool
) -> Iterator[Item]:
    """Players of an LMS show no captions of a file: what is spoken stands on a page behind it."""
    if not isinstance(content, Video):
        return
    notes += [_THUMBNAIL if content.thumbnail else "", _ON_THE_WEB if content.subtitles_url else ""]
    if content.video_seconds:
        notes.append("how long it is, is told by the file")
    body = "".join(said(line) for line in (content.transcript or "").splitlines() if line.strip())
    if content.subtitles:
        body += link(desk.texts.from_page(content.subtitles), "Subtitles")
    if body:
        notes.append(_TRANSCRIPT)
        yield desk.page(
            names.beside(content.key, "T"), f"{content.title[:230]}: transcript", body, hidden=hidden
        )


# ── work to do ───────────────────────────────────────────────────────────────────────────────────


def _assignment(desk: Desk, content: Assignment, notes: list[str], *, hidden: bool) -> Item:
    identifier = names.resource(content.key)
    if content.passing_score is not None:
        notes.append(f"passed with {content.passing_score.normalize():f} points: not said")
    if not desk.version.assignments:
        notes.append("a page that says what is to be done: nothing is handed in")
        body = _description(desk, content) + desk.texts.page(content.instructions) + _measures(content)
        return desk.page(identifier, content.title, body, hidden=hidden)
    text = "\n\n".join(filter(None, (content.description, content.instructions)))
    root = element(
        "assignment",
        {"xmlns": _ASSIGNMENT_NAMESPACE, "identifier": identifier},
        element("title", {}, Text(content.title)),
        element("text", {"texttype": "text/html"}, Text(desk.texts.embedded(text))),
        _gradable(content),
        element("submission_formats", {}, *(element("format", {"type": way}) for way in ("text", "file"))),
        _due(content, identifier),
    )
    file = Resource(identifier, _ASSIGNMENT, f"assignments/{identifier}.xml", hidden=hidden)
    return desk.xml(root, file, content.title)


def _measures(content: Assignment) -> str:
    points = said(f"Points: {content.max_score.normalize():f}") if content.max_score is not None else ""
    return points + (said(f"Due: {content.due:%Y-%m-%d %H:%M} UTC") if content.due else "")


def _gradable(content: Assignment) -> Element:
    most = content.max_score
    points = {"points_possible": None if most is None else f"{most.normalize():f}"}
    return element("gradable", points, Text("false" if most is None else "true"))


def _due(content: Assignment, identifier: str) -> Element | None:
    """Common Cartridge has no dates; Canvas reads its own."""
    if content.due is None:
        return None
    due = content.due.isoformat(timespec="seconds").removesuffix("+00:00")
    own = element(
        "assignment", {"xmlns": _CANVAS, "identifier": identifier}, element("due_at", {}, Text(due))
    )
    return element("extensions", {"platform": "canvas.instructure.com"}, own)


def _quiz(desk: Desk, content: QuizContent, notes: list[str], *, hidden: bool) -> Item:
    """At the root of the package: Moodle takes addresses in it from the folder it lies in."""
    identifier = names.resource(content.key)
    made = qti12.assessment(content, identifier, qti12.CARTRIDGE, desk.texts.from_root)
    notes += made.notes
    for question in content.quiz.questions:
        desk.ledger.question(desk.course, content, question, *made.questions[question.key])
    file = Resource(identifier, desk.version.quiz, f"{identifier}.quiz.xml", hidden=hidden)
    return desk.xml(qti12.interop(made.element, qti12.CARTRIDGE), file, content.title)
