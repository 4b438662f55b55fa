"""The same promises over HTTP, through every door that the API's own document names.

A door is asked by itself as soon as it stands in the document: its path is filled with the
identifiers of the job, whether or not the asker could ever have come by them.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from domain.organisations import Post
from hub.api.app import create_app
from hub.clock import SetClock
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.job import (
    FEDERATION,
    HOSPITAL,
    INSTITUTION,
    NOBODY,
    PATIENT,
    PHONE_VISIT,
    PLACED,
    PROGRAMMES_OFFICE,
    Job,
)
from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    running,
)

pytestmark = pytest.mark.adversary

WITHOUT_PART = (
    *(OTHER_SCHOOL, OTHER_VILLAGE, OTHER_TOWN, OTHER_STATION),
    *("hospital:310117", "welfare_institution:310117", "court:310117", "health:310117"),
    *("cyberspace:310117", "finance:310117", "water:310117", PROGRAMMES_OFFICE),
)
"""They have no part in the child and the report that are looked for here; some in others."""

WITH_PART = (
    *(CIVIL_AFFAIRS, EDUCATION, SCHOOL, TOWN, VILLAGE, STATION, POLICE, PROCURATORATE),
    *(HOSPITAL, INSTITUTION, FEDERATION),
)
LIAISON = "liaison"
"""The hospital's designated reporter: whoever filed the report is not at these desks."""

ABOUT_NOBODY = {
    "/healthz",
    "/readyz",
    "/status",
    "/intake/kinds",
    # What the hub signed of its trees: a size and a root.
    "/audit/public-key",
    "/audit/checkpoints/{tree}",
    # Nobody looked in an unusual way here; who is told of what: tests/application.
    "/unusual-looks",
    # What a desk sent and was refused: its own alone (tests/api), and nothing was refused here.
    "/quarantine",
    "/quarantine/{row_id}",
    # Civil affairs' list of children whom no town has registered: the child looked for is not.
    "/children/unassigned",
}
"""Doors at which nobody is shown anything of them."""

