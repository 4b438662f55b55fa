"""Who leads a case, as its organisations see it (plan 三2, P53): those that take part are told, and
nobody else learns by a number whether there is such a case."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.joint_case import (
    JOINT_CASE,
    AcceptLead,
    CloseJointCase,
    DeclineLead,
    OfferLead,
    joint_case_id,
)
from domain.joint_case_facts import JointCase as Led
from domain.kernel import Category, Refused
from domain.organisations import seat_of
from domain.purpose import coordinating
from domain.referral import AcceptReferral, CompleteReferral, OpenReferral
from domain.rules import CLOSE_CASE, LEAD_OFFER
from domain.silence import SilenceKind
from domain.suspicion import NoteSuspicion
from hub.application import SYSTEM
from hub.authorization.decide import Standing, open_categories
from hub.bootstrap import Program
from hub.keyservice import Reader
from hub.queries import joint_cases
from projections import visible
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    actor,
    at,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)
from tests.recount import silent_by_the_log

SOURCE = UUID("f0000000-0000-4000-8000-0000000000ab")
PART = (SCHOOL, STATION, TOWN, CIVIL_AFFAIRS)
"""Whoever has a task of a suspected dropout, and whose record asked for them."""
OTHERS = (VILLAGE, OTHER_TOWN, PROCURATORATE)


@pytest.fixture
def case(hub: Program) -> UUID:
    """A pupil who stays away: police trace, the town persuades, civil affairs coordinates."""
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    return UUID(str(task.case_id))


def led(hub: Program, case: UUID) -> Led:
    found: Led = hub.store.load(JOINT_CASE, joint_case_id(case)).state
    return found


def lead_told(hub: Program, organisation: str, case: UUID) -> str | None:
    found = hub.queries.joint_case(reader(organisation), str(case))
    return found.lead if found else None


def test_several_departments_have_tasks_under_one_case_and_one_leads(
    hub: Program, case: UUID
) -> None:
    """Given a suspected dropout / then its referrals stand under one case, education leads, and
    each of those that take part is told so, with the referrals that it may see itself."""
    (mine,) = hub.queries.led_cases(reader(EDUCATION)).items
    assert (mine.case_id, mine.lead, mine.state) == (str(case), EDUCATION, "OPEN")
    whole = hub.queries.joint_case(reader(EDUCATION), str(case))
    assert whole is not None
    assert whole.lead == EDUCATION
    kinds = {"trace_dropout", "persuade_dropout", "coordinate_dropout"}
    assert {each.kind for each in whole.referrals} == kinds
    assert {lead_told(hub, each, case) for each in PART} == {EDUCATION}


def test_who_takes_no_part_is_answered_like_for_a_number_that_is_none(
    hub: Program, case: UUID
) -> None:
    """The number of a case is no oracle of its existence, nor of who leads."""
    for each in OTHERS:
        for number in (str(case), str(uuid4()), "甲案"):
            assert hub.queries.joint_case(reader(each), number) is None
        assert hub.queries.led_cases(reader(each)).items == ()
        refused = set()
        for known in (case, uuid4()):
            for act in (
                OfferLead(case_id=known, to=TOWN),
                AcceptLead(case_id=known),
                DeclineLead(case_id=known, reason="NO_TASK"),
                CloseJointCase(case_id=known),
            ):
                with pytest.raises(Refused) as told:
                    hub.hub.command(act, actor(each))
                refused.add((told.value.code, told.value.text))
        assert len(refused) == 1


def test_responsibility_for_the_whole_moves_and_no_task_does(hub: Program, case: UUID) -> None:
    """移交牵头: given an offer / when the town accepts / then it leads, and each referral stays in
    whose hand it was; until then the first leads (首接负责)."""
    before = {each.id: each.addressee for each in hub.queries.board(_board()).items}
    hub.hub.command(OfferLead(case_id=case, to=TOWN), actor(EDUCATION))
    assert hub.settle()
    assert {lead_told(hub, each, case) for each in PART} == {EDUCATION}
    (asked,) = hub.queries.led_cases(reader(TOWN)).items
    assert (asked.offered_to, asked.lead, asked.state) == (TOWN, EDUCATION, "OFFERED")
    other = hub.queries.joint_case(reader(STATION), str(case))
    assert other is not None
    assert (other.offered_to, other.state) == (None, "OPEN"), "that is between the two"
    hub.hub.command(AcceptLead(case_id=case), actor(TOWN))
    assert hub.settle()
    assert {lead_told(hub, each, case) for each in PART} == {TOWN}
    whole = hub.queries.joint_case(reader(TOWN), str(case))
    assert whole is not None
    assert [former for former, _ in whole.transfers] == [hub.directory.name(EDUCATION)]
    assert {each.id: each.addressee for each in hub.queries.board(_board()).items} == before
    assert hub.queries.led_cases(reader(EDUCATION)).items == ()
    with pytest.raises(Refused, match="CASE_NOT_YOURS"):
        hub.hub.command(CloseJointCase(case_id=case), actor(EDUCATION))


def _board() -> Reader:
    who = reader(CIVIL_AFFAIRS)
    return Reader(who.organisation, who.post, who.user, coordinating(seat_of(CIVIL_AFFAIRS)))


def test_an_offer_that_nobody_answers_is_silent_and_the_first_one_leads(
    hub: Program, case: UUID
) -> None:
    hub.hub.command(OfferLead(case_id=case, to=OTHER_TOWN), actor(EDUCATION))
    assert hub.settle()
    at(hub, hub.clock.now() + timedelta(days=3))
    assert hub.settle()
    silent = [
        each
        for each in hub.queries.silence(reader(EDUCATION)).items
        if each.kind == SilenceKind.LEAD_UNANSWERED.value
    ]
    assert [(each.about, each.owner) for each in silent] == [(str(case), EDUCATION)]
    assert led(hub, case).lead == EDUCATION
    assert [each.case_id for each in hub.queries.led_cases(reader(OTHER_TOWN)).items] == [str(case)]
    assert hub.queries.joint_case(reader(OTHER_TOWN), str(case)) is not None, "it was asked"
    hub.hub.command(DeclineLead(case_id=case, reason="NO_TASK"), actor(OTHER_TOWN))
    assert hub.settle()
    assert hub.queries.joint_case(reader(OTHER_TOWN), str(case)) is None
    kinds = {each.kind for each in hub.queries.silence(reader(EDUCATION)).items}
    assert SilenceKind.LEAD_UNANSWERED.value not in kinds


def test_the_clock_of_an_offer_tells_nobody_else_who_leads(
    hub: Program, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an offer that nobody answers / then those who read the matter, or see where it stands,
    are shown neither the clock nor that it is missed; they would be, by the matter alone."""
    hub.hub.command(OfferLead(case_id=case, to=OTHER_TOWN), actor(EDUCATION))
    at(hub, hub.clock.now() + timedelta(days=3))
    assert hub.settle()

    def told(organisation: str) -> bool:
        late = hub.queries.overdue(reader(organisation)).items
        return any(each.kind == LEAD_OFFER for each in late)

    assert told(EDUCATION)
    assert not any(told(each) for each in (*PART, *OTHERS))
    with monkeypatch.context() as broken:
        broken.setattr(visible, "is_of_a_lead", lambda fact: False)
        child = hub.queries.led_cases(reader(EDUCATION)).items[0].child_ref
        facts = hub.store.history([UUID(str(child))], hub.store.position)
        clock = next(fact for fact in facts if fact.clear.get("kind") == LEAD_OFFER)
        everything = open_categories(
            hub.policies.access,
            Standing(
                seat=seat_of(CIVIL_AFFAIRS),
                responsible=True,
                conflicted=False,
                guardian_suspect=False,
                tasks=frozenset(),
                recorded=frozenset(Category),
                emergencies=frozenset(),
            ),
        )
        by = visible.visible(
            hub.policies.access, seat_of(CIVIL_AFFAIRS), CIVIL_AFFAIRS, everything, clock
        )
        assert by is not None


