"""The same promises over HTTP, through every door that the API's own document names."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from domain.organisations import Post
from tests.adversary.asking import each_of
from tests.adversary.http import HttpAsking
from tests.adversary.job import (
    FEDERATION,
    HOSPITAL,
    INSTITUTION,
    NOBODY,
    PATIENT,
    PLACED,
    PROGRAMMES_OFFICE,
    Job,
)
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
)

pytestmark = pytest.mark.adversary

WITHOUT_PART = (
    *(OTHER_SCHOOL, OTHER_VILLAGE, OTHER_TOWN, OTHER_STATION),
    *("hospital:310117", "welfare_institution:310117", "court:310117", "justice:310117"),
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
    # Nothing awaits another person's decision here; whose list it is: tests/api/test_approvals.
    "/approvals",
    # Of a PDF no word stands as it was stated (tests/application/test_complete_file).
    "/children/{child_ref}/complete-file",
    "/healthz",
    "/readyz",
    "/status",
    "/intake/kinds",
    # Which categories could be seen on a day, of the child of its address.
    "/children/{child_ref}/as-of",
    # Who of an organisation is on duty: its own alone.
    "/roster",
    # Between two offices, of a clock that was missed: no child is named (test_ladders).
    "/supervisory-orders",
    # Counts of the whole district (tests/adversary/test_silence).
    "/silence/district",
    # How many pupils a school counted, beside the hub's own count: no child
    # (tests/application/test_dropout_reports).
    "/dropout/reports",
    # How far villages and schools have come, in numbers of children
    # (tests/application/test_verification, test_mentoring).
    "/verification-rounds",
    "/pairings",
    # Beds of places, and how many are free: no child (tests/application/test_care_places).
    "/care-places",
    # Stories that a second person found to tell of nobody (tests/application/test_good_cases).
    "/good-cases",
    # What can be signed up for, and counts of it: no child (tests/application/test_offers).
    "/offers",
    "/offers/figures",
    # Nobody here looks for work; who is told of an adult: tests/adversary/test_jobs.
    "/jobs/help",
    "/jobs/wishes",
    # Who works with children, and which organisations: no child (tests/application/test_workforce,
    # test_social_organisation).
    "/staff",
    "/staff/figures",
    "/staff/continuing-education",
    "/staff/workload",
    "/social-organisations",
    "/social-organisations/coverage",
    # What offices owe, hold, inspect, list and spend: no child (tests/application/test_programmes).
    "/programmes/duties",
    "/programmes/coverage",
    "/programmes/hazards",
    "/programmes/sites",
    "/programmes/work-items",
    "/programmes/budgets",
    # Figures, suppressed, and no child (tests/application/test_indicators).
    "/indicators",
    "/indicators/{code}",
    # Nobody here has a return (tests/application/test_returns).
    "/annual-returns",
    "/annual-returns/{department}/{year}",
    "/annual-returns/{department}/{year}/sheet",
    "/statutory-returns",
    "/statutory-returns/{request_id}",
    # Nobody here applies for aid; who is told of an application: tests/application/test_aid.
    "/aid/applications",
    # How many were paid, and how much: no child (tests/application/test_aid_payments).
    "/aid/payments",
    "/aid/payments/differences",
    # What the hub signed of its trees: a size and a root.
    "/audit/public-key",
    "/audit/checkpoints/{tree}",
    # What the rules say of supposed standings.
    "/policy/explain",
    # Nobody looked in an unusual way here; who is told of what: tests/application.
    "/unusual-looks",
    # Nobody here may be there twice; who is told of a doubt: tests/adversary/test_doors.
    "/duplicates",
    # Nobody here is linked to anybody; who is told of a family: tests/adversary/test_families.
    "/children/{child_ref}/family",
    "/family-candidates",
    # What a desk sent and was refused: its own alone (tests/api), and nothing was refused here.
    "/quarantine",
    "/quarantine/{row_id}",
    # Who looked in an emergency and who asked for records: the told alone (tests/api), and it
    # was another child.
    "/break-glass",
    "/break-glass/uses",
    "/break-glass/{access_id}",
    "/records-requests",
    "/records-requests/{request_id}",
    # Civil affairs' list of children whom no town has registered: the child looked for is not.
    "/children/unassigned",
}
"""Doors at which nobody is shown anything of them."""

LOOKS = "/children/{child_ref}/access-log"
"""It names organisations and the child of its address, and repeats nothing that was stated."""


@dataclass(frozen=True)
class Looking:
    """The desks, and what is looked for at them."""

    asking: HttpAsking
    secrets: frozenset[str]
    pseudonyms: frozenset[str]


@pytest.fixture(scope="module")
def api(over_http: HttpAsking, done: Job) -> Looking:
    district, program = over_http.district, over_http.district.program
    report = next(
        report
        for receipt, report in done.reports.items()
        if program.store.receipt(receipt).organisation == HOSPITAL  # type: ignore[union-attr]
    )
    if LIAISON not in district.desks:
        district.desks[LIAISON] = district.hire(HOSPITAL, Post.DESIGNATED_REPORTER)
    return Looking(
        over_http,
        # Programmes concern no child, and one of these offices reads them.
        frozenset(
            s.text
            for s in done.secrets
            if s.child in (PLACED, PATIENT, NOBODY) and s.category != "programmes"
        ),
        frozenset({done.children[PLACED], report, *done.matters[:1]}),
    )


@pytest.mark.parametrize("organisation", each_of(WITHOUT_PART))
def test_no_door_tells_those_without_a_part_anything(api: Looking, organisation: str) -> None:
    """Not a word that was stated, and no pseudonym: neither of the child nor of the report."""
    for path, parameters in api.asking.doors().items():
        told = api.asking.told(organisation, path, parameters)
        assert {text for text in (*api.secrets, *api.pseudonyms) if text in told} == set(), path
    looks = api.asking.district[organisation].get(
        LOOKS.format(child_ref=api.asking.job.children[PLACED])
    )
    assert looks.json()["items"] == []


def test_nor_does_a_search_by_number_or_name(api: Looking) -> None:
    number = api.asking.job.id_numbers[PLACED]
    asked = (
        {"id_number": number},
        {"name": f"曾{PLACED}校", "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}"},
    )
    for organisation in WITHOUT_PART:
        for claim in asked:
            answer = api.asking.district[organisation].post("/children/find", claim)
            assert answer.json()["items"] == []
    for claim in asked:
        assert api.asking.district[SCHOOL].post("/children/find", claim).json()["items"]


def test_those_with_a_part_are_told_something_by_every_door(api: Looking) -> None:
    """The questions above are questions that have an answer."""
    for path, parameters in api.asking.doors().items():
        found = any(
            text in told
            for each in (*WITH_PART, LIAISON)
            for told in [api.asking.told(each, path, parameters)]
            for text in (*api.secrets, *api.pseudonyms)
        )
        assert found is (path not in {*ABOUT_NOBODY, LOOKS}), path
    looks = api.asking.district[CIVIL_AFFAIRS].get(
        LOOKS.format(child_ref=api.asking.job.children[PLACED])
    )
    assert looks.json()["items"]
