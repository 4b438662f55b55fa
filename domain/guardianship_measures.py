"""The lower rungs of a guardianship case: dissuasion, admonition, orders (劝诫、训诫、责令)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.guardianship_codes import GuidanceOrderKind
from domain.guardianship_commands import (
    OrderGuidance,
    RecordAdmonition,
    RecordDissuasion,
    ReportToPolice,
)
from domain.guardianship_events import (
    AdmonitionRecorded,
    DissuasionRecorded,
    GuidanceOrdered,
    PoliceInformed,
)
from domain.guardianship_state import GuardianshipCase, GuardianshipState
from domain.kernel import Event, Given, Refused
from domain.organisations import POLICE_SEATS, Seat, seat_of


def dissuade(state: GuardianshipCase, command: RecordDissuasion, given: Given) -> list[Event]:
    given.not_in_future(command.dissuaded_on, "DISSUASION_IN_FUTURE", "劝诫日期")
    return [DissuasionRecorded(**command.model_dump())]


def report_to_police(state: GuardianshipCase, command: ReportToPolice, given: Given) -> list[Event]:
    if given.correction and command.dissuaded_on in state.police_told:
        return []
    if state.state is GuardianshipState.CLOSED:
        # A case that is over moves nobody, and that the police are told must not get lost in it.
        raise Refused(
            "REPORT_CASE_CLOSED", "该监护个案已结案，不能补报公安；情节严重的，请另行登记劝诫。"
        )
    return [PoliceInformed(**command.model_dump())]


ADMONISHING = POLICE_SEATS | {Seat.PROCURATORATE, Seat.COURT}
"""Who may admonish (未保法 118(2): 公安机关、人民检察院、人民法院)."""


def admonish(state: GuardianshipCase, command: RecordAdmonition, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ADMONISHING:
        raise Refused("ADMONITION_NOT_YOURS", "训诫只由公安、检察院或法院作出，请移交公安机关。")
    given.not_in_future(command.served_on, "ADMONITION_IN_FUTURE", "送达日期")
    # The document number is sealed, so a corrected record cannot be told from the document it
    # corrects by looking: it keeps the count where it is.
    another = not given.correction or state.admonitions == 0
    return [AdmonitionRecorded(**command.model_dump(), ordinal=state.admonitions + another)]


ORDERING: Mapping[GuidanceOrderKind, frozenset[Seat]] = {
    GuidanceOrderKind.WRITTEN_WARNING: POLICE_SEATS,
    GuidanceOrderKind.SUPERVISION_ORDER: frozenset({Seat.PROCURATORATE}),
    GuidanceOrderKind.GUIDANCE_ORDER: frozenset({Seat.COURT}),
}
"""Who may issue which order (沪未保 85(2)); the written warning also after 反家暴法 16."""

_NOTICES = {
    GuidanceOrderKind.WRITTEN_WARNING: "公安机关已对监护人出具告诫书，请配合查访",
    GuidanceOrderKind.SUPERVISION_ORDER: "检察机关已对监护人发出督促监护令，请配合跟进",
    GuidanceOrderKind.GUIDANCE_ORDER: "人民法院已对监护人发出家庭教育指导令，请配合跟进",
}
"""What the village is told (反家暴法 17): that there is an order, and nothing of why."""


def order_guidance(state: GuardianshipCase, command: OrderGuidance, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ORDERING[command.order]:
        raise Refused(
            "ORDER_NOT_YOURS",
            "告诫书由公安、督促监护令由检察院、家庭教育指导令由法院出具，本单位不能登记。",
        )
    given.not_in_future(command.served_on, "ORDER_IN_FUTURE", "送达日期")
    return [GuidanceOrdered(**command.model_dump(), notice=_NOTICES[command.order])]
