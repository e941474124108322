"""Addresses in the pages of a cartridge → keys of contents, paths of media, or nothing.

Besides paths, Canvas writes tokens for its own things, raw or percent-encoded, and Blackboard one for files
(docs/adr/0015 has them all). Whatever leads nowhere is named in the report; the words of the link stay.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote

from importers.cartridge import identities
from importers.cartridge.workshop import Workshop
from importers.shared import hrefs, keys
from importers.shared.outcome import CARRIED, Outcome
from importers.shared.pages import WORDS
from importers.shared.shelf import Refused
from schemas.model import Location, content_link
from schemas.richtext import CONTENT_LINK

Link = Callable[[str, str], str | None]
Found = tuple[str | None, Outcome]

_TOKEN: Final = re.compile(
    r"^/?(?:\$|%24)(IMS[-_]CC[-_]FILEBASE|1EdTech-CC-FILEBASE|CANVAS_OBJECT_REFERENCE"
    r"|CANVAS_COURSE_REFERENCE|WIKI_REFERENCE)(?:\$|%24)/?(.*)$",
    re.DOTALL | re.IGNORECASE,
)
_BLACKBOARD: Final = re.compile(r"@X@EmbeddedFile\.\w+@X@(?:bbcswebdav/)?(.*)", re.DOTALL)
_XID: Final = re.compile(r"(?:^|/)_*xid-(\d+_\d+)(?:[./]|$)")
_SHOWN: Final = frozenset(("a", "img", "audio", "video", "source", "track", "image"))
_EMBEDDED: Final = frozenset(("iframe", "embed", "object"))
_SCHEME: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_LONGEST_NAME: Final = 300
_QUERY: Final = re.compile(r"[?#]")
_OF_CANVAS: Final = "a page of Canvas's own ({}), which is not in courses here: its words stay"
_IN_FILES: Final = "$IMS-CC-FILEBASE$/"
_NOWHERE: Final = "leads to nothing in the cartridge: its words stay"


@dataclass(slots=True)
class Links:
    """`opened` are the keys of resources that became contents, `lines` those behind items and modules."""

    shop: Workshop
    opened: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    _slugs: dict[str, str] = field(default_factory=dict)
    _by_file: dict[str, str] = field(default_factory=dict)
    _xids: dict[str, str] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def know(self, opened: Mapping[str, str], lines: Mapping[str, str]) -> None:
        """Tells which identifiers became contents, before any page is read."""
        self.opened.update(opened)
        self.lines.update(lines)
        for resource in self.shop.manifest.resources:
            key = self.opened.get(resource.identifier)
            page = identities.slug(resource, self.shop.folder)
            if key and page:
                self._slugs[page.casefold()] = key
            first = next(iter(self.shop.files(resource)), None)
            if key and first:
                self._by_file.setdefault(first, key)
        for name in self.shop.documents.source.names():
            match = _XID.search(name)
            if match and not name.endswith(".xml"):
                self._xids[match[1]] = name

    def of(self, name: str, up: str = "") -> Link:
        """For the page that lies at `name`; `up` leads from where it will lie to the root of the bundle."""
        place = Location(self.shop.documents.source.place(name))

        def link(tag: str, address: str) -> str | None:
            if tag not in _SHOWN and tag not in _EMBEDDED:
                return None
            if _is_foreign(address):
                return f"https:{address}" if address.startswith("//") else address
            found, outcome = self._found(name, tag, address)
            self._tell(f"{name} → {_named(address)}", outcome, place)
            local = found and not found.startswith(("#", WORDS)) and not _SCHEME.match(found)
            return f"{up}{found}" if local else found

        return link

    def file(self, name: str, address: str) -> str | None:
        """The file that an address in a page means, if it means one."""
        for reading in _readings(self.shop.folder, name, address):
            target = self.shop.documents.directory.find(reading)
            if target:
                return target.name
        return None

    def _tell(self, name: str, outcome: Outcome, place: Location) -> None:
        if name not in self._told:
            self._told.add(name)
            self.shop.account("link", name, outcome, place)

    def _found(self, name: str, tag: str, address: str) -> Found:
        if address[:5].lower() == "data:":
            return self._data(name, address)
        match = _TOKEN.match(address)
        if match and not match[1].upper().endswith("FILEBASE"):
            return self._canvas(name, tag, match[1].upper(), match[2])
        file = self._blackboard(name, address) or self.file(name, address)
        return self._to_file(tag, file) if file else (None, ("skipped", _NOWHERE))

    def _canvas(self, name: str, tag: str, root: str, rest: str) -> Found:
        path = unquote(_QUERY.split(rest, maxsplit=1)[0]).strip("/")
        last = path.rpartition("/")[2]
        key = self.opened.get(last) or self.lines.get(last)
        if key is None and (root == "WIKI_REFERENCE" or "pages/" in path or "wiki/" in path):
            key = self._slugs.get(last.casefold())
        if key:
            return content_link(key), CARRIED
        if "external_tools/retrieve" in path:
            return _tool(rest)
        if path == "assignments/syllabus" and (key := self._syllabus()):
            return content_link(key), CARRIED
        if path.startswith(("file_contents/", "files/")):
            below = re.sub(r"^file_contents/course( |%20)files/", "", path)
            resource = self.shop.resource(last)
            file = (
                next(iter(self.shop.files(resource)), None)
                if resource
                else self.file(name, _IN_FILES + below)
            )
            if file:
                return self._to_file(tag, file)
        return None, ("skipped", _NOWHERE if "/" in path or not path else _OF_CANVAS.format(path))

    def _syllabus(self) -> str | None:
        found = (each.identifier for each in self.shop.manifest.resources if each.use == "syllabus")
        return next((self.opened[each] for each in found if each in self.opened), None)

    def _blackboard(self, name: str, address: str) -> str | None:
        """Files of the collection have a number in their name, the others lie in a folder beside the page."""
        match = _BLACKBOARD.search(address)
        if match is None:
            return None
        number = _XID.search(match[1])
        if number:
            return self._xids.get(number[1])
        return self.file(name, f"{posixpath.basename(name).partition('.')[0]}/{match[1]}")

    def _to_file(self, tag: str, file: str) -> Found:
        """Pages are linked by key where they became contents; other files become media."""
        key = self._by_file.get(file)
        if key and tag not in ("img", "audio", "video", "source", "track", "image"):
            return content_link(key), CARRIED
        path = self.shop.put(file)
        if not isinstance(path, Refused):
            return path, CARRIED
        if tag not in ("a", *_EMBEDDED):
            return f"{WORDS}({posixpath.basename(file)})", (
                "changed",
                f"{path.reason}: its name stands there",
            )
        return self.shop.pack(file, path.reason), ("changed", f"{path.reason}: in a zip")

    def _data(self, name: str, address: str) -> Found:
        stem = posixpath.basename(name).partition(".")[0]
        path = self.shop.shelf.put_data(address, f"{stem}-inside")
        if isinstance(path, Refused):
            return None, ("skipped", path.reason)
        return path, ("changed", "it stood inside the page: a file of its own")


def _named(address: str) -> str:
    """An address in the report; pictures inside pages have long ones."""
    return address if len(address) <= _LONGEST_NAME else keys.distinct(address, address)


def _is_foreign(address: str) -> bool:
    """On the web, a mail address, a place in the page itself; dangerous schemes go to the sanitiser.

    A place that is called like our own links is none of them: it would lead to whatever has that key.
    """
    scheme = _SCHEME.match(address)
    if scheme:
        return scheme[0].lower() != "data:"
    return address.startswith(("#", "//")) and not CONTENT_LINK.fullmatch(address)


def _tool(rest: str) -> Found:
    """A launch through Canvas: the address of the tool itself is in the query."""
    query = rest.partition("?")[2].replace("&amp;", "&")
    url = next(iter(parse_qs(query).get("url", ())), "")
    if not hrefs.is_web(url):
        return None, ("skipped", "an external tool without an address of its own: its words stay")
    return url, ("changed", "an external tool (LTI): a link to where it is launched")


def _readings(folder: str, name: str, address: str) -> Iterator[str]:
    """Paths from the root of the package that an address may mean, the likeliest first.

    The token stands for the root of the course's files, which tools take for web_resources, the root of the
    package or the folder of the page; some climb out of it, so what lies outside is looked for inside.
    """
    base = posixpath.dirname(name)
    match = _TOKEN.match(address)
    rest = match[2] if match else address
    if match:
        yield f"{folder}web_resources/{rest}"
        yield folder + rest
    yield posixpath.normpath(posixpath.join(base, rest.lstrip("/") if match else rest))
    plain = unquote(_QUERY.split(rest, maxsplit=1)[0]).lstrip("/")
    while plain.startswith("../"):
        plain = plain.removeprefix("../")
    yield folder + plain
    if match:
        yield f"{folder}web_resources/{plain.removeprefix('files/')}"
