"""Attacks by way of the programmes (报名项目、关爱服务): what an organiser is told of who comes,
whose turn it is, and what a refusal tells of whether a child is known.

Plan 二4 (P29), 二1 (P06, P08); sharing matrix: organisers read name and contact of a task and no
reason. Each attack has a companion that takes one defence away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain import care_service
from domain.child_file import ChildFile
from domain.kernel import Refused
from domain.organisations import Organisation, Seat, district_organisation
from domain.referral import AcceptReferral
from domain.sign_up import SIGN_UP
from domain.sign_up_events import RecordAttendance
from hub.bootstrap import Program
from hub.queries import offers
from tests.application.test_offers import (
    LEAGUE,
    answered,
    attended,
    given_out,
    published,
    settle,
    signed,
    today,
)
from tests.program import (
    EDUCATION,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    take,
)

pytestmark = [pytest.mark.adversary, pytest.mark.slow]

CHARITY = "social_organisation:310117"
REASONS = ("LEFT_BEHIND", "留守", "classification", "goes_first", "first=1", "ENHANCED")


def begun(hub: Program, categories: Mapping[int, str], villages: Mapping[int, str]) -> None:
    """Children of villages, and a day care with one spot that the youth league offers."""
    office = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
    hub.directory.add_organisations(
        [
            Organisation(LEAGUE, "示例团区委"),
            Organisation(office, "示例妇儿工委办"),
            Organisation(CHARITY, "示例社工服务中心"),
        ]
    )
    for number, known in categories.items():
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
        village = villages.get(number, VILLAGE_CODE)
        town = TOWN if village == VILLAGE_CODE else "town:310117002"
        row = resident(pupil(number, village=village), village, categories=known)
        send(hub, town, "town.residence", row)
    send(hub, LEAGUE, "programmes.offer", published())
    settle(hub)


def told_the_organiser(folder: Path, categories: str) -> str:
    """All that the organiser reads of a child that comes, its file saying this of it."""
    with running(folder) as hub:
        begun(hub, {1: categories}, {})
        send(hub, VILLAGE, "programmes.sign_up", signed(1))
        given_out(hub)
        send(hub, VILLAGE, "programmes.spot_answer", answered(hub, 1))
        settle(hub)
        mine = reader(LEAGUE)
        (task,) = hub.queries.inbox(mine).items
        hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(LEAGUE))
        settle(hub)
        child = child_of(hub, pupil(1))
        told: list[Any] = [
            [(each.topic, each.clear, each.fields) for each in items]
            for items in (
                hub.queries.timeline(mine, child, limit=200).items,
                hub.queries.register(mine, everybodys=True, limit=200).items,
            )
        ]
        told += [[(each.kind, each.state, each.sender) for each in hub.queries.inbox(mine).items]]
        told += [hub.queries.offers(mine, "2025"), hub.queries.offer_figures(mine, "2025")]
        text = str(told).replace(child, "CHILD")
        assert pupil(1)["guardian_phone"] in text, "whom to expect, and how to reach the family"
        return text


def same_but_for_ids(text: str) -> str:
    """Without pseudonyms, which are drawn anew in each hub."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)


def test_who_is_told_of_a_spot_does_not_learn_why_the_child_goes_first(tmp_path: Path) -> None:
    """Two hubs that differ in what the child's file says: the organiser reads the same in both."""
    in_scope = told_the_organiser(tmp_path / "one", "农村留守儿童")
    not_in_scope = told_the_organiser(tmp_path / "other", "无")
    assert same_but_for_ids(in_scope) == same_but_for_ids(not_in_scope)
    assert not any(reason in in_scope for reason in REASONS)


