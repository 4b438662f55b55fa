"""The request for records (调阅申请): court, procuratorate or police ask an organisation that
holds records of a child for some categories of them, under a document number and for a matter.

The owner grants per category until a day, or refuses with a reason, within one working day; at once
where somebody is in danger. It stands in views under its own id; the asker is never shown whether
the child was found, and the owner is told of a child only where it has to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile
from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Due,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
)
from domain.organisations import HUB, seat_of
from domain.rules import RecordsRules

Orders = Annotated[Text, Sensitive(Category.ORDERS)]
"""A document number and its matter say that there is a case, as a status check's do."""

ANSWER = "records_request"
"""The clock of policies/clocks.toml, and the kind of its deadline."""
ANSWER_IN_DANGER = "records_request_in_danger"
"""The clock that runs instead where somebody is in danger."""


class RefusalReason(StrEnum):
    """Why a request is refused (不予调阅的理由, from a list)."""

    NOT_HELD = "NOT_HELD"
    DOCUMENT_INCOMPLETE = "DOCUMENT_INCOMPLETE"
    NOT_NEEDED_FOR_MATTER = "NOT_NEEDED_FOR_MATTER"
    CHILDS_INTEREST = "CHILDS_INTEREST"


REFUSAL_REASON = CodeSet(
    "RECORDS_REFUSAL_REASON",
    "不予调阅的理由",
    {
        RefusalReason.NOT_HELD: "未掌握",
        RefusalReason.DOCUMENT_INCOMPLETE: "文书不全",
        RefusalReason.NOT_NEEDED_FOR_MATTER: "与调阅事项无关",
        RefusalReason.CHILDS_INTEREST: "不利于儿童",
    },
)


class RequestState(StrEnum):
    NONE = "NONE"
    ASKED = "ASKED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class RequestRecords(Command):
    """调阅申请. ``child_ref`` is None when no child was found, and all else is alike."""

    READS_CHILD: ClassVar[bool] = True
    request_id: UUID
    child_ref: UUID | None
    addressee: str
    categories: tuple[Category, ...]
    document_number: str
    account: str
    danger: bool = False


class GrantRecords(Command):
    """准予调阅, by the owner, of some of the categories, until the end of a Shanghai day. The owner
    says of which child, whom it has to know."""

    READS_CHILD: ClassVar[bool] = True
    request_id: UUID
    child_ref: UUID
    categories: tuple[Category, ...]
    until: date


class RefuseRecords(Command):
    """不予调阅, by the owner."""

    request_id: UUID
    reason: RefusalReason
    note: str | None = None


class EndRecordsAccess(Command):
    """No longer needed; asked by who was granted it, by the owner, and by the clock."""

    request_id: UUID


class RecordsEvent(Event):
    """``organisation`` asked, ``addressee`` owns; ``told_to`` is for whom the fact is written."""

    TITLE: ClassVar[str] = "调阅申请"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    organisation: str
    addressee: str
    named: UUID | None
    told_to: str


class RecordsRequested(RecordsEvent):
    TOPIC: ClassVar[str] = "records_request.made.v1"
    TITLE: ClassVar[str] = "调阅申请"
    categories: tuple[Category, ...]
    danger: bool
    answer_by: datetime
    document_number: Orders
    account: Orders


class RecordsGranted(RecordsEvent):
    TOPIC: ClassVar[str] = "records_request.granted.v1"
    TITLE: ClassVar[str] = "准予调阅"
    categories: tuple[Category, ...]
    due_at: datetime


class RecordsRefused(RecordsEvent):
    TOPIC: ClassVar[str] = "records_request.refused.v1"
    TITLE: ClassVar[str] = "不予调阅"
    reason: RefusalReason
    note: Orders


class RecordsAccessEnded(RecordsEvent):
    TOPIC: ClassVar[str] = "records_request.ended.v1"
    TITLE: ClassVar[str] = "调阅结束"
    early: bool


@dataclass(frozen=True, slots=True)
class RecordsRequest:
    """One request, in clear facts."""

    state: RequestState = RequestState.NONE
    organisation: str = ""
    addressee: str = ""
    named: UUID | None = None
    categories: frozenset[Category] = frozenset()
    due_at: datetime | None = None

    def about(self, told_to: str) -> dict[str, Any]:
        """What every later event repeats."""
        return {
            "organisation": self.organisation,
            "addressee": self.addressee,
            "named": self.named,
            "told_to": told_to,
        }


def _request(state: RecordsRequest, command: RequestRecords, given: Given) -> list[Event]:
    if state.state is not RequestState.NONE:
        return []
    rules: RecordsRules = given.rules.records_requests
    asker = given.actor.organisation
    _check(rules, asker, command)
    child: ChildFile = given.child or ChildFile()
    known = child.opened and rules.holds(
        command.addressee, child.responsible, child.identity_stated_by
    )
    clock = ANSWER_IN_DANGER if command.danger else ANSWER
    return [
        RecordsRequested(
            organisation=asker,
            addressee=command.addressee,
            named=command.child_ref if known else None,
            told_to=command.addressee,
            categories=command.categories,
            danger=command.danger,
            answer_by=given.rules.due(given.rules.clocks[clock].within, given.now),
            document_number=command.document_number,
            account=command.account,
        )
    ]


