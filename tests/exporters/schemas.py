"""Official schemas, as far as the design material has them: test-time judges of what writers write."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

_SPEECH = "http://www.w3.org/2001/10/synthesis"


class _Beside(etree.Resolver):
    """Answers addresses with the file of the same name, from the first folder that has it.

    libxml2 stumbles over the schema of speech markup, which no writer writes: its elements are anything.
    """

    def __init__(self, path: Path, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._speech = sorted(set(re.findall(r'ref="ssml11:(\w[\w-]*)"', path.read_text("utf-8"))))

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override]
        answer: Any = self
        name = system_url.rpartition("/")[2]
        if name.startswith("ssml"):
            elements = "".join(f'<element name="{each}"/>' for each in self._speech)
            namespace = "http://www.w3.org/2001/XMLSchema"
            text = f'<schema xmlns="{namespace}" targetNamespace="{_SPEECH}">{elements}</schema>'
            return answer.resolve_string(text, context)
        found = next((folder / name for folder in self._folders if (folder / name).exists()), None)
        return answer.resolve_filename(str(found), context) if found else None


@cache
def schema(path: Path, *folders: Path) -> etree.XMLSchema:
    """The schema in a file, with what it imports from these folders, or from its own."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside(path, (*folders, path.parent)))
    return etree.XMLSchema(etree.parse(str(path), parser))


def faults(data: bytes, judge: etree.XMLSchema | etree.DTD) -> list[str]:
    """What is wrong with a document."""
    judge.validate(etree.fromstring(data))
    log: Any = judge.error_log
    return [f"{error.line}: {error.message}" for error in log]
