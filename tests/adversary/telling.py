"""What every kind of door tells an organisation: asked once, when somebody wants to know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from domain.identity import IdentityClaim
from hub.bootstrap import Program
from hub.eventstore.codec import sealed_field
from hub.keyservice import MATCHER
from hub.queries.door import place_of
from projections.tables import DERIVED, FACTS
from tests.adversary.asking import DOORS, Answers, text_of
from tests.adversary.doors import HTTP, QUERIES, Kind
from tests.adversary.http import HttpAsking
from tests.adversary.job import KIDS, Job
from tests.program import VILLAGE_CODE, birth_date
from tests.projections.feeds import Feeds, read_all
from tests.projections.feeds import reader as worker_of

WRONG = {"无此项": "无此项"}
"""A body that no door takes."""

ADDRESSES = 4
"""How many things each door is asked to change wrongly: it has not come to them yet."""


NEVER_REFUSED = {"/reports/receipts/{receipt}/supplement"}
"""Doors that take a report whatever it says: their words are the receipt's."""


class Telling:
    """A job's doors, at every organisation."""

    def __init__(
        self, program: Program, job: Job, answers: Answers, http: HttpAsking, folder: Path
    ) -> None:
        self._program = program
        self._answers = answers
        self._job = job
        self._http = http
        self._folder = folder
        self._told: dict[tuple[str, Kind], str] = {}

    def told(self, organisation: str, kind: Kind) -> str:
        """Everything that an organisation is told by the doors of a kind."""
        key = (organisation, kind)
        if key not in self._told:
            self._told[key] = "\n".join(self._ask(organisation, kind))
        return self._told[key]

    def _ask(self, organisation: str, kind: Kind) -> Iterator[str]:
        yield from self._queries(organisation, kind)
        yield from self._gets(organisation, kind)
        more: dict[Kind, Callable[[str], Iterator[str]]] = {
            Kind.SEARCH: self._searches,
            Kind.ERROR: self._errors,
            Kind.FEED: self._feed,
        }
        if kind in more:
            yield from more[kind](organisation)

    def _queries(self, organisation: str, kind: Kind) -> Iterator[str]:
        for name in DOORS:
            if QUERIES.get(name) is kind:
                yield from self._answers[organisation][name]

    def _gets(self, organisation: str, kind: Kind) -> Iterator[str]:
        for path, parameters in self._http.doors().items():
            if HTTP.get(f"GET {path}") is kind:
                yield self._http.told(organisation, path, parameters)

    def _searches(self, organisation: str) -> Iterator[str]:
        desk = self._http.district[organisation]
        for door, found in SEARCHES.items():
            for claim in self.claims:
                answer = desk.post(door, found(claim))
                assert answer.status_code == 200, (door, answer.status_code)
                yield answer.text

    @cached_property
    def claims(self) -> list[IdentityClaim]:
        """Everybody who is in the job, by number and by name."""
        names = {s.child: s.text for s in self._job.secrets if s.text.startswith("曾")}
        return [
            *(IdentityClaim("", id_number=number) for number in self._job.id_numbers.values()),
            *(
                IdentityClaim(
                    name, birth_date=birth_date(700 + KIDS.index(kid)), village=VILLAGE_CODE
                )
                for kid, name in names.items()
                if kid in KIDS
            ),
        ]

    def _errors(self, organisation: str) -> Iterator[str]:
        """Every door with something it does not take, and with an address of nothing."""
        desk = self._http.district[organisation]
        for (method, path), operation in self._http.operations.items():
            takes = operation.get("requestBody", {}).get("required", False)
            if method == "GET" or not takes or path in NEVER_REFUSED:
                # Without a body it may do what it is for; its refusals read like the others'.
                continue
            # No report is ever refused; every other record is.
            path = path.replace("{agency}/{kind}", "education/absence")
            for address in islice(self._http.addresses(path), ADDRESSES):
                answer = desk.request(method, address, json=WRONG)
                assert answer.status_code >= 400, (method, path, answer.status_code)
                yield answer.text
        for path in self._http.doors():
            if "{" in path:
                answer = desk.get(path.replace("{", "").replace("}", ""))
                assert answer.status_code >= 400 or answer.json().get("items") == []
                yield answer.text

    def _feed(self, organisation: str) -> Iterator[str]:
        """What its own worker holds after its feed, and what is under its sealed fields."""
        for fact in self.feed_rows(organisation):
            yield text_of(fact)

    def feed_rows(self, organisation: str) -> list[dict[str, Any]]:
        """The facts and derived rows that a worker of the organisation's own has, opened."""
        worker = worker_of(organisation)
        feeds = Feeds(self._folder / organisation.replace(":", "-"))
        feeds.register(organisation)
        feeds.following(organisation).step(self._program.store)
        read_all(worker, feeds)
        feeds.close()
        found = []
        with worker.engine.begin() as connection:
            for table in (FACTS, *DERIVED.values()):
                for row in connection.execute(
                    select(table).where(table.c.organisation == organisation)
                ).mappings():
                    found.append({**row, **self._under(table.name, dict(row))})
        worker.close()
        return found

    def _under(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        if table != FACTS.name:
            return {}
        fields = [sealed_field(place_of(row), name, each) for name, each in row["sealed"].items()]
        values = self._program.queries._keyservice.open(MATCHER, fields, "test.feed")
        return {"sealed": dict(zip(row["sealed"], values, strict=True))}


def _by_claim(claim: IdentityClaim) -> dict[str, Any]:
    if claim.id_number:
        return {"id_number": claim.id_number}
    return json.loads(json.dumps({"name": claim.name, "birth_date": claim.birth_date}, default=str))  # type: ignore[no-any-return]


SEARCHES: dict[str, Callable[[IdentityClaim], dict[str, Any]]] = {
    "/children/find": _by_claim,
    "/children/search": _by_claim,
}
"""Every search by who somebody is, and how it is asked."""

RECORDED = {"/case-status"}
"""Searches that are themselves recorded; the question behind them is asked in-process."""
