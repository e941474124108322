"""Foreign XML: what is read, where it says things are, and what is refused before it can do harm."""

from __future__ import annotations

import pytest

from importers.shared.xml import MAX_BYTES, Document, parse
from schemas.findings import RefusedError


def test_elements_know_line_and_column_even_when_their_tag_spans_lines() -> None:
    document = parse(
        b'<?xml version="1.0"?>\r\n<a>\r\n  <!-- <no/> --><b\r\n x="1"/><![CDATA[<no>]]><c/>\r\n</a>', "a.xml"
    )
    places = {node.name: (node.location.line, node.location.column) for node in document.root.walk()}
    assert places == {"a": (2, 1), "b": (3, 17), "c": (4, 25)}


def test_text_is_whole_across_comments_and_cdata() -> None:
    root = parse(b"<a>one<!-- x --> <![CDATA[<two>]]><b>not</b> three &lt;</a>", "a.xml").root
    assert root.text == "one <two> three <"


def test_a_path_and_the_source_line_come_with_a_place() -> None:
    document = parse(b"<a>\n <b/>\n</a>", "a.xml")
    (b,) = document.root.children
    assert b.location.path == "/a/b"
    assert document.line(b.location) == " <b/>"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-16", "utf-16"),
        ("ISO-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("GB2312", "gb2312"),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_the_encodings_that_tools_write_are_read(declared: str, codec: str) -> None:
    word = "中" if codec == "gb2312" else "é"
    data = f'<?xml version = "1.0" encoding = "{declared}"?><a>{word}</a>'.encode(codec)
    assert parse(data, "a.xml").root.text == word


def test_a_doctype_is_never_loaded_but_named() -> None:
    document = parse(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "a.xml")
    assert [name for name, _ in document.disobeyed] == ["<!DOCTYPE"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("<a>&nbsp;</a>", "CW503", "'nbsp'"),
        ('<!DOCTYPE a SYSTEM "x"><a>&nbsp;</a>', "CW503", "'nbsp'"),
        ('<!DOCTYPE a SYSTEM "x"><a b="&copy;"/>', "CW503", "'copy'"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "CW504", "<!DOCTYPE"),
        ("<!DOCTYPE a SYSTEM '<!--' [<!ENTITY x 'y'>]><a>&x;<!-- --></a>", "CW504", "<!DOCTYPE"),
        ("<!DOCTYPE a [<!ATTLIST a href CDATA 'x'>]><a/>", "CW504", "<!DOCTYPE"),
        ('<?xml version="1.1"?><a/>', "CW502", "'1.1'"),
        ('<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-', "CW501", "'utf-7'"),
        ("<a>" * 101 + "</a>" * 101, "CW505", "levels of nesting"),
        (f"<a>{'x' * 70_000}</a>", "CW505", "characters of text"),
        (f'<a b="{"x" * 70_000}"/>', "CW505", "characters in one tag"),
        ("<a>" + "<b/>" * 200_000 + "</a>", "CW505", "elements, comments"),
        ("<a><b></a>", "CW503", "mismatch"),
        ("<a " + "<" * 100_000, "CW503", ""),
        ("<!--" * 100_000, "CW503", ""),
        ('<a b="' * 100_000, "CW503", ""),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_was_found(text: str, code: str, words: str) -> None:
    finding = _refusal(text.encode())
    assert finding[0] == code
    assert words in finding[1]


def test_a_wrong_byte_is_named_with_its_line() -> None:
    assert _refusal(b"<a>\n\n\xff</a>") == ("CW501", "byte 0xFF, which is not UTF-8", 3)


def test_size_is_judged_before_anything_is_read() -> None:
    assert _refusal(b"\xff" * (MAX_BYTES + 1))[0] == "CW505"


def _refusal(data: bytes) -> tuple[str, str, int | None]:
    with pytest.raises(RefusedError) as refused:
        _never(parse(data, "a.xml"))
    (finding,) = refused.value.findings
    assert finding.mend
    return finding.rule.code, finding.found, finding.location.line


def _never(document: Document) -> None:
    pytest.fail(f"was read: {document.root.name}")
