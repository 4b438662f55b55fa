"""Every rung of the guardianship case, every act, every seat: what is taken, and what is refused
with which reason (未保法 92, 94, 108, 118; 家教法 49; domain reference §4).

What any seat may state here, its desk lets only those send that the matrix gives it
(tests/adapters/test_kinds.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from domain.guardianship_case import GUARDIANSHIP_CASE
from domain.guardianship_codes import Conclusion, GuidanceOrderKind
from domain.kernel import Command, Event
from domain.organisations import Seat, seat_of
from tests.domain.invented import EVERY_SEAT
from tests.domain.test_guardianship_case import (
    ADMONISHED,
    CLOSED,
    EVERY_RUNG,
    LIVES_HERE,
    TODAY,
    admonish,
    ask,
    assess,
    assessed,
    bring_back,
    close,
    dissuade,
    order,
    place,
    restore,
    revoke,
    search,
    seek,
    told,
)
from tests.domain.test_guardianship_rulings import begin, end
from tests.specification import given

RUNGS: Mapping[str, tuple[Event, ...]] = {**EVERY_RUNG, "closed": CLOSED}
POLICE = frozenset({Seat.POLICE, Seat.POLICE_STATION})
JUSTICE = POLICE | {Seat.PROCURATORATE, Seat.COURT}
CIVIL = frozenset({Seat.CIVIL_AFFAIRS})
COURT = frozenset({Seat.COURT})
NEAR = CIVIL | {Seat.TOWN, Seat.VILLAGE}
APPLICANTS = NEAR | {Seat.WOMENS_FEDERATION, Seat.WELFARE_INSTITUTION}
"""May apply to have a guardian's qualification revoked (民法典 36; 未保法 94, 108)."""
ALL = frozenset(Seat)


@dataclass(frozen=True)
class Act:
    """Whose it is; what everybody else is answered; on which rungs it is refused to those whose
    it is, and why."""

    command: Command
    theirs: frozenset[Seat] = ALL
    strangers: str = ""
    not_on: Mapping[str, str] = field(default_factory=dict)


def only_on(*rungs: str, otherwise: str) -> dict[str, str]:
    return {rung: otherwise for rung in RUNGS if rung not in rungs}


ACTS: Mapping[str, Act] = {
    "dissuade": Act(dissuade),
    "tell the police": Act(told, not_on={"closed": "REPORT_CASE_CLOSED"}),
    "admonish": Act(admonish, JUSTICE, "ADMONITION_NOT_YOURS"),
    "order": Act(order(GuidanceOrderKind.WRITTEN_WARNING), POLICE, "ORDER_NOT_YOURS"),
    "assess at home": Act(
        assessed(Conclusion.HOME_SUPPORT), JUSTICE | CIVIL, "ASSESSMENT_NOT_YOURS"
    ),
    "find that it is to be placed": Act(assess, JUSTICE | CIVIL, "ASSESSMENT_NOT_YOURS"),
    "place": Act(place, CIVIL, "PLACEMENT_NOT_YOURS"),
    "search": Act(
        search,
        POLICE,
        "SEARCH_NOT_YOURS",
        only_on("placed", "returned", otherwise="SEARCH_NOT_YOURS"),
    ),
    "begin emergency care": Act(begin, NEAR, "EMERGENCY_CARE_NOT_YOURS"),
    "end emergency care": Act(
        end, NEAR, "EMERGENCY_CARE_NOT_YOURS", only_on(otherwise="EMERGENCY_CARE_NONE")
    ),
    "apply for revocation": Act(seek, APPLICANTS, "REVOCATION_NOT_APPLICANT"),
    "rule on it": Act(revoke, COURT, "REVOCATION_NOT_COURT"),
    "restore": Act(
        restore,
        COURT,
        "REVOCATION_NOT_COURT",
        only_on("other guardian", "state long term", otherwise="RESTORATION_NOT_REVOKED"),
    ),
    "bring home": Act(
        bring_back,
        CIVIL,
        "RETURN_NOT_YOURS",
        {**only_on(otherwise="RETURN_NOT_PLACED"), "placed": "RETURN_NOT_ASSESSED"},
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_on_each_rung_by_each_seat(name: str) -> None:
    act = ACTS[name]
    texts: dict[str, set[str]] = {}
    for rung, history in RUNGS.items():
        for actor in EVERY_SEAT:
            outcome = given(*history).when(act.command, by=actor, on=TODAY, child=LIVES_HERE)
            theirs = seat_of(actor) in act.theirs
            code = act.not_on.get(rung, "") if theirs else act.strangers
            if not code:
                assert outcome.refusal is None, (rung, actor)
                assert outcome.events, (rung, actor)
                continue
            refusal = outcome.then_refused(code)
            assert refusal.text.endswith("。"), (rung, actor)
            if not theirs:
                texts.setdefault(code, set()).add(refusal.text)
    assert all(len(found) == 1 for found in texts.values()), "a stranger learns where the case is"


def test_closing_is_refused_where_the_childs_place_is_undecided() -> None:
    """Of a child in care, or sent home and followed up, only civil affairs close; of one whose
    guardian the court has yet to judge nobody. To all others it reads as if there were no case."""
    for rung, history in RUNGS.items():
        for actor in EVERY_SEAT:
            outcome = given(*history).when(close, by=actor, on=TODAY)
            civil = seat_of(actor) in CIVIL
            if rung in ("none", "closed"):
                outcome.then_refused("GUARDIANSHIP_NOT_OPEN")
            elif rung == "revocation sought":
                outcome.then_refused("GUARDIANSHIP_UNSETTLED" if civil else "GUARDIANSHIP_NOT_OPEN")
            elif rung in ("placed", "returned") and not civil:
                outcome.then_refused("GUARDIANSHIP_NOT_OPEN")
            else:
                assert outcome.refusal is None, (rung, actor)


RETURN = assessed(Conclusion.CAN_RETURN)


def test_whether_a_child_may_go_home_is_civil_affairs_to_find_of_a_placed_one() -> None:
    for rung, history in RUNGS.items():
        for actor in EVERY_SEAT:
            outcome = given(*history).when(RETURN, by=actor, on=TODAY)
            seat = seat_of(actor)
            if seat in CIVIL and rung == "placed":
                assert outcome.refusal is None
            elif seat in CIVIL:
                outcome.then_refused("ASSESSMENT_NOT_PLACED")
            else:
                code = "RETURN_ASSESSMENT" if seat in JUSTICE else "ASSESSMENT"
                outcome.then_refused(f"{code}_NOT_YOURS")


def test_the_hubs_question_for_an_assessment_is_nobodys_act() -> None:
    """It is asked by count alone: on no rung does a seat's asking lead to anything."""
    for history in (*RUNGS.values(), ADMONISHED):
        for actor in EVERY_SEAT:
            assert given(*history).when(ask, by=actor, on=TODAY, child=LIVES_HERE).events == ()


def test_every_act_of_the_case_is_tried() -> None:
    """What another person decides has its own table (test_approvals.py)."""
    tried = {type(act.command) for act in ACTS.values()}
    tried |= {type(each) for each in (close, RETURN, ask)}
    elsewhere = {"ApproveProposal", "RejectProposal", "ExtendFollowUp"}
    assert {each.__name__ for each in set(GUARDIANSHIP_CASE.decide) - tried} == elsewhere
