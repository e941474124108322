"""Files in the texts of a quiz: each text says where the file stands, whatever element showed it."""

from __future__ import annotations

import pytest

from importers.shared.figures import NOTE, Figures


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<audio controls src="a.mp3"></audio>', "(file 1)"),
        ('<video><source src="a.mp4"></video>', "(file 1)"),
        ('<p>See <a href="a.pdf">the table</a> now.</p>', "See (file 1) the table now."),
        ('<object data="a.png" type="image/png">a map</object>', "(picture 1)"),
        ('<p>What is <img src="a.png"> here?</p>', "What is (picture 1) here?"),
    ],
)
def test_a_text_says_which_file_belongs_there(html: str, text: str) -> None:
    page = Figures(lambda _tag, address: f"media/{address}").text(html)
    assert page.text == text
    assert NOTE in page.notes


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ('<img src="a.png">', "media/a.png"),
        ('<p><img alt="x" src="a.png"/></p>', "media/a.png"),
        ('<p>See <img src="a.png"></p>', None),
        ("text", None),
    ],
)
def test_a_text_that_is_a_picture_alone_can_be_shown_as_one(html: str, path: str | None) -> None:
    assert Figures(lambda _tag, address: f"media/{address}").picture(html) == path


def test_a_picture_on_the_web_is_no_file_of_the_bundle() -> None:
    assert Figures(lambda _tag, address: address).picture('<img src="https://example.com/a.png">') is None
