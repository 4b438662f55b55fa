"""The procurator's case-status check (案件状态核查): who asked about which child, under which
document number. The answer is a query of what the asker may see; the asking is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Sensitive, Stream, Text


class CheckCaseStatus(Command):
    """Ask for the status of a child's cases; ``child_ref`` is None when no child was found, and
    the check is recorded all the same, without opening a file."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    check_id: UUID
    child_ref: UUID | None
    document_number: str
    matter: str | None


class CaseStatusChecked(Event):
    TOPIC: ClassVar[str] = "status_check.made.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "案件状态核查"
    child_ref: UUID | None
    document_number: Annotated[Text, Sensitive(Category.ORDERS)]
    matter: Annotated[Text, Sensitive(Category.ORDERS)]


@dataclass(frozen=True, slots=True)
class StatusCheck:
    made: bool = False


def _check(state: StatusCheck, command: CheckCaseStatus, given: Given) -> list[Event]:
    if state.made:
        return []
    return [
        CaseStatusChecked(
            child_ref=command.child_ref,
            document_number=command.document_number,
            matter=command.matter,
        )
    ]


STATUS_CHECK: Stream[StatusCheck] = Stream(
    name="status_check",
    initial=StatusCheck(),
    decide={CheckCaseStatus: _check},
    evolve={CaseStatusChecked: lambda state, event: StatusCheck(made=True)},
    locate=lambda command, load: command.check_id,
)
