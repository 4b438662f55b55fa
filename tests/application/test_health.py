"""A health finding from the hospital's desk to all whom it concerns, and to nobody else.

P20 (残疾儿童、心理行为异常：每两周联系、每月走访), P25, 不得标签化 (domain reference §8).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.organisations import Organisation
from domain.referral import AcceptReferral, CompleteReferral
from hub.answers import Entry
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_VILLAGE,
    SCHOOL,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    actor,
    an_id_number,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

pytestmark = pytest.mark.slow

HOSPITAL, OTHER_HOSPITAL = "hospital:3101170001", "hospital:3101170002"
HEALTH = "health:310117"
FEDERATION = "disabled_federation:310117"
CHILD = pupil(1)
CERTIFIED = {
    **CHILD,
    "status": "已持证",
    "found_on": "2025-02-20",
    "disability_class": "智力残疾",
    "disability_grade": "二级",
    "certificate_number": an_id_number(1) + "52",
    "account": "示例诊断经过",
}
SUSPECTED = {**CHILD, "status": "疑似", "found_on": "2025-02-20", "signs": "示例表现"}
FOLLOWED = {**CHILD, "started_on": "2025-02-20", "reason": "示例情绪低落"}
CARE = "请日常多加关心，如有情况联系卫生健康部门"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    """A child that lives in a village and goes to a school."""
    with running(tmp_path / "data") as made:
        made.directory.add_organisations(
            [
                Organisation(HOSPITAL, "示例医院", TOWN_CODE),
                Organisation(OTHER_HOSPITAL, "另一示例医院", TOWN_CODE),
                Organisation(HEALTH, "示例区卫健委"),
                Organisation(FEDERATION, "示例区残联"),
            ]
        )
        send(made, EDUCATION, "education.roll", enrolled(CHILD))
        send(made, TOWN, "town.residence", resident(CHILD, categories="农村留守儿童"))
        assert made.settle()
        yield made


def sent(hub: Program, by: str, kind: str, values: dict[str, str]) -> None:
    send(hub, by, kind, values)
    assert hub.settle()


def tier(hub: Program, organisation: str) -> str | None:
    found = hub.queries.child_file(reader(organisation), child_of(hub, CHILD))
    assert found is not None
    return found.tier


def entries(hub: Program, organisation: str, category: str = "health") -> list[Entry]:
    """What an organisation's timeline of the child holds of a category."""
    items = hub.queries.timeline(reader(organisation), child_of(hub, CHILD)).items
    return [each for each in items if each.category == category]


def test_p20_a_certified_child_is_visited_more_often(hub: Program) -> None:
    assert {tier(hub, each) for each in (TOWN, VILLAGE, CIVIL_AFFAIRS)} == {"BASE"}
    sent(hub, HOSPITAL, "health.disability", CERTIFIED)
    assert {tier(hub, each) for each in (TOWN, VILLAGE, CIVIL_AFFAIRS)} == {"ENHANCED"}


def test_p20_a_follow_up_raises_the_tier_until_it_ends(hub: Program) -> None:
    sent(hub, HOSPITAL, "health.follow_up", FOLLOWED)
    assert tier(hub, VILLAGE) == "ENHANCED"
    sent(hub, HOSPITAL, "health.follow_up", {**FOLLOWED, "ended_on": "2025-03-01"})
    assert tier(hub, VILLAGE) == "BASE"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("health.disability", CERTIFIED),
        ("health.disability", SUSPECTED),
        ("health.follow_up", FOLLOWED),
    ],
    ids=["certified", "suspected", "follow-up"],
)
@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION, VILLAGE, TOWN, CIVIL_AFFAIRS])
def test_those_around_the_child_are_asked_for_care_and_told_nothing_else(
    hub: Program, organisation: str, kind: str, values: dict[str, str]
) -> None:
    """Neither the finding nor its title, nor which hospital: the same whatever was found."""
    sent(hub, HOSPITAL, kind, values)
    (entry,) = entries(hub, organisation)
    assert (entry.by, entry.topic, entry.title) == ("flag", "health.care_noted.v1", "关爱提示")
    assert entry.fields == {"notice": CARE}
    assert (entry.producer, entry.producer_name, entry.words) == ("", "", {})
    assert entry.clear == {"child_ref": child_of(hub, CHILD)}


