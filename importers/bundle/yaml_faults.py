"""Why a YAML document was refused: every reason at once, each with its line, and how to mend it.

Slow and thorough on purpose: it runs only after `yaml_data.load` gave up.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from importers.bundle import yaml_data
from importers.bundle.faults import Fault, Spot, shown
from importers.bundle.text import EMPTY_FILE, harmless, text_faults
from importers.bundle.yaml_values import Values
from schemas.findings import Rule

SYNTAX = Rule("CW110", "yaml-syntax", "The file is not YAML.")
TAB = Rule("CW111", "yaml-tab", "Tabs do not indent in YAML.")
SEVERAL_DOCUMENTS = Rule("CW112", "several-documents", "One file holds one document.")
TOO_DEEP = Rule("CW113", "too-deep", f"Nesting ends at {yaml_data.MAX_DEPTH} levels.")
TOO_MANY_NODES = Rule("CW114", "too-many-nodes", f"A document has at most {yaml_data.MAX_NODES:,} values.")
ALIAS = Rule("CW115", "yaml-alias", "An alias repeats an anchor of the same file, defined once.")
ALIAS_EXPLOSION = Rule("CW116", "alias-explosion", "Aliases repeat a little, they do not multiply.")

_MENDS = (
    ("scanning an alias", "put a text that begins with `*` in quotes"),
    ("scanning an anchor", "put a text that begins with `&` in quotes"),
    ("never closed", "close the quote on the line it belongs to"),
    ("mapping values are not allowed", "put a text that contains ': ' in quotes, or check the indentation"),
    ("block sequence entries are not allowed", "put a text that begins with '- ' in quotes"),
    ("could not find expected ':'", "write `name: value`, or indent the line if it continues a text"),
    ("did not find expected key", "align the line with its neighbours, or close the quote before it"),
    ("did not find expected '-'", "align the line with the other `- ` lines of its list"),
    ("did not find expected ',' or", "close the bracket, or separate its entries with commas"),
    ("did not find expected node content", "close the bracket, or remove the comma"),
    ("quoted scalar", "close the quote on the line it belongs to"),
    ("unknown escape character", "use single quotes when a text contains backslashes"),
    ("invalid Unicode character escape", "write the character itself instead of its code"),
    ("cannot start any token", "put a text that begins with this character in quotes"),
    ("while scanning a simple key", "keep the names of fields short, and on one line"),
    ("incompatible YAML document", "remove the %YAML line"),
    ("did not find expected <document start>", "remove what stands before or after the document"),
)
_WANTED = {"key": "the next field", "'-' indicator": "the next `- `"}
_SAID = {
    "mapping values are not allowed in this context": "a `: ` where no field can begin",
    "block sequence entries are not allowed in this context": "a `- ` where no list can begin",
}


def find(name: str, raw: bytes) -> list[Fault]:
    """All reasons to refuse the file, in the order of their lines; empty only for a document that loads."""
    return examined(name, raw).faults


def examined(name: str, raw: bytes) -> Values:
    """The same, with the data as far as they can be believed; None when the file as a whole is refused."""
    faults = list(text_faults(name, raw))
    data = harmless(raw)
    root = None
    if not faults and data is not None:
        faults, root = _composed(name, data)
    values = Values(name, faults)
    if root is not None:
        values.data = values.node(root, ())
    return values


def _composed(name: str, data: bytes) -> tuple[list[Fault], Any]:
    """(why the document is refused as a whole, None), or (nothing, its nodes)."""
    try:
        too_large = _size_fault(name, data)
        if too_large is not None:
            return [too_large], None
        root = yaml_data.compose(data)
    except yaml.YAMLError as error:
        return [_syntax(name, data, error)], None
    if root is None:
        empty = "an empty file", "a document", "write the file, or delete it"
        return [_fault(EMPTY_FILE, _spot(name, None), *empty)], None
    if not yaml_data.expands_moderately(root):
        return [_explosion(name, root)], None
    return [], root


def _fault(rule: Rule, spot: Spot, found: str, expected: str, mend: str, *related: Spot) -> Fault:
    return Fault(rule=rule, spot=spot, found=found, expected=expected, mend=mend, related=related)


def _spot(name: str, mark: Any) -> Spot:
    return Spot(name, mark=(mark.line + 1, mark.column + 1)) if mark else Spot(name, mark=(1, 1))


# ── the document as a whole ──────────────────────────────────────────────────────────────────────


def _size_fault(name: str, data: bytes) -> Fault | None:
    """PyYAML 6.0.4's libyaml ends at 1,000 levels, before it has told of the first: the other parser does."""
    try:
        return _counted(name, data, yaml.CBaseLoader)
    except yaml.YAMLError as error:
        if "nesting depth" not in str(error):
            raise
        return _counted(name, data, yaml.BaseLoader)


