"""A retry of refused reactions that is cut off forgets none of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from domain.organisations import Seat
from domain.referral import ReferralRequested
from hub.application import Hub
from tests.program import SCHOOL, absent, pupil, running, send, topics


class Killed(BaseException):
    """The process is no more."""


def test_killed_in_the_middle_of_a_retry_nothing_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> int:
        raise Killed

    with running(tmp_path / "data") as hub:
        with monkeypatch.context() as broken:
            rules = hub.policies.rules
            kinds = rules.referrals
            trace = kinds["trace_dropout"].model_copy(update={"seats": (Seat.COURT,)})
            faulty = rules.model_copy(update={"referrals": {**kinds, "trace_dropout": trace}})
            policies = dataclasses.replace(hub.policies, rules=faulty)
            broken.setattr(hub.hub, "policies", policies)
            for number in (1, 2):
                send(hub, SCHOOL, "education.absence", absent(pupil(number)))
            hub.settle()
        refused = hub.reactor.refused()
        assert len(refused) == 2
        with monkeypatch.context() as dying:
            dying.setattr(Hub, "react", killed)
            with pytest.raises(Killed):
                hub.reactor.retry()
    with running(tmp_path / "data") as hub:
        assert hub.reactor.refused() == refused
        assert hub.reactor.retry() == 2
        assert topics(hub).count(ReferralRequested.TOPIC) == 6
