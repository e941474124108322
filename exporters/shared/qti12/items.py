"""One question → its items of QTI 1.2: one, or in a cartridge as many as it has gaps or left sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Final

from exporters.shared import quizzes, texts
from exporters.shared.qti12 import parts
from exporters.shared.qti12.parts import Dialect
from exporters.shared.texts import Address
from exporters.shared.xml import Element, element
from schemas.model import (
    Essay,
    FillInBlank,
    Matching,
    MultipleChoice,
    Option,
    Question,
    ShortAnswer,
    TrueFalse,
)

_RESPONSE: Final = "response1"
_GENERAL: Final = "general_fb"
_PROFILES: Final = {
    "true_false": "cc.true_false.v0p1",
    "multiple_choice": "cc.multiple_choice.v0p1",
    "multiple_answers": "cc.multiple_response.v0p1",
    "short_answer": "cc.fib.v0p1",
    "essay": "cc.essay.v0p1",
}
"""The kinds of Common Cartridge by the names that Canvas gives them."""
_HEAVIEST: Final = 99
_SPLIT_GAPS: Final = "an item for each gap: a cartridge has no questions with several"
_SPLIT_PAIRS: Final = "an item for each left side, to choose the right one: a cartridge has no matching"


@dataclass(frozen=True, slots=True)
class Items:
    """`notes` are what the items do not say of the question."""

    elements: tuple[Element, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """An item in parts: `kind` in Canvas's words, `responses` in the order of the presentation."""

    kind: str
    html: str
    responses: tuple[Element, ...]
    right: tuple[Element, ...]
    suffix: str = ""


def items(question: Question, identifier: str, dialect: Dialect, address: Address) -> Items:
    """`identifier` names the item; of several each has a slash and the key of its gap or pair behind it."""
    asked = tuple(_asked(question, dialect, address))
    share = question.points / len(asked)
    notes = [] if question.required else [quizzes.OPTIONAL]
    if len(asked) > 1:
        notes.append(_SPLIT_GAPS if isinstance(question, FillInBlank) else _SPLIT_PAIRS)
    if not dialect.cartridge and isinstance(question, FillInBlank | Matching):
        notes.append(quizzes.SHARES)
    if dialect.cartridge and _weight(share) != share:
        notes.append(f"weighs {_weight(share)} an item: cartridges have whole numbers from 1 to {_HEAVIEST}")
    made = tuple(_item(question, each, identifier, share, dialect) for each in asked)
    return Items(made, tuple(notes))


def _item(question: Question, asked: _Asked, identifier: str, share: Decimal, dialect: Dialect) -> Element:
    fields = _cartridge_fields(asked.kind, share) if dialect.cartridge else _fields(asked.kind, share)
    shown = (
        element("displayfeedback", {"feedbacktype": "Response", "linkrefid": _GENERAL})
        if question.explanation
        else None
    )
    explaining = (parts.always(shown),) if shown or not asked.right else ()
    return element(
        "item",
        {"ident": identifier + asked.suffix, "title": quizzes.first_words(question.text)},
        element("itemmetadata", {}, parts.metadata(fields)),
        element("presentation", {}, parts.material(asked.html), *asked.responses),
        parts.processing(*explaining, *asked.right),
        _feedback(question.explanation) if question.explanation else None,
    )


def _cartridge_fields(kind: str, share: Decimal) -> dict[str, str]:
    fields = {"cc_profile": _PROFILES[kind], "cc_weighting": str(_weight(share))}
    if kind == "essay":
        fields["qmd_computerscored"] = "No"
    return fields


def _fields(kind: str, share: Decimal) -> dict[str, str]:
    return {"question_type": f"{kind}_question", "points_possible": f"{share.normalize():f}"}


def _weight(share: Decimal) -> Decimal:
    return min(max(share.quantize(Decimal(1), ROUND_HALF_UP), Decimal(1)), Decimal(_HEAVIEST))


def _feedback(explanation: str) -> Element:
    html = parts.material(texts.html(explanation))
    return element("itemfeedback", {"ident": _GENERAL}, element("flow_mat", {}, html))


# ── what is asked ────────────────────────────────────────────────────────────────────────────────


def _asked(question: Question, dialect: Dialect, address: Address) -> Iterator[_Asked]:
    match question:
        case MultipleChoice():
            yield _choice(question, address)
        case TrueFalse():
            yield _true_false(question)
        case ShortAnswer():
            yield _typed(texts.html(question.text), question.accept)
        case Essay():
            yield _Asked("essay", texts.html(question.text), (parts.typed(_RESPONSE, "10"),), ())
        case FillInBlank():
            yield from _gap_by_gap(question) if dialect.cartridge else (_gaps(question),)
        case Matching():
            yield from _pair_by_pair(question) if dialect.cartridge else (_matching(question),)


