"""Good cases (好案例登记) that are told without telling who; source: plan 三3 (P59)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import FaultyRecord, Record, RecordKind, Statement, coded
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber
from domain.faults import Fault
from domain.good_case import CASE_KIND, CaseKind, WriteGoodCase


class GoodCaseRow(Record):
    """One story."""

    number: RegisterNumber
    case_kind: Annotated[str, coded(CASE_KIND)]
    case_title: ShortText
    story: Annotated[str, Field(max_length=5000)]


def _key(record: GoodCaseRow) -> Sequence[str]:
    return (record.number,)


def _state(record: GoodCaseRow, statement: Statement) -> None:
    for heading, text in (("案例标题", record.case_title), ("案例正文", record.story)):
        for number, paragraph in enumerate(text.splitlines(), 1):
            if statement.places.names_place(paragraph):
                raise FaultyRecord(
                    Fault(
                        heading,
                        "GOOD_CASE_NAMES_PLACE",
                        f"第{number}段写有学校、村居、街镇或机构的名称。",
                        "请改为概括表述（如某小学、某社区）后重报。",
                    )
                )
    statement.execute(
        WriteGoodCase(
            register_number=record.number,
            case_kind=CaseKind(record.case_kind),
            title=record.case_title,
            story=record.story,
        )
    )


KIND = RecordKind(
    name="programmes.good_case",
    title="好案例登记",
    seats=PUBLISHING,
    model=GoodCaseRow,
    columns=(
        Column("number", "案例编号", required=True, example="AL-0001", note="两个字母加数字，自编"),
        code_column(CASE_KIND, "case_kind", "案例类别", required=True, example="好做法"),
        Column("case_title", "案例标题", required=True, example="一次成功的家校沟通"),
        Column(
            "story",
            "案例正文",
            required=True,
            example="某小学的小A一度沉迷手机，班主任和家长商定作息后逐步改善。",
            note="不写姓名、单位、具体日期和确切年龄，不超过5000字；审核发布后各单位可见",
        ),
    ),
    natural_key=_key,
    state=_state,
)
