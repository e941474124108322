"""Several responses that share their labels, and groups of pairs → matching."""

from __future__ import annotations

from importers.shared import questions as ours
from importers.shared.pages import words
from importers.shared.qti12.asking import Asking, markdown, noted
from importers.shared.qti12.responses import Response
from importers.shared.questions import Made, UnfitError


def is_matching(asked: list[Response]) -> bool:
    """Several choices that offer the same labels, each with a left side of its own."""
    if len(asked) < 2 or any(each.kind not in ("lid", "grp") or not each.labels for each in asked):
        return False
    if not any(each.prompt for each in asked):
        return False
    offered = [{label.ident for label in each.labels} for each in asked]
    most = max(offered, key=len)
    return len(most) > 1 and all(idents <= most for idents in offered)


def matching(asking: Asking) -> Made:
    stem, told = asking.with_text(asking.shown)
    labels = {label.ident: label for each in asking.asked for label in each.labels}
    pairs: list[tuple[str, str, str]] = []
    notes = list(told)
    sorting = any(each.cardinality == "Multiple" for each in asking.asked)
    for each in asking.asked:
        worth = asking.scoring.worth(each.ident)
        right = list(dict.fromkeys(label.ident for label in each.labels if worth.get(label.ident, 0) > 0))
        for ident in right if sorting else right[:1]:
            left, own = markdown(asking, each.prompt, notes), markdown(asking, labels[ident].html, notes)
            pairs.append((ident, own, left) if sorting else (each.ident, left, own))
            notes += (
                [] if pairs[-1][1] and pairs[-1][2] else ["pairs without a left or a right side: left out"]
            )
        if not right and not sorting:
            notes.append(f"nothing belongs to {words(each.prompt)!r} in the source: left out")
    pairs = [pair for pair in pairs if pair[1] and pair[2]]
    if not pairs:
        raise UnfitError("pairs to match, and none of them is right")
    rest = (
        [] if sorting else [(ident, markdown(asking, label.html, notes)) for ident, label in labels.items()]
    )
    used = {pair[0] for pair in pairs}
    unused = [words(label.html) for ident, label in labels.items() if ident not in used]
    if sorting and unused:
        notes.append(f"belongs to no group, left out: {', '.join(unused)}")
    return noted(ours.matching(stem, pairs, rest), notes)


def grouped(asking: Asking, asked: Response) -> Made:
    """`response_grp`: labels of one list are matched with each other, each pair as "left,right"."""
    stem, told = asking.plain()
    labels = {label.ident: label for label in asked.labels}
    notes = list(told)
    pairs = []
    for leaf in asking.scoring.right(asked.ident):
        left, _, right = leaf.value.partition(",")
        if left.strip() in labels and right.strip() in labels:
            sides = (labels[side.strip()].html for side in (left, right))
            pairs.append((leaf.value, *(markdown(asking, side, notes) for side in sides)))
    if not pairs:
        raise UnfitError("pairs to match, and none of them is right")
    return noted(ours.matching(stem, [(name, left, right) for name, left, right in pairs]), notes)
