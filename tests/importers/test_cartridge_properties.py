"""Whatever a cartridge says: it is refused with findings, or it becomes a bundle that checks clean."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import cartridge
from schemas.findings import RefusedError, Report
from tests.importers.bundle.sources import PNG
from tests.importers.cartridges import (
    CANVAS,
    LAR,
    QUIZ,
    bundle_files,
    depends,
    html,
    module,
    modules,
    package,
    placed,
    question,
    quiz,
    quiz_meta,
    resource,
)
from tests.importers.packages import MemorySource

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
)
_NAMES = st.sampled_from(["a", "A", "a (2)", "kept", "cartridge.settings", "x" * 200, "第一", ""]) | _TEXT
_REFERENCES = st.sampled_from(
    ["page", "quiz", "talk", "task", "link", "file", "odd", "NOWHERE", "meta", "", ""]
)
_ADDRESSES = st.sampled_from(
    ["$WIKI_REFERENCE$/pages/start", "$CANVAS_OBJECT_REFERENCE$/quizzes/quiz", "%24IMS-CC-FILEBASE%24/p%23.png", "$IMS-CC-FILEBASE$../x",
     "data:image/png;base64,AAAA", "javascript:x", "//h/x", "/x", "../../../x", "#content:none", "@X@EmbeddedFile.location@X@p.png", "%"]
)  # fmt: skip
_STATES = st.sampled_from(["active", "unpublished", ""])


@st.composite
def _items(draw: st.DrawFn, depth: int = 2) -> str:
    items = []
    for _ in range(draw(st.integers(0, 3))):
        below = draw(_items(depth - 1)) if depth and draw(st.booleans()) else ""
        title = f"<title>{escape(draw(_TEXT))}</title>" if draw(st.booleans()) else ""
        items.append(
            f"<item identifier={quoteattr(draw(_NAMES))} identifierref={quoteattr(draw(_REFERENCES))}"
            f' isvisible="{draw(st.sampled_from(["true", "false"]))}">{title}{below}</item>'
        )
    return "".join(items)


@st.composite
def _modules(draw: st.DrawFn) -> str:
    """Modules that know some of the items, and others."""
    made = []
    for _ in range(draw(st.integers(0, 2))):
        lines = [
            placed(
                escape(draw(_NAMES), {'"': "&quot;"}),
                "WikiPage",
                escape(draw(_TEXT)),
                f"<identifierref>{draw(_REFERENCES)}</identifierref><url>{draw(st.sampled_from(['', 'https://example.com', 'x:y']))}</url>",
                draw(_STATES),
            )
            for _ in range(draw(st.integers(0, 3)))
        ]
        made.append(
            module(
                escape(draw(_NAMES), {'"': "&quot;"}),
                escape(draw(_TEXT)),
                "".join(lines),
                state=draw(_STATES),
            )
        )
    return modules(*made)


def _source(items: str, meta: str, addresses: list[str], title: str, odd: bytes) -> MemorySource:
    links = "".join(
        f'<a href="{escape(each)}">{escape(title)}</a><img src="{escape(each)}">' for each in addresses
    )
    listed = (
        resource("page", "wiki_content/start.html")
        + resource("quiz", "q.xml", kind=QUIZ, inside=depends("meta"))
        + resource("meta", "q/assessment_meta.xml", kind=LAR)
        + resource("talk", "t.xml", kind="imsdt_xmlv1p1")
        + resource("task", "x.html", "assignment_settings.xml", kind=LAR)
        + resource("link", "w.xml", kind="imswl_xmlv1p1")
        + resource("file", "web_resources/p#.png")
        + resource("odd", "odd.bin", kind="something/else")
    )
    return package(
        items,
        listed,
        {
            "course_settings/module_meta.xml": meta,
            "wiki_content/start.html": html(escape(title), links),
            "q.xml": quiz("q", escape(title, {'"': "&quot;"}), question("x", escape(escape(links)))),
            "q/assessment_meta.xml": quiz_meta(escape(title), "<allowed_attempts>-1</allowed_attempts>"),
            "t.xml": f"<topic><title>{escape(title)}</title><text>{escape(links)}</text></topic>",
            "x.html": html(escape(title), links),
            "assignment_settings.xml": f"<assignment {CANVAS}><points_possible>{escape(title)}</points_possible></assignment>",
            "w.xml": f'<webLink><title/><url href="{escape(addresses[0] if addresses else title, {chr(34): "&quot;"})}"/></webLink>',
            "web_resources/p#.png": PNG,
            "odd.bin": odd,
        },
    )  # fmt: skip


@given(_items(), _modules(), st.lists(_ADDRESSES | _TEXT, max_size=3), _TEXT, st.binary(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_cartridge_is_refused_in_words_or_becomes_a_clean_bundle(
    items: str, meta: str, addresses: list[str], title: str, odd: bytes
) -> None:
    try:
        reading = cartridge.read(_source(items, meta, addresses, title, odd), Report())
    except RefusedError:
        return
    with TemporaryDirectory() as folder:
        bundle_files(reading, Path(folder))


@given(
    st.sampled_from(
        ["q.xml", "t.xml", "w.xml", "course_settings/module_meta.xml", "wiki_content/start.html"]
    ),
    st.binary(max_size=200),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_in_a_file_leave_the_others_alone(name: str, data: bytes) -> None:
    items = '<item identifier="m"><title>M</title><item identifier="i" identifierref="file"/></item>'
    source = _source(items, modules(), [], "T", b"x")
    report = Report()
    reading = cartridge.read(MemorySource({**source.files, name: data}), report)
    assert any(each.key == "p-.png" for each in reading.bundle.courses[0].contents())
    with TemporaryDirectory() as folder:
        bundle_files(reading, Path(folder))
