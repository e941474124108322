"""Open edX courses made in a test: files in memory, in the layouts that are in use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from importers import olx
from schemas.findings import Report
from schemas.model import Content, Question, QuizContent
from tests.importers.packages import Imported, MemorySource

PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0500f00"
    "0483017f7dbb6a8d0000000049454e44ae426082"
)
SRT: Final = (
    "1\n00:00:01,500 --> 00:00:03,000\nAll fire & <i>no</i> smoke\n\n2\n00:00:04,000 --> 00:01:05,250\nOut!\n"
)

STUDIO: Final[Mapping[str, str | bytes]] = {
    "course.xml": '<course url_name="2026" org="Harbour" course="FIRE1"/>',
    "course/2026.xml": """
        <course display_name="Fire safety" course_image="drill.png" language="en" start="2026-09-01T08:00:00Z">
          <chapter url_name="c1"/>
          <chapter url_name="c2"/>
          <wiki slug="Harbour.FIRE1"/>
        </course>""",
    "chapter/c1.xml": '<chapter display_name="Before"><sequential url_name="s1"/></chapter>',
    "chapter/c2.xml": '<chapter display_name="After" visible_to_staff_only="true"/>',
    "sequential/s1.xml": '<sequential display_name="Ways out" format="Homework" graded="true"><vertical url_name="v1"/></sequential>',
    "vertical/v1.xml": """
        <vertical display_name="Doors">
          <html url_name="doors"/><video url_name="film"/><problem url_name="angles"/><discussion url_name="talk"/>
        </vertical>""",
    "html/doors.xml": '<html filename="doors" display_name="Fire doors"/>',
    "html/doors.html": '<p>See <a href="/jump_to_id/angles">the problem</a> and <img src="/static/drill.png" alt="A drill">.</p>',
    "video/film.xml": """
        <video url_name="film" display_name="The film" youtube_id_1_0="p2Q6BrNhdh8" sub="" start_time="00:00:05">
          <transcript language="en" src="film-en.srt"/><transcript language="de" src="film-de.srt"/>
        </video>""",
    "discussion/talk.xml": '<discussion discussion_category="Week 1" discussion_target="Doors"/>',
    "problem/angles.xml": """
        <problem display_name="Angles" max_attempts="2" weight="3" showanswer="attempted">
          <p>A ladder stands on the ground.</p>
          <multiplechoiceresponse>
            <label>How far out?</label>
            <choicegroup type="MultipleChoice">
              <choice correct="true" name="four">One for four</choice>
              <choice correct="false">One for eight<choicehint>Too far.</choicehint></choice>
            </choicegroup>
          </multiplechoiceresponse>
          <numericalresponse answer="75.0"><label>At which angle?</label>
            <responseparam type="tolerance" default="5%"/><formulaequationinput/></numericalresponse>
          <solution><p>Four to one.</p></solution>
          <demandhint><hint>Think of a wall.</hint></demandhint>
        </problem>""",
    "about/overview.html": "<section><h2>About</h2><p>All about fire.</p></section>",
    "about/short_description.html": "Fire, safely",
    "about/effort.html": "2 hours",
    "info/updates.items.json": json.dumps([{"date": "May 1", "content": "<p>New doors</p>", "status": "visible"}]),
    "info/updates.html": "",
    "tabs/terms.html": "<p>Terms</p>",
    "policies/2026/policy.json": json.dumps(
        {"course/2026": {"display_name": "Fire safety", "tabs": [{"type": "static_tab", "name": "Terms", "url_slug": "terms"}]}}
    ),
    "policies/2026/grading_policy.json": json.dumps({"GRADE_CUTOFFS": {"Pass": 0.5}, "GRADER": [{"type": "Homework"}]}),
    "policies/assets.json": "{}",
    "static/drill.png": PNG,
    "static/film-en.srt": SRT,
    "static/film-de.srt": SRT,
    "static/unused.txt": "notes",
}  # fmt: skip
"""As Studio exports it."""

BY_HAND: Final[Mapping[str, str | bytes]] = {
    "roots/2012_Fall.xml": '<course url_name="2012_Fall" org="Harbour" course="OLD"/>',
    "course/2012_Fall.xml": """
        <course>
          <textbook title="Fire" book_url="https://books.example/fire/"/>
          <chapter url_name="Overview">
            <videosequence url_name="Films">
              <html url_name="secret:lab"/>
              <video url_name="Welcome" youtube="0.75:aaaaaaaa,1.00:bbbbbbbb"/>
            </videosequence>
            <problem filename="ladder" name="Ladder" points="1"/>
          </chapter>
        </course>""",
    "html/secret/lab.xml": '<html filename="lab.html"/>',
    "html/secret/lab.html": '<p>A <a href="/static/handouts/sheet.pdf">sheet</a></p>',
    "problem/ladder.xml": '<problem><p>Which foot? <stringresponse answer="left_or_the left"><textline inline="1"/></stringresponse> one.</p></problem>',
    "problem/forgotten.xml": '<problem><optionresponse><optioninput options="(\'yes\',\'no\')" correct="yes"/></optionresponse></problem>',
    "policies/2012_Fall.json": json.dumps(
        {"course/2012_Fall": {"display_name": "Ladders"}, "chapter/Overview": {"display_name": "Overview"}, "videosequence/Films": {"display_name": "Films"}}
    ),
    "static/handouts/sheet.pdf": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
}  # fmt: skip
"""As courses were written before there was Studio."""

LIBRARY: Final[Mapping[str, str | bytes]] = {
    "library/library.xml": '<library url_name="library" org="Harbour" library="BANK" display_name="Bank"><problem url_name="one"/><html url_name="two"/></library>',
    "library/problem/one.xml": """
        <problem display_name="Pick">
          <choiceresponse><checkboxgroup>
            <choice correct="true">Water</choice><choice correct="true">Foam</choice><choice correct="false">Oil</choice>
          </checkboxgroup></choiceresponse>
        </problem>""",
    "library/html/two.xml": "<html display_name='Note'><p>Inline</p></html>",
}  # fmt: skip


def source(files: Mapping[str, str | bytes]) -> MemorySource:
    return MemorySource(
        {name: data.encode() if isinstance(data, str) else data for name, data in files.items()},
        label="course.tar.gz",
    )


def imported(files: Mapping[str, str | bytes]) -> Imported:
    report = Report()
    return Imported(olx.read(source(files), report), report)


def course(*components: str, **files: str | bytes) -> Mapping[str, str | bytes]:
    """Components in one vertical; `files` by name with `__` for a slash and `_dot_` for a dot."""
    inside = "".join(components)
    written = {name.replace("__", "/").replace("_dot_", "."): data for name, data in files.items()}
    return {
        "course.xml": (
            '<course url_name="run" org="Org" course="C" display_name="Course"><chapter url_name="ch" display_name="Chapter">'
            f'<sequential url_name="seq"><vertical url_name="unit">{inside}</vertical></sequential></chapter></course>'
        ),
        **written,
    }


def content(*components: str, **files: str | bytes) -> Content:
    """What one component becomes."""
    found = imported(course(*components, **files)).course.sections[0].contents
    return found[-1] if not isinstance(found[0], QuizContent) else found[0]


def questions(problem: str, **files: str | bytes) -> tuple[Question, ...]:
    """Of the quiz that a problem becomes; `problem` is what is inside of it."""
    for each in imported(course(f'<problem url_name="p">{problem}</problem>', **files)).contents:
        if isinstance(each, QuizContent):
            return each.quiz.questions
    return ()
