"""Of a mandatory report on a child that is hurt: care first, then the evidence.

沪未保 76(2): a child that is hurt is taken to a medical institution before anything else. 强报意见
Arts 6–7: who reported keeps the medical records, and hands over what it has.
"""

from __future__ import annotations

from domain.kernel import Event, Given, Refused
from domain.report_checks import in_hand, not_closed, not_yours
from domain.report_codes import MEDICAL_CARE
from domain.report_commands import HandOverEvidence, ReceiveEvidence, StateMedicalCare
from domain.report_facts import EvidenceHandedOver, EvidenceReceived, MedicalCareStated
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
        )
    ]


def cared_for_first(state: MandatoryReport) -> None:
    """Refuse to end the report of a hurt child of whom nobody has said that it is cared for."""
    if state.hurt:
        raise Refused(
            "REPORT_MEDICAL_FIRST",
            "报告称孩子受伤，尚未登记就医情况，不能结案；受伤的孩子先送医，请先登记就医情况。",
        )


def hand_over(state: MandatoryReport, command: HandOverEvidence, given: Given) -> list[Event]:
    """The decision on :class:`HandOverEvidence`: by whoever filed the report, also once it is
    closed."""
    by = given.actor.organisation
    if by not in state.filed_by:
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
