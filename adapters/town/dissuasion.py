"""Dissuasion records (劝诫记录) of villages, residents' committees and towns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.guardianship import CONDUCT_COLUMNS, GuardianRelation
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.guardianship_codes import (
    GUARDIAN_CONDUCT,
)
from domain.guardianship_commands import (
    RecordDissuasion,
    ReportToPolice,
)
from domain.organisations import Seat


class Dissuasion(ChildRecord):
    """A guardian was spoken to and told to stop (劝诫、制止记录).

    Source: 未保法 118(1), 家教法 48; plan 二2. Where it is serious, the police are told at once
    and not by this record, which says that they were (情节严重的，及时报告公安).
    """

    dissuaded_on: PastDay
    guardian_relation: GuardianRelation = None
    conduct: Annotated[str, coded(GUARDIAN_CONDUCT)]
    police_told: YesNo = False
    account: Note = None


COLUMNS = (
    *child_columns("儿童姓名"),
    Column(
        "dissuaded_on",
        "劝诫日期",
        aliases=("劝诫时间",),
        required=True,
        example="2025-03-05",
    ),
    *CONDUCT_COLUMNS,
    code_column(
        YES_NO,
        "police_told",
        "是否已报告公安",
        aliases=("已报告公安", "是否报告公安"),
        note="情节严重的，先报告公安，再在此填“是”",
    ),
    Column("account", "劝诫经过", aliases=("情况说明", "说明", "备注"), note="不超过2000字"),
)


def _key(record: Dissuasion) -> Sequence[str]:
    return (*record.child_key(), record.dissuaded_on.isoformat())


def _state(record: Dissuasion, statement: Statement) -> None:
    claim = record.claim(statement.places)
    child_ref = statement.child(claim)
    statement.execute(
        RecordDissuasion(
            child_ref=child_ref,
            dissuaded_on=record.dissuaded_on,
            guardian_relation=record.guardian_relation,
            conduct=record.conduct,
            account=record.account,
        ),
        occurred_on=record.dissuaded_on,
    )
    if record.police_told:
        statement.execute(
            ReportToPolice(child_ref=child_ref, town=claim.town, dissuaded_on=record.dissuaded_on),
            occurred_on=record.dissuaded_on,
        )


KIND = RecordKind(
    name="town.dissuasion",
    title="劝诫记录",
    seats=(Seat.TOWN, Seat.VILLAGE),
    model=Dissuasion,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
