"""Which block is converted by what, and how many questions it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from importers.olx import capa, polls, problems, videos, written
from importers.olx.blocks import Block
from importers.olx.workshop import Converted, Spot, Workshop

_KINDS: Final[dict[str, Callable[[Workshop, Spot], Converted]]] = {
    "html": written.html,
    "problem": problems.problem,
    "video": videos.video,
    "azure_media_services": videos.video,
    "discussion": written.discussion,
    "poll": polls.poll,
    "survey": polls.survey,
    "poll_question": polls.poll_question,
    "word_cloud": polls.word_cloud,
    "drag-and-drop-v2": polls.drag_and_drop,
    "lti": written.lti,
    "lti_consumer": written.lti,
    "openassessment": written.open_response,
    "edx_sga": written.staff_graded,
    "staffgradedxblock": written.staff_graded,
    "recommender": written.recommender,
    "google-document": written.google,
    "google-calendar": written.google,
    "annotatable": written.annotatable,
    "pdf": written.document,
}
_ASKING: Final = frozenset(("poll", "survey", "poll_question", "word_cloud", "drag-and-drop-v2"))
WORDS: Final = {"html": "Text", "problem": "Problem", "video": "Video", "discussion": "Discussion"}
"""What a component without a name is called."""


def convert(shop: Workshop, spot: Spot) -> Converted:
    return _KINDS.get(spot.block.category, written.unknown)(shop, spot)


def asked(block: Block) -> int:
    """How many questions it will be accounted for; those of a block that stands elsewhere are there."""
    if block.node is None or block.problem or block.same or block.holds:
        return 0
    if block.category == "problem":
        return len(capa.responses(block.node))
    return polls.asked(block) if block.category in _ASKING else 0
