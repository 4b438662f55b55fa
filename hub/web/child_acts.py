"""Steps about a child that the page of its file offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from adapters.intake.inquiry import read_inquiry
from domain.calendar import shanghai_date
from domain.family_link import LINK_KIND, StateFamilyLink
from domain.leaving import LeaveDistrict
from domain.move import AnnounceMove, WithdrawMove
from domain.organisations import SEAT_WORDS, Seat
from domain.referral_by_hand import OpenReferral
from domain.referral_checks import is_of
from domain.safe_contact import SAFE_RELATION, EndSafeContact, StateSafeContact
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction
from hub.answers import Child
from hub.web.acts import (
    NOTE,
    Act,
    Choices,
    Field,
    NotFilled,
    new_id,
    organisations_of,
    required_day,
)

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_UNTIL = Field("until", "有效到哪天", "date")
_SOMETHING = "（示例）"


# Referrals that a person opens (转出)


def referral_kinds(desk: Desk) -> list[tuple[str, str]]:
    """The kinds of referral that people here may open, by name and title."""
    kinds = desk.program.policies.rules.referrals
    return [(name, kind.title) for name, kind in kinds.items() if is_of(desk.ours, kind.by)]


def refer(name: str) -> Act:
    """转出 one kind of referral."""

    def addressees(desk: Desk, found: Child) -> list[tuple[str, str]]:
        kind = desk.program.policies.rules.referral_kind(name)
        # Whoever the child is responsible to stands first: that is whom it nearly always goes to.
        return sorted(
            organisations_of(desk, kind.seats), key=lambda each: not _is_near(each[0], found)
        )

    def probe(desk: Desk, found: Child) -> OpenReferral:
        to = next(iter(addressees(desk, found)), ("", ""))[0]
        return OpenReferral(
            referral_id=uuid4(), child_ref=UUID(found.child_ref), kind=name, addressee=to
        )

    def make(desk: Desk, child: UUID, sent: Fields) -> OpenReferral:
        return OpenReferral(
            referral_id=new_id(desk, "referral", sent),
            child_ref=child,
            kind=name,
            addressee=sent.get("addressee"),
            account=sent.maybe("account"),
            draft=bool(sent.get("draft")),
        )

    return Act(
        name,
        "转出",
        (
            Field("addressee", "转给哪个单位", "choice"),
            Field("account", "情况说明", "text", required=False),
            Field("draft", "先存为草稿，只有本单位可见", "flag", required=False),
        ),
        probe,
        make,
        lambda desk, found: {"addressee": addressees(desk, found)},
        main=True,
    )


def _is_near(organisation: str, child: Child) -> bool:
    of = organisation.partition(":")[2]
    return of in (child.town, child.village) or organisation == child.school


# Safety


def _issue(desk: Desk, child: UUID, sent: Fields) -> IssueSafetyInstruction:
    known = {each.value for each in Seat}
    return IssueSafetyInstruction(
        child_ref=child,
        text=sent.get("text"),
        call=sent.get("call"),
        until=required_day(sent.get("until")),
        seats=tuple(Seat(each) for each in sent.all("seats") if each in known),
    )


def _state_contact(desk: Desk, child: UUID, sent: Fields) -> StateSafeContact:
    return StateSafeContact(
        child_ref=child,
        contact_name=sent.get("contact_name"),
        contact_phone=sent.get("contact_phone"),
        contact_relation=sent.get("contact_relation"),
        until=required_day(sent.get("until")),
    )


# Moves


_RECEIVERS = {
    "town": ("迁入的街镇", Seat.TOWN),
    "village": ("迁入的村居", Seat.VILLAGE),
    "station": ("迁入地派出所", Seat.POLICE_STATION),
    "school": ("转入的学校", Seat.SCHOOL),
}


def _receivers(desk: Desk, found: Child) -> Choices:
    return {name: organisations_of(desk, [seat]) for name, (_, seat) in _RECEIVERS.items()}


def _announce(desk: Desk, child: UUID, sent: Fields) -> AnnounceMove:
    receivers = tuple(sent.get(name) for name in _RECEIVERS if sent.get(name))
    if not receivers:
        raise NotFilled([("town", "请选择至少一个迁入单位。")])
    return AnnounceMove(child_ref=child, receivers=receivers)


def _probe_move(desk: Desk, found: Child) -> AnnounceMove:
    receivers = next(iter(organisations_of(desk, [Seat.TOWN])), ("", ""))[0]
    if desk.seat is Seat.SCHOOL or desk.seat is Seat.EDUCATION:
        receivers = next(iter(organisations_of(desk, [Seat.SCHOOL])), ("", ""))[0]
    return AnnounceMove(child_ref=UUID(found.child_ref), receivers=(receivers,))


# Family


def _relative(desk: Desk, child: UUID, sent: Fields) -> StateFamilyLink:
    """The other child is found among one's own by its number, as in every search."""
    claim = read_inquiry(
        {"id_number": sent.get("id_number")},
        shanghai_date(desk.now),
        desk.program.intake.places,
    )
    if isinstance(claim, list):
        raise NotFilled([("id_number", f"{each.rule}{each.advice}") for each in claim])
    found = desk.program.queries.search(desk.reader(), claim)
    others = [each.child.child_ref for each in found if each.child.child_ref != str(child)]
    if len(others) != 1:
        raise NotFilled([("id_number", "本单位负责的儿童中没有找到这名孩子，请核对身份证号。")])
    return StateFamilyLink(
        child_ref=child, other=UUID(others[0]), link=sent.get("link"), note=sent.maybe("note")
    )


