"""The OpenAPI document: complete, with invented examples, and without anybody's data."""

from __future__ import annotations

import re
from typing import Any

from tests.api.desks import PROBLEM, District
from tests.program import a_name, an_id_number, pupil

OPEN = {"/api/v1/healthz", "/api/v1/readyz"}


def document(district: District) -> dict[str, Any]:
    answer = district.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_every_operation_is_described_and_says_how_it_fails(district: District) -> None:
    found = document(district)
    assert len(found["paths"]) >= 25
    for path, operations in found["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["tags"], path
            problems = [code for code in operation["responses"] if int(code) >= 400]
            assert problems
            for code in problems:
                assert list(operation["responses"][code]["content"]) == [PROBLEM]
            if path.startswith("/api/v1/public/"):
                assert operation["security"] == []
            elif path not in OPEN:
                assert operation["security"] == [{"HTTPBearer": []}]
                assert {"401", "403", "404", "422", "503"} <= set(problems)
    assert "HTTPValidationError" not in found["components"]["schemas"]


def test_every_field_has_a_description_and_requests_have_examples(district: District) -> None:
    schemas = document(district)["components"]["schemas"]
    for name, schema in schemas.items():
        if not name.endswith(("In", "Out")):
            continue
        for field, described in schema.get("properties", {}).items():
            assert "description" in described or "examples" in described, f"{name}.{field}"
            if name.endswith("In") and "$ref" not in described:
                assert described.get("examples"), f"{name}.{field}"


def test_the_document_holds_nobodys_identifiers(district: District) -> None:
    district.dropout()
    text = district.client.get("/api/v1/openapi.json").text
    stated = pupil(1)
    for value in (an_id_number(1), a_name(1), *map(str, stated.values())):
        assert value not in text
    numbers = set(re.findall(r"(?<![0-9a-f-])[0-9]{17}[0-9X]", text))
    assert numbers == {"999999201503010016"}
    assert not re.findall(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", text)


def test_no_page_loads_scripts_from_elsewhere(district: District) -> None:
    for path in ("/docs", "/redoc", "/api/v1/docs"):
        assert district.client.get(path).status_code in (401, 404)
