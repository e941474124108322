"""What an item asks → our question types, by its structure; by its declared kind only where that decides.

Tools disagree about names ("Multiple Choice", `cc.multiple_choice.v0p1`, `multiple_choice_question`), but
one choice is one `response_lid` for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from typing import Final

from importers.shared import questions as ours
from importers.shared.figures import Figures
from importers.shared.pages import words
from importers.shared.qti12 import material, numbers
from importers.shared.qti12.responses import Label, Response, response
from importers.shared.qti12.scoring import Scoring
from importers.shared.questions import GAP, Choice, Made, Stem, UnfitError
from importers.shared.xml import Node

_KINDS: Final = {
    "essay_question": "essay",
    "cc.essay.v0p1": "essay",
    "essay": "essay",
    "long answer": "essay",
    "written response": "essay",
    "file_upload_question": "upload",
    "file upload": "upload",
    "file response": "upload",
    "text_only_question": "text",
    "true_false_question": "true_false",
    "cc.true_false.v0p1": "true_false",
    "true/false": "true_false",
    "fill_in_multiple_blanks_question": "blanks",
    "short_answer_question": "typed",
    "cc.fib.v0p1": "typed",
    "cc.pattern_match.v0p1": "typed",
    "ordering_question": "ordering",
    "ordering": "ordering",
}
WITHOUT_RESPONSE: Final = frozenset(("essay", "upload"))
_TRUE: Final = frozenset(("true", "t", "yes"))
_FALSE: Final = frozenset(("false", "f", "no"))
_OFFERED: Final = frozenset(("dropdown", "wordbank"))
_ALL_RIGHT: Final = "answers are worth different points in the source: each of them is right here"
_BEST_RIGHT: Final = "answers are worth different points in the source: only the best is right here"
_UPLOAD: Final = "learners upload a file in the source: here they write, and a person grades it"


def kind(said: Mapping[str, str]) -> str:
    """By the metadata of the item; "" where its structure says all."""
    names = (
        said.get(name, "").lower()
        for name in ("question_type", "cc_profile", "qmd_questiontype", "qmd_itemtype")
    )
    return next((_KINDS[name] for name in names if name in _KINDS), "")


@dataclass(frozen=True, slots=True)
class Asking:
    """One item in parts. `before` is HTML to stand above it, `stem` has everything but the text."""

    kind: str
    before: str
    presentation: Node | None
    asked: list[Response]
    scoring: Scoring
    texts: Figures
    stem: Stem
    item: Node

    def with_text(self, html: str) -> tuple[Stem, tuple[str, ...]]:
        page = self.texts.text(self.before + html)
        return replace(self.stem, text=page.text), page.notes

    def plain(self) -> tuple[Stem, tuple[str, ...]]:
        """The stem with nothing where the responses are, but with what introduces them."""
        return self.with_text(material.html(self.presentation, _introduction))


def questions(asking: Asking) -> tuple[list[Made], list[str]]:
    """The questions of an item, at least one, and notes on what of it is left out. Raises UnfitError."""
    whole = _whole(asking)
    if whole is not None:
        return [whole], []
    if len(asking.asked) == 1:
        return [_alone(asking, asking.asked[0])], []
    return _composite(asking)


def _whole(asking: Asking) -> Made | None:
    """One question of all responses together, where they belong together."""
    if asking.kind == "upload":
        return _essay(asking, _UPLOAD)
    if asking.kind == "essay" and all(each.kind == "str" for each in asking.asked):
        return _essay(asking)
    variables = numbers.calculated(asking.item)
    if variables:
        return _calculated(asking, variables)
    if _is_matching(asking.asked):
        return _matching(asking)
    if len(asking.asked) > 1 and all(_is_gap(asking, each) for each in asking.asked):
        return _gaps(asking)
    return None


def _alone(asking: Asking, asked: Response) -> Made:
    if asked.typed:
        return _gaps(asking) if _in_the_middle(asking) else _typed(asking, asked)
    if _is_gap(asking, asked):
        return _gaps(asking)
    return _offered(asking, asked)


def _composite(asking: Asking) -> tuple[list[Made], list[str]]:
    """Each response becomes a question of its own, and takes its share of the points."""
    share, _ = ours.points(asking.stem.points / len(asking.asked))
    made: list[Made] = []
    lost: list[str] = []
    for each in asking.asked:
        alone = replace(
            asking,
            asked=[each],
            stem=replace(asking.stem, key=f"{asking.stem.key[:50]}.{_key(each)}", points=share),
        )
        try:
            made.append(_alone(alone, each))
        except UnfitError as unfit:
            lost.append(f"{each.ident}: {unfit}: left out")
    if not made:
        raise UnfitError("; ".join(lost))
    note = f"{len(asking.asked)} responses in one item: each became a question, with its share of the points"
    return made, [note, *lost]


def _key(asked: Response) -> str:
    from importers.shared import keys

    return keys.key(asked.ident, "response")[:29].strip("-._")


# ── typed answers ────────────────────────────────────────────────────────────────────────────────


def _essay(asking: Asking, *notes: str) -> Made:
    stem, told = asking.plain()
    return _told(ours.essay(stem, *notes), told)


def _typed(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    accepted, notes = _accepted(asking, asked)
    return _told(ours.short_answer(stem, accepted, *notes), told)


def _accepted(asking: Asking, asked: Response) -> tuple[list[str], list[str]]:
    """Every answer that gains points, and what cannot be said here about it."""
    right = asking.scoring.right(asked.ident)
    notes = []
    if any(leaf.kind == "varsubstring" for leaf in right):
        notes.append("any answer that holds an accepted one is right in the source")
    if any(leaf.case for leaf in right):
        notes.append("upper and lower case must match in the source")
    if asking.scoring.partial(asked.ident):
        notes.append(_ALL_RIGHT)
    values, told = numbers.within(asking.scoring.ranges(asked.ident), integers=asked.integers)
    exact = [leaf.value for leaf in right if leaf.kind in ("varequal", "varsubstring")]
    if values:
        exact = [numbers.plain(value) for value in exact]
    return [*exact, *(values if asked.integers or not exact else [])], [*notes, *told]


def _calculated(asking: Asking, variables: numbers.Calculated) -> Made:
    stem, told = asking.plain()
    text = stem.text
    for name, value in variables.values.items():
        for written in (f"[{name}]", f"\\[{name}\\]"):
            text = text.replace(written, value)
    made = ours.short_answer(replace(stem, text=text), [variables.answer], *variables.notes)
    return _told(made, told)


# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────


def _is_gap(asking: Asking, asked: Response) -> bool:
    return asked.typed or _mark(asked) in material.html(asking.presentation)


def _mark(asked: Response) -> str:
    """Canvas writes `[color]` in the text for the response `response_color`."""
    return f"[{asked.ident.removeprefix('response_')}]" if asked.kind == "lid" else "\0"


def _in_the_middle(asking: Asking) -> bool:
    """Whether words follow the place for the answer."""
    _, _, after = material.html(asking.presentation, lambda _node: "\0").rpartition("\0")
    return bool(words(after))


def _gaps(asking: Asking) -> Made:
    html = material.html(asking.presentation, lambda node: _gap(response(node)))
    notes: list[str] = []
    blanks: list[tuple[str, list[str]]] = []
    for each in asking.asked:
        if each.typed:
            accepted, told = _accepted(asking, each)
            notes += told
        else:
            accepted, offered = _of_labels(asking, each)
            behind = f" ({' / '.join(map(escape, offered))})" if offered else ""
            html = html.replace(_mark(each), GAP.format(escape(_name(each))) + behind, 1)
            notes += ["what a gap offers to choose from stands behind it"] if offered else []
        blanks.append((_name(each), accepted))
    stem, told_of_text = asking.with_text(html)
    return _told(ours.fill_in_blank(stem, blanks, *notes), told_of_text)


def _gap(asked: Response) -> str:
    return f"{asked.prompt}{asked.around}{GAP.format(escape(_name(asked)))}" if asked.typed else ""


def _name(asked: Response) -> str:
    return asked.ident.removeprefix("response_") or "gap"


def _of_labels(asking: Asking, asked: Response) -> tuple[list[str], list[str]]:
    """(accepted, offered) of a gap written with labels: Canvas lists what it accepts, or what it offers."""
    texts = {label.ident: words(label.html) for label in asked.labels}
    offers = any(label.kind in _OFFERED for label in asked.labels)
    if asking.kind == "blanks" and not offers:
        return list(texts.values()), []
    worth = asking.scoring.worth(asked.ident)
    right = [text for ident, text in texts.items() if worth.get(ident, 0) > 0]
    return right, [text for text in texts.values() if text]


# ── choices ──────────────────────────────────────────────────────────────────────────────────────


def _offered(asking: Asking, asked: Response) -> Made:
    """One response with labels: a choice, an order, or nothing of ours."""
    if asked.kind == "xy" or asked.rendering == "render_hotspot":
        raise UnfitError("places in a picture to point at (hot spot)")
    if asked.kind == "grp":
        return _grouped(asking, asked)
    if not asked.labels:
        raise UnfitError(f"a {asked.node.name} with nothing to choose from")
    if asked.cardinality == "Ordered" or asking.kind == "ordering":
        return _ordered(asking, asked)
    return _choice(asking, asked)


def _choice(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    worth = asking.scoring.worth(asked.ident)
    several = asked.cardinality == "Multiple"
    best = max((worth.get(label.ident, Decimal(0)) for label in asked.labels), default=Decimal(0))
    right = {
        label.ident
        for label in asked.labels
        if worth.get(label.ident, 0) > 0 and (several or worth[label.ident] == best)
    }
    notes = []
    if any(0 < worth.get(label.ident, 0) < best for label in asked.labels):
        notes.append(_ALL_RIGHT if several else _BEST_RIGHT)
    if len(right) > 1 and not several:
        notes.append("any one of the right answers is enough in the source")
    answer = _truth(asking, asked, right)
    if answer is not None:
        return _told(ours.true_false(stem, answer=answer), (*told, *notes))
    choices = [_option(asking, label, correct=label.ident in right, notes=notes) for label in asked.labels]
    return _told(ours.choice(stem, choices), (*told, *notes))


def _option(asking: Asking, label: Label, *, correct: bool, notes: list[str]) -> Choice:
    picture = asking.texts.picture(label.html)
    if picture:
        return Choice(label.ident, "", correct, picture)
    page = asking.texts.text(label.html)
    notes += page.notes
    return Choice(label.ident, page.text, correct)


def _truth(asking: Asking, asked: Response, right: set[str]) -> bool | None:
    """The right answer of a question whose two labels say "True" and "False"; None for any other."""
    says = {label.ident: words(label.html).lower() for label in asked.labels}
    if asking.kind != "true_false" or len(says) != 2 or len(right) != 1:
        return None
    first, second = says.values()
    if not ((first in _TRUE and second in _FALSE) or (first in _FALSE and second in _TRUE)):
        return None
    (ident,) = right
    return says[ident] in _TRUE


def _ordered(asking: Asking, asked: Response) -> Made:
    stem, told = asking.plain()
    labels = {label.ident: label for label in asked.labels}
    order = [ident for ident in asking.scoring.order(asked.ident) if ident in labels]
    if len(order) < 2:
        raise UnfitError("things to put in order, and no order that is right")
    items = [(ident, asking.texts.text(labels[ident].html)) for ident in order]
    notes = [note for _, page in items for note in page.notes]
    return _told(ours.ordering(stem, [(ident, page.text) for ident, page in items]), (*told, *notes))


# ── pairs ────────────────────────────────────────────────────────────────────────────────────────


def _is_matching(asked: list[Response]) -> bool:
    """Several choices that offer the same labels, each with a left side of its own."""
    if len(asked) < 2 or any(each.kind not in ("lid", "grp") or not each.labels for each in asked):
        return False
    if not any(each.prompt for each in asked):
        return False
    offered = [{label.ident for label in each.labels} for each in asked]
    most = max(offered, key=len)
    return len(most) > 1 and all(idents <= most for idents in offered)


def _matching(asking: Asking) -> Made:
    stem, told = asking.with_text(material.html(asking.presentation))
    labels = {label.ident: label for each in asking.asked for label in each.labels}
    pairs: list[tuple[str, str, str]] = []
    notes = list(told)
    sorting = any(each.cardinality == "Multiple" for each in asking.asked)
    for each in asking.asked:
        worth = asking.scoring.worth(each.ident)
        right = [
            ident
            for ident in labels
            if worth.get(ident, 0) > 0 and ident in {label.ident for label in each.labels}
        ]
        for ident in right if sorting else right[:1]:
            left, own = _text(asking, each.prompt, notes), _text(asking, labels[ident].html, notes)
            pairs.append((ident, own, left) if sorting else (each.ident, left, own))
            notes += (
                [] if pairs[-1][1] and pairs[-1][2] else ["pairs without a left or a right side: left out"]
            )
        if not right and not sorting:
            notes.append(f"nothing belongs to {words(each.prompt)!r} in the source: left out")
    pairs = [pair for pair in pairs if pair[1] and pair[2]]
    if not pairs:
        raise UnfitError("pairs to match, and none of them is right")
    rest = [] if sorting else [(ident, _text(asking, label.html, notes)) for ident, label in labels.items()]
    unused = [
        words(label.html) for ident, label in labels.items() if ident not in {pair[0] for pair in pairs}
    ]
    if sorting and unused:
        notes.append(f"belongs to no group, left out: {', '.join(unused)}")
    return _told(ours.matching(stem, pairs, rest), notes)


def _grouped(asking: Asking, asked: Response) -> Made:
    """`response_grp`: labels of one list are matched with each other, each pair as "left,right"."""
    stem, told = asking.plain()
    labels = {label.ident: label for label in asked.labels}
    notes = list(told)
    pairs = []
    for leaf in asking.scoring.right(asked.ident):
        left, _, right = leaf.value.partition(",")
        if left.strip() in labels and right.strip() in labels:
            sides = (labels[side.strip()].html for side in (left, right))
            pairs.append((leaf.value, *(_text(asking, side, notes) for side in sides)))
    if not pairs:
        raise UnfitError("pairs to match, and none of them is right")
    return _told(ours.matching(stem, [(name, left, right) for name, left, right in pairs]), notes)


def _text(asking: Asking, html: str, notes: list[str]) -> str:
    page = asking.texts.text(html)
    notes += page.notes
    return page.text


def _introduction(node: Node) -> str:
    asked = response(node)
    return f"{asked.prompt}{asked.around}"


def _told(made: Made, notes: Iterable[str]) -> Made:
    return Made(made.question, tuple(dict.fromkeys((*made.notes, *notes))))
