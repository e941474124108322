"""What a foreign page embeds → links and words, since nothing is fetched and learners should still get there.

Works on HTML as the sanitiser's first pass writes it, before anything is judged.
"""

from __future__ import annotations

import re
from typing import Final

from importers.shared.blocks import ATTRIBUTE, ATTRIBUTES

WORDS: Final = "words:"
"""Begins an address in whose place the text behind it is to stand."""

_EMBEDDED: Final = {"iframe": "src", "embed": "src", "object": "data"}
_FORMULA: Final = re.compile(r"<math[ >].*?</math>", re.DOTALL)
_EMBEDDING: Final = re.compile(rf"<(iframe|object){ATTRIBUTES}>(.*?)</\1>|<(embed){ATTRIBUTES}>", re.DOTALL)
_PLAYER: Final = re.compile(rf"<(audio|video){ATTRIBUTES}>(.*?)</\1>", re.DOTALL)
_SPOKEN: Final = re.compile(rf' (?:src|href)="{WORDS}([^"]*)"')
_IMAGE: Final = re.compile(rf"<img{ATTRIBUTES}>")
_ANCHOR: Final = re.compile(rf"<a{ATTRIBUTES}>")


def replaced(html: str) -> tuple[str, list[str]]:
    """Embedded pages, objects and formulas as links and words, and what was said about them."""
    notes: list[str] = []
    html = _FORMULA.sub(lambda found: _formula(found[0], notes), html)
    html = _EMBEDDING.sub(lambda found: _embedded(found, notes), html)
    html = _IMAGE.sub(lambda found: _picture(found[1], found[0]), html)
    html = _PLAYER.sub(lambda found: " ".join(_SPOKEN.findall(found[0])) or found[0], html)
    html = _ANCHOR.sub(lambda found: _anchor(found[0]), html)
    return html, list(dict.fromkeys(notes))


def _embedded(found: re.Match[str], notes: list[str]) -> str:
    tag = found[1] or found[4]
    attributes = dict(ATTRIBUTE.findall(found[2] or found[5] or ""))
    address = attributes.get(_EMBEDDED[tag], "")
    if not address:
        notes.append(f"an embedded page without an address is left out ({tag})")
    if not address or address.startswith(WORDS):
        return address.removeprefix(WORDS) or found[3] or ""
    notes.append(f"an embedded page became a link ({tag})")
    name = attributes.get("title") or attributes.get("name") or address
    return f'<p><a href="{address}">{name}</a></p>'


def _picture(attributes: str, whole: str) -> str:
    given = dict(ATTRIBUTE.findall(attributes))
    source = given.get("src", "")
    return source.removeprefix(WORDS) if source.startswith(WORDS) else whole


def _anchor(whole: str) -> str:
    """Words in place of an address stand before what was the link."""
    said = _SPOKEN.search(whole)
    return f"{said[1]} <a>" if said else whole


def _formula(math: str, notes: list[str]) -> str:
    """TeX where the author's tool left some, else the symbols in a row."""
    notes.append("a formula in MathML became text")
    tex = re.search(r'<annotation encoding="application/x-tex">(.*?)</annotation>', math, re.DOTALL)
    given = re.search(r'<math[^>]* alttext="([^"]*)"', math)
    if tex or given:
        return f"\\({(tex or given)[1].strip()}\\)"  # type: ignore[index]
    text = re.sub(r"<annotation.*?</annotation>", "", math, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
