"""Contents that are read or looked at → HTML, as one page or a piece of one.

Addresses stay as they are written, relative to content/: whoever makes the page finds the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from importers.h5p.content import Fields, Item
from importers.h5p.desk import Desk
from importers.shared import hrefs


def html(item: Item, desk: Desk) -> str | None:
    """What learners see of an item and all in it; None, and nothing settled, when it is of no such kind."""
    convert = _KINDS.get(item.kind)
    if convert is None:
        return None
    made = convert(item, desk)
    desk.ledger.done(item, *_CHANGES.get(item.kind, ()))
    return made


def part(fields: Fields, desk: Desk) -> str:
    """The same of a content inside another; what cannot be shown so stays open in the account."""
    item = desk.part(fields)
    return (html(item, desk) or "") if item else ""


def media(params: Fields, desk: Desk) -> str:
    """What questions show above themselves: a picture, a film or a sound.

    `media.type` since 2018, `media` itself before, and a bare file as `image` in the oldest.
    """
    shown = params.group("media")
    inner = shown.group("type")
    return part(inner or shown, desk) or desk.image(params.group("image")) or desk.image(shown)


def is_prose(item: Item) -> bool:
    return item.kind in _KINDS


def heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{escape(text)}</h{level}>" if text else ""


def paragraph(html: str) -> str:
    return f"<p>{html}</p>" if html and not html.startswith("<") else html


def reveal(shown: str, hidden: str) -> str:
    """Something to open."""
    return f"<details><summary>{shown}</summary>{hidden}</details>"


# ── one thing ────────────────────────────────────────────────────────────────────────────────────


def _text(item: Item, _desk: Desk) -> str:
    return paragraph(item.params.html("text"))


def _image(item: Item, desk: Desk) -> str:
    params = item.params
    return desk.image(params.group("file"), params.words("alt"), params.words("title"))


def _sounds(sources: list[Fields], title: str, desk: Desk) -> str:
    """The first form of a sound that the bundle can have; the others say the same."""
    shown = ""
    for each in sources:
        address = desk.address(each)
        if shown and address:
            desk.ledger.leave(address, "another format of the same recording")
        elif address and hrefs.is_web(address):
            shown = f'<p><a href="{escape(address)}">{escape(title or address)}</a></p>'
        elif address:
            shown = f'<p><audio controls src="{escape(address)}"></audio></p>'
    return shown


def _audio(item: Item, desk: Desk) -> str:
    return _sounds(item.params.groups("files"), item.title, desk)


def _video(item: Item, desk: Desk) -> str:
    """A film inside something else; one that stands alone becomes a content of its own (films.py)."""
    params, shown = item.params, ""
    for each in params.groups("sources"):
        address = desk.address(each)
        if shown and address:
            desk.ledger.leave(address, "another format of the same film")
        elif address and hrefs.is_web(address):
            shown = f'<p><a href="{escape(address)}">{escape(item.title or address)}</a></p>'
        elif address:
            shown = f'<p><video controls src="{escape(address)}">{_tracks(params, desk)}</video></p>'
    desk.leave(item, "a still of the film", params.group("visuals", "poster"))
    return shown


def _tracks(params: Fields, desk: Desk) -> str:
    addresses = [(each, desk.address(each.group("track"))) for each in params.groups("a11y")]
    return "".join(
        f'<track kind="subtitles" src="{escape(address)}" label="{escape(each.words("label"))}">'
        for each, address in addresses
        if address
    )


def _link(item: Item, _desk: Desk) -> str:
    widget = item.params.group("linkWidget")
    url = widget.words("url") or item.params.words("url")
    address = (
        url
        if hrefs.is_web(url) or ":" in url.partition("/")[0]
        else f"{widget.words('protocol') or 'https://'}{url}"
    )
    return (
        f'<p><a href="{escape(address)}">{escape(item.params.words("title") or url)}</a></p>' if url else ""
    )


def _embedded(item: Item, desk: Desk) -> str:
    """A page of somebody else's in a frame; pages.page makes a link of it."""
    source = item.params.words("source")
    if not hrefs.is_web(source):
        desk.ledger.partly(item, "a page that is not on the web")
        return ""
    return f'<iframe src="{escape(source)}" title="{escape(item.title or source)}"></iframe>'


def _greeting(item: Item, desk: Desk) -> str:
    return paragraph(item.params.html("greeting")) + desk.image(item.params.group("image"))


# ── several things ───────────────────────────────────────────────────────────────────────────────


def _accordion(item: Item, desk: Desk) -> str:
    return "".join(
        heading(panel.words("title")) + part(panel.group("content"), desk)
        for panel in item.params.groups("panels")
    )


def _cards(item: Item, desk: Desk) -> str:
    """Dialog Cards: turned around, they show what is hidden here."""
    params = item.params
    head = heading(params.words("title")) + paragraph(params.html("description"))
    return head + "".join(_card(card, desk) for card in params.groups("dialogs") or params.groups("cards"))


