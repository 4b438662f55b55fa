"""居室微改造. Plan 二4 (P30): 持续做好“追光小屋”困境未成年人家庭居室微改造等品牌项目，切实改善困境
未成年人的居住环境; issue 8: from assessment to acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.deadline import MoveDeadline, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.home_renovation import (
    AGREE,
    APPROVE,
    ASSESS,
    CHECK,
    CLOCKS,
    FINISH,
    FOLLOW_UP,
    HOME_RENOVATION,
    ORDER,
    WORKS,
    HomeState,
    home_renovation_id,
    state_after,
)
from domain.home_renovation_events import (
    HOME_NEED,
    AnswerHomeRenovation,
    ApproveHomeRenovation,
    AssessHome,
    CheckHomeWorks,
    FinishHomeWorks,
    FollowUpHome,
    HomeAssessed,
    HomeFollowedUp,
    HomeFund,
    HomeNeed,
    HomeRenovationAgreed,
    HomeRenovationApproved,
    HomeRenovationDeclined,
    HomeRenovationProposed,
    HomeRenovationStopped,
    HomeStop,
    HomeTenure,
    HomeWorksChecked,
    HomeWorksFinished,
    HomeWorksOrdered,
    OfOneHome,
    OrderHomeWorks,
    ProposeHomeRenovation,
    StopHomeRenovation,
)
from domain.kernel import Actor, Category, Event
from domain.organisations import SHARED_USERS, Post
from domain.problem import OpenProblem
from domain.reactions.home_renovation import (
    when_a_danger_is_found_in_the_home_then_it_is_put_on_the_list_of_problems,
    when_a_renovation_goes_on_then_the_clock_of_its_next_step_runs,
    when_a_renovation_stops_then_its_works_are_asked_for_no_more,
    when_home_works_are_finished_then_the_task_is_done,
    when_home_works_are_ordered_then_who_does_them_is_asked,
    works_task,
)
from domain.referral import CompleteReferral, RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from domain.rules import COMPLETE
from domain.standing import Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened

RULES = load_policies().rules
TODAY = date(2026, 3, 4)
HOME = home_renovation_id(CHILD, 1)
LIVES_HERE = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE)
CHARITY = "social_organisation:310117"
ANOTHER = Actor(TOWN, Post.HEAD.value, "u-another")
BUREAU = Actor(CIVIL_AFFAIRS, Post.HEAD.value, "u-bureau")

propose = ProposeHomeRenovation(child_ref=CHILD, happened_on=TODAY, account="（示例）没有书桌")
assess = AssessHome(
    child_ref=CHILD,
    happened_on=TODAY,
    room="（示例）卧室",
    needs=(HomeNeed.DESK, HomeNeed.WIRING),
    paid_by=HomeFund.SUBDISTRICT,
    estimate=6000,
    problem=False,
    childs_view="（示例）想要一盏灯",
    familys_view="（示例）想换电线",
)
agree = AnswerHomeRenovation(
    child_ref=CHILD,
    happened_on=TODAY,
    agreed=True,
    shares_address=True,
    tenure=HomeTenure.OWN,
    landlord_agreed_on=None,
    account="（示例）同意",
)
decline = agree.model_copy(update={"agreed": False})
approve = ApproveHomeRenovation(
    child_ref=CHILD, happened_on=TODAY, yuan=6000, project=None, account="（示例）同意"
)
order = OrderHomeWorks(
    child_ref=CHILD,
    happened_on=TODAY,
    recipient=CHARITY,
    contractor=None,
    finish_by=TODAY + timedelta(days=30),
    content="（示例）书桌一张，更换电线",
)
own_order = order.model_copy(update={"recipient": None, "contractor": "（示例）某装修队"})
finish = FinishHomeWorks(child_ref=CHILD, happened_on=TODAY, problem=False, account="（示例）")
check = CheckHomeWorks(
    child_ref=CHILD,
    happened_on=TODAY,
    passed=True,
    problem=False,
    childs_view="（示例）很亮",
    familys_view="（示例）很好",
    account="（示例）",
)
fail = check.model_copy(update={"passed": False})
lasting = FollowUpHome(
    child_ref=CHILD,
    happened_on=TODAY,
    lasting=True,
    problem=False,
    childs_view="（示例）还很亮",
    account="（示例）",
)
worn = lasting.model_copy(update={"lasting": False})
stop = StopHomeRenovation(
    child_ref=CHILD, happened_on=TODAY, stop_reason=HomeStop.MOVED_AWAY, account="（示例）"
)
BY_ANOTHER = (ApproveHomeRenovation, CheckHomeWorks)


def told(*steps: OfOneHome) -> tuple[Event, ...]:
    history: tuple[Event, ...] = ()
    for command in steps:
        by = ANOTHER if isinstance(command, BY_ANOTHER) else TOWN
        outcome = given(*history).when(command, by=by, on=TODAY, child=LIVES_HERE)
        assert outcome.refusal is None, outcome.refusal
        history += outcome.events
    return history


_PAID = (propose, assess, agree, approve)
_MADE = (*_PAID, order, finish)
HISTORIES: dict[str, tuple[tuple[Event, ...], HomeState]] = {
    "none": ((), HomeState.NONE),
    "proposed": (told(propose), HomeState.PROPOSED),
    "assessed": (told(propose, assess), HomeState.ASSESSED),
    "agreed": (told(propose, assess, agree), HomeState.AGREED),
    "declined": (told(propose, assess, decline), HomeState.DECLINED),
    "approved": (told(*_PAID), HomeState.APPROVED),
    "in works": (told(*_PAID, order), HomeState.IN_WORKS),
    "finished": (told(*_MADE), HomeState.FINISHED),
    "not passed": (told(*_MADE, fail), HomeState.APPROVED),
    "accepted": (told(*_MADE, check), HomeState.ACCEPTED),
    "worn": (told(*_MADE, check, worn), HomeState.ACCEPTED),
    "closed": (told(*_MADE, check, lasting), HomeState.CLOSED),
    "stopped": (told(*_PAID, order, stop), HomeState.STOPPED),
}
RUNNING = {name for name, (_, state) in HISTORIES.items()} - {
    *("none", "declined", "closed", "stopped")
}
LEADING = {TOWN, CIVIL_AFFAIRS}
COMMANDS: dict[str, tuple[OfOneHome, type[Event], set[str], set[str]]] = {
    "propose": (propose, HomeRenovationProposed, {"none"}, {VILLAGE, *LEADING}),
    "assess": (assess, HomeAssessed, {"proposed"}, LEADING),
    "agree": (agree, HomeRenovationAgreed, {"assessed"}, LEADING),
    "decline": (decline, HomeRenovationDeclined, {"assessed"}, LEADING),
    "approve": (approve, HomeRenovationApproved, {"agreed"}, {TOWN}),
    "order": (order, HomeWorksOrdered, {"approved", "not passed", "in works"}, LEADING),
    "finish": (finish, HomeWorksFinished, {"in works"}, {CHARITY, *LEADING}),
    "check": (check, HomeWorksChecked, {"finished"}, LEADING),
    "follow up": (lasting, HomeFollowedUp, {"accepted", "worn"}, {VILLAGE, *LEADING}),
    "stop": (stop, HomeRenovationStopped, RUNNING, LEADING),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("what", COMMANDS)
def test_p30_every_state_and_act_and_seat(history: str, what: str) -> None:
    """From assessment to acceptance: the town of the child's home and civil affairs lead it; the
    village proposes and looks again, whoever was asked for the works says that they are done. All
    others, and who comes too early or too late, are refused in the same words."""
    command, event, when, may = COMMANDS[what]
    before, _ = HISTORIES[history]
    nothing = given().when(finish, by=OTHER_VILLAGE, on=TODAY, child=LIVES_HERE)
    words = nothing.then_refused("RENOVATION_NOT_YOURS").text
    for organisation in (*EVERY_SEAT, OTHER_TOWN, OTHER_VILLAGE):
        by = Actor(organisation, Post.HANDLER.value, "u-one of many")
        outcome = given(*before).when(command, by=by, on=TODAY, child=LIVES_HERE)
        if history in when and organisation in may:
            outcome.then(happened(event, child_ref=CHILD, current=True, owner=TOWN))
        else:
            assert outcome.then_refused("RENOVATION_NOT_YOURS").text == words


@pytest.mark.parametrize("history", HISTORIES)
def test_views_and_fold_agree_on_the_state(history: str) -> None:
    events, expected = HISTORIES[history]
    state = ""
    for event in events:
        state = state_after(state, event.TOPIC, vars(event))
    assert (state or HomeState.NONE) == expected
    of = folded(HOME_RENOVATION, *events)
    assert of.state is expected
    stands = HOME_RENOVATION.stands
    assert stands is not None
    runs = history in RUNNING
    assert [each.code for each in stands(of, RULES)] == ([Stands.OPEN_CASE] if runs else [])


def test_p30_what_a_room_lacks_and_what_child_and_family_wish_is_sealed() -> None:
    """That it is renovated is care given to a child, which no school or department reads. How it
    is cared for at home is stated and read by town, village and civil affairs alike; the money is
    of the family's means, which the village does not read."""
    (event,) = given(*told(propose)).when(assess, by=TOWN, on=TODAY, child=LIVES_HERE).events
    assert isinstance(event, HomeAssessed)
    assert event.needs == "DESK,WIRING"
    assert {name: event.category_of(name) for name in event.SENSITIVE} == {
        **dict.fromkeys(("room", "needs", "childs_view", "familys_view"), Category.GUARDIANSHIP),
        "estimate": Category.MEANS,
    }
    for each in HISTORIES["closed"][0]:
        assert each.category is Category.VISITS
    approved = HISTORIES["approved"][0][-1]
    money = {name for name in approved.SENSITIVE if approved.category_of(name) is Category.MEANS}
    assert money == {"yuan", "project"}
    assert set(HOME_NEED.labels) == set(HomeNeed)


