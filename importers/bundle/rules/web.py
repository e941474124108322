"""Addresses on the web: places that learners can reach. They are read, never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from importers.bundle.documents import At
from importers.bundle.faults import Fault, shown
from schemas.findings import Rule

UNREACHABLE_ADDRESS = Rule(
    "CW320", "unreachable-address", "Addresses are of machines that learners can reach."
)

_FIELDS = ("url", "subtitles_url")
_HOST = re.compile(r"^https?://(\[[^\]]*\]|[^/?#:]*)", re.IGNORECASE)
_NUMERIC = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$", re.IGNORECASE)


def reachable_address(content: dict[str, Any], at: At) -> Iterator[Fault]:
    """Not this machine, this cable or nowhere. Addresses of an intranet (10.0.0.1) are its own affair."""
    for field in _FIELDS:
        written = content.get(field)
        if written is not None and not _is_reachable(written):
            yield Fault(
                rule=UNREACHABLE_ADDRESS,
                spot=at.spot(field),
                found=f"the address {shown(written)}, which is not a machine that learners can reach",
                expected="the name of a site, such as https://example.com/video",
                mend="write the public address, or put the file into the bundle",
            )


def _is_reachable(url: str) -> bool:
    match = _HOST.match(url)
    host = match[1].rstrip(".").lower() if match else ""
    if not host or host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
        return False
    if host.startswith("[") or _NUMERIC.match(host.rsplit(".", 1)[-1]) or not host.isascii():
        return _is_public(host.strip("[]"))
    return True


def _is_public(host: str) -> bool:
    """Browsers read 127.1, 0x7f000001 and ①②⑦.⓪.⓪.① as addresses too; so do we (WHATWG URL, 3.5)."""
    import ipaddress
    import socket
    import unicodedata

    folded = unicodedata.normalize("NFKC", host).replace("。", ".")
    try:
        if ":" in folded:
            address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(
                folded.split("%")[0]
            )
        elif _NUMERIC.match(folded.rsplit(".", 1)[-1]):
            address = ipaddress.IPv4Address(socket.inet_aton(folded))
        else:
            return True
    except (OSError, ValueError):
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return not (mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast)
