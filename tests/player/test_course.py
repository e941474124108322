"""How a course behaves, whoever it reports to: quizzes do what they say, links lead on, hostile texts stay texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from schemas.model import Bundle, Course, MultipleChoice, Option, Quiz, QuizContent, RichText, Section
from tests.player import walk
from tests.player.packages import unpack
from tests.player.samples import course_of, short_quiz
from tests.player.site import Site
from tests.strategies import MemoryFiles, Sample

HOSTILE = '</script><img src=x onerror="window.hit=1"><b>&lt;\'\u2028'
Play = Callable[[Sample], Page]


@pytest.fixture
def play(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Play]:
    context = browser.new_context()
    context.set_default_timeout(5_000)
    faults: list[str] = []

    def open_(sample: Sample) -> Page:
        name = re.sub(r"\W+", "-", request.node.name)
        unpack(site.folder / name, sample, "web")
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(f"{site.address}/packages/{name}/index.html")
        return page

    yield open_
    context.close()
    assert faults == []


RULES = {
    "everything": ({}, {"Not passed", "Wrong", "Right answer", "Explanation", "Your answers"}),
    "no-right-answers": (
        {"show_correct_answers": False},
        {"Not passed", "Wrong", "Explanation", "Your answers"},
    ),
    "no-review": (
        {"allow_review": False},
        {"Not passed", "Wrong", "Right answer", "Explanation", "Your answers"},
    ),
    "score-only": ({"allow_review": False, "show_correct_answers": False}, {"Not passed"}),
    "no-result": ({"show_results_immediately": False}, {"Your answers"}),
}
LATER = {"everything", "no-right-answers", "no-result"}


@pytest.mark.parametrize("rules", RULES)
def test_a_quiz_shows_what_it_says(play: Play, rules: str) -> None:
    given, shown = RULES[rules]
    page = play(course_of(short_quiz(**given)))
    walk.begin(page)
    walk.take(page, walk.WRONG, 2)
    text = page.locator("article").inner_text()
    assert {
        words for words in RULES["everything"][1] if re.search(rf"^{words}$", text, re.MULTILINE)
    } == shown
    page.reload()
    assert page.get_by_role("heading", name="Your answers").count() == (rules in LATER)
    page.get_by_role("button", name="Finish").click()
    assert ("not passed" in page.locator("article").inner_text()) == (rules != "no-result")


def test_several_right_answers_are_all_or_nothing(play: Play) -> None:
    options = tuple(Option(key=key, text=f"Option {key}", correct=key != "c") for key in "abc")
    quiz = Quiz(title="Several", questions=(MultipleChoice(key="q", text="Which?", options=options),))
    page = play(course_of(QuizContent(key="several", title="Several", quiz=quiz)))
    for chosen, verdict in (("a", "Not passed"), ("ba", "Passed"), ("abc", "Not passed")):
        walk.begin(page, "Start the quiz" if chosen == "a" else "Try again")
        for key in chosen:
            page.get_by_role("checkbox", name=f"Option {key}").check()
        walk.forward(page)
        expect(page.locator(".verdict").first).to_have_text(verdict)


def test_an_unanswered_question_is_asked_for_unless_it_is_optional(play: Play) -> None:
    content = short_quiz()
    first, second = content.quiz.questions
    quiz = replace(content.quiz, questions=(replace(first, required=False), second))
    page = play(course_of(replace(content, quiz=quiz)))
    walk.begin(page)
    walk.forward(page)
    walk.forward(page)
    expect(page.get_by_role("alert")).to_have_text("Please answer this question first.")
    walk.answer_one(page, walk.RIGHT)
    walk.forward(page)
    expect(page.locator(".result")).to_contain_text("50%")


def test_links_lead_to_contents_and_out_of_the_course(play: Play) -> None:
    pages = [
        RichText(
            key="a", title="A", text="[b](#content:b) [c](#course:two/content:c) [x](https://example.org/)"
        ),
        RichText(key="b", title="B", text="b"),
        RichText(key="c", title="C", text="[a](#course:one/content:a) [here](#here)"),
    ]
    courses = tuple(
        Course(
            key=key,
            title=key,
            instructor="a@example.org",
            sections=(Section(key="s", title="S", contents=contents),),
        )
        for key, contents in (("one", tuple(pages[:2])), ("two", (pages[2],)))
    )
    page = play(Sample(Bundle(key="b", title="Both", courses=courses), MemoryFiles({})))
    for link, title in (("c", "C"), ("here", "C"), ("a", "A"), ("b", "B")):
        page.get_by_role("link", name=link, exact=True).click()
        expect(page.locator("h1")).to_have_text(title)
    page.get_by_role("button", name="Back").click()
    page.context.route("https://example.org/**", lambda route: route.fulfill(body="elsewhere"))
    with page.context.expect_page() as elsewhere:
        page.get_by_role("link", name="x").click()
    assert elsewhere.value.url == "https://example.org/"
    expect(page.locator("h1")).to_have_text("A")


def test_hostile_texts_stay_texts(play: Play) -> None:
    content = short_quiz(description=HOSTILE)
    questions = tuple(
        replace(question, text=f"The sky is blue {HOSTILE}") for question in content.quiz.questions[:1]
    )
    content = replace(
        content, title=HOSTILE, quiz=replace(content.quiz, title=f"{HOSTILE}!", questions=questions)
    )
    page = play(course_of(content, title=HOSTILE))
    assert page.locator("h1").inner_text().startswith("</script><img")
    walk.begin(page)
    walk.take(page, walk.RIGHT, 1)
    assert page.evaluate("window.hit") is None
