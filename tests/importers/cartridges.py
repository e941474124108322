"""Cartridges made in a test: a manifest from its parts, files in memory, and what Canvas writes beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from exporters import bundle as writer
from importers import bundle as reader
from importers import cartridge
from pipeline.archives import open_sink, open_source
from schemas.findings import Report
from schemas.source import Reading
from tests.importers.packages import Imported, MemorySource

CANVAS = 'xmlns="http://canvas.instructure.com/xsd/cccv1p0"'
LAR = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
QUIZ = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
HTML = "<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def html(title: str, body: str, head: str = "") -> bytes:
    return HTML.format(title=title, body=body, head=head).encode()


def item(
    identifier: str, title: str = "", reference: str = "", inside: str = "", attributes: str = ""
) -> str:
    referred = f' identifierref="{reference}"' if reference else ""
    titled = f"<title>{title}</title>" if title else ""
    return f'<item identifier="{identifier}"{referred} {attributes}>{titled}{inside}</item>'


def resource(identifier: str, *files: str, kind: str = "webcontent", inside: str = "", href: str = "") -> str:
    """`href` is the first file unless given."""
    listed = "".join(f'<file href="{name}"/>' for name in files)
    start = href or (files[0] if files else "")
    return f'<resource identifier="{identifier}" type="{kind}" href="{start}">{listed}{inside}</resource>'


def depends(identifier: str) -> str:
    return f'<dependency identifierref="{identifier}"/>'


def manifest(
    items: str,
    resources: str,
    *,
    version: str = "1.3",
    title: str = "Knots",
    schema: str = "IMS Common Cartridge",
) -> bytes:
    """A cartridge's manifest with `items` under its root."""
    digit = version.replace(".", "p")
    namespace = f"imsccv{digit}/imscp_v1p1" if version != "1.0" else "imscc/imscp_v1p1"
    record = f"<lom><general><title><string>{title}</string></title></general></lom>" if title else ""
    return (
        f'<manifest identifier="example.cartridge" xmlns="http://www.imsglobal.org/xsd/{namespace}">'
        f"<metadata><schema>{schema}</schema><schemaversion>{version}.0</schemaversion>{record}</metadata>"
        f'<organizations><organization identifier="org_1" structure="rooted-hierarchy">'
        f'<item identifier="root">{items}</item></organization></organizations>'
        f"<resources>{resources}</resources></manifest>"
    ).encode()


def package(items: str, resources: str, files: Mapping[str, bytes | str], **about: str) -> MemorySource:
    written = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    return MemorySource({"imsmanifest.xml": manifest(items, resources, **about), **written})


def imported(source: MemorySource) -> Imported:
    report = Report()
    return Imported(cartridge.read(source, report), report)


def modules(*inside: str) -> str:
    return f"<modules {CANVAS}>{''.join(inside)}</modules>"


def module(identifier: str, title: str, items: str = "", more: str = "", state: str = "active") -> str:
    return (
        f'<module identifier="{identifier}"><title>{title}</title><workflow_state>{state}</workflow_state>'
        f"{more}<items>{items}</items></module>"
    )


def placed(identifier: str, kind: str, title: str, more: str = "", state: str = "active") -> str:
    return (
        f'<item identifier="{identifier}"><content_type>{kind}</content_type><title>{title}</title>'
        f"<workflow_state>{state}</workflow_state>{more}</item>"
    )


def question(ident: str, text: str, kind: str = "multiple_choice_question") -> str:
    """A question of QTI 1.2 as Canvas writes it: A is right, B is not."""
    label = '<response_label ident="{0}"><material><mattext>{0}</mattext></material></response_label>'
    return (
        f'<item ident="{ident}" title="Q"><itemmetadata><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
        f'</qtimetadata></itemmetadata><presentation><material><mattext texttype="text/html">{text}</mattext>'
        f'</material><response_lid ident="r" rcardinality="Single"><render_choice>{label.format("A")}'
        f"{label.format('B')}</render_choice></response_lid></presentation><resprocessing><respcondition>"
        f'<conditionvar><varequal respident="r">A</varequal></conditionvar><setvar action="Set">100</setvar>'
        f"</respcondition></resprocessing></item>"
    )


def quiz(ident: str, title: str, *items: str, tag: str = "assessment") -> str:
    inside = "".join(items)
    section = f'<section ident="s">{inside}</section>' if tag == "assessment" else inside
    return f'<questestinterop><{tag} ident="{ident}" title="{title}">{section}</{tag}></questestinterop>'


def quiz_meta(title: str, more: str = "") -> str:
    return f"<quiz {CANVAS}><title>{title}</title>{more}</quiz>"


def bundle_files(reading: Reading, folder: Path) -> dict[str, bytes]:
    """What is written of a reading, after it was found clean and read back equal."""
    with open_sink(folder / "out") as sink:
        writer.write(reading.bundle, reading.files, sink)
    with open_source(folder / "out") as written:
        assert reader.check(written) == []
        assert reader.read(written, Report()).bundle == reading.bundle
    paths = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
    return {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in paths}
