"""沉默清单: what is silent, whose silence it is, and since when; by the facts alone.

Source: issue on casework, The silence board; plan 三2 (P53, P56).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.registry import EVENTS
from domain.silence import SILENCE_WORDS, Loop, SilenceKind, clock_kind, steps
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, SCHOOL, STATION, TOWN, VILLAGE

RULES = load_policies().rules.silence
STREAM = UUID(int=7)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
DUE, LATER = NOW + timedelta(days=3), NOW + timedelta(days=9)


@dataclass
class Told:
    """A fact as the board reads it."""

    topic: str
    clear: Mapping[str, Any]
    producer: str = TOWN
    stream: object = STREAM
    recorded_at: str = NOW.isoformat()


@dataclass
class Board:
    """The loops that stand after some facts."""

    loops: dict[str, Loop] = field(default_factory=dict)

    def after(self, *facts: Told) -> Board:
        for fact in facts:
            assert fact.topic in EVENTS, fact.topic
            for key, fold in steps(RULES, fact):
                found = fold(self.loops.get(key), fact)
                self.loops.pop(key, None)
                if found is not None:
                    self.loops[key] = found
        return self

    def silent(self, now: datetime) -> list[tuple[SilenceKind, str]]:
        return [
            (each.kind, each.owner)
            for each in self.loops.values()
            if each.silent_from is not None and each.silent_from <= now
        ]


def clock(name: str, kind: str = "complete", **more: Any) -> Told:
    about = {
        "subject_id": str(UUID(int=8)),
        "kind": kind,
        "matter": "schooling",
        "owner": TOWN,
        "child_ref": str(CHILD),
    }
    return Told(f"deadline.{name}.v1", {**about, **more})


def set_(kind: str = "complete", **more: Any) -> Told:
    return clock("set", kind, due_at=DUE.isoformat(), **more)


@pytest.mark.parametrize(
    ("kind", "silence"),
    [
        ("accept", SilenceKind.UNACCEPTED),
        ("accept_offer", SilenceKind.UNACCEPTED),
        ("complete", SilenceKind.MISSED),
        ("feedback", SilenceKind.NO_FEEDBACK),
        ("feedback_final", SilenceKind.NO_FEEDBACK),
        ("confirm_outcome", SilenceKind.OUTCOME_UNCONFIRMED),
        ("supervisory_reply", SilenceKind.LETTER_UNANSWERED),
        ("advice_reply", SilenceKind.LETTER_UNANSWERED),
        ("lead_offer", SilenceKind.LEAD_UNANSWERED),
        ("close_case", SilenceKind.CASE_UNCLOSED),
        ("monthly_report", SilenceKind.REPORT_MISSING),
        ("quarterly_review", SilenceKind.REPORT_MISSING),
        ("periodic_duty", SilenceKind.DUTY_MISSING),
    ],
)
def test_what_nobody_answered_is_silent_from_its_due_instant_on(
    kind: str, silence: SilenceKind
) -> None:
    board = Board().after(set_(kind))
    assert board.silent(DUE - timedelta(seconds=1)) == []
    assert board.silent(DUE) == [(silence, TOWN)], "whether or not the clock has looked"
    missed = clock("missed", kind, due_at=DUE.isoformat())
    assert board.after(missed).silent(LATER) == [(silence, TOWN)]
    assert board.after(clock("met", kind, late=True)).silent(LATER) == []


def test_a_clock_that_stands_is_silent_to_nobody() -> None:
    board = Board().after(set_(), clock("paused", paused_for="X", paused_at=NOW.isoformat()))
    assert board.silent(LATER) == []
    resumed = clock("resumed", due_at=LATER.isoformat(), resumed_at=NOW.isoformat())
    board.after(resumed)
    assert board.silent(LATER - timedelta(seconds=1)) == []
    assert board.silent(LATER) == [(SilenceKind.MISSED, TOWN)]


@pytest.mark.parametrize("moved", ["extended", "recomputed"])
def test_what_was_put_off_is_silent_from_its_later_day(moved: str) -> None:
    board = Board().after(set_(), clock(moved, due_at=LATER.isoformat()))
    assert board.silent(DUE) == []
    assert board.silent(LATER) == [(SilenceKind.MISSED, TOWN)]


def test_a_clock_in_another_hand_is_that_ones_silence() -> None:
    board = Board().after(set_(), set_(owner=CIVIL_AFFAIRS))
    assert board.silent(DUE) == [(SilenceKind.MISSED, CIVIL_AFFAIRS)]


def visit(name: str, owner: str = VILLAGE, **more: Any) -> Told:
    clear = {"child_ref": str(CHILD), "kind": "contact", "owner": owner, **more}
    return Told(f"visit_obligation.{name}.v2", clear)


def test_a_visit_is_overdue_until_it_is_made_or_owed_no_more() -> None:
    opened = visit("opened", due_at=DUE.isoformat())
    for over in (visit("met"), visit("ended")):
        board = Board().after(opened)
        assert board.silent(DUE) == [(SilenceKind.VISIT_OVERDUE, VILLAGE)]
        assert board.after(over).silent(LATER) == []
        reopened = visit("reopened", due_at=DUE.isoformat())
        assert board.after(reopened).silent(LATER) == [(SilenceKind.VISIT_OVERDUE, VILLAGE)]
    moved = Board().after(opened, visit("reassigned", TOWN, town="310117001"))
    assert moved.silent(DUE) == [(SilenceKind.VISIT_OVERDUE, TOWN)]
    later = Board().after(visit("opened", due_at=LATER.isoformat()))
    assert later.after(visit("tightened", due_at=DUE.isoformat())).silent(DUE) != []


def referral(name: str, addressee: str = STATION, **more: Any) -> Told:
    about = {
        "child_ref": str(CHILD),
        "case_id": str(UUID(int=9)),
        "kind": "handle_report",
        "matter": "harm",
        "sender": SCHOOL,
        "addressee": addressee,
    }
    return Told(f"referral.{name}.v1", {**about, **more})


def test_what_was_accepted_and_is_in_nobodys_hand_is_unassigned() -> None:
    board = Board().after(referral("accepted", handler=None))
    assert board.silent(NOW) == [(SilenceKind.NO_HANDLER, STATION)]
    assert board.after(referral("assigned", handler="u1", deputy=None)).silent(LATER) == []
    ended = Board().after(referral("accepted", handler=None), referral("completed"))
    assert ended.silent(LATER) == []


@pytest.mark.parametrize("before", [(), (referral("assigned", handler="u1", deputy=None),)])
def test_what_somebody_accepted_or_was_given_is_in_a_hand(before: tuple[Told, ...]) -> None:
    handler = None if before else "u1"
    board = Board().after(*before, referral("accepted", handler=handler))
    assert board.silent(LATER) == []
    moved = board.after(referral("moved", TOWN, handler=None))
    assert moved.silent(LATER) == [(SilenceKind.NO_HANDLER, TOWN)]
    back = moved.after(referral("reassigned", STATION))
    assert back.silent(LATER) == [], "it waits to be accepted; its clock says so"


def led(name: str) -> Told:
    about = {"child_ref": str(CHILD), "case_id": str(UUID(int=9)), "matter": "harm"}
    return Told(f"joint_case.{name}.v1", about, stream=UUID(int=90))


def test_a_case_without_a_lead_is_silent_until_somebody_leads_it() -> None:
    """Civil affairs coordinates (plan 三2), so it is that one's to see to."""
    board = Board().after(referral("requested"))
    assert board.silent(NOW) == [(SilenceKind.NO_LEAD, CIVIL_AFFAIRS)]
    board.after(led("opened"), referral("requested"))
    assert board.silent(LATER) == []
    assert board.after(led("closed")).silent(LATER) == []
    again = board.after(referral("requested"))
    assert again.silent(LATER) == [(SilenceKind.NO_LEAD, CIVIL_AFFAIRS)]