def test_the_board_agrees_with_the_log_before_and_after_a_case_has_its_lead(hub: Program) -> None:
    """Given a referral and no hub that follows the log / then the case stands without a lead, and
    does no more once it has one."""
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    assert hub.settle()
    (child,) = [each.child_ref for each in hub.queries.children(reader(TOWN)).items]
    asked = OpenReferral(
        referral_id=uuid4(),
        child_ref=UUID(child),
        kind="coordinate_dropout",
        addressee=CIVIL_AFFAIRS,
        case_id=uuid4(),
    )
    hub.hub.command(asked, actor(TOWN))
    counted = []
    for _ in range(2):
        now, rules = hub.clock.now(), hub.policies.rules
        board = [
            (each.kind.value, each.about, each.owner)
            for each in hub.queries._silences.silent(now)
            if each.kind is SilenceKind.NO_LEAD
        ]
        log = [each for each in silent_by_the_log(hub.store, rules, now) if each[0] == "NO_LEAD"]
        assert sorted(board) == sorted(log)
        counted.append(len(board))
        assert hub.settle()
    assert counted == [1, 0]
    assert led_count(hub) == 1


def led_count(hub: Program) -> int:
    return sum(fact.topic == "joint_case.opened.v1" for fact in hub.store.feed(0, 10_000))


def answer_all(hub: Program, case: UUID) -> None:
    """The pupil is back, and everybody answers what is left."""
    returned = {**pupil(1), "returned_on": "2025-03-03"}
    send(hub, SCHOOL, "education.return", returned)
    assert hub.settle()
    for organisation in PART[1:]:
        for task in hub.queries.inbox(reader(organisation)).items:
            if task.case_id != str(case):
                continue
            outcome = next(iter(hub.policies.rules.referrals[task.kind].outcomes))
            hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(organisation))
            done = CompleteReferral(referral_id=UUID(task.id), outcome=outcome)
            hub.hub.command(done, actor(organisation))


