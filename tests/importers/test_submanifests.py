"""Manifests inside a manifest: taken in where an item stands for them, and never in a circle."""

from __future__ import annotations

import pytest

from schemas.findings import RefusedError
from schemas.model import Resource
from tests.importers.packages import PAGE, Imported, imported, manifest

_FILES = {"index.html": PAGE, "sub/index.html": PAGE, "sub/deep/index.html": PAGE}


def _sub(identifier: str, items: str, *, more: str = "", base: str = "sub/", title: str = "Inner") -> str:
    return (
        f'<manifest identifier="{identifier}" xml:base="{base}"><organizations default="O">'
        f'<organization identifier="X"><title>Other</title><item identifier="X1" identifierref="R"><title>X1</title></item></organization>'
        f'<organization identifier="O"><title>{title}</title>{items}</organization></organizations>'
        f'<resources><resource identifier="R" type="webcontent" href="index.html"/></resources>{more}</manifest>'
    )


def _item(identifier: str, reference: str = "R") -> str:
    return f'<item identifier="{identifier}" identifierref="{reference}"><title>{identifier}</title></item>'


def _read(items: str, *subs: str) -> Imported:
    text = manifest(items=items).replace("</manifest>", "".join(subs) + "</manifest>")
    return imported(text, _FILES)


def _found(done: Imported) -> list[tuple[str, str]]:
    return [
        (content.key, content.launch.href)
        for course in done.bundle.courses
        for content in course.contents()
        if isinstance(content, Resource) and content.launch
    ]


def test_an_item_that_stands_for_a_sub_manifest_gets_its_default_organization_as_children() -> None:
    done = _read(_item("A") + _item("B", "SUB"), _sub("SUB", _item("I") + _item("J")))
    course = next(course for course in done.bundle.courses if course.key == "org")
    assert [(section.title, [each.key for each in section.contents]) for section in course.sections] == [
        ("Course", ["a"]),
        ("B", ["sub-i", "sub-j"]),
    ]
    assert done.fate("organization", "SUB/O") == ("changed", "its items stand at item B")
    assert ("sub-i", "sub/index.html") in _found(done)


def test_organizations_that_no_item_stands_for_are_courses_of_their_own() -> None:
    done = _read(_item("A"), _sub("SUB", _item("I")))
    assert [course.key for course in done.bundle.courses] == ["org", "sub-o", "sub-x"]
    (program,) = done.bundle.programs
    assert [(each.course, each.required) for each in program.courses] == [
        ("org", True),
        ("sub-x", False),
        ("sub-o", False),
    ]


def test_sub_manifests_of_sub_manifests_add_up_their_names_and_bases() -> None:
    deep = _sub("DEEP", _item("K"), base="deep/")
    done = _read(_item("B", "SUB"), _sub("SUB", _item("I") + _item("D", "DEEP"), more=deep))
    assert ("sub-deep-k", "sub/deep/index.html") in _found(done)
    assert done.fate("organization", "SUB/DEEP/O") == ("changed", "its items stand at item D")


def test_an_item_may_refer_to_a_resource_of_a_sub_manifest() -> None:
    sub = (
        _sub("SUB", _item("I"))
        .replace('identifier="R" type', 'identifier="ONLY" type')
        .replace('ref="R"', 'ref="ONLY"')
    )
    assert ("b", "sub/index.html") in _found(_read(_item("A") + _item("B", "ONLY"), sub))


@pytest.mark.parametrize("reference", ["example.course", "SUB"])
def test_a_sub_manifest_that_leads_back_out_is_refused(reference: str) -> None:
    with pytest.raises(RefusedError, match="CW512"):
        _read(_item("B", "SUB"), _sub("SUB", _item("I", reference)))


def test_a_sub_manifest_stands_at_one_item_so_that_none_grows_without_end() -> None:
    bomb = ""
    for level in range(30, 0, -1):
        inner = f"S{level + 1}" if bomb else "R"
        bomb = _sub(f"S{level}", _item("I", inner) + _item("J", inner), more=bomb)
    with pytest.raises(RefusedError, match="CW512"):
        _read(_item("B", "S1"), bomb)


def test_sub_manifests_without_a_name_or_with_one_name_are_refused() -> None:
    for name in ("", "SUB"):
        with pytest.raises(RefusedError, match=r"CW51[34]"):
            _read(_item("A"), _sub(name, _item("I")), _sub(name, _item("I")))