@pytest.mark.parametrize("paid_by", HomeFund)
def test_p30_whose_money_it_is_decides_and_no_author_approves(paid_by: HomeFund) -> None:
    """民政资金、慈善资金 by civil affairs, 街镇资金 by the town; by a login of one's own, and never
    by whoever proposed or assessed."""
    before = told(propose, assess.model_copy(update={"paid_by": paid_by}), agree)
    command = approve.model_copy(update={"project": "（示例）冬日微光"})
    decides, other = (ANOTHER, BUREAU) if paid_by is HomeFund.SUBDISTRICT else (BUREAU, ANOTHER)
    given(*before).when(command, by=decides, on=TODAY, child=LIVES_HERE).then(
        happened(HomeRenovationApproved, paid_by=paid_by, approved_by=decides.user)
    )
    refused = given(*before).when(command, by=other, on=TODAY, child=LIVES_HERE)
    refused.then_refused("RENOVATION_NOT_YOURS")
    author = Actor(decides.organisation, Post.HEAD.value, f"user of {TOWN}")
    shared = [Actor(decides.organisation, Post.HEAD.value, each) for each in SHARED_USERS]
    for by in (author, *shared):
        outcome = given(*before).when(command, by=by, on=TODAY, child=LIVES_HERE)
        outcome.then_refused("RENOVATION_SECOND_PERSON")


