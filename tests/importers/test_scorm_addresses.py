"""Addresses in manifests: the ways tools write the same file, and the ways out of a package."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.shared.hrefs import Directory, danger, is_web, join, with_parameters


@pytest.mark.parametrize(
    ("href", "name", "url"),
    [
        ("a b.html", "a b.html", "a%20b.html"),
        ("a%20b.html", "a b.html", "a%20b.html"),
        ("a%20b.html", "a%20b.html", "a%2520b.html"),
        ("x.html?q=1&r=a%20b#top", "x.html", "x.html?q=1&r=a%20b#top"),
        ("./sub/../x.html", "x.html", "x.html"),
        ("sub\\x.html", "sub/x.html", "sub/x.html"),
        ("Folder#1/!@#$%^&*().html", "Folder#1/!@#$%^&*().html", "Folder%231/!@%23$%25%5E&*().html"),
        ("%E8%8B%B1.html?a", "英.html", "%E8%8B%B1.html?a"),
        (unicodedata.normalize("NFC", "é.html"), unicodedata.normalize("NFD", "é.html"), "e%CC%81.html"),
    ],
)
def test_a_file_is_found_however_its_address_is_written(href: str, name: str, url: str) -> None:
    target = Directory([name, "other.html"]).find(href)
    assert target is not None
    assert (target.name, target.url()) == (name, url)


def test_backslashes_are_read_as_slashes_with_a_word() -> None:
    target = Directory(["a/b.html"]).find("a\\b.html")
    assert target is not None
    assert target.note == "backslashes in the address read as slashes"


def test_case_is_not_guessed_but_told() -> None:
    directory = Directory(["Index.html"])
    assert directory.find("index.HTML") is None
    assert directory.differing_in_case("index.HTML?x") == "Index.html"


@pytest.mark.parametrize(
    "href",
    [
        "../x",
        "a/../../x",
        "%2e%2e/x",
        "%252e%252e/x",
        "..\\x",
        "..%5cx",
        "/etc/passwd",
        "%2fetc/passwd",
        "//host/x",
        "\\\\host\\x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "DATA:text/html,x",
        "jar:http://host/a!/b",
        "C:\\x",
        "a\nb.html",
    ],
)
def test_whatever_leads_out_of_the_package_is_dangerous(href: str) -> None:
    assert danger(href)


@pytest.mark.parametrize(
    "href", ["..x/y", "a/..b", "x.html?next=../../y", "x.html#../..", "https://host/x", "a b/c"]
)
def test_honest_addresses_are_not(href: str) -> None:
    assert danger(href) is None


@given(st.text())
def test_no_address_makes_the_reader_stumble(href: str) -> None:
    directory = Directory(["index.html"])
    found = directory.find(href)
    assert found is None or found.name == "index.html"
    assert danger(href) is None or isinstance(danger(href), str)
    assert is_web(href) in (True, False)


def test_a_base_counts_up_to_its_last_slash() -> None:
    assert join("a/b/", "c.html") == "a/b/c.html"
    assert join("a/b", "c.html") == "a/c.html"
    assert join("a", "c.html") == "c.html"
    assert join("a/", "https://host/c.html") == "https://host/c.html"


@pytest.mark.parametrize(
    ("suffix", "parameters", "expected"),
    [
        ("", "?a=1", "?a=1"),
        ("", "a=1", "?a=1"),
        ("?x", "&a=1", "?x&a=1"),
        ("#f", "?a=1", "?a=1#f"),
        ("", "#f", "#f"),
        ("#e", "#f", "#e"),
        ("?x", " ", "?x"),
    ],
)
def test_parameters_join_a_query_as_the_standard_says(suffix: str, parameters: str, expected: str) -> None:
    assert with_parameters(suffix, parameters) == expected
