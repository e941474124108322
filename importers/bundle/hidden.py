"""What may be in files that could not be read, so that nothing is called missing or stray because of them.

Their text is searched for words: a key is what stands behind `key:`, a file is used where its name stands.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator

from importers.bundle import text
from importers.bundle.documents import (
    KINDS,
    PAGE_LIMIT,
    ROOT,
    YAML_LIMIT,
    Documents,
    Kind,
    is_misnamed,
    is_page,
    is_yaml,
    kind_of,
)
from importers.bundle.gaps import ANY
from importers.bundle.words import as_key
from schemas.findings import RefusedError

_KEY = re.compile(r"""^\{?[ \t]*["']?key["']?[ \t]*:[ \t]*["']?(\w[^"'#,}\n]*)""", re.MULTILINE)
_WORD = re.compile(r"[^\s/\\\"'(){}\[\],:;<>|&=?#]+")


def possible_keys(documents: Documents, kind: Kind) -> set[str] | None:
    """The keys of all documents of the kind, and those that unreadable ones may have; None for any key."""
    hidden = None if documents.single else _hidden_keys(documents, kind)
    return None if hidden is None else hidden.union(document.data["key"] for document in documents.of(kind))


def may_be_hidden(documents: Documents, address: str) -> bool:
    """Whether something of that address may be in the bundle, or be moved on, where we could not read."""
    root = documents.documents.get(ROOT)
    if root is not None and root.at.lacks("moved", ANY):
        return True
    first, *inner = address.split("/")
    if len(inner) > 1 and any(True for _ in _unread(documents, "quiz")):
        return True
    kind, key = first.split(":", 1)
    keys = _hidden_keys(documents, "program" if kind == "program" else "course")
    return keys is None or key in keys


def _hidden_keys(documents: Documents, kind: Kind) -> set[str] | None:
    """Every key that an unreadable document of the kind may have; None when one of them may have any."""
    if kind not in documents.hidden_keys:
        documents.hidden_keys[kind] = _keys_written(documents, kind)
    return documents.hidden_keys[kind]


def _keys_written(documents: Documents, kind: Kind) -> set[str] | None:
    keys: set[str] = set()
    for written in _unread(documents, kind):
        found = {match.strip() for match in _KEY.findall(written)}
        if not any(map(_may_be_key, found)):
            return None
        keys |= found.union(map(as_key, found))
    return keys


def _may_be_key(word: str) -> bool:
    """`null` and 5.5 stand where a key belongs, and nobody knows which."""
    from importers.bundle.yaml_data import NUMBER, WORDS

    return word not in WORDS and NUMBER.fullmatch(word) is None


def mentioned(documents: Documents, unused: Iterable[str], seeds: Iterable[str]) -> set[str]:
    """Those of the unused files that an unreadable file may name, or one that is named like this.

    `seeds` are such files that are no documents: broken and refused pages, files that a wrong path meant. The
    answer is all of the unused files when there is an unreadable one that says nothing.
    """
    usable = (name for name in unused if kind_of(name) is not None or not is_yaml(name))
    left = {name: set(_words(posixpath.basename(name))) for name in usable}
    found = set(seeds)
    texts = [written for kind in KINDS for written in _unread(documents, kind)]
    if not (all("key" in written for written in texts) and found <= documents.names):
        return set(left)
    texts += [_text(documents, name) for name in found]
    words: set[str] = set()
    while texts:
        words.update(word for written in texts for word in _words(written))
        fresh = [name for name, parts in left.items() if parts <= words and name not in found]
        found.update(fresh)
        texts = [_text(documents, name) for name in fresh if is_page(name) or is_yaml(name)]
    return found


def _unread(documents: Documents, kind: Kind) -> Iterator[str]:
    """The text of each document that is damaged, or that may be one of the kind under a wrong name."""
    for document in documents.damaged(kind):
        yield _decoded(document.raw or b"")
    for name in sorted(filter(is_misnamed, documents.names)):
        if kind in posixpath.basename(name).lower():
            yield _text(documents, name)
    for place in documents.refused_places():
        if kind_of(place) == kind or "." not in posixpath.basename(place):  # a folder may hold anything
            yield ""


def _text(documents: Documents, name: str) -> str:
    try:
        return _decoded(documents.source.read(name, YAML_LIMIT if is_yaml(name) else PAGE_LIMIT))
    except RefusedError:
        return ""


def _decoded(raw: bytes) -> str:
    data = text.harmless(raw) or raw
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _words(written: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", written).casefold()
    if "%" in plain:
        from urllib.parse import unquote

        plain += "\n" + unquote(plain)
    return _WORD.findall(plain)
