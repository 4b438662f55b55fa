"""The visit form (走访表) of a child director's phone: the child from the visitor's own list, the
visit under the identifier that the phone gave it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, YesNo, code_column
from adapters.intake.records import RecordKind, Statement
from adapters.village.alarm import ALARM, HARM_COLUMNS
from adapters.village.facts import VISIT_COLUMNS, VisitFacts
from domain.organisations import Seat
from domain.visit import RecordVisit, visit_id


class VisitForm(VisitFacts):
    """A visit of a child that stands on the visitor's list (应走访名单)."""

    visit_id: UUID
    child_ref: UUID
    corrects: YesNo | None = None


def _natural_key(record: VisitForm) -> Sequence[str]:
    return (str(record.visit_id),)


def _state(record: VisitForm, statement: Statement) -> None:
    statement.execute(
        RecordVisit(
            visit_id=visit_id(statement.actor.organisation, record.visit_id),
            child_ref=record.child_ref,
            from_list=True,
            **record.command(),
        ),
        occurred_on=record.visited_on,
    )


KIND = RecordKind(
    name="village.visit_form",
    title="走访表（名单）",
    seats=(Seat.VILLAGE,),
    model=VisitForm,
    columns=(
        Column(
            "visit_id",
            "走访编号",
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000002",
            note="每次走访一个编号，由填表的手机生成",
        ),
        Column(
            "child_ref",
            "一人一档编号",
            required=True,
            sensitive=False,
            example="c0000000-0000-4000-8000-000000000001",
            note="从应走访名单中取",
        ),
        code_column(
            YES_NO,
            "corrects",
            "更正",
            note="更正已报过的同一次走访（如误填见到人），填“是”",
        ),
        *VISIT_COLUMNS,
        *HARM_COLUMNS,
    ),
    natural_key=_natural_key,
    state=_state,
    once=True,
    corrects=lambda record: bool(record.corrects),
    alarm=ALARM,
)