def test_p30_a_charitys_money_names_its_project() -> None:
    """“救助+慈善+儿童”: by the name of the project in civil affairs' register."""
    before = told(propose, assess.model_copy(update={"paid_by": HomeFund.CHARITY}), agree)
    outcome = given(*before).when(approve, by=BUREAU, on=TODAY, child=LIVES_HERE)
    outcome.then_refused("RENOVATION_PROJECT")


@pytest.mark.parametrize("tenure", HomeTenure)
def test_p30_where_the_home_is_not_its_own_the_landlord_agrees_first(tenure: HomeTenure) -> None:
    before = HISTORIES["assessed"][0]
    command = agree.model_copy(update={"tenure": tenure})
    outcome = given(*before).when(command, by=TOWN, on=TODAY, child=LIVES_HERE)
    if tenure is HomeTenure.OWN:
        outcome.then(happened(HomeRenovationAgreed, tenure="OWN", landlord_agreed_on=None))
        return
    outcome.then_refused("RENOVATION_LANDLORD")
    asked = command.model_copy(update={"landlord_agreed_on": TODAY})
    given(*before).when(asked, by=TOWN, on=TODAY, child=LIVES_HERE).then(
        happened(HomeRenovationAgreed, landlord_agreed_on=TODAY.isoformat())
    )
    no_home = decline.model_copy(update={"tenure": tenure})
    given(*before).when(no_home, by=TOWN, on=TODAY, child=LIVES_HERE).then(
        happened(HomeRenovationDeclined)
    )


