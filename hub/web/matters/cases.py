"""牵头案件: cases under a lead, with their referrals and what each step came of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from domain.joint_case import STATE_WORDS, AcceptLead, CloseJointCase, DeclineLead, OfferLead
from domain.kernel import CATEGORY_WORDS, Category
from hub.answers import Explained, JointCase
from hub.api.paging import decode, encode, pseudonym
from hub.web import words
from hub.web.acts import Act, Choices, Field, organisations_of
from hub.web.matters import Line, Lines, Matter, Said, Whole

if TYPE_CHECKING:
    from hub.web.desk import Desk

_PAGE = 50


def _reasons(desk: Desk) -> Mapping[str, str]:
    return desk.program.policies.rules.leads.declined_for


def _cases(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.led_cases(desk.reader(), after=decode(cursor), limit=_PAGE)
    lines = [
        Line(
            each.case_id,
            (
                CATEGORY_WORDS[each.matter] if each.matter else "",
                STATE_WORDS[each.state] if each.state else "",
                each.lead_name or "",
                "各单位都已办完，可以结案" if each.closable else "",
            ),
            words.due(each.answer_by or each.close_by, desk.now),
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _case(desk: Desk, wanted: str) -> Whole | None:
    queries, reader, wanted = desk.program.queries, desk.reader(), pseudonym(wanted)
    found = queries.joint_case(reader, wanted)
    if found is None:
        return None
    facts = [
        ("事项类别", CATEGORY_WORDS[found.matter] if found.matter else ""),
        ("状态", STATE_WORDS[found.state] if found.state else ""),
        ("牵头单位", found.lead_name or ""),
        ("已请其牵头", found.offered_to_name or ""),
        *(("移交牵头", f"{former} → {lead}") for former, lead in found.transfers),
    ]
    child = queries.child_file(reader, found.child_ref) if found.child_ref else None
    return Whole(
        "牵头案件",
        [each for each in facts if each[1]],
        found,
        _lead_acts(found),
        _course(desk, queries.explain(reader, wanted)),
        (child,) if child else (),
        [
            (f"/referrals/{each.id}", f"{each.title}：{each.addressee_name}")
            for each in found.referrals
        ],
        words.due(found.answer_by or found.close_by, desk.now),
    )


def _course(desk: Desk, steps: Sequence[Explained]) -> tuple[Said, ...]:
    """Each step with what it came of (办理经过的来由), the newest first."""
    titles = {each.position: each.title for each in steps}
    return tuple(
        Said(
            each.title,
            each.producer_name,
            each.recorded_at,
            tuple(
                (heading, told)
                for heading, told in (
                    ("由什么引起", titles.get(each.cause, "") if each.cause else ""),
                    ("期限", words.minute(each.due_at) if each.due_at else ""),
                    ("告知了", desk.program.directory.name(each.told) if each.told else ""),
                    ("当时的规则版本", each.rule_version),
                )
                if told
            ),
        )
        for each in reversed(steps)
    )


def _lead_acts(case: JointCase) -> tuple[Act, ...]:
    number = UUID(case.case_id)

    def receivers(desk: Desk, found: JointCase) -> Choices:
        every = organisations_of(desk, desk.program.directory.seats())
        rules, matter = desk.program.policies.rules.leads, found.matter
        return {"to": [e for e in every if matter and rules.may_be_asked(e[0], Category(matter))]}

    return (
        Act(
            "accept",
            "接收牵头",
            (),
            lambda desk, found: AcceptLead(case_id=number),
            lambda desk, id_, sent: AcceptLead(case_id=number),
            main=True,
        ),
        Act(
            "close",
            "结案",
            (),
            lambda desk, found: CloseJointCase(case_id=number),
            lambda desk, id_, sent: CloseJointCase(case_id=number),
            main=True,
        ),
        Act(
            "offer",
            "移交牵头",
            (Field("to", "请哪个单位牵头", "choice", True, "对方接收前，仍由本单位牵头。"),),
            lambda desk, found: OfferLead(
                case_id=number, to=next(iter(receivers(desk, found)["to"]), (desk.ours, ""))[0]
            ),
            lambda desk, id_, sent: OfferLead(case_id=number, to=sent.get("to")),
            receivers,
        ),
        Act(
            "decline",
            "不接收牵头，或收回移交",
            (Field("reason", "不接收的原因", "choice", False, "收回移交的不填"),),
            lambda desk, found: DeclineLead(
                case_id=number,
                reason=None if found.lead == desk.ours else next(iter(_reasons(desk)), None),
            ),
            lambda desk, id_, sent: DeclineLead(case_id=number, reason=sent.maybe("reason")),
            lambda desk, found: {
                "reason": list(desk.program.policies.rules.leads.declined_for.items())
            },
        ),
    )


CASES = Matter(
    "cases",
    "牵头案件",
    "由本单位牵头、和请本单位牵头的案件，未结案的。",
    ("事项类别", "状态", "牵头单位", "办理情况"),
    _cases,
    _case,
)
