"""What an accredited social organisation may see: its task, and nothing else (plan 二6 P50);
and how far the care services of social workers reach (二2 P13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.consent import ConsentForm, GiveConsent
from domain.entry_check import AnswerEntryCheck
from domain.kernel import Refused
from domain.organisations import Organisation
from domain.social_organisation import WithdrawAccreditation
from domain.worker import LinkAccount, WorkerRegistered
from domain.workforce_codes import CheckResult
from hub.bootstrap import Program
from hub.queries import NotCleared
from tests.program import (
    CIVIL_AFFAIRS,
    POLICE,
    SCHOOL,
    TOWN,
    actor,
    at,
    child_of,
    pupil,
    reader,
    resident,
    running,
    send,
)

HELPER = "social_organisation:310117"
OFFICE = "women_children_office:310117"
NOW = datetime(2025, 10, 9, 2, tzinfo=UTC)
"""In force: after the day from which nobody unknown is shown anything."""


def ready(hub: Program) -> UUID:
    hub.directory.add_organisations(
        [Organisation(HELPER, "示例社工服务中心"), Organisation(OFFICE, "示例妇儿工委办")]
    )
    at(hub, NOW)
    child = pupil(1)
    send(hub, TOWN, "town.residence", resident(child))
    hub.settle()
    return UUID(child_of(hub, child))


def accredited(hub: Program) -> None:
    send(
        hub,
        CIVIL_AFFAIRS,
        "civil_affairs.accreditation",
        {
            "organisation": "示例社工服务中心",
            "social_kind": "社工机构",
            "since": "2025-10-01",
            "until": "2026-09-30",
        },
    )


def give(hub: Program, child: UUID) -> None:
    command = GiveConsent(
        consent_id=uuid4(),
        child_ref=child,
        help_kind="social_help",
        recipient=HELPER,
        by_guardian=True,
        by_child=False,
        form=ConsentForm.WRITTEN,
        given_on=date(2025, 10, 9),
        until=date(2026, 1, 8),
        guardian_name="示例家长1",
    )
    hub.hub.command(command, actor(TOWN))
    hub.settle()


def checked_worker(hub: Program) -> None:
    send(
        hub,
        CIVIL_AFFAIRS,
        "workforce.worker",
        {
            "organisation": HELPER,
            "worker_name": "示例社工",
            "worker_id_number": "999999198503010011",
            "role": "社工",
            "appointment": "专业社工",
            "qualification": "中级",
            "since": "2025-10-08",
        },
    )
    worker = next(f.stream for f in hub.store.feed(0, 1000) if f.topic == WorkerRegistered.TOPIC)
    hub.hub.command(
        AnswerEntryCheck(worker=worker, result=CheckResult.PASSED, queried_on=date(2025, 10, 9)),
        actor(POLICE),
    )
    link = LinkAccount(worker=worker, hub_user="u-test", member_of=HELPER)
    hub.hub.command(link, actor(CIVIL_AFFAIRS, user="u-civil"))


def test_no_task_to_one_that_is_not_accredited_and_no_look_of_its_people(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        child = ready(hub)
        checked_worker(hub)
        with pytest.raises(Refused) as refused:
            give(hub, child)
        assert refused.value.code == "NOT_ACCREDITED"
        with pytest.raises(NotCleared):
            hub.queries.children(reader(HELPER))
        accredited(hub)
        give(hub, child)
        file = hub.queries.child_file(reader(HELPER), str(child))
        assert file is not None
        assert file.tier is None, "nothing but what its task releases"
        hub.hub.command(WithdrawAccreditation(organisation=HELPER), actor(CIVIL_AFFAIRS))
        with pytest.raises(NotCleared):
            hub.queries.child_file(reader(HELPER), str(child))
        accredited_again = hub.queries.social_organisations(reader(CIVIL_AFFAIRS))
        assert [each.accredited for each in accredited_again] == [False]


def test_an_accreditation_that_runs_out_ends_what_its_people_see(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        child = ready(hub)
        checked_worker(hub)
        accredited(hub)
        give(hub, child)
        assert hub.queries.children(reader(HELPER)).items
        at(hub, datetime(2026, 9, 30, 16, tzinfo=UTC) - timedelta(microseconds=1))
        hub.queries.children(reader(HELPER))
        at(hub, datetime(2026, 9, 30, 16, tzinfo=UTC))
        with pytest.raises(NotCleared):
            hub.queries.children(reader(HELPER))


def test_p13_coverage_by_town_and_p50_projects_by_form(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub:
        ready(hub)
        accredited(hub)
        project = {
            "organisation": HELPER,
            "project_name": "示例陪伴项目",
            "support_form": "政府委托",
            "care_service": "是",
            "stations": "示例第一街道未保站、示例第二街道未保站",
            "since": "2025-10-09",
            "until": "2026-06-30",
            "yuan": "50000",
        }
        send(hub, CIVIL_AFFAIRS, "civil_affairs.support_project", project)
        other = {"project_name": "示例孵化", "support_form": "孵化扶持", "care_service": "否"}
        own = {"stations": "示例第一街道未保站", "yuan": "1000元"}
        send(hub, TOWN, "civil_affairs.support_project", {**project, **other, **own})
        hub.settle()
        (line,) = hub.queries.social_organisations(reader(CIVIL_AFFAIRS))
        number = next(each.project for each in line.projects if each.care_service)
        send(
            hub,
            CIVIL_AFFAIRS,
            "civil_affairs.project_review",
            {
                "organisation": HELPER,
                "project": number,
                "reviewed_year": "2025",
                "review_grade": "优良",
                "children_served": "4人",
            },
        )
        hub.settle()
        found = hub.queries.service_coverage(reader(CIVIL_AFFAIRS))
        assert found is not None
        assert {town for town, (_, projects) in found.towns.items() if projects} == {
            "310117001",
            "310117002",
        }
        assert (found.covered, found.yuan, found.children_served) == (2, 51_000, 4)
        assert found.forms == {
            "COMMISSION": 1,
            "COOPERATION": 0,
            "PROMOTION": 0,
            "INCUBATION": 1,
        }
        office = hub.queries.service_coverage(reader(OFFICE))
        assert office is not None
        assert (office.covered, office.children_served) == (2, None), "four children are too few"
        for organisation in (SCHOOL, TOWN, POLICE):
            assert hub.queries.service_coverage(reader(organisation)) is None
