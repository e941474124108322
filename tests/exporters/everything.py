"""One bundle with every kind of thing in it, small enough to read; its files are the golden ones."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

from schemas.model import (
    Assignment,
    Blank,
    Bundle,
    Course,
    Distractor,
    Essay,
    FillInBlank,
    Launch,
    LiveSession,
    Lookup,
    Matching,
    Media,
    Move,
    MultipleChoice,
    Option,
    Pair,
    Pdf,
    Program,
    ProgramCourse,
    ProgramPrerequisite,
    Quiz,
    QuizContent,
    Resource,
    RichText,
    Section,
    ShortAnswer,
    TrueFalse,
    Video,
)
from tests.strategies import MemoryFiles, Sample

FILES = {
    "courses/bleeding/press.png": b"\x89PNG\r\n\x1a\n",
    "media/captions.vtt": b"WEBVTT\n\n",
    "media/card.pdf": b"%PDF-1.7\n",
    "media/intro.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "media/player.zip": b"PK\x05\x06" + bytes(18),
    "media/thumb.png": b"\x89PNG\r\n\x1a\n",
}
TYPES = {
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
}

QUIZ = Quiz(
    title="What would you do?",
    description="Two minutes.\nNo tricks.",
    time_limit_minutes=10,
    passing_score=Decimal("66.5"),
    max_attempts=3,
    randomized=True,
    show_correct_answers=False,
    show_results_immediately=False,
    allow_review=False,
    questions=(
        MultipleChoice(
            key="pressure",
            text="Where do you press?",
            points=Decimal("2.50"),
            explanation="Directly, and hard.",
            options=(
                Option(key="wound", text="On the wound", correct=True, image="courses/bleeding/press.png"),
                Option(key="no", text="no", image="media/thumb.png"),
            ),
        ),
        TrueFalse(key="call", text="You call 112: always?", required=False, answer=True),
        ShortAnswer(key="number", text="Which number?", accept=("112", "one one two")),
        Essay(key="why", text="Why?\n\nExplain in *your* words.\n"),
        FillInBlank(
            key="gap",
            text="Press for [[minutes]] minutes with [[what]].",
            blanks=(Blank(key="minutes", accept=("10", "ten")), Blank(key="what", accept=("a cloth",))),
        ),
        Matching(
            key="match",
            text="Match.",
            pairs=(Pair(key="a", left="Burn", right="Water"), Pair(key="b", left="Cut", right="Bandage")),
            distractors=(Distractor(key="c", text="Butter"),),
        ),
    ),
)

BLEEDING = Course(
    key="bleeding",
    title="Bleeding & burns",
    instructor="ann@example.org",
    description="What to do.\n\n- Press.\n- Call.\n",
    thumbnail="media/thumb.png",
    duration_minutes=90,
    prerequisite="scene",
    sections=(
        Section(
            key="start",
            title="Start",
            contents=(
                Video(
                    key="film",
                    title="12:30",
                    preview=True,
                    media="media/intro.mp4",
                    thumbnail="media/thumb.png",
                    transcript="  Ann: hello.\n  Bo: hi.\n\n",
                    subtitles="media/captions.vtt",
                    video_seconds=95,
                ),
                RichText(
                    key="page",
                    title="Pressure",
                    page="courses/bleeding/page.md",
                    text="# Pressure\n\n![](press.png)\n",
                ),
                RichText(key="far", title="Scene", page="pages/far.md", text="Look around.  \nThen go.\n"),
                RichText(key="note", title="Note", text="Stay *calm*."),
            ),
        ),
        Section(
            key="practice",
            title="Practice",
            description="Hands on.",
            published=False,
            contents=(
                QuizContent(key="check", title="Check yourself", duration_minutes=5, quiz=QUIZ),
                Assignment(
                    key="report",
                    title="Report",
                    instructions="Write a page.\n",
                    max_score=Decimal(100),
                    passing_score=Decimal("49.50"),
                    due=datetime(2026, 12, 24, 16, 0, 0, 5, tzinfo=UTC),
                ),
                LiveSession(
                    key="meet",
                    title="Meet Ann",
                    url="https://example.org/meet",
                    scheduled=datetime(2026, 12, 1, 9, tzinfo=UTC),
                    session_minutes=45,
                ),
                Pdf(key="card", title="Card", published=False, media="media/card.pdf", page_count=2),
                Resource(key="link", title="More", url="https://example.org/more"),
                Resource(
                    key="game",
                    title="Game",
                    description="Play it.",
                    media="media/player.zip",
                    launch=Launch(standard="scorm-1.2", href="index.html?x=1", passing_score=Decimal(80)),
                ),
            ),
        ),
    ),
)

SCENE = Course(
    key="scene",
    title="The scene",
    instructor="bo@example.org",
    status="draft",
    sections=(Section(key="one", title="One", contents=(RichText(key="look", title="Look", text="Look."),)),),
)

PROGRAMS = (
    Program(
        key="basics",
        title="First aid",
        instructor="ann@example.org",
        description="Everything.",
        thumbnail="media/thumb.png",
        instructors=("bo@example.org",),
        category="health",
        level="beginner",
        tags=("outdoor", "work"),
        language="no",
        duration_hours=3,
        price=Decimal("49.90"),
        currency="EUR",
        order=1,
        courses=(ProgramCourse(course="scene"), ProgramCourse(course="bleeding", required=False)),
    ),
    Program(
        key="refresher",
        title="Refresher",
        instructor="ann@example.org",
        status="suspended",
        free=True,
        courses=(ProgramCourse(course="bleeding"),),
        prerequisites=(ProgramPrerequisite(program="basics"),),
    ),
)

BUNDLE = Bundle(
    key="first-aid",
    title="First aid for everyone",
    programs=PROGRAMS,
    courses=(BLEEDING, SCENE),
    lookups=(
        Lookup(type="DIFFICULTY_LEVEL", key="beginner", title="Beginner"),
        Lookup(type="LANGUAGE", key="no", title="Norsk"),
        Lookup(type="TRAINING_CATEGORY", key="health", title="Health"),
        Lookup(type="TRAINING_TAG", key="outdoor", title="Outdoors"),
        Lookup(type="TRAINING_TAG", key="work", title="At work"),
    ),
    media=tuple(
        Media(path=path, digest=hashlib.sha256(data).hexdigest(), size=len(data), media_type=TYPES[path[-4:]])
        for path, data in FILES.items()
    ),
    moved=(Move(old="course:scene/content:watch", new="course:scene/content:look"),),
)

EVERYTHING = Sample(BUNDLE, MemoryFiles(FILES))