@pytest.mark.parametrize("kind", sorted(RULES.without_lead))
def test_what_is_only_noted_or_supervised_waits_for_no_lead(kind: str) -> None:
    assert Board().after(referral("requested", kind=kind)).silent(LATER) == []


def child(name: str, **more: Any) -> Told:
    clear = {"child_ref": str(CHILD), **more}
    return Told(f"child_file.{name}.v1", clear, stream=CHILD)


def test_a_child_whose_residence_nobody_confirmed_is_unassigned() -> None:
    nobodys = [(SilenceKind.UNASSIGNED, CIVIL_AFFAIRS)]
    board = Board().after(child("identity_stated"))
    assert board.silent(NOW) == nobodys
    assert board.after(child("residence_confirmed")).silent(NOW) == []
    assert board.after(child("identity_stated")).silent(NOW) == [], "said once more"
    assert board.after(child("residence_withdrawn")).silent(NOW) == nobodys
    assert board.after(child("district_left")).silent(NOW) == [], "by a signed letter"
    assert Board().after(child("residence_confirmed"), child("identity_stated")).silent(NOW) == []


def move(name: str, item: int = 1) -> Told:
    clear = {
        "child_ref": str(CHILD),
        "item": str(UUID(int=item)),
        "organisation": TOWN,
        "told_to": "town:310117002",
    }
    return Told(f"move.{name}.v1", clear)


def test_a_child_in_move_is_on_the_board_until_somebody_accepted_it() -> None:
    """迁移: from the announcement on; that nobody confirmed in time ends nothing."""
    in_move = [(SilenceKind.IN_MOVE, TOWN)]
    board = Board().after(move("announced"))
    assert board.silent(NOW) == in_move
    assert board.after(move("expired")).silent(LATER) == in_move
    assert board.after(move("announced", 2), move("confirmed")).silent(LATER) == in_move
    assert board.after(move("withdrawn", 2)).silent(LATER) == []


def test_a_feed_is_awaited_from_its_last_sending_on() -> None:
    topic = "visit.recorded.v1"
    board = Board().after(Told(topic, {}, VILLAGE), Told(topic, {}, TOWN))
    assert [(each.kind, each.about, each.owner) for each in board.loops.values()] == [
        (SilenceKind.FEED_STOPPED, "village_visits", VILLAGE)
    ], "of the seat that the rule names"
    again = Told(topic, {}, VILLAGE, recorded_at=LATER.isoformat())
    (loop,) = board.after(again).loops.values()
    assert loop.silent_from == LATER


def test_every_kind_has_a_word_and_every_other_clock_is_a_miss() -> None:
    assert set(SILENCE_WORDS) == set(SilenceKind)
    assert clock_kind("parent_search") is SilenceKind.MISSED
