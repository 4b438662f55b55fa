"""A child in temporary guardianship (临时监护): placed, searched for, brought home."""

from __future__ import annotations

from datetime import date, datetime

from domain.calendar import end_of_day_utc
from domain.guardianship_codes import SEARCHED, Conclusion, Facility
from domain.guardianship_commands import (
    ExtendFollowUp,
    PlaceChild,
    RecordSearchResult,
    ReturnChildHome,
)
from domain.guardianship_events import (
    ChildPlaced,
    ChildReturnedHome,
    FollowUpExtended,
    ParentSearchConcluded,
)
from domain.guardianship_state import GuardianshipCase, GuardianshipState
from domain.kernel import Event, Given, Refused
from domain.organisations import POLICE_SEATS, Seat, seat_of, town_organisation
from domain.rules import Rules


def civil_affairs_only(given: Given, code: str, what: str) -> None:
    if seat_of(given.actor.organisation) is not Seat.CIVIL_AFFAIRS:
        raise Refused(code, f"{what}只由民政局登记，请移交民政局。")


def place(state: GuardianshipCase, command: PlaceChild, given: Given) -> list[Event]:
    """From any rung, and where there was none: danger waits for no ladder."""
    civil_affairs_only(given, "PLACEMENT_NOT_YOURS", "临时监护安置")
    given.not_in_future(command.placed_on, "PLACEMENT_IN_FUTURE", "安置日期")
    command = _in_town_care(state, command, given)
    if given.correction and state.care is not None and not _concerns_now(state, command):
        return [_reworded(state.care, command)]
    begins = not state.placed
    now = None if begins else state.care
    searched = command.situation in SEARCHED
    search_by = _due(given, "parent_search", command.placed_on) if searched else None
    arrives = command.institution is not None and (
        now is None or now.institution != command.institution
    )
    return [
        ChildPlaced(
            **command.model_dump(),
            town=given.child.town if given.child is not None else None,
            placement=state.placements + begins,
            begins=begins,
            arrives=arrives,
            current=True,
            stays=state.stays + arrives,
            # The limit is the placement's and not the carer's.
            review_by=now.review_by if now else _due(given, "placement_review", command.placed_on),
            # Nor is the search's, which begins when the need for it is first known.
            search_by=now.search_by if now and now.search_by else search_by,
        )
    ]


def _in_town_care(state: GuardianshipCase, command: PlaceChild, given: Given) -> PlaceChild:
    """街镇临时照料: the town that is named is asked to care, else the child's. The same placement
    in other words stays with the town that cares: the child may have moved since."""
    if command.facility is not Facility.TOWN_CARE or command.institution:
        return command
    now = state.care
    same = given.correction and now is not None and _concerns_now(state, command)
    if same and now is not None and now.facility is Facility.TOWN_CARE and now.institution:
        return command.model_copy(update={"institution": now.institution})
    town = given.child.town if given.child is not None else None
    return command.model_copy(update={"institution": town and town_organisation(town)})


def _concerns_now(state: GuardianshipCase, command: PlaceChild) -> bool:
    """Whether the record that is sent again is the one by which the child is cared for now."""
    return state.placed and state.care is not None and state.care.placed_on == command.placed_on


def _reworded(now: ChildPlaced, command: PlaceChild) -> ChildPlaced:
    """An earlier placement in other words: nobody moves, no clock runs anew."""
    return ChildPlaced.model_validate(
        {
            **vars(now),
            **command.model_dump(),
            "begins": False,
            "arrives": False,
            "current": False,
        }
    )


def _due(given: Given, clock: str, day: date) -> datetime:
    """The end of a clock of policies/ that began on a day."""
    return end_of_day_utc(given.rules.last_day(given.rules.clocks[clock].within, day))