def test_p30_a_family_that_declines_is_left_in_peace_and_may_be_asked_another_time() -> None:
    """Recorded, and nothing follows: no clock, no task, nobody told. Another proposal is another
    renovation."""
    journal = _journal()
    for command in (propose, assess, decline):
        journal.carry_out(command, by=CIVIL_AFFAIRS, on=TODAY)
    assert [kind for kind in CLOCKS if _clock(journal, kind).unfinished] == []
    (again,) = [
        each
        for each in journal.carry_out(propose, by=CIVIL_AFFAIRS, on=TODAY)
        if isinstance(each.event, HomeRenovationProposed)
    ]
    assert again.originator_id == home_renovation_id(CHILD, 2)


def test_p30_whoever_does_the_works_is_told_where_only_as_far_as_the_family_agrees() -> None:
    """A social organisation is asked by a task: whom and where, and what to do; nothing of needs,
    means or category. Where the family does not agree, the town has it done."""
    event = HISTORIES["in works"][0][-1]
    assert isinstance(event, HomeWorksOrdered)
    assert (event.told_to, event.asked) == (CHARITY, 1)
    (task,) = _asked(when_home_works_are_ordered_then_who_does_them_is_asked, event)
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.addressee, task.sender) == (WORKS, CHARITY, TOWN)
    assert task.complete_by == end_of_day_utc(order.finish_by)
    row = RULES.referral_kind(WORKS)
    assert (set(row.release), row.matter) == ({Category.WHO, Category.CONTACT}, Category.VISITS)
    private = told(propose, assess, agree.model_copy(update={"shares_address": False}), approve)
    outcome = given(*private).when(order, by=TOWN, on=TODAY, child=LIVES_HERE)
    outcome.then_refused("RENOVATION_NO_CONSENT")
    (own,) = given(*private).when(own_order, by=TOWN, on=TODAY, child=LIVES_HERE).events
    assert isinstance(own, HomeWorksOrdered)
    assert own.told_to is None
    assert _asked(when_home_works_are_ordered_then_who_does_them_is_asked, own) == []


def test_p30_works_go_to_no_seat_that_their_task_may_not_be_sent_to() -> None:
    before = HISTORIES["approved"][0]
    for organisation in EVERY_SEAT:
        command = order.model_copy(update={"recipient": organisation})
        outcome = given(*before).when(command, by=TOWN, on=TODAY, child=LIVES_HERE)
        if organisation == CHARITY:
            outcome.then(happened(HomeWorksOrdered, told_to=CHARITY))
        else:
            outcome.then_refused("RENOVATION_CARRIER")


def test_p30_works_may_be_given_to_another_and_who_was_asked_before_is_asked_no_more() -> None:
    before = HISTORIES["in works"][0]
    (event,) = given(*before).when(own_order, by=TOWN, on=TODAY, child=LIVES_HERE).events
    assert _asked(when_home_works_are_ordered_then_who_does_them_is_asked, event) == [
        WithdrawReferral(referral_id=works_task(HOME, 1))
    ]
    late = given(*before, event).when(finish, by=CHARITY, on=TODAY, child=LIVES_HERE)
    late.then_refused("RENOVATION_NOT_YOURS")