def _choice(question: MultipleChoice, address: Address) -> _Asked:
    labels = [(each.key, texts.option(each.text, each.image, address)) for each in question.options]
    right = [each for each in question.options if each.correct]
    several = len(right) != 1
    response = parts.choices(_RESPONSE, "Multiple" if several else "Single", labels)
    kind = "multiple_answers" if several else "multiple_choice"
    tests = element("and", {}, *map(_ticked, question.options)) if several else _ticked(right[0])
    return _Asked(kind, texts.html(question.text), (response,), (parts.gaining([tests]),))


def _ticked(option: Option) -> Element:
    """Without `case`, Moodle gives none of several right answers a share of the points."""
    test = parts.equal(_RESPONSE, option.key, "Yes")
    return test if option.correct else element("not", {}, test)


def _true_false(question: TrueFalse) -> _Asked:
    response = parts.choices(_RESPONSE, "Single", (("true", "True"), ("false", "False")))
    test = parts.equal(_RESPONSE, str(question.answer).lower())
    return _Asked("true_false", texts.html(question.text), (response,), (parts.gaining([test]),))


def _typed(html: str, accept: tuple[str, ...], suffix: str = "") -> _Asked:
    tests = [parts.equal(_RESPONSE, answer, "No") for answer in accept]
    return _Asked("short_answer", html, (parts.typed(_RESPONSE),), (parts.gaining(tests),), suffix)


# ── several gaps, several pairs ──────────────────────────────────────────────────────────────────


def _gaps(question: FillInBlank) -> _Asked:
    """As Canvas does: `[key]` in the text, and a list of what is accepted for `response_key`."""
    html = texts.with_gaps(
        texts.html(question.text), {blank.key: f"[{blank.key}]" for blank in question.blanks}
    )
    responses, right = [], []
    for blank in question.blanks:
        ident = f"response_{blank.key}"
        labels = [(f"{blank.key}_{n}", escape(answer)) for n, answer in enumerate(blank.accept, 1)]
        responses.append(parts.choices(ident, "Single", labels))
        share = _share(len(question.blanks))
        right += [parts.gaining([parts.equal(ident, name)], share, "Add") for name, _ in labels]
    return _Asked("fill_in_multiple_blanks", html, tuple(responses), tuple(right))


def _matching(question: Matching) -> _Asked:
    """A choice among the same right sides for each left one."""
    labels = [(each.key, texts.inline(each.right)) for each in question.pairs]
    labels += [(each.key, texts.inline(each.text)) for each in question.distractors]
    responses = tuple(
        parts.choices(pair.key, "Single", labels, parts.material(texts.inline(pair.left)))
        for pair in question.pairs
    )
    share = _share(len(question.pairs))
    right = tuple(parts.gaining([parts.equal(pair.key, pair.key)], share, "Add") for pair in question.pairs)
    return _Asked("matching", texts.html(question.text), responses, right)


def _share(parts_: int) -> str:
    return f"{(Decimal(100) / parts_).quantize(Decimal('0.01')).normalize():f}"


def _gap_by_gap(question: FillInBlank) -> Iterator[_Asked]:
    """The whole text each time, with the gap that is asked for told from the others."""
    if len(question.blanks) == 1:
        (blank,) = question.blanks
        yield _typed(texts.with_gaps(texts.html(question.text), {blank.key: "_____"}), blank.accept)
        return
    for number, blank in enumerate(question.blanks, 1):
        gaps = {each.key: f"___({n})___" for n, each in enumerate(question.blanks, 1)}
        html = texts.with_gaps(texts.html(question.text), gaps)
        yield _typed(f"{html}<p>___({number})___ = ?</p>", blank.accept, f"/{blank.key}")


def _pair_by_pair(question: Matching) -> Iterator[_Asked]:
    labels = [(each.key, texts.inline(each.right)) for each in question.pairs]
    labels += [(each.key, texts.inline(each.text)) for each in question.distractors]
    for pair in question.pairs:
        html = f"{texts.html(question.text)}<div>{texts.inline(pair.left)}</div>"
        test = parts.equal(_RESPONSE, pair.key, "Yes")
        response = parts.choices(_RESPONSE, "Single", labels)
        yield _Asked("multiple_choice", html, (response,), (parts.gaining([test]),), f"/{pair.key}")