def _counted(name: str, data: bytes, loader: type[yaml.CBaseLoader | yaml.BaseLoader]) -> Fault | None:
    depth = nodes = 0
    for event in yaml.parse(data, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > yaml_data.MAX_DEPTH:
            return _fault(
                TOO_DEEP,
                _spot(name, event.start_mark),
                f"a value nested more than {yaml_data.MAX_DEPTH} levels deep",
                "nesting as in a course: sections, contents, questions, options",
                "look for brackets or list marks that were typed or generated by mistake",
            )
        if nodes > yaml_data.MAX_NODES:
            return _fault(
                TOO_MANY_NODES,
                _spot(name, event.start_mark),
                f"more than {yaml_data.MAX_NODES:,} values in one file",
                "a file that people can read",
                "split it: a quiz can be a file of its own, and so can every course",
            )
    return None


def _explosion(name: str, root: Any) -> Fault:
    return _fault(
        ALIAS_EXPLOSION,
        _spot(name, root.start_mark),
        "aliases that repeat one another until the document is many times its size, or hold themselves",
        f"at most {yaml_data.EXPANSION} times the text that was written",
        "write the repeated values out",
    )


def _syntax(name: str, data: bytes, error: yaml.YAMLError) -> Fault:
    """What libyaml says, in our words. It speaks of a context (a quote, a mapping) and of a problem in it."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    spot = _spot(name, mark)
    if "single document" in context or "single document" in problem:
        mend = "delete the line `---`, or split the file"
        return _fault(SEVERAL_DOCUMENTS, spot, "a second document", "one document", mend)
    if "undefined alias" in problem or "duplicate anchor" in context:
        return _alias(name, spot, problem, error)
    if _tab_at(data, mark):
        return _fault(TAB, spot, "a tab", "spaces", "indent with spaces; most editors convert tabs")
    if "quoted scalar" in context and "end of stream" in problem:
        spot, problem = _spot(name, getattr(error, "context_mark", mark)), "a quote that is never closed"
    words = f"{context}: {problem}" if context else problem
    mend = next((mend for part, mend in _MENDS if part in words), "check quotes, colons and indentation here")
    before, after = _around(data, mark)
    if before.rstrip().endswith(("'", '"')):
        mend = "put the whole text into one pair of quotes; in single ones, write '' for '"
    elif re.match("-[^ -]", after):
        mend = "write a space behind the `-`"
    wanted = problem.removeprefix("did not find expected ")
    if wanted != problem:
        found = shown(after, 30) if after else "the end of the file"
        return _fault(SYNTAX, spot, found, _WANTED.get(wanted, wanted), mend)
    if "cannot start any token" in problem:
        return _fault(SYNTAX, spot, f"a value that begins with `{after[:1]}`", "a plain value", mend)
    return _fault(SYNTAX, spot, _SAID.get(problem, problem.removeprefix("found ")), "YAML", mend)


def _around(data: bytes, mark: Any) -> tuple[str, str]:
    """What stands before and behind a mark, in its line."""
    lines = data.decode(errors="replace").split("\n") if mark else [""]
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    column = mark.column if mark else 0
    return line[:column], line[column:]


def _alias(name: str, spot: Spot, problem: str, error: yaml.YAMLError) -> Fault:
    if "undefined" in problem:
        mend = "write the value out, or put the text in quotes if the `*` belongs to it"
        return _fault(ALIAS, spot, "an alias without its anchor", "`&name` before every `*name`", mend)
    first = _spot(name, getattr(error, "context_mark", None))
    mend = "give the second one another name"
    return _fault(ALIAS, spot, "an anchor defined twice", "each `&name` once", mend, first)


def _tab_at(data: bytes, mark: Any) -> bool:
    """Whether a tab separates or indents at the mark: libyaml only says what it could not read there."""
    lines = data.split(b"\n")
    for number in (mark.line, mark.line - 1) if mark else ():
        if 0 <= number < len(lines):
            line = lines[number].decode(errors="replace")
            start = line[: len(line) - len(line.lstrip(" \t-?:"))]
            if "\t" in start:
                return True
    return False