def test_p30_the_record_that_works_are_done_answers_their_task() -> None:
    event = HISTORIES["finished"][0][-1]
    assert _asked(when_home_works_are_finished_then_the_task_is_done, event) == [
        CompleteReferral(referral_id=works_task(HOME, 1), outcome="DONE", happened_on=TODAY)
    ]
    assert "DONE" in RULES.referral_kind(WORKS).by_record


@pytest.mark.parametrize("command", [check, fail])
def test_p30_acceptance_is_by_somebody_else_than_who_had_it_done(command: CheckHomeWorks) -> None:
    """验收, with what the child says in its own words; what does not pass is ordered anew."""
    before = HISTORIES["finished"][0]
    given(*before).when(command, by=TOWN, on=TODAY, child=LIVES_HERE).then_refused(
        "RENOVATION_SECOND_PERSON"
    )
    for user in SHARED_USERS:
        shared = Actor(TOWN, Post.HEAD.value, user)
        outcome = given(*before).when(command, by=shared, on=TODAY, child=LIVES_HERE)
        outcome.then_refused("RENOVATION_SECOND_PERSON")
    given(*before).when(command, by=ANOTHER, on=TODAY, child=LIVES_HERE).then(
        happened(HomeWorksChecked, passed=command.passed, childs_view=command.childs_view)
    )
    carrier = Actor(CHARITY, Post.HEAD.value, "u-carrier")
    given(*before).when(command, by=carrier, on=TODAY, child=LIVES_HERE).then_refused(
        "RENOVATION_NOT_YOURS"
    )


@pytest.mark.parametrize(
    ("history", "command"),
    [("proposed", assess), ("in works", finish), ("finished", check), ("accepted", lasting)],
)
def test_p30_a_danger_in_the_home_waits_for_no_renovation(history: str, command: OfOneHome) -> None:
    """The child's safety is never delayed: it is on the list of problems at once, which the town
    solves, also where the family declines or it is only said when the record is put right."""
    found = command.model_copy(update={"problem": True})
    before = HISTORIES[history][0]
    (event,) = given(*before).when(found, by=ANOTHER, on=TODAY, child=LIVES_HERE).events
    danger = when_a_danger_is_found_in_the_home_then_it_is_put_on_the_list_of_problems
    assert _asked(danger, event) == [
        OpenProblem(child_ref=CHILD, found_on=TODAY, visit=HOME, stated_by=TOWN, town=TOWN_CODE)
    ]
    (safe,) = given(*before).when(command, by=ANOTHER, on=TODAY, child=LIVES_HERE).events
    assert _asked(danger, safe) == []
    over = (*before, safe, *_stopped(before, safe))
    (late,) = (
        given(*over).when(found, by=ANOTHER, on=TODAY, child=LIVES_HERE, correction=True).events
    )
    assert len(_asked(danger, late)) == 1


def _stopped(before: Sequence[Event], safe: Event) -> tuple[Event, ...]:
    if folded(HOME_RENOVATION, *before, safe).state is HomeState.CLOSED:
        return ()
    return given(*before, safe).when(stop, by=TOWN, on=TODAY, child=LIVES_HERE).events


def test_p30_works_of_a_renovation_that_stops_are_asked_for_no_more() -> None:
    reaction = when_a_renovation_stops_then_its_works_are_asked_for_no_more
    assert _asked(reaction, HISTORIES["stopped"][0][-1]) == [
        WithdrawReferral(referral_id=works_task(HOME, 1))
    ]
    (early,) = given(*told(propose)).when(stop, by=TOWN, on=TODAY, child=LIVES_HERE).events
    assert _asked(reaction, early) == []


# Put right


