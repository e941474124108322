"""H5P packages → the model (https://h5p.org/documentation/developers/h5p-specification; docs/adr/0019).

What a bundle has types for becomes pages, quizzes and videos of its own. What it has none for, wholly or in
part, stays playable: then the package, cleaned, stands at the end of the course as a resource to launch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from importers.h5p import content, faults, kinds, libraries, manifest, rights
from importers.h5p.content import Item
from importers.h5p.desk import Desk, directory, resolve
from importers.h5p.ledger import Ledger
from importers.h5p.libraries import Libraries
from importers.h5p.manifest import CONTENT, MANIFEST, Manifest
from importers.h5p.outline import Outline
from importers.h5p.playing import Stage, passing_score
from importers.shared import naming, plain_text
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR, Name
from importers.shared.outcome import CARRIED, Outcome, changed, skipped
from schemas.findings import Finding, Report
from schemas.model import (
    Bundle,
    Content,
    Course,
    Launch,
    Media,
    MultipleChoice,
    QuizContent,
    Resource,
    RichText,
    Video,
)
from schemas.richtext import links, local_path
from schemas.source import Reading, Source

_PACKAGE: Final = "package"


def detect(source: Source) -> bool:
    """By the names of its documents; one of the two is enough, and `read` says what is missing."""
    names = frozenset(source.names())
    return MANIFEST in names or (CONTENT in names and any(name.endswith("/library.json") for name in names))


def read(source: Source, report: Report) -> Reading:
    """The package as a bundle of one course; `report` accounts for every part of it.

    Raises RefusedError (CW600–CW605) with all that is wrong; nothing is fetched and no library is run.
    """
    about = manifest.read(source)
    bundled = libraries.read(source, about.dependencies)
    items, files = content.parts(about.whole), content.files(about.whole.params.data)
    faults.require_sound(source, about, files)
    place = directory(source)
    inside = frozenset(source.names())
    named = {resolve(place, file.address): file for file in files if faults.is_there(inside, place, file)}
    ledger = Ledger(report, about, items, {item.path: kinds.count(item) for item in items})
    names, notes, said = source.names(), _distinct(source.notes), rights.of(items, files)
    ledger.expect(names, bundled, named)
    ledger.expect_archive(notes)
    ledger.expect_credits(each.owner for each in said)

    desk = Desk(source, ledger, items)
    bundle, kept = _bundle(about, desk, said, names, bundled)
    ledger.close(names, bundled, kept=kept)
    ledger.metadata(_name(about).outcome, _used(about, shown=bool(said)), _settings(items, kept=kept))
    ledger.credits(each.owner for each in said)
    ledger.archive(notes)
    report.close()
    return Reading(bundle, desk.shelf)


def _bundle(
    about: Manifest, desk: Desk, said: Sequence[rights.Rights], names: Sequence[str], bundled: Libraries
) -> tuple[Bundle, bool]:
    """The bundle, and whether the package itself is in it."""
    whole, name = about.whole, _name(about)
    title = _title(whole)
    outline = Outline(desk, whole.key, title)
    Stage(desk, outline).alone(whole, desk.ledger.parts)
    kept = desk.ledger.incomplete or not outline.sections()  # a course of nothing is none
    if kept:
        outline.content(_playable(about, desk, title, names, bundled), whole)
    if said:
        outline.rights(whole, rights.KEY, rights.TITLE, rights.page(said))
    course = Course(key=name.key, title=title, instructor=PLACEHOLDER_INSTRUCTOR, sections=outline.sections())
    return Bundle(key=name.key, title=title, courses=(course,), media=_shown(desk.shelf.media, course)), kept


def _shown(media: Sequence[Media], course: Course) -> tuple[Media, ...]:
    """Without files of contents that turned out not to be convertible: the package has those."""
    used = {path for each in course.contents() for path in _files(each)}
    return tuple(each for each in media if each.path in used)


def _files(content: Content) -> Iterator[str | None]:
    if isinstance(content, Video):
        yield from (content.media, content.thumbnail, content.subtitles)
    elif isinstance(content, Resource):
        yield content.media
    elif isinstance(content, RichText):
        yield from (local_path(link.target) for link in links(content.text))
    elif isinstance(content, QuizContent):
        choices = (each for each in content.quiz.questions if isinstance(each, MultipleChoice))
        yield from (option.image for choice in choices for option in choice.options)


def _playable(about: Manifest, desk: Desk, title: str, names: Sequence[str], bundled: Libraries) -> Resource:
    """The package without what nothing needs: h5p.json, content/, and the libraries that play it."""
    folders = {"content", *bundled.to_play()}
    inside = [name for name in names if name == MANIFEST or name.partition("/")[0] in folders]
    return Resource(
        key=_PACKAGE,
        title=title,
        media=desk.shelf.pack(_name(about).key, inside),
        launch=Launch(standard="h5p", href=MANIFEST, passing_score=passing_score(about.whole.params)),
    )


def _name(about: Manifest) -> Name:
    """Packages have no identifier: the type of content and the title stand for one."""
    title = about.whole.title
    return naming.name("", f"{about.whole.kind} {title}" if title else "", about.digest)


def _title(whole: Item) -> str:
    said = whole.metadata.html("title")
    return plain_text.title(whole.title)[0] or plain_text.title(said)[0] or whole.kind


def _used(about: Manifest, *, shown: bool) -> Mapping[str, Outcome]:
    """Members of h5p.json that the bundle has, or that say nothing."""
    metadata = about.whole.metadata
    outcomes = dict(rights.outcomes(metadata, shown=shown))
    used: dict[str, Outcome] = {name: changed(reason) for name, reason in outcomes.items()}
    _, note = plain_text.title(metadata.html("title"))
    return {"title": changed(note)} | used


def _settings(items: Sequence[Item], *, kept: bool) -> Outcome:
    """Words of buttons and how the player behaves: not content, and told together."""
    told = {"behaviour", "override"}  # what is used of them, each content says
    left = sorted({name for item in items for name in item.params.left(told)})
    if not left:
        return CARRIED
    return (
        changed("they stay in the package") if kept else skipped(f"the player's own: {', '.join(left)[:500]}")
    )


def _distinct(notes: Sequence[Finding]) -> list[Finding]:
    return list({(note.rule.code, note.location): note for note in notes}.values())
