"""调阅申请, 同意: what was opened, or asked to be, of children to somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.calendar import shanghai_date
from domain.consent import WithdrawConsent
from domain.kernel import CATEGORY_WORDS, Category
from domain.organisations import Seat
from domain.records_request import (
    REFUSAL_REASON,
    EndRecordsAccess,
    GrantRecords,
    RefusalReason,
    RefuseRecords,
)
from hub.answers import Entry
from hub.api.paging import decode_position, encode, pseudonym
from hub.web import words
from hub.web.acts import NOTE, Act, Field, NotFilled, required_day
from hub.web.matters import Line, Lines, Matter, Whole, newest_of_each, said_of

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_PAGE = 50


def _requests(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.records_requests(
        desk.reader(), before=decode_position(cursor), limit=_PAGE
    )
    name = desk.program.directory.name
    lines = [
        Line(
            each.stream,
            (
                each.title,
                name(str(each.clear.get("organisation") or "")),
                name(str(each.clear.get("addressee") or "")),
                words.minute(each.occurred_at),
            ),
            words.due(_answer_by(each), desk.now),
        )
        for each in newest_of_each(page.items)
    ]
    return lines, encode(page.next_cursor)


def _answer_by(entry: Entry) -> str | None:
    found = entry.clear.get("answer_by")
    return str(found) if found else None


def _request(desk: Desk, wanted: str) -> Whole | None:
    queries, reader = desk.program.queries, desk.reader()
    entries = queries.records_request(reader, pseudonym(wanted)).items
    if not entries:
        return None
    asked = entries[-1]
    # Whom it names is told to who may see that child; nobody else learns whether anybody was found.
    named = asked.clear.get("named")
    child = queries.child_file(reader, str(named)) if named else None
    facts = [
        ("申请单位", desk.program.directory.name(str(asked.clear.get("organisation") or ""))),
        ("被申请单位", desk.program.directory.name(str(asked.clear.get("addressee") or ""))),
    ]
    return Whole(
        "调阅申请",
        facts,
        asked,
        _answering(asked),
        said_of(desk, entries),
        (child,) if child else (),
        due=words.due(_answer_by(entries[0]), desk.now),
    )


def _answering(asked: Entry) -> tuple[Act, ...]:
    number, named = UUID(asked.stream), asked.clear.get("named")
    found = asked.clear.get("categories")
    categories = [str(each) for each in found] if isinstance(found, list | tuple) else []

    def grant(desk: Desk, child: UUID, chosen: Iterable[str], until: date) -> GrantRecords:
        return GrantRecords(
            request_id=number,
            child_ref=child,
            categories=tuple(Category(each) for each in chosen if each in categories),
            until=until,
        )

    def refuse(desk: Desk, id_: UUID, sent: Fields) -> RefuseRecords:
        if sent.get("reason") not in REFUSAL_REASON.labels:
            raise NotFilled([("reason", "请从列表中选择理由。")])
        return RefuseRecords(
            request_id=number, reason=RefusalReason(sent.get("reason")), note=sent.maybe("note")
        )

    granting = Act(
        "grant",
        "准予调阅",
        (
            Field("categories", "准予看哪几类", "several"),
            Field("until", "看到哪天为止", "date"),
        ),
        lambda desk, found: grant(
            desk, UUID(str(named)), categories[:1], shanghai_date(desk.now) + timedelta(days=1)
        ),
        lambda desk, id_, sent: grant(
            desk, UUID(str(named)), sent.all("categories"), required_day(sent.get("until"))
        ),
        lambda desk, found: {"categories": [(c, CATEGORY_WORDS[Category(c)]) for c in categories]},
        main=True,
    )
    return (
        *((granting,) if named else ()),
        Act(
            "refuse",
            "不予调阅",
            (Field("reason", "理由", "choice"), NOTE),
            lambda desk, found: RefuseRecords(request_id=number, reason=RefusalReason.NOT_HELD),
            refuse,
            lambda desk, found: {"reason": list(REFUSAL_REASON.labels.items())},
        ),
        Act(
            "end",
            "结束调阅",
            (),
            lambda desk, found: EndRecordsAccess(request_id=number),
            lambda desk, id_, sent: EndRecordsAccess(request_id=number),
        ),
    )


REQUESTS = Matter(
    "requests",
    "调阅申请",
    "本单位提出的和向本单位提出的，新的在前；被申请单位一个工作日内答复。",
    ("最近一步", "申请单位", "被申请单位", "时间"),
    _requests,
    _request,
)


# 同意


def _consents(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.register(
        desk.reader(), stream="consent", before=decode_position(cursor), limit=_PAGE
    )
    lines = [
        Line(each.stream, (each.title, words.minute(each.occurred_at)))
        for each in newest_of_each(page.items)
    ]
    return lines, encode(page.next_cursor)


def _consent(desk: Desk, wanted: str) -> Whole | None:
    entries = desk.program.queries.stated(desk.reader(), pseudonym(wanted)).items
    if not entries or not entries[0].topic.startswith("consent."):
        return None
    given = entries[-1]
    child_ref = str(given.clear.get("child_ref") or "")
    child = desk.program.queries.child_file(desk.reader(), child_ref) if child_ref else None
    number, of = UUID(given.stream), UUID(child_ref)
    withdraw = Act(
        "withdraw",
        "登记撤回同意",
        (
            Field("withdrawn_on", "撤回日期", "date"),
            Field("account", "说明", "text", required=False),
        ),
        lambda desk, found: WithdrawConsent(
            consent_id=number, child_ref=of, withdrawn_on=shanghai_date(desk.now)
        ),
        lambda desk, id_, sent: WithdrawConsent(
            consent_id=number,
            child_ref=of,
            withdrawn_on=required_day(sent.get("withdrawn_on")),
            account=sent.maybe("account"),
        ),
        warning="随时可以撤回，不问理由；只停止凭这份同意的查看。",
    )
    return Whole("同意", (), given, (withdraw,), said_of(desk, entries), (child,) if child else ())


CONSENTS = Matter(
    "consents",
    "同意",
    "本单位登记的同意，新的在前。登记新的，请从一人一档的“办理”进入。",
    ("最近一步", "时间"),
    _consents,
    _consent,
    frozenset({Seat.TOWN, Seat.VILLAGE, Seat.CIVIL_AFFAIRS}),
)
