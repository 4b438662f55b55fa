"""The full verification sheet (全面核查表) of a village or residents' committee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from adapters.intake.columns import Column
from adapters.intake.fields import (
    YES_NO,
    Note,
    ShortText,
    YesNo,
    child_columns,
    code_column,
)
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
    school_of,
)
from adapters.village.alarm import ALARM, HARM_COLUMNS
from domain.kernel import Command
from domain.organisations import Seat
from domain.verification import (
    ATTENDS,
    FINDING,
    Attends,
    Finding,
    RaiseDisability,
    StateAttendance,
    VerifyChild,
)


class Verification(ChildRecord):
    """One line: a child of the village, as known or not, and what differs.

    Source: plan 二3 (P17, P18); 民发〔2019〕34号 (six duties of the child director).
    """

    verified_on: PastDay
    finding: Annotated[str, coded(FINDING)]
    attends: Annotated[str | None, coded(ATTENDS)] = None
    school: ShortText | None = None
    disability_suspected: YesNo | None = None
    household: Note = None
    guardians: Note = None
    carer: Note = None
    schooling: Note = None
    health: Note = None
    means: Note = None
    differs: Note = None
    harm_suspected: str
    harm_seen: str | None = None

    def model_post_init(self, context: Any) -> None:
        """Only who is at school is at some school."""
        super().model_post_init(context)
        if self.school is not None and self.attends != Attends.AT_SCHOOL:
            raise RecordFault(
                "school",
                "SCHOOL_NOT_ATTENDED",
                "填了在读学校的，就学状况应填“在读”。",
                "请核对后改正其中一项。",
            )


_AS_SAID = frozenset(
    {"verified_on", "household", "guardians", "carer", "schooling", "health", "means", "differs"}
)


SCHOOL_HEADING = "在读学校"


def _natural_key(record: Verification) -> Sequence[str]:
    return (*record.child_key(), record.verified_on.isoformat())


def _state(record: Verification, statement: Statement) -> None:
    places = statement.places
    school = None if record.school is None else school_of(record.school, SCHOOL_HEADING, places)
    town = places.town_of(statement.actor.organisation)
    child_ref = statement.child(record.claim(places))
    said: list[Command] = [
        VerifyChild(
            verification_id=statement.record_id,
            child_ref=child_ref,
            town=town,
            finding=Finding(record.finding),
            **record.model_dump(include=set(_AS_SAID)),
        )
    ]
    if record.attends is not None:
        said.append(
            StateAttendance(
                verification_id=statement.record_id,
                child_ref=child_ref,
                town=town,
                attends=Attends(record.attends),
                school=school,
            )
        )
    if record.disability_suspected:
        said.append(
            RaiseDisability(
                verification_id=statement.record_id,
                child_ref=child_ref,
                town=town,
                signs=record.health,
            )
        )
    for command in said:
        statement.execute(command, occurred_on=record.verified_on)


KIND = RecordKind(
    name="village.verification",
    title="全面核查表",
    seats=(Seat.VILLAGE,),
    model=Verification,
    columns=(
        *child_columns("儿童姓名"),
        Column("verified_on", "核查日期", required=True, example="2025-03-12"),
        code_column(FINDING, "finding", "核查结果", required=True, example="情况一致"),
        code_column(
            ATTENDS,
            "attends",
            "就学状况",
            example="在读",
            note="与学籍不一致的，由教育局核对",
        ),
        Column(
            "school",
            SCHOOL_HEADING,
            aliases=("学校",),
            note="本区学校全称或10位学校标识码；区外就读的留空",
        ),
        code_column(
            YES_NO,
            "disability_suspected",
            "疑似残疾未评定",
            note="没有残疾人证而像有残疾的填“是”，由残联安排评定",
        ),
        Column("household", "家庭基本情况", aliases=("家庭情况",), note="不超过2000字"),
        Column("guardians", "监护情况", note="父母在哪、谁在管；不超过2000字"),
        Column("carer", "委托照护人", aliases=("受委托人",), note="姓名、关系、电话"),
        Column("schooling", "就学情况", note="不超过2000字"),
        Column("health", "健康情况", note="不超过2000字"),
        Column("means", "家庭经济情况", note="不超过2000字"),
        Column("differs", "变化或问题", aliases=("存在问题",), note="不超过2000字"),
        *HARM_COLUMNS,
    ),
    natural_key=_natural_key,
    state=_state,
    alarm=ALARM,
)