def conclude_search(
    state: GuardianshipCase, command: RecordSearchResult, given: Given
) -> list[Event]:
    if seat_of(given.actor.organisation) not in POLICE_SEATS or not state.placements:
        raise Refused("SEARCH_NOT_YOURS", "没有可由本单位登记查找结果的事项，请核对儿童信息。")
    given.not_in_future(command.concluded_on, "SEARCH_IN_FUTURE", "结果日期")
    return [ParentSearchConcluded(**command.model_dump(), placement=state.placements)]


def return_home(state: GuardianshipCase, command: ReturnChildHome, given: Given) -> list[Event]:
    civil_affairs_only(given, "RETURN_NOT_YOURS", "送回")
    given.not_in_future(command.returned_on, "HOME_IN_FUTURE", "送回日期")
    if given.correction and state.placed:
        raise Refused(
            "RETURN_OVER", "该次送回之后儿童已再次安置，不能再更正；再次送回请按新的日期登记。"
        )
    corrected = given.correction and state.placements
    if not state.placed and not corrected:
        raise Refused("RETURN_NOT_PLACED", "该儿童不在临时监护中，不能登记送回，请核对儿童信息。")
    if state.follow_up_until is None or _in_doubt(state):
        raise Refused(
            "RETURN_NOT_ASSESSED", "尚无“可以回归家庭”的评估结论，不能送回；请先登记评估。"
        )
    if state.seeking and not given.correction:
        raise Refused(
            "RETURN_REVOCATION", "正在申请撤销监护人资格，法院裁判之前不能送回；裁判后再评估。"
        )
    if state.care is not None and command.returned_on < state.care.placed_on:
        raise Refused("RETURN_BEFORE_PLACEMENT", "送回日期早于安置日期，请核对日期。")
    child = given.child
    return [
        ChildReturnedHome(
            **command.model_dump(),
            follow_up_until=_followed_up(state, command, given),
            placement=state.placements,
            stays=state.stays,
            town=child.town if child is not None else None,
            village=child.village if child is not None else None,
            police_station=child.police_station if child is not None else None,
        )
    ]


def _in_doubt(state: GuardianshipCase) -> bool:
    """Whether a newer assessment that awaits its approval says anything else than that the child
    can go home: no approval keeps danger waiting, and nobody goes home meanwhile."""
    return any(
        each.assessed_on is not None
        and each.conclusion is not Conclusion.CAN_RETURN
        and each.placement == state.placements
        and (state.assessed_on is None or each.assessed_on >= state.assessed_on)
        for each in state.pending.values()
    )


def _followed_up(state: GuardianshipCase, command: ReturnChildHome, given: Given) -> date | None:
    """Chosen for the child, it is counted from its return; no correction lets it end earlier."""
    if state.follow_up_months is None:
        return None
    rules: Rules = given.rules
    until = rules.follow_up_until(state.follow_up_months, command.returned_on)
    before = state.follow_up_until if given.correction else None
    return max(until, before) if before is not None else until


def extend_follow_up(state: GuardianshipCase, command: ExtendFollowUp, given: Given) -> list[Event]:
    """Longer, and never beyond what the policies let a child be followed up for."""
    civil_affairs_only(given, "FOLLOW_UP_NOT_YOURS", "延长跟踪回访")
    followed = state.state is GuardianshipState.RETURNED_FOLLOWUP
    if not followed or state.follow_up_until is None:
        raise Refused("FOLLOW_UP_NOT_RETURNED", "该儿童不在送回后的跟踪回访期内，请核对儿童信息。")
    if command.until == state.follow_up_until:
        return []
    if command.until <= max(state.follow_up_until, given.today):
        raise Refused("FOLLOW_UP_NOT_LATER", "延长后的期限应晚于现在的期限和今天。")
    most = given.rules.assessment.follow_up_months.most
    longest = given.rules.follow_up_until(most, state.returned_on or given.today)
    if command.until > longest:
        raise Refused("FOLLOW_UP_TOO_LONG", f"跟踪回访最长到{longest:%Y年%m月%d日}，请改早日期。")
    return [FollowUpExtended(**command.model_dump())]