LOOKS = "/children/{child_ref}/access-log"
"""It names organisations and the child of its address, and repeats nothing that was stated."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "stream": ("visit", "guardianship", "health", "benefit", "programme", "advice"),
    "town": (TOWN_CODE, OTHER_TOWN_CODE),
    "village": (VILLAGE_CODE, OTHER_VILLAGE_CODE),
    "until": ("2026-12-31",),
    "decision": ("NOT_FILED",),
    "feedback_owed": ("true",),
    "open_only": ("false",),
    "everybodys": ("true",),
    "state": ("all",),
    "limit": ("200",),
}
"""What is asked under each option of a door, and without it, together with every other; one that
is not here fails the test."""

NO_OPTIONS = {"cursor", "min_position", "task"}
"""They choose no other rows: where a page begins, and how an entry of the log reads."""


@dataclass
class Api:
    """The desks on a copy of the job, and what is looked for at them."""

    district: District
    job: Job
    ids: Mapping[str, list[str]]
    secrets: frozenset[str]
    pseudonyms: frozenset[str]

    def doors(self) -> dict[str, list[dict[str, Any]]]:
        """Path → its parameters, of everything that can be got."""
        answer = self.district.client.get("/api/v1/openapi.json")
        return {
            path.removeprefix("/api/v1"): operations["get"].get("parameters", [])
            for path, operations in answer.json()["paths"].items()
            if "get" in operations
        }

    def asked(self, path: str, parameters: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
        """Every address of a door, with its options."""
        names = re.findall(r"{(\w+)}", path)
        anything = sorted({each for ids in self.ids.values() for each in ids})
        options = {each["name"] for each in parameters if each["in"] == "query"} - NO_OPTIONS
        assert options <= set(OPTIONS), "say in OPTIONS what to ask for"
        asked = [[(name, value) for value in OPTIONS[name]] for name in sorted(options)]
        for filled in itertools.product(*(self.ids.get(name, anything) for name in names)):
            address = path.format(**dict(zip(names, filled, strict=True)))
            for chosen in itertools.product(*([("", ""), *each] for each in asked)):
                yield address, {name: value for name, value in chosen if name}

    def told(self, organisation: str, path: str, parameters: list[dict[str, Any]]) -> str:
        """Everything that a door says to somebody of an organisation."""
        desk, said = self.district[organisation], []
        for address, options in self.asked(path, parameters):
            answer = desk.get(address, **options)
            assert answer.status_code in (200, 404), (path, answer.status_code)
            said.append(answer.text)
        return "\n".join(said)


@pytest.fixture(scope="module")
def api(done: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    root = tmp_path_factory.mktemp("http") / "data"
    shutil.copytree(done.root, root)
    root.chmod(0o700)
    with (
        running(root, SetClock(AFTERWARDS)) as program,
        TestClient(create_app(program)) as client,
    ):
        streams: dict[str, list[str]] = {}
        for fact in program.store.feed(0, 100_000):
            known = streams.setdefault(fact.topic.split(".")[0], [])
            if str(fact.stream) not in known:
                known.append(str(fact.stream))
        ids = {
            "child_ref": [*done.children.values(), *done.reports.values(), *done.matters],
            "referral_id": streams["referral"],
            "report_id": list(done.reports.values()),
            "receipt": list(done.reports),
            "visit_id": [PHONE_VISIT, *streams["visit"], *streams["verification"]],
            "advice_id": streams["advice"],
            "tree": ["access", "events"],
        }
        child = done.children[PLACED]
        report = next(
            report
            for receipt, report in done.reports.items()
            if program.store.receipt(receipt).organisation == HOSPITAL  # type: ignore[union-attr]
        )
        district = District(program, client)
        district.desks[LIAISON] = district.hire(HOSPITAL, Post.DESIGNATED_REPORTER)
        yield Api(
            district,
            done,
            ids,
            # Programmes concern no child, and one of these offices reads them.
            frozenset(
                s.text
                for s in done.secrets
                if s.child in (PLACED, PATIENT, NOBODY) and s.category != "programmes"
            ),
            frozenset({child, report, *done.matters[:1]}),
        )


@pytest.mark.parametrize("organisation", WITHOUT_PART)
def test_no_door_tells_those_without_a_part_anything(api: Api, organisation: str) -> None:
    """Not a word that was stated, and no pseudonym: neither of the child nor of the report."""
    for path, parameters in api.doors().items():
        told = api.told(organisation, path, parameters)
        assert {text for text in (*api.secrets, *api.pseudonyms) if text in told} == set(), path
    looks = api.district[organisation].get(LOOKS.format(child_ref=api.job.children[PLACED]))
    assert looks.json()["items"] == []


def test_nor_does_a_search_by_number_or_name(api: Api) -> None:
    number = api.job.id_numbers[PLACED]
    asked = (
        {"id_number": number},
        {"name": f"曾{PLACED}校", "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}"},
    )
    for organisation in WITHOUT_PART:
        for claim in asked:
            answer = api.district[organisation].post("/children/find", claim)
            assert answer.json()["items"] == []
    for claim in asked:
        assert api.district[SCHOOL].post("/children/find", claim).json()["items"]


def test_those_with_a_part_are_told_something_by_every_door(api: Api) -> None:
    """The questions above are questions that have an answer."""
    for path, parameters in api.doors().items():
        told = "\n".join(api.told(each, path, parameters) for each in (*WITH_PART, LIAISON))
        found = {text for text in (*api.secrets, *api.pseudonyms) if text in told}
        assert bool(found) is (path not in {*ABOUT_NOBODY, LOOKS}), path
    looks = api.district[CIVIL_AFFAIRS].get(LOOKS.format(child_ref=api.job.children[PLACED]))
    assert looks.json()["items"]
