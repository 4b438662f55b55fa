"""Late and missing reports are found by comparing records with reports (未保法 11(2), 117)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.mandatory_report import (
    DecideMandatoryReport,
    FileMandatoryReport,
    PoliceDecision,
)
from domain.organisations import Organisation, Post
from hub.answers import Referral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    at,
    pupil,
    reader,
    resident,
    send,
)

HOSPITAL = "hospital:3101170001"
LOOK = "look_into_report_duty"


def looked_into(hub: Program) -> list[Referral]:
    found = hub.queries.inbox(reader(PROCURATORATE)).items
    return [each for each in found if each.kind == LOOK]


def filed(hub: Program, by: str = SCHOOL, **cells: str) -> str:
    send(hub, by, "report.mandatory", {"seen": "（示例）瘀青", "place": VILLAGE_CODE, **cells})
    hub.settle()
    return hub.queries.reports(reader(STATION)).items[-1].id


@pytest.fixture(autouse=True)
def _hospital(hub: Program) -> None:
    hub.directory.add_organisations([Organisation(HOSPITAL, "示例医院", TOWN_CODE)])


@pytest.mark.parametrize(
    ("hours", "late"), [(23, False), (25, True)], ids=["within the day", "after more than a day"]
)
def test_a_report_long_after_the_harm_was_found_is_looked_into(
    hub: Program, hours: int, late: bool
) -> None:
    """未保法 11(2): 立即. When it was found is what the report itself says."""
    found_at = (START - timedelta(hours=hours)).isoformat()
    filed(hub, discovered_at=found_at, reference="示例1")
    names = [each.concerns_name for each in looked_into(hub)]
    assert names == ([hub.directory.name(SCHOOL)] if late else [])
    filed(hub, discovered_at=found_at, reference="示例1", seen="（示例）更多")
    assert len(looked_into(hub)) == late, "what is added later makes nothing late"


def test_what_says_nothing_of_when_it_was_found_is_not_late(hub: Program) -> None:
    filed(hub)
    assert looked_into(hub) == []


@pytest.mark.parametrize("how", [{"channel": "LINK"}, {"unit_named": "（示例）某宾馆"}])
def test_who_writes_down_what_another_unit_found_late_is_not_looked_into(
    hub: Program, how: dict[str, str]
) -> None:
    filed(hub, discovered_at=(START - timedelta(hours=25)).isoformat(), **how)
    assert looked_into(hub) == []


def filed_at_the_end_of_days(hub: Program) -> None:
    """As it was recorded before such a day counted as unread."""
    command = FileMandatoryReport(report_id=uuid4(), discovered_at=datetime.max.replace(tzinfo=UTC))
    hub.hub.command(command, actor(SCHOOL))


def test_a_day_that_never_comes_stops_nothing(hub: Program) -> None:
    filed_at_the_end_of_days(hub)
    filed(hub, discovered_at="9999-12-31 23:00", reference="示例1", immediate_danger="是")
    assert hub.reactor.refused() == []
    assert looked_into(hub) == []


def harmed(hub: Program, decision: PoliceDecision, *, by: str = SCHOOL) -> None:
    """A child whom the village dissuaded the guardian of, reported by somebody, named, decided."""
    child = pupil(1)
    send(hub, TOWN, "town.residence", resident(child))
    send(hub, HOSPITAL, "health.follow_up", {**child, "started_on": "2025-02-20"})
    hub.settle()
    at(hub, START + timedelta(days=3))
    report = filed(hub, by)
    send(hub, STATION, "police.report_child", {**child, "report_id": report})
    command = DecideMandatoryReport(
        report_id=UUID(report), decision=decision, reason="（示例）理由"
    )
    hub.hub.command(command, actor(STATION))
    hub.settle()


def test_a_unit_that_had_to_do_with_the_child_and_did_not_report_is_looked_into(
    hub: Program,
) -> None:
    """Given a child whom a hospital followed up / when another unit reports harm, and the police
    find that there was / then the procuratorate looks into why the first one did not, and nobody
    else hears of it."""
    harmed(hub, PoliceDecision.ADMIN_CASE)
    (task,) = looked_into(hub)
    assert task.concerns_name == hub.directory.name(HOSPITAL)
    assert hub.reactor.refused() == []
    for who in (HOSPITAL, SCHOOL, TOWN, VILLAGE, EDUCATION):
        for post in (Post.HANDLER, Post.DESIGNATED_REPORTER, Post.HEAD):
            found = hub.queries.timeline(reader(who, post), task.child_ref).items
            assert LOOK not in str([entry.clear for entry in found]), (who, post)
            assert LOOK not in {each.kind for each in hub.queries.inbox(reader(who, post)).items}
    for entry in hub.queries.timeline(reader(CIVIL_AFFAIRS), task.child_ref).items:
        assert "concerns" not in entry.clear


@pytest.mark.parametrize("why", ["nothing was found", "it reported itself"])
def test_nobody_is_looked_into_where_there_was_no_harm_or_who_reported(
    hub: Program, why: str
) -> None:
    if why == "nothing was found":
        harmed(hub, PoliceDecision.NOT_FILED)
    else:
        harmed(hub, PoliceDecision.CRIMINAL_FILED, by=HOSPITAL)
    assert looked_into(hub) == []
