"""What a guardianship case opens at others, and the clocks and lists that run with it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.child_file import EndFollowUp, ListForFollowUp, NotePlacement
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.guardianship_care import EmergencyCareBegun, GuardianshipRestored, RevocationDecided
from domain.guardianship_commands import (
    AskForAssessment,
)
from domain.guardianship_events import (
    AdmonitionRecorded,
    AssessmentApproved,
    AssessmentNeeded,
    AssessmentRecorded,
    ChildPlaced,
    ChildReturnedHome,
    FollowUpExtended,
    GuardianshipCaseClosed,
    GuidanceOrdered,
    ParentSearchConcluded,
    PlacementEnded,
    PoliceInformed,
)
from domain.guardianship_measures import ORDERING
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import (
    HUB,
    Seat,
    district_organisation,
    nearest_of,
    seat_of,
    town_organisation,
    village_organisation,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted, WithdrawReferral

PLACEMENT_REVIEW = "placement_review"
PARENT_SEARCH = "parent_search"

FOLLOW_UP_GUIDANCE = "follow_up_guidance"
GUIDANCE_ORDERERS = frozenset[Seat]().union(*ORDERING.values())

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
POLICE = district_organisation(Seat.POLICE)


def placement_id(case: UUID, placement: int) -> UUID:
    """What the clocks of a case's n-th placement run on: each placement has its own."""
    return derived_id("placement", case, placement)


def care_task(case: UUID, stay: int) -> UUID:
    """The referral that asks an institution to care, by which of the case's stays it is."""
    return derived_id("referral", "care_for_placed_child", case, stay)


def search_task(case: UUID, placement: int) -> UUID:
    """The referral that asks the police to search for the parents of a placed child."""
    return derived_id("referral", "search_parents", placement_id(case, placement))


Away = ChildPlaced | ChildReturnedHome | PlacementEnded


def _over(event: Away, case: UUID) -> Sequence[Command]:
    """Ends the tasks that a move, a return or the end of a placement leaves without a matter: an
    institution sees the child only for as long as it cares for it. What was answered already
    stays as it is."""
    stays, ended = event.stays, []
    if isinstance(event, ChildPlaced):
        if not event.current or (event.institution is not None and not event.arrives):
            return []
        stays -= event.arrives
    else:
        ended.append(search_task(case, event.placement))
    if stays:
        ended.append(care_task(case, stays))
    return [WithdrawReferral(referral_id=each) for each in ended]


# Together with the record


@when(ChildPlaced, ChildReturnedHome, PlacementEnded, at_once=True)
def when_child_leaves_then_its_tasks_are_over(
    event: Away, cause: Recorded, places: Places
) -> Sequence[Command]:
    return _over(event, cause.originator_id)