@pytest.mark.parametrize("history", [name for name in HISTORIES if name != "none"])
@pytest.mark.parametrize("what", COMMANDS)
def test_a_step_that_is_put_right_moves_nothing_but_the_step_it_is_about(
    history: str, what: str
) -> None:
    command, *_ = COMMANDS[what]
    before, state = HISTORIES[history]
    by = ANOTHER if isinstance(command, BY_ANOTHER) else TOWN
    outcome = given(*before).when(command, by=by, on=TODAY, child=LIVES_HERE, correction=True)
    if outcome.refusal is not None:
        assert (what, outcome.refusal.code) in {
            ("agree", "RENOVATION_OVER"),
            ("order", "RENOVATION_NO_CONSENT"),
        }
        return
    (event,) = outcome.events
    after = folded(HOME_RENOVATION, *before, event).state
    topics = {_step(event), _step(before[-1])}
    current = len(topics) == 1 and history in RUNNING
    assert getattr(event, "current") is current  # noqa: B009
    assert after is (state if not current else state_after(state, event.TOPIC, vars(event)))


def _step(event: Event) -> str:
    """An answer is one step, whichever it is."""
    answered = isinstance(event, HomeRenovationDeclined)
    return HomeRenovationAgreed.TOPIC if answered else event.TOPIC


def test_what_is_over_is_not_put_right_to_go_on() -> None:
    for history, command in (("declined", agree), ("closed", worn)):
        before = HISTORIES[history][0]
        outcome = given(*before).when(command, by=TOWN, on=TODAY, child=LIVES_HERE, correction=True)
        outcome.then_refused("RENOVATION_OVER")


def test_an_order_in_other_words_asks_nobody_once_more() -> None:
    before = HISTORIES["in works"][0]
    other = order.model_copy(update={"content": "（示例）另加书架"})
    (event,) = (
        given(*before).when(other, by=TOWN, on=TODAY, child=LIVES_HERE, correction=True).events
    )
    assert isinstance(event, HomeWorksOrdered)
    assert (event.asked, event.told_to) == (1, CHARITY)
    first = as_recorded(before[-1], HOME, 5, circumstances(TOWN, TODAY))
    cause = as_recorded(event, HOME, 6, circumstances(TOWN, TODAY), first)
    reaction = when_home_works_are_ordered_then_who_does_them_is_asked
    task, moved = reaction.then(event, cause, OneStation())
    assert isinstance(task, RequestReferral)
    assert task.referral_id == works_task(HOME, 1), "the task that there is"
    assert moved == MoveDeadline(
        subject_id=works_task(HOME, 1), kind=COMPLETE, child_ref=CHILD, due_at=event.step_by
    )


def test_days_that_cannot_be_are_refused() -> None:
    tomorrow, before = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for history, command, code in (
        ("none", propose.model_copy(update={"happened_on": tomorrow}), "RENOVATION_IN_FUTURE"),
        (
            "assessed",
            agree.model_copy(update={"landlord_agreed_on": tomorrow}),
            "RENOVATION_IN_FUTURE",
        ),
        ("proposed", assess.model_copy(update={"happened_on": before}), "RENOVATION_OUT_OF_ORDER"),
        ("approved", order.model_copy(update={"finish_by": before}), "RENOVATION_DUE_BEFORE"),
    ):
        outcome = given(*HISTORIES[history][0]).when(command, by=TOWN, on=TODAY, child=LIVES_HERE)
        assert outcome.then_refused(code).text.endswith("。")


def test_a_child_that_moved_is_led_by_its_new_town_and_the_old_one_may_stop_it() -> None:
    """Who is reminded can do something about it; a third town cannot."""
    moved = ChildFile(opened=True, town=OTHER_TOWN_CODE)
    before = HISTORIES["proposed"][0]
    given(*before).when(assess, by=OTHER_TOWN, on=TODAY, child=moved).then(
        happened(HomeAssessed, owner=OTHER_TOWN)
    )
    given(*before).when(stop, by=TOWN, on=TODAY, child=moved).then(happened(HomeRenovationStopped))
    given(*before).when(stop, by="town:310117003", on=TODAY, child=moved).then_refused(
        "RENOVATION_NOT_YOURS"
    )


