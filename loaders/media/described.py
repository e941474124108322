"""What an S3 object is stored with, besides its bytes."""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict

from loaders.media.keys import digest_of
from schemas.media import headers

_CACHE: Final = "private, max-age=31536000, immutable"


class Description(TypedDict):
    """Arguments that PutObject and CreateMultipartUpload share."""

    ContentType: str
    CacheControl: str
    Metadata: dict[str, str]
    ContentDisposition: NotRequired[str]


def described(key: str, media_type: str) -> Description:
    """The type is always ours, never guessed by a client or server: a wrong one runs or hides files.

    A disposition holds no file name: one object has many names, so whoever signs URLs adds it.
    """
    served = headers(media_type)
    description: Description = {
        "ContentType": served.content_type,
        "CacheControl": _CACHE,
        "Metadata": {"sha256": digest_of(key)},
    }
    if served.disposition == "attachment":
        description["ContentDisposition"] = "attachment"
    return description
