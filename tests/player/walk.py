"""What a learner does in a package, by the names that a screen reader would say."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Locator, Page

Place = FrameLocator | Page

RIGHT = {
    "Which picture": ["One unit out for four up"],
    "three points of contact": ["True"],
    "How many rungs": ["Three "],
    "For every": ["4", "one"],
    "What do you do": ["Clean it", "Take it out of use", "Replace the part"],
    "Tell of a time": ["When the wind rose.\nI waited."],
    "The sky is blue": ["True"],
    "One and one": ["TWO"],
}
WRONG = {
    "Which picture": ["Two units out for four up"],
    "three points of contact": ["False"],
    "How many rungs": ["Zwölf – 12"],
    "For every": ["eight", "два"],
    "What do you do": ["Wrap tape round it", "Clean it", "Clean it"],
    "Tell of a time": ["Никогда."],
    "The sky is blue": ["False"],
    "One and one": ["three"],
}


def go(place: Place, title: str) -> None:
    """To a content, by the outline."""
    place.get_by_role("button", name=re.compile(f"^(done )?{re.escape(title)}")).first.click()


def read_on(place: Place, times: int) -> None:
    for _ in range(times):
        place.get_by_role("button", name="Continue", exact=True).click()


def begin(place: Place, label: str = "Start the quiz") -> None:
    place.get_by_role("button", name=label).click()


def answer_one(place: Place, answers: dict[str, list[str]]) -> str:
    """Answers the question that is shown; returns what it begins with."""
    field = place.get_by_role("group")
    text = field.inner_text()
    known = next(start for start in answers if start in text)
    _fill(field, answers[known])
    return known


def _fill(field: Locator, given: list[str]) -> None:
    choices, lists, boxes = (field.get_by_role(role) for role in ("radio", "combobox", "textbox"))
    if choices.count():
        field.get_by_text(given[0], exact=True).click()
    elif lists.count():
        for place, text in enumerate(given):
            lists.nth(place).select_option(label=text)
    else:
        for place, text in enumerate(given):
            boxes.nth(place).fill(text)


def forward(place: Place) -> None:
    place.get_by_role("button", name=re.compile("Next question|Hand in")).click()


def take(place: Place, answers: dict[str, list[str]], questions: int) -> None:
    """A whole attempt, from its first question to its result."""
    for _ in range(questions):
        answer_one(place, answers)
        forward(place)
    place.get_by_role("heading", name="Your result").wait_for()
