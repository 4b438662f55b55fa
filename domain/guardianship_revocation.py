"""What is decided about emergency care (紧急临时照料), and about a guardian's qualification (监护人
资格): sought to be revoked, revoked, restored; 民法典 34(4), 36, 38; 未保法 94, 108."""

from __future__ import annotations

from domain.guardianship_care import (
    BeginEmergencyCare,
    DecideRevocation,
    EmergencyCareBegun,
    EmergencyCareEnded,
    EndEmergencyCare,
    GuardianshipRestored,
    RestoreGuardianship,
    RevocationDecided,
    RevocationSought,
    SeekRevocation,
)
from domain.guardianship_state import GuardianshipCase
from domain.kernel import Event, Given, Refused
from domain.organisations import Seat, seat_of

CARING = frozenset({Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS})
"""Who cares in an emergency (民法典 34(4): 居民委员会、村民委员会或者民政部门); the town's
protection station beside the village [K]."""

SEEKING = frozenset(
    {
        Seat.CIVIL_AFFAIRS,
        Seat.VILLAGE,
        Seat.TOWN,
        Seat.WOMENS_FEDERATION,
        Seat.WELFARE_INSTITUTION,
    }
)
"""Who may apply (民法典 36(2)), of those who can say so under 监护; civil affairs must where the
others do not in time (36(3))."""


def begin_emergency_care(
    state: GuardianshipCase, command: BeginEmergencyCare, given: Given
) -> list[Event]:
    """From any rung, and where there was none: an emergency waits for no ladder and no approval."""
    if seat_of(given.actor.organisation) not in CARING:
        raise Refused(
            "EMERGENCY_CARE_NOT_YOURS", "紧急临时照料由村居、街镇未保站或民政局登记，请立即联系。"
        )
    given.not_in_future(command.begun_on, "EMERGENCY_CARE_IN_FUTURE", "照料开始日期")
    over = given.correction and state.emergency_since is None
    return [EmergencyCareBegun(**command.model_dump(), current=not over)]


def end_emergency_care(
    state: GuardianshipCase, command: EndEmergencyCare, given: Given
) -> list[Event]:
    if seat_of(given.actor.organisation) not in CARING:
        raise Refused(
            "EMERGENCY_CARE_NOT_YOURS", "紧急临时照料由村居、街镇未保站或民政局登记，请立即联系。"
        )
    given.not_in_future(command.ended_on, "EMERGENCY_CARE_IN_FUTURE", "照料结束日期")
    if state.emergency_since is None and not given.correction:
        raise Refused("EMERGENCY_CARE_NONE", "该儿童不在紧急临时照料中，请核对儿童信息。")
    if state.emergency_since is not None and command.ended_on < state.emergency_since:
        raise Refused("EMERGENCY_CARE_BEFORE", "结束日期早于开始日期，请核对日期。")
    return [EmergencyCareEnded(**command.model_dump())]


def seek_revocation(state: GuardianshipCase, command: SeekRevocation, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in SEEKING:
        raise Refused(
            "REVOCATION_NOT_APPLICANT",
            "本单位不能登记撤销监护人资格的申请，请转村居、妇联、救助保护机构或民政局。",
        )
    given.not_in_future(command.sought_on, "REVOCATION_IN_FUTURE", "申请日期")
    over = given.correction and not state.seeking
    return [RevocationSought(**command.model_dump(), current=not over)]


def _court_only(given: Given) -> None:
    if seat_of(given.actor.organisation) is not Seat.COURT:
        raise Refused("REVOCATION_NOT_COURT", "监护人资格由人民法院裁判，本单位不能登记。")


def decide_revocation(
    state: GuardianshipCase, command: DecideRevocation, given: Given
) -> list[Event]:
    """Whether or not somebody applied here: relatives apply at the court itself."""
    _court_only(given)
    given.not_in_future(command.decided_on, "REVOCATION_IN_FUTURE", "裁判日期")
    if command.granted and command.guardian is None:
        raise Refused("REVOCATION_GUARDIAN", "撤销监护人资格的，须同时填写指定的监护人。")
    if not command.granted and command.guardian is not None:
        raise Refused("REVOCATION_GUARDIAN", "没有撤销监护人资格的，不填指定的监护人。")
    revoked = state.revoked
    over = given.correction and revoked is not None and revoked.restored
    restorable = "是" if command.restorable else "否"
    return [
        RevocationDecided(
            **command.model_dump(exclude={"restorable"}), restorable=restorable, current=not over
        )
    ]


def restore_guardianship(
    state: GuardianshipCase, command: RestoreGuardianship, given: Given
) -> list[Event]:
    """The court alone knows whether the guardianship may be restored; it is not asked here."""
    _court_only(given)
    given.not_in_future(command.restored_on, "REVOCATION_IN_FUTURE", "恢复日期")
    revoked = state.revoked
    if revoked is None or (revoked.restored and not given.correction):
        raise Refused("RESTORATION_NOT_REVOKED", "没有被撤销的监护人资格可以恢复，请核对儿童信息。")
    return [GuardianshipRestored(**command.model_dump())]
