"""What a person addresses to an organisation reaches one that there is."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.kernel import Command, Refused
from domain.mandatory_report import StateSuspicion
from domain.referral import AcceptReferral, OfferReferral, ReassignReferral
from hub.bootstrap import Program
from hub.reactor import Reactor
from tests.program import (
    OTHER_STATION,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE_CODE,
    absent,
    actor,
    pupil,
    reader,
    send,
)

NOBODYS = (
    "town:310117777",
    "town:王小明 13800000001",
    "police_station:310117777",
    "",
    "town",
)


@pytest.fixture
def persuading(hub: Program) -> UUID:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    return UUID(hub.queries.inbox(reader(TOWN)).items[0].id)


@pytest.mark.parametrize("named", NOBODYS)
@pytest.mark.parametrize("what", ["reassign", "offer"])
def test_a_task_is_given_to_nobody_that_is_not_registered(
    hub: Program, persuading: UUID, what: str, named: str
) -> None:
    """It would be nobody's, and what was typed there would stand in the log for ever."""
    command: Command = (
        ReassignReferral(referral_id=persuading, addressee=named)
        if what == "reassign"
        else OfferReferral(referral_id=persuading, to=named)
    )
    before = hub.store.position
    with pytest.raises(Refused) as refused:
        hub.hub.command(command, actor(TOWN))
    assert refused.value.code == "NO_SUCH_ORGANISATION"
    assert not named or named not in str(refused.value)
    assert hub.store.position == before


def test_whom_a_matter_is_about_takes_it_over_from_nobody(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a station was asked to take a report over, and it is said since that the suspect works
    there; when it accepts before the log was followed; then it is refused like a stranger."""
    answer = hub.intake.record(
        actor(SCHOOL), "report.mandatory", {"seen": "（示例）瘀青", "place": VILLAGE_CODE}
    ).answer
    assert answer is not None
    hub.settle()
    (asked,) = [f for f in hub.store.feed(0, 100) if f.topic == "referral.requested.v1"]
    (filed,) = [f for f in hub.store.feed(0, 100) if f.topic == "report.filed.v1"]
    task = asked.stream
    hub.hub.command(AcceptReferral(referral_id=task), actor(STATION))
    hub.hub.command(OfferReferral(referral_id=task, to=OTHER_STATION), actor(STATION))
    monkeypatch.setattr(Reactor, "react", lambda self: 0)
    suspected = StateSuspicion(report_id=filed.stream, conflicted_organisations=(OTHER_STATION,))
    hub.hub.command(suspected, actor(STATION))
    with pytest.raises(Refused) as refused:
        hub.hub.command(AcceptReferral(referral_id=task), actor(OTHER_STATION))
    assert refused.value.code == "REFERRAL_NOT_YOURS"
