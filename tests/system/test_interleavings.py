"""Whatever organisations do in whatever order, on a whole program with its reactions and clocks:
no loop is lost, no clock runs while it stands, no closed task keeps a scope, and the silence board
says what a recount of the log says.

Source: issue on casework, Must hold.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from domain.away import DeclareAway, EndAway, StandIn
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Command, Refused
from domain.mandatory_report import (
    HANDLE_REPORT,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
    StateSuspicion,
)
from domain.move import AnnounceMove, WithdrawMove
from domain.organisations import (
    HUB,
    SEAT_WORDS,
    Organisation,
    Seat,
    district_organisation,
)
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    DeclineOffer,
    FailReferral,
    HoldReferral,
    OfferReferral,
    Referral,
    ReferralState,
    ResumeReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    WithdrawReferral,
)
from domain.registry import STREAM_OF_TOPIC
from domain.rules import ACCEPT, COMPLETE
from domain.scope import SCOPE, scope_id
from hub.application import RefusedReaction
from hub.bootstrap import Program
from hub.eventstore.codec import Fact
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    EDUCATION,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    admonished,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)
from tests.recount import silent_by_the_log, whole_log

KIDS = (1, 2)
HOSPITAL = "hospital:310117001"
MORE = (
    Organisation(HOSPITAL, "示例医院", TOWN_CODE),
    *(
        Organisation(district_organisation(seat), f"示例{SEAT_WORDS[seat]}")
        for seat in (
            Seat.COURT,
            Seat.JUSTICE,
            Seat.HUMAN_RESOURCES,
            Seat.HEALTH,
            Seat.DISABLED_FEDERATION,
            Seat.WOMENS_FEDERATION,
            Seat.WOMEN_CHILDREN_OFFICE,
        )
    ),
)
"""Whoever else is asked for something by what these organisations record."""
EVERYBODY = tuple(each.id for each in (*DISTRICT, *MORE))
MEASURES = ("家庭救助", "送教上门", "童工核查", "法律援助")
WAITS = (timedelta(minutes=40), timedelta(hours=20), timedelta(days=4), timedelta(days=35))


class Interleavings(RuleBasedStateMachine):
    """Two children, and everybody who may do something about them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        self.hub: Program = self.stack.enter_context(running(Path(folder) / "data"))
        self.hub.directory.add_organisations(MORE)
        self.reports: list[UUID] = []
        self.number = 0

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def roll(self) -> None:
        for kid in KIDS:
            send(self.hub, EDUCATION, "education.roll", enrolled(pupil(kid)))
        known = resident(pupil(1), categories="农村留守儿童")
        send(self.hub, TOWN, "town.residence", known)
        self.settle()

    def settle(self) -> None:
        assert self.hub.settle()

    def do(self, command: Command, by: str) -> None:
        """Ask for it; what the rules refuse changes nothing."""
        with suppress(Refused):
            self.hub.hub.command(command, actor(by))
        self.settle()

    def record(self, by: str, kind: str, values: dict[str, Any]) -> None:
        self.hub.intake.record(actor(by), kind, values)
        self.settle()

    def child(self, kid: int) -> UUID:
        return UUID(child_of(self.hub, pupil(kid)))

    def today(self) -> date:
        return (self.hub.clock.now() + timedelta(hours=8)).date()

    # What organisations record.

    @rule(kid=st.sampled_from(KIDS), days=st.integers(1, 6), lawful=st.booleans())
    def absence(self, kid: int, days: int, lawful: bool) -> None:
        more = {"reason": "病假"} if lawful else {}
        self.record(SCHOOL, "education.absence", {**absent(pupil(kid), days), **more})

    @rule(kid=st.sampled_from(KIDS))
    def back(self, kid: int) -> None:
        told = {**pupil(kid), "returned_on": self.today().isoformat()}
        self.record(SCHOOL, "education.return", told)

    @rule(kid=st.sampled_from(KIDS), measure=st.sampled_from(MEASURES))
    def measure(self, kid: int, measure: str) -> None:
        told = {"measure": measure, "called_on": self.today().isoformat()}
        self.record(EDUCATION, "education.joint_measure", {**pupil(kid), **told})

    @rule(by=st.sampled_from([SCHOOL, VILLAGE, HOSPITAL, CIVIL_AFFAIRS]), danger=st.booleans())
    def report(self, by: str, danger: bool) -> None:
        self.number += 1
        told = {
            "seen": "（示例）瘀青",
            "place": VILLAGE_CODE,
            "reference": f"示例{self.number}",
            "immediate_danger": "是" if danger else "否",
            "hurt": "是" if danger else "否",
        }
        self.record(by, "report.mandatory", told)
        self.reports = sorted({f.stream for f in self.log() if f.topic == "report.filed.v1"})

    @rule(kid=st.sampled_from(KIDS), which=st.integers(0, 2))
    def found(self, kid: int, which: int) -> None:
        """The police say whom a report is about, and where the child was treated."""
        if not self.reports:
            return
        report = str(self.reports[which % len(self.reports)])
        self.record(STATION, "police.report_child", {**pupil(kid), "report_id": report})
        treated = {"report_id": report, "step": "已送医", "hospital": "示例医院"}
        self.record(STATION, "police.report_status", treated)

    @rule(kid=st.sampled_from(KIDS), which=st.integers(0, 2), unit=st.sampled_from([TOWN, STATION]))
    def suspect(self, kid: int, which: int, unit: str) -> None:
        """The sub-bureau says that somebody of an organisation is suspected."""
        if self.reports:
            report = self.reports[which % len(self.reports)]
            said = StateSuspicion(
                report_id=report, relation="OTHER_STAFF", conflicted_organisations=(unit,)
            )
            self.do(said, POLICE)

    @rule(kid=st.sampled_from(KIDS))
    def admonition(self, kid: int) -> None:
        self.number += 1
        self.record(STATION, "police.admonition", admonished(pupil(kid), self.number))

    @rule(to=st.sampled_from([VILLAGE_CODE, OTHER_VILLAGE_CODE]), kid=st.sampled_from(KIDS))
    def lives(self, to: str, kid: int) -> None:
        by = TOWN if to == VILLAGE_CODE else OTHER_TOWN
        told = resident({**pupil(kid), "village": to}, to, since=self.today().isoformat())
        self.record(by, "town.residence", told)

    @rule(kid=st.sampled_from(KIDS))
    def visit(self, kid: int) -> None:
        told = {**pupil(kid), "visited_on": self.today().isoformat(), "form": "入户走访"}
        told |= {"seen": "（示例）正常", "harm_suspected": "否"}
        self.record(VILLAGE, "village.visit", told)

    # What desks do with what they are asked.

    @rule(
        which=st.integers(0, 40),
        someone=st.none() | st.sampled_from(EVERYBODY),
        act=st.sampled_from(
            ["accept", "start", "complete", "fail", "return", "hold", "resume", "offer", "withdraw"]
        ),
    )
    def task(self, which: int, someone: str | None, act: str) -> None:
        """Whoever has an open task does something with it; now and then somebody else tries."""
        tasks = [(ref, each) for ref, each in self.referrals().items() if each.state in OPEN_STATES]
        if not tasks:
            return
        referral, each = tasks[which % len(tasks)]
        by = someone or each.addressee
        outcome = sorted(self.hub.policies.rules.referrals[each.kind].outcomes)[0]
        commands: dict[str, Command] = {
            "accept": AcceptReferral(referral_id=referral),
            "start": StartReferral(referral_id=referral),
            "complete": CompleteReferral(referral_id=referral, outcome=outcome),
            "fail": FailReferral(referral_id=referral, account="（示例）未办成"),
            "return": ReturnReferral(referral_id=referral, reason=ReturnReason.NOT_OUR_DUTY),
            "hold": HoldReferral(
                referral_id=referral,
                reason="AWAITING_FAMILY",
                until=self.today() + timedelta(days=6),
            ),
            "resume": ResumeReferral(referral_id=referral),
            "offer": OfferReferral(referral_id=referral, to=self.other(by)),
            "withdraw": WithdrawReferral(referral_id=referral),
        }
        self.do(commands[act], by)

    def other(self, by: str) -> str:
        return {TOWN: OTHER_TOWN, STATION: OTHER_STATION}.get(by, CIVIL_AFFAIRS)

    @rule(by=st.sampled_from([OTHER_TOWN, OTHER_STATION, CIVIL_AFFAIRS]), yes=st.booleans())
    def offer(self, by: str, yes: bool) -> None:
        for each in self.hub.queries.inbox(reader(by)).items[:2]:
            if yes:
                self.do(AcceptReferral(referral_id=UUID(each.id)), by)
            else:
                self.do(DeclineOffer(referral_id=UUID(each.id)), by)

    @rule(
        which=st.integers(0, 2),
        act=st.sampled_from(["accept", "decide", "feed_back", "close"]),
        decision=st.sampled_from([PoliceDecision.ADMIN_CASE, PoliceDecision.NOT_FILED]),
    )
    def police(self, which: int, act: str, decision: PoliceDecision) -> None:
        if not self.reports:
            return
        report = self.reports[which % len(self.reports)]
        commands: dict[str, Command] = {
            "accept": AcceptMandatoryReport(report_id=report),
            "decide": DecideMandatoryReport(report_id=report, decision=decision, reason="（示例）"),
            "feed_back": FeedBackToReporter(report_id=report, told="（示例）已处理"),
            "close": CloseMandatoryReport(report_id=report, reason="（示例）"),
        }
        self.do(commands[act], STATION)

    @rule(kid=st.sampled_from(KIDS), back=st.booleans())
    def move(self, kid: int, back: bool) -> None:
        child = self.child(kid)
        if back:
            self.do(WithdrawMove(child_ref=child), TOWN)
        else:
            self.do(AnnounceMove(child_ref=child, receivers=(OTHER_TOWN,)), TOWN)

    @rule(stand_in=st.sampled_from(StandIn), back=st.booleans())
    def away(self, stand_in: StandIn, back: bool) -> None:
        if back:
            self.do(EndAway(organisation=VILLAGE), VILLAGE)
            return
        until = self.today() + timedelta(days=10)
        self.do(
            DeclareAway(organisation=VILLAGE, since=self.today(), until=until, stand_in=stand_in),
            VILLAGE,
        )

    @rule(wait=st.sampled_from(WAITS))
    def later(self, wait: timedelta) -> None:
        at(self.hub, self.hub.clock.now() + wait)
        self.settle()

    # What holds of it all.

    def log(self) -> list[Fact]:
        return whole_log(self.hub.store)

    def referrals(self) -> dict[UUID, Referral]:
        asked = {f.stream for f in self.log() if STREAM_OF_TOPIC[f.topic] is REFERRAL}
        return {each: self.hub.store.load(REFERRAL, each).state for each in sorted(asked)}

    @invariant()
    def no_loop_is_lost(self) -> None:
        for stream, task in self.referrals().items():
            if task.state not in OPEN_STATES:
                continue
            assert task.addressee in EVERYBODY
            kind = ACCEPT if task.state is ReferralState.REQUESTED else COMPLETE
            clock = self.hub.store.load(DEADLINE, deadline_id(stream, kind)).state
            assert clock.state is not DeadlineState.NONE, (task.kind, kind)
            if task.kind == HANDLE_REPORT and kind == COMPLETE:
                # What is decided on the report meets it; the report's own clocks run on.
                assert clock.state is not DeadlineState.CANCELLED
            else:
                assert clock.unfinished, (task.kind, task.state, clock.state)
                assert clock.owner == task.addressee, task.kind
            if not self.hub.policies.rules.referrals[task.kind].release:
                # It shows nothing beyond what its addressee reads anyway.
                continue
            assert task.child_ref is not None
            scope = self.hub.store.load(SCOPE, scope_id(task.addressee, task.child_ref)).state
            assert stream in scope.items, (task.kind, task.state)

    @invariant()
    def what_follows_from_everything_followed_or_is_listed(self) -> None:
        before, refused = self.hub.store.position, list[RefusedReaction]()
        self.hub.hub.react(self.log(), refused.append)
        assert self.hub.store.position == before, "a reaction had not been carried out"
        assert set(refused) <= set(self.hub.reactor.refused())

    @invariant()
    def no_clock_runs_while_it_stands(self) -> None:
        standing: set[UUID] = set()
        for fact in self.log():
            if fact.topic == "deadline.paused.v1":
                standing.add(fact.stream)
            elif fact.topic in ("deadline.resumed.v1", "deadline.met.v1", "deadline.cancelled.v1"):
                standing.discard(fact.stream)
            elif fact.topic in ("deadline.missed.v1", "deadline.escalated.v1"):
                assert fact.stream not in standing
        for stream, task in self.referrals().items():
            if task.state is ReferralState.ON_HOLD:
                clock = self.hub.store.load(DEADLINE, deadline_id(stream, COMPLETE)).state
                assert clock.state in (DeadlineState.PAUSED, DeadlineState.MISSED)

    @invariant()
    def no_closed_task_keeps_a_scope(self) -> None:
        open_items = {
            item
            for fact in self.log()
            if fact.topic == "scope.opened.v4"
            for item in self.hub.store.load(SCOPE, fact.stream).state.items
        }
        for stream, task in self.referrals().items():
            if task.state not in OPEN_STATES:
                assert stream not in open_items, (task.kind, task.state)

    @invariant()
    def the_board_is_what_the_log_says(self) -> None:
        now = self.hub.clock.now()
        recount = silent_by_the_log(self.hub.store, self.hub.policies.rules, now)
        by_owner = Counter[tuple[str, str]]()
        for (kind, _, owner), count in recount.items():
            by_owner[kind, owner] += count
        shown = self.hub.queries.silence_of_district(reader(PROCURATORATE))
        assert {(each.kind, each.whose): each.count for each in shown if each.whose != HUB} == dict(
            by_owner
        )
        owing = {owner for _, _, owner in recount} & set(EVERYBODY)
        for organisation in sorted(owing | {TOWN, STATION, VILLAGE, CIVIL_AFFAIRS, SCHOOL}):
            own = self.hub.queries.silence(reader(organisation), mine=True)
            found = Counter((each.kind, each.about) for each in own.items)
            owed = Counter[tuple[str, str]]()
            for (kind, about, owner), count in recount.items():
                if owner == organisation and kind not in ("FEED_STOPPED", "WORKER_AWAY"):
                    owed[kind, about] += count
            assert found == owed, organisation


SOME = settings(
    max_examples=3,
    # Shrinking takes minutes; what was drawn reads well as it is.
    phases=[Phase.generate],
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
def test_some_interleavings() -> None:
    run_state_machine_as_test(Interleavings, settings=SOME)


@pytest.mark.exhaustive
def test_many_interleavings() -> None:
    many = settings(SOME, max_examples=100, stateful_step_count=30, derandomize=False)
    run_state_machine_as_test(Interleavings, settings=many)
