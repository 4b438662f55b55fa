"""Whoever is asked to take a matter of harm over sees it until it has answered, and never who
reported.

Source: privacy design, Who may; issue: 首接负责.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel import Category
from domain.organisations import HUB
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    DeclineOffer,
    OfferReferral,
    ReferralOfferDeclined,
)
from domain.registry import AT_ONCE
from domain.rules import ReferralKind
from hub.bootstrap import Program
from tests.program import (
    OTHER_STATION,
    SCHOOL,
    STATION,
    VILLAGE_CODE,
    actor,
    reader,
    running,
)

pytestmark = pytest.mark.adversary

SEEN, REPORTER = "（示例）手臂多处瘀青", "单庚师"


class Asked:
    """A report in the station's hand, and another station that it may ask."""

    def __init__(self, hub: Program) -> None:
        self.hub = hub
        told = {"seen": SEEN, "reporter_name": REPORTER, "place": VILLAGE_CODE}
        assert hub.intake.record(actor(SCHOOL), "report.mandatory", told).answer is not None
        assert hub.settle()
        (task,) = hub.queries.inbox(reader(STATION)).items
        self.task, self.report = UUID(task.id), task.child_ref
        self.do(AcceptReferral(referral_id=self.task))

    def do(self, command: object, by: str = STATION) -> None:
        self.hub.hub.command(command, actor(by))  # type: ignore[arg-type]

    def offer(self) -> None:
        self.do(OfferReferral(referral_id=self.task, to=OTHER_STATION))
        assert self.hub.settle()

    def told(self) -> str:
        """What the other station is shown of it at the door."""
        return str(self.hub.queries.timeline(reader(OTHER_STATION), self.report).items)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    with running(tmp_path / "data") as hub:
        yield Asked(hub)


ENDS: dict[str, Callable[[UUID], tuple[object, str]]] = {
    "declined": lambda t: (DeclineOffer(referral_id=t), OTHER_STATION),
    "taken back": lambda t: (DeclineOffer(referral_id=t), STATION),
    "decided": lambda t: (CompleteReferral(referral_id=t, outcome="NOT_FILED"), HUB),
}


@pytest.mark.attack(11)
@pytest.mark.parametrize("end", ENDS)
def test_who_was_asked_sees_nothing_any_more_though_the_view_lags(asked: Asked, end: str) -> None:
    assert SEEN not in asked.told()
    asked.offer()
    assert SEEN in asked.told()
    asked.do(*ENDS[end](asked.task))
    assert SEEN not in asked.told(), "no view has followed"
    assert asked.hub.settle()
    assert SEEN not in asked.told()


@pytest.mark.attack(11, broken="the end of an offer closes no scope")
def test_an_offer_that_closed_nothing_would_go_on_showing_it(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = ReferralOfferDeclined.TOPIC
    ends = "when_offer_is_over_then_the_other_one_sees_nothing_more"
    assert ends in {each.name for each in AT_ONCE[topic]}
    kept = tuple(each for each in AT_ONCE[topic] if each.name != ends)
    monkeypatch.setattr("hub.application.AT_ONCE", {**AT_ONCE, topic: kept})
    asked.offer()
    asked.do(*ENDS["declined"](asked.task))
    assert SEEN in asked.told()


def test_who_reported_is_told_to_whoever_has_it_and_not_to_who_was_asked(asked: Asked) -> None:
    asked.offer()
    assert REPORTER not in asked.told()
    asked.do(AcceptReferral(referral_id=asked.task), OTHER_STATION)
    assert asked.hub.settle()
    assert REPORTER in asked.told()
    assert REPORTER not in str(asked.hub.queries.timeline(reader(STATION), asked.report).items)


def test_what_is_shown_to_who_was_asked_is_what_the_kind_shows_at_once_but_who_reported(
    asked: Asked,
) -> None:
    kind: ReferralKind = asked.hub.policies.rules.referral_kind("handle_report")
    assert Category.REPORTER in kind.at_once
    asked.offer()
    (offer,) = [f for f in asked.hub.store.feed(0, 500) if f.topic == "referral.offered.v1"]
    assert offer.clear["shown"] == [Category.HARM.value]
