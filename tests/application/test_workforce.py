"""The register, its figures and the workload, through the doors that officials use (plan 二6)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from domain.organisations import Organisation, Post
from domain.worker import WorkerRegistered
from domain.workforce_training import ApproveAppraisal
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_TOWN,
    OTHER_VILLAGE,
    POLICE,
    PROCURATORATE,
    START,
    TOWN,
    VILLAGE,
    actor,
    at,
    pupil,
    reader,
    resident,
    running,
    send,
)

OFFICE = "women_children_office:310117"
DIRECTOR = {
    "organisation": VILLAGE,
    "worker_name": "示例主任",
    "worker_id_number": "999999198503010011",
    "role": "儿童主任",
    "appointment": "书记",
    "qualification": "无",
    "since": "2025-01-02",
}


def test_p49_who_of_the_social_workers_lacks_hours_is_told_to_their_employer(
    tmp_path: Path,
) -> None:
    """P49 儿童福利社工继续教育: hours by professional level, of the training file; to civil affairs
    of every employer, to an employer of its own, to nobody else; in numbers alone."""
    social = {**DIRECTOR, "organisation": TOWN, "role": "社工", "qualification": "助理社会工作师"}
    with running(tmp_path / "data") as hub:
        send(hub, TOWN, "workforce.worker", social)
        (fact,) = [f for f in hub.store.feed(0, 100) if f.topic == WorkerRegistered.TOPIC]
        attended = {
            "worker": str(fact.stream),
            "course": "继续教育",
            "level": "初级",
            "subject_matter": "实务",
            "course_title": "示例课程",
        }
        hours = {"2025-02-03": 16, "2025-02-10": 8}
        for nth, (day, count) in enumerate(hours.items()):
            line = {**attended, "attended_on": day, "hours": f"{count}"}
            send(hub, TOWN, "workforce.training", line)
            hub.settle()
            for organisation in (TOWN, CIVIL_AFFAIRS):
                (told,) = hub.queries.continuing_education(reader(organisation))
                assert (told.organisation, told.qualification, told.tier) == (
                    TOWN,
                    "ASSISTANT",
                    "BASIC",
                )
                assert (told.workers, told.owed, told.fulfilled) == (1, 24, nth)
            assert told.hours == sum(list(hours.values())[: nth + 1])
        (before,) = hub.queries.continuing_education(reader(TOWN), 2025)
        assert before == told
        assert "示例主任" not in str(told)
        for organisation in (OTHER_TOWN, VILLAGE, POLICE, PROCURATORATE):
            assert hub.queries.continuing_education(reader(organisation)) == ()


def test_the_file_of_a_child_director_from_appointment_to_appraisal(tmp_path: Path) -> None:
    """P44, P46–P48: 信息台账和培训档案, 全员培训, 考试, 考核; the figures agree with the log."""
    with running(tmp_path / "data") as hub:
        hub.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
        send(hub, TOWN, "town.residence", resident(pupil(1), categories="家庭贫困"))
        send(hub, TOWN, "workforce.worker", DIRECTOR)
        (fact,) = [f for f in hub.store.feed(0, 100) if f.topic == WorkerRegistered.TOPIC]
        worker = {"worker": str(fact.stream)}
        send(
            hub,
            POLICE,
            "police.entry_check",
            {
                **worker,
                "result": "可以录用",
                "queried_on": "2025-03-03",
                "document_number": "示入查1号",
            },
        )
        send(
            hub,
            CIVIL_AFFAIRS,
            "workforce.training",
            {
                **worker,
                "course": "全员培训",
                "level": "初级",
                "subject_matter": "实务",
                "attended_on": "2025-03-03",
                "hours": "8学时",
                "course_title": "示例课程",
            },
        )
        exam = {**worker, "exam": "初级", "exam_year": "2025年"}
        support = {"support": "报名费补助", "support_yuan": "300元"}
        send(hub, VILLAGE, "workforce.exam", exam | support)
        send(hub, TOWN, "workforce.exam_result", exam | {"passed": "是"})
        appraisal = {**worker, "appraised_year": "2025", "grade": "优秀", "incentive_yuan": "1000"}
        send(hub, TOWN, "workforce.appraisal", appraisal)
        approve = ApproveAppraisal(worker=UUID(str(fact.stream)), appraised_year=2025)
        hub.hub.command(approve, actor(TOWN, Post.HEAD, "u-head"))
        hub.settle()

        (line,) = hub.queries.staff(reader(VILLAGE)).items
        assert (line.name, line.check, line.qualification) == (
            "示例主任",
            "STANDS",
            "助理社会工作师",
        )
        assert hub.queries.staff(reader(OTHER_VILLAGE)).items == ()
        assert len(hub.queries.staff(reader(CIVIL_AFFAIRS)).items) == 1

        for organisation in (CIVIL_AFFAIRS, TOWN):
            (town,) = hub.queries.workforce_figures(reader(organisation))
            assert dict(town.counts) == {
                **dict.fromkeys(
                    (
                        *("directors", "preferred", "checked", "trained", "exam_registered"),
                        *("exam_passed", "appraised", "rewarded"),
                    ),
                    1,
                ),
                "incentive_yuan": 1000,
            }
        for organisation in (OFFICE, PROCURATORATE):
            (few,) = hub.queries.workforce_figures(reader(organisation))
            assert set(few.counts.values()) == {None}, "one person is nobody's to count"
        for organisation in (OTHER_TOWN, VILLAGE, POLICE):
            assert hub.queries.workforce_figures(reader(organisation)) == ()

        (load,) = hub.queries.workload(reader(TOWN))
        assert (load.organisation, load.directors, load.checked) == (VILLAGE, 1, 1)
        assert (load.children, load.visits, load.visits_late) == (1, 2, 0)
        assert hub.queries.workload(reader(VILLAGE)) == ()
        at(hub, START + timedelta(days=80))
        (later,) = hub.queries.workload(reader(CIVIL_AFFAIRS))
        assert (later.visits, later.visits_late) == (2, 2)
        # The year is over, and nobody was trained in the next one.
        at(hub, START + timedelta(days=700))
        silent = {
            (each.kind, each.whose): each.count
            for each in hub.queries.silence_of_district(reader(CIVIL_AFFAIRS))
        }
        assert silent["UNTRAINED", VILLAGE] == silent["CHECK_EXPIRED", VILLAGE] == 1
