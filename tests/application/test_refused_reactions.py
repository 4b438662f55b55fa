"""A reaction that the rules refuse stops no other, and is not forgotten."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from domain.organisations import Seat
from domain.referral import ReferralRequested
from hub.bootstrap import Program
from tests.program import CIVIL_AFFAIRS, SCHOOL, absent, pupil, reader, running, send, topics


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
