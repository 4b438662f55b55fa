"""The same rules in Cedar: the tests' independent oracle.

``policies.cedar`` and ``entities.json`` were written from the words of the design and from the
reference matrix, not from the hub's code or its policy folder: whoever changes a rule changes it
twice, here and there. Cedar's traps are closed: entities and requests are checked against the
schema, the policy set is parsed once, and whatever reports an error is a denial and a failure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cedarpy import Decision, Entities, PolicySet, Schema, is_authorized_batch, validate_policies

HERE = Path(__file__).resolve().parent
_BATCH = 2_000

Request = dict[str, Any]


class OracleError(Exception):
    """Cedar reported an error; what it decided beside it counts for nothing."""


def text(name: str) -> str:
    """One of the oracle's files."""
    return (HERE / name).read_text(encoding="utf-8")


class Oracle:
    """Answers requests by one policy set."""

    def __init__(self, policies: str = "", entities: str = "") -> None:
        self.schema = Schema.from_str(text("schema.cedarschema"))
        self.policies = PolicySet.from_str(policies or text("policies.cedar"))
        self.entities = Entities.from_json_str(entities or text("entities.json"), self.schema)

    def allows(self, requests: Iterable[Request]) -> list[bool]:
        """Whether each is allowed. Raises OracleError, naming the policies that erred."""
        asked = list(requests)
        found: list[bool] = []
        for start in range(0, len(asked), _BATCH):
            results = is_authorized_batch(
                asked[start : start + _BATCH], self.policies, self.entities, self.schema
            )
            for result in results:
                if result.diagnostics.errors or result.decision is Decision.NoDecision:
                    raise OracleError(str(result.diagnostics.errors))
                found.append(result.decision is Decision.Allow)
        return found


def validated() -> list[str]:
    """What Cedar's own validation finds wrong with the oracle's policies."""
    result = validate_policies(text("policies.cedar"), Schema.from_str(text("schema.cedarschema")))
    return [str(error) for error in result.errors]


@cache
def oracle() -> Oracle:
    """The oracle, parsed once."""
    return Oracle()


def cells() -> dict[str, dict[str, frozenset[str]]]:
    """The matrix as the oracle holds it: the words of each seat's columns."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    entities: Sequence[Any] = json.loads(text("entities.json"))
    columns = {each["attrs"]["column"] for each in entities if each["uid"]["type"] == "Field"}
    for each in entities:
        if each["uid"]["type"] == "Seat":
            words = {word: of for word, of in each["attrs"].items() if isinstance(of, list)}
            found[each["uid"]["id"]] = {
                column: frozenset(word for word, of in words.items() if column in of)
                for column in columns
            }
    return found