def _card(card: Fields, desk: Desk) -> str:
    tips = card.group("tips")
    front = [card.words("text"), f"({tips.words('front')})" if tips.words("front") else ""]
    back = paragraph(card.html("answer")) + paragraph(tips.html("back"))
    outside = desk.image(card.group("image"), card.words("imageAltText"))
    sound = _sounds(card.groups("audio"), card.words("text"), desk)
    return outside + sound + reveal(escape(" ".join(filter(None, front)) or "…"), back)


def _guess(item: Item, desk: Desk) -> str:
    params = item.params
    shown = paragraph(params.html("taskDescription")) + media(params, desk)
    shown += desk.image(params.group("solutionImage"))
    label = params.words("solutionLabel") or "…"
    desk.ledger.question(item, 1, "a page with the solution to open: nothing was ever graded")
    return shown + reveal(escape(label), paragraph(params.html("solutionText")))


def _timeline(item: Item, desk: Desk) -> str:
    timeline = item.params.group("timeline")
    desk.leave(item, "a background", timeline.group("backgroundImage"))
    head = heading(timeline.words("headline")) + paragraph(timeline.html("text")) + _asset(timeline, desk)
    events = timeline.groups("date") + timeline.groups("era")
    return head + "".join(_event(event, desk) for event in events)


def _event(event: Fields, desk: Desk) -> str:
    dates = [event.words(name).replace(",", "-") for name in ("startDate", "endDate")]
    when = " – ".join(date for date in dates if date)
    title = ": ".join(filter(None, (when, event.words("headline"))))
    tag = event.words("tag")
    return heading(title, 3) + paragraph(event.html("text")) + _asset(event, desk) + paragraph(escape(tag))


def _asset(owner: Fields, desk: Desk) -> str:
    asset = owner.group("asset")
    url = asset.words("media")
    link = f'<a href="{escape(url)}">{escape(url)}</a>' if hrefs.is_web(url) else escape(url)
    said = " – ".join(filter(None, (link, escape(asset.words("caption")), escape(asset.words("credit")))))
    return paragraph(f"{said}") + desk.image(asset.group("thumbnail")) + desk.image(asset.group("image"))


def _hotspots(item: Item, desk: Desk) -> str:
    params = item.params
    shown = desk.image(params.group("image"), params.words("backgroundImageAltText"))
    for spot in params.groups("hotspots"):
        shown += heading(spot.words("header"), 3)
        contents = spot.groups("content") or [spot.group("action")]  # one, before version 1.3
        shown += "".join(part(content, desk) for content in contents)
        desk.leave(item, "the sign of a hotspot", spot.group("iconImage"))
    return shown


def _slides(item: Item, desk: Desk) -> str:
    return "".join(part(slide, desk) for slide in item.params.groups("imageSlides"))


def _slide(item: Item, desk: Desk) -> str:
    return part(item.params.group("image"), desk)


def _collage(item: Item, desk: Desk) -> str:
    clips = item.params.group("collage").groups("clips")
    return "".join(desk.image(clip.group("image"), clip.words("alt")) for clip in clips)


def _agamotto(item: Item, desk: Desk) -> str:
    shown = heading(item.params.words("title"))
    for each in item.params.groups("items"):
        shown += heading(each.words("labelText"), 3) + part(each.group("image"), desk)
        shown += paragraph(each.html("description"))
    return shown


def _juxtaposition(item: Item, desk: Desk) -> str:
    shown = heading(item.params.words("title"))
    for name, label in (("imageBefore", "labelBefore"), ("imageAfter", "labelAfter")):
        side = item.params.group(name)
        shown += heading(side.words(label), 3) + part(side.group(name), desk)
    return shown


_KINDS: Final[Mapping[str, Callable[[Item, Desk], str]]] = {
    "AdvancedText": _text,
    "Agamotto": _agamotto,
    "Accordion": _accordion,
    "Audio": _audio,
    "Collage": _collage,
    "ContinuousText": lambda _item, _desk: "",  # its words are those of the presentation
    "Dialogcards": _cards,
    "GreetingCard": _greeting,
    "GuessTheAnswer": _guess,
    "IFrameEmbed": _embedded,
    "Image": _image,
    "ImageHotspots": _hotspots,
    "ImageJuxtaposition": _juxtaposition,
    "ImageSlide": _slide,
    "ImageSlider": _slides,
    "Link": _link,
    "Table": _text,
    "Text": _text,
    "Timeline": _timeline,
    "Video": _video,
}
_BELOW: Final = "its pictures stand one below the other"
_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "Accordion": ("its panels stand open, one below the other",),
    "Agamotto": (_BELOW,),
    "Collage": (_BELOW,),
    "Dialogcards": ("its cards are lines to open",),
    "GuessTheAnswer": ("the solution is a line to open",),
    "ImageHotspots": ("what its hotspots say stands below the picture",),
    "ImageJuxtaposition": (_BELOW,),
    "ImageSlider": (_BELOW,),
    "Timeline": ("its events stand one below the other",),
}
