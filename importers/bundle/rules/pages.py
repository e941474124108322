"""Markdown pages: links lead to files of the bundle, and nothing that is written gets lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.references import Reference, Wanted, resolve
from schemas.findings import Rule

UNSAFE_LINK = Rule("CW310", "unsafe-link", "Links lead to files of the bundle, to the web or to an address.")
LOST_HTML = Rule("CW311", "lost-html", "HTML in pages is text and layout; what could run is left out.")

LINK_OUTSIDE_PAGE = Rule("CW312", "link-outside-page", "Only pages can show and link files of the bundle.")

Place = Callable[[int, int], Spot]
"""Line and column in the Markdown → spot."""


def in_file(name: str) -> Place:
    return lambda line, column: Spot(name, mark=(line, column))


def in_field(spot: Spot) -> Place:
    return lambda line, column: replace(spot, inside=(line, column))


def page_references(markdown: str, name: str, place: Place) -> list[Reference]:
    """The files that a page shows or links to. `name` is the file that relative targets are relative to."""
    if not _may_link(markdown):
        return []
    from schemas import richtext

    found = []
    for link in richtext.links(markdown):
        target = richtext.local_path(link.target)
        if target is not None:
            path, obstacle = resolve(target, name)
            wanted: Wanted = "image" if link.image and _is_picture(path or target) else "any"
            found.append(Reference(place(link.line, link.column), target, wanted, path, obstacle))
    return found


def _is_picture(path: str) -> bool:
    """Everything that is shown counts as image in Markdown, players too."""
    from schemas import media

    kind = media.media_type_of(path)
    return kind is not None and kind.startswith("image/")


def unsafe_links(markdown: str, place: Place) -> Iterator[Fault]:
    if not _may_link(markdown):
        return
    from schemas import richtext

    for link in richtext.links(markdown):
        if not richtext.is_safe_url(link.target):
            yield Fault(
                rule=UNSAFE_LINK,
                spot=place(link.line, link.column),
                found=f"a link to {shown(link.target)}",
                expected="a path in the bundle, http://, https:// or mailto:, without a user name",
                mend="correct the link, or write it as text",
            )


def links_outside_pages(markdown: str, place: Place) -> Iterator[Fault]:
    """Descriptions and questions reach learners as they are: nobody turns their paths into addresses."""
    from schemas import richtext

    for link in richtext.links(markdown):
        if richtext.local_path(link.target) is not None:
            yield Fault(
                rule=LINK_OUTSIDE_PAGE,
                spot=place(link.line, link.column),
                found=f"{shown(link.target)}, a file, in a text that is not a page",
                expected="links to the web",
                mend="put it into a page, or name it in a field for files, such as `image` of an option",
            )


def lost_html(markdown: str, place: Place) -> Iterator[Fault]:
    if "<" not in markdown:
        return
    from schemas import richtext

    for loss in richtext.losses(markdown):
        yield Fault(
            rule=LOST_HTML,
            spot=place(loss.line, loss.column),
            found=f"{loss.what}, which is left out of published pages",
            expected="Markdown, or HTML for text and layout",
            mend="remove it; put interactive things into a package and use `launch`",
        )


def _may_link(markdown: str) -> bool:
    """Whether parsing can find anything: pages of plain text need not load the parser."""
    return any(sign in markdown for sign in ("](", "]:", "<", "]["))
