"""What can be sent to every door that takes something: bodies made of the API's own document.

A door that somebody adds is sent its own examples by itself, once its schema stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.adversary.http import HttpAsking
from tests.attachments.files import jpeg

PSEUDONYM = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

JSON = "application/json"
OF_THE_EXAMPLE = {"{agency}/{kind}": "education/absence"}
"""What record the document's own example is of."""


def takings(asking: HttpAsking) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and what is sent, of every door that takes something other than a sheet of rows,
    each of which is a record as it is sent by itself."""
    for (method, path), operation in asking.operations.items():
        if method not in ("POST", "PUT") or path.endswith("/sheets"):
            continue
        for part, instead in OF_THE_EXAMPLE.items():
            path = path.replace(part, instead)
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            yield method, path, {}
        elif JSON in content:
            yield method, path, {"json": example(asking.document, content[JSON]["schema"])}
        else:
            file = {"file": ("a.jpg", jpeg(), "application/octet-stream")}
            yield method, path, {"files": file, "data": {"category": "visits"}}


def example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A value of a schema, by the examples that stand in it."""
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]])
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        parts = schema.get("properties", {})
        return {name: example(document, part) for name, part in parts.items()}
    if schema.get("type") == "array":
        return [example(document, schema["items"])]
    return {"boolean": True, "integer": 1, "string": "（示例）"}[schema["type"]]


def about(sent: Any, pseudonym: str) -> Any:
    """What is sent, with one pseudonym in the place of every one that its examples name."""
    if isinstance(sent, dict):
        return {name: about(value, pseudonym) for name, value in sent.items()}
    if isinstance(sent, list):
        return [about(value, pseudonym) for value in sent]
    return re.sub(PSEUDONYM, pseudonym, sent) if isinstance(sent, str) else sent
