"""Sections and activities → one course, in the order in which learners see them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from importers.moodle import conditions
from importers.moodle.activities import MAKERS, texts
from importers.moodle.activities.quiz import quiz
from importers.moodle.asking import Asking
from importers.moodle.backup import Activity, Backup, Part
from importers.moodle.shop import Made, Shop, is_words
from importers.shared import keys, plain_text
from importers.shared.moodle_questions.quizzes import cut
from importers.shared.moodle_questions.texts import plain
from importers.shared.naming import PLACEHOLDER_INSTRUCTOR, Name
from importers.shared.outcome import Outcome, changed, skipped
from importers.shared.shelf import Refused
from schemas.model import Assignment, Content, Course, RichText, Section

_UNNAMED: Final = {"weeks": "Week", "topics": "Topic"}
_LINK: Final = re.compile(r"#content:([a-z0-9][a-z0-9._-]*)")
_BANK: Final = "question-bank"


def activity_keys(backup: Backup) -> dict[str, str]:
    """By course-module id: the ID number where it is the activity's own, else kind and id (`page-9707`)."""
    numbers = Counter(activity.idnumber for activity in backup.activities.values())
    identities = {
        module: activity.idnumber
        if activity.idnumber and numbers[activity.idnumber] == 1
        else f"{activity.kind}-{module}"
        for module, activity in backup.activities.items()
    }
    names = keys.keys(dict.fromkeys(identities.values()), "activity")
    return {module: names[identity] for module, identity in identities.items()}


@dataclass(slots=True)
class CourseMaker:
    """`firsts` is the first content of each activity, which is where links to it lead."""

    shop: Shop
    asking: Asking
    firsts: dict[str, str] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _entered: set[str] = field(default_factory=set)
    """Activities and sections that have their place: what is inside itself ends there."""

    def course(self, name: Name) -> Course | None:
        """The whole course, or None when there is nothing in it. Settles sections, activities, questions."""
        about = self.shop.backup.about
        sections = [*self._sections(), *self._loose()]
        bank = self.asking.rest(self.shop)
        self.asking.settle()
        if bank:
            sections.append(Section(key=_BANK, title="Question bank", published=False, contents=tuple(bank)))
        if not sections:
            return None
        described = self.shop.page(about.summary, "the course")
        sections, description = _introduced(sections, described.text)
        return Course(
            key=name.key,
            title=plain_text.title(about.fullname)[0] or name.key,
            instructor=PLACEHOLDER_INSTRUCTOR,
            description=description,
            thumbnail=self._thumbnail(),
            status="published" if about.visible else "draft",
            sections=tuple(self._linked(_distinct(sections))),
            location=about.location,
        )

    # ── sections ─────────────────────────────────────────────────────────────────────────────────

    def _sections(self) -> Iterator[Section]:
        """Those of the course; those of subsections stand in them, unless no subsection has them."""
        parts = self.shop.backup.parts
        for part in (*(part for part in parts if not part.owner), *parts):
            if part.identifier not in self._entered:
                yield from self._section(part)

    def _section(self, part: Part) -> list[Section]:
        contents = self._contents(part)
        title, note = self._title(part)
        self._condition(f"availability of section {part.identifier}", part.conditions)
        if not contents:
            self.shop.ledger.settle("section", part.identifier, skipped("nothing is in it"))
            return []
        self.firsts[f"section-{part.identifier}"] = contents[0].key
        hidden = "" if part.visible else "not visible in the source: not published"
        self.shop.ledger.settle("section", part.identifier, changed(note, hidden))
        return [
            Section(
                key=f"section-{part.identifier}",
                title=title,
                published=part.visible,
                contents=tuple(contents),
                location=part.location,
            )
        ]

    def _contents(self, part: Part, above: str = "") -> list[Content]:
        """What stands in a section, its summary first; `above` is the subsection that it is."""
        self._entered.add(part.identifier)
        summary = self.shop.page(part.summary, f"section {part.identifier}")
        contents: list[Content] = []
        if summary.text:
            page = RichText(
                key=f"section-{part.identifier}-summary",
                title=above or self._title(part)[0],
                published=part.visible,
                text=summary.text,
                location=part.location,
            )
            contents.append(page)
        for activity in self.shop.backup.of_part(part):
            contents += self._of(activity)
        return [_under(above, content) for content in contents] if above else contents

    def _title(self, part: Part) -> tuple[str, str]:
        title, note = plain_text.title(part.name)
        if title:
            return title, note
        if part.number == 0:
            return "General", "without a name: called General, as Moodle does"
        word = _UNNAMED.get(self.shop.backup.about.format, "Section")
        return f"{word} {part.number}", "without a name: called by its number, as Moodle does"

    def _loose(self) -> list[Section]:
        """Activities of a backup that is of them alone: there are no sections in it."""
        found = [
            content for activity in self.shop.backup.activities.values() for content in self._of(activity)
        ]
        title = plain_text.title(self.shop.backup.about.fullname)[0] or "Activities"
        return [Section(key="activities", title=title, contents=tuple(found))] if found else []

    # ── activities ───────────────────────────────────────────────────────────────────────────────

    def _of(self, activity: Activity) -> Sequence[Content]:
        """Where it stands first: no Moodle shows one twice, or inside itself."""
        if activity.module in self._begun:
            return ()
        self._begun.add(activity.module)
        made = self._made(activity)
        if made.contents:
            self.firsts[self.shop.key(activity)] = made.contents[0].key
        self._settle(activity, made)
        self._rules(activity)
        return made.contents

    def _made(self, activity: Activity) -> Made:
        if activity.node is None:
            return self._lost(activity)
        if not activity.title.strip():
            named = replace(activity, title=f"{activity.kind} {activity.module}")
            made = self._made(named)
            return Made(made.contents, _noted(made.outcome, "without a name: called by its kind and id"))
        activity = replace(activity, title=plain_text.title(activity.title)[0] or activity.kind)
        match activity.kind:
            case "quiz":
                return quiz(self.shop, self.asking, activity)
            case "qbank":
                return Made([], changed("its questions stand in the section with the question bank"))
            case "subsection":
                return self._subsection(activity)
        return MAKERS.get(activity.kind, texts.unknown)(self.shop, activity)

    def _lost(self, activity: Activity) -> Made:
        """Without its own file: what the table of contents says of it, for the author."""
        title = plain_text.title(activity.title)[0] or f"{activity.kind} {activity.module}"
        made = texts.unknown(self.shop, replace(activity, title=title))
        contents = [replace(content, published=False) for content in made.contents]
        return Made(contents, changed("its own file is not in the backup: an unpublished page in its place"))

    def _subsection(self, activity: Activity) -> Made:
        contents = [
            content
            for part in self.shop.backup.parts
            if part.owner == activity.module and part.identifier not in self._entered
            for content in self._within(part, activity.title)
        ]
        if not activity.visible:
            contents = [replace(content, published=False) for content in contents]
        return Made(contents, changed("a subsection: its name stands before the titles of what is in it"))

    def _within(self, part: Part, title: str) -> list[Content]:
        contents = self._contents(part, title)
        self.shop.ledger.settle(
            "section", part.identifier, changed("a subsection: its contents stand in the section it is in")
        )
        return contents

    def _settle(self, activity: Activity, made: Made) -> None:
        hidden = "" if activity.visible else "not visible in the source: not published"
        self.shop.ledger.settle("item", activity.module, _noted(made.outcome, *activity.notes, hidden))

    def _rules(self, activity: Activity) -> None:
        """Conditions have no place: who may see it, and when it counts as done."""
        settings = activity.settings
        self._condition(f"availability of {activity.name}", conditions.kinds(settings))
        if plain(settings, "completion") not in ("", "0"):
            reason = skipped("when it counts as done is the platform's to say")
            self.shop.ledger.tell("rule", f"completion of {activity.name}", reason, activity.location)
        tags = (
            [plain(tag, "rawname", "name") for tag in settings.walk() if tag.name == "tag"]
            if settings
            else []
        )
        if tags:
            reason = skipped(f"contents have no tags: {', '.join(tags)[:200]}")
            self.shop.ledger.tell("metadata", f"tags of {activity.name}", reason, activity.location)

    def _condition(self, name: str, kinds: Sequence[str]) -> None:
        if kinds:
            reason = f"a condition by {', '.join(kinds)}: here everybody sees it"
            self.shop.ledger.tell("rule", name, skipped(reason))

    # ── the course ───────────────────────────────────────────────────────────────────────────────

    def _thumbnail(self) -> str | None:
        for stored in self.shop.backup.files.of(f"{self.shop.backup.about.context}/course/overviewfiles/0"):
            media = self.shop.media(stored, "image")
            if not isinstance(media, Refused):
                return media
        return None

    def _linked(self, sections: Sequence[Section]) -> Iterator[Section]:
        """Links to activities lead to the first content that was made of them; to none, they lead nowhere."""
        there = {content.key for section in sections for content in section.contents}

        def link(found: re.Match[str]) -> str:
            key = self.firsts.get(found[1], found[1])
            return f"#content:{key}" if key in there else "#"

        for section in sections:
            yield replace(section, contents=tuple(_with_links(content, link) for content in section.contents))


