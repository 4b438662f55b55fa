"""A reaction that the rules refuse stops no other, and is not forgotten."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.organisations import Seat
from domain.referral import ReferralRequested
from domain.silence import SilenceKind
from hub import report_duty
from hub.application import FAILED, Hub
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    SCHOOL,
    STATION,
    VILLAGE_CODE,
    absent,
    pupil,
    reader,
    running,
    send,
    topics,
)


def _break(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A faulty rule: tracing may be addressed to courts only."""
    rules = hub.policies.rules
    trace = rules.referrals["trace_dropout"].model_copy(update={"seats": (Seat.COURT,)})
    faulty = rules.model_copy(update={"referrals": {**rules.referrals, "trace_dropout": trace}})
    monkeypatch.setattr(hub.hub, "policies", dataclasses.replace(hub.policies, rules=faulty))


def test_one_faulty_rule_keeps_no_other_referral_from_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path / "data") as hub:
        _break(hub, monkeypatch)
        send(hub, SCHOOL, "education.absence", absent(pupil(1)))
        send(hub, SCHOOL, "education.absence", absent(pupil(2)))
        hub.settle()
        refused = hub.reactor.refused()
        assert [each.code for each in refused] == ["REFERRAL_ADDRESSEE"] * 2
        assert len({each.position for each in refused}) == 2
        # Civil affairs and the town are asked all the same.
        assert topics(hub).count(ReferralRequested.TOPIC) == 4
        assert hub.reactor.position == hub.store.position


def test_mended_it_is_carried_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "data") as hub:
        with monkeypatch.context() as broken:
            _break(hub, broken)
            send(hub, SCHOOL, "education.absence", absent(pupil(1)))
            hub.settle()
        before = topics(hub).count(ReferralRequested.TOPIC)
        assert hub.reactor.retry() == 1
        assert hub.reactor.refused() == []
        hub.settle()
        assert topics(hub).count(ReferralRequested.TOPIC) == 3 == before + 1
        assert hub.queries.board(reader(CIVIL_AFFAIRS)).items
        assert hub.reactor.retry() == 0
        assert topics(hub).count(ReferralRequested.TOPIC) == 3


DANGER = {"seen": "（示例）呼救", "place": VILLAGE_CODE, "immediate_danger": "是"}


def _fails(error: Exception) -> Callable[..., Any]:
    def failing(*given: Any) -> Any:
        raise error

    return failing


@pytest.mark.parametrize("where", ["while it is found", "while it is carried out"])
def test_what_fails_keeps_no_report_of_danger_from_the_police(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Given a reaction that fails as nobody foresaw / when danger is reported after it / then the
    police have it, what failed is said loudly, stands among what is silent, and is carried out
    once it is mended, once."""
    once = Hub._once
    with running(tmp_path / "data") as hub:
        with monkeypatch.context() as broken, capture_logs() as logged:
            if where == "while it is found":
                broken.setattr(report_duty, "commands", _fails(OverflowError("out of range")))
            else:

                def fails_once(self: Hub, reaction: str, *given: Any) -> None:
                    if "police" in reaction or "report" in reaction:
                        broken.setattr(Hub, "_once", once)
                        raise KeyError(reaction)
                    once(self, reaction, *given)

                broken.setattr(Hub, "_once", fails_once)
            send(hub, SCHOOL, "report.mandatory", {"seen": "（示例）瘀青", "place": VILLAGE_CODE})
            hub.settle()
            send(hub, SCHOOL, "report.mandatory", DANGER)
            hub.settle()
        assert "reaction failed" in {entry["event"] for entry in logged}
        assert any(each.code == FAILED for each in hub.reactor.refused())
        assert hub.reactor.position == hub.store.position
        assert any(each.immediate_danger for each in hub.queries.reports(reader(STATION)).items)
        assert hub.queries.inbox(reader(STATION)).items
        counted = hub.queries.silence_of_district(reader(CIVIL_AFFAIRS))
        assert SilenceKind.REACTION_REFUSED.value in {each.kind for each in counted}
        hub.reactor.retry()
        hub.settle()
        assert hub.reactor.refused() == []
        assert len(hub.queries.reports(reader(STATION)).items) == 2
        asked = topics(hub).count(ReferralRequested.TOPIC)
        hub.hub.react(hub.store.feed(0, 500), lambda refused: None)
        assert topics(hub).count(ReferralRequested.TOPIC) == asked


def test_a_database_that_does_not_answer_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is parked that is carried out once it answers again."""
    with running(tmp_path / "data") as hub:
        with monkeypatch.context() as broken:
            broken.setattr(report_duty, "commands", _fails(sqlite3.OperationalError("locked")))
            send(hub, SCHOOL, "report.mandatory", DANGER)
            with pytest.raises(sqlite3.OperationalError):
                hub.settle()
        assert hub.reactor.refused() == []
        hub.settle()
        assert hub.queries.reports(reader(STATION)).items
