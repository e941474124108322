"""Sound documents → the model, with every default resolved and every path seen from the bundle's root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, get_args

from importers.bundle.documents import Document, Documents
from importers.bundle.faults import path_text
from importers.bundle.questions import decimal, question
from importers.bundle.references import resolve
from importers.bundle.rules.contents import instant
from importers.bundle.trail import Trail
from schemas.findings import Report
from schemas.media import media_type_of
from schemas.model import (
    Assignment,
    Bundle,
    Content,
    Course,
    Launch,
    LiveSession,
    Location,
    Lookup,
    LookupType,
    Media,
    Move,
    Pdf,
    Program,
    ProgramCourse,
    ProgramPrerequisite,
    Quiz,
    QuizContent,
    Resource,
    RichText,
    Section,
    Video,
)
from schemas.source import Source

_CHUNK_BYTES = 1024 * 1024
_LOOKUPS: dict[str, LookupType] = {
    "categories": "TRAINING_CATEGORY",
    "levels": "DIFFICULTY_LEVEL",
    "tags": "TRAINING_TAG",
    "languages": "LANGUAGE",
}
assert set(_LOOKUPS.values()) == set(get_args(LookupType))


def bundle_of(documents: Documents, trail: Trail, recorded: Mapping[str, Media] | None = None) -> Bundle:
    """The model of documents that were found without error. Media that are not `recorded` are hashed."""
    known = recorded or {}
    root = documents.root
    assert root is not None
    reader = _Reader(documents, trail, root.get("instructor", ""))
    return Bundle(
        key=root["key"],
        title=root.get("title", root["key"]),
        programs=tuple(sorted(map(reader.program, documents.of("program")), key=lambda item: item.key)),
        courses=tuple(sorted(map(reader.course, documents.of("course")), key=lambda item: item.key)),
        lookups=tuple(sorted(reader.lookups(root), key=lambda item: (item.type, item.key))),
        media=tuple(known.get(path) or _media(path, documents.source) for path in sorted(trail.media)),
        moved=tuple(reader.moves(root)),
    )


def account(documents: Documents, trail: Trail, report: Report) -> None:
    """What became of each file of the source; hidden files are none of our business."""
    used = {*documents.documents, *trail.pages, *trail.media} - _idle(documents, trail)
    for name in sorted(documents.names):
        report.expect("file", name, Location(documents.source.place(name)))
        if name in used:
            report.settle("file", name)
        else:
            report.settle("file", name, "skipped", "nothing in the bundle refers to it")


def _idle(documents: Documents, trail: Trail) -> set[str]:
    return {document.name for document in documents.of("quiz")} - trail.quizzes


def _media(path: str, source: Source) -> Media:
    digest = hashlib.sha256()
    with source.open(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    media_type = media_type_of(path)
    assert media_type is not None, f"{path} passed the check without a media type"
    return Media(path=path, digest=digest.hexdigest(), size=source.size(path), media_type=media_type)


class _Reader:
    """Knows the documents around a document, and the instructor of those that name none."""

    def __init__(self, documents: Documents, trail: Trail, instructor: str) -> None:
        self._documents = documents
        self._trail = trail
        self._instructor = instructor

    def lookups(self, root: dict[str, Any]) -> Iterator[Lookup]:
        for listed, kind in _LOOKUPS.items():
            for key, title in root.get(listed, {}).items():
                where = self._at("bundle.yaml", path_text((listed, key)))
                yield Lookup(type=kind, key=key, title=title, location=where)

    def moves(self, root: dict[str, Any]) -> Iterator[Move]:
        for n, move in enumerate(root.get("moved", ())):
            yield Move(old=move["from"], new=move["to"], location=self._at("bundle.yaml", f"moved[{n}]"))

    def program(self, document: Document) -> Program:
        data = document.data
        instructor = data.get("instructor", self._instructor)
        free = data.get("free", False)
        return Program(
            key=data["key"],
            title=data["title"],
            instructor=instructor,
            description=data.get("description"),
            thumbnail=_path(data, "thumbnail", document.name),
            instructors=tuple(email for email in data.get("instructors", ()) if email != instructor),
            category=data.get("category"),
            level=data.get("level"),
            tags=tuple(sorted(data.get("tags", ()))),
            language=data.get("language", "en"),
            duration_hours=_whole(data.get("duration_hours")),
            status=data.get("status", "published"),
            free=free,
            price=None if free else _amount(data.get("price")),
            currency=data.get("currency", "USD"),
            order=int(data.get("order", 0)),
            courses=tuple(
                ProgramCourse(course=entry["course"], required=entry.get("required", True))
                for entry in data.get("courses", ())
            ),
            prerequisites=tuple(
                ProgramPrerequisite(program=entry["program"], required=entry.get("required", True))
                for entry in sorted(data.get("prerequisites", ()), key=lambda entry: str(entry["program"]))
            ),
            location=self._at(document.name),
        )

    def course(self, document: Document) -> Course:
        data = document.data
        return Course(
            key=data["key"],
            title=data["title"],
            instructor=data.get("instructor", self._instructor),
            description=data.get("description"),
            thumbnail=_path(data, "thumbnail", document.name),
            duration_minutes=_whole(data.get("duration_minutes")),
            status=data.get("status", "published"),
            prerequisite=data.get("prerequisite"),
            sections=tuple(
                self._section(section, document.name, f"sections[{s}]")
                for s, section in enumerate(data["sections"])
            ),
            location=self._at(document.name),
        )

    def _section(self, data: dict[str, Any], name: str, path: str) -> Section:
        return Section(
            key=data["key"],
            title=data["title"],
            description=data.get("description"),
            published=data.get("published", True),
            contents=tuple(
                self._content(content, name, f"{path}.contents[{c}]")
                for c, content in enumerate(data["contents"])
            ),
            location=self._at(name, path),
        )

    def _content(self, data: dict[str, Any], name: str, path: str) -> Content:
        common = {
            "key": data["key"],
            "title": data["title"],
            "description": data.get("description"),
            "published": data.get("published", True),
            "preview": data.get("preview", False),
            "duration_minutes": _whole(data.get("duration_minutes")),
            "location": self._at(name, path),
        }
        match data["type"]:
            case "quiz":
                return QuizContent(**common, quiz=self._quiz(data, name, path))
            case "rich_text":
                return self._rich_text(data, name, common)
            case kind:
                return _CONTENTS[kind](data, name, common)

    def _rich_text(self, data: dict[str, Any], name: str, common: dict[str, Any]) -> RichText:
        page = _path(data, "page", name)
        return RichText(**common, page=page, text=self._trail.pages[page] if page else data["text"])

    def _quiz(self, content: dict[str, Any], name: str, path: str) -> Quiz:
        """The quiz written in the content, or the one in the file that it names."""
        data, where = content["quiz"], f"{path}.quiz"
        if isinstance(data, str):
            name, where = str(resolve(data, name)[0]), ""
            data = self._documents.documents[name].data
        prefix = f"{where}." if where else ""
        return Quiz(
            title=data.get("title", content["title"]),
            description=data.get("description"),
            time_limit_minutes=_whole(data.get("time_limit_minutes")),
            passing_score=decimal(data.get("passing_score", 60)),
            max_attempts=_whole(data.get("max_attempts")),
            randomized=data.get("randomized", False),
            show_correct_answers=data.get("show_correct_answers", True),
            show_results_immediately=data.get("show_results_immediately", True),
            allow_review=data.get("allow_review", True),
            questions=tuple(
                question(entry, name, self._at(name, f"{prefix}questions[{q}]"))
                for q, entry in enumerate(data["questions"])
            ),
            location=self._at(name, where),
        )

    def _at(self, name: str, path: str = "") -> Location:
        return Location(self._documents.source.place(name), path=path)


# ── contents without further documents ───────────────────────────────────────────────────────────


def _path(data: dict[str, Any], field: str, name: str) -> str | None:
    return resolve(data[field], name)[0] if field in data else None


def _amount(value: float | None) -> Decimal | None:
    return None if value is None else decimal(value)


def _whole(value: float | None) -> int | None:
    """`5.0` is a whole number, says JSON Schema."""
    return None if value is None else int(value)


def _video(data: dict[str, Any], name: str, common: dict[str, Any]) -> Content:
    return Video(
        **common,
        media=_path(data, "media", name),
        url=data.get("url"),
        thumbnail=_path(data, "thumbnail", name),
        transcript=data.get("transcript"),
        subtitles=_path(data, "subtitles", name),
        subtitles_url=data.get("subtitles_url"),
        video_seconds=_whole(data.get("video_seconds")),
    )


def _pdf(data: dict[str, Any], name: str, common: dict[str, Any]) -> Content:
    media, pages = _path(data, "media", name), _whole(data.get("page_count"))
    return Pdf(**common, media=media, url=data.get("url"), page_count=pages)


def _assignment(data: dict[str, Any], _name: str, common: dict[str, Any]) -> Content:
    return Assignment(
        **common,
        instructions=data["instructions"],
        max_score=_amount(data.get("max_score")),
        passing_score=_amount(data.get("passing_score")),
        due=instant(data["due"]) if "due" in data else None,
    )


def _live_session(data: dict[str, Any], _name: str, common: dict[str, Any]) -> Content:
    return LiveSession(
        **common,
        url=data.get("url"),
        scheduled=instant(data["scheduled"]) if "scheduled" in data else None,
        session_minutes=_whole(data.get("session_minutes")),
    )


def _resource(data: dict[str, Any], name: str, common: dict[str, Any]) -> Content:
    launch = data.get("launch")
    return Resource(
        **common,
        media=_path(data, "media", name),
        url=data.get("url"),
        launch=None
        if launch is None
        else Launch(
            standard=launch["standard"],
            href=launch["href"],
            passing_score=_amount(launch.get("passing_score")),
        ),
    )


_CONTENTS = {
    "video": _video,
    "pdf": _pdf,
    "assignment": _assignment,
    "live_session": _live_session,
    "downloadable_resource": _resource,
}