def test_once_all_have_answered_the_case_is_its_leads_to_close(hub: Program, case: UUID) -> None:
    """Plan 三2 (P53): a clock, and silence where it is not closed; to nobody else is it told."""
    assert closing(hub, EDUCATION) == []
    answer_all(hub, case)
    assert hub.settle()
    at(hub, hub.clock.now() + timedelta(days=21))
    assert hub.settle()
    assert closing(hub, EDUCATION) == [(str(case), EDUCATION)]
    for each in (*PART, *OTHERS):
        assert closing(hub, each) == [], each
        assert CLOSE_CASE not in {late.kind for late in hub.queries.overdue(reader(each)).items}
    hub.hub.command(CloseJointCase(case_id=case), actor(EDUCATION))
    assert hub.settle()
    assert closing(hub, EDUCATION) == []
    assert led(hub, case).state == "CLOSED"


def closing(hub: Program, organisation: str) -> list[tuple[str, str]]:
    """Cases to be closed that the organisation's board shows."""
    return [
        (each.about, each.owner)
        for each in hub.queries.silence(reader(organisation)).items
        if each.kind == SilenceKind.CASE_UNCLOSED.value
    ]


def test_a_case_is_closed_when_nothing_of_it_is_open_and_is_in_hand_again_with_the_next_referral(
    hub: Program, case: UUID
) -> None:
    """Asked of the log itself: what was asked a moment ago counts."""
    with pytest.raises(Refused, match="CASE_OPEN"):
        hub.hub.command(CloseJointCase(case_id=case), actor(EDUCATION))
    assert [each.closable for each in hub.queries.led_cases(reader(EDUCATION)).items] == [False]
    answer_all(hub, case)
    assert hub.settle()
    assert [each.closable for each in hub.queries.led_cases(reader(EDUCATION)).items] == [True]
    hub.hub.command(CloseJointCase(case_id=case), actor(EDUCATION))
    assert hub.settle()
    assert hub.queries.led_cases(reader(EDUCATION)).items == ()


def test_a_conflicted_lead_is_told_nothing_and_the_next_one_leads(hub: Program, case: UUID) -> None:
    """利害关系单位: education is related to who is suspected; civil affairs leads in its place."""
    child = next(iter(hub.queries.led_cases(reader(EDUCATION)).items)).child_ref
    note = NoteSuspicion(
        child_ref=UUID(str(child)),
        source=SOURCE,
        guardian_is_suspect=False,
        conflicted_organisations=(EDUCATION,),
    )
    hub.hub.command(note, SYSTEM)
    # Before anything has followed the log: who is conflicted is told nothing already.
    assert hub.queries.led_cases(reader(EDUCATION)).items == ()
    assert hub.queries.joint_case(reader(EDUCATION), str(case)) is None
    with pytest.raises(Refused, match="CASE_NOT_YOURS"):
        hub.hub.command(OfferLead(case_id=case, to=TOWN), actor(EDUCATION))
    assert hub.settle()
    assert led(hub, case).lead == CIVIL_AFFAIRS
    assert hub.queries.led_cases(reader(EDUCATION)).items == ()
    assert hub.queries.joint_case(reader(EDUCATION), str(case)) is None
    assert [each.case_id for each in hub.queries.led_cases(reader(CIVIL_AFFAIRS)).items] == [
        str(case)
    ]


def test_whoever_names_a_case_in_a_referral_of_its_own_is_told_nothing_by_it(
    hub: Program, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a town that opens a referral of another child under the number of a case / then it is
    no part of that case, and neither is whom it asked."""
    send(hub, OTHER_TOWN, "town.residence", resident(pupil(2), village="310117002003"))
    assert hub.settle()
    (child,) = [each.child_ref for each in hub.queries.children(reader(OTHER_TOWN)).items]
    opened = OpenReferral(
        referral_id=uuid4(),
        child_ref=UUID(child),
        kind="coordinate_dropout",
        addressee=CIVIL_AFFAIRS,
        case_id=case,
    )
    hub.hub.command(opened, actor(OTHER_TOWN))
    assert hub.settle()
    assert lead_told(hub, OTHER_TOWN, case) is None
    with monkeypatch.context() as broken:
        broken.setattr(joint_cases, "_takes_part", lambda organisation, referral: True)
        assert lead_told(hub, OTHER_TOWN, case) is None, "it is another child's"
        broken.setattr(
            joint_cases.JointCases, "_children_of_case", lambda self, led: {child}, raising=True
        )
        assert lead_told(hub, OTHER_TOWN, case) == EDUCATION
