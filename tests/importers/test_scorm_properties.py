"""Whatever a manifest says: it is refused with findings, or it becomes a bundle that checks clean."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import scorm
from schemas.findings import RefusedError, Report
from tests.importers.corpus import require_clean
from tests.importers.packages import PAGE, RESOURCE, manifest, package

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)
_ODD_NAMES = st.sampled_from(["A", "a", "Ä", "第一", "x" * 200, "b:c,d", "con", "i d", ""]) | _TEXT
_NAMES = st.one_of(_ODD_NAMES, *[st.integers(0, 99_999).map(lambda number: f"Item_{number}")] * 9)
_REFERENCES = st.sampled_from(["R", "R", "R", "NOWHERE", ""])
_RULES = st.sampled_from(
    ["", "<adlcp:masteryscore>55.5</adlcp:masteryscore>", "<adlcp:maxtimeallowed>0000:00:01</adlcp:maxtimeallowed>",
     "<adlcp:prerequisites>A&amp;B</adlcp:prerequisites>", "<adlcp:timelimitaction/>", "<other/>", "<metadata/>"]
)  # fmt: skip


@st.composite
def _items(draw: st.DrawFn, depth: int = 3) -> str:
    items = []
    for _ in range(draw(st.integers(0 if depth < 3 else 1, 3))):
        below = draw(_items(depth - 1)) if depth and draw(st.booleans()) else ""
        title = f"<title>{escape(draw(_TEXT))}</title>" if draw(st.booleans()) else ""
        items.append(
            f"<item identifier={quoteattr(draw(_NAMES))} identifierref={quoteattr(draw(_REFERENCES))}"
            f' isvisible="{draw(st.sampled_from(["true", "false"]))}" parameters={quoteattr(draw(_TEXT))}>'
            f"{title}{draw(_RULES)}{below}</item>"
        )
    return "".join(items)


@given(items=_items(), title=_TEXT, href=st.just("index.html") | _TEXT, identifier=_NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_manifest_is_refused_in_words_or_becomes_a_clean_bundle(
    items: str, title: str, href: str, identifier: str
) -> None:
    text = manifest(
        items=items,
        title=f"<title>{escape(title)}</title>",
        resources=RESOURCE + f'<resource identifier="S" href={quoteattr(href)}/>',
    ).replace('"example.course"', quoteattr(identifier))
    report = Report()
    try:
        reading = scorm.read(package(text, {"index.html": PAGE, "a b#c.html": PAGE}), report)
    except RefusedError:
        return
    report.close()
    with TemporaryDirectory() as folder:
        require_clean(reading, Path(folder))
