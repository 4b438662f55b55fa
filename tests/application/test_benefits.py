"""A benefit decision, and a category, from civil affairs' desk to all whom they concern.

P22 (分类精准保障), P24 (落实医疗救助和教育资助); categories with start and end (domain §1.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.answers import Entry
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

CHILD = pupil(1)
GRANTED = {
    **CHILD,
    "scheme": "特殊儿童基本生活费",
    "document_number": "示民保〔2025〕0001号",
    "decision": "批准",
    "decided_on": "2025-02-14",
    "since": "2025-03-01",
    "monthly_amount": "3200元",
    "reason": "示例社会散居孤儿",
}
AID = {**GRANTED, "scheme": "教育救助", "document_number": "示民保〔2025〕0002号"}
CATEGORY = {
    **CHILD,
    "category": "孤儿",
    "since": "2025-02-01",
    "basis": "示例认定依据",
    "certifier": "示例区民政局",
    "grounds": "儿童残疾",
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, EDUCATION, "education.roll", enrolled(CHILD))
        send(made, TOWN, "town.residence", resident(CHILD))
        yield made


def sent(hub: Program, by: str, kind: str, values: dict[str, str]) -> None:
    send(hub, by, kind, values)
    assert hub.settle()


def means(hub: Program, organisation: str) -> list[Entry]:
    """What an organisation's timeline of the child holds of decisions, the newest first."""
    items = hub.queries.timeline(reader(organisation), child_of(hub, CHILD)).items
    found = [each for each in items if each.topic.startswith("benefit.")]
    return sorted(found, key=lambda each: -each.position)


@pytest.mark.parametrize("organisation", [CIVIL_AFFAIRS, TOWN])
def test_p22_civil_affairs_and_the_childs_town_read_the_decision(
    hub: Program, organisation: str
) -> None:
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", GRANTED)
    (entry,) = means(hub, organisation)
    assert entry.title == "批准保障待遇"
    assert entry.words == {"scheme": "特殊儿童基本生活费"}
    assert entry.fields["monthly_amount"] == "3200元"
    assert entry.fields["standard"] == "3200元/人/月"


@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION, VILLAGE, POLICE, OTHER_TOWN])
def test_nobody_else_can_tell_that_anything_was_granted(hub: Program, organisation: str) -> None:
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", GRANTED)
    assert means(hub, organisation) == []


@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION])
def test_p24_school_and_education_bureau_carry_out_education_aid(
    hub: Program, organisation: str
) -> None:
    """落实教育资助: no scheme, no amount, no reason."""
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", AID)
    (entry,) = means(hub, organisation)
    assert (entry.by, entry.fields) == ("flag", {"aid_notice": "请落实教育资助"})
    assert entry.clear == {"child_ref": child_of(hub, CHILD)}
    assert entry.producer == ""
    assert means(hub, OTHER_SCHOOL) == []
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", {**AID, "until": "2025-03-02"})
    assert means(hub, organisation)[0].fields == {"aid_notice": "教育资助已停止，请做好衔接"}


@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION])
def test_p24_aid_that_was_granted_by_mistake_is_taken_back(hub: Program, organisation: str) -> None:
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", AID)
    refused = {**AID, "decision": "不予批准", "since": None, "monthly_amount": None}
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", refused)
    newest = means(hub, organisation)[0]
    assert (newest.by, newest.fields) == ("flag", {"aid_notice": "教育资助已停止，请做好衔接"})


def test_a_decision_restated_with_an_end_is_over_in_its_own_stream(hub: Program) -> None:
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", GRANTED)
    sent(hub, CIVIL_AFFAIRS, "civil_affairs.benefit", {**GRANTED, "until": "2025-03-02"})
    ended, granted = means(hub, TOWN)
    assert (granted.title, ended.title) == ("批准保障待遇", "停发保障待遇")
    assert granted.stream == ended.stream
    assert ended.clear["until"] == "2025-03-02"


def tier(hub: Program, organisation: str) -> str | None:
    found = hub.queries.child_file(reader(organisation), child_of(hub, CHILD))
    assert found is not None
    return found.tier


@pytest.mark.parametrize("by", [CIVIL_AFFAIRS, TOWN])
def test_a_category_stated_again_with_an_end_is_over_and_its_grounds_with_it(
    hub: Program, by: str
) -> None:
    sent(hub, by, "civil_affairs.classification", CATEGORY)
    assert tier(hub, VILLAGE) == "ENHANCED"
    other = {**CATEGORY, "category": "家庭贫困", "grounds": ""}
    sent(hub, by, "civil_affairs.classification", other)
    assert tier(hub, VILLAGE) == "ENHANCED", "the other category stands beside it"
    sent(hub, by, "civil_affairs.classification", {**CATEGORY, "until": "2025-03-01"})
    assert tier(hub, VILLAGE) == "BASE"
