"""Files that documents name: they are in the bundle, may be published, and are what their place asks for."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator

from importers.bundle import text
from importers.bundle.documents import Documents, is_misnamed, is_page, is_yaml, kind_of
from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.references import Reference, resolve
from importers.bundle.words import one_of
from schemas import media
from schemas.findings import Rule, Severity

MISSING_FILE = Rule("CW205", "missing-file", "Files that are named are in the bundle.")
BAD_PATH = Rule("CW206", "bad-path", "Files are named by a path inside the bundle.")
WRONG_FILE = Rule("CW207", "wrong-file", "A page is a .md file, a quiz a .quiz.yaml, media neither.")
UNREACHABLE = Rule("CW208", "unreachable-file", "Every file of a bundle is used by something in it.")
UNCLEAR_YAML_NAME = Rule("CW242", "unclear-yaml-name", "The name of a YAML file says what is in it.")
MEDIA_TYPE = Rule("CW301", "media-type", "Media are of the types that can be published, each in its place.")
MEDIA_BYTES = Rule("CW302", "media-bytes", "The bytes of a file are what its name says.")
MEDIA_SIZE = Rule("CW303", "media-size", "Media are no larger than a player or a tenant can take.")

_OBSTACLES = {
    "leaves": ("a path that leaves the bundle", "copy the file into the bundle"),
    "form": (
        "a path with characters that not every system has",
        "rename the file with plain characters and /",
    ),
    "hidden": ("a hidden file, or no file at all", "name a file whose folders do not start with a dot"),
    "url": ("an address", "use `url` for addresses, or put the file into the bundle"),
}
_IGNORED = {
    "readme",
    "license",
    "licence",
    "copying",
    "changelog",
    "contributing",
    "authors",
    "makefile",
    "notice",
}
_NAMES = "bundle.yaml, *.program.yaml, *.course.yaml or *.quiz.yaml"


def check_reference(reference: Reference, documents: Documents) -> Iterator[Fault]:
    """Whether a file that is named can be used there. Its bytes are judged once for all, by `check_media`."""
    if reference.obstacle is not None:
        found, mend = _OBSTACLES[reference.obstacle]
        if _is_from_windows(reference):
            mend = f"write {reference.raw.replace(chr(92), '/')}"
        yield _fault(BAD_PATH, reference, f"{found}: {shown(reference.raw)}", "a file of the bundle", mend)
    elif documents.single or reference.path is None:
        return
    elif reference.path not in documents.names:
        if documents.is_refused(reference.path):
            return
        yield _missing(reference, reference.path, documents)
    else:
        yield from _suitable(reference, reference.path, documents)


def _is_from_windows(reference: Reference) -> bool:
    slashed = reference.raw.replace("\\", "/")
    return (
        slashed != reference.raw and ":" not in slashed and resolve(slashed, reference.spot.name)[1] is None
    )


def _fault(rule: Rule, reference: Reference, found: str, expected: str, mend: str) -> Fault:
    return Fault(rule=rule, spot=reference.spot, found=found, expected=expected, mend=mend)


# ── missing files ────────────────────────────────────────────────────────────────────────────────


def _missing(reference: Reference, path: str, documents: Documents) -> Fault:
    found, expected = f"{path}, which is not in the bundle", "a file of the bundle"
    return _fault(MISSING_FILE, reference, found, expected, _mend(path, documents))


def _mend(path: str, documents: Documents) -> str:
    """Most missing files are there under a name that differs by case, folder or a letter."""
    alike = documents.alike(path)
    if alike:
        if unicodedata.normalize("NFC", alike) == unicodedata.normalize("NFC", path):
            return (
                "rename the file: its accents are separate characters (Unicode NFD), as old Macs write them"
            )
        return f"the file is called {alike}: capitals and accents count"
    elsewhere = documents.elsewhere(path)
    if elsewhere:
        return f"it is in another folder: write /{elsewhere}"
    folder, base = posixpath.split(path)
    neighbours = (name for name in documents.names if posixpath.dirname(name) == folder)
    names = map(posixpath.basename, neighbours)
    return documents.did_you_mean(base, names, "put the file there, or correct the path")


# ── suitable files ───────────────────────────────────────────────────────────────────────────────


def _suitable(reference: Reference, path: str, documents: Documents) -> Iterator[Fault]:
    wanted = reference.wanted
    if wanted == "page":
        if not is_page(path):
            yield _fault(
                WRONG_FILE, reference, path, "a page, ending in .md", "name a .md file, or use `media`"
            )
    elif wanted == "quiz":
        if kind_of(path) != "quiz":
            yield _fault(
                WRONG_FILE, reference, path, "a *.quiz.yaml", "rename the file so that it ends in .quiz.yaml"
            )
    elif path in documents.documents:
        yield _fault(
            WRONG_FILE, reference, path, "media", "documents of the bundle cannot be offered as files"
        )
    else:
        yield from _media(reference, path, wanted, documents.source.size(path))


def _media(reference: Reference, path: str, use: media.Use, size: int) -> Iterator[Fault]:
    media_type = media.media_type_of(path)
    if media_type is not None and not media.fits(use, media_type):
        endings = one_of(media.extensions(use))
        yield _fault(
            MEDIA_TYPE, reference, path, f"a file that ends in {endings}", "convert it, or name another file"
        )
    limit = media.CEILINGS[use]
    if size > limit:
        mib = media.MIB
        found = f"{path} of {size / mib:,.1f} MiB"
        yield _fault(MEDIA_SIZE, reference, found, f"at most {limit // mib:,} MiB", "compress or split it")


def check_media(path: str, spot: Spot, documents: Documents) -> Iterator[Fault]:
    """The first bytes of a media file, however many places name it; `spot` is the first of them."""
    with documents.source.open(path) as stream:
        head = stream.read(media.HEAD_BYTES)
    if text.is_lfs_pointer(head) and documents.source.size(path) <= text.LFS_SIZE:
        yield text.lfs_fault(path)
        return
    objection = media.verdict(path, head)
    if objection is not None:
        rule = MEDIA_TYPE if media.media_type_of(path) is None else MEDIA_BYTES
        found = f"{path}: {objection.found}"
        yield Fault(rule=rule, spot=spot, found=found, expected=objection.expected, mend=objection.mend)


# ── files that nobody names ──────────────────────────────────────────────────────────────────────


def unreachable(documents: Documents, used: Iterable[str]) -> Iterator[Fault]:
    """Warnings, since a stray file does no harm; but a forgotten quiz should not be silence."""
    reachable = set(used)
    for name in sorted(documents.names - reachable):
        if is_yaml(name) and kind_of(name) is None:
            yield from _unclear(name)
        elif kind_of(name) in (None, "quiz") and not _is_ignored(name):
            yield Fault(
                rule=UNREACHABLE,
                spot=Spot(name),
                found=f"{name}, which nothing in the bundle refers to",
                expected="a content, a page or a thumbnail that uses it",
                mend="refer to it, or move it out of the bundle",
                severity="warning",
            )


def _is_ignored(name: str) -> bool:
    base = posixpath.basename(name)
    return base.split(".", 1)[0].lower() in _IGNORED


def _unclear(name: str) -> Iterator[Fault]:
    if name != "tenants.yaml":
        yield _unclear_name(name, "error" if is_misnamed(name) else "warning")


def unclear_lone_name(documents: Documents) -> Iterator[Fault]:
    """Asked to check one file, we need to know what it is meant to be."""
    yield from (_unclear_name(name, "error") for name in documents.names if kind_of(name) is None)


def _unclear_name(name: str, severity: Severity) -> Fault:
    plain = posixpath.basename(name).rsplit(".", 1)[0].lower() + ".yaml"
    return Fault(
        rule=UNCLEAR_YAML_NAME,
        spot=Spot(name),
        found=f"a YAML file called {posixpath.basename(name)}, which is not read",
        expected=_NAMES,
        mend=f"rename it to {plain}"
        if kind_of(plain)
        else "let its name say what it is; move it out if it does not belong to the bundle",
        severity=severity,
    )
