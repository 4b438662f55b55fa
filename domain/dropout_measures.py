"""Joint measures (联控联保): what a dropout case calls for at other departments, each once a case.

国办发〔2017〕72号, 教基〔2020〕5号 [K]; domain reference §3, duties: child labour with 人社, relief
by 民政, home teaching by 残联, suits against guardians by 司法 and 法院. What is called for goes on
when the pupil is back: who let a child work, or owes a family relief, still does.
"""

from __future__ import annotations

from domain.dropout_codes import JointMeasure
from domain.dropout_events import CallMeasure, MeasureCalled, ReportAbsence
from domain.dropout_state import DropoutCase
from domain.kernel import Event, Given, Refused
from domain.organisations import Seat, seat_of

WORK = "WORK"
"""外出务工: the reason that calls for a check of child labour by itself."""


def call_measure(state: DropoutCase, command: CallMeasure, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in (Seat.EDUCATION, Seat.TOWN):
        raise Refused("MEASURE_NOT_YOURS", "联控联保措施由教育局或承办劝返的街镇提请。")
    if not state.open or state.settled:
        raise Refused("DROPOUT_NOT_OPEN", "没有可提请措施的缺课个案，请核对儿童信息。")
    given.not_in_future(command.called_on, "MEASURE_IN_FUTURE", "提请日期")
    if command.measure in state.measures:
        if given.correction:
            return []
        raise Refused("MEASURE_CALLED", "这一措施已经提请，正在办理，无需重复提请。")
    town = given.child.town if given.child is not None else None
    return [
        MeasureCalled(
            child_ref=command.child_ref, measure=command.measure, town=town, note=command.note
        )
    ]


def called_by_reason(state: DropoutCase, command: ReportAbsence) -> list[Event]:
    """A pupil who is away to work may be one who may not work yet (禁止使用童工规定)."""
    if command.reason_code != WORK or JointMeasure.CHILD_LABOUR in state.measures:
        return []
    return [
        MeasureCalled(
            child_ref=command.child_ref,
            measure=JointMeasure.CHILD_LABOUR,
            town=command.town,
            note=None,
        )
    ]
