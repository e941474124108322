"""What packages are and hold, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from pipeline.inspecting import Held, Inspected
from pipeline.show import human, jsondoc
from pipeline.show.account import table
from pipeline.show.terminal import paint, wants_colour
from schemas.printable import printable
from schemas.words import counted, sized

_IRREGULAR = {"quiz": "quizzes"}


def write(inspected: Sequence[Inspected], stream: TextIO) -> None:
    """A block for each package, an empty line after it."""
    for one in inspected:
        stream.write(paint(printable(one.label), "bold", on=wants_colour(stream)) + "\n")
        stream.writelines(f"  {line}\n" for line in _lines(one))
        stream.write("\n")
        human.write_findings(one.findings, stream)


def _lines(one: Inspected) -> Iterator[str]:
    if one.container:
        yield f"container  {_container(one)}"
    if one.format:
        yield f"format     {one.format}"
    if one.held:
        yield from _held(one.held)
    for number, (name, size) in enumerate(one.biggest):
        yield f"{'' if number else 'biggest':<11}{sized(size):>10}  {printable(name)}"
    if one.held:
        yield from table(one.held.report)
    if one.failed:
        yield f"unread     {printable(_why(one))}"


def _container(one: Inspected) -> str:
    unpacked = f"{counted(one.files, 'file')}, {sized(one.unpacked)}"
    return (
        f"{one.container}, {unpacked}"
        if one.packed is None
        else (f"{one.container}, {sized(one.packed)}; {unpacked} unpacked")
    )


def _held(held: Held) -> Iterator[str]:
    yield f"title      {printable(held.title)} (bundle {held.key})"
    things = (counted(number, *_noun(name)) for name, number in held.counts.items())
    yield f"holds      {', '.join(things) or 'nothing'}"
    if held.beside:
        yield f"beside     {printable(', '.join(held.beside))}: personal data of learners"
    if held.standards:
        yield "plays      " + ", ".join(f"{number:,} × {name}" for name, number in held.standards.items())


def _noun(name: str) -> tuple[str, str]:
    noun = name.replace("_", " ")
    return noun, _IRREGULAR.get(noun, "")


def _why(one: Inspected) -> str:
    if one.error:
        return f"{one.error} ({one.error.mend})"
    return f"{counted(sum(f.severity == 'error' for f in one.findings), 'fault')}, told below"


def document(one: Inspected) -> dict[str, Any]:
    return {
        "path": one.label,
        "container": one.container or None,
        "packed": one.packed,
        "files": one.files,
        "unpacked": one.unpacked,
        "biggest": [{"name": name, "size": size} for name, size in one.biggest],
        "format": one.format,
        "holds": one.held and _held_document(one.held),
        "error": str(one.error) if one.error else None,
        "findings": [jsondoc.finding_document(finding) for finding in one.findings],
    }


def _held_document(held: Held) -> Mapping[str, Any]:
    return {
        "bundle": held.key,
        "title": held.title,
        "counts": dict(held.counts),
        "standards": dict(held.standards),
        "beside": list(held.beside),
        "percent": round(held.report.carried_percent(), 1),
        "kinds": {kind: jsondoc.fates_document(fates) for kind, fates in held.report.by_kind().items()},
    }
