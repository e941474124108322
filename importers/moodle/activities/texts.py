"""Activities that are read: pages, labels, books, links, and those whose introduction is what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Final

from importers.moodle.backup import Activity
from importers.moodle.shop import Made, Shop
from importers.shared import pages, plain_text
from importers.shared.moodle_questions.quizzes import cut
from importers.shared.moodle_questions.texts import FILES, as_html, plain, value, whole
from importers.shared.outcome import changed, skipped
from importers.shared.xml import Node
from schemas.inert import is_safe_url
from schemas.model import Content, LiveSession, Resource, RichText, Video

_URL: Final = re.compile(r"^https?://[^@/?#\\\x00-\x20]+([/?#][^\x00-\x20]*)?$")
_YEAR_2999: Final = 32_000_000_000
_LONGEST_URL: Final = 500
_NO_PARAMETERS: Final = ("", "a:0:{}", "N;", "b:0;")
"""Nothing, as PHP writes it."""
_VIDEO: Final = re.compile(
    r"^https?://((www\.|m\.)?youtube\.com/watch|youtu\.be/|(player\.)?vimeo\.com/\d|[^?#]+\.(mp4|webm)([?#]|$))"
)


def page(shop: Shop, activity: Activity) -> Made:
    """The text; its introduction is the description, or a page before it."""
    text = activity.text("content", "content") or activity.text("alltext", "content")
    made = shop.page(text, activity.name)
    above = shop.introduction(activity)
    notes = (*made.notes, *above.notes)
    if not made.text and above.page:
        return Made([_of(shop, activity, above.page.text)], changed(*made.notes))
    body = made.text or above.description or activity.title
    if not made.text:
        notes = (*notes, "an empty page: its introduction or title stands in it")
    content = _of(shop, activity, body, above.description if made.text else None)
    return Made([*above.before, content], changed(*notes))


def label(shop: Shop, activity: Activity) -> Made:
    """A text or a heading between activities."""
    made = shop.page(activity.intro, activity.name)
    if not made.text and not made.notes:
        return Made([], skipped("a label without a text: it shows nothing"))
    return Made([_of(shop, activity, made.text or activity.title)], changed(*made.notes))


def book(shop: Shop, activity: Activity) -> Made:
    """Each chapter is a page; the chapter that a sub-chapter is in stands in its title."""
    above = shop.introduction(activity)
    contents: list[Content] = above.before
    chapter = ""
    nodes = sorted(
        _each(activity.node, "chapters", "chapter"), key=lambda node: whole(plain(node, "pagenum"))
    )
    for node in nodes:
        own = node.attributes.get("id", "")
        title = plain_text.title(plain(node, "title"))[0] or activity.title
        below = plain(node, "subchapter") == "1"
        chapter = chapter if below else title
        text = activity.text("content", "chapter", own, node)
        made = shop.page(text, f"{activity.name}, chapter {own}")
        contents.append(
            RichText(
                key=shop.part_key(activity, own),
                title=cut(" › ".join(dict.fromkeys((activity.title, chapter, title)))),
                description=above.description if len(contents) == len(above.before) else None,
                published=activity.visible and plain(node, "hidden") != "1",
                text=made.text or title,
                location=node.location,
            )
        )
        shop.ledger.tell(
            "page", f"{activity.name}, chapter {own}: {title}", changed(*made.notes), node.location
        )
    if not nodes:
        return introduced(shop, activity, "a book without chapters")
    return Made(contents, changed(*above.notes, "each chapter is a page; the book stands in their titles"))


def url(shop: Shop, activity: Activity) -> Made:
    """A link: a video where it leads to one that is played, else an address to open."""
    address = plain(activity.node, "externalurl").replace("&amp;", "&").replace(" ", "%20")
    above = shop.introduction(activity)
    if not is_address(address):
        words = f"{activity.title}: {address}" if address else activity.title
        body = "\n\n".join(filter(None, (above.description, shop.page(escape(words), activity.name).text)))
        return Made(
            [*above.before, _of(shop, activity, body)],
            changed(
                *above.notes, "its address is none on the web that learners can be given: kept as a text"
            ),
        )
    kind = Video if _VIDEO.match(address) else Resource
    content = kind(
        key=shop.key(activity),
        title=cut(activity.title),
        description=above.description,
        published=activity.visible,
        url=address,
        location=activity.location,
    )
    own = plain(activity.node, "parameters") in _NO_PARAMETERS
    return Made(
        [*above.before, content], changed(*above.notes, "" if own else "parameters of the address left out")
    )


def is_address(address: str) -> bool:
    """Whether learners can be given it as it is (schemas/documents.py)."""
    return len(address) <= _LONGEST_URL and bool(_URL.match(address)) and is_safe_url(address)


def introduced(shop: Shop, activity: Activity, note: str, more: str = "") -> Made:
    """A page with the introduction, and `more` HTML below it."""
    made = shop.page(activity.intro + more, activity.name)
    return Made([_of(shop, activity, made.text or activity.title)], changed(*made.notes, note))


def forum(shop: Shop, activity: Activity) -> Made:
    return introduced(shop, activity, "a forum: its introduction is a page, discussions are the platform's")


def database(shop: Shop, activity: Activity) -> Made:
    return introduced(shop, activity, "a database that learners fill: its introduction is a page")


def chat(shop: Shop, activity: Activity) -> Made:
    return introduced(shop, activity, "a chat: its introduction is a page")


def site_survey(shop: Shop, activity: Activity) -> Made:
    return introduced(shop, activity, "one of Moodle's own surveys: its introduction is a page")


def choice(shop: Shop, activity: Activity) -> Made:
    options = [plain(node, "text") for node in _each(activity.node, "options", "option")]
    listed = "".join(f"<li>{escape(option)}</li>" for option in options)
    return introduced(shop, activity, "a poll: a page with what could be chosen", f"<ul>{listed}</ul>")


def glossary(shop: Shop, activity: Activity) -> Made:
    """Entries are in backups with user data only: teachers are users."""
    entries = [
        f"<h3>{escape(plain(node, 'concept'))}</h3>"
        + activity.text("definition", "entry", node.attributes.get("id", ""), node)
        + _attached(shop, f"{activity.context}/mod_glossary/attachment/{node.attributes.get('id', '')}")
        for node in _each(activity.node, "entries", "entry")
        if plain(node, "approved") != "0"
    ]
    note = (
        f"a glossary: a page with its {len(entries)} entries" if entries else "a glossary: its introduction"
    )
    return introduced(shop, activity, note, "".join(entries))


def _attached(shop: Shop, area: str) -> str:
    return "".join(
        f'<p><a href="{FILES}{escape(area)}/{escape(stored.path)}">{escape(stored.name)}</a></p>'
        for stored in shop.backup.files.of(area)
    )


def wiki(shop: Shop, activity: Activity) -> Made:
    """The last version of every page, where the backup has them."""
    found = [node for node in _walk(activity.node) if node.name == "page"]
    newest = {plain(node, "title", "pagename"): node for node in found}
    texts = [
        f"<h2>{escape(title)}</h2>{as_html(value(node, 'cachedcontent', 'content'), '1')}"
        for title, node in newest.items()
    ]
    return introduced(shop, activity, "a wiki: a page with what stands in it", "".join(texts))


def survey(shop: Shop, activity: Activity) -> Made:
    """Feedback, questionnaire: what is asked, in words."""
    asked = [
        words
        for node in _walk(activity.node)
        if node.name in ("item", "question")
        and (
            words := pages.words(
                value(node, "presentation" if plain(node, "typ") == "label" else "name")
                or value(node, "content")
            )
        )
    ]
    listed = "".join(f"<li>{escape(words)}</li>" for words in asked)
    return introduced(shop, activity, "a questionnaire: a page with what is asked", f"<ol>{listed}</ol>")


def external(shop: Shop, activity: Activity) -> Made:
    """A tool on another site (LTI): a link, without the keys that sign learners in."""
    address = plain(activity.node, "toolurl", "securetoolurl")
    above = shop.introduction(activity)
    if not is_address(address):
        return introduced(shop, activity, "an external tool that the site knows the address of: a page")
    content = Resource(
        key=shop.key(activity),
        title=cut(activity.title),
        description=above.description,
        published=activity.visible,
        url=address,
        location=activity.location,
    )
    return Made([*above.before, content], changed(*above.notes, "an external tool (LTI): kept as a link"))


def meeting(shop: Shop, activity: Activity) -> Made:
    """A room of BigBlueButton: when it is, the platform knows where."""
    above = shop.introduction(activity)
    content = LiveSession(
        key=shop.key(activity),
        title=cut(activity.title),
        description=above.description,
        published=activity.visible,
        scheduled=moment(plain(activity.node, "openingtime")),
        location=activity.location,
    )
    return Made(
        [*above.before, content], changed(*above.notes, "a meeting without an address: the site makes it")
    )


def unknown(shop: Shop, activity: Activity) -> Made:
    """A module of a plugin: its introduction as a page, its own file beside it unless users are in there."""
    made = introduced(shop, activity, f"a module of the plugin {activity.kind!r}: its introduction is a page")
    if shop.backup.has_users or not activity.members:
        return made
    members = {name.rpartition("/")[2]: name for name in activity.members}
    source = Resource(
        key=shop.part_key(activity, "source"),
        title=cut(f"{activity.title}: source"),
        published=False,
        media=shop.shelf.pack_as(f"{shop.key(activity)}-source", members),
    )
    return Made([*made.contents, source], changed(made.outcome[1], "its source is kept beside it"))


def moment(seconds: str) -> datetime | None:
    """A time of Moodle, in seconds since 1970; 0 means none."""
    return datetime.fromtimestamp(whole(seconds), UTC) if 0 < whole(seconds) < _YEAR_2999 else None


def _of(shop: Shop, activity: Activity, text: str, description: str | None = None) -> RichText:
    return RichText(
        key=shop.key(activity),
        title=cut(activity.title),
        description=description,
        published=activity.visible,
        text=text,
        location=activity.location,
    )


def _each(node: Node | None, several: str, one: str) -> Iterator[Node]:
    if node is not None:
        for group in node.all(several):
            yield from group.all(one)


def _walk(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.walk()
