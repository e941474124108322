"""Questions with something to type: gaps, short answers, essays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from importers.h5p import gaps, prose
from importers.h5p.asking import Asking, labelled, listed, own_key
from importers.h5p.content import Fields
from importers.h5p.gaps import Gap
from importers.shared import questions
from importers.shared.pages import words
from importers.shared.questions import GAP, Made, UnfitError

_MOST_GAPS: Final = 500


def blanks(asking: Asking) -> Iterator[Made]:
    params, behaviour = asking.params, asking.params.group("behaviour")
    _require_few("".join(params.htmls("questions")))
    pieces = [
        piece
        for html in params.htmls("questions")
        for piece in (*gaps.parse(prose.paragraph(html), alternatives=True), "\n")
    ]
    notes = (
        ["upper and lower case differ in the source"] if behaviour.flag("caseSensitive", default=True) else []
    )
    notes += (
        ["small spelling mistakes are accepted in the source"]
        if behaviour.flag("acceptSpellingErrors")
        else []
    )
    yield _with_gaps(asking, params.html("text"), pieces, *notes)


def drag_text(asking: Asking) -> Iterator[Made]:
    """Words to drag become words to type; they stand above the text, as they do in the player."""
    params = asking.params
    _require_few(params.html("textField") + params.html("distractors"))
    pieces = gaps.parse(params.html("textField").replace("\n", "<br>"), alternatives=False)
    others = [
        piece
        for piece in gaps.parse(params.html("distractors"), alternatives=False)
        if isinstance(piece, Gap)
    ]
    offered = {words(gap.answers[0]): None for gap in (*pieces, *others) if isinstance(gap, Gap)}
    html = params.html("taskDescription") + f"<p>({escape(', '.join(sorted(offered)))})</p>"
    yield _with_gaps(asking, html, pieces, "the words to drag are typed")


def _require_few(text: str) -> None:
    if text.count("*") > 2 * _MOST_GAPS:
        raise UnfitError(f"more than {_MOST_GAPS} gaps")


def _with_gaps(asking: Asking, html: str, pieces: Iterable[str | Gap], *notes: str) -> Made:
    text, said = "", []
    found: list[tuple[str, list[str]]] = []
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        identifier = f"gap-{len(found) + 1}"  # an answer as the key would stand in the text
        tip = words(piece.tip)
        text += GAP.format(identifier) + (f" <em>({escape(tip)})</em>" if tip else "")
        found.append((identifier, [words(answer) for answer in piece.answers]))
        said.append(" ".join(filter(None, (labelled("✓", piece.praise), labelled("✗", piece.help)))))
    if not found:
        raise UnfitError("a text without gaps")
    whole = asking.media() + prose.paragraph(html) + f"<div>{text}</div>"
    stem = asking.stem(whole, explanation=[listed(said), *asking.feedback()], points=len(found))
    return asking.made(questions.fill_in_blank(stem, found), *notes)


def essay(asking: Asking) -> Iterator[Made]:
    params = asking.params
    solution = params.group("solution")
    wanted = [_keyword(each) for each in params.groups("keywords")]
    said = [solution.html("introduction"), solution.html("sample"), listed(wanted), *asking.feedback()]
    points = sum(each.group("options").number("points") or 1 for each in params.groups("keywords"))
    html = asking.media() + params.html("taskDescription")
    stem = asking.stem(html, explanation=said, points=points or 1)
    graded = "graded by a person: its keywords stand in the explanation" if any(wanted) else ""
    yield asking.made(questions.essay(stem), graded)


def _keyword(keyword: Fields) -> str:
    several = [keyword.words("keyword"), *map(words, keyword.htmls("alternatives"))]
    points = keyword.group("options").words("points")
    return escape(" / ".join(filter(None, several)) + (f" ({points})" if points else ""))


def open_ended(asking: Asking) -> Iterator[Made]:
    html = asking.media() + prose.paragraph(asking.params.html("question"))
    yield asking.made(questions.essay(asking.stem(html)))


def speak_the_words(asking: Asking) -> Iterator[Made]:
    accept = map(words, asking.params.htmls("acceptedAnswers"))
    stem = asking.stem(asking.media() + prose.paragraph(asking.params.html("question")))
    yield asking.made(questions.short_answer(stem, accept), "spoken in the source, typed here")


def flashcards(asking: Asking) -> Iterator[Made]:
    asking.intro = asking.params.html("description")
    for card in asking.params.groups("cards"):
        html = asking.desk.image(card.group("image"), card.words("imageAltText"))
        html += prose.paragraph(card.html("text"))
        yield _short(asking, card, html, card.words("answer").split("/"), card.group("tip").html("tip"))


def crossword(asking: Asking) -> Iterator[Made]:
    asking.intro = asking.params.html("taskDescription")
    for word in asking.params.groups("words"):
        html = prose.paragraph(word.html("clue")) + prose.part(word.group("extraClue"), asking.desk)
        yield _short(
            asking, word, html, [word.words("answer")], "", "a word of the crossword, typed by itself"
        )


def dictation(asking: Asking) -> Iterator[Made]:
    asking.intro = asking.media() + asking.params.html("taskDescription")
    for sentence in asking.params.groups("sentences"):
        sounds = [*sentence.groups("sample"), *sentence.groups("sampleAlternative")]
        links = [asking.desk.address(sound) for sound in sounds]
        html = prose.paragraph(sentence.html("description"))
        html += "".join(f'<p><a href="{escape(link)}">♪</a></p>' for link in links if link)
        yield _short(
            asking, sentence, html, [sentence.words("text")], "", "graded as a whole, not word by word"
        )


def _short(asking: Asking, owner: Fields, html: str, accept: list[str], tip: str, *notes: str) -> Made:
    stem = asking.stem(html, key=own_key(owner, html), explanation=[labelled("?", tip)])
    return asking.made(questions.short_answer(stem, accept), *notes)
