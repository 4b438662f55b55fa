"""Of a mandatory report: the child that is found, and who the suspect is to it."""

from __future__ import annotations

from uuid import UUID

from domain.child_file import ChildFile
from domain.kernel import Event, Given, Refused
from domain.organisations import HUB
from domain.report_checks import in_hand, not_yours
from domain.report_commands import ClearSuspicion, NameReportedChild, StateSuspicion
from domain.report_facts import ReportedChildNamed
from domain.report_state import MandatoryReport
from domain.rules import SuspectRules
from domain.suspicion import (
    ConflictsFollowed,
    FollowConflicts,
    SuspicionCleared,
    SuspicionStated,
)


def by_others(report_id: UUID, file: ChildFile) -> frozenset[str]:
    """Who is conflicted by anything about the child but this report."""
    others = (each for source, each in file.suspicions.items() if source != report_id)
    return frozenset[str]().union(*(each.conflicted for each in others))


def named(state: MandatoryReport, child_ref: UUID, by_file: frozenset[str]) -> ReportedChildNamed:
    other = state.child_ref not in (None, child_ref)
    return ReportedChildNamed(
        named=child_ref,
        instead_of=state.child_ref if other else None,
        asks_ended=(tuple(sorted(state.asked)) or None) if other else None,
        guardian_is_suspect=state.suspicion.guardian,
        conflicted_organisations=tuple(sorted(state.suspicion.conflicted)),
        conflicted_by_file=tuple(sorted(by_file)),
    )


def name_child(state: MandatoryReport, command: NameReportedChild, given: Given) -> list[Event]:
    in_hand(state, given)
    if state.child_ref == command.child_ref:
        return []
    by_file: frozenset[str] = frozenset()
    if given.child is not None:
        by_file = by_others(command.report_id, given.child)
    return [named(state, command.child_ref, by_file)]


def follow_conflicts(state: MandatoryReport, command: FollowConflicts, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise not_yours()
    if state.child_ref != command.child_ref or given.child is None:
        return []
    now = by_others(command.report_id, given.child)
    if now == state.by_file:
        return []
    return [ConflictsFollowed(conflicted_by_file=tuple(sorted(now)))]


def state_suspicion(state: MandatoryReport, command: StateSuspicion, given: Given) -> list[Event]:
    in_hand(state, given)
    suspects: SuspectRules = given.rules.suspects
    now = state.suspicion.also(
        command.relation in suspects.guardian_relations,
        suspects.conflicted(command.relation, command.conflicted_organisations, state.own_unit),
    )
    return [
        SuspicionStated(
            reporter_unit=state.reporter_unit,
            named=state.child_ref,
            guardian_is_suspect=now.guardian,
            conflicted_organisations=tuple(sorted(now.conflicted)),
            relation=command.relation,
            account=command.account,
        )
    ]


def clear_suspicion(state: MandatoryReport, command: ClearSuspicion, given: Given) -> list[Event]:
    in_hand(state, given)
    suspects: SuspectRules = given.rules.suspects
    guardian = command.relation in suspects.guardian_relations
    organisations = set(command.organisations)
    own_staff = command.relation in suspects.own_unit_relations
    if not organisations and own_staff and state.own_unit is not None:
        organisations.add(state.own_unit)
    if not guardian and not organisations:
        raise Refused(
            "SUSPICION_UNIT_MISSING",
            "按所填关系排除的，请填写利害关系单位的全称；"
            "排除监护人涉嫌的，请在“与孩子的关系”中填写父母或其他监护人。",
        )
    now = state.suspicion.without(guardian, organisations)
    if now == state.suspicion:
        raise Refused("SUSPICION_NOT_STATED", "该报告没有登记过这一情况，无需排除；请核对编号。")
    return [
        SuspicionCleared(
            reporter_unit=state.reporter_unit,
            named=state.child_ref,
            guardian_is_suspect=now.guardian,
            conflicted_organisations=tuple(sorted(now.conflicted)),
            reason=command.reason,
        )
    ]
