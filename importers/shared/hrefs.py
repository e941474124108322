"""Addresses in a manifest → files of the package.

Exporters write the same file raw, percent-encoded, with backslashes, or with a query behind it, so
several readings are tried in the order of their strictness. What leads out of the package is refused
before any reading is tried; nothing is ever fetched.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_QUERY: Final = re.compile(r"[?#]")
_NOT_ON_WINDOWS: Final = re.compile(r'[:*?"<>|]')
"""Archivers there write `_` for these, and the manifest still has them."""
_SAFE_IN_PATH: Final = "/!$&'()*+,;=:@~-._"
_SAFE_IN_QUERY: Final = _SAFE_IN_PATH + "?#%[]"
_DECODINGS: Final = 3
"""Rounds of percent-decoding that are looked through: servers and players have decoded twice."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file of the package, the query and fragment to launch it with, and how the address was mended."""

    name: str
    suffix: str = ""
    note: str = ""

    def url(self) -> str:
        """As a URL relative to the root of the package."""
        return quote(self.name, safe=_SAFE_IN_PATH) + quote(self.suffix, safe=_SAFE_IN_QUERY)


def is_web(href: str) -> bool:
    return _scheme(href) in ("http", "https")


def danger(href: str) -> str | None:
    """Why an address must not be used at all; None for addresses into the package and on the web."""
    scheme = _scheme(href)
    if scheme in ("http", "https"):
        return None
    if scheme:
        return f"a {scheme}: address"
    dangers = (_danger_of_path(reading.replace("\\", "/")) for reading in _decoded(href))
    return next(filter(None, dangers), None)


def _danger_of_path(path: str) -> str | None:
    if path.startswith("/"):
        return "an absolute path or another server"
    if posixpath.normpath(_QUERY.split(path, maxsplit=1)[0]).split("/")[0] == "..":
        return "a path that leads out of the package"
    if any(ord(character) < 32 for character in path):
        return "a path with control characters"
    return None


def join(base: str, href: str) -> str:
    """An address under its xml:base (RFC 3986 §5.2, for relative bases): all up to the last slash counts."""
    if not base or _scheme(href):
        return href
    return base.rpartition("/")[0] + "/" + href if "/" in base else href


def with_parameters(suffix: str, parameters: str) -> str:
    """An item's `parameters` put into a launch suffix (SCORM 2004 CAM 3.4.1 gives the rule for both)."""
    extra = parameters.strip().lstrip("?&")
    query, hash_sign, fragment = suffix.partition("#")
    if not extra:
        return suffix
    if extra.startswith("#"):
        return suffix if hash_sign else suffix + extra
    return query + ("&" if "?" in query else "?") + extra + hash_sign + fragment


class Directory:
    """The files of a package, to be found by the addresses a manifest gives them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._by_form = {unicodedata.normalize("NFC", name): name for name in self._names}
        self._by_case = {name.casefold(): name for name in self._names}

    def find(self, href: str) -> Target | None:
        """The file an address means, or None. The address is relative to the root of the package."""
        for path, suffix, note in _readings(href):
            name = self._by_form.get(unicodedata.normalize("NFC", posixpath.normpath(path)))
            if name is not None:
                return Target(name, suffix, note)
        return None

    def differing_in_case(self, href: str) -> str | None:
        """A file that a system blind to case would have found."""
        readings = (posixpath.normpath(path).casefold() for path, _, _ in _readings(href))
        return next((self._by_case[reading] for reading in readings if reading in self._by_case), None)


def _readings(href: str) -> Iterator[tuple[str, str, str]]:
    """(path, query and fragment, note): literally, decoded, without query, and with slashes put right."""
    for text, note in ((href, ""), (href.replace("\\", "/"), "backslashes in the address read as slashes")):
        match = _QUERY.search(text)
        bare, suffix = (text[: match.start()], text[match.start() :]) if match else (text, "")
        yield text, "", note
        yield unquote(text), "", note
        yield bare, suffix, note
        yield unquote(bare), suffix, note
    yield _NOT_ON_WINDOWS.sub("_", href), "", "characters that Windows does not allow read as _"


def _scheme(href: str) -> str | None:
    """Browsers take out white space and control characters before they look for a scheme."""
    match = _SCHEME.match("".join(character for character in href if character > " "))
    return match[1].lower() if match else None


def _decoded(href: str) -> Iterator[str]:
    yield href
    for _ in range(_DECODINGS):
        href = unquote(href)
        yield href
