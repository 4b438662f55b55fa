"""强制报告办理情况登记: the police's own sheet of what became of reports (强报意见 Arts 8, 10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.intake.intake import SheetAnswer
from adapters.police.report_status import REPORT_STEP
from domain.mandatory_report import HandOverEvidence, PoliceDecision
from hub.bootstrap import Program
from tests.program import (
    OTHER_STATION,
    PROCURATORATE,
    SCHOOL,
    STATION,
    VILLAGE_CODE,
    actor,
    reader,
    running,
    send,
    take,
    topics,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def filed(hub: Program, **cells: str) -> str:
    """A school's report in the hands of the station; gives its number."""
    told = {"seen": "（示例）手臂多处瘀青", "place": VILLAGE_CODE, **cells}
    send(hub, SCHOOL, "report.mandatory", told)
    hub.settle()
    (report,) = hub.queries.reports(reader(STATION)).items
    return report.id


def sheet(hub: Program, *rows: tuple[str, ...], by: str = STATION) -> SheetAnswer:
    """Send rows of (report, step, note), and to whom it was transferred, as one sheet."""
    lines = ["报告编号,办理情况,说明,区外接收单位,接收单位签收回执编号"]
    lines += [",".join((*row, "", "")[:5]) for row in rows]
    return hub.intake.sheet(actor(by), "\n".join(lines).encode(), "b.csv", agency="police")


def codes(answer: SheetAnswer) -> list[list[str]]:
    return [[fault.code for fault in row.faults] for row in answer.rows]


def state(hub: Program, report: str) -> str:
    hub.settle()
    found = hub.queries.report(reader(STATION), report)
    assert found is not None
    return found.state


def test_one_sheet_takes_a_report_from_its_receipt_to_its_close_in_the_order_of_rows(
    hub: Program,
) -> None:
    report = filed(hub)
    before = hub.store.position
    steps = ["接报", "行政受案", "反馈", "办结反馈", "结案"]
    answer = sheet(hub, *((report, step, "（示例）") for step in steps))
    assert answer.kind == "police.report_status"
    assert codes(answer) == [[]] * 5
    assert [topic for topic in topics(hub, before) if topic.startswith("report.")] == [
        "report.accepted.v1",
        "report.decided.v1",
        "report.fed_back.v1",
        "report.fed_back.v1",
        "report.closed.v1",
    ]
    assert state(hub, report) == "CLOSED"
    again = sheet(hub, *((report, step, "（示例）") for step in steps))
    assert again.repeated == 5


def test_a_row_out_of_order_is_refused_and_holds_up_no_other(hub: Program) -> None:
    report = filed(hub)
    answer = sheet(hub, (report, "结案", ""), (report, "接报", ""), (report, "反馈", ""))
    assert codes(answer) == [["REPORT_NOT_FED_BACK"], [], []]
    assert state(hub, report) == "FED_BACK"


@pytest.mark.parametrize("decision", PoliceDecision)
def test_each_decision_of_the_police_is_a_word_of_the_sheet(
    hub: Program, decision: PoliceDecision
) -> None:
    report = filed(hub)
    word = REPORT_STEP.label(decision.value)
    to = ("（示例）外区分局", "（外区）签收7号") if decision.value == "TRANSFERRED" else ()
    sheet(hub, (report, word, "（示例）理由", *to))
    assert state(hub, report) == decision.value


def test_not_to_file_needs_a_reason_in_the_sheet_as_well(hub: Program) -> None:
    report = filed(hub)
    assert codes(sheet(hub, (report, "不立案", ""))) == [["REPORT_REASON"]]
    assert state(hub, report) == "REPORTED"


def test_a_report_is_closed_with_the_reason_why_nobody_can_be_reached(hub: Program) -> None:
    report = filed(hub, channel="110")
    row = {"report_id": report, "step": "结案", "unreachable": "（示例）停机"}
    sheet(hub, (report, "行政受案", ""))
    send(hub, STATION, "police.report_status", row)
    assert state(hub, report) == "CLOSED"


def test_the_procuratorate_orders_by_the_sheet_that_it_be_filed(hub: Program) -> None:
    report = filed(hub)
    sheet(hub, (report, "不立案", "（示例）无违法事实"))
    row = {"report_id": report, "step": "通知立案", "note": "（示例）理由不成立"}
    send(hub, PROCURATORATE, "police.report_status", row)
    assert state(hub, report) == "REPORTED"


def test_what_the_station_says_reaches_the_reporter(hub: Program) -> None:
    report = filed(hub)
    sheet(hub, (report, "反馈", "（示例）孩子平安"))
    hub.settle()
    (told,) = [
        entry.fields["told"]
        for entry in hub.queries.timeline(reader(SCHOOL), report).items
        if entry.topic == "report.fed_back.v1"
    ]
    assert told == "（示例）孩子平安"


def test_a_reporter_is_told_again_on_another_day(hub: Program) -> None:
    """强报意见 Art 10: after 受案/立案, and again before 移送审查起诉."""
    report = filed(hub)
    row = {"report_id": report, "step": "反馈", "note": "（示例）"}
    answers = [
        send(hub, STATION, "police.report_status", {**row, "on": day})
        for day in ("2025-03-02", "2025-03-03", "2025-03-03")
    ]
    assert [(each.repeated, each.corrected) for each in answers] == [
        (False, False),
        (False, False),
        (True, False),
    ]
    assert topics(hub).count("report.fed_back.v1") == 2


def test_another_station_is_refused_as_if_there_were_no_report(hub: Program) -> None:
    report = filed(hub)
    unknown = "f0000000-0000-4000-8000-000000000009"
    answer = sheet(hub, (report, "接报", ""), (unknown, "接报", ""), by=OTHER_STATION)
    theirs, none = (row.faults for row in answer.rows)
    assert theirs == none != ()
    assert state(hub, report) == "REPORTED"


@pytest.mark.parametrize("word", ["已送医", "已在医疗机构", "经查看无需就医"])
def test_that_a_hurt_child_is_cared_for_is_a_step_of_the_sheet(hub: Program, word: str) -> None:
    """沪未保 76(2): first of all, and nothing is closed before."""
    report = filed(hub, hurt="是")
    sheet(hub, (report, "接报", ""))
    row = {"report_id": report, "step": word, "hospital": "示例医院", "note": "（示例）已陪同"}
    send(hub, STATION, "police.report_status", row)
    hub.settle()
    assert "report.medical_care_stated.v1" in topics(hub)
    (task,) = hub.queries.inbox(reader(STATION)).items
    assert task.medical_by is None


def test_what_was_handed_over_is_received_with_its_number(hub: Program) -> None:
    """强报意见 Arts 6–7: each hand-over by itself."""
    report = filed(hub)
    sheet(hub, (report, "接报", ""))
    for listed in ("病历1份", "照片2张"):
        command = HandOverEvidence(report_id=UUID(report), listed=listed)
        hub.hub.command(command, actor(SCHOOL))
    row = {"report_id": report, "step": "签收材料"}
    outcome = take(hub, STATION, "police.report_status", row)
    assert [fault.code for fault in outcome.faults] == ["EVIDENCE_NUMBER"]
    for which in ("1", "2"):
        numbered = {**row, "hand_over": which, "number": f"示例收{which}号"}
        send(hub, STATION, "police.report_status", numbered)
    assert topics(hub).count("report.evidence_received.v1") == 2
    outcome = take(
        hub, STATION, "police.report_status", {**row, "hand_over": "3", "number": "示例收3号"}
    )
    assert [fault.code for fault in outcome.faults] == ["EVIDENCE_UNKNOWN"]
