"""保障资金, on a whole program: plan 三1 (P54), domain reference §10 (财政局): totals to finance
with no small number; whoever decides sees where paid and due differ; nobody else sees either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.organisations import Organisation, Seat, district_organisation
from hub.bootstrap import Program
from tests.application.test_aid import CHILD, FEDERATION, NUMBER_ONLY, apply, decide, verify
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    enrolled,
    reader,
    resident,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

FINANCE = district_organisation(Seat.FINANCE)
OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations(
            [
                Organisation(FEDERATION, "示例区残联"),
                Organisation(FINANCE, "示例区财政局"),
                Organisation(OFFICE, "示例妇儿工委办"),
            ]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def pay(hub: Program, persons: int, station: str = "示例第一街道未保站") -> None:
    paid = {
        "month": "2025-03",
        "scheme": "特殊儿童基本生活费",
        "station": station,
        "persons": f"{persons}人",
        "yuan": f"{3200 * persons}元",
    }
    send(hub, CIVIL_AFFAIRS, "aid.payment", paid)
    assert hub.settle()


def confirm(hub: Program, day: str = "2025-03-03") -> None:
    send(hub, CIVIL_AFFAIRS, "aid.payment_month", {"month": "2025-03", "confirmed_on": day})
    assert hub.settle()


def totals(hub: Program, organisation: str) -> list[tuple[str | None, int | None, int | None]]:
    found = hub.queries.payment_totals(reader(organisation), "2025-03")
    return [(each.town, each.persons, each.yuan) for each in found]


def test_p54_finance_reads_the_totals_once_the_month_is_confirmed(hub: Program) -> None:
    pay(hub, 12)
    pay(hub, 9, "示例第二街道未保站")
    assert totals(hub, FINANCE) == []
    confirm(hub)
    told = [(None, 21, 67200), (TOWN_CODE, 12, 38400), ("310117002", 9, 28800)]
    assert totals(hub, FINANCE) == totals(hub, CIVIL_AFFAIRS) == told
    for organisation in (TOWN, VILLAGE, SCHOOL, EDUCATION, POLICE, FEDERATION):
        assert totals(hub, organisation) == []
    pay(hub, 13)
    assert totals(hub, FINANCE) == told, "until it is confirmed again"
    confirm(hub, "2025-03-02")
    assert totals(hub, FINANCE)[0] == (None, 22, 70400)


def test_p54_a_small_number_is_left_out_and_no_raw_one_is_read(hub: Program) -> None:
    pay(hub, 3)
    pay(hub, 9, "示例第二街道未保站")
    confirm(hub)
    assert totals(hub, FINANCE) == [
        (None, 12, 38400),
        (TOWN_CODE, None, None),
        ("310117002", None, None),
    ]
    everything = hub.queries.register(reader(FINANCE), everybodys=True).items
    assert {each.topic for each in everything} == {"aid_payment.total_published.v1"}
    assert "9600" not in str(everything)


def test_where_paid_and_due_differ_whoever_decides_sees_it(hub: Program) -> None:
    """Given a grant from March on / then it is due in March and after, at the standard of the
    month; once it is stated as paid nothing differs; nobody else reads either."""
    assert apply(hub) == verify(hub) == []
    assert decide(hub, since="2025-03-01") == []

    def differences(organisation: str, month: str = "2025-03") -> list[tuple[int, int, int, int]]:
        found = hub.queries.payment_differences(reader(organisation), month)
        return [(d.persons_due, d.yuan_due, d.persons_paid, d.yuan_paid) for d in found]

    assert differences(CIVIL_AFFAIRS) == [(1, 3200, 0, 0)]
    assert differences(CIVIL_AFFAIRS, "2025-02") == []
    for organisation in (TOWN, VILLAGE, SCHOOL, EDUCATION, FINANCE, FEDERATION):
        assert differences(organisation) == []
    pay(hub, 2)
    assert differences(CIVIL_AFFAIRS) == [(1, 3200, 2, 6400)]
    pay(hub, 1)
    assert differences(CIVIL_AFFAIRS) == []
    ended = {"ended_on": "2025-03-03", "end_reason": "迁出本区", "applied_on": "2025-03-03"}
    send(hub, TOWN, "aid.end", {**NUMBER_ONLY, "scheme": "特殊儿童基本生活费", **ended})
    assert hub.settle()
    assert differences(CIVIL_AFFAIRS) == [], "its last month is that of the end"
    assert differences(CIVIL_AFFAIRS, "2025-04") == []


def test_only_whoever_decides_states_what_was_paid(hub: Program) -> None:
    paid = {"month": "2025-03", "scheme": "教育救助", "station": "示例第一街道未保站"}
    outcome = take(hub, CIVIL_AFFAIRS, "aid.payment", {**paid, "persons": "7人", "yuan": "700元"})
    assert outcome.faults


def test_applications_by_state_and_whom_to_look_at(hub: Program) -> None:
    assert apply(hub) == []

    def states(organisation: str) -> list[str]:
        found = hub.queries.aid_applications(reader(organisation)).items
        return [each.state for each in found]

    assert states(CIVIL_AFFAIRS) == states(TOWN) == ["APPLIED"]
    assert verify(hub) == []
    assert states(CIVIL_AFFAIRS) == states(TOWN) == ["VERIFIED"]
    assert states(VILLAGE) == ["APPLIED"], "what it took down itself, and nothing after it"
    for organisation in (SCHOOL, EDUCATION, POLICE, FINANCE, OFFICE, FEDERATION):
        assert states(organisation) == []
    line = {**NUMBER_ONLY, "category": "孤儿", "since": "2025-02-01"}
    more = {"basis": "示例", "certifier": "示例区民政局"}
    send(hub, CIVIL_AFFAIRS, "civil_affairs.classification", {**line, **more})
    assert hub.settle()

    def possible(organisation: str) -> list[str]:
        return [each.addressee for each in hub.queries.aid_possible(reader(organisation)).items]

    assert possible(VILLAGE) == possible(TOWN) == possible(CIVIL_AFFAIRS) == [VILLAGE]
    for organisation in (SCHOOL, EDUCATION, POLICE, FINANCE, OFFICE, FEDERATION):
        assert possible(organisation) == []