ACTS: Mapping[str, Act] = {
    each.name: each
    for each in (
        Act(
            "safety",
            "发布安全提示",
            (
                Field("text", "提示", "line", True, "一行，不写原因，不写证件号和电话"),
                Field("call", "请联系的电话", "line", True, "单位的固定电话或短号"),
                _UNTIL,
                Field("seats", "告知哪类单位", "several"),
            ),
            lambda desk, found: IssueSafetyInstruction(
                child_ref=UUID(found.child_ref),
                text=_SOMETHING,
                call="110",
                until=shanghai_date(desk.now) + timedelta(days=1),
                seats=(Seat.SCHOOL, Seat.VILLAGE),
            ),
            _issue,
            lambda desk, found: {"seats": [(each.value, SEAT_WORDS[each]) for each in Seat]},
        ),
        Act(
            "safety-end",
            "撤销安全提示",
            (),
            lambda desk, found: EndSafetyInstruction(child_ref=UUID(found.child_ref)),
            lambda desk, child, sent: EndSafetyInstruction(child_ref=child),
        ),
        Act(
            "contact",
            "登记安全联系人",
            (
                Field("contact_name", "姓名", "line"),
                Field("contact_phone", "电话", "line"),
                Field("contact_relation", "与孩子的关系", "choice"),
                _UNTIL,
            ),
            lambda desk, found: StateSafeContact(
                child_ref=UUID(found.child_ref),
                contact_name=_SOMETHING,
                contact_phone="021-57000000",
                contact_relation="TEACHER",
                until=shanghai_date(desk.now) + timedelta(days=1),
            ),
            _state_contact,
            lambda desk, found: {"contact_relation": list(SAFE_RELATION.labels.items())},
            warning="父母和其他监护人不能作安全联系人。再次登记即替换原来的。",
        ),
        Act(
            "contact-end",
            "撤销安全联系人",
            (),
            lambda desk, found: EndSafeContact(child_ref=UUID(found.child_ref)),
            lambda desk, child, sent: EndSafeContact(child_ref=child),
        ),
        Act(
            "move",
            "预告迁移",
            tuple(
                Field(name, label, "choice", required=False)
                for name, (label, _) in _RECEIVERS.items()
            ),
            _probe_move,
            _announce,
            _receivers,
            warning="迁入单位签收前，仍由现在的单位负责。",
        ),
        Act(
            "move-withdraw",
            "撤回迁移预告",
            (),
            lambda desk, found: WithdrawMove(child_ref=UUID(found.child_ref)),
            lambda desk, child, sent: WithdrawMove(child_ref=child),
        ),
        Act(
            "leave",
            "登记迁出本区",
            (
                Field("since", "迁出日期", "date"),
                Field("receiver", "区外接收单位", "line"),
                Field("letter", "接收回执编号", "line", True, "接收单位签章的回执"),
            ),
            lambda desk, found: LeaveDistrict(
                child_ref=UUID(found.child_ref),
                since=shanghai_date(desk.now),
                receiver=_SOMETHING,
                letter=_SOMETHING,
            ),
            lambda desk, child, sent: LeaveDistrict(
                child_ref=child,
                since=required_day(sent.get("since")),
                receiver=sent.get("receiver"),
                letter=sent.get("letter"),
            ),
            warning="登记后，本区各单位不再负责，也不再可见。",
        ),
        Act(
            "family",
            "登记家庭关联",
            (
                Field("id_number", "另一名孩子的身份证号", "line"),
                Field("link", "关系", "choice"),
                NOTE,
            ),
            lambda desk, found: StateFamilyLink(
                child_ref=UUID(found.child_ref), other=uuid4(), link=next(iter(LINK_KIND.labels))
            ),
            _relative,
            lambda desk, found: {"link": list(LINK_KIND.labels.items())},
        ),
    )
}
"""Every step but those that send a referral, in the order in which the page offers them."""
