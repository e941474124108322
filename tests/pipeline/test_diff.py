"""Word diffs: nothing is lost, and what changed stands out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.show.diff import Piece, shortened, words

TEXTS = st.lists(st.sampled_from(["one ", "two", " ", "\n", "three. ", "漢", "字", "é, "]), max_size=12).map(
    "".join
)


@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "old") == new
    assert all(piece.text for piece in pieces)


def test_only_the_words_that_changed_are_marked() -> None:
    assert words("Collect your badge here.", "Fetch your badge there.") == [
        Piece("old", "Collect"),
        Piece("new", "Fetch"),
        Piece("same", " your badge "),
        Piece("old", "here"),
        Piece("new", "there"),
        Piece("same", "."),
    ]


def test_scripts_without_spaces_are_compared_by_the_character() -> None:
    assert words("消火器の場所", "消火栓の場所") == [
        Piece("same", "消火"),
        Piece("old", "器"),
        Piece("new", "栓"),
        Piece("same", "の場所"),
    ]


def test_what_stayed_is_shortened_on_the_sides_of_a_difference_only() -> None:
    pieces = words(
        "a " * 50 + "x " + "b " * 50 + "y " + "c " * 50, "a " * 50 + "z " + "b " * 50 + "q " + "c " * 50
    )
    assert [piece.text for piece in shortened(pieces, 4)] == [
        "…a a ", "x", "z", " b b…b b ", "y", "q", " c c…",
    ]  # fmt: skip


def test_two_long_texts_that_have_nothing_in_common_do_not_take_for_ever() -> None:
    old, new = "same a " * 20_000, "b same " * 20_000
    assert [piece.kind for piece in words(f"{old}end", f"{new}fin")] == ["old", "new"]
