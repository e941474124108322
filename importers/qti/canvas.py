"""What Canvas says of a quiz beside its QTI 1.2: `assessment_meta.xml` in the folder of the quiz."""

from __future__ import annotations

from typing import Final

from importers.qti import reading
from importers.qti.plans import Plan, Text
from importers.qti.reading import Documents
from importers.shared import plain_text, xml
from importers.shared.outcome import changed, skipped
from importers.shared.xml import Node
from schemas.findings import RefusedError
from schemas.source import Source

_NAME: Final = "assessment_meta.xml"
_MOST: Final = 100_000
_WITHOUT_PLACE: Final = (
    "one_question_at_a_time",
    "cant_go_back",
    "require_lockdown_browser",
    "access_code",
    "ip_filter",
)


def complete(plan: Plan, source: Source, documents: Documents) -> None:
    """Puts the settings of the file into the plan, where there is one. Never raises for what is in it."""
    name = f"{plan.file.rpartition('/')[0]}/{_NAME}".lstrip("/")
    if name not in source.names():
        return
    try:
        root = reading.parse(source, name, xml.CONTENT)[0].root
    except RefusedError as error:
        plan.tell("rule", "settings of Canvas", plan.location, skipped(error.findings[0].found))
        return
    documents.beside.add(name)
    said = {child.name: child.text.strip() for child in root.children}
    _apply(plan, root, said, name)
    left = [label for label in _WITHOUT_PLACE if said.get(label, "false") not in ("", "false")]
    note = f"no place for {', '.join(left)}" if left else ""
    plan.tell("rule", "settings of Canvas", root.location, changed(note))


def _apply(plan: Plan, root: Node, said: dict[str, str], name: str) -> None:
    plan.title = plain_text.title(said.get("title", ""))[0] or plan.title
    plan.time_limit_minutes = _count(said.get("time_limit", "")) or plan.time_limit_minutes
    if "allowed_attempts" in said:
        plan.max_attempts = _count(said["allowed_attempts"])
    plan.show_correct_answers = said.get("show_correct_answers", "true") != "false"
    if said.get("description"):
        account = plan.tell(
            "item", "description", root.location, changed("stands on the page before the quiz")
        )
        plan.texts.insert(0, Text("", said["description"], name, account))


def _count(text: str) -> int | None:
    """Minutes or attempts; -1 is how Canvas writes that there is no limit."""
    return int(text) if text.isdecimal() and len(text) < 7 and 0 < int(text) <= _MOST else None
