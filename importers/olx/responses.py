"""Responses of problems → questions of ours.

No program of an author is ever run: where only one could tell right from wrong, a person does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Final

from importers.olx import capa
from importers.olx.capa import Part
from importers.shared import markup, pages, questions
from importers.shared.pages import Page
from importers.shared.questions import Choice, Made, Stem, UnfitError
from importers.shared.xml import Node

BY_PERSON: Final = "graded by a person"
_QUOTED: Final = re.compile(r"""'((?:[^'\\]|\\.?)*)(?:'|$)|"((?:[^"\\]|\\.?)*)(?:"|$)""", re.DOTALL)
"""Unclosed, it goes on to the end: so every character is looked at once."""
_RANGE: Final = re.compile(r"^[\[(][^,]*,[^,]*[\])]$")
_MOST_OPTIONS: Final = 1_000
_PATTERN: Final = re.compile(r"[\\^$.|?*+()\[\]{}]")


@dataclass(slots=True)
class Asked:
    """A part with what is needed to ask it: `text` makes Markdown of HTML, `picture` an option's image."""

    part: Part
    stem: Stem
    text: Callable[[str], Page]
    picture: Callable[[str], str | None]

    @property
    def response(self) -> Node:
        return self.part.response

    def inputs(self) -> set[str]:
        return {node.name for node in self.response.walk()}


def made(asked: Asked) -> list[Made]:
    """The questions of a response: one, or one for each of its menus. Raises UnfitError."""
    name = asked.response.name
    if asked.inputs() & capa.PROGRAMS:
        raise UnfitError("it is answered in a program: " + ", ".join(sorted(asked.inputs() & capa.PROGRAMS)))
    if name == "optionresponse":
        return _menus(asked)
    return [_KINDS.get(name, _by_program)(asked)]


# ── choices ──────────────────────────────────────────────────────────────────────────────────────


def _choice(asked: Asked) -> Made:
    listed = [node for node in asked.response.walk() if node.name == "choice"]
    choices = [_one(asked, node) for node in listed]
    notes = ["partly right answers count as wrong"] if any(map(_is_partial, listed)) else []
    if any(node.attributes.get("shuffle") == "true" for node in asked.response.walk()):
        notes.append("in the source its answers are shuffled")
    if len(choices) == 1:
        text = f"{asked.stem.text}\n\n{choices[0].text}"
        statement = questions.true_false(replace(asked.stem, text=text), answer=choices[0].correct)
        return _noted(statement, "one box to tick: asked as true or false")
    several = asked.response.name == "choiceresponse"
    if several and choices and not any(each.correct for each in choices):
        choices.append(Choice("none", "None of these", correct=True))
        notes.append("no box is right in the source: an answer says so")
    return _noted(questions.choice(asked.stem, choices), *notes)


def _one(asked: Asked, node: Node) -> Choice:
    pictures = [each.attributes.get("src", "") for each in node.walk() if each.name == "img"]
    image = asked.picture(pictures[0]) if len(pictures) == 1 else None
    without = frozenset(("img",)) if image else frozenset[str]()
    html = markup.inner_html(node, lambda each: _option_text(each, without))
    page = asked.text(html)
    identifier = node.attributes.get("name", "").strip() or pages.words(html) or "".join(pictures)
    return Choice(identifier, page.text, correct=_is_right(node), image=image)


def _option_text(node: Node, without: frozenset[str]) -> str | None:
    if node.name in without or node.name in ("choicehint", "numtolerance_input", "decoy_input"):
        return ""
    return markup.inner_html(node, lambda each: _option_text(each, without)) if node.name == "text" else None


def _is_right(node: Node) -> bool:
    return node.attributes.get("correct", "").strip().lower() == "true"


def _is_partial(node: Node) -> bool:
    return node.attributes.get("correct", "").strip().lower() in ("partial", "partially-correct")


def _menus(asked: Asked) -> list[Made]:
    menus = [node for node in asked.response.walk() if node.name == "optioninput"]
    if not menus:
        raise UnfitError("a menu that is not there")
    found = []
    for number, menu in enumerate(menus, 1):
        stem = asked.stem
        if len(menus) > 1:
            key = f"{stem.key}-{number}"
            share = (stem.points / len(menus)).quantize(Decimal("0.01"))
            stem = replace(stem, key=key, text=f"{stem.text}\n\n({number})", points=share)
        question = questions.choice(stem, _menu(asked, menu))
        found.append(_noted(question, *(["each of its menus became a question"] * (len(menus) > 1))))
    return found


def _menu(asked: Asked, menu: Node) -> list[Choice]:
    """`<option correct="True">` elements, or `options="('a','b')" correct="a"`."""
    written = [node for node in menu.children if node.name == "option"]
    if written:
        return [
            Choice(
                node.attributes.get("name", "") or node.text.strip(),
                asked.text(markup.inner_html(node, _without_hints)).text,
                correct=_is_right(node),
            )
            for node in written
        ]
    right = menu.attributes.get("correct", "").strip()
    listed = _listed(menu.attributes.get("options", ""))
    if len(listed) > _MOST_OPTIONS:
        raise UnfitError(f"a menu of {len(listed):,} entries")
    return [Choice(text, asked.text(escape(text)).text, correct=text == right) for text in listed]


def _without_hints(node: Node) -> str | None:
    return "" if node.name == "optionhint" else None


def _listed(options: str) -> list[str]:
    """A Python tuple by its look; it is not evaluated."""
    found = [(one or other).replace("\\'", "'").strip() for one, other in _QUOTED.findall(options)]
    return found or [each.strip() for each in options.strip("()").split(",") if each.strip()]


def _annotation(asked: Asked) -> Made:
    """Options of an annotation; the right ones are called so."""
    options = [node for node in asked.response.walk() if node.name == "option"]
    choices = [
        Choice(node.text.strip(), asked.text(escape(node.text)).text,
               correct=node.attributes.get("choice") == "correct")
        for node in options
    ]  # fmt: skip
    said = [
        node.text for node in asked.response.walk() if node.name in ("text", "comment_prompt", "tag_prompt")
    ]
    text = _joined(asked.stem.text, *(asked.text(escape(each)).text for each in said))
    return _noted(
        questions.choice(replace(asked.stem, text=text), choices), "the comment to write is left out"
    )


# ── typed answers ────────────────────────────────────────────────────────────────────────────────


def _accepted(asked: Asked) -> list[str]:
    answers = [asked.response.attributes.get("answer", "")]
    answers += [
        node.attributes.get("answer", "") or node.text
        for node in asked.response.children
        if node.name == "additional_answer"
    ]
    return [each.strip() for each in answers if each.strip()]


def _string(asked: Asked) -> Made:
    how = asked.response.attributes.get("type", "")
    answers = [each for answer in _accepted(asked) for each in answer.split("_or_")]
    if "regexp" in how and any(_PATTERN.search(each) for each in answers):
        return _graded(asked, answers, "a pattern tells what is right")
    return questions.short_answer(asked.stem, answers)


def _numerical(asked: Asked) -> Made:
    answers = _accepted(asked)
    if any("$" in each for each in answers):
        return _graded(asked, answers, "the right number comes from a program")
    if any(_RANGE.match(each) for each in answers):
        return _graded(asked, answers, "every number in a range is right")
    tolerance = _tolerance(asked.response)
    note = f"the tolerance of {tolerance} is left out: only the number itself counts as right"
    return questions.short_answer(asked.stem, _spellings(answers), *([note] if tolerance else []))


def _tolerance(response: Node) -> str:
    given = [
        node.attributes.get("default", "")
        for node in response.walk()
        if node.name == "responseparam" and node.attributes.get("type") == "tolerance"
    ]
    return next((each for each in given if each.strip(" 0.%")), "")


def _spellings(answers: list[str]) -> Iterator[str]:
    """`5.0` is also right as 5."""
    for answer in answers:
        yield answer
        try:
            number = Decimal(answer)
        except InvalidOperation:
            continue
        if number.is_finite() and abs(number.adjusted()) < 15:
            yield f"{number.normalize():f}"


def _formula(asked: Asked) -> Made:
    return _graded(asked, _accepted(asked), "equal formulas are written in many ways")


def _graded(asked: Asked, answers: Iterable[str], why: str, more: str = "") -> Made:
    """An essay whose explanation tells what the source takes for right; `more` is HTML of its question."""
    told = ", ".join(f"<code>{escape(each)}</code>" for each in answers)
    accepted = asked.text(f"<p>Accepted: {told}</p>").text if told else ""
    stem = replace(
        asked.stem,
        text=_joined(asked.stem.text, asked.text(more).text if more else ""),
        explanation=_joined(accepted, asked.stem.explanation),
    )
    return questions.essay(stem, f"{why}: {BY_PERSON}")


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _by_program(asked: Asked) -> Made:
    if asked.inputs() & capa.PICTURES or asked.response.name == "imageresponse":
        return _on_a_picture(asked)
    if "annotationinput" in asked.inputs():
        return _annotation(asked)
    if not asked.inputs() & (capa.TEXT_INPUTS | capa.CHOICES | {"optioninput"}):
        raise UnfitError(f"<{asked.response.name}> without an input known here")
    expected = [asked.response.attributes.get("expect", ""), asked.response.attributes.get("answer", "")]
    expected += [
        node.attributes.get("correct_answer", "") for node in asked.response.walk() if node.name == "textline"
    ]
    options = "".join(
        f"<li>{markup.inner_html(node)}</li>" for node in asked.response.walk() if node.name == "choice"
    )
    answers = [each for each in dict.fromkeys(expected) if each.strip()]
    why = "a program of the author tells right from wrong, and is never run"
    return _graded(asked, answers, why, f"<ul>{options}</ul>" if options else "")


def _on_a_picture(asked: Asked) -> Made:
    """Dragging onto a picture, or clicking in it: said in words."""
    nodes = list(asked.response.walk())
    html = "".join(_picture(node) for node in nodes if node.name in capa.PICTURES)
    html += f"<ul>{''.join(_draggable(node) for node in nodes if node.name == 'draggable')}</ul>"
    return _graded(asked, (), "the answer is a place in a picture, said in words here", html)


def _picture(node: Node) -> str:
    address = node.attributes.get("img") or node.attributes.get("src") or ""
    alt = node.attributes.get("alt", "")
    return f'<p><img src="{escape(address)}" alt="{escape(alt)}"></p>' if address else ""


def _draggable(node: Node) -> str:
    icon = node.attributes.get("icon", "")
    picture = f' <img src="{escape(icon)}" alt="">' if icon else ""
    return f"<li>{escape(node.attributes.get('label', ''))}{picture}</li>"


def _noted(question: Made, *notes: str) -> Made:
    return Made(question.question, (*question.notes, *notes))


_KINDS: Final[dict[str, Callable[[Asked], Made]]] = {
    "multiplechoiceresponse": _choice,
    "truefalseresponse": _choice,
    "choiceresponse": _choice,
    "choicetextresponse": _choice,
    "radiotextresponse": _choice,
    "checkboxtextresponse": _choice,
    "stringresponse": _string,
    "numericalresponse": _numerical,
    "formularesponse": _formula,
    "symbolicresponse": _formula,
    "annotationresponse": _annotation,
}
