"""Settings of blocks: each that says something is accounted for, whether or not we have a place for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from importers.olx.blocks import Block
from importers.olx.ledger import Ledger
from importers.shared.outcome import CARRIED, Outcome, changed, skipped

RULES: Final = frozenset(
    ("start", "due", "graded", "format", "graceperiod", "weight", "max_attempts", "attempts", "showanswer",
     "rerandomize", "submission_wait_seconds", "show_correctness", "show_reset_button", "hide_after_due",
     "visible_to_staff_only", "hide_from_toc", "group_access", "is_entrance_exam", "in_entrance_exam",
     "required_content", "min_score", "min_completion", "prereq", "is_prereq", "is_time_limited",
     "default_time_limit_minutes", "is_proctored_enabled", "is_practice_exam", "is_onboarding_exam",
     "exam_review_rules", "max_count", "mode", "source_library_id", "group_id_to_child",
     "user_partition_id", "conditional_attr", "conditional_value", "sources", "completed", "attempted",
     "correct", "voted", "poll_answer", "start_time", "end_time", "from", "to", "submission_start",
     "max_submissions", "private_results", "max_items_per_zone", "is_graded", "has_score")
)  # fmt: skip
"""Settings that change what learners may or must do."""
_TECHNICAL: Final = frozenset(
    ("url_name", "slug", "filename", "name", "display_name", "block_name", "xblock-family", "id", "editor",
     "xml_attributes", "markdown", "parent_sequential_url", "parent_url", "index_in_children_list",
     "discussion_id", "use_latex_compiler", "ispublic", "matlab_api_key")
)  # fmt: skip
"""Names, and what only means something to the platform: no setting of the content."""
_USED: Final = {
    "video": frozenset(
        ("youtube", "youtube_id_1_0", "html5_sources", "source", "sub", "transcripts", "edx_video_id",
         "handout", "track", "video_url", "video_link")
    ),
    "discussion": frozenset(("discussion_category", "discussion_target", "for")),
    "poll": frozenset(("question", "answers")),
    "survey": frozenset(("questions", "answers")),
    "word_cloud": frozenset(("instructions", "num_inputs")),
    "lti": frozenset(("launch_url", "description")),
    "lti_consumer": frozenset(("launch_url", "description")),
    "drag-and-drop-v2": frozenset(("data", "question_text", "weight")),
    "openassessment": frozenset(("submission_due", "due", "prompts_type")),
    "edx_sga": frozenset(("weight", "points", "due", "instructions")),
    "staffgradedxblock": frozenset(("weight", "points", "due", "instructions")),
    "google-document": frozenset(("embed_code",)),
    "google-calendar": frozenset(("calendar_id",)),
    "pdf": frozenset(("url",)),
    "problem": frozenset(("weight",)),
}  # fmt: skip
"""What the converter of a category reads."""
NO_PLACE: Final = "a bundle has no place for it"


@dataclass(slots=True)
class Rules:
    """Names the settings of every block with it, and settles them once the block is made."""

    ledger: Ledger
    names: dict[Block, list[tuple[str, str, str]]] = field(default_factory=dict)

    def expect(self, block: Block, name: str) -> None:
        """`name` is what the report calls the block."""
        self.names[block] = [
            (kind, self.ledger.expect(kind, f"{name} {setting}", block.location), setting)
            for setting in sorted(block.settings)
            if (kind := _kind(block, setting))
        ]

    def settle(self, block: Block) -> None:
        for kind, name, setting in self.names[block]:
            self.ledger.settle(kind, name, _outcome(block, setting))


def _kind(block: Block, setting: str) -> str:
    if setting in _TECHNICAL or not block.setting(setting):
        return ""
    if setting in RULES:
        return "rule"
    return "" if setting in _USED.get(block.category, ()) else "metadata"


def _outcome(block: Block, setting: str) -> Outcome:
    value = block.setting(setting)
    if block.same:
        return changed("told where the block stands first")
    if setting in ("visible_to_staff_only", "hide_from_toc"):
        return CARRIED
    if setting in _USED.get(block.category, ()):
        return CARRIED
    if block.category == "problem" and setting == "max_attempts":
        return CARRIED
    if block.category == "problem" and setting == "showanswer":
        when = f"{value!r}: answers are shown after the quiz, or never"
        return CARRIED if value in ("never", "finished") else changed(when)
    return skipped(f"{value[:60]!r}: {NO_PLACE}")
