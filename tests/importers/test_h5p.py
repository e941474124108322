"""H5P packages → courses: what learners get of each type of content, and what the report says of it all."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from importers import h5p
from pipeline.archives import open_source
from schemas.findings import RefusedError, Report
from schemas.model import (
    Essay,
    FillInBlank,
    Launch,
    Matching,
    MultipleChoice,
    Question,
    QuizContent,
    Resource,
    RichText,
    ShortAnswer,
    TrueFalse,
    Video,
)
from tests.importers.h5p_packages import about, image, imported, package, part, png, text
from tests.importers.packages import Imported, MemorySource

_PICTURE = {"content/images/a.png": png(1)}


def _questions(done: Imported) -> tuple[Question, ...]:
    (quiz,) = [content for content in done.contents if isinstance(content, QuizContent)]
    return quiz.quiz.questions


def _page(done: Imported) -> str:
    (page,) = [content for content in done.contents if isinstance(content, RichText)]
    return page.text


def _is_kept(done: Imported) -> bool:
    return any(isinstance(content, Resource) for content in done.contents)


# ── questions ────────────────────────────────────────────────────────────────────────────────────


def test_multiple_choice_keeps_feedback_and_tips_in_its_explanation() -> None:
    tips = {"tip": "<p>hint</p>", "chosenFeedback": "yes", "notChosenFeedback": "no"}
    done = imported(
        "H5P.MultiChoice 1.16",
        {
            "question": "<p>Which?</p>",
            "answers": [
                {"text": "<div>A &amp; b</div>", "correct": True, "tipsAndFeedback": tips},
                {"text": "C", "correct": False},
            ],
            "overallFeedback": [{"from": 0, "to": 100, "feedback": "Read on"}, {"from": 0, "to": 9, "feedback": "@score"}],
            "behaviour": {"passPercentage": 75, "enableRetry": False, "enableSolutionsButton": False},
        },
    )  # fmt: skip
    (question,) = _questions(done)
    assert isinstance(question, MultipleChoice)
    assert [(option.key, option.text, option.correct) for option in question.options] == [
        ("a-b", "A & b", True),
        ("c", "C", False),
    ]
    assert question.explanation == "- A & b: ☑ yes ☐ no ? hint\n\n0–100 %: Read on"
    (content,) = done.contents
    assert isinstance(content, QuizContent)
    quiz = content.quiz
    assert (quiz.passing_score, quiz.max_attempts, quiz.show_correct_answers) == (Decimal(75), 1, False)
    assert done.fate("item", "H5P.MultiChoice") == ("carried", "")
    assert not _is_kept(done)


def test_a_single_choice_with_several_right_answers_is_named_as_changed() -> None:
    answers = [{"text": letter, "correct": letter != "C"} for letter in "ABC"]
    params = {"question": "q", "answers": answers, "behaviour": {"type": "single"}}
    done = imported("H5P.MultiChoice 1.16", params)
    assert "one right answer is enough" in done.account("question", "H5P.MultiChoice #1").note


def test_old_answers_have_their_feedback_beside_the_text() -> None:
    answers = [{"text": "A", "correct": "true", "chosenFeedback": "good"}, {"text": "B", "correct": "false"}]
    done = imported("H5P.MultiChoice 1.0", {"question": "q", "answers": answers})
    assert _questions(done)[0].explanation == "- A: ☑ good"


@pytest.mark.parametrize(("written", "right"), [("true", True), ("false", False), (True, True)])
def test_true_or_false(written: Any, right: bool) -> None:  # noqa: FBT001
    behaviour = {"feedbackOnCorrect": "Good.", "feedbackOnWrong": "Oh."}
    done = imported(
        "H5P.TrueFalse 1.8", {"question": "<p>So?</p>", "correct": written, "behaviour": behaviour}
    )
    (question,) = _questions(done)
    assert isinstance(question, TrueFalse)
    assert (question.answer, question.text, question.explanation) == (right, "So?", "✓: Good.\n\n✗: Oh.")


def test_blanks_have_gaps_with_alternatives_and_tips() -> None:
    params = {
        "text": "<p>Fill in.</p>",
        "questions": ["<p>2+2=*4/four:a number*, 3 ** 2 is *<b>9</b>*.</p>", "<p>And *x*</p>"],
        "behaviour": {"caseSensitive": False, "acceptSpellingErrors": True},
    }
    (question,) = _questions(done := imported("H5P.Blanks 1.14", params))
    assert isinstance(question, FillInBlank)
    assert [(blank.key, blank.accept) for blank in question.blanks] == [
        ("gap-1", ("4", "four")),
        ("gap-2", ("9",)),
        ("gap-3", ("x",)),
    ]
    assert "2+2=[[gap-1]] *(a number)*, 3 ** 2 is [[gap-2]]." in question.text
    assert "spelling" in done.account("question", "H5P.Blanks #1").note


def test_words_to_drag_are_offered_above_the_text_with_those_that_belong_nowhere() -> None:
    params = {"taskDescription": "Drag.", "textField": "A *b:tip\\+yes\\-no* c/d *e/f*", "distractors": "*z*"}
    (question,) = _questions(imported("H5P.DragText 1.10", params))
    assert isinstance(question, FillInBlank)
    assert [blank.accept for blank in question.blanks] == [("b",), ("e/f",)]
    assert "(b, e/f, z)" in question.text
    assert question.explanation == "- ✓: yes ✗: no"


def test_words_to_mark_are_answers_to_choose() -> None:
    params = {"taskDescription": "Mark the nouns.", "textField": "<p>The *dog* sees a *cat*.</p>"}
    (question,) = _questions(imported("H5P.MarkTheWords 1.11", params))
    assert isinstance(question, MultipleChoice)
    assert [option.text for option in question.options if option.correct] == ["dog", "cat"]
    assert "The dog sees a cat." in question.text


def test_a_set_of_single_choices_is_a_question_each_and_its_order_does_not_tell() -> None:
    choices = [
        {"question": "<p>One?</p>", "answers": ["z", "a"], "subContentId": "11111111-aaaa"},
        {"question": "<p>Two?</p>", "answers": ["right", "wrong"]},
        {"question": "<p></p>", "answers": []},
    ]
    done = imported("H5P.SingleChoiceSet 1.11", {"choices": choices})
    first, second = _questions(done)
    assert (first.key, second.key) == ("singlechoiceset-11111111-aaaa", "singlechoiceset-two-right-wrong")
    assert isinstance(first, MultipleChoice)
    assert [(option.text, option.correct) for option in first.options] == [("a", False), ("z", True)]


def test_of_a_summary_the_first_statement_of_each_group_is_true() -> None:
    groups = [{"summary": ["T", "F"], "tip": {"tip": "think"}}, {"summary": []}]
    (question,) = _questions(imported("H5P.Summary 1.10", {"intro": "Choose.", "summaries": groups}))
    assert isinstance(question, MultipleChoice)
    assert {option.text: option.correct for option in question.options} == {"T": True, "F": False}
    assert question.explanation == "?: think"


def test_an_essay_is_graded_by_a_person_who_sees_its_keywords() -> None:
    keywords = [{"keyword": "force", "alternatives": ["power"], "options": {"points": 2}}]
    params = {"taskDescription": "Explain.", "solution": {"sample": "<p>So.</p>"}, "keywords": keywords}
    done = imported("H5P.Essay 1.5", params)
    (question,) = _questions(done)
    assert isinstance(question, Essay)
    assert question.explanation == "So.\n\n- force / power (2)"
    assert done.account("question", "H5P.Essay #1").fate == "changed"


def test_typed_answers() -> None:
    cards = {
        "description": "Learn.",
        "cards": [{"text": "Cat?", "answer": "Katze/Kater", "tip": {"tip": "K"}}],
    }
    words = {"words": [{"clue": "Capital?", "answer": "New York", "extraClue": text("<p>US</p>")}]}
    sentences = {"sentences": [{"sample": [{"path": "audios/a.mp3", "mime": "audio/mpeg"}], "text": "Hello"}]}
    sound = {"content/audios/a.mp3": b"ID3\x04\0\0\0\0\0\0" + b"\0" * 100}
    spoken = {"question": "Say yes", "acceptedAnswers": ["yes", "yeah"]}
    found = [
        question
        for library, params, files in (
            ("H5P.Flashcards 1.5", cards, {}),
            ("H5P.Crossword 0.5", words, {}),
            ("H5P.Dictation 1.1", sentences, sound),
            ("H5P.SpeakTheWords 1.4", spoken, {}),
        )
        for question in _questions(imported(library, params, files))
    ]
    assert all(isinstance(question, ShortAnswer) for question in found)
    assert [question.accept for question in found if isinstance(question, ShortAnswer)] == [
        ("Katze", "Kater"),
        ("New York",),
        ("Hello",),
        ("yes", "yeah"),
    ]
    assert [question.text for question in found] == [
        "Learn.\n\nCat?",
        "Capital?\n\nUS",
        "(file 1) ♪",
        "Say yes",
    ]


def _board(zones: list[dict[str, Any]], *texts: str) -> dict[str, Any]:
    elements = [
        {
            "type": part("H5P.Text 1.1", {"text": f"<p>{each}</p>"}),
            "dropZones": [] if each == "note" else ["0", "1"],
        }
        for each in texts
    ]
    return {"question": {"settings": {}, "task": {"elements": elements, "dropZones": zones}}}


def test_named_places_and_things_with_words_are_pairs() -> None:
    zones = [
        {"label": "<div>Sea</div>", "correctElements": ["0"]},
        {"label": "Land", "correctElements": ["1"]},
    ]
    done = imported("H5P.DragQuestion 1.14", _board(zones, "Fish", "Cow", "Bird", "note"))
    (question,) = _questions(done)
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("Sea", "Fish"), ("Land", "Cow")]
    assert [each.text for each in question.distractors] == ["Bird"]
    assert question.text == "note"
    assert not _is_kept(done)


def test_places_for_several_things_are_gaps_to_fill_with_their_names() -> None:
    zones = [{"label": "Sea", "correctElements": ["0", "1"]}, {"label": "Land", "correctElements": ["2"]}]
    (question,) = _questions(imported("H5P.DragQuestion 1.14", _board(zones, "Fish", "Whale", "Cow")))
    assert isinstance(question, FillInBlank)
    assert [blank.accept for blank in question.blanks] == [("Sea",), ("Sea",), ("Land",)]


def test_a_board_whose_places_have_no_names_stays_playable() -> None:
    done = imported("H5P.DragQuestion 1.14", _board([{"label": "", "correctElements": ["0"]}], "Fish"))
    assert isinstance(done.contents[-1], Resource)
    assert done.account("question", "H5P.DragQuestion #1").note.startswith("kept playable")
    assert "places or things without words" in done.account("item", "H5P.DragQuestion").note


def test_paragraphs_to_sort_are_matched_with_their_places() -> None:
    (question,) = _questions(imported("H5P.SortParagraphs 0.11", {"paragraphs": ["<p>b</p>", "<p>a</p>"]}))
    assert isinstance(question, Matching)
    assert [(pair.left, pair.right) for pair in question.pairs] == [("1.", "b"), ("2.", "a")]


def test_pictures_to_choose_from_keep_picture_and_words() -> None:
    options = [
        {"media": image("images/a.png", "Dog"), "correct": True},
        {"media": image("images/b.png", "Cat")},
    ]
    files = {**_PICTURE, "content/images/b.png": png(2)}
    (question,) = _questions(
        imported("H5P.MultiMediaChoice 0.3", {"question": "Dog?", "options": options}, files)
    )
    assert isinstance(question, MultipleChoice)
    assert [(each.text, each.image) for each in question.options] == [
        ("Dog", "media/images/a.png"),
        ("Cat", "media/images/b.png"),
    ]


def test_a_questionnaire_accepts_every_answer() -> None:
    survey = part(
        "H5P.SimpleMultiChoice 1.1", {"question": "Which?", "alternatives": [{"text": "a"}, {"text": "b"}]}
    )
    open_one = part("H5P.OpenEndedQuestion 1.0", {"question": "Why?"})
    elements = [{"library": survey, "requiredField": True}, {"library": open_one}]
    choice, essay = _questions(imported("H5P.Questionnaire 1.3", {"questionnaireElements": elements}))
    assert isinstance(choice, MultipleChoice)
    assert all(option.correct for option in choice.options)
    assert isinstance(essay, Essay)


@pytest.mark.parametrize(
    "media",
    [
        {"media": {"type": image("images/a.png", "A dog")}},
        {"media": image("images/a.png", "A dog")},
        {"image": {"path": "images/a.png#tmp", "mime": "image/png"}},
    ],
)
def test_the_picture_of_a_question_stands_on_the_page_before_it_in_every_version(
    media: dict[str, Any],
) -> None:
    done = imported("H5P.TrueFalse 1.8", {"question": "A dog?", "correct": "true", **media}, _PICTURE)
    page, quiz = done.contents
    assert isinstance(page, RichText)
    assert "media/images/a.png" in page.text
    assert ("A dog" in page.text) is ("media" in media)
    assert isinstance(quiz, QuizContent)
    assert quiz.quiz.questions[0].text == "(picture 1)\n\nA dog?"
    assert done.fate("file", "content/images/a.png")[0] == "carried"


# ── sets, books, presentations, films ────────────────────────────────────────────────────────────


def _true(words: str, identifier: str = "") -> dict[str, Any]:
    return part("H5P.TrueFalse 1.8", {"question": words, "correct": "true"}, identifier)


def test_a_question_set_is_a_quiz_with_its_pass_mark_order_and_pool() -> None:
    params = {
        "introPage": {"showIntroPage": True, "title": "Ready?", "introduction": "<p>Go.</p>"},
        "questions": [_true("One", "q-1"), _true("Two", "q-2")],
        "passPercentage": 50, "randomQuestions": True, "poolSize": 1,
        "endGame": {"overallFeedback": [{"from": 0, "to": 100, "feedback": "Done"}], "successComment": "Well!"},
        "backgroundImage": {"path": "images/a.png", "mime": "image/png"},
    }  # fmt: skip
    done = imported("H5P.QuestionSet 1.20", params, _PICTURE)
    before, quiz, after = done.contents
    assert isinstance(before, RichText)
    assert before.text == "## Ready?\n\nGo."
    assert isinstance(quiz, QuizContent)
    assert (quiz.quiz.passing_score, quiz.quiz.randomized) == (Decimal(50), True)
    assert [question.key for question in quiz.quiz.questions] == ["q-1", "q-2"]
    assert isinstance(after, RichText)
    assert after.text == "- 0–100 %: Done\n- ✓: Well!"
    assert "all 2 questions are asked" in done.account("item", "H5P.QuestionSet").note
    assert done.fate("file", "content/images/a.png") == ("skipped", "a background")
    assert not _is_kept(done)


def test_a_column_is_pages_quizzes_and_films_in_their_order() -> None:
    video = part(
        "H5P.Video 1.6",
        {"sources": [{"path": "https://youtu.be/x", "mime": "video/YouTube"}]},
        "v",
        title="Film",
    )
    parts = [
        text("<p>a</p>", "t-1"),
        text("<p>b</p>", "t-2"),
        _true("One", "q-1"),
        video,
        text("<p>c</p>", "t-3"),
    ]
    done = imported("H5P.Column 1.16", {"content": [{"content": each} for each in parts]})
    assert [(type(content), content.key) for content in done.contents] == [
        (RichText, "t-1"),
        (QuizContent, "q-1"),
        (Video, "v"),
        (RichText, "t-3"),
    ]
    assert done.fate("link", "https://youtu.be/x") == ("carried", "")


def test_chapters_of_a_book_are_sections_with_the_identifiers_of_the_book() -> None:
    def chapter(identifier: str, title: str) -> dict[str, Any]:
        return part(
            "H5P.Column 1.16", {"content": [{"content": text(f"<p>{title}</p>")}]}, identifier, title=title
        )

    cover = {"coverDescription": "<p>Welcome</p>", "coverMedium": image("images/a.png")}
    chapters = [chapter("c-1", "First"), chapter("c-2", "Second")]
    done = imported("H5P.InteractiveBook 1.7", {"bookCover": cover, "chapters": chapters}, _PICTURE)
    assert [(section.key, section.title) for section in done.course.sections] == [
        ("interactivebook", "Demo"),
        ("c-1", "First"),
        ("c-2", "Second"),
    ]


def test_slides_are_a_page_and_their_questions_a_quiz_and_links_keep_the_package() -> None:
    elements: list[dict[str, Any]] = [{"action": text("<p>Hello</p>", "t")}, {"action": _true("One", "q")}]
    slides: list[dict[str, Any]] = [{"elements": elements, "keywords": [{"main": "Start"}]}]
    params = {"presentation": {"slides": slides}}
    done = imported("H5P.CoursePresentation 1.25", params)
    page, quiz = done.contents
    assert isinstance(page, RichText)
    assert page.text == "## Start\n\nHello"
    assert isinstance(quiz, QuizContent)
    elements.append({"goToSlide": 2, "goToSlideType": "specified", "title": "Further"})
    done = imported("H5P.CoursePresentation 1.25", params)
    assert _is_kept(done)
    assert "links between slides" in done.account("item", "H5P.CoursePresentation").note


def _film(*interactions: dict[str, Any], **assets: Any) -> dict[str, Any]:
    track = {
        "label": "en",
        "kind": "subtitles",
        "srcLang": "en",
        "track": {"path": "files/a.vtt", "mime": "text/vtt"},
    }
    video = {
        "files": [
            {"path": "videos/a.mp4", "mime": "video/mp4"},
            {"path": "videos/a.webm", "mime": "video/webm"},
        ],
        "textTracks": {"videoTrack": [track]},
    }
    summary = {"task": part("H5P.Summary 1.10", {"intro": "", "summaries": [{}]})}
    return {
        "interactiveVideo": {
            "video": video,
            "assets": {"interactions": list(interactions), **assets},
            "summary": summary,
        }
    }


_FILM = {
    "content/videos/a.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64,
    "content/videos/a.webm": b"\x1a\x45\xdf\xa3" + b"\0" * 64,
    "content/files/a.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n",
}


def test_an_interactive_video_is_a_film_and_then_its_notes_and_questions_with_times() -> None:
    note = {"duration": {"from": 3}, "action": part("H5P.Nil 1.0", {}), "label": "<p>Look</p>"}
    ask = {
        "duration": {"from": 3725.5},
        "action": _true("One", "q"),
        "adaptivity": {"correct": {"allowOptOut": False}},
    }
    done = imported(
        "H5P.InteractiveVideo 1.26", _film(note, ask, bookmarks=[{"time": 1, "label": "Start"}]), _FILM
    )
    film, page, quiz = done.contents
    assert isinstance(film, Video)
    assert (film.media, film.subtitles) == ("media/videos/a.mp4", "media/files/a.vtt")
    assert isinstance(page, RichText)
    assert page.text == "0:01 Start\n\n**0:03** Look"
    assert isinstance(quiz, QuizContent)
    assert quiz.quiz.questions[0].text == "**1:02:05**\n\nOne"
    assert done.fate("file", "content/videos/a.webm") == ("skipped", "another format of the same film")
    assert not _is_kept(done)


def test_jumps_in_a_film_keep_the_package() -> None:
    ask = {"duration": {"from": 3}, "action": _true("One"), "adaptivity": {"wrong": {"seekTo": 10}}}
    done = imported("H5P.InteractiveVideo 1.26", _film(ask), _FILM)
    assert _is_kept(done)
    assert len(_questions(done)) == 1


# ── pages ────────────────────────────────────────────────────────────────────────────────────────

_IMAGE = {"path": "images/a.png", "mime": "image/png"}


@pytest.mark.parametrize(
    ("library", "params", "wanted"),
    [
        ("H5P.AdvancedText 1.1", {"text": "<p>a <b>b</b></p>"}, "a **b**"),
        ("H5P.Image 1.1", {"file": _IMAGE, "alt": "A &amp; B"}, "![A & B](media/images/a.png)"),
        ("H5P.Link 1.3", {"title": "T", "linkWidget": {"protocol": "https://", "url": "a.example"}}, "[T](https://a.example)"),
        ("H5P.IFrameEmbed 1.0", {"source": "https://a.example/x"}, "[Demo](https://a.example/x)"),
        ("H5P.Accordion 1.0", {"panels": [{"title": "P", "content": text("<p>x</p>")}]}, "## P\n\nx"),
        ("H5P.Dialogcards 1.9", {"dialogs": [{"text": "<p>F</p>", "answer": "B"}]}, "<details><summary>F</summary><p>B</p></details>"),
        ("H5P.GuessTheAnswer 1.5", {"solutionLabel": "Open", "solutionText": "S"}, "<details><summary>Open</summary><p>S</p></details>"),
        ("H5P.Timeline 1.1", {"timeline": {"headline": "T", "date": [{"startDate": "1905,3", "headline": "E", "text": "x"}]}}, "## T\n\n### 1905-3: E\n\nx"),
        ("H5P.ImageHotspots 1.10", {"image": _IMAGE, "hotspots": [{"header": "H", "content": [text("<p>x</p>")]}]}, "![](media/images/a.png)\n\n### H\n\nx"),
        ("H5P.ImageSlider 1.1", {"imageSlides": [part("H5P.ImageSlide 0.1", {"image": image("images/a.png", "x")})]}, "![x](media/images/a.png)"),
        ("H5P.Collage 0.3", {"collage": {"clips": [{"image": _IMAGE}]}}, "![](media/images/a.png)"),
        ("H5P.Agamotto 1.5", {"items": [{"image": image("images/a.png"), "labelText": "L", "description": "d"}]}, "### L\n\n![](media/images/a.png)\n\nd"),
        ("H5P.ImageJuxtaposition 1.4", {"imageBefore": {"imageBefore": image("images/a.png"), "labelBefore": "B"}}, "### B\n\n![](media/images/a.png)"),
        ("H5P.GreetingCard 1.0", {"greeting": "Hi", "image": _IMAGE}, "Hi\n\n![](media/images/a.png)"),
    ],
)  # fmt: skip
def test_what_is_read_becomes_a_page(library: str, params: dict[str, Any], wanted: str) -> None:
    shown = _PICTURE if "images/a.png" in str(params) else {}
    done = imported(library, params, shown)
    assert _page(done) == wanted
    assert not _is_kept(done)


def test_recordings_are_played_once_whatever_their_formats() -> None:
    files = [{"path": "audios/a.mp3", "mime": "audio/mp3"}, {"path": "audios/a.ogg", "mime": "audio/ogg"}]
    data = {
        "content/audios/a.mp3": b"ID3\x04\0\0\0\0\0\0" + b"\0" * 99,
        "content/audios/a.ogg": b"OggS" + b"\0" * 99,
    }
    done = imported("H5P.Audio 1.5", {"files": files}, data)
    assert _page(done) == '<p><audio controls="" src="media/audios/a.mp3"></audio></p>'
    assert done.fate("file", "content/audios/a.ogg") == ("skipped", "another format of the same recording")


# ── what stays playable ──────────────────────────────────────────────────────────────────────────

_LIBRARY = b'{"machineName": "H5P.MemoryGame", "majorVersion": 1, "minorVersion": 3, "preloadedDependencies": [{"machineName": "FontAwesome", "majorVersion": "4", "minorVersion": "5"}]}'
_LIBRARIES = {
    "H5P.MemoryGame-1.3/library.json": _LIBRARY,
    "H5P.MemoryGame-1.3/game.js": b"1",
    "FontAwesome-4.5/library.json": b'{"machineName": "FontAwesome", "majorVersion": 4, "minorVersion": 5}',
    "Unused-1.0/library.json": b'{"machineName": "Unused", "majorVersion": 1, "minorVersion": 0}',
    "Broken-1.0/library.json": b"{",
    "readme.txt": b"x",
}


def test_what_cannot_be_converted_is_kept_as_a_package_to_launch_without_what_it_does_not_need() -> None:
    game = {"cards": [{"image": _IMAGE}], "behaviour": {"passPercentage": 80}}
    done = imported("H5P.MemoryGame 1.3", game, {**_PICTURE, **_LIBRARIES})
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch == Launch(standard="h5p", href="h5p.json", passing_score=Decimal(80))
    assert content.media == "media/memorygame-demo.zip"
    with done.reading.files.open(content.media) as opened, zipfile.ZipFile(opened) as archive:
        assert archive.namelist() == [
            "FontAwesome-4.5/library.json",
            "H5P.MemoryGame-1.3/game.js",
            "H5P.MemoryGame-1.3/library.json",
            "content/content.json",
            "content/images/a.png",
            "h5p.json",
        ]
    assert done.fate("item", "H5P.MemoryGame")[0] == "changed"
    assert done.fate("library", "H5P.MemoryGame 1.3") == ("carried", "")
    assert done.fate("library", "Unused-1.0 (folder)") == ("skipped", "nothing that is played needs it")
    assert "cannot be read" in done.account("library", "Broken-1.0 (folder)").note
    assert done.fate("file", "readme.txt")[0] == "skipped"


def test_a_part_nobody_knows_keeps_the_package_and_the_rest_is_converted_all_the_same() -> None:
    parts = [text("<p>a</p>", "t"), part("H5P.MemoryGame 1.3", {"cards": []}, "m")]
    done = imported("H5P.Column 1.16", {"content": [{"content": each} for each in parts]})
    assert [content.key for content in done.contents] == ["t", "package"]
    assert done.account("item", "H5P.MemoryGame at content[1].content").note.startswith("kept playable")


def test_a_picture_that_is_none_keeps_the_package_and_says_why() -> None:
    done = imported("H5P.Image 1.1", {"file": _IMAGE}, {"content/images/a.png": b"<html>"})
    assert _is_kept(done)
    assert "only in the package" in done.account("file", "content/images/a.png").note


def test_addresses_in_texts_that_lead_nowhere_and_those_that_could_run_are_named() -> None:
    html = "<p><img src='images/no.png'><a href='javascript:x()'>y</a></p>"
    note = imported("H5P.AdvancedText 1.1", {"text": html}).account("item", "H5P.AdvancedText").note
    assert "leads to nothing in the package: images/no.png" in note
    assert "href of a" in note


def test_content_without_anything_in_it_is_kept_as_it_is() -> None:
    assert _is_kept(imported("H5P.Column 1.16", {}))


def test_of_too_many_parts_none_is_converted() -> None:
    parts = [{"content": {"library": "H5P.AdvancedText 1.1"}}] * 3_000
    done = imported("H5P.Column 1.16", {"content": parts})
    assert [content.key for content in done.contents] == ["package"]


# ── keys, rights, metadata ───────────────────────────────────────────────────────────────────────


def test_keys_do_not_depend_on_order_and_titles_of_the_editor_are_no_titles() -> None:
    parts = [_true("One", "AAAA"), _true("Two", "aaaa"), _true("Three")]
    done, again = (
        imported("H5P.QuestionSet 1.20", {"questions": several}) for several in (parts, parts[::-1])
    )
    by_text = [{question.text: question.key for question in _questions(each)} for each in (done, again)]
    assert by_text[0]["Three"] == by_text[1]["Three"]
    assert len(set(by_text[0].values())) == 3
    for title, kind in (("Untitled Text", "Text"), ("Unbenannt: Bild", "Bild")):
        shown = imported("H5P.Column 1.16", {"content": [{"content": part("H5P.AdvancedText 1.1", {"text": "x"}, "t", title=title, contentType=kind)}]})  # fmt: skip
        assert shown.contents[0].title == "Demo"


def test_the_package_is_named_by_its_type_and_title_and_by_its_content_without_title() -> None:
    done = imported("H5P.AdvancedText 1.1", {"text": "x"}, title="Über uns")
    assert (done.bundle.key, done.course.title) == ("advancedtext-uber-uns", "Über uns")
    nameless = imported("H5P.AdvancedText 1.1", {"text": "x"}, title="Untitled")
    assert nameless.bundle.key.startswith("package-")
    assert nameless.course.title == "Untitled"


def test_authors_and_licences_stand_on_a_page_of_their_own() -> None:
    picture = image(
        "images/a.png", title="Cat", authors=[{"name": "Ann", "role": "Author"}], license="CC BY",
        licenseVersion="4.0", source="https://a.example/", yearFrom="2019", changes=[{"log": "cropped"}],
    )  # fmt: skip
    picture["params"]["file"]["copyright"] = {"license": "PD", "author": "Bob", "title": "Dog"}
    done = imported(
        "H5P.Column 1.16", {"content": [{"content": picture}]}, _PICTURE, license="CC0", authors=[]
    )
    page = done.contents[-1]
    assert isinstance(page, RichText)
    assert page.text == (
        "- **Demo**: CC0\n"
        "- **Cat**: Ann (Author). 2019. CC BY 4.0. [https://a.example/](https://a.example/). cropped\n"
        "- **Dog**: Bob. Public Domain"
    )
    assert done.fate("metadata", "H5P.Image at content[0].content: rights") == ("carried", "")
    assert done.fate("metadata", "h5p.json license") == ("carried", "")
    assert done.fate("metadata", "h5p.json authors") == ("changed", "says nothing")


def test_labels_of_the_player_are_told_together() -> None:
    done = imported(
        "H5P.TrueFalse 1.8", {"question": "q", "correct": "true", "l10n": {"a": "b"}, "confirmCheck": {}}
    )
    assert done.fate("metadata", "settings and labels") == ("skipped", "the player's own: confirmCheck, l10n")
    assert done.fate("library", "H5P.TrueFalse 1.8")[0] == "changed"


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


def _refusal(source: MemorySource) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        h5p.read(source, Report())
    assert all(finding.mend and finding.location.file for finding in refused.value.findings)
    return [f"{finding.rule.code} {finding.location.path}" for finding in refused.value.findings]


def test_faults_are_refused_together_with_their_places() -> None:
    bad = {"path": "../../etc/passwd", "mime": "image/png"}
    absent = {"path": "images/none.png", "mime": "image/png"}
    assert _refusal(package("H5P.Image 1.1", {"file": bad, "other": [absent]})) == [
        "CW603 file.path",
        "CW604 other[0].path",
    ]
    assert _refusal(package("H5P.Image 1.1", [])) == ["CW605 "]
    depends = [{"machineName": "../x", "majorVersion": 1, "minorVersion": 0}]
    assert _refusal(package("H5P.Image 1.1", {}, preloadedDependencies=depends))[:1] == [
        "CW602 preloadedDependencies[0]"
    ]
    documents = dict(package("H5P.Image 1.1", {}).files)
    del documents["content/content.json"]
    assert h5p.detect(MemorySource(documents))
    assert _refusal(MemorySource(documents)) == ["CW601 "]


def test_a_library_that_loads_files_from_outside_is_refused() -> None:
    library = (
        b'{"machineName":"H5P.Text","majorVersion":1,"minorVersion":1,"preloadedJs":[{"path":"../../x.js"}]}'
    )
    assert _refusal(package("H5P.Text 1.1", {}, {"H5P.Text-1.1/library.json": library})) == [
        "CW603 preloadedJs[0].path"
    ]


def test_a_package_one_folder_down_with_the_litter_of_a_mac_is_read_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    source = package("H5P.AdvancedText 1.1", {"text": "<p>x</p>"})
    path = tmp_path / "download.bin"
    with zipfile.ZipFile(path, "w") as archive:
        for name in source.names():
            archive.writestr(f"demo/{name}", source.files[name])
        archive.writestr("__MACOSX/demo/._h5p.json", b"\0")
    with open_source(path) as opened:
        assert h5p.detect(opened)
        report = Report()
        reading = h5p.read(opened, report)
    assert [content.key for content in reading.bundle.courses[0].contents()] == ["advancedtext"]
    assert {account.kind for account in report.accounts} >= {"archive", "item", "library", "metadata"}


def test_versions_may_be_texts() -> None:
    assert about("H5P.Text 1.1")["preloadedDependencies"][0]["majorVersion"] == "1"
    assert imported("H5P.Text 1.1", {"text": "x"}).contents[0].key == "text"
