"""The content types that ask: how many questions each holds, and what makes ours of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from importers.h5p import choices, dragging, typed
from importers.h5p.asking import Asking
from importers.h5p.content import Fields, Item
from importers.shared.questions import Made

_Ask = Callable[[Asking], Iterator[Made]]

ASK: Final[Mapping[str, _Ask]] = {
    "Blanks": typed.blanks,
    "Crossword": typed.crossword,
    "Dictation": typed.dictation,
    "DragQuestion": dragging.drag_question,
    "DragText": typed.drag_text,
    "Essay": typed.essay,
    "Flashcards": typed.flashcards,
    "FreeTextQuestion": typed.open_ended,
    "MarkTheWords": choices.mark_the_words,
    "MultiChoice": choices.multi_choice,
    "MultiMediaChoice": choices.multi_media_choice,
    "OpenEndedQuestion": typed.open_ended,
    "SimpleMultiChoice": choices.simple_multi_choice,
    "SingleChoiceSet": choices.single_choice_set,
    "SortParagraphs": dragging.sort_paragraphs,
    "SpeakTheWords": typed.speak_the_words,
    "Summary": choices.summary,
    "TrueFalse": choices.true_false,
}

_SEVERAL: Final[Mapping[str, Callable[[Fields], int]]] = {
    "Crossword": lambda params: len(params.groups("words")),
    "Dictation": lambda params: len(params.groups("sentences")),
    "Flashcards": lambda params: len(params.groups("cards")),
    "SingleChoiceSet": lambda params: len(choices.asked(params, "choices", "answers")),
    "Summary": lambda params: len(choices.asked(params, "summaries", "summary")),
}
_ELSE: Final = frozenset(
    (
        "AdvancedBlanks",
        "ArithmeticQuiz",
        "FindTheWords",
        "GuessTheAnswer",
        "ImageHotspotQuestion",
        "ImageMultipleHotspotQuestion",
        "ImageSequencing",
    )
)
"""Those that ask and become no question of ours: a page, or they stay in the package."""


def count(item: Item) -> int:
    """Questions of an item, without those of the items in it."""
    if item.kind in _SEVERAL:
        return _SEVERAL[item.kind](item.params)
    return 1 if item.kind in ASK or item.kind in _ELSE else 0