def _with_links(content: Content, link: Callable[[re.Match[str]], str]) -> Content:
    if isinstance(content, RichText):
        return replace(content, text=_LINK.sub(link, content.text))
    if isinstance(content, Assignment):
        return replace(content, instructions=_LINK.sub(link, content.instructions))
    return content


def _noted(outcome: Outcome, *notes: str) -> Outcome:
    fate, note = outcome
    said = "; ".join(dict.fromkeys(filter(None, (note, *notes))))
    return ("changed", said) if fate == "carried" and said else (fate, said)


def _under(above: str, content: Content) -> Content:
    if content.title.startswith(above):
        return content
    return replace(content, title=cut(f"{above} › {content.title}"))


def _introduced(sections: list[Section], summary: str) -> tuple[list[Section], str | None]:
    """The course's summary: its description, or a page in front where it shows files (CW312)."""
    if is_words(summary):
        return sections, summary or None
    page = RichText(key="about-the-course", title="About the course", text=summary)
    first = replace(sections[0], contents=(page, *sections[0].contents))
    return [first, *sections[1:]], None


def _distinct(sections: Sequence[Section]) -> list[Section]:
    """Keys that came about twice (an ID number that looks like another's part) end in a number."""
    taken: set[str] = set()

    def own(content: Content) -> Content:
        number, key = 1, content.key
        while key in taken:
            number += 1
            key = f"{content.key[:75]}-{number}"
        taken.add(key)
        return content if key == content.key else replace(content, key=key)

    return [replace(section, contents=tuple(map(own, section.contents))) for section in sections]
