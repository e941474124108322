"""Activities by module name → what they become. A module that is not in here is a plugin's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from importers.moodle.activities import files, lesson, scorm, tasks, texts
from importers.moodle.backup import Activity
from importers.moodle.shop import Made, Shop

Maker = Callable[[Shop, Activity], Made]

MAKERS: Final[Mapping[str, Maker]] = {
    "page": texts.page,
    "label": texts.label,
    "book": texts.book,
    "url": texts.url,
    "forum": texts.forum,
    "choice": texts.choice,
    "glossary": texts.glossary,
    "wiki": texts.wiki,
    "feedback": texts.survey,
    "questionnaire": texts.survey,
    "lti": texts.external,
    "bigbluebuttonbn": texts.meeting,
    "resource": files.resource,
    "folder": files.folder,
    "scorm": scorm.scorm,
    "h5pactivity": files.h5p,
    "imscp": files.imscp,
    "lesson": lesson.lesson,
    "assign": tasks.assignment,
    "assignment": tasks.assignment,
    "workshop": tasks.assignment,
    "data": texts.database,
    "chat": texts.chat,
    "survey": texts.site_survey,
}
"""All but quizzes, which need the question bank, and subsections, which are sections."""
