"""Orders and pairs → matching; a table to tick → multiple choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from importers.qti import pictures
from importers.qti.asking import Asking, escape_markdown, identifier, line, noted
from importers.qti.declarations import Response
from importers.shared import areas
from importers.shared import questions as ours
from importers.shared.pages import words
from importers.shared.questions import Choice, Made, UnfitError

_MOST_CELLS: Final = 400


def order(asking: Asking) -> Made:
    notes: list[str] = []
    nodes = asking.choices("simpleChoice")
    return _ordered(
        asking, {key: asking.text(asking.writer.inside(node), notes) for key, node in nodes.items()}, notes
    )


def graphic_order(asking: Asking) -> Made:
    named = pictures.named(asking.node, "hotspotChoice")
    return _ordered(asking, {key: escape_markdown(name) for key, name in named.items()}, [areas.NOTE])


def _ordered(asking: Asking, texts: Mapping[str, str], notes: list[str]) -> Made:
    order = [value for value in asking.response.chosen if value in texts]
    if len(order) < 2:
        raise UnfitError("things to put in order, and no order that is right")
    if len(order) < len(texts):
        notes.append("what has no place in the right order is left out")
    return noted(ours.ordering(asking.stem, [(value, texts[value]) for value in order]), notes)


def match(asking: Asking) -> Made:
    sets = [child for child in asking.node.children if child.name == "simpleMatchSet"]
    if len(sets) != 2:
        raise UnfitError(f"{len(sets)} sets to match")
    notes: list[str] = []
    lefts, rights = (
        {
            identifier(node): asking.text(asking.writer.inside(node), notes)
            for node in each.children
            if node.name == "simpleAssociableChoice"
        }
        for each in sets
    )
    return noted(paired(asking, lefts, rights), notes)


def paired(asking: Asking, lefts: Mapping[str, str], rights: Mapping[str, str]) -> Made:
    """Directed pairs as matching; the side whose members are used at most once becomes the left one."""
    pairs = _pairs(asking.response, lefts, rights)
    if not pairs:
        raise UnfitError("pairs to match, and none of them is right")
    if _repeats(left for left, _ in pairs) and not _repeats(right for _, right in pairs):
        pairs, lefts, rights = [(right, left) for left, right in pairs], rights, lefts
    notes = []
    if _repeats(left for left, _ in pairs):
        return _table(asking, pairs, lefts, rights)
    matched, used = {left for left, _ in pairs}, {right for _, right in pairs}
    alone = [text for key, text in lefts.items() if key not in matched]
    if alone:
        notes.append(f"belongs to nothing in the source, left out: {', '.join(map(words, alone))}")
    made = ours.matching(
        asking.stem,
        [(left, lefts[left], rights[right]) for left, right in pairs],
        [(key, text) for key, text in rights.items() if key not in used],
    )
    return noted(made, notes)


def _table(
    asking: Asking, pairs: list[tuple[str, str]], lefts: Mapping[str, str], rights: Mapping[str, str]
) -> Made:
    """A table to tick, with several ticks in rows and in columns: every cell is a choice."""
    if len(lefts) * len(rights) > _MOST_CELLS:
        raise UnfitError(f"a table of {len(lefts)} × {len(rights)} cells to tick")
    ticked = set(pairs)
    cells = [
        Choice(f"{left}.{right}", f"{line(lefts[left])} – {line(rights[right])}", (left, right) in ticked)
        for left in lefts
        for right in rights
    ]
    note = "a table with several right cells in rows and columns: each cell is a choice"
    return noted(ours.choice(asking.stem, cells), [note])


def associate(asking: Asking) -> Made:
    notes: list[str] = []
    nodes = asking.choices("simpleAssociableChoice")
    texts = {key: asking.text(asking.writer.inside(node), notes) for key, node in nodes.items()}
    return noted(_associated(asking, texts), notes)


def graphic_associate(asking: Asking) -> Made:
    named = pictures.named(asking.node, "associableHotspot")
    return noted(
        _associated(asking, {key: escape_markdown(name) for key, name in named.items()}), [areas.NOTE]
    )


def _associated(asking: Asking, texts: Mapping[str, str]) -> Made:
    """Pairs within one set: the first of each pair becomes the left side."""
    pairs = _pairs(asking.response, texts, texts)
    used = {key for pair in pairs for key in pair}
    rest = [(key, text) for key, text in texts.items() if key not in used]
    if not pairs:
        raise UnfitError("pairs to find, and none of them is right")
    made = ours.matching(asking.stem, [(f"{a}.{b}", texts[a], texts[b]) for a, b in pairs], rest)
    return noted(made, ["pairs within one set: the first of each is given, the other is to be found"])


def graphic_gap_match(asking: Asking) -> Made:
    notes: list[str] = []
    spots = {
        key: escape_markdown(name) for key, name in pictures.named(asking.node, "associableHotspot").items()
    }
    gaps = {
        identifier(node): asking.text(pictures.label(node, asking.writer), notes)
        for node in asking.node.walk()
        if node.name in ("gapImg", "gapText")
    }
    return noted(paired(asking, spots, gaps), [*notes, areas.NOTE])


def _pairs(response: Response, lefts: Mapping[str, str], rights: Mapping[str, str]) -> list[tuple[str, str]]:
    """In the order of the left sides. What is correct counts, else what the mapping gives points for."""
    found: dict[tuple[str, str], None] = {}
    for value in response.chosen:
        first, _, second = value.partition(" ")
        if first in lefts and second in rights:
            found[first, second] = None
        elif second in lefts and first in rights:
            found[second, first] = None
    rank = {key: place for place, key in enumerate(lefts)}
    return sorted(found, key=lambda pair: rank[pair[0]])


def _repeats(keys: Iterable[str]) -> bool:
    several = list(keys)
    return len(set(several)) < len(several)
