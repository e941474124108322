"""Backups of Moodle courses (.mbz, 1.9 to 5.x) → the model (docs/adr/0016).

One course a backup. Two readers make one picture of what all versions write, and everything else works
with that; learners' records stand beside the bundle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from importers.moodle import ancient, faults, modern
from importers.moodle.asking import Asking
from importers.moodle.backup import Backup
from importers.moodle.courses import CourseMaker, activity_keys
from importers.moodle.files import Stored
from importers.moodle.learners import Learners, people
from importers.moodle.ledger import Ledger
from importers.moodle.links import Links
from importers.moodle.shop import Shop
from importers.shared import keys, naming, plain_text
from importers.shared.ledger import notes_of
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from importers.shared.shelf import Shelf
from schemas.findings import Report
from schemas.model import Bundle, Location
from schemas.source import Reading, Source

_KNOWN: Final = "2027000000"
"""Backups of versions from here on are told of: nobody has seen them yet."""
_OF_MOODLE: Final = re.compile(
    r"(?:(?:activities|sections)/[^/]+/|course/(?:blocks/[^/]+/)?)?[^/]+\.(?:xml|log)|\.ARCHIVE_INDEX"
)
"""Files of Moodle's own: what they hold is accounted for by what it is."""
_PEOPLE: Final = ("assignsubmission", "assignfeedback", "user", "mod_forum", "mod_data", "mod_workshop")
_UNPACKED: Final = ("mod_scorm/content", "mod_h5pactivity/content", "mod_imscp/backup", "core_h5p/content")


def detect(source: Source) -> bool:
    """Whether the file with the contents is there, of Moodle 2 and later or of 1.9."""
    return modern.INDEX in source.names() or ancient.index(source) is not None


def read(source: Source, report: Report) -> Reading:
    """The backup as a bundle; `report` accounts for everything in it.

    Raises RefusedError (CW501–CW505, CW570–CW575) with all that is wrong; nothing is fetched.
    """
    backup = modern.read(source) if modern.INDEX in source.names() else ancient.read(source)
    ledger = Ledger(report)
    asking = Asking(backup.bank, ledger)
    _expect(source, backup, ledger, asking)
    shelf = Shelf(source)
    own = activity_keys(backup)
    shop = Shop(backup, ledger, shelf, Links(backup, own | _parts_of_books(backup, own)), own)
    about = backup.about
    name = naming.name(about.idnumber or about.shortname, about.fullname, backup.digest)
    maker = CourseMaker(shop, asking)
    course = maker.course(name)
    if course is None:
        raise faults.refused(
            faults.NOTHING, Location(about.place), "no activity, and no question", faults.NOTHING.about
        )
    _settle(backup, ledger, name.outcome)
    ledger.opening(notes_of(source))
    firsts = {module: maker.firsts.get(key, "") for module, key in own.items()}
    beside: dict[str, Callable[[], Iterable[bytes]]] = {}
    if backup.has_users:
        users = people(source)
        beside = _told(Learners(source, name.key, course, backup.activities, firsts, users), ledger)
    report.close()
    bundle = Bundle(key=name.key, title=course.title, courses=(course,), media=shelf.media)
    return Reading(bundle, shelf, beside)


def _expect(source: Source, backup: Backup, ledger: Ledger, asking: Asking) -> None:
    for part in backup.parts:
        ledger.expect("section", part.identifier, f"section {part.identifier}: {part.name}", part.location)
    for module, activity in backup.activities.items():
        ledger.expect("item", module, activity.name, activity.location)
    for stored in backup.files.all():
        ledger.expect("file", stored.told, stored.told)
    asking.expect()
    used = {stored.blob for stored in backup.files.all()}
    for name in source.names():
        if name not in used and not _OF_MOODLE.fullmatch(name):
            ledger.tell("file", name, skipped("nothing in the backup names it"))


def _parts_of_books(backup: Backup, own: dict[str, str]) -> dict[str, str]:
    """Keys of chapters by `module/chapter`, as links name them."""
    return {
        f"{module}/{node.attributes.get('id', '')}": keys.key(
            f"{own[module]}-{node.attributes.get('id', '')}", "part"
        )
        for module, activity in backup.activities.items()
        if activity.kind == "book" and activity.node is not None
        for node in activity.node.walk()
        if node.name == "chapter"
    }


def _told(learners: Learners, ledger: Ledger) -> dict[str, Callable[[], Iterable[bytes]]]:
    """What learners did, beside the bundle; told of as numbers."""
    beside: dict[str, Callable[[], Iterable[bytes]]] = {}
    for name, (count, written) in learners.files().items():
        note = f"in {name} beside the bundle, never in it: personal data"
        ledger.tell("record", f"{name.removesuffix('.csv')}: {count:,}", changed(note))
        beside[name] = written
    ledger.tell("record", "profiles and answers of users", skipped("personal data that no course needs"))
    if not learners.people:
        ledger.tell("record", "records of Moodle 1.9", skipped("only those of Moodle 2 and later are read"))
    return beside


def _unused(stored: Stored) -> Outcome:
    component = stored.area.partition("/")[2]
    if component.startswith(_UNPACKED):
        return changed("what Moodle unpacked from a package, which is kept whole")
    return skipped(
        "it is a learner's" if component.startswith(_PEOPLE) else "no text and no activity shows it"
    )


def _settle(backup: Backup, ledger: Ledger, named: Outcome) -> None:
    """What is left when the course is made."""
    about = backup.about
    for stored in list(backup.files.all()):
        if ledger.is_open("file", stored.told):
            ledger.settle("file", stored.told, _unused(stored))
    for what, reason in backup.leftovers:
        ledger.tell("element", what, skipped(reason))
    for what, place in backup.repairs:
        ledger.tell(
            "repair", f"{place.file}:{place.line}: {what}", changed(f"read with a guess: {what}"), place
        )
    for note in backup.notes:
        ledger.tell("archive", note, changed(note))
    newer = f"made by Moodle {about.release or about.version}, newer than any known here: check what came"
    future = about.version[:10].isdecimal() and about.version[:10] >= _KNOWN
    ledger.metadata(
        (
            ("fullname", changed(plain_text.title(about.fullname)[1])),
            ("key", named),
            ("backup version", changed(newer) if future else CARRIED),
            *([("course tags", skipped("courses have no tags"))] if about.tags else []),
            ("dates and settings of the course", skipped("a course here has none")),
        )
    )
