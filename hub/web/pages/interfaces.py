"""接口说明: the doors of the API as its own document (OpenAPI) names them, for whoever connects a
system: read from the document itself, whole without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from hub.api.problems import PREFIX
from hub.web.desk import At

router = APIRouter()

_DEEP = 6
"""How deep an example goes into what it is made of."""
_PLACES = {"path": "地址中", "query": "地址参数", "header": "请求头"}


@router.get("/docs")
def interfaces(desk: At, of: str = "") -> Response:
    """Every matter that there are doors to, and each door of one of them."""
    document: Mapping[str, Any] = desk.request.app.state.document()
    doors = list(_doors(document))
    tags = list(dict.fromkeys(each["tag"] for each in doors))
    return desk.page(
        "interfaces.html",
        title="接口说明",
        about=document["info"]["description"],
        document=f"{PREFIX}/openapi.json",
        tags=[(tag, sum(each["tag"] == tag for each in doors)) for tag in tags],
        of=of if of in tags else "",
        doors=[each for each in doors if each["tag"] == of],
    )


def _doors(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, each in operations.items():
            body = each.get("requestBody", {}).get("content", {}).get("application/json")
            done = each["responses"].get("200", {}).get("content", {}).get("application/json")
            yield {
                "tag": each.get("tags", ["其他"])[0],
                "method": method.upper(),
                "path": path,
                "title": each.get("summary", ""),
                "about": each.get("description", ""),
                "asked": [
                    (
                        one["name"],
                        _PLACES.get(one["in"], one["in"]),
                        one.get("required", False),
                        one.get("description", ""),
                    )
                    for one in each.get("parameters", ())
                ],
                "body": _text(body, schemas),
                "answer": _text(done, schemas),
                "refusals": [
                    (status, one["description"])
                    for status, one in sorted(each["responses"].items())
                    if not status.startswith("2")
                ],
            }


def _text(content: Mapping[str, Any] | None, schemas: Mapping[str, Any]) -> str:
    if content is None:
        return ""
    example = _example(content.get("schema", {}), schemas, _DEEP)
    return json.dumps(example, ensure_ascii=False, indent=2)


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], deep: int) -> Any:
    """An example of a schema, of those that its fields carry."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "examples" in schema:
        return schema["examples"][0]
    if "default" in schema or not deep:
        return schema.get("default")
    if "properties" in schema:
        fields = schema["properties"].items()
        return {name: _example(each, schemas, deep - 1) for name, each in fields}
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), schemas, deep - 1)]
    for either in schema.get("anyOf", schema.get("allOf", ())):
        return _example(either, schemas, deep - 1)
    return schema.get("const", next(iter(schema.get("enum", ())), None))
