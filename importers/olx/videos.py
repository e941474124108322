"""Videos: one address or file each, the subtitles of one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from importers.olx import settings, subtitles
from importers.olx.blocks import Block
from importers.olx.links import web
from importers.olx.workshop import Converted, Spot, Workshop
from importers.olx.written import kept
from importers.shared.outcome import changed
from importers.shared.shelf import Refused
from importers.shared.xml import Node
from schemas import model

_YOUTUBE: Final = "https://www.youtube.com/watch?v={}"
_IDENTIFIER: Final = re.compile(r"^[\w-]{6,20}$", re.ASCII)
_NOT_HERE: Final = "kept by the platform alone (edx_video_id): no address and no file of it is in the package"
MAX_SUBTITLES: Final = 5 * 1024 * 1024


def video(shop: Workshop, spot: Spot) -> Converted:
    """The file in the package before YouTube before other addresses; what is not used is named."""
    found, notes = _film(shop, spot.block)
    if found is None:
        return kept(shop, spot, "; ".join(dict.fromkeys(notes)))
    path, said = _subtitles(shop, spot)
    content = model.Video(
        key=spot.key,
        title=spot.title,
        media=found.media,
        url=found.url,
        subtitles=path,
        video_seconds=_length(spot),
        location=spot.block.location,
    )
    handout = _handout(shop, spot)
    contents = (content, handout) if handout else (content,)
    return Converted(contents, changed(*notes, *said))


class _Film(NamedTuple):
    """One of the two."""

    media: str | None = None
    url: str | None = None


def _film(shop: Workshop, block: Block) -> tuple[_Film | None, list[str]]:
    """What is played, and notes; None when there is nothing to play."""
    notes: list[str] = []
    found = [*_files(shop, block, notes), *_addresses(block)]
    if not found:
        return None, notes or [_NOT_HERE if block.setting("edx_video_id") else "it names no video"]
    others = len(set(found)) - 1
    if others:
        notes.append(f"{others} other address{'es' * (others > 1)} of the same video left out")
    return found[0], notes


def _files(shop: Workshop, block: Block, notes: list[str]) -> Iterator[_Film]:
    for address in _sources(block):
        if shop.links.file(address) is None:
            if web(address) is None:
                notes.append(f"{address[:100]!r} is not in the package")
            continue
        path = shop.links.media(address, "video")
        if isinstance(path, Refused):
            notes.append(path.reason)
        else:
            yield _Film(media=path)


def _addresses(block: Block) -> Iterator[_Film]:
    """YouTube's first: what the platform plays when both are there."""
    if identifier := _youtube(block):
        yield _Film(url=_YOUTUBE.format(identifier))
    yield from (_Film(url=address) for address in map(web, _sources(block)) if address)


def _youtube(block: Block) -> str:
    """The video at normal speed: `youtube_id_1_0`, or `youtube="0.75:a,1.00:b"` (OLX before 2013)."""
    speeds = dict(pair.strip().split(":", 1) for pair in block.setting("youtube").split(",") if ":" in pair)
    by_speed = {float(speed): name for speed, name in speeds.items() if re.fullmatch(r"\d\.\d+", speed)}
    found = block.setting("youtube_id_1_0") or by_speed.get(1.0, "")
    return found if _IDENTIFIER.match(found) else ""


def _sources(block: Block) -> list[str]:
    """Addresses of files: elements and attributes of several generations."""
    assert block.node is not None
    listed = settings.loads(block.settings.get("html5_sources"))
    found = [str(each) for each in listed] if isinstance(listed, list) else []
    found += [node.attributes.get("src", "") for node in block.node.children if node.name == "source"]
    found += [
        node.attributes.get("url", "")
        for node in block.node.walk()
        if node.name == "encoded_video" and node.attributes.get("profile") != "youtube"
    ]
    found += [block.setting("source"), block.setting("video_url"), block.setting("video_link")]
    return list(dict.fromkeys(each.strip() for each in found if each.strip()))


def _length(spot: Spot) -> int | None:
    """In whole seconds, where the platform measured it."""
    assert spot.block.node is not None
    for node in spot.block.node.walk():
        if node.name == "video_asset" and node.attributes.get("duration"):
            try:
                seconds = round(Decimal(node.attributes["duration"]))
            except (InvalidOperation, ValueError, OverflowError):
                return None
            return seconds if 0 < seconds <= 1_000_000 else None
    return None


def _handout(shop: Workshop, spot: Spot) -> model.Resource | None:
    """The file that is offered below the video."""
    assert spot.block.node is not None
    given = [node.attributes.get("src", "") for node in spot.block.node.children if node.name == "handout"]
    address = next((each for each in [*given, spot.block.setting("handout")] if each), "")
    path = shop.links.media(address) if shop.links.file(address) else None
    if not isinstance(path, str):
        return None
    key = shop.names.beside(spot.key, "handout")
    return model.Resource(key=key, title=f"{spot.title[:230]} (handout)", media=path)


# ── subtitles ────────────────────────────────────────────────────────────────────────────────────


def _subtitles(shop: Workshop, spot: Spot) -> tuple[str | None, list[str]]:
    """Those in the language of the course, or else the first that can be read."""
    offered = _offered(shop, spot.block)
    wanted = sorted(offered, key=lambda each: each != shop.language)
    notes: list[str] = []
    for language in wanted:
        path = _made(shop, offered[language], notes)
        if path is not None:
            others = sorted(set(offered) - {language})
            if others:
                notes.append(f"subtitles in {', '.join(others)} left out: a video has those of one language")
            return path, notes
    return None, notes


def _offered(shop: Workshop, block: Block) -> dict[str, str]:
    """File by language: `sub` (English), the `transcripts` attribute, and <transcript> elements."""
    assert block.node is not None
    found: dict[str, str] = {}
    listed = settings.loads(block.settings.get("transcripts"))
    named = list(listed.items()) if isinstance(listed, dict) else []
    named += [
        (node.attributes.get("language", "en"), node.attributes.get("src", ""))
        for node in _transcripts(block.node)
    ]
    for language, file in [*named, ("en", _legacy(block))]:
        name = shop.links.file(str(file)) if file else None
        if name:
            found.setdefault(str(language).lower(), name)
    return found


def _transcripts(node: Node) -> Iterator[Node]:
    """`<track>` is what was there before there were transcripts in several languages."""
    return (each for each in node.walk() if each.name in ("transcript", "track"))


def _legacy(block: Block) -> str:
    """Before 2014, subtitles were found by the name of the video."""
    name = block.setting("sub") or _youtube(block)
    return f"subs_{name}.srt.sjson" if name else ""


def _made(shop: Workshop, name: str, notes: list[str]) -> str | None:
    source = shop.definitions.source
    called = name.rpartition("/")[2]
    if source.size(name) > MAX_SUBTITLES:
        notes.append(f"{called} is over {MAX_SUBTITLES:,} bytes: subtitles left out")
        return None
    made = subtitles.to_vtt(called, source.read(name, MAX_SUBTITLES))
    if made is None:
        notes.append(f"{called} holds no subtitles that can be read")
        return None
    stem = re.sub(r"(\.srt)?\.(srt|sjson|vtt|txt)$", "", called, flags=re.IGNORECASE)
    path = shop.shelf.put_bytes(f"subtitles/{stem}.vtt", made, use="subtitles")
    if isinstance(path, Refused):
        notes.append(f"{called}: {path.reason}")
        return None
    shop.links.used.add(name)
    if not called.endswith(".vtt"):
        notes.append("subtitles written as WebVTT")
    return path
