"""Whatever is asked by whomever in whatever order: what holds of every history."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadline import (
    AdvanceDeadline,
    DeadlineCancelled,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
    deadline_id,
)
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event, Sealed, Stream
from domain.organisations import HUB
from domain.referral import (
    OPEN_STATES,
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    DeclineOffer,
    HoldReferral,
    OfferReferral,
    ReassignReferral,
    ReferralEvent,
    ReferralOffered,
    ReferralRequested,
    ReferralState,
    RequestReferral,
    ResumeReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    VoidReferral,
    WithdrawReferral,
)
from domain.registry import EVENTS, STREAM_OF_COMMAND, STREAM_OF_TOPIC, STREAMS, TOGETHER
from domain.rules import ACCEPT, ACCEPT_OFFER, COMPLETE
from domain.scope import (
    SCOPE,
    CloseScope,
    OpenScope,
    Scope,
    ScopeClosed,
    ScopeOpened,
    scope_id,
)
from tests.domain.histories import (
    COMMANDS,
    Drawn,
    carried_out,
    one_of_each_event,
    steps,
)
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    OTHER_TOWN,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
)
from tests.domain.pools import CASE, DAY, REFERRAL_1, OneStation
from tests.specification import Journal, at_noon, sealed

pytestmark = pytest.mark.slow

each_stream = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
quick = settings(max_examples=40, deadline=None)
everything = steps(*COMMANDS)
CLOCKS = tuple(type_ for type_ in COMMANDS if type_.__module__ == "domain.deadline")


def journal() -> Journal:
    return Journal(places=OneStation(), together=TOGETHER)


def test_every_command_can_be_drawn() -> None:
    assert set(COMMANDS) == set(STREAM_OF_COMMAND)


def test_the_fixed_history_has_one_of_each_event() -> None:
    assert {type(event) for event in one_of_each_event()} == set(EVENTS.values())


@quick
@given(run=everything)
def test_nothing_but_a_refusal_ever_stops_a_command(run: list[Drawn]) -> None:
    """And every event that was decided can be folded: the next command finds its stream."""
    book = journal()
    for event in carried_out(book, run):
        stream = STREAM_OF_TOPIC[event.TOPIC]
        assert isinstance(stream.fold([sealed(event)]), type(stream.initial))


@each_stream
def test_nothing_but_a_refusal_stops_the_commands_of_one_stream(stream: Stream[Any]) -> None:
    """Closer together than among all commands, so that they reach the later states."""

    @quick
    @given(run=steps(*stream.decide))
    def holds(run: list[Drawn]) -> None:
        for log in logs_of(run):
            assert len({STREAM_OF_TOPIC[event.TOPIC].name for event in log}) <= 1

    holds()


def logs_of(run: list[Drawn]) -> list[list[Event]]:
    book = journal()
    carried_out(book, run)
    return list(book.streams.values())


@each_stream
def test_a_fold_is_deterministic_and_consistent_with_its_prefixes(stream: Stream[Any]) -> None:
    """Folded at once or in two parts, on a snapshot or from the start: the same state; and a
    state once given is never changed by what comes after."""

    @quick
    @given(run=steps(*stream.decide))
    def holds(run: list[Drawn]) -> None:
        for log in logs_of(run):
            if not log or STREAM_OF_TOPIC[log[0].TOPIC] is not stream:
                continue
            whole = stream.fold(log)
            assert stream.fold(log) == whole
            for cut in range(len(log) + 1):
                snapshot = stream.fold(log[:cut])
                kept = copy.deepcopy(snapshot)
                assert stream.fold(log[cut:], snapshot) == whole
                assert snapshot == kept

    holds()
    assert stream.fold([]) == stream.initial


@each_stream
def test_a_fold_reads_the_clear_facts_only(stream: Stream[Any]) -> None:
    """Sealed or plain, the state is the same: else a replay would decide otherwise."""

    @quick
    @given(run=steps(*stream.decide))
    def holds(run: list[Drawn]) -> None:
        decided = [
            event for event in carried_out(journal(), run) if STREAM_OF_TOPIC[event.TOPIC] is stream
        ]
        state = stream.fold(decided)
        assert stream.fold([sealed(event) for event in decided]) == state
        assert "Sealed(" not in repr(state)

    holds()


def test_sealing_leaves_no_sensitive_text_and_every_clear_fact() -> None:
    """What the two properties above rest on."""
    for event in one_of_each_event():
        for name in type(event).model_fields:
            before, after = getattr(event, name), getattr(sealed(event), name)
            if name in event.SENSITIVE and before is not None:
                assert isinstance(after, Sealed)
            else:
                assert after == before


@quick
@given(run=everything)
def test_a_deadline_is_never_both_met_and_cancelled(run: list[Drawn]) -> None:
    """Nor twice one of them, nor missed when it is over."""
    for log in logs_of(run):
        for once in each_time_it_was_set(log):
            ends = [event for event in once if isinstance(event, DeadlineMet | DeadlineCancelled)]
            assert len(ends) <= 1
            assert not ends or once[-1] is ends[0]
            assert sum(isinstance(event, DeadlineMissed) for event in once) <= 1


def each_time_it_was_set(log: list[Event]) -> list[list[Event]]:
    """A clock's events from each time it was set (起算) to the next."""
    begun = [n for n, event in enumerate(log) if isinstance(event, DeadlineSet)]
    if not begun:
        return []
    return [log[a:b] for a, b in zip(begun, [*begun[1:], len(log)], strict=True)]


