"""Backups of Moodle → courses: what learners get, and what the report says of all that was in the backup."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest

from exporters import bundle as writer
from importers import bundle as reader
from importers import moodle
from pipeline.archives import open_sink, open_source
from schemas.findings import RefusedError, Report
from schemas.model import (
    Assignment,
    FillInBlank,
    Launch,
    LiveSession,
    Matching,
    MultipleChoice,
    Pdf,
    QuizContent,
    Resource,
    RichText,
    Video,
)
from tests.golden import Golden
from tests.importers.moodle_backups import (
    PDF,
    PNG,
    File,
    Module,
    answers,
    backup,
    category,
    drawn,
    entry,
    imported,
    question,
    slot,
)
from tests.importers.packages import Imported, MemorySource

HERE = Path(__file__).parent
PAGE = Module(id=7, kind="page", name="Bowline", inside="<content>&lt;p&gt;Pull.&lt;/p&gt;</content>")
TRUE = question(
    11,
    "truefalse",
    "Rope floats.",
    answers(("True", 1, ""), ("False", 0, "")) + "<truefalse><trueanswer>1</trueanswer></truefalse>",
)
CHOICE = question(
    12,
    "multichoice",
    '<p>Which? <img src="@@PLUGINFILE@@/a%20knot.png"></p>',
    answers(("Bowline", 1, "Yes"), ("Granny", 0, "No")) + "<multichoice><single>1</single></multichoice>",
)


_OLD = b"""<?xml version="1.0" encoding="UTF-8"?>
<MOODLE_BACKUP><INFO><NAME>b</NAME></INFO><COURSE>
<HEADER><FULLNAME>Old ropes</FULLNAME><SHORTNAME>ROPES</SHORTNAME></HEADER>
<SECTIONS><SECTION><ID>1</ID><NUMBER>0</NUMBER><SUMMARY>Hello</SUMMARY><VISIBLE>1</VISIBLE><MODS>
<MOD><ID>10</ID><TYPE>resource</TYPE><INSTANCE>3</INSTANCE><VISIBLE>1</VISIBLE></MOD>
<MOD><ID>11</ID><TYPE>resource</TYPE><INSTANCE>4</INSTANCE><VISIBLE>0</VISIBLE></MOD>
<MOD><ID>12</ID><TYPE>quiz</TYPE><INSTANCE>5</INSTANCE><VISIBLE>1</VISIBLE></MOD></MODS></SECTION></SECTIONS>
<QUESTION_CATEGORIES><QUESTION_CATEGORY><ID>6</ID><NAME>Default</NAME><QUESTIONS><QUESTION><ID>7</ID><PARENT>0</PARENT>
<NAME>Age</NAME><QUESTIONTEXT>How old?</QUESTIONTEXT><QTYPE>numerical</QTYPE><DEFAULTGRADE>1</DEFAULTGRADE>
<NUMERICAL><ANSWER>8</ANSWER><TOLERANCE>2</TOLERANCE></NUMERICAL><ANSWERS><ANSWER><ID>8</ID><ANSWER_TEXT>28</ANSWER_TEXT>
<FRACTION>1</FRACTION><FEEDBACK>Great</FEEDBACK></ANSWER></ANSWERS></QUESTION></QUESTIONS></QUESTION_CATEGORY></QUESTION_CATEGORIES>
<MODULES><MOD><ID>3</ID><MODTYPE>resource</MODTYPE><NAME>Care</NAME><TYPE>html</TYPE><REFERENCE></REFERENCE>
<ALLTEXT>&lt;p&gt;&lt;a href="$@FILEPHP@$$@SLASH@$care.pdf"&gt;Sheet&lt;/a&gt;&lt;/p&gt;</ALLTEXT></MOD>
<MOD><ID>4</ID><MODTYPE>resource</MODTYPE><NAME>Shop</NAME><TYPE>file</TYPE><REFERENCE>https://example.org/</REFERENCE></MOD>
<MOD><ID>5</ID><MODTYPE>quiz</MODTYPE><NAME>Quiz</NAME><TIMELIMIT>45</TIMELIMIT><OPTIONFLAGS>1</OPTIONFLAGS>
<QUESTIONS>7,0</QUESTIONS><QUESTION_INSTANCES><QUESTION_INSTANCE><QUESTION>7</QUESTION><GRADE>3</GRADE>
</QUESTION_INSTANCE></QUESTION_INSTANCES></MOD></MODULES></COURSE></MOODLE_BACKUP>"""


def quiz(*slots: str, inside: str = "", **settings: str) -> Module:
    given = "".join(f"<{name}>{value}</{name}>" for name, value in settings.items())
    held = f"<question_instances>{''.join(slots)}</question_instances>{inside}{given}"
    return Module(id=20, kind="quiz", name="Test", inside=held, grade_to_pass="6.00000")


# ── structure ────────────────────────────────────────────────────────────────────────────────────


def test_sections_and_activities_stand_in_their_order_under_their_own_ids() -> None:
    done = imported(
        backup(
            Module(id=8, kind="label", name="l", intro="<h4>Hello</h4>", section=2),
            PAGE,
            sections={1: "<name>$@NULL@$</name>", 2: "<name>Bends</name><visible>0</visible>", 3: ""},
        )
    )
    assert (done.bundle.key, done.course.title) == ("knots1", "Knots")
    assert [(section.key, section.title, section.published) for section in done.course.sections] == [
        ("section-1", "General", True),
        ("section-2", "Bends", False),
    ]
    assert [content.key for content in done.contents] == ["page-7", "label-8"]
    assert done.fate("section", "section 3:") == ("skipped", "nothing is in it")


def test_an_id_number_is_the_key_and_a_later_backup_keeps_all_of_them() -> None:
    named = Module(
        id=7, kind="page", name="Bowline", inside=PAGE.inside, settings="<idnumber>Knot 1</idnumber>"
    )
    first = imported(backup(named, Module(id=9, kind="page", name="x", inside=PAGE.inside)))
    later = imported(
        backup(
            Module(id=9, kind="page", name="renamed", inside=PAGE.inside),
            Module(id=10, kind="page", name="new", inside=PAGE.inside),
            named,
        )
    )
    assert {content.key for content in first.contents} == {"knot-1", "page-9"}
    assert {content.key for content in later.contents} == {"knot-1", "page-9", "page-10"}


def test_a_subsection_stands_in_its_section_with_its_name_before_the_titles() -> None:
    source = backup(
        Module(id=5, kind="subsection", name="Bends"),
        PAGE,
        sections={1: "<name>One</name>", 9: "<name>Bends</name>"},
    )
    files = dict(source.files)
    index = files["moodle_backup.xml"].decode()
    index = index.replace("<sectionid>9</sectionid>", "<sectionid>9</sectionid><parentcmid>5</parentcmid>")
    files["moodle_backup.xml"] = index.encode()
    files["sections/section_1/section.xml"] = files["sections/section_1/section.xml"].replace(b"5,7", b"5")
    files["sections/section_9/section.xml"] = files["sections/section_9/section.xml"].replace(
        b"<sequence></sequence>", b"<sequence>7</sequence>"
    )
    done = imported(MemorySource(files))
    (section,) = done.course.sections
    assert [content.title for content in section.contents] == ["Bends › Bowline"]


@pytest.mark.parametrize(
    ("sequences", "owner"), [(("7", "7,5"), ""), (("5,7", "5"), "5"), (("7", "5"), "5"), (("5", "7"), "99")]
)
def test_sequences_that_no_moodle_writes_lose_nothing_and_end(sequences: tuple[str, str], owner: str) -> None:
    source = backup(
        PAGE,
        Module(id=5, kind="subsection", name="Sub"),
        sections={1: "<name>One</name>", 9: "<name>N</name>"},
    )
    files = dict(source.files)
    index = files["moodle_backup.xml"].decode()
    index = index.replace(
        "<sectionid>9</sectionid>", f"<sectionid>9</sectionid><parentcmid>{owner}</parentcmid>"
    )
    files["moodle_backup.xml"] = index.encode()
    for own, sequence in zip((1, 9), sequences, strict=True):
        text = f'<section id="{own}"><name>S</name><sequence>{sequence}</sequence></section>'
        files[f"sections/section_{own}/section.xml"] = text.encode()
    done = imported(MemorySource(files))
    assert [content.key for content in done.contents] == ["page-7"]


def test_links_between_activities_lead_to_their_keys_and_others_keep_their_words() -> None:
    text = (
        '<p><a href="$@PAGEVIEWBYID*8@$">next</a> <a href="https://moodle.example.org/mod/page/view.php?id=8">site</a>'
        ' <a href="$@PAGEVIEWBYID*99@$">gone</a> <a href="$@BOOKVIEWBYIDCH*9*4@$">chapter</a></p>'
    )
    book = Module(
        id=9, kind="book", name="B", inside='<chapters><chapter id="4"><pagenum>1</pagenum><title>C</title>'
        "<content>c</content></chapter></chapters>",
    )  # fmt: skip
    done = imported(
        backup(
            Module(id=7, kind="page", name="A", inside=f"<content>{_escaped(text)}</content>"),
            Module(id=8, kind="page", name="B", inside=PAGE.inside),
            book,
        )
    )
    page = done.contents[0]
    assert isinstance(page, RichText)
    assert page.text == ("[next](#content:page-8) [site](#content:page-8) gone [chapter](#content:book-9-4)")
    assert done.fate("link", "$@PAGEVIEWBYID*99@$ in page 7: A")[0] == "skipped"


def test_files_are_found_by_placeholder_and_by_the_address_they_had_on_the_site() -> None:
    text = (
        '<p><a href="@@PLUGINFILE@@/Sub%20folder/a%C3%BC.png?forcedownload=1">1</a>'
        ' <a href="https://moodle.example.org/pluginfile.php/107/mod_page/content/4/Sub%20folder/a%C3%BC.png">2</a>'
        ' <a href="@@PLUGINFILE@@/../../etc/passwd">3</a></p>'
    )
    done = imported(
        backup(
            Module(id=7, kind="page", name="A", inside=f"<content>{_escaped(text)}</content>"),
            files=[File(area="107/mod_page/content/0", name="aü.png", data=PNG, path="/Sub folder/")],
        )
    )
    (page,) = done.contents
    assert isinstance(page, RichText)
    assert page.text.count("media/aü.png") == 2
    assert "passwd" not in page.text


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        (
            '<availability>{"op":"&amp;","c":[{"type":"date","d":"&gt;=","t":1},{"type":"group"}]}</availability>',
            "date, group",
        ),
        ("<availableuntil>1893456000</availableuntil>", "date"),
        ("<x><availability><gradeitemid>3</gradeitemid></availability></x>", "grade"),
        (
            "<x><availability><sourcecmid>5</sourcecmid></availability><availability_field/></x>",
            "completion, profile",
        ),
    ],
)
def test_what_has_conditions_is_seen_by_everybody_and_the_report_says_so(settings: str, kinds: str) -> None:
    done = imported(backup(Module(id=7, kind="page", name="A", inside=PAGE.inside, settings=settings)))
    assert done.fate("rule", "availability of page 7: A") == (
        "skipped",
        f"a condition by {kinds}: here everybody sees it",
    )


# ── activities ───────────────────────────────────────────────────────────────────────────────────


def test_files_become_what_they_are_each_under_its_own_name() -> None:
    done = imported(
        backup(
            Module(id=1, kind="resource", name="Handout"),
            Module(id=2, kind="resource", name="Film"),
            Module(id=3, kind="folder", name="Material"),
            Module(id=4, kind="resource", name="Site"),
            files=[
                File(area="101/mod_resource/content/0", name="Übung – 1.pdf", data=PDF),
                File(
                    area="102/mod_resource/content/0",
                    name="film.mp4",
                    data=b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
                ),
                File(area="103/mod_folder/content/0", name="a.png", data=PNG, path="/sub folder/"),
                File(area="103/mod_folder/content/0", name="odd.xyz", data=b"?"),
                File(area="104/mod_resource/content/0", name="index.html", data=b"<!DOCTYPE html><p>x"),
                File(area="104/mod_resource/content/0", name="x.png", data=PNG, path="/img/"),
            ],
        )
    )
    handout, film, folder, odd, site = (next(c for c in done.contents if c.key == key) for key in (
        "resource-1", "resource-2", "folder-3-sub-folder-a.png", "folder-3-odd.xyz", "resource-4",
    ))  # fmt: skip
    assert isinstance(handout, Pdf)
    assert handout.media == "media/Übung-1.pdf"
    assert isinstance(film, Video)
    assert isinstance(folder, Resource)
    assert folder.title == "Material › sub folder/a.png"
    assert isinstance(odd, Resource)
    assert odd.media == "media/odd.xyz.zip"
    assert isinstance(site, Resource)
    assert site.launch is not None
    assert (site.launch.standard, site.launch.href) == ("html", "index.html")
    with done.reading.files.open(site.media or "") as file, zipfile.ZipFile(file) as package:
        assert package.namelist() == ["img/x.png", "index.html"]


def test_a_file_whose_bytes_are_not_what_its_hash_says_is_refused_alone() -> None:
    done = imported(
        backup(
            Module(id=1, kind="resource", name="Handout"),
            PAGE,
            files=[File(area="101/mod_resource/content/0", name="a.pdf", data=PDF, digest="0" * 40)],
        )
    )
    fate, note = done.fate("file", "101/mod_resource/content/0/a.pdf (row 1)")
    assert fate == "skipped"
    assert "its content is not what files.xml says: the SHA-1 is" in note
    assert done.bundle.media == ()


def test_an_assignment_keeps_its_points_due_day_and_files() -> None:
    inside = "<grade>50</grade><duedate>1798761600</duedate><cutoffdate>1798761700</cutoffdate>"
    done = imported(
        backup(
            Module(
                id=1,
                kind="assign",
                name="Report",
                intro="<p>Write.</p>",
                inside=inside,
                grade_to_pass="25.00000",
            ),
            files=[File(area="101/mod_assign/introattachment/0", name="form.pdf", data=PDF)],
        )
    )
    assignment, form = done.contents
    assert isinstance(assignment, Assignment)
    assert (assignment.instructions, assignment.max_score, assignment.passing_score) == (
        "Write.",
        Decimal(50),
        Decimal(25),
    )
    assert assignment.due is not None
    assert assignment.due.isoformat() == "2027-01-01T00:00:00+00:00"
    assert form.key == "assign-1-form.pdf"
    assert done.fate("item", "assign 1: Report") == ("changed", "the last day to hand in left out")


def test_scorm_starts_as_moodle_started_it_and_h5p_as_itself() -> None:
    package = _zip({"imsmanifest.xml": b"<manifest/>", "index.html": b"<p>"})
    manifest = b"<manifest><metadata><schemaversion>2004 3rd Edition</schemaversion></metadata></manifest>"
    measured = (
        "<scoes><sco><launch>index.html</launch><seq_objectives><seq_objective><satisfiedbymeasure>1"
        "</satisfiedbymeasure><minnormalizedmeasure>0.7</minnormalizedmeasure></seq_objective></seq_objectives>"
        "</sco></scoes>"
    )
    sco = (
        "<scoes><sco><identifier>ORG</identifier><launch></launch></sco><sco><identifier>I</identifier>"
        "<launch>index.html</launch><title>x</title><sco_datas><sco_data><name>masteryscore</name><value>50</value>"
        "</sco_data></sco_datas></sco></scoes>"
    )
    done = imported(
        backup(
            Module(id=1, kind="scorm", name="Old", inside=f"<version>SCORM_1.2</version>{sco}"),
            Module(id=2, kind="scorm", name="New", inside=f"<version>SCORM_1.3</version>{sco}"),
            Module(id=3, kind="h5pactivity", name="Play"),
            Module(id=4, kind="scorm", name="Newer", inside=f"<version>SCORM_1.3</version>{measured}"),
            files=[
                File(area="101/mod_scorm/package/0", name="p.zip", data=package),
                File(area="102/mod_scorm/package/0", name="p.zip", data=package),
                File(area="104/mod_scorm/package/0", name="p.zip", data=package),
                File(area="104/mod_scorm/content/2", name="imsmanifest.xml", data=manifest),
                File(area="103/mod_h5pactivity/package/0", name="x.h5p", data=_zip({"h5p.json": b"{}"})),
            ],
        )
    )
    old, new, play, newer = done.contents
    assert isinstance(newer, Resource)
    assert newer.launch == Launch(
        standard="scorm-2004-3rd-edition", href="index.html", passing_score=Decimal(70)
    )
    assert isinstance(old, Resource)
    assert old.launch is not None
    assert (old.launch.standard, old.launch.href, old.launch.passing_score) == (
        "scorm-1.2",
        "index.html",
        Decimal(50),
    )
    assert isinstance(new, Resource)
    assert new.launch is None
    assert "an edition that cannot be told" in done.fate("item", "scorm 2: New")[1]
    assert isinstance(play, Resource)
    assert play.launch is not None
    assert play.launch.standard == "h5p"


def test_a_lesson_is_its_pages_in_a_row_and_a_quiz_for_the_questions_between() -> None:
    inside = (
        '<pages><page id="2"><prevpageid>1</prevpageid><nextpageid>0</nextpageid><qtype>3</qtype><title>Q</title>'
        '<contents>Right?</contents><answers><answer id="5"><jumpto>-1</jumpto><answer_text>yes</answer_text></answer>'
        '<answer id="6"><jumpto>0</jumpto><answer_text>no</answer_text></answer></answers></page>'
        '<page id="1"><prevpageid>0</prevpageid><nextpageid>2</nextpageid><qtype>20</qtype><title>Start</title>'
        "<contents>Read</contents></page></pages>"
    )
    done = imported(backup(Module(id=1, kind="lesson", name="L", inside=inside)))
    page, test = done.contents
    assert (page.key, page.title) == ("lesson-1-1", "L › Start")
    assert isinstance(test, QuizContent)
    (asked,) = test.quiz.questions
    assert isinstance(asked, MultipleChoice)
    assert [(option.text, option.correct) for option in asked.options] == [("yes", True), ("no", False)]


@pytest.mark.parametrize(
    ("kind", "inside", "shown"),
    [
        ("forum", "", "Talk"),
        ("choice", "<options><option><text>Yes</text></option></options>", "Yes"),
        ("glossary", '<entries><entry id="1"><concept>Bight</concept><definition>a loop</definition></entry></entries>', "a loop"),
        ("wiki", "<subwikis><subwiki><pages><page><title>Home</title><cachedcontent>old rope</cachedcontent></page></pages></subwiki></subwikis>", "old rope"),
        ("feedback", "<items><item><name>How was it?</name></item></items>", "How was it?"),
        ("data", "", "Talk"),
        ("chat", "", "Talk"),
        ("survey", "", "Talk"),
        ("hotpot", "<secret/>", "Talk"),
        ("lti", "<toolurl></toolurl>", "Talk"),
        ("url", "<externalurl>http://u:p@h/</externalurl>", "h/"),
    ],
)  # fmt: skip
def test_what_nobody_can_do_here_is_at_least_a_page(kind: str, inside: str, shown: str) -> None:
    done = imported(backup(Module(id=1, kind=kind, name="N", intro="<p>Talk</p>", inside=inside)))
    page = done.contents[0]
    assert isinstance(page, RichText)
    assert shown in page.text
    assert done.fate("item", f"{kind} 1: N")[0] == "changed"


def test_links_tools_and_meetings_are_kept() -> None:
    done = imported(
        backup(
            Module(
                id=1,
                kind="url",
                name="Site",
                inside="<externalurl>https://example.org/?a=1&amp;b=2</externalurl>",
            ),
            Module(id=2, kind="url", name="Film", inside="<externalurl>https://youtu.be/abc</externalurl>"),
            Module(id=3, kind="lti", name="Tool", inside="<toolurl>https://tool.example.org/x</toolurl>"),
            Module(id=4, kind="bigbluebuttonbn", name="Meet", inside="<openingtime>1798761600</openingtime>"),
        )
    )
    site, film, tool, meet = done.contents
    assert isinstance(site, Resource)
    assert site.url == "https://example.org/?a=1&b=2"
    assert isinstance(film, Video)
    assert isinstance(tool, Resource)
    assert isinstance(meet, LiveSession)
    assert meet.scheduled is not None


def test_a_plugin_keeps_its_own_files_unless_there_are_users_in_the_backup() -> None:
    module = Module(id=1, kind="hotpot", name="Play", intro="Go")
    alone = imported(backup(module))
    assert [content.key for content in alone.contents] == ["hotpot-1", "hotpot-1-source"]
    assert not alone.contents[1].published
    shared = imported(backup(module, further={"users.xml": b"<users/>"}))
    assert [content.key for content in shared.contents] == ["hotpot-1"]


# ── quizzes ──────────────────────────────────────────────────────────────────────────────────────


def test_a_quiz_asks_the_newest_ready_version_with_its_pictures_on_a_page_before() -> None:
    old = CHOICE.replace('id="12"', 'id="10"').replace("Which?", "Old?")
    done = imported(
        backup(
            quiz(slot(1, 2, "3.0"), slot(2, 1), inside="<timelimit>90</timelimit><attempts_number>2</attempts_number>"
                 "<grade>10.0</grade><reviewattempt>0</reviewattempt>"),
            bank=category(4, "Unit 1", entry(1, TRUE) + entry(2, old, CHOICE, idnumber="q-mc")),
            files=[File(area="9/question/questiontext/12", name="a knot.png", data=PNG)],
        )
    )  # fmt: skip
    figures, test = done.contents
    assert (figures.key, test.key) == ("quiz-20-figures", "quiz-20")
    assert isinstance(test, QuizContent)
    made = test.quiz
    assert (made.time_limit_minutes, made.max_attempts, made.passing_score) == (2, 2, Decimal(60))
    assert not made.allow_review
    assert [(asked.key, asked.points) for asked in made.questions] == [
        ("q-mc", Decimal(3)),
        ("truefalse-1", Decimal(1)),
    ]
    assert "Which? (picture 1)" in made.questions[0].text
    assert made.questions[0].explanation == "- **Bowline**: Yes\n- **Granny**: No"
    assert done.fate("version", "multichoice 2: Question 12, 10")[0] == "skipped"


def test_a_random_slot_asks_the_first_questions_of_its_category_that_are_not_asked_yet() -> None:
    third = TRUE.replace('id="11"', 'id="13"')
    done = imported(
        backup(
            quiz(slot(1, 1), drawn(2, 4), drawn(3, 4), drawn(4, 4)),
            bank=category(4, "Pool", entry(1, TRUE) + entry(2, third))
            + category(5, "Below", entry(3, third), 4),
        )
    )
    (test,) = done.contents
    assert isinstance(test, QuizContent)
    assert [asked.key for asked in test.quiz.questions] == ["truefalse-1", "truefalse-2", "truefalse-3"]
    note = done.fate("item", "quiz 20: Test")[1]
    assert "drawn at random from Pool in the source" in note
    assert "has no further question" in note


def test_a_random_slot_by_tag_asks_what_has_the_tag() -> None:
    tagged = question(
        13, "essay", "Why?", more="<tags><tag><name>bends</name><rawname>Bends</rawname></tag></tags>"
    )
    row = (
        '<question_instance id="1"><slot>1</slot><maxmark>1</maxmark><questioncategoryid>4</questioncategoryid>'
        "<tags><tag><tagname>Bends</tagname></tag></tags></question_instance>"
    )
    done = imported(backup(quiz(row), bank=category(4, "Pool", entry(1, TRUE) + entry(2, tagged))))
    assert isinstance(done.contents[0], QuizContent)
    assert [asked.key for asked in done.contents[0].quiz.questions] == ["essay-2"]


def test_what_a_quiz_has_beyond_ours_is_named() -> None:
    settings = (
        "<timeopen>1798761600</timeopen><quizpassword>x</quizpassword><delay1>60</delay1><navmethod>sequential</navmethod>"
        "<preferredbehaviour>adaptive</preferredbehaviour><grademethod>2</grademethod>"
        "<feedbacks><feedback><feedbacktext>Great</feedbacktext></feedback></feedbacks>"
    )
    done = imported(backup(quiz(slot(1, 1), inside=settings), bank=category(4, "U", entry(1, TRUE))))
    note = done.fate("item", "quiz 20: Test")[1]
    for left_out in (
        "times between",
        "password",
        "waits",
        "feedback by grade",
        "adaptive",
        "sequential",
        "one attempt",
    ):
        assert left_out in note


def test_questions_that_no_quiz_asks_are_kept_in_a_section_that_learners_do_not_see() -> None:
    done = imported(backup(PAGE, bank=category(4, "Unit 1", entry(1, TRUE)) + category(5, "Empty", "")))
    section = done.course.sections[-1]
    assert (section.key, section.published) == ("question-bank", False)
    (bank,) = section.contents
    assert (bank.key, bank.title, bank.published) == ("bank-4", "Question bank: Unit 1", False)


def test_a_question_that_makes_none_here_is_kept_in_its_source_beside_the_quiz() -> None:
    stack = question(14, "stack", "Draw {@p@}. [[jsxgraph]]x[[/jsxgraph]] [[input:ans1]]")
    plain = question(15, "stack", "State the theorem. [[input:ans1]] [[validation:ans1]]")
    done = imported(
        backup(
            quiz(slot(1, 1), slot(2, 2), slot(3, 3)),
            bank=category(4, "U", entry(1, TRUE) + entry(2, stack) + entry(3, plain)),
        )
    )
    test, kept = done.contents
    assert isinstance(test, QuizContent)
    assert [asked.text for asked in test.quiz.questions] == ["Rope floats.", "State the theorem. ………"]
    assert (kept.key, kept.published) == ("quiz-20-unconverted", False)
    assert isinstance(kept, Resource)
    with done.reading.files.open(kept.media or "") as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["stack-2.xml", "stack-3.xml"]
    assert kept.description == ("- Question 14: a program (STACK) draws its text anew for each learner")
    with done.reading.files.open(kept.media or "") as file, zipfile.ZipFile(file) as archive:
        assert b"Draw {@p@}" in archive.read("stack-2.xml")


def test_what_a_computer_algebra_system_computes_stands_as_a_formula_with_its_definitions() -> None:
    variables = "<plugin_qtype_stack_question><stackoptions><questionvariables>a:rand(5); p:a*x^2;</questionvariables></stackoptions></plugin_qtype_stack_question>"
    stack = question(14, "stack", "Differentiate \\({@p@}\\). [[input:ans1]]", variables)
    done = imported(backup(quiz(slot(1, 1)), bank=category(4, "U", entry(1, stack))))
    test = done.contents[0]
    assert isinstance(test, QuizContent)
    (asked,) = test.quiz.questions
    assert asked.type == "essay"
    assert "p" in asked.text
    assert "a:rand(5); p:a\\*x^2;" in asked.text or "a:rand(5); p:a*x^2;" in asked.text


def test_the_layout_before_moodle_4_and_gaps_that_are_questions_of_their_own() -> None:
    cloze = question(
        30, "multianswer", "Sky is {#1}, rope {#2}.", "<multianswer><sequence>31,32</sequence></multianswer>"
    )
    blue = question(31, "shortanswer", "x", answers(("blue", 1, ""), ("bl*", 0.5, "")), parent=30)
    rope = question(32, "multichoice", "x", answers(("sinks", 0, ""), ("floats", 1, "")), parent=30)
    pool = question(33, "random", "0", parent=33)
    match = question(
        34, "match", "Pair", "<matches>" + "".join(
            f'<match id="{at}"><questiontext>{left}</questiontext><answertext>{right}</answertext></match>'
            for at, (left, right) in enumerate([("a", "1*"), ("b", "2"), ("", "3")], 1)
        ) + "</matches>",
    )  # fmt: skip
    listed = "<questions>30,0,33,0</questions><question_instances><question_instance><question>30</question><grade>2</grade></question_instance></question_instances>"
    done = imported(
        backup(
            Module(id=20, kind="quiz", name="Test", inside=listed),
            bank=category(4, "U", cloze + blue + rope + pool + match),
        )
    )
    (test,) = done.contents
    assert isinstance(test, QuizContent)
    gaps, pairs = test.quiz.questions
    assert isinstance(gaps, FillInBlank)
    assert gaps.text == "Sky is [[1]], rope [[2]] (sinks / floats)."
    assert [blank.accept for blank in gaps.blanks] == [("blue",), ("floats",)]
    assert gaps.points == Decimal(2)
    assert isinstance(pairs, Matching)
    assert [pair.right for pair in pairs.pairs] == ["1\\*", "2"]
    assert [distractor.text for distractor in pairs.distractors] == ["3"]
    assert done.fate("gap", "shortanswer 31: Question 31") == ("carried", "")
    assert "drawn at random from U" in done.fate("item", "quiz 20: Test")[1]


# ── records ──────────────────────────────────────────────────────────────────────────────────────


def test_what_learners_did_stands_beside_the_bundle_and_their_secrets_nowhere() -> None:
    done = imported(
        backup(
            Module(id=7, kind="page", name="A", inside=PAGE.inside, settings="<completion>1</completion>",
                   extra={"completion.xml": "<completions><completion><userid>3</userid><completionstate>1</completionstate><timemodified>1798761600</timemodified></completion></completions>"}),
            Module(id=20, kind="quiz", name="Test", inside="<sumgrades>2</sumgrades><attempts><attempt><userid>3</userid><attemptnum>1</attemptnum><state>finished</state><sumgrades>1.5</sumgrades></attempt></attempts>",
                   extra={"grades.xml": "<g><grade_item><gradepass>0</gradepass><grade_grades><grade_grade><userid>3</userid><finalgrade>7.5</finalgrade><rawgrademax>10</rawgrademax></grade_grade></grade_grades></grade_item></g>"}),
            further={
                "users.xml": b'<users><user id="3"><email>a@example.org</email><firstname>=Anna</firstname><lastname>B</lastname><password>$2y$secret</password></user></users>',
                "course/enrolments.xml": b'<e><enrolment id="5"><userid>3</userid><status>0</status><timestart>1798761600</timestart></enrolment></e>',
            },
        )
    )  # fmt: skip
    files = {name: b"".join(made()).decode() for name, made in done.reading.beside.items()}
    assert files.keys() == {"enrollments.csv", "completions.csv", "grades.csv", "attempts.csv"}
    assert files["enrollments.csv"].splitlines()[1] == (
        "5,knots1,,Knots,3,a@example.org,'=Anna B,in_progress,100.00,2027-01-01T00:00:00.000000Z,,,,,"
    )
    assert "knots1,knots1,page-7,A,3,a@example.org,'=Anna B,completed,2027-01-01" in files["completions.csv"]
    assert "quiz-20,Test,3,a@example.org,'=Anna B,7.50,10.00," in files["grades.csv"]
    assert "quiz-20,Test,3,a@example.org,'=Anna B,1,finished,1.50,2.00,," in files["attempts.csv"]
    assert "secret" not in "".join(files.values())
    assert done.account("record", "enrollments: 1").fate == "changed"


# ── refused ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"moodle_backup.xml": b""}, "CW570"),
        ({"moodle_backup.xml": b"<other/>"}, "CW570"),
        ({"moodle.xml": b"<MOODLE_BACKUP/>", "x": b""}, "CW570"),
        (dict(backup().files), "CW575"),
        (dict(backup(Module(id=1, kind="../x", name="x")).files), "CW571"),
        (dict(backup(PAGE, PAGE).files), "CW571"),
        ({"moodle.xml": _OLD.replace(b"<ID>11</ID>", b"<ID>10</ID>")}, "CW571"),
        (dict(backup(PAGE, files=[File(area="1/a/b/0", name="a.png", data=PNG, digest="x")]).files), "CW572"),
        (dict(backup(PAGE, files=[File(area="1/a/b/0", name="../a", data=PNG)]).files), "CW572"),
    ],
)
def test_what_is_no_backup_is_refused_by_rule(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        moodle.read(MemorySource(files), Report())
    assert refused.value.findings[0].rule.code == code


# ── golden ───────────────────────────────────────────────────────────────────────────────────────


def _new() -> MemorySource:
    page = '<p>Pull. <img src="@@PLUGINFILE@@/knot.png" alt="a knot"></p><script>x()</script>'
    return backup(
        Module(id=1, kind="label", name="Welcome", intro="<h4>Welcome</h4><p>Ropes are <b>long</b>.</p>"),
        Module(id=2, kind="page", name="Bowline", inside=f"<content>{_escaped(page)}</content>"),
        Module(id=3, kind="assign", name="Tie one", intro="<p>Show it.</p>", inside="<grade>10</grade>"),
        quiz(slot(1, 1), slot(2, 2)),
        bank=category(4, "Unit 1", entry(1, TRUE) + entry(2, CHOICE)),
        files=[File(area="102/mod_page/content/0", name="knot.png", data=PNG)],
        sections={1: "<name>First steps</name><summary>&lt;p&gt;Begin here.&lt;/p&gt;</summary>"},
    )


def _middle() -> MemorySource:
    listed = (
        "<questions>11,0</questions><question_instances><question_instance><question>11</question>"
        "<grade>2</grade></question_instance></question_instances>"
    )
    return backup(
        Module(id=20, kind="quiz", name="Test", inside=listed),
        Module(id=21, kind="forum", name="News", intro="<p>What is new</p>"),
        bank=category(4, "Unit 1", TRUE),
    )


def _old() -> MemorySource:
    return MemorySource({"moodle.xml": _OLD, "course_files/care.pdf": PDF}, "course.zip")


@pytest.mark.parametrize(("name", "made"), [("moodle-4", _new), ("moodle-2", _middle), ("moodle-1.9", _old)])
def test_a_small_backup_of_each_age_becomes_the_bundle_that_is_kept_here(
    name: str, made: Callable[[], MemorySource], golden: Golden, tmp_path: Path
) -> None:
    done = imported(made())
    golden(HERE / "golden" / name, _written(done, tmp_path / "out"))
    with open_source(tmp_path / "out") as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == done.bundle
    assert imported(made()).bundle == done.bundle


def _written(done: Imported, folder: Path) -> dict[str, bytes]:
    """The files of the bundle, and the account beside them."""
    with open_sink(folder) as sink:
        writer.write(done.bundle, done.reading.files, sink)
    told = "".join(
        f"{account.fate} {account.kind} {account.name}: {account.note}\n" for account in done.report.accounts
    )
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    return {**files, "account.txt": told.encode()}


def _escaped(html: str) -> str:
    return escape(html)


def _zip(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return held.getvalue()
