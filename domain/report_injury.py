"""Of a mandatory report on a child that is hurt: care first, then the evidence.

沪未保 76(2): a child that is hurt is taken to a medical institution before anything else. 强报意见
Arts 6–7: who reported keeps the medical records, and hands over what it has.
"""

from __future__ import annotations

from domain.kernel import Event, Given, Refused
from domain.organisations import HUB, Seat, district_organisation
from domain.referral_checks import is_of
from domain.report_checks import in_hand, not_closed, not_yours
from domain.report_codes import HAND_OVER, MEDICAL_CARE, TREATED
from domain.report_commands import (
    AskForEvidence,
    AskWhoTreated,
    HandOverEvidence,
    ReceiveEvidence,
    StateMedicalCare,
)
from domain.report_facts import (
    EvidenceAsked,
    EvidenceHandedOver,
    EvidenceReceived,
    MedicalCareStated,
)
from domain.report_state import MandatoryReport
from domain.rules import EVIDENCE_RECEIPT


def state_medical_care(
    state: MandatoryReport, command: StateMedicalCare, given: Given
) -> list[Event]:
    """The decision on :class:`StateMedicalCare`; of a child that was not said to be hurt as well:
    it may be found to be."""
    in_hand(state, given)
    not_closed(state, "不能再登记就医情况")
    if command.care not in MEDICAL_CARE.labels:
        raise Refused(
            "MEDICAL_CARE",
            "就医情况请从以下选择：" + "、".join(MEDICAL_CARE.labels.values()) + "。"
            "尚未见到孩子的，先找到孩子，受伤的立即送医，再登记。",
        )
    return [
        MedicalCareStated(
            reporter_unit=state.reporter_unit,
            care=command.care,
            hospital=command.hospital,
            account=command.account,
            treated_at=_treated_at(command, given),
        )
    ]


def _treated_at(command: StateMedicalCare, given: Given) -> str | None:
    """The hospital of the hub that treated the child. Any other organisation was no hospital, and
    what was stated of the care stands all the same."""
    at = command.treated_at
    keeps_records = given.rules.referral_kind(HAND_OVER).seats
    if at is None or command.care not in TREATED or not is_of(at, keeps_records):
        return None
    return at


def cared_for_first(state: MandatoryReport) -> None:
    """Refuse to end the report of a hurt child of whom nobody has said that it is cared for."""
    if state.hurt:
        raise Refused(
            "REPORT_MEDICAL_FIRST",
            "报告称孩子受伤，尚未登记就医情况，不能结案；受伤的孩子先送医，请先登记就医情况。",
        )


def ask_for_evidence(state: MandatoryReport, command: AskForEvidence, given: Given) -> list[Event]:
    """The decision on :class:`AskForEvidence`, also once it is closed. The hospital is told of the
    child and of nothing that the report says, so that the child has to be known."""
    in_hand(state, given)
    if not is_of(command.hospital, given.rules.referral_kind(HAND_OVER).seats):
        raise Refused("EVIDENCE_HOSPITAL", "请选择收治孩子的医疗机构，请核对单位代码。")
    if state.child_ref is None:
        raise Refused(
            "EVIDENCE_CHILD", "尚未查明所报儿童，医疗机构无从查找病历；请先查明所报儿童再请求移交。"
        )
    if command.hospital in state.asked.values():
        raise Refused("EVIDENCE_ASKED", "已请该单位移交材料，对方尚未移交；可在转介单上催办。")
    return [
        EvidenceAsked(
            named=state.child_ref,
            asked_of=command.hospital,
            asked_by=given.actor.organisation,
            ask=state.asks + 1,
            town=state.town,
        )
    ]


def ask_who_treated(state: MandatoryReport, command: AskWhoTreated, given: Given) -> list[Event]:
    """The decision on :class:`AskWhoTreated`, in the name of whoever has the report in hand: of a
    child that is known, and nothing of whoever reported it, which hands over by itself."""
    if given.actor.organisation != HUB:
        raise not_yours()
    if state.child_ref is None:
        return []
    heard = {*state.filed_by, *state.asked.values(), *state.handed_over}
    return [
        EvidenceAsked(
            named=state.child_ref,
            asked_of=each,
            asked_by=state.held_by or district_organisation(Seat.POLICE),
            ask=state.asks + number,
            town=state.town,
        )
        for number, each in enumerate(sorted(state.treated_at - heard), start=1)
    ]


def hand_over(state: MandatoryReport, command: HandOverEvidence, given: Given) -> list[Event]:
    """The decision on :class:`HandOverEvidence`: by whoever filed the report or was asked, also
    once it is closed."""
    by = given.actor.organisation
    answers = tuple(ask for ask, of in sorted(state.asked.items()) if of == by)
    if by not in state.filed_by and not answers:
        raise not_yours()
    if not (command.listed or "").strip():
        raise Refused("EVIDENCE_LIST", "请写明移交的材料清单（如病历、检查报告、照片各几份）。")
    rules = given.rules
    return [
        EvidenceHandedOver(
            handed_by=by,
            hand_over=len(state.handed_over) + 1,
            held_by=state.held_by or None,
            town=state.town,
            receive_by=rules.due(rules.clocks[EVIDENCE_RECEIPT].within, given.now),
            listed=command.listed,
            answers=answers or None,
        )
    ]


def receive(state: MandatoryReport, command: ReceiveEvidence, given: Given) -> list[Event]:
    """The decision on :class:`ReceiveEvidence`."""
    in_hand(state, given)
    if not 1 <= command.hand_over <= len(state.handed_over):
        raise Refused("EVIDENCE_UNKNOWN", "该报告没有这一次移交的材料，请核对是第几次移交。")
    if not (command.number or "").strip():
        raise Refused("EVIDENCE_NUMBER", "签收材料须填写签收编号，移交单位凭此编号核对。")
    if command.hand_over in state.received:
        return []
    received = state.received | {command.hand_over}
    return [
        EvidenceReceived(
            told_to=state.handed_over[command.hand_over - 1],
            hand_over=command.hand_over,
            outstanding=len(state.handed_over) - len(received),
            number=command.number,
            note=command.note,
        )
    ]
