"""Contents of a course: what they need besides their fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from importers.bundle.documents import At
from importers.bundle.faults import Fault, shown
from importers.bundle.gaps import ANY
from importers.bundle.rules.numbers import too_precise
from schemas.findings import Rule

EXACTLY_ONE = Rule("CW221", "exactly-one", "Of two ways to say where something is, one is used.")
PASSING_SCORE = Rule("CW222", "passing-score", "What is needed to pass can be reached.")
IMPOSSIBLE_TIME = Rule("CW223", "impossible-time", "Moments exist, and lie between 1900 and 2999.")
LAUNCH_WITHOUT_PACKAGE = Rule("CW224", "launch-without-package", "Only a zip in the bundle can be played.")
BAD_HREF = Rule("CW225", "launch-page", "The page to launch lies inside the package.")

_WAYS = {
    "video": ("media", "url"),
    "pdf": ("media", "url"),
    "downloadable_resource": ("media", "url"),
    "rich_text": ("page", "text"),
}
_INSTANTS = {"assignment": "due", "live_session": "scheduled"}


def exactly_one(content: dict[str, Any], at: At) -> Iterator[Fault]:
    ways = _WAYS.get(content["type"])
    if ways is None or (ways[0] in content) != (ways[1] in content):
        return
    one, other = ways
    both = one in content
    if not both and at.lacks(one, other, ANY):
        return
    yield Fault(
        rule=EXACTLY_ONE,
        spot=at.key(other) if both else at.spot(),
        found=f"both `{one}` and `{other}`"
        if both
        else f"neither `{one}` nor `{other}` in '{content['key']}'",
        expected="exactly one of the two",
        mend="remove one of them" if both else f"add `{one}: …` or `{other}: …`",
        related=(at.key(one),) if both else (),
    )


def subtitles_once(content: dict[str, Any], at: At) -> Iterator[Fault]:
    if "subtitles" in content and "subtitles_url" in content:
        yield Fault(
            rule=EXACTLY_ONE,
            spot=at.key("subtitles_url"),
            found="both `subtitles` and `subtitles_url`",
            expected="at most one of the two",
            mend="remove one of them",
            related=(at.key("subtitles"),),
        )


def reachable_score(content: dict[str, Any], at: At) -> Iterator[Fault]:
    passing, most = content.get("passing_score"), content.get("max_score")
    if content["type"] != "assignment" or passing is None or (most is not None and passing <= most):
        return
    if most is None and at.lacks("max_score", ANY):
        return
    found = f"a passing score of {shown(passing)}"
    yield Fault(
        rule=PASSING_SCORE,
        spot=at.spot("passing_score"),
        found=f"{found}, with {shown(most)} to be had"
        if most is not None
        else f"{found} without a `max_score`",
        expected=f"at most {shown(most)}" if most is not None else "a `max_score` beside it",
        mend="lower it, or raise `max_score`" if most is not None else "add `max_score: …`",
    )


def possible_time(content: dict[str, Any], at: At) -> Iterator[Fault]:
    field = _INSTANTS.get(content["type"])
    written = content.get(field) if field else None
    if field and written is not None and instant(written) is None:
        yield Fault(
            rule=IMPOSSIBLE_TIME,
            spot=at.spot(field),
            found=shown(written),
            expected="a moment that exists, between the years 1900 and 2999",
            mend="check day, hour, minute and zone; seconds end at 59",
        )


def playable(content: dict[str, Any], at: At) -> Iterator[Fault]:
    package = content.get("media", "")
    if "launch" in content and not package.lower().endswith(".zip") and not at.lacks("media", ANY):
        yield Fault(
            rule=LAUNCH_WITHOUT_PACKAGE,
            spot=at.key("launch"),
            found=f"`launch` in '{content['key']}', which has no package",
            expected="`media` with a .zip of the bundle",
            mend="put the package into the bundle and name it under `media`, or remove `launch`",
        )


def launch_page(content: dict[str, Any], at: At) -> Iterator[Fault]:
    href = content.get("launch", {}).get("href", "x")
    parts = href.split("?")[0].split("#")[0].split("/")
    if ".." in parts or href.startswith(("/", "?", "#")) or ":" in parts[0] or "\\" in href:
        yield Fault(
            rule=BAD_HREF,
            spot=at.spot("launch", "href"),
            found=shown(href),
            expected="a page of the package, such as index.html?lang=en",
            mend="write its path from the root of the zip",
        )


def scores_too_precise(content: dict[str, Any], at: At) -> Iterator[Fault]:
    yield from too_precise(content, at, "max_score", "passing_score")
    if "launch" in content:
        yield from too_precise(content["launch"], at.down("launch"), "passing_score")


RULES = (
    exactly_one,
    subtitles_once,
    reachable_score,
    possible_time,
    playable,
    launch_page,
    scores_too_precise,
)


def instant(written: str) -> datetime | None:
    """The moment in UTC; None when there is no such moment, or it lies outside 1900 to 2999."""
    try:
        moment = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 1900 <= moment.year <= 2999 else None
