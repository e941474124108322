"""What a foreign package starts: a page of its own, an address on the web, or nothing, and why."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from importers.shared import hrefs
from importers.shared.hrefs import Directory, Target
from importers.shared.html import HEAD_BYTES, page_title
from importers.shared.plain_text import title
from schemas.findings import Rule
from schemas.source import Source

ADDRESS: Final = Rule("CW516", "unsafe-address", "Addresses must stay inside the package.")
TOO_MANY: Final = Rule("CW517", "too-many-items", "A package has a bounded number of items and resources.")
NOTHING: Final = Rule("CW521", "nothing-to-launch", "A package needs an item that can be started.")
NO_PAGE: Final = Rule("CW523", "missing-launch-page", "A resource starts with a page of the package.")

MAX_ITEMS: Final = 10_000
MAX_URL: Final = 500
"""Characters of an address, in the model and in the tenant's tables."""
ON_THE_WEB: Final = "on the web: kept as a link, through which nothing reports what learners do"

_LINK: Final = re.compile(r"^(https?)(://[^@/?#\\\x00-\x20]+)([/?#][^\x00-\x1f]*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the package; `note` says how its address had to be mended."""

    target: Target
    note: str = ""

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def url(self) -> str:
        """Relative to the root of the package, with its query, percent-encoded."""
        return self.target.url()


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web. Nothing is ever fetched from it."""

    url: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing can be started, in words that finish "left out: …"."""

    reason: str


Start = Page | Link | Nothing


def find(directory: Directory, address: str, not_pages: Collection[str] = ()) -> Start:
    """What an address starts. It is relative to the root of the package; `not_pages` are its manifests."""
    if not address:
        return Nothing("it has no address")
    if hrefs.is_web(address):
        return _link(address)
    target = directory.find(address)
    if target is None:
        twin = directory.differing_in_case(address)
        hint = f" (there is {twin}: case matters)" if twin else ""
        return Nothing(f"its page {address[:200]} is not in the package{hint}")
    if target.name in not_pages:
        return Nothing("it starts the manifest itself")
    return _short(Page(target, target.note))


def with_parameters(start: Start, parameters: str) -> Start:
    """The same page or address with further parameters in its query."""
    match start:
        case Page(target=target):
            suffix = hrefs.with_parameters(target.suffix, parameters)
            return _short(replace(start, target=replace(target, suffix=suffix)))
        case Link(url=url):
            return _link(hrefs.with_parameters(url, parameters))
    return start


def page_title_of(source: Source, page: Page) -> str:
    """The title of a page, as one clean line; "" when it has none."""
    with source.open(page.name) as opened:
        return title(page_title(opened.read(HEAD_BYTES)))[0]


def _short(page: Page) -> Page | Nothing:
    return page if len(page.url) <= MAX_URL else Nothing(f"its address is longer than {MAX_URL} characters")


def _link(address: str) -> Link | Nothing:
    parts = _LINK.match(address.strip())
    url = f"{parts[1].lower()}{parts[2]}{(parts[3] or '').replace(' ', '%20')}" if parts else ""
    if not url or len(url) > MAX_URL:
        return Nothing(f"it starts {address[:200]!r}, which is no usable address on the web")
    return Link(url)
