"""As much of JSON Schema 2020-12 as credentials-schemas/schemas uses."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from .strict_json import Json, Number

SCHEMAS = Path(__file__).resolve().parents[4] / "credentials-schemas" / "schemas"

Schema = dict[str, Any]
"""A schema is read from the repository's own files: its shape is not checked again."""


class ShapeError(ValueError):
    """A value has another shape than its schema; `keyword` and `note` say which part of it."""

    def __init__(self, place: str, keyword: str, note: str) -> None:
        super().__init__(f"{place}: {keyword}")
        self.place = place
        self.keyword = keyword
        self.note = note


@lru_cache(maxsize=1)
def all_schemas() -> dict[str, Schema]:
    """The schemas of the repository, by what their `vct` or `schema` member must be."""
    found: dict[str, Schema] = {}
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        schema: Schema = json.loads(path.read_text("utf-8"))
        properties = schema["properties"]
        found[properties.get("vct", properties.get("schema"))["const"]] = schema
    return found


def check(root: Schema, schema: Schema, value: Json, place: str) -> None:
    """Checks a value against a part of `root`; the first fault in the order of the value is raised."""
    _check(root, schema, value, place, "")


def _check(root: Schema, schema: Schema, value: Json, place: str, note: str) -> None:
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return _check(root, target, value, place, schema.get("description", note))
    note = schema.get("description", note)
    if "type" in schema and not _is(schema["type"], value):
        raise ShapeError(place, "type", note)
    if "const" in schema and value != schema["const"]:
        raise ShapeError(place, "const", note)
    if "enum" in schema and value not in schema["enum"]:
        raise ShapeError(place, "enum", note)
    if "not" in schema and _holds(root, schema["not"], value):
        raise ShapeError(place, "not", note)
    if isinstance(value, str):
        _text(schema, value, place, note)
    elif isinstance(value, Number):
        if "minimum" in schema and int(value.text) < schema["minimum"]:
            raise ShapeError(place, "minimum", note)
    elif isinstance(value, list):
        _array(root, schema, value, place, note)
    elif isinstance(value, dict):
        _object(root, schema, value, place, note)
    return None


def _is(kind: str, value: Json) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, Number) and re.fullmatch(r"-?(0|[1-9][0-9]*)", value.text) is not None
    raise NotImplementedError(kind)


def _holds(root: Schema, schema: Schema, value: Json) -> bool:
    try:
        _check(root, schema, value, "", "")
    except ShapeError:
        return False
    return True


def _text(schema: Schema, value: str, place: str, note: str) -> None:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        raise ShapeError(place, "length", note)
    # ECMA's `$` matches at the very end only, Python's also before a last line feed.
    if "pattern" in schema and not re.search(schema["pattern"].removesuffix("$") + r"\Z", value):
        raise ShapeError(place, "pattern", note)


def _array(root: Schema, schema: Schema, value: list[Json], place: str, note: str) -> None:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        raise ShapeError(place, "items", note)
    if "items" in schema:
        for index, item in enumerate(value):
            _check(root, schema["items"], item, f"{place}/{index}", "")


def _object(root: Schema, schema: Schema, value: dict[str, Json], place: str, note: str) -> None:
    properties = schema.get("properties", {})
    for name, member in value.items():
        if name in properties:
            _check(root, properties[name], member, f"{place}/{name}", "")
        elif schema.get("additionalProperties", True) is False:
            raise ShapeError(f"{place}/{name}", "additionalProperties", "")
    for name in schema.get("required", []):
        if name not in value:
            raise ShapeError(f"{place}/{name}", "required", note)
    for name, others in schema.get("dependentRequired", {}).items():
        for other in others if name in value else []:
            if other not in value:
                raise ShapeError(f"{place}/{other}", "dependentRequired", note)
    if "if" in schema:
        branch = "then" if _holds(root, schema["if"], value) else "else"
        if branch in schema:
            _check(root, schema[branch], value, place, note)
