"""Everything that can be got over HTTP, by whom and about whom.

A door is asked by itself as soon as it stands in the API's own document: its path is filled with
the identifiers of the job, whether or not the asker could ever have come by them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi.testclient import TestClient

from hub.bootstrap import Program
from tests.adversary.job import PHONE_VISIT, Job
from tests.api.desks import District
from tests.program import OTHER_TOWN_CODE, OTHER_VILLAGE_CODE, TOWN_CODE, VILLAGE_CODE

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "stream": ("visit", "guardianship", "health", "benefit", "programme", "advice"),
    "town": (TOWN_CODE, OTHER_TOWN_CODE),
    "village": (VILLAGE_CODE, OTHER_VILLAGE_CODE),
    "until": ("2026-12-31",),
    "days": ("3660",),
    "category": ("who", "harm"),
    "date": ("2025-03-04", "2025-03-10"),
    "organisation": ("school:3101170001", "police_station:310117001"),
    "decision": ("NOT_FILED",),
    "feedback_owed": ("true",),
    "open_only": ("false",),
    "everybodys": ("true",),
    "state": ("all",),
    "over": ("true",),
    "to_answer": ("true",),
    "kind": ("MISSED",),
    "period": ("2025-03", "2025-Q1"),
    "year": ("2025",),
    "site_kind": ("SCHOOL",),
    "owner": ("town:310117001", "education:310117"),
    "month": ("2025-03",),
    "aid_state": ("APPLIED", "GRANTED"),
    "ledger": ("of_age", "suspected", "dropout"),
    "own": ("true",),
    "system": ("CHILD_WELFARE",),
    "everything": ("true",),
}
"""What is asked under each option of a door, and without it, together with every other; one that
is not here fails the test. Pages are as long as a door gives them."""

NO_OPTIONS = {
    *("cursor", "limit", "min_position", "task"),
    *("post", "purpose", "basis", "producer", "wrote", "flag", "responsible", "conflicted"),
    *("guardian_suspect", "tasks", "recorded", "emergencies"),
}
"""They choose no other rows: where a page begins, how an entry of the log reads, and what the rules
are asked to suppose."""


ANYTHING = "anything"


def identifiers(program: Program, job: Job) -> dict[str, list[str]]:
    """Parameter of a path → what stands in its place in turn: every one of its kind, and where the
    job has none, ``anything``, some of every kind there is."""
    streams: dict[str, list[str]] = {}
    for fact in program.store.feed(0, 100_000):
        known = streams.setdefault(fact.topic.split(".")[0], [])
        if str(fact.stream) not in known:
            known.append(str(fact.stream))
    found = {
        "child_ref": [*job.children.values(), *job.reports.values(), *job.matters],
        "referral_id": streams["referral"],
        "case": [
            *job.reports.values(),
            *job.matters,
            streams["referral"][0],
            *streams.get("dropout", ()),
        ],
        "report_id": list(job.reports.values()),
        "receipt": list(job.reports),
        "visit_id": [PHONE_VISIT, *streams["visit"], *streams["verification"]],
        "advice_id": streams["advice"],
        "attachment_id": streams["attachment"],
        "tree": ["access", "events"],
        "worker": streams.get("worker", ["no-worker"]),
        "year": ["2025"],
        "department": ["education:310117"],
        "code": list(program.policies.rules.indicators.indicators),
        "token": ["no-link"],
    }
    some = {each[0] for each in streams.values()} | {
        one for each in found.values() for one in each[:2]
    }
    return {**found, "access_id": [*streams["break_glass"], *sorted(some)], ANYTHING: sorted(some)}


@dataclass
class HttpAsking:
    """Desks at every organisation of a job; what was told once is remembered."""

    district: District
    job: Job
    ids: Mapping[str, list[str]]
    heard: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def at(cls, program: Program, client: TestClient, job: Job) -> HttpAsking:
        return cls(District(program, client), job, identifiers(program, job))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The API's own document."""
        found: dict[str, Any] = self.district.client.get("/api/v1/openapi.json").json()
        return found

    @cached_property
    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Method and path → what the document says of it."""
        return {
            (method.upper(), path.removeprefix("/api/v1")): operation
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
        }

    def doors(self) -> dict[str, list[dict[str, Any]]]:
        """Path → its parameters, of everything that can be got."""
        return {
            path: operation.get("parameters", [])
            for (method, path), operation in self.operations.items()
            if method == "GET"
        }

    def asked(self, path: str, parameters: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
        """Every address of a door, with its options."""
        there = {each["name"] for each in parameters if each["in"] == "query"}
        options = there - NO_OPTIONS
        needed = {each["name"] for each in parameters if each.get("required")}
        always = {"limit": "200"} if "limit" in there else {}
        assert options <= set(OPTIONS), "say in OPTIONS what to ask for"
        asked = [[(name, value) for value in OPTIONS[name]] for name in sorted(options)]
        for address in self.addresses(path):
            for chosen in itertools.product(
                *(each if each[0][0] in needed else [("", ""), *each] for each in asked)
            ):
                yield address, always | {name: value for name, value in chosen if name}

    def addresses(self, path: str) -> Iterator[str]:
        """A path with each identifier of the job in its place."""
        names = re.findall(r"{(\w+)}", path)
        places = [self.ids[name if name in self.ids else ANYTHING] for name in names]
        for filled in itertools.product(*places):
            yield path.format(**dict(zip(names, filled, strict=True)))

    def told(self, organisation: str, path: str, parameters: list[dict[str, Any]]) -> str:
        """Everything that a door says to somebody of an organisation."""
        if (organisation, path) not in self.heard:
            desk, said = self.district[organisation], []
            for address, options in self.asked(path, parameters):
                answer = desk.get(address, **options)
                assert answer.status_code in (200, 404), (path, answer.status_code)
                said.append(answer.text)
            self.heard[organisation, path] = "\n".join(said)
        return self.heard[organisation, path]
