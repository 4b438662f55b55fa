"""Extensions of the follow-up of children that came home (延长跟踪回访登记)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, Day, RecordKind, Statement
from domain.guardianship_commands import ExtendFollowUp
from domain.organisations import Seat


class FollowUpExtension(ChildRecord):
    """One extension (延长跟踪回访), within 3 to 12 months from the return (domain reference §4, row
    8; policies/assessment.toml)."""

    until: Day
    account: Note = None


def _key(record: FollowUpExtension) -> Sequence[str]:
    return (*record.child_key(), record.until.isoformat())


def _state(record: FollowUpExtension, statement: Statement) -> None:
    statement.execute(
        ExtendFollowUp(
            child_ref=statement.child(record.claim(statement.places)),
            until=record.until,
            account=record.account,
        )
    )


KIND = RecordKind(
    name="civil_affairs.follow_up_extension",
    title="延长跟踪回访登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=FollowUpExtension,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "until",
            "延长至",
            aliases=("延长到",),
            required=True,
            example="2026-03-27",
            note="自送回起最长12个月",
        ),
        Column("account", "延长理由", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
