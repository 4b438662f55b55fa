"""The full verification sheet (全面核查表) of a village or residents' committee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.village.alarm import ALARM, HARM_COLUMNS
from domain.organisations import Seat
from domain.verification import FINDING, Finding, VerifyChild


class Verification(ChildRecord):
    """One line: a child of the village, as known or not, and what differs.

    Source: plan 二3 (P17, P18); 民发〔2019〕34号 (six duties of the child director).
    """

    verified_on: PastDay
    finding: Annotated[str, coded(FINDING)]
    household: Note = None
    guardians: Note = None
    carer: Note = None
    schooling: Note = None
    health: Note = None
    means: Note = None
    differs: Note = None
    harm_suspected: str
    harm_seen: str | None = None


_AS_SAID = frozenset(
    {"verified_on", "household", "guardians", "carer", "schooling", "health", "means", "differs"}
)


def _natural_key(record: Verification) -> Sequence[str]:
    return (*record.child_key(), record.verified_on.isoformat())


def _state(record: Verification, statement: Statement) -> None:
    statement.execute(
        VerifyChild(
            verification_id=statement.record_id,
            child_ref=statement.child(record.claim(statement.places)),
            town=statement.places.town_of(statement.actor.organisation),
            finding=Finding(record.finding),
            **record.model_dump(include=set(_AS_SAID)),
        ),
        occurred_on=record.verified_on,
    )


KIND = RecordKind(
    name="village.verification",
    title="全面核查表",
    seats=(Seat.VILLAGE,),
    model=Verification,
    columns=(
        *child_columns("儿童姓名"),
        Column("verified_on", "核查日期", required=True, example="2025-03-12"),
        code_column(FINDING, "finding", "核查结果", required=True, example="情况一致"),
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
