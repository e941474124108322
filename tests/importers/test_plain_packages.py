"""IMS content packages without SCORM: pages that talk to no platform. Those of other formats are left to others."""

from __future__ import annotations

import pytest

from importers import scorm
from schemas.model import Resource
from tests.importers.packages import PAGE, MemorySource, taken

_NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"


def _plain(
    namespace: str = _NAMESPACE, *, kind: str = "webcontent", organizations: str | None = None, more: str = ""
) -> str:
    own = f'xmlns="{namespace}"' if namespace else ""
    if organizations is None:
        organizations = (
            '<organizations><organization identifier="ORG"><title>Course</title>'
            '<item identifier="A" identifierref="R"><title>A</title></item>'
            '<item identifier="B" identifierref="W"><title>B</title></item></organization></organizations>'
        )
    return (
        f'<manifest identifier="example.plain" {own} {more}><metadata><schema>IMS Content</schema>'
        f"<schemaversion>1.1.3</schemaversion></metadata>{organizations}<resources>"
        f'<resource identifier="R" type="{kind}" href="index.html"/>'
        '<resource identifier="W" type="webcontent" href="http://example.org/x"/></resources></manifest>'
    )


@pytest.mark.parametrize(
    "namespace",
    [
        _NAMESPACE,
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "http://www.imsproject.org/xsd/ims_cp_rootv1p1",
        "http://www.imsproject.org/content",
        "",
    ],
)
def test_pages_without_a_run_time_are_launched_as_html_oddity_14(namespace: str) -> None:
    done = taken({"imsmanifest.xml": _plain(namespace), "index.html": PAGE})
    page, link = done.contents
    assert isinstance(page, Resource)
    assert isinstance(link, Resource)
    assert page.launch is not None
    assert (page.launch.standard, page.launch.href) == ("html", "index.html")
    assert (link.url, link.launch) == ("http://example.org/x", None)


def test_a_package_of_resources_alone_gives_a_page_for_each_oddity_24() -> None:
    done = taken({"imsmanifest.xml": _plain(organizations=""), "index.html": PAGE})
    assert [content.key for content in done.contents] == ["r", "w"]


@pytest.mark.parametrize(
    "text",
    [
        _plain("http://www.imsglobal.org/xsd/imsccv1p2/imscp_v1p1"),
        _plain("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"),
        _plain(kind="imsqti_item_xmlv2p1"),
        _plain(kind="imscc_xmlv1p0/learning-application-resource"),
        _plain(kind="associatedcontent/imscc_xmlv1p1/learning-application-resource"),
        _plain(more='xmlns:d2l_2p0="http://desire2learn.com/xsd/d2lcp_v2p0" xmlns:s="http://www.adlnet.org/xsd/adlcp_rootv1p2"'),
        _plain("", more='xmlns:bb="http://www.blackboard.com/content-packaging/"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_manifests_of_cartridges_question_banks_and_lms_exports_are_left_to_their_readers(
    text: str, encoding: str
) -> None:
    assert not scorm.detect(MemorySource({"imsmanifest.xml": text.encode(encoding)}))


def test_a_namespace_that_is_declared_and_not_used_decides_nothing() -> None:
    text = _plain(more='xmlns:imsqti="http://www.imsglobal.org/xsd/imsqti_v2p1"')
    assert scorm.detect(MemorySource({"imsmanifest.xml": text.encode()}))
