"""Backups of Moodle made in a test, in the layout of Moodle 4, of 2 and of 1.9: only what a test is about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from importers import moodle
from schemas.findings import Report
from tests.importers.packages import Imported, MemorySource

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00"
    "0e0301805a347d6b0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, kw_only=True)
class Module:
    """An activity: its own XML inside `<kind>`, further elements of module.xml, the grade to pass."""

    id: int
    kind: str
    name: str
    inside: str = ""
    settings: str = ""
    intro: str = ""
    grade_to_pass: str = ""
    section: int = 1
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class File:
    area: str
    name: str
    data: bytes
    path: str = "/"
    digest: str | None = None


def question(
    own: int, kind: str, text: str, inside: str = "", *, parent: int = 0, more: str = "", name: str = ""
) -> str:
    """A `<question>` of questions.xml; `inside` is what its type adds."""
    return (
        f'<question id="{own}"><parent>{parent}</parent><name>{name or f"Question {own}"}</name>'
        f"<questiontext>{escape(text)}</questiontext><questiontextformat>1</questiontextformat>"
        f"<generalfeedback></generalfeedback><defaultmark>1.0000000</defaultmark><qtype>{kind}</qtype>"
        f"<stamp>site+{own}</stamp>{inside}{more}</question>"
    )


def answers(*rows: tuple[str, float, str]) -> str:
    """(text, fraction, feedback) as HTML answers."""
    return (
        "<answers>"
        + "".join(
            f'<answer id="{at}"><answertext>{escape(text)}</answertext><answerformat>1</answerformat>'
            f"<fraction>{fraction}</fraction><feedback>{escape(feedback)}</feedback></answer>"
            for at, (text, fraction, feedback) in enumerate(rows, 1)
        )
        + "</answers>"
    )


def entry(own: int, *versions: str, idnumber: str = "$@NULL@$", status: str = "ready") -> str:
    """A `<question_bank_entry>` of Moodle 4 with its versions, the oldest first."""
    held = "".join(
        f'<question_versions id="{own}{at}"><version>{at}</version><status>{status}</status>'
        f"<questions>{version}</questions></question_versions>"
        for at, version in enumerate(versions, 1)
    )
    return (
        f'<question_bank_entry id="{own}"><idnumber>{idnumber}</idnumber>'
        f"<question_version>{held}</question_version></question_bank_entry>"
    )


def category(own: int, name: str, inside: str, parent: int = 0) -> str:
    held = "question_bank_entries" if "question_bank_entry" in inside else "questions"
    return (
        f'<question_category id="{own}"><name>{name}</name><contextid>9</contextid><stamp>c{own}</stamp>'
        f"<parent>{parent}</parent><{held}>{inside}</{held}></question_category>"
    )


def slot(number: int, entry_id: int, mark: str = "1.0000000") -> str:
    return (
        f'<question_instance id="{number}"><slot>{number}</slot><maxmark>{mark}</maxmark><question_reference>'
        f"<questionbankentryid>{entry_id}</questionbankentryid><version>$@NULL@$</version>"
        "</question_reference></question_instance>"
    )


def drawn(number: int, category_id: int) -> str:
    condition = f'{{"filter":{{"category":{{"values":[{category_id}],"filteroptions":{{"includesubcategories":true}}}}}}}}'
    return (
        f'<question_instance id="{number}"><slot>{number}</slot><maxmark>1</maxmark><question_set_reference>'
        f"<filtercondition>{escape(condition)}</filtercondition></question_set_reference></question_instance>"
    )


def backup(
    *modules: Module,
    files: Sequence[File] = (),
    bank: str = "",
    sections: Mapping[int, str] | None = None,
    about: str = "",
    course: str = "",
    further: Mapping[str, bytes] | None = None,
) -> MemorySource:
    """A backup of Moodle 2 and later. `sections` are further elements of each section.xml by id."""
    sections = sections or {1: "<name>First steps</name>"}
    made = {
        "moodle_backup.xml": _index(modules, sections, about),
        "course/course.xml": f'<course id="2" contextid="5"><shortname>KNOTS1</shortname>'
        f"<fullname>Knots</fullname><idnumber></idnumber>{course}</course>",
        "files.xml": _files(files),
        "questions.xml": f"<question_categories>{bank}</question_categories>",
    }
    for number, (own, inside) in enumerate(sections.items()):
        sequence = ",".join(str(module.id) for module in modules if module.section == own)
        made[f"sections/section_{own}/section.xml"] = (
            f'<section id="{own}"><number>{number}</number><sequence>{sequence}</sequence>{inside}</section>'
        )
    for module in modules:
        made |= _of(module)
    blobs = {
        f"files/{digest[:2]}/{digest}": file.data
        for file in files
        if (digest := file.digest or _sha1(file.data))
    }
    return MemorySource(
        {name: (_HEAD + text).encode() for name, text in made.items()} | blobs | dict(further or {}),
        "course.mbz",
    )


def imported(source: MemorySource) -> Imported:
    report = Report()
    return Imported(moodle.read(source, report), report)


def _index(modules: Sequence[Module], sections: Mapping[int, str], about: str) -> str:
    activities = "".join(
        f"<activity><moduleid>{module.id}</moduleid><sectionid>{module.section}</sectionid>"
        f"<modulename>{module.kind}</modulename><title>{escape(module.name)}</title>"
        f"<directory>activities/{module.kind}_{module.id}</directory></activity>"
        for module in modules
    )
    parts = "".join(
        f"<section><sectionid>{own}</sectionid><title>x</title><directory>sections/section_{own}</directory></section>"
        for own in sections
    )
    return (
        "<moodle_backup><information><moodle_release>4.5</moodle_release><backup_version>2024100700</backup_version>"
        f"<original_wwwroot>https://moodle.example.org</original_wwwroot>{about}<contents>"
        f"<activities>{activities}</activities><sections>{parts}</sections></contents></information></moodle_backup>"
    )


def _of(module: Module) -> dict[str, str]:
    folder = f"activities/{module.kind}_{module.id}"
    return {
        f"{folder}/{module.kind}.xml": (
            f'<activity id="1" moduleid="{module.id}" modulename="{module.kind}" contextid="{module.id + 100}">'
            f'<{module.kind} id="{module.id + 1000}"><name>{escape(module.name)}</name>'
            f"<intro>{escape(module.intro)}</intro><introformat>1</introformat>{module.inside}"
            f"</{module.kind}></activity>"
        ),
        f"{folder}/module.xml": f'<module id="{module.id}"><visible>1</visible>{module.settings}</module>'
        if "<visible>" not in module.settings
        else f'<module id="{module.id}">{module.settings}</module>',
        f"{folder}/grades.xml": "<activity_gradebook><grade_items><grade_item>"
        f"<gradepass>{module.grade_to_pass}</gradepass></grade_item></grade_items></activity_gradebook>",
        **{f"{folder}/{name}": text for name, text in module.extra.items()},
    }


def _files(files: Sequence[File]) -> str:
    rows = []
    for at, file in enumerate(files, 1):
        context, component, area, item = file.area.split("/")
        rows.append(
            f'<file id="{at}"><contenthash>{file.digest or _sha1(file.data)}</contenthash><contextid>{context}</contextid>'
            f"<component>{component}</component><filearea>{area}</filearea><itemid>{item}</itemid>"
            f"<filepath>{file.path}</filepath><filename>{escape(file.name)}</filename>"
            f"<filesize>{len(file.data)}</filesize></file>"
        )
    return f"<files>{''.join(rows)}</files>"


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
