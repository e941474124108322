"""Pages that show what there is: of the bundle with its programs, of each course, of each section."""

from __future__ import annotations

from collections.abc import Iterator

from exporters.markdown import front_matter
from exporters.markdown.contents import bullets
from exporters.markdown.outline import INDEX, Outline
from exporters.markdown.texts import Texts, blocks, words
from exporters.shared.facts import Fact, minutes
from exporters.shared.phrases import Phrases
from schemas.model import Bundle, Course, Program, Section


def bundle_page(bundle: Bundle, outline: Outline, say: Phrases) -> str:
    texts = Texts(outline, "", INDEX)
    courses = (
        f"- [{words(course.title)}]({texts.to(outline.course(course.key))})" for course in bundle.courses
    )
    return front_matter.fenced(
        {"id": bundle.key, "title": bundle.title},
        f"# {words(bundle.title)}",
        *(_program(program, bundle, texts, say) for program in bundle.programs),
        f"## {say['courses']}",
        "\n".join(courses),
    )


def _program(program: Program, bundle: Bundle, texts: Texts, say: Phrases) -> str:
    titles = {course.key: course.title for course in bundle.courses}
    listed = (
        f"{n}. [{words(titles[entry.course])}]({texts.to(texts.outline.course(entry.course))})"
        + ("" if entry.required else f" ({say['optional']})")
        for n, entry in enumerate(program.courses, start=1)
    )
    return blocks(
        f"## {words(program.title)}",
        f"![]({texts.file(program.thumbnail)})" if program.thumbnail else "",
        texts.part(program.description),
        bullets([*_facts(program, bundle)]),
        "\n".join(listed),
    )


def _facts(program: Program, bundle: Bundle) -> Iterator[Fact]:
    """Under the names that a bundle's file has for them."""
    titles = {(lookup.type, lookup.key): lookup.title for lookup in bundle.lookups}
    category = titles.get(("TRAINING_CATEGORY", program.category or ""), program.category)
    level = titles.get(("DIFFICULTY_LEVEL", program.level or ""), program.level)
    several = {
        "key": program.key,
        "status": program.status,
        "language": titles.get(("LANGUAGE", program.language), program.language),
        "instructors": ", ".join((program.instructor, *program.instructors)),
        "category": category,
        "level": level,
        "tags": ", ".join(titles.get(("TRAINING_TAG", tag), tag) for tag in program.tags),
        "duration_hours": str(program.duration_hours or ""),
        "price": "free" if program.free else _price(program),
        "order": str(program.order or ""),
        "prerequisites": ", ".join(
            each.program if each.required else f"{each.program} (optional)" for each in program.prerequisites
        ),
    }
    return ((name.replace("_", " "), value) for name, value in several.items() if value)


def _price(program: Program) -> str:
    return "" if program.price is None else f"{program.price:.2f} {program.currency}"


def course_page(course: Course, texts: Texts, say: Phrases) -> str:
    return front_matter.fenced(
        front_matter.of_course(course),
        f"# {words(course.title)}",
        f"![]({texts.file(course.thumbnail)})" if course.thumbnail else "",
        texts.part(course.description),
        _prerequisite_of(course, texts, say),
        *(
            blocks(
                f"## [{words(section.title)}]({texts.to(texts.outline.section(course, section))})",
                _listed(course, section, texts, say),
            )
            for section in course.sections
        ),
    )


def _prerequisite_of(course: Course, texts: Texts, say: Phrases) -> str:
    if not course.prerequisite:
        return ""
    named = words(course.prerequisite)
    if course.prerequisite in texts.outline.courses:  # else only this course is written
        named = f"[{named}]({texts.to(texts.outline.course(course.prerequisite))})"
    return f"{say['first']}: {named}"


def section_page(course: Course, section: Section, texts: Texts, say: Phrases) -> str:
    return front_matter.fenced(
        front_matter.of_section(section),
        f"# {words(section.title)}",
        texts.part(section.description),
        _listed(course, section, texts, say),
    )


def _listed(course: Course, section: Section, texts: Texts, say: Phrases) -> str:
    lines = []
    for content in section.contents:
        lasts = minutes(content.duration_minutes, say)
        link = f"- [{words(content.title)}]({texts.to(texts.outline.content(course, content))})"
        lines.append(f"{link} · {lasts}" if lasts else link)
    return "\n".join(lines)
