"""Our own format: a folder of small YAML files, Markdown pages and media.

`check` says everything that is wrong, `read` makes the model. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.findings import CoursewrightError, Finding, RefusedError, Report
from schemas.model import Bundle, Location, Media
from schemas.source import Reading, Source


def detect(source: Source) -> bool:
    """Whether any file has one of our names, at the root or (a common slip) a folder deeper."""
    from importers.bundle.documents import ROOT, is_single, kind_of

    names = source.names()
    return is_single(source, frozenset(names)) or any(kind_of(name) or name.endswith(ROOT) for name in names)


def check(source: Source) -> list[Finding]:
    """Everything that is wrong with a bundle, or with a lone YAML file, sorted by file and line.

    Layers: text and YAML, JSON Schema, references and meaning, policy. Of a damaged file the sound parts are
    judged all the same, and nothing is told only because a part could not be read. What is unchanged since an
    earlier check is answered from the cache.
    """
    from importers.bundle.verdicts import checked

    return checked(source)


def read(source: Source, report: Report) -> Reading:
    """The bundle as the model; its media are hashed. Every file of the source is accounted for.

    Raises RefusedError with all errors of `check`, CoursewrightError for a lone file.
    """
    from importers.bundle.cache import user_cache
    from importers.bundle.checking import examine, uncollected
    from importers.bundle.reader import account, bundle_of

    documents, trail, findings = examine(source, user_cache())
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    if documents.single:
        raise _one_file(source)
    account(documents, trail, report)
    with uncollected():
        return Reading(bundle_of(documents, trail), source)


def key(source: Source) -> tuple[str, Location]:
    """The key of a bundle that was checked, and where it stands. Reads nothing but the root.

    Raises CoursewrightError for a lone file.
    """
    from importers.bundle.documents import ROOT, YAML_LIMIT, is_single, parse

    if is_single(source, frozenset(source.names())):
        raise _one_file(source)
    root, _ = parse(ROOT, source.read(ROOT, YAML_LIMIT))
    return str(root["key"]), locate(source, Location(source.place(ROOT), path="key"))


def _one_file(source: Source) -> CoursewrightError:
    return CoursewrightError(f"{source.label} is one file of a bundle", "name the folder of the bundle")


def recall(source: Source, media: Sequence[Media]) -> Bundle:
    """A bundle that was published once. Its media are taken as they were recorded and never opened.

    `source` names them among its files. Raises RefusedError when its documents are not sound any more.
    """
    from importers.bundle.cache import user_cache
    from importers.bundle.checking import examine
    from importers.bundle.reader import bundle_of

    recorded = {one.path: one for one in media}
    documents, trail, findings = examine(source, user_cache(), recorded.keys())
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    return bundle_of(documents, trail, recorded)


def locate(source: Source, location: Location) -> Location:
    """A location of the model with its line and column, which are not kept while reading."""
    from importers.bundle.checking import locate as found

    return found(source, location)