def test_they_are_told_when_nothing_calls_for_care_any_more(hub: Program) -> None:
    sent(hub, HOSPITAL, "health.disability", SUSPECTED)
    sent(hub, HOSPITAL, "health.disability", {**SUSPECTED, "status": "已排除"})
    assert {each.topic for each in entries(hub, SCHOOL)} == {
        "health.care_noted.v1",
        "health.care_ended.v1",
    }


@pytest.mark.parametrize("organisation", [OTHER_HOSPITAL, HEALTH, OTHER_SCHOOL, OTHER_VILLAGE])
def test_whoever_has_nothing_to_do_with_the_child_cannot_tell(
    hub: Program, organisation: str
) -> None:
    """Another hospital, and the health authority over both, see only what they stated."""
    sent(hub, HOSPITAL, "health.disability", CERTIFIED)
    sent(hub, HOSPITAL, "health.follow_up", FOLLOWED)
    child = child_of(hub, CHILD)
    assert hub.queries.timeline(reader(organisation), child).items == ()
    assert hub.queries.child_file(reader(organisation), child) is None


def test_a_hospital_sees_again_what_it_stated_and_nothing_of_another(hub: Program) -> None:
    sent(hub, HOSPITAL, "health.disability", CERTIFIED)
    sent(hub, OTHER_HOSPITAL, "health.follow_up", FOLLOWED)
    mine, other = (
        [each for each in entries(hub, hospital) if each.by == "own"]
        for hospital in (HOSPITAL, OTHER_HOSPITAL)
    )
    assert [each.topic for each in mine] == ["health.disability_certified.v1"]
    assert mine[0].words == {"disability_class": "智力残疾", "disability_grade": "二级"}
    assert [each.topic for each in other] == ["health.follow_up_started.v1"]
    for hospital in (HOSPITAL, OTHER_HOSPITAL):
        assert entries(hub, hospital, "classification") == []
        found = hub.queries.child_file(reader(hospital), child_of(hub, CHILD))
        assert found is not None
        assert found.tier is None


def test_p25_the_federation_sees_who_is_to_be_assessed_until_its_task_closes(hub: Program) -> None:
    """残疾评定和康复服务: the child and how its family is reached, and no finding: the matrix gives
    the federation none of others' health."""
    sent(hub, HOSPITAL, "health.disability", SUSPECTED)
    (task,) = hub.queries.inbox(reader(FEDERATION)).items
    assert (task.title, task.kind) == ("残疾评定和康复服务", "assess_disability")
    child = child_of(hub, CHILD)
    assert hub.queries.child_file(reader(FEDERATION), child) is None, "before acceptance"
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(FEDERATION))
    hub.settle()
    found = hub.queries.child_file(reader(FEDERATION), child)
    assert found is not None
    assert found.fields["name"] == CHILD["name"]
    assert found.fields["address"] == CHILD["address"]
    assert (found.school, found.tier) == (None, None)
    assert [each for each in entries(hub, FEDERATION) if each.topic.startswith("health.")] == []
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="CERTIFIED"), actor(FEDERATION)
    )
    assert hub.settle()
    after = hub.queries.child_file(reader(FEDERATION), child)
    assert after is None or after.fields == {}
    sent(hub, FEDERATION, "health.disability", CERTIFIED)
    assert tier(hub, VILLAGE) == "ENHANCED"
    (own,) = [each for each in entries(hub, FEDERATION) if each.topic.startswith("health.")]
    assert own.fields["disability_class"] == "5"


def test_p25_what_the_federation_finds_ends_the_notice_of_care(hub: Program) -> None:
    """未达残疾标准: school and village are told that nothing calls for care any more."""
    sent(hub, HOSPITAL, "health.disability", SUSPECTED)
    (task,) = hub.queries.inbox(reader(FEDERATION)).items
    for step in (
        AcceptReferral(referral_id=UUID(task.id)),
        CompleteReferral(referral_id=UUID(task.id), outcome="NOT_DISABLED"),
    ):
        hub.hub.command(step, actor(FEDERATION))
    assert hub.settle()
    for organisation in (SCHOOL, VILLAGE):
        newest = entries(hub, organisation)[0]
        assert newest.topic == "health.care_ended.v1"
    ruled_out = {**SUSPECTED, "status": "已排除"}
    for account in ("（示例）评定未达标准", "（示例）更正"):
        sent(hub, HOSPITAL, "health.disability", {**ruled_out, "account": account})
