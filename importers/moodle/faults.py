"""What makes a backup unfit as a whole; what is wrong with one file or one activity is in its account."""

from __future__ import annotations

from typing import Final

from schemas.findings import Finding, RefusedError, Rule
from schemas.model import Location

NO_CONTENTS: Final = Rule("CW570", "no-backup-contents", "A Moodle backup says what is in it.")
BAD_NAME: Final = Rule("CW571", "bad-backup-name", "Names of modules and folders of a backup are plain.")
BAD_FILE: Final = Rule("CW572", "bad-backup-file", "files.xml names files by SHA-1, size, path and name.")
OTHER_FILES: Final = Rule(
    "CW573", "other-backup-files", "files.xml is about the files that are in the backup."
)
DISGUISED: Final = Rule("CW574", "disguised-file", "A file that a server would run is not called a picture.")
NOTHING: Final = Rule("CW575", "nothing-to-learn", "A backup holds something that learners can open.")

_AGAIN: Final = "make the backup again in Moodle, and do not edit it"


def finding(rule: Rule, location: Location, found: str, expected: str, mend: str = _AGAIN) -> Finding:
    return Finding(rule=rule, location=location, found=found, expected=expected, mend=mend)


def refused(rule: Rule, location: Location, found: str, expected: str, mend: str = _AGAIN) -> RefusedError:
    return RefusedError([finding(rule, location, found, expected, mend)])