def test_a_conflicted_town_or_village_has_no_part_in_it() -> None:
    conflicted = ChildFile(
        opened=True,
        town=TOWN_CODE,
        village=VILLAGE_CODE,
        suspicions={HOME: Suspicion(conflicted=frozenset({TOWN, VILLAGE}))},
    )
    for organisation in (TOWN, VILLAGE):
        outcome = given().when(propose, by=organisation, on=TODAY, child=conflicted)
        outcome.then_refused("RENOVATION_NOT_YOURS")
    given().when(propose, by=CIVIL_AFFAIRS, on=TODAY, child=conflicted).then(
        happened(HomeRenovationProposed, owner=CIVIL_AFFAIRS)
    )


# Its clocks


def test_p30_each_open_step_has_its_clock_until_it_is_taken() -> None:
    """Given a renovation / then each step is due in its term, of whoever owes it, and none else."""
    journal = _journal()

    def running() -> dict[str, tuple[str, Any]]:
        clocks = {kind: _clock(journal, kind) for kind in CLOCKS}
        return {
            kind: (clock.about["owner"], clock.due_at)
            for kind, clock in clocks.items()
            if clock.about is not None and clock.unfinished
        }

    def due(kind: str) -> Any:
        return end_of_day_utc(RULES.last_day(RULES.clocks[kind].within, TODAY))

    charity = assess.model_copy(update={"paid_by": HomeFund.CHARITY})
    paid = approve.model_copy(update={"project": "（示例）冬日微光"})
    by_day = end_of_day_utc(order.finish_by)
    steps: list[tuple[OfOneHome, Any, str, Any]] = [
        (propose, CIVIL_AFFAIRS, ASSESS, due(ASSESS)),
        (charity, CIVIL_AFFAIRS, AGREE, due(AGREE)),
        (agree, CIVIL_AFFAIRS, APPROVE, due(APPROVE)),
        (paid, BUREAU, ORDER, due(ORDER)),
        (order, CIVIL_AFFAIRS, FINISH, by_day),
        (own_order, CIVIL_AFFAIRS, FINISH, by_day),
        (finish, CIVIL_AFFAIRS, CHECK, due(CHECK)),
        (fail, BUREAU, ORDER, due(ORDER)),
        (order, CIVIL_AFFAIRS, FINISH, by_day),
        (finish, CHARITY, CHECK, due(CHECK)),
        (check, BUREAU, FOLLOW_UP, due(FOLLOW_UP)),
        (worn, CIVIL_AFFAIRS, FOLLOW_UP, due(FOLLOW_UP)),
    ]
    for command, by, kind, at in steps:
        journal.carry_out(command, by=by, on=TODAY)
        assert running() == {kind: (CIVIL_AFFAIRS, at)}, command
    journal.carry_out(lasting, by=CIVIL_AFFAIRS, on=TODAY)
    assert running() == {}
    for kind in CLOCKS:
        assert RULES.clocks[kind].source


def test_p30_the_clock_of_an_approval_is_whose_money_it_is() -> None:
    reaction = when_a_renovation_goes_on_then_the_clock_of_its_next_step_runs
    for paid_by, owner in ((HomeFund.SUBDISTRICT, TOWN), (HomeFund.CIVIL_AFFAIRS, CIVIL_AFFAIRS)):
        of = assess.model_copy(update={"paid_by": paid_by})
        *_, clock = _asked(reaction, told(propose, of, agree)[-1])
        assert (clock.kind, clock.owner) == (APPROVE, owner)


def _journal() -> Journal:
    return Journal(places=OneStation(), together=TOGETHER)


def _clock(journal: Journal, kind: str) -> Deadline:
    return journal.states(DEADLINE)(deadline_id(HOME, kind))


def _asked(reaction: Any, event: Event) -> Sequence[Any]:
    cause = as_recorded(event, HOME, 1, circumstances(TOWN, TODAY))
    return list(reaction.then(event, cause, OneStation()))