def test_without_its_own_figure_hidden_the_organiser_would_count_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who goes first is counted for civil affairs alone; shown to an organiser of one child, the
    number says it."""
    monkeypatch.setattr(offers, "publishes_district_wide", lambda *asked: True)
    assert "first=1" in told_the_organiser(tmp_path / "one", "农村留守儿童")


def whose_turn(folder: Path) -> int:
    """Two children of another village, and this one signs both up, the one in scope last: which of
    the two has the spot."""
    with running(folder) as hub:
        elsewhere = dict.fromkeys((1, 2), OTHER_VILLAGE_CODE)
        begun(hub, {1: "无", 2: "农村留守儿童"}, elsewhere)
        for number in (1, 2):
            send(hub, VILLAGE, "programmes.sign_up", signed(number, village=OTHER_VILLAGE_CODE))
        settle(hub)
        given_out(hub)
        turns = {
            number: take(hub, VILLAGE, "programmes.spot_answer", answered_of(hub, number)).faults
            for number in (1, 2)
        }
        (found,) = [number for number, faults in turns.items() if not faults]
        return found


def answered_of(hub: Program, number: int) -> dict[str, Any]:
    return {**answered(hub, number), "village": OTHER_VILLAGE_CODE}


def test_nobody_learns_by_the_turn_of_anothers_child_what_its_file_says(tmp_path: Path) -> None:
    """A village that signs up children of another one sees them served as they came."""
    assert whose_turn(tmp_path / "hub") == 1


def test_were_every_signer_responsible_the_turn_would_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = frozenset({VILLAGE, OTHER_VILLAGE, TOWN, EDUCATION})
    monkeypatch.setattr(ChildFile, "responsible", property(lambda self: everybody))
    assert whose_turn(tmp_path / "hub") == 2


def refusals(folder: Path) -> list[list[tuple[str, str]]]:
    """What the organiser is told when it records that somebody came: of a child that waits, one
    that nobody signed up, and one that nobody knows."""
    with running(folder) as hub:
        begun(hub, {1: "无", 2: "无"}, {})
        send(hub, VILLAGE, "programmes.sign_up", signed(1))
        settle(hub)
        answers = [
            take(hub, LEAGUE, "programmes.attendance", attended(hub, number)).faults
            for number in (1, 2, 9)
        ]
        return [[(fault.code, fault.rule) for fault in faults] for faults in answers]


def test_an_organiser_does_not_learn_by_asking_who_waits_or_is_known(tmp_path: Path) -> None:
    waits, known, unknown = refusals(tmp_path / "hub")
    assert waits == known == unknown
    assert [code for code, _ in waits] == ["ATTENDANCE_NOT_YOURS"]


def test_were_a_state_named_before_whose_it_is_asking_would_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(state: Any, command: Any, given: Any) -> Any:
        raise Refused("SIGN_UP_STATE" if state.signers else "ATTENDANCE_NOT_YOURS", "（示例）")

    decisions: Any = SIGN_UP.decide
    monkeypatch.setitem(decisions, RecordAttendance, told)
    waits, known, unknown = refusals(tmp_path / "hub")
    assert known == unknown
    assert waits != known


def services(folder: Path) -> list[list[tuple[str, str]]]:
    """What a social organisation without a task is told when it records a service: of a child that
    is known, and of one that nobody knows."""
    with running(folder) as hub:
        begun(hub, {1: "无"}, {})
        answers = []
        for number in (1, 9):
            who = {field: pupil(number)[field] for field in ("name", "id_number")}
            given = {"given_on": today(hub), "service": "心理疏导", "hours": "2"}
            answers.append(take(hub, CHARITY, "programmes.care_service", {**who, **given}).faults)
        settle(hub)
        return [[(fault.code, fault.rule) for fault in faults] for faults in answers]


def test_recording_a_service_does_not_tell_whether_the_child_is_known(tmp_path: Path) -> None:
    known, unknown = services(tmp_path / "hub")
    assert known == unknown
    assert [code for code, _ in known] == ["SERVICE_NOT_YOURS"]


def test_were_where_it_lives_enough_for_everybody_recording_would_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        care_service, "_is_theirs", lambda given: bool(given.child and given.child.town)
    )
    known, unknown = services(tmp_path / "hub")
    assert known != unknown
