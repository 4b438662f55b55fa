"""As much of JSON Schema 2020-12 as the generated schemas use; anything else is an error."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

_FORMATS: dict[str, Callable[[str], object]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "date-time": lambda text: datetime.fromisoformat(text).astimezone(),
    "uri-reference": str,
}
_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}
_KNOWN = {
    *("$schema", "$id", "title", "description"),
    *("type", "enum", "const", "anyOf", "format", "pattern", "contentEncoding", "minLength"),
    *("properties", "required", "items", "prefixItems", "minItems", "maxItems"),
}


def faults(schema: dict[str, Any], value: Any, where: str = "$") -> list[str]:
    """Where a value is not as a schema says."""
    if unknown := schema.keys() - _KNOWN:
        raise NotImplementedError(f"{where}: {sorted(unknown)}")
    if "anyOf" in schema:
        if not any(faults(each, value) == [] for each in schema["anyOf"]):
            return [f"{where}: none of its types"]
        return []
    kind = _TYPES[schema["type"]] if "type" in schema else object
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return [f"{where}: not {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: not one of its values"]
    if "const" in schema and value != schema["const"]:
        return [f"{where}: not its value"]
    if isinstance(value, str):
        return _text_faults(schema, value, where)
    if isinstance(value, list):
        return _list_faults(schema, value, where)
    if isinstance(value, dict):
        found = [
            f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value
        ]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += faults(part, value[name], f"{where}.{name}")
        return found
    return []


def _text_faults(schema: dict[str, Any], value: str, where: str) -> list[str]:
    if len(value) < schema.get("minLength", 0):
        return [f"{where}: too short"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{where}: not its pattern"]
    try:
        if "format" in schema:
            _FORMATS[schema["format"]](value)
        if schema.get("contentEncoding") == "base64":
            b64decode(value, validate=True)
    except ValueError:
        return [f"{where}: not its format"]
    return []


def _list_faults(schema: dict[str, Any], value: list[Any], where: str) -> list[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return [f"{where}: {len(value)} items"]
    parts = [*schema.get("prefixItems", ())]
    parts += [schema.get("items", {})] * (len(value) - len(parts))
    return [
        fault
        for n, (part, each) in enumerate(zip(parts, value, strict=False))
        for fault in faults(part, each, f"{where}[{n}]")
    ]
