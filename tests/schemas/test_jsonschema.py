"""One description of the files: pydantic models, committed schemas and two validators say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import jsonschema as generator
from schemas.documents import FILES
from tests.importers.bundle.sources import EXAMPLES

Judge = Callable[[Any], bool]
SCHEMAS = {kind: json.loads((generator.FOLDER / f"{kind}.schema.json").read_text()) for kind in FILES}


@pytest.mark.parametrize(("name", "text"), generator.generated().items())
def test_the_committed_schemas_are_the_generated_ones(name: str, text: str) -> None:
    assert (generator.FOLDER / name).read_text() == text, "run `python -m schemas.jsonschema`"


@pytest.mark.parametrize("kind", FILES)
def test_the_schemas_are_schemas_of_draft_7(kind: str) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMAS[kind])
    assert jsonschema_rs.meta.is_valid(SCHEMAS[kind])


@pytest.mark.parametrize("kind", FILES)
def test_every_field_is_explained_to_who_writes_it_in_an_editor(kind: str) -> None:
    silent = [
        f"{where}.{name}"
        for where, node in _nodes(SCHEMAS[kind])
        for name, field in node.get("properties", {}).items()
        if not field.keys() & {"description", "enumDescriptions", "const"}
    ]
    assert silent == []


@pytest.mark.parametrize("kind", FILES)
def test_the_schemas_use_only_what_old_editors_know(kind: str) -> None:
    for where, node in _nodes(SCHEMAS[kind]):
        assert not node.keys() & {
            "oneOf",
            "anyOf",
            "prefixItems",
            "unevaluatedProperties",
            "dependentRequired",
        }, where
        assert "$ref" not in node or len(node) == 1, f"{where}: siblings of $ref are ignored"
        assert "pattern" not in node or "patternErrorMessage" in node, where


def _nodes(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield where, node
    for step, child in (
        node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ())
    ):
        yield from _nodes(child, f"{where}/{step}")


# ── three verdicts ───────────────────────────────────────────────────────────────────────────────


def _pydantic(kind: str) -> Judge:
    def judge(document: Any) -> bool:
        try:
            FILES[kind].model_validate(document)
        except ValidationError:
            return False
        return True

    return judge


JUDGES: dict[str, tuple[Judge, Judge, Judge]] = {
    kind: (
        jsonschema_rs.Draft7Validator(schema).is_valid,
        jsonschema.Draft7Validator(schema).is_valid,
        _pydantic(kind),
    )
    for kind, schema in SCHEMAS.items()
}
# What authors type instead: other kinds, limits and just beyond, blanks, words of other fields.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 5.0, 1.5, 1e300, 2**63, "", " ", "\u00a0", "x", "A b", "a" * 81, "é", "a@b", "no", "1",
    "https://example.org/@x", "https://u@example.org", "http:/x", "2026-12-24T17:00:00+01:00", "2026-12-24", "٢٠٢٦-12-24T17:00Z",
    "de", "pt-BR", "EUR", "published", "essay", "matching", "video", "scorm-1.2", "scorm-2004-4th-edition", "xapi", 100_000, 1000, 999.99,
    [], {}, [[]], [{}], ["a"], [None], {"key": "a"}, {"a": "b"}, {"A b": "c"}, {"questions": []},
]  # fmt: skip
FIELDS = sorted(
    {name for schema in SCHEMAS.values() for _, node in _nodes(schema) for name in node.get("properties", {})}
)


def _paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step, child in (
        node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ())
    ):
        yield (*path, step)
        yield from _paths(child, (*path, step))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """A document of the examples with one to three values replaced, removed or added."""
    kind, document = draw(st.sampled_from(SOUND))
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        paths = list(_paths(document))
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        node = document
        for step in way:
            node = node[step]
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "remove":
            del node[last]
        elif change == "add" and isinstance(node, dict):
            node[draw(st.sampled_from([*FIELDS, "unheard"]))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        else:
            node[last] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return kind, document


def _loaded() -> list[tuple[str, Any]]:
    from importers.bundle import text, yaml_data

    return [
        (kind, yaml_data.load(text.harmless(path.read_bytes()) or b""))
        for kind in FILES
        for path in sorted(EXAMPLES.rglob("*.yaml"))
        if path.name.removesuffix(".yaml").rsplit(".", 1)[-1] == kind
    ]


SOUND = _loaded()


def test_the_examples_are_sound_to_all_three() -> None:
    assert len(SOUND) >= 8
    for kind, document in SOUND:
        assert [judge(document) for judge in JUDGES[kind]] == [True, True, True]


@settings(max_examples=600, deadline=None)
@given(mutated())
def test_the_editor_check_and_pydantic_never_disagree(case: tuple[str, Any]) -> None:
    kind, document = case
    ours, oracle, models = (judge(document) for judge in JUDGES[kind])
    assert ours == oracle == models


def test_a_line_end_behind_a_key_is_refused_although_pythons_dollar_would_pass_it() -> None:
    """The one known difference: `$` of Python's `re` matches before a last line end, ECMAScript's does not."""
    document = {"key": "a\n"}
    assert [judge(document) for judge in JUDGES["bundle"]] == [False, True, False]