@when(AdmonitionRecorded, at_once=True)
def when_guardian_admonished_then_ask_whether_to_assess(
    event: AdmonitionRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2 (P14): assessed as need arises, at the latest when admonitions add up."""
    return [AskForAssessment(child_ref=event.child_ref)]


@when(AssessmentRecorded, AssessmentApproved, at_once=True)
def when_child_can_return_then_list_for_follow_up(
    event: AssessmentRecorded | AssessmentApproved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2 (P15): 可回归家庭的纳入重点关注对象; who can no longer go home is taken off."""
    if not event.decides_return:
        return []
    if event.follow_up_until is None:
        return [EndFollowUp(child_ref=event.child_ref)]
    return [ListForFollowUp(child_ref=event.child_ref, until=event.follow_up_until)]


@when(ChildReturnedHome, FollowUpExtended, at_once=True)
def when_its_follow_up_is_set_anew_then_the_list_says_so(
    event: ChildReturnedHome | FollowUpExtended, cause: Recorded, places: Places
) -> Sequence[Command]:
    """3 to 12 months from the return on, as was chosen for the child (沪未保 79; plan 二2, P15)."""
    until = event.until if isinstance(event, FollowUpExtended) else event.follow_up_until
    return [ListForFollowUp(child_ref=event.child_ref, until=until)] if until is not None else []


@when(ChildPlaced, at_once=True)
def when_child_placed_then_start_clocks(
    event: ChildPlaced, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 77(4): 一般不超过一年, a limit that closes nothing by itself; 77(3): the police
    conclude the search for parents. Whoever followed up a child at home no longer does."""
    if not event.current:
        return []
    clocks = []
    if event.begins:
        clocks.append((PLACEMENT_REVIEW, CIVIL_AFFAIRS, event.review_by))
    if event.search_by is not None:
        # A clock that was set already stays as it is.
        clocks.append((PARENT_SEARCH, POLICE, event.search_by))
    return [
        *([EndFollowUp(child_ref=event.child_ref)] if event.begins else []),
        *(
            SetDeadline(
                subject_id=placement_id(cause.originator_id, event.placement),
                kind=kind,
                child_ref=event.child_ref,
                matter=Category.GUARDIANSHIP,
                owner=owner,
                town=event.town,
                due_at=due_at,
            )
            for kind, owner, due_at in clocks
        ),
    ]


@when(ParentSearchConcluded, at_once=True)
def when_parent_search_concluded_then_search_is_met(
    event: ParentSearchConcluded, cause: Recorded, places: Places
) -> Sequence[Command]:
    subject = placement_id(cause.originator_id, event.placement)
    return [MeetDeadline(subject_id=subject, kind=PARENT_SEARCH)]


@when(ChildReturnedHome, at_once=True)
def when_child_returned_home_then_review_is_met(
    event: ChildReturnedHome, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Nobody is searched for any more whose child is at home."""
    subject = placement_id(cause.originator_id, event.placement)
    return [
        MeetDeadline(subject_id=subject, kind=PLACEMENT_REVIEW),
        CancelDeadline(subject_id=subject, kind=PARENT_SEARCH),
    ]


@when(PlacementEnded, at_once=True)
def when_placement_ended_then_stop_clocks(
    event: PlacementEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    subject = placement_id(cause.originator_id, event.placement)
    return [
        CancelDeadline(subject_id=subject, kind=kind) for kind in (PLACEMENT_REVIEW, PARENT_SEARCH)
    ]


@when(GuardianshipCaseClosed, at_once=True)
def when_guardianship_case_closed_then_end_follow_up(
    event: GuardianshipCaseClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A corrected reason ends no follow-up of a later case."""
    corrected = event.corrected or cause.header.supersedes is not None
    return [] if corrected else [EndFollowUp(child_ref=event.child_ref)]


# Afterwards, from the log


@when(ChildPlaced, ChildReturnedHome, PlacementEnded)
def when_child_left_before_a_task_was_asked_for_then_it_is_over_too(
    event: Away, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A task is asked for from the log, so that the child may have left before: in the log's
    order it is asked for first and ended then."""
    return _over(event, cause.originator_id)


@when(ChildPlaced, ChildReturnedHome, PlacementEnded)
def when_child_is_placed_or_home_again_then_its_file_says_so(
    event: Away, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Whoever is to visit a child follows from it (domain/visit_obligation.py). Afterwards, so that
    the receipt of a placement does not tell how much the child is visited."""
    if isinstance(event, ChildPlaced):
        if not event.current:
            return []
        return [NotePlacement(child_ref=event.child_ref, care=event.care)]
    return [NotePlacement(child_ref=event.child_ref, care=None)]


@when(PoliceInformed)
def when_police_informed_then_the_station_considers_an_admonition(
    event: PoliceInformed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 118: 情节严重的，及时报告公安; plan 二2 (P10). Where the child's town is not stated,
    the beat is that of the reporting village or town."""
    sender = cause.header.actor.organisation
    town = event.town or places.town_of(sender)
    station = places.police_station(town)
    case = cause.originator_id
    return [refer(cause, "consider_admonition", station, case=case, sender=sender, town=town)]


@when(GuidanceOrdered)
def when_guidance_ordered_then_town_and_civil_affairs_follow_up(
    event: GuidanceOrdered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2 (P10, P11): who is ordered to accept guidance is given it. A corrected record asks
    for nothing again."""
    if cause.header.supersedes is not None:
        return []
    sender = cause.header.actor.organisation
    town = event.town or places.town_of(sender)
    addressees = [("coordinate_guidance", CIVIL_AFFAIRS)]
    if town is not None:
        addressees.insert(0, (FOLLOW_UP_GUIDANCE, town_organisation(town)))
    return [
        refer(cause, kind, addressee, case=cause.originator_id, sender=sender, town=town)
        for kind, addressee in addressees
    ]


@when(ReferralCompleted)
def when_guidance_is_refused_then_who_ordered_it_is_told(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家教法 49; 沪未保 85(2): an order that is refused goes back to who ordered it, who has more
    than words. It is the one that sent the task, by its order or by hand."""
    refused = event.kind == FOLLOW_UP_GUIDANCE and event.outcome == "REFUSED"
    if not refused or seat_of(event.sender) not in GUIDANCE_ORDERERS:
        return []
    return [
        refer(
            cause,
            "note_guidance_refused",
            event.sender,
            case=event.case_id,
            sender=event.addressee,
            town=places.town_of(event.addressee),
        )
    ]


@when(AssessmentNeeded)
def when_assessment_needed_then_civil_affairs_assess(
    event: AssessmentNeeded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 78; plan 二2 (P14). The hub itself refers: the list of what a station sent must not
    tell it that another had admonished before."""
    case = cause.originator_id
    return [refer(cause, "assess_guardianship", CIVIL_AFFAIRS, case=case, sender=HUB, town=None)]


@when(ChildPlaced)
def when_child_placed_then_the_institution_cares_and_police_search(
    event: ChildPlaced, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二2 (P16): 提供养育、教育、医疗、心理服务; 沪未保 77(3): the police search for parents
    who cannot be found."""
    sender, case = cause.header.actor.organisation, cause.originator_id
    tasks = []
    if event.arrives and event.institution is not None:
        task = care_task(case, event.stays)
        tasks.append(("care_for_placed_child", event.institution, task))
    if event.current and event.search_by is not None:
        # Known from the beginning or found out later: a placement's search is asked for once.
        tasks.append(("search_parents", POLICE, search_task(case, event.placement)))
    return [
        refer(cause, kind, addressee, case=case, sender=sender, town=event.town, referral_id=task)
        for kind, addressee, task in tasks
    ]


@when(ChildReturnedHome)
def when_child_returned_home_then_village_follows_up_and_police_note_it(
    event: ChildReturnedHome, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 79: civil affairs tell police and village, and the village follows up. What no village
    answers for the town does, and what no town answers for civil affairs themselves. A corrected
    record asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    if event.village is not None:
        follows_up = village_organisation(event.village)
    else:
        follows_up = nearest_of(town=event.town)
    station = event.police_station or places.police_station(event.town)
    sender, case = cause.header.actor.organisation, cause.originator_id
    return [
        refer(cause, kind, addressee, case=case, sender=sender, town=event.town)
        for kind, addressee in (("follow_up_return", follows_up), ("note_return", station))
    ]


@when(EmergencyCareBegun)
def when_a_child_is_cared_for_in_an_emergency_then_civil_affairs_decide(
    event: EmergencyCareBegun, cause: Recorded, places: Places
) -> Sequence[Command]:
    """民法典 34(4); 未保法 92: whether it is placed (临时监护) or goes back to its guardian. A
    corrected record asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    sender = cause.header.actor.organisation
    return [
        refer(
            cause,
            "decide_emergency_care",
            CIVIL_AFFAIRS,
            case=cause.originator_id,
            # What civil affairs began themselves the hub reminds them of.
            sender=HUB if sender == CIVIL_AFFAIRS else sender,
            town=event.town or places.town_of(sender),
        )
    ]


@when(RevocationDecided, GuardianshipRestored)
def when_the_court_rules_on_guardianship_then_civil_affairs_carry_it_out(
    event: RevocationDecided | GuardianshipRestored, cause: Recorded, places: Places
) -> Sequence[Command]:
    """民法典 36, 38; 未保法 94: who cares from then on, and that school and village know whom to
    call, is civil affairs' to see to. A corrected record asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    sender, case = cause.header.actor.organisation, cause.originator_id
    return [refer(cause, "carry_out_ruling", CIVIL_AFFAIRS, case=case, sender=sender, town=None)]