def _check(rules: RecordsRules, asker: str, command: RequestRecords) -> None:
    """Whatever is refused is refused for who asks whom for what: never for the child."""
    allowed = rules.openable.get(seat_of(asker), frozenset())
    if not allowed:
        raise Refused("RECORDS_SEAT", "调阅申请只由法院、检察院和公安机关提出。")
    if not command.document_number.strip() or not command.account.strip():
        raise Refused("RECORDS_DOCUMENT", "请填写文书号和调阅事项。")
    if not command.categories or not set(command.categories) <= allowed:
        raise Refused(
            "RECORDS_CATEGORY", "所选数据类别不在本单位可以申请调阅的范围内，请重新选择。"
        )
    held = rules.of_seat(command.addressee)
    if command.addressee == asker or not set(command.categories) <= held:
        raise Refused("RECORDS_ADDRESSEE", "该单位不掌握所选数据类别，请核对被申请单位或分别申请。")


def _owner_only(state: RecordsRequest, given: Given) -> None:
    if state.state is RequestState.NONE or given.actor.organisation != state.addressee:
        # The same for a stranger, who cannot learn that there is one.
        raise Refused("RECORDS_NOT_YOURS", "没有可由本单位办理的调阅申请，请核对编号。")
    if state.state is not RequestState.ASKED:
        raise Refused("RECORDS_ANSWERED", "该调阅申请已经答复，不能再次答复。")


def _grant(state: RecordsRequest, command: GrantRecords, given: Given) -> list[Event]:
    _owner_only(state, given)
    rules: RecordsRules = given.rules.records_requests
    child: ChildFile = given.child or ChildFile()
    mine = rules.holds(state.addressee, child.responsible, child.identity_stated_by)
    if state.named is None or command.child_ref != state.named or not mine:
        raise Refused(
            "RECORDS_CHILD", "没有与该申请相符、由本单位掌握的儿童，请核对编号，或按“未掌握”答复。"
        )
    wanted = frozenset(command.categories)
    if not wanted or not wanted <= state.categories or not wanted <= mine:
        raise Refused("RECORDS_GRANTED", "准予的类别应在申请的类别之内，且由本单位掌握。")
    last = given.rules.last_day(rules.longest, given.today)
    if not given.today <= command.until <= last:
        raise Refused("RECORDS_UNTIL", "调阅期限应从今天起，不超过规定的最长期限，请重新填写。")
    return [
        RecordsGranted(
            **state.about(state.organisation),
            categories=tuple(c for c in Category if c is Category.WHO or c in wanted),
            due_at=end_of_day_utc(command.until),
        )
    ]


def _refuse(state: RecordsRequest, command: RefuseRecords, given: Given) -> list[Event]:
    _owner_only(state, given)
    return [
        RecordsRefused(**state.about(state.organisation), reason=command.reason, note=command.note)
    ]


def _end(state: RecordsRequest, command: EndRecordsAccess, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if actor not in (HUB, state.organisation, state.addressee) or (
        state.state is RequestState.NONE and actor != HUB
    ):
        raise Refused("RECORDS_NOT_YOURS", "没有可由本单位结束的调阅，请核对编号。")
    if state.state is not RequestState.GRANTED or state.due_at is None:
        return []
    early = given.now < state.due_at
    if actor == HUB and early:
        return []
    other = state.organisation if actor != state.organisation else state.addressee
    return [RecordsAccessEnded(**state.about(other), early=early)]


def _requested(state: RecordsRequest, event: RecordsRequested) -> RecordsRequest:
    return RecordsRequest(
        RequestState.ASKED,
        event.organisation,
        event.addressee,
        event.named,
        frozenset(event.categories),
    )


RECORDS_REQUEST: Stream[RecordsRequest] = Stream(
    name="records_request",
    initial=RecordsRequest(),
    decide={
        RequestRecords: _request,
        GrantRecords: _grant,
        RefuseRecords: _refuse,
        EndRecordsAccess: _end,
    },
    evolve={
        RecordsRequested: _requested,
        RecordsGranted: lambda state, event: replace(
            state, state=RequestState.GRANTED, due_at=event.due_at
        ),
        RecordsRefused: lambda state, event: replace(state, state=RequestState.REFUSED),
        RecordsAccessEnded: lambda state, event: replace(state, state=RequestState.ENDED),
    },
    locate=lambda command, load: command.request_id,
    ordering_key=lambda command, stream_id: stream_id,
    title="调阅申请",
    codes={"reason": REFUSAL_REASON},
    by_itself=True,
    due=Due(
        starts={RecordsGranted: ("due_at",)},
        over=(RecordsAccessEnded,),
        ask=lambda stream, facts: EndRecordsAccess(request_id=stream),
    ),
)
