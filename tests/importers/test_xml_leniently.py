"""Damaged XML is read as far as it goes, and every guess is named; large XML is read a record at a time."""

from __future__ import annotations

import io

import pytest

from importers.shared.markup import inner_html
from importers.shared.xml import CONTENT, Limits, parse, parse_leniently
from importers.shared.xml_stream import pruned, records
from schemas.findings import RefusedError


def test_sound_documents_are_read_strictly_and_need_no_repair() -> None:
    document = parse_leniently(b"<a>\n <b/></a>", "a.xml")
    assert document.repairs == ()
    assert document.root.children[0].location.column == 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<a><b>one</a>", "one"),
        (b"<a><b>one &nbsp; two</b></a>", "one  two"),
        (b"<a><b>caf\xe9</b></a>", "caf\ufffd"),
        (b"<a><b>x\x01y</b></a>", "x\ufffdy"),
        (b"<a><b>R&D</b></a>", "R"),
    ],
)
def test_damaged_documents_are_read_and_every_guess_is_named(data: bytes, text: str) -> None:
    document = parse_leniently(data, "a.xml")
    (b,) = document.root.children
    assert b.text.startswith(text)
    assert document.repairs
    assert all(what and place.file == "a.xml" for what, place in document.repairs)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "CW503"),
        (b"no markup", "CW503"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;<b></a>", "CW504"),
        (b"<a>" * 200, "CW505"),
    ],
)
def test_what_is_dangerous_or_nothing_at_all_is_refused_leniently_too(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_leniently(data, "a.xml")
    assert {finding.rule.code for finding in refused.value.findings} == {code}


def test_a_brace_in_a_namespace_is_read_as_it_stands() -> None:
    """libxml2 mends it, and lxml then does not find the attribute by the name it gives it."""
    root = parse_leniently(b'<a xmlns:x="http:/}y"><b x:c="1"/></a>', "a.xml").root
    assert list(root.children[0].attributes.values()) == ["1"]


def test_long_texts_are_a_matter_of_the_limits() -> None:
    data = b"<a>" + b"x" * 100_000 + b"</a>"
    with pytest.raises(RefusedError):
        parse(data, "a.xml")
    assert len(parse(data, "a.xml", CONTENT).root.text) == 100_000


def test_mixed_content_is_written_again_as_it_was() -> None:
    html = 'A &lt; <b class="x">B<br>C</b> D<i></i> E'
    root = parse(f"<q>{html.replace('<br>', '<br/>')}</q>".encode(), "a.xml").root
    assert inner_html(root) == html
    assert inner_html(root, lambda node: "[gap]" if node.name == "b" else None) == "A &lt; [gap] D<i></i> E"


def test_records_come_one_by_one_with_their_lines() -> None:
    data = b"<?xml version='1.0' encoding='UTF-8'?>\n<qs><q id='1'><t>one</t></q>\n<x/><q id='2'><q id='3'/></q></qs>"
    found = list(records(io.BytesIO(data), "q.xml", ["q"]))
    assert [(node.attributes["id"], node.location.line) for node in found] == [("1", 2), ("2", 3)]
    assert found[1].children[0].attributes == {"id": "3"}


def test_records_are_told_what_they_stand_in_when_that_begins() -> None:
    data = b"<cs><c id='1'><name>one</name><q id='2'/></c><c id='3'><q id='4'><c id='5'/></q></c></cs>"
    found = list(records(io.BytesIO(data), "q.xml", ["q", "name"], around=["c"]))
    assert [(node.name, node.attributes.get("id", node.text)) for node in found] == [
        ("c", "1"),
        ("name", "one"),
        ("q", "2"),
        ("c", "3"),
        ("q", "4"),
    ]


def test_a_document_is_read_without_what_fills_it_and_from_a_file_that_cannot_go_back() -> None:
    class OneWay(io.BytesIO):
        def seek(self, _offset: int, _whence: int = 0) -> int:
            raise io.UnsupportedOperation

    many = b"<a id='1'>x<b>y</b></a>" * 1000
    data = b"<quiz><name>Q</name><attempts>" + many + b"</attempts>tail<end/></quiz>"
    root = pruned(OneWay(data), "quiz.xml", ["attempts"], Limits(nodes=50))
    assert [(node.name, node.text, len(node.children)) for node in root.children] == [
        ("name", "Q", 0),
        ("attempts", "", 0),
        ("end", "", 0),
    ]
    assert root.children[1].tail == "tail"
    with pytest.raises(RefusedError):
        pruned(OneWay(data), "quiz.xml", [], Limits(nodes=50))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a><q/>", "CW503"),
        (b"<a><q>&x;</q></a>", "CW503"),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a><q>&x;</q></a>", "CW504"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "CW503"),
        (b"<a>" * 200, "CW505"),
        (b"<a><q>" + b"<b/>" * 60 + b"</q></a>", "CW505"),
        (b"<a><q>" + b"x" * 2000 + b"</q></a>", "CW505"),
    ],
)
def test_a_stream_is_refused_for_the_same_reasons(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        list(records(io.BytesIO(data), "q.xml", ["q"], Limits(nodes=50, text=1000)))
    assert [finding.rule.code for finding in refused.value.findings] == [code]


@pytest.mark.parametrize("uri", ["http}x", "{", "}"])
def test_a_namespace_with_braces_in_it_is_a_repair(uri: str) -> None:
    """Attributes of such names are listed by lxml, which cannot look them up."""
    document = parse_leniently(f'<a xmlns:x="{uri}" x:y="1" z="2"/>'.encode(), "a.xml")
    assert sorted(document.root.attributes.values()) == ["1", "2"]
    assert document.repairs