@quick
@given(run=steps(*CLOCKS))
def test_nothing_is_due_of_a_clock_that_stands(run: list[Drawn]) -> None:
    """It is not missed, nobody is reminded, and nobody else is told."""
    for log in logs_of(run):
        for before, event in pairwise(log):
            if isinstance(before, DeadlinePaused):
                assert isinstance(event, DeadlineResumed | DeadlineMet | DeadlineCancelled)


@quick
@given(run=steps(*CLOCKS))
def test_the_clocks_alone_keep_to_it_too(run: list[Drawn]) -> None:
    for log in logs_of(run):
        for once in each_time_it_was_set(log):
            kinds = [type(event) for event in once if isinstance(event, DeadlineEvent)]
            assert kinds.count(DeadlineMet) + kinds.count(DeadlineCancelled) <= 1


def shown_by(item: UUID, state: Scope, now: datetime) -> frozenset[Category]:
    found = state.items.get(item)
    return Scope({item: found}).open_categories(now) if found else frozenset()


@quick
@given(run=steps(OpenScope, CloseScope), now=st.dates().map(at_noon))
def test_a_scope_shows_what_its_open_items_show_and_no_more(
    run: list[Drawn], now: datetime
) -> None:
    """A closed item never shows again; closing one never closes another."""
    for log in logs_of(run):
        last: dict[UUID, Event] = {}
        for event in log:
            assert isinstance(event, ScopeOpened | ScopeClosed)
            assert not isinstance(last.get(event.item), ScopeClosed), "it is over"
            last[event.item] = event
        state = SCOPE.fold(log)
        expected: set[Category] = set()
        for item, event in last.items():
            if isinstance(event, ScopeClosed):
                assert shown_by(item, state, now) == frozenset()
            elif isinstance(event, ScopeOpened) and (event.until is None or now < event.until):
                assert shown_by(item, state, now) == set(event.categories)
                expected |= set(event.categories)
        assert state.open_categories(now) == expected


REFERRALS = [type_ for type_ in COMMANDS if type_ in REFERRAL.decide]
PARTIES = [SCHOOL, TOWN, PROCURATORATE, CIVIL_AFFAIRS, STATION]


@quick
@given(run=steps(*REFERRALS), by=st.lists(st.sampled_from(PARTIES), min_size=25))
def test_no_scope_is_open_without_an_open_task(run: list[Drawn], by: list[str]) -> None:
    """Every category shown is released by a referral that was requested and has not ended; one that
    releases nothing opens nothing."""
    book = journal()
    run = [(command, party, now) for (command, _, now), party in zip(run, by, strict=False)]
    carried_out(book, run)
    tasks: set[UUID] = set()
    for stream_id, log in book.streams.items():
        if log and isinstance(log[0], ReferralEvent):
            state = REFERRAL.fold(log)
            # Some kinds only tell, and release nothing.
            released = [e for e in log if isinstance(e, ReferralRequested) and e.release]
            offers = [e for e in log if isinstance(e, ReferralOffered)]
            if state.state in OPEN_STATES and released:
                tasks.add(stream_id)
            if state.offer is not None and offers[-1].shown:
                # Whoever was asked to take it over sees what it is about until it has answered.
                tasks.add(state.offer.item)
    items = {
        item
        for log in book.streams.values()
        if log and STREAM_OF_TOPIC[log[0].TOPIC] is SCOPE
        for item in SCOPE.fold(log).items
    }
    assert items == tasks


