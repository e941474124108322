"""Links from page to page by key (`#content:welcome`) lead to a content that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from importers.bundle.documents import At, Documents
from importers.bundle.faults import Fault, shown
from importers.bundle.references import contents, resolve
from importers.bundle.rules.pages import Place, in_field, in_file
from importers.bundle.rules.programs import UNKNOWN_KEY

_Known = Mapping[str, set[str]]
"""The keys of the contents of each course."""


def unknown_contents(documents: Documents, pages: Mapping[str, str]) -> Iterator[Fault]:
    """`pages` are those of the bundle, by path. Nothing is said while a course cannot be read wholly."""
    if documents.single or documents.damaged("course") or documents.refused:
        return
    courses = list(documents.of("course"))
    known = {each.data["key"]: {content["key"] for content, _ in contents(each)} for each in courses}
    for course in courses:
        for content, at in contents(course):
            if content["type"] == "rich_text":
                markdown, place = _page(content, at, pages)
                yield from _unknown(documents, markdown, place, course.data["key"], known)


def _page(content: dict[str, Any], at: At, pages: Mapping[str, str]) -> tuple[str, Place]:
    if "page" not in content:
        return content.get("text", ""), in_field(at.spot("text"))
    path = resolve(content["page"], at.name)[0] or ""
    return pages.get(path, ""), in_file(path)


def _unknown(
    documents: Documents, markdown: str, place: Place, course: str, known: _Known
) -> Iterator[Fault]:
    if "content:" not in markdown:
        return
    from schemas import richtext

    for link in richtext.links(markdown):
        match = richtext.CONTENT_LINK.fullmatch(link.target)
        if not match or match[2] in known.get(match[1] or course, ()):
            continue
        there = known.get(match[1] or course, set())
        yield Fault(
            rule=UNKNOWN_KEY,
            spot=place(link.line, link.column),
            found=f"a link to {shown(link.target)}, and no content has that key",
            expected=f"the key of a content of the course '{match[1] or course}'",
            mend=documents.did_you_mean(match[2], there, "correct the key, or write the link as text"),
        )
