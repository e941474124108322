"""`schemas/json/*.schema.json` from the models of the files. Write them with `python -m schemas.jsonschema`.

The files keep to the vocabulary of draft 7 that every editor knows. `$ref` stands alone, since siblings are
ignored there. A union is `enum` + `if`/`then` on its discriminator, so that a fault gives one precise message
instead of "matches none", and completion offers the fields of the type that was chosen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "json"
DRAFT = "http://json-schema.org/draft-07/schema#"
_TITLES = {
    "bundle": "bundle.yaml",
    "program": "*.program.yaml",
    "course": "*.course.yaml",
    "quiz": "*.quiz.yaml",
    "tenants": "tenants.yaml",
    "policy": "a policy file",
}


def generated() -> dict[str, str]:
    """File name → JSON text, for every kind of file."""
    from schemas.configuration import TenantsFile
    from schemas.documents import FILES, Document
    from schemas.policy import PolicyFile

    models: dict[str, type[Document]] = {**FILES, "tenants": TenantsFile, "policy": PolicyFile}
    texts: dict[str, str] = {}
    for kind, model in models.items():
        schema = {
            "$schema": DRAFT,
            **_file_schema(model.model_json_schema()),
            "title": f"coursewright {_TITLES[kind]}",
        }
        texts[f"{kind}.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in generated().items():
        (folder / name).write_text(text, encoding="utf-8")


def _file_schema(schema: dict[str, Any]) -> dict[str, Any]:
    definitions = schema.pop("$defs", {})
    described = {name: definition.get("description", "") for name, definition in definitions.items()}
    result: dict[str, Any] = _rewritten(schema, described)
    if definitions:
        result["$defs"] = {
            name: _rewritten(definition, described) for name, definition in definitions.items()
        }
    return result


def _rewritten(node: Any, described: dict[str, str]) -> Any:
    """One pydantic schema, and everything below it, in our vocabulary."""
    if isinstance(node, list):
        return [_rewritten(item, described) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: value for key, value in node.items() if not _is_noise(key, value)}
    if "properties" in node:
        properties = {name: _rewritten(value, described) for name, value in node.pop("properties").items()}
        return {**_rewritten(node, described), "properties": properties}
    if "discriminator" in node:
        return _by_discriminator(node, described)
    if "anyOf" in node:
        return _optional_or_by_kind(node, described)
    if "patternProperties" in node:
        node = _named_by_pattern(node)
    if "$ref" in node and len(node) > 1:
        node = {"allOf": [{"$ref": node.pop("$ref")}], **node}
    return {key: _rewritten(value, described) for key, value in node.items()}


def _is_noise(key: str, value: Any) -> bool:
    """Titles repeat the field's name, and `default: null` says nothing."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _by_discriminator(node: dict[str, Any], described: dict[str, str]) -> dict[str, Any]:
    """`oneOf` with a discriminator → `enum` + `if`/`then`: one precise error for each fault."""
    name = node["discriminator"]["propertyName"]
    mapping: dict[str, str] = node["discriminator"]["mapping"]
    choices = {
        "enum": list(mapping),
        "enumDescriptions": [described[ref.rsplit("/", 1)[1]] for ref in mapping.values()],
    }
    branches = [
        {
            "if": {"type": "object", "required": [name], "properties": {name: {"const": value}}},
            "then": {"$ref": ref},
        }
        for value, ref in mapping.items()
    ]
    return {"type": "object", "required": [name], "properties": {name: choices}, "allOf": branches}


def _optional_or_by_kind(node: dict[str, Any], described: dict[str, str]) -> dict[str, Any]:
    """Without its null an optional field is its value; text or mapping (a quiz) is told by its type."""
    kinds = [kind for kind in node.pop("anyOf") if kind != {"type": "null"}]
    if len(kinds) == 1:
        return dict(_rewritten({**kinds[0], **node}, described))
    text, mapping = kinds
    assert text["type"] == "string"
    assert "$ref" in mapping, "a union without discriminator is a text or a mapping"
    branches = [
        {"if": {"type": "string"}, "then": _rewritten(text, described)},
        {"if": {"type": "object"}, "then": mapping},
    ]
    return {"type": ["string", "object"], **_rewritten(node, described), "allOf": branches}


def _named_by_pattern(node: dict[str, Any]) -> dict[str, Any]:
    """Names outside the pattern pass in pydantic the pattern through; here they are judged as names."""
    [(pattern, value)] = node.pop("patternProperties").items()
    names = {**node.pop("propertyNames"), "pattern": pattern}
    return {**node, "propertyNames": names, "additionalProperties": value}


if __name__ == "__main__":
    write()
