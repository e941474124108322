"""Blocks that are pages, and what becomes a page or something to hand in because we have no such tool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from html import escape
from typing import Any, Final

from importers.olx import settings
from importers.olx.blocks import Block
from importers.olx.links import web
from importers.olx.workshop import Converted, Spot, Workshop
from importers.shared import markup, pages, questions
from importers.shared.outcome import changed, skipped
from importers.shared.pages import Page
from importers.shared.xml import Node
from schemas import model

_MATH: Final = re.compile(r"\[(/?)(mathjaxinline|mathjax)\]")
_DELIMITERS: Final = {"mathjaxinline": (r"\(", r"\)"), "mathjax": (r"\[", r"\]")}
_MARKS: Final = frozenset(("startouttext", "endouttext"))
"""Elements that only mean something to the platform."""


def html(shop: Workshop, spot: Spot) -> Converted:
    """A page. One without any words is kept with its title, so that what points to it still arrives."""
    assert spot.block.node is not None
    text = spot.block.html if spot.block.html is not None else inner(spot.block.node)
    return page(shop, spot, text)


def page(shop: Workshop, spot: Spot, text: str, *notes: str) -> Converted:
    """HTML of a block as its page."""
    made = pages.page(mathjax(text), shop.links.of(spot.block.name))
    empty = "" if made.text.strip() else "a page without words: kept as one that says its title"
    content = rich(spot, made)
    return Converted((content,), changed(*spot.block.notes, *notes, empty, *made.notes))


def rich(spot: Spot, made: Page, *, published: bool = True) -> model.RichText:
    return model.RichText(
        key=spot.key,
        title=spot.title,
        published=published,
        text=made.text.strip() or markdown(spot.title),
        location=spot.block.location,
    )


def markdown(text: str) -> str:
    """Plain text as Markdown that shows it."""
    return pages.page(f"<p>{escape(text)}</p>", lambda _tag, address: address).text or escape(text)


def inner(node: Node) -> str:
    return markup.inner_html(node, lambda each: "" if each.name in _MARKS else None)


def mathjax(text: str) -> str:
    """[mathjax]…[/mathjax] in the delimiters that every renderer of mathematics knows."""
    return _MATH.sub(lambda found: _DELIMITERS[found[2]][found[1] == "/"], text)


# ── pages instead of tools ───────────────────────────────────────────────────────────────────────


def discussion(shop: Workshop, spot: Spot) -> Converted:
    """Learners still see that there is something to discuss, and under which name."""
    block = spot.block
    topic = " › ".join(
        dict.fromkeys(filter(None, map(block.setting, ("discussion_category", "discussion_target", "for"))))
    )
    text = f"<p>{escape(topic or spot.title)}</p>"
    return page(shop, spot, text, "a discussion became a page that names its topic")


def lti(shop: Workshop, spot: Spot) -> Converted:
    """A link: the launch itself is signed by the platform, and its secrets are in no export."""
    address = web(spot.block.setting("launch_url"))
    if address is None:
        return kept(shop, spot, "an LTI tool without an address of its own")
    about = escape(spot.block.setting("description"))
    text = f'<p>{about}</p><p><a href="{escape(address)}">{escape(spot.title)}</a></p>'
    return page(shop, spot, text, "an LTI tool became a link: learners are not signed in by it")


def google(shop: Workshop, spot: Spot) -> Converted:
    calendar = spot.block.setting("calendar_id")
    embedded = spot.block.settings.get("embed_code", "")
    if calendar:
        address = f"https://calendar.google.com/calendar/embed?src={calendar}"
        embedded = f'<a href="{escape(address)}">{escape(spot.title)}</a>'
    return page(shop, spot, embedded) if embedded else kept(shop, spot, "it shows nothing")


def recommender(shop: Workshop, spot: Spot) -> Converted:
    """The list of resources as the author began it."""
    assert spot.block.node is not None
    given = [settings.loads(each.text) for each in spot.block.node.children if each.name == "resources"]
    listed: dict[str, Any] = next((each for each in given if isinstance(each, dict)), {})
    lines = "".join(_recommended(each) for each in listed.values() if isinstance(each, dict))
    return page(shop, spot, f"<ul>{lines}</ul>", "recommended resources became a page: nobody votes on it")


def _recommended(entry: Mapping[str, Any]) -> str:
    title, address = str(entry.get("title", "")), str(entry.get("url", ""))
    about = str(entry.get("descriptionText", "") or entry.get("description", ""))
    return f'<li><a href="{escape(address)}">{escape(title or address)}</a> {about}</li>'


def annotatable(shop: Workshop, spot: Spot) -> Converted:
    """The text with its annotations as notes behind the words they are about."""
    assert spot.block.node is not None

    def noted(node: Node) -> str | None:
        if node.name != "annotation":
            return None
        title, body = (escape(node.attributes.get(name, "")) for name in ("title", "body"))
        return f"{inner(node)} <em>({title or 'Commentary'}: {body})</em>"

    text = markup.inner_html(spot.block.node, noted)
    return page(shop, spot, text, "annotations stand in brackets behind the words they are about")


def document(shop: Workshop, spot: Spot) -> Converted:
    """The PDF XBlock: a file of the course, or one on the web."""
    address = spot.block.setting("url")
    path = shop.links.media(address, "document") if shop.links.file(address) else None
    where = {"media": path} if isinstance(path, str) else {"url": web(address)}
    if not any(where.values()):
        return kept(shop, spot, "its document is not in the package")
    return Converted((model.Pdf(key=spot.key, title=spot.title, location=spot.block.location, **where),))


def kept(shop: Workshop, spot: Spot, reason: str) -> Converted:
    """What cannot be carried, its source for authors."""
    return Converted((shop.source_of(spot),), skipped(f"{reason}; its source is kept, unpublished"))


def unknown(shop: Workshop, spot: Spot) -> Converted:
    """An XBlock we know nothing of: its words where it has some, or else its source."""
    node = spot.block.node
    assert node is not None
    if pages.words(inner(node)):
        said = f"<{spot.block.category}> is no block known here: what it says became a page"
        return page(shop, spot, inner(node), said)
    return kept(shop, spot, f"<{spot.block.category}> is no block known here, and says nothing by itself")


# ── something to hand in ─────────────────────────────────────────────────────────────────────────


def open_response(shop: Workshop, spot: Spot) -> Converted:
    """An open response assessment: prompts and rubric are the instructions; who grades stays behind."""
    node = spot.block.node
    assert node is not None
    by = ", ".join(each.attributes.get("name", "") for each in node.walk() if each.name == "assessment")
    due = next(filter(None, (spot.block.setting(name) for name in ("submission_due", "due"))), "")
    most = sum((_most(each) for each in node.walk() if each.name == "criterion"), Decimal(0))
    text = "".join(_prompt(each, spot.block) for each in node.walk() if each.name == "prompt")
    text += "".join(_criterion(each) for each in node.walk() if each.name == "criterion")
    notes = ["graded by a person" + (f" instead of {by}" if by else "")]
    return _assignment(shop, spot, text, most=most or None, due=due, notes=notes)


def staff_graded(shop: Workshop, spot: Spot) -> Converted:
    instructions = spot.block.settings.get("instructions", "")
    given = spot.block.setting("points") or spot.block.setting("weight")
    most = questions.points(given)[0] if given else None
    return _assignment(shop, spot, instructions, most=most, due=spot.block.setting("due"))


def _assignment(
    shop: Workshop, spot: Spot, text: str, *, most: Decimal | None, due: str, notes: Iterable[str] = ()
) -> Converted:
    made = pages.page(mathjax(text), shop.links.of(spot.block.name))
    content = model.Assignment(
        key=spot.key,
        title=spot.title,
        instructions=made.text.strip() or markdown(spot.title),
        max_score=most,
        due=settings.moment(due),
        location=spot.block.location,
    )
    return Converted((content,), changed(*spot.block.notes, *notes, *made.notes))


def _prompt(prompt: Node, block: Block) -> str:
    """`<prompt>` of the rubric's criteria are names of them; those of the task hold a description."""
    described = prompt.first("description")
    if described is None:
        return ""
    written = block.setting("prompts_type") == "html"
    return described.text if written else "".join(_paragraphs(described.text))


def _criterion(criterion: Node) -> str:
    name, asked = (_child(criterion, *names) for names in (("label", "name"), ("prompt",)))
    options = "".join(
        f"<li>{escape(_child(each, 'label', 'name'))} ({escape(each.attributes.get('points', '0'))}): "
        f"{escape(_child(each, 'explanation'))}</li>"
        for each in criterion.children
        if each.name == "option"
    )
    return f"<h3>{escape(name)}</h3><p>{escape(asked)}</p><ul>{options}</ul>"


def _most(criterion: Node) -> Decimal:
    given = (each.attributes.get("points", "") for each in criterion.children if each.name == "option")
    return max((Decimal(each) for each in given if re.fullmatch(r"\d{1,4}", each)), default=Decimal(0))


def _child(node: Node, *names: str) -> str:
    found = (each.text.strip() for name in names for each in node.children if each.name == name)
    return next(filter(None, found), "")


def _paragraphs(text: str) -> Iterator[str]:
    return (f"<p>{escape(' '.join(each.split()))}</p>" for each in re.split(r"\n\s*\n", text) if each.strip())