_ASKED = RequestReferral(
    referral_id=REFERRAL_1,
    child_ref=CHILD,
    case_id=CASE,
    kind="persuade_dropout",
    sender=SCHOOL,
    addressee=TOWN,
    town=TOWN_CODE,
)
_STEPS: tuple[tuple[str, Callable[[date], Command]], ...] = (
    (TOWN, lambda today: AcceptReferral(referral_id=REFERRAL_1)),
    (OTHER_TOWN, lambda today: AcceptReferral(referral_id=REFERRAL_1)),
    (TOWN, lambda today: StartReferral(referral_id=REFERRAL_1)),
    (TOWN, lambda today: OfferReferral(referral_id=REFERRAL_1, to=OTHER_TOWN)),
    (OTHER_TOWN, lambda today: DeclineOffer(referral_id=REFERRAL_1)),
    (TOWN, lambda today: HoldReferral(referral_id=REFERRAL_1, reason="CHILD_AWAY", until=today)),
    (TOWN, lambda today: ResumeReferral(referral_id=REFERRAL_1)),
    (SCHOOL, lambda today: ReassignReferral(referral_id=REFERRAL_1, addressee=OTHER_TOWN)),
    (TOWN, lambda today: CompleteReferral(referral_id=REFERRAL_1, outcome="AGREED")),
    (TOWN, lambda today: ReturnReferral(referral_id=REFERRAL_1, reason=ReturnReason.DUPLICATE)),
    (SCHOOL, lambda today: WithdrawReferral(referral_id=REFERRAL_1)),
    (SCHOOL, lambda today: VoidReferral(referral_id=REFERRAL_1, reason="WRONG_CHILD")),
    (HUB, lambda today: AdvanceDeadline(subject_id=REFERRAL_1, kind=COMPLETE, child_ref=CHILD)),
)
"""What may be asked of one referral on a day, and by whom mostly."""


@settings(max_examples=300, deadline=None)
@given(
    run=st.lists(
        st.tuples(
            st.sampled_from(_STEPS),
            st.sampled_from([None, None, None, SCHOOL, TOWN, OTHER_TOWN, HUB]),
            st.integers(0, 3),
        ),
        min_size=10,
        max_size=20,
    )
)
def test_no_clock_stands_but_that_of_a_referral_that_rests(
    run: list[tuple[tuple[str, Callable[[date], Command]], str | None, int]],
) -> None:
    """Whatever its parties do in whatever order: no clock runs on of one that is over, nor of an
    offer that was answered, and whoever it is not with sees nothing of it."""
    day, book = DAY, journal()
    asked: list[Drawn] = [(_ASKED, SCHOOL, at_noon(day))]
    for (mostly, step), by, later in run:
        day += timedelta(days=later)
        asked.append((step(day), by or mostly, at_noon(day)))
    carried_out(book, asked)
    state = REFERRAL.fold(book.streams[REFERRAL_1])
    clocks = {
        kind: book.states(DEADLINE)(deadline_id(REFERRAL_1, kind))
        for kind in (ACCEPT, COMPLETE, ACCEPT_OFFER)
    }
    rests = state.state is ReferralState.ON_HOLD
    for kind, clock in clocks.items():
        assert clock.state is not DeadlineState.PAUSED or (rests and kind == COMPLETE)
    if state.state not in OPEN_STATES:
        assert not any(clock.unfinished for clock in clocks.values())
    assert (state.offer is not None) == clocks[ACCEPT_OFFER].unfinished
    for organisation in (TOWN, OTHER_TOWN):
        scope = book.states(SCOPE)(scope_id(organisation, CHILD))
        has_it = organisation == state.addressee and state.state in OPEN_STATES
        assert bool(scope.in_hand(at_noon(day))) == has_it
