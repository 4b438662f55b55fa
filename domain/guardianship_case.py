"""The guardianship case (监护个案): the ladder from dissuasion to the return home.

村居 dissuades and stops (劝诫、制止, 未保法 118(1), plan 二2) and tells the police where it is
serious; the police admonish (训诫, 未保法 118(2)); police, procuratorate and court order
family-education guidance (沪未保 85(2)). Where that does not help, what the family is able to do
is assessed (家庭监护能力评估, 沪未保 78), the child is supported at home or placed (临时监护,
未保法 92, 93), and goes home once that is assessed to be safe (送回, 沪未保 79). What is ordered is
shared under orders, everything else is guardianship.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.guardianship_codes import (
    ASSESSMENT_CONCLUSION,
    GUARDIAN_CONDUCT,
    GUIDANCE_ORDER,
    PLACEMENT_CARE,
    PLACEMENT_SITUATION,
    SEARCHED,
    Care,
    Conclusion,
    GuidanceOrderKind,
)
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import POLICE_SEATS, Seat, seat_of
from domain.standing import Standing, Stands

Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
GuardianshipFlag = Annotated[Text, Sensitive(Category.GUARDIANSHIP, flag=True)]
Orders = Annotated[Text, Sensitive(Category.ORDERS)]
OrdersFlag = Annotated[Text, Sensitive(Category.ORDERS, flag=True)]


class GuardianshipState(StrEnum):
    """The rungs carried so far (domain reference §4)."""

    NONE = "NONE"
    DISSUADED = "DISSUADED"
    POLICE_REPORTED = "POLICE_REPORTED"
    ADMONISHED = "ADMONISHED"
    GUIDANCE_ORDERED = "GUIDANCE_ORDERED"
    ASSESSING = "ASSESSING"
    HOME_SUPPORT = "HOME_SUPPORT"
    TEMP_GUARDIANSHIP = "TEMP_GUARDIANSHIP"
    RETURNED_FOLLOWUP = "RETURNED_FOLLOWUP"
    CLOSED = "CLOSED"


def guardianship_case_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th guardianship case (from 1)."""
    return derived_id("guardianship", child_ref, occurrence)


class RecordDissuasion(Command):
    """劝诫: village or town spoke to the guardian."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    dissuaded_on: date
    guardian_relation: str | None
    conduct: str
    account: str | None


class RecordAdmonition(Command):
    """训诫: the police admonished a guardian, under a document number, served on a day."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    town: str | None
    document_number: str
    served_on: date
    guardian_relation: str | None
    conduct: str
    account: str | None
    guidance_ordered: bool


class ReportToPolice(Command):
    """情节严重的，及时报告公安 (未保法 118(1)): village or town, which dissuaded the guardian on a
    day, told the police. ``town`` is the child's as the record states it."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    town: str | None
    dissuaded_on: date


class OrderGuidance(Command):
    """责令接受家庭教育指导: a document of police, procuratorate or court, served on a day."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    town: str | None
    order: GuidanceOrderKind
    document_number: str
    served_on: date
    guardian_relation: str | None
    requirements: str | None


class AskForAssessment(Command):
    """Admonitions add up: asked by the hub with each of them, so that the answer, which follows
    from what others stated, is nobody's own record."""

    child_ref: UUID


class RecordAssessment(Command):
    """家庭监护能力评估: its conclusion, and the grade as DB31/T 1305-2021 names it."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    assessed_on: date
    conclusion: Conclusion
    grade: str | None
    account: str | None


class PlaceChild(Command):
    """临时监护: civil affairs takes the child into care, or changes who cares for it.

    ``institution`` is the identifier of an institution of the directory; ``place`` says where or
    with whom in words.
    """

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    placed_on: date
    situation: str
    care: Care
    institution: str | None
    place: str | None
    account: str | None


class RecordSearchResult(Command):
    """查找结果: whether the police found parents or another guardian of a placed child.

    Only who has the search in hand is answered about it: anybody else's refusal must not tell
    that the child is placed."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    concluded_on: date
    found: bool
    whom: str | None
    whereabouts: str | None


class ReturnChildHome(Command):
    """送回: civil affairs brings a placed child back to its family."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    returned_on: date
    account: str | None


class CloseGuardianshipCase(Command):
    """结案 with a reason."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    reason: str


class DissuasionRecorded(Event):
    TOPIC: ClassVar[str] = "guardianship.dissuasion_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "劝诫"
    child_ref: UUID
    dissuaded_on: date
    guardian_relation: Guardianship
    conduct: Guardianship
    account: Guardianship


class AdmonitionRecorded(Event):
    TOPIC: ClassVar[str] = "guardianship.admonition_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "训诫"
    child_ref: UUID
    town: str | None
    served_on: date
    ordinal: int
    guidance_ordered: bool
    document_number: Orders
    guardian_relation: Orders
    conduct: Orders
    account: Orders
    notice: OrdersFlag = "公安机关已对监护人训诫，请配合跟进"


class PoliceInformed(Event):
    TOPIC: ClassVar[str] = "guardianship.police_informed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "报告公安"
    child_ref: UUID
    town: str | None
    dissuaded_on: date


class GuidanceOrdered(Event):
    TOPIC: ClassVar[str] = "guardianship.guidance_ordered.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "责令接受家庭教育指导"
    child_ref: UUID
    town: str | None
    served_on: date
    order: GuidanceOrderKind
    document_number: Orders
    guardian_relation: Orders
    requirements: Orders
    notice: OrdersFlag


class AssessmentNeeded(Event):
    TOPIC: ClassVar[str] = "guardianship.assessment_needed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "启动家庭监护能力评估"
    child_ref: UUID


class AssessmentRecorded(Event):
    """``decides_return``: the child is in care, so that any conclusion says whether it can go home;
    ``follow_up_until``: how long a child who can is followed up, else None."""

    TOPIC: ClassVar[str] = "guardianship.assessment_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "家庭监护能力评估"
    child_ref: UUID
    assessed_on: date
    conclusion: Conclusion
    decides_return: bool
    follow_up_until: date | None
    grade: Guardianship
    account: Guardianship


class ChildPlaced(Event):
    """``placement`` counts the child's placements in the case; ``begins`` says that this begins
    one (else it changes or corrects one), ``arrives`` that the institution had not been told.
    ``current``: it says how the child is cared for now; else it rewords what is over.
    ``stays`` counts the child's stays in institutions in the case, this one included.
    ``search_by`` is None where the parents need not be searched for."""

    TOPIC: ClassVar[str] = "guardianship.child_placed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "临时监护安置"
    child_ref: UUID
    town: str | None
    placed_on: date
    placement: int
    begins: bool
    care: Care
    institution: str | None
    arrives: bool
    current: bool
    stays: int
    review_by: datetime
    search_by: datetime | None
    situation: Guardianship
    place: Guardianship
    account: Guardianship


class ParentSearchConcluded(Event):
    TOPIC: ClassVar[str] = "guardianship.parent_search_concluded.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "查找父母或监护人结果"
    child_ref: UUID
    concluded_on: date
    placement: int
    found: bool
    whom: Guardianship
    whereabouts: Guardianship


class ChildReturnedHome(Event):
    TOPIC: ClassVar[str] = "guardianship.child_returned_home.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "回归家庭"
    child_ref: UUID
    returned_on: date
    placement: int
    stays: int
    town: str | None
    village: str | None
    police_station: str | None
    account: Guardianship
    notice: GuardianshipFlag = "孩子已回归家庭，请保密并多关心"


class PlacementEnded(Event):
    """The case was closed on a placed child (成年、收养): no clock of the placement runs on."""

    TOPIC: ClassVar[str] = "guardianship.placement_ended.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "临时监护终止"
    child_ref: UUID
    placement: int
    stays: int


class GuardianshipCaseClosed(Event):
    TOPIC: ClassVar[str] = "guardianship.closed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "监护个案结案"
    child_ref: UUID
    reason: Guardianship


@dataclass(frozen=True, slots=True)
class GuardianshipCase:
    state: GuardianshipState = GuardianshipState.NONE
    admonitions: int = 0
    police_told: frozenset[date] = frozenset()
    assessment_asked: bool = False
    placements: int = 0
    care: ChildPlaced | None = None
    """The newest placement as it stands: who cares, and its clocks."""
    stays: int = 0
    """How often an institution took the child in: each time is a task of its own."""
    follow_up_until: date | None = None
    """Set while the newest assessment says that the placed child can go home."""
    assessed_on: date | None = None
    """The day of that assessment, whatever it says."""
    orders: Mapping[str, date] = field(default_factory=dict)
    """By kind (训诫, 告诫书, 督促监护令, 家庭教育指导令) the day on which the newest was served."""

    @property
    def open(self) -> bool:
        return self.state not in (GuardianshipState.NONE, GuardianshipState.CLOSED)

    @property
    def placed(self) -> bool:
        return self.state is GuardianshipState.TEMP_GUARDIANSHIP


def _dissuade(state: GuardianshipCase, command: RecordDissuasion, given: Given) -> list[Event]:
    given.not_in_future(command.dissuaded_on, "DISSUASION_IN_FUTURE", "劝诫日期")
    return [DissuasionRecorded(**command.model_dump())]


def _report_to_police(
    state: GuardianshipCase, command: ReportToPolice, given: Given
) -> list[Event]:
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


def _admonish(state: GuardianshipCase, command: RecordAdmonition, given: Given) -> list[Event]:
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


def _order_guidance(state: GuardianshipCase, command: OrderGuidance, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ORDERING[command.order]:
        raise Refused(
            "ORDER_NOT_YOURS",
            "告诫书由公安、督促监护令由检察院、家庭教育指导令由法院出具，本单位不能登记。",
        )
    given.not_in_future(command.served_on, "ORDER_IN_FUTURE", "送达日期")
    return [GuidanceOrdered(**command.model_dump(), notice=_NOTICES[command.order])]


def _ask_for_assessment(
    state: GuardianshipCase, command: AskForAssessment, given: Given
) -> list[Event]:
    """Once a case; a placed child is assessed before it goes home anyway."""
    enough = state.admonitions >= given.rules.thresholds.admonitions_before_assessment
    if not enough or state.assessment_asked or state.placed:
        return []
    return [AssessmentNeeded(child_ref=command.child_ref)]


ASSESSING = ADMONISHING | {Seat.CIVIL_AFFAIRS}
"""Who may assess (沪未保 78: 民政、公安、法院、检察院)."""

_ON_RETURN = (Conclusion.CAN_RETURN, Conclusion.CANNOT_RETURN)


def _assess(state: GuardianshipCase, command: RecordAssessment, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in ASSESSING:
        raise Refused(
            "ASSESSMENT_NOT_YOURS", "监护能力评估由民政、公安、法院或检察院开展，请移交民政局。"
        )
    given.not_in_future(command.assessed_on, "ASSESSMENT_IN_FUTURE", "评估日期")
    if command.conclusion in _ON_RETURN:
        # Said of the seat before anything is said of the child.
        _civil_affairs_only(given, "RETURN_ASSESSMENT_NOT_YOURS", "回归家庭的评估结论")
        if not state.placed and not (given.correction and state.placements):
            raise Refused(
                "ASSESSMENT_NOT_PLACED", "该儿童不在临时监护中，不能评估能否回归家庭，请核对。"
            )
    decides = _decides_return(state, command, given)
    return [
        AssessmentRecorded(
            **command.model_dump(),
            decides_return=decides,
            follow_up_until=_follow_up(state, command.conclusion, given) if decides else None,
        )
    ]


def _decides_return(state: GuardianshipCase, command: RecordAssessment, given: Given) -> bool:
    """The newest assessment of a child in care does, whoever made it: after one that says that it
    must be placed nobody goes home before it is assessed anew. An older one, sent late or with
    other words, does not."""
    corrected = given.correction and state.state is GuardianshipState.RETURNED_FOLLOWUP
    newest = state.assessed_on is None or command.assessed_on >= state.assessed_on
    return (state.placed or corrected) and newest


def _follow_up(state: GuardianshipCase, conclusion: Conclusion, given: Given) -> date | None:
    if conclusion is not Conclusion.CAN_RETURN:
        return None
    if given.correction and state.follow_up_until is not None:
        return state.follow_up_until
    until: date = given.rules.last_day(given.rules.clocks["follow_up"].within, given.today)
    return until


def _civil_affairs_only(given: Given, code: str, what: str) -> None:
    if seat_of(given.actor.organisation) is not Seat.CIVIL_AFFAIRS:
        raise Refused(code, f"{what}只由民政局登记，请移交民政局。")


def _place(state: GuardianshipCase, command: PlaceChild, given: Given) -> list[Event]:
    """From any rung, and where there was none: danger waits for no ladder."""
    _civil_affairs_only(given, "PLACEMENT_NOT_YOURS", "临时监护安置")
    given.not_in_future(command.placed_on, "PLACEMENT_IN_FUTURE", "安置日期")
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


def _conclude_search(
    state: GuardianshipCase, command: RecordSearchResult, given: Given
) -> list[Event]:
    if seat_of(given.actor.organisation) not in POLICE_SEATS or not state.placements:
        raise Refused("SEARCH_NOT_YOURS", "没有可由本单位登记查找结果的事项，请核对儿童信息。")
    given.not_in_future(command.concluded_on, "SEARCH_IN_FUTURE", "结果日期")
    return [ParentSearchConcluded(**command.model_dump(), placement=state.placements)]


def _return_home(state: GuardianshipCase, command: ReturnChildHome, given: Given) -> list[Event]:
    _civil_affairs_only(given, "RETURN_NOT_YOURS", "送回")
    given.not_in_future(command.returned_on, "HOME_IN_FUTURE", "送回日期")
    if given.correction and state.placed:
        raise Refused(
            "RETURN_OVER", "该次送回之后儿童已再次安置，不能再更正；再次送回请按新的日期登记。"
        )
    corrected = given.correction and state.placements
    if not state.placed and not corrected:
        raise Refused("RETURN_NOT_PLACED", "该儿童不在临时监护中，不能登记送回，请核对儿童信息。")
    if state.follow_up_until is None:
        raise Refused(
            "RETURN_NOT_ASSESSED", "尚无“可以回归家庭”的评估结论，不能送回；请先登记评估。"
        )
    if state.care is not None and command.returned_on < state.care.placed_on:
        raise Refused("RETURN_BEFORE_PLACEMENT", "送回日期早于安置日期，请核对日期。")
    child = given.child
    return [
        ChildReturnedHome(
            **command.model_dump(),
            placement=state.placements,
            stays=state.stays,
            town=child.town if child is not None else None,
            village=child.village if child is not None else None,
            police_station=child.police_station if child is not None else None,
        )
    ]


def _close(state: GuardianshipCase, command: CloseGuardianshipCase, given: Given) -> list[Event]:
    civil_affairs = seat_of(given.actor.organisation) is Seat.CIVIL_AFFAIRS
    # Who placed the child answers for it until the end. A corrected reason is that of the case
    # that it closed, and closes no other.
    closing = state.state is GuardianshipState.CLOSED if given.correction else state.open
    if not closing or (state.placements and not civil_affairs):
        raise Refused("GUARDIANSHIP_NOT_OPEN", "没有可由本单位结案的监护个案，请核对儿童信息。")
    closed = GuardianshipCaseClosed(**command.model_dump())
    if state.placed:
        ended = PlacementEnded(
            child_ref=command.child_ref, placement=state.placements, stays=state.stays
        )
        return [ended, closed]
    return [closed]


def state_after(
    state: GuardianshipState, topic: str, facts: Mapping[str, Any]
) -> GuardianshipState:
    """The rung that an event leads to, by its topic and clear facts: for the fold here and for
    every view. A lower rung stated later is no step down, and what is corrected in a closed case
    leaves it closed."""
    reached = _reached(topic, facts)
    if reached is None or state is GuardianshipState.CLOSED:
        return state
    if reached in _WHEREVER_IT_STOOD:
        return reached
    return reached if _RANK[reached] >= _RANK[state] else state


def _reached(topic: str, facts: Mapping[str, Any]) -> GuardianshipState | None:
    if topic == AdmonitionRecorded.TOPIC and facts.get("guidance_ordered"):
        return GuardianshipState.GUIDANCE_ORDERED
    if topic == AssessmentRecorded.TOPIC:
        return _STATE_OF_CONCLUSION.get(facts.get("conclusion", ""))
    if topic == ChildPlaced.TOPIC and not facts.get("current"):
        return None
    return _STATE_OF_TOPIC.get(topic)


_STATE_OF_TOPIC = {
    DissuasionRecorded.TOPIC: GuardianshipState.DISSUADED,
    PoliceInformed.TOPIC: GuardianshipState.POLICE_REPORTED,
    AdmonitionRecorded.TOPIC: GuardianshipState.ADMONISHED,
    GuidanceOrdered.TOPIC: GuardianshipState.GUIDANCE_ORDERED,
    AssessmentNeeded.TOPIC: GuardianshipState.ASSESSING,
    ChildPlaced.TOPIC: GuardianshipState.TEMP_GUARDIANSHIP,
    ChildReturnedHome.TOPIC: GuardianshipState.RETURNED_FOLLOWUP,
    GuardianshipCaseClosed.TOPIC: GuardianshipState.CLOSED,
}

_STATE_OF_CONCLUSION = {
    Conclusion.HOME_SUPPORT: GuardianshipState.HOME_SUPPORT,
    Conclusion.PLACE: GuardianshipState.ASSESSING,
}
"""A child to be placed is assessed until it is; whether it can go home changes no rung."""

_WHEREVER_IT_STOOD = (
    GuardianshipState.TEMP_GUARDIANSHIP,
    GuardianshipState.RETURNED_FOLLOWUP,
    GuardianshipState.CLOSED,
)

# A later assessment takes the place of an earlier one.
_RANK = {state: rank for rank, state in enumerate(GuardianshipState)} | {
    GuardianshipState.HOME_SUPPORT: list(GuardianshipState).index(GuardianshipState.ASSESSING)
}


def _moved(state: GuardianshipCase, event: Event) -> GuardianshipCase:
    return replace(state, state=state_after(state.state, event.TOPIC, vars(event)))


def _told_police(state: GuardianshipCase, event: PoliceInformed) -> GuardianshipCase:
    return replace(_moved(state, event), police_told=state.police_told | {event.dissuaded_on})


def _admonished(state: GuardianshipCase, event: AdmonitionRecorded) -> GuardianshipCase:
    moved = replace(_moved(state, event), admonitions=event.ordinal)
    return _served(moved, ADMONITION, event.served_on)


ADMONITION = "ADMONITION"
"""训诫, beside the kinds of guidance order, in what is in force (policies/erasure.toml)."""


def _ordered(state: GuardianshipCase, event: GuidanceOrdered) -> GuardianshipCase:
    return _served(_moved(state, event), event.order.value, event.served_on)


def _served(state: GuardianshipCase, kind: str, served_on: date) -> GuardianshipCase:
    newest = max(served_on, state.orders.get(kind, served_on))
    return replace(state, orders={**state.orders, kind: newest})


def _stands(state: GuardianshipCase, rules: Any) -> list[Standing]:
    """An open case, a child in care, and every order that is in force, whatever became of the
    case."""
    found = [Standing(Stands.IN_CARE)] if state.placed else []
    found += [Standing(Stands.OPEN_CASE)] if state.open else []
    for kind, served_on in state.orders.items():
        term = rules.erasure.orders.get(kind)
        # An order of whose end no rule tells is in force.
        until = rules.last_day(term, served_on) + timedelta(days=1) if term else None
        found.append(Standing(Stands.ORDER_IN_FORCE, until))
    return found


def _asked(state: GuardianshipCase, event: AssessmentNeeded) -> GuardianshipCase:
    return replace(_moved(state, event), assessment_asked=True)


def _assessed(state: GuardianshipCase, event: AssessmentRecorded) -> GuardianshipCase:
    moved = _moved(state, event)
    if not event.decides_return:
        return moved
    return replace(moved, follow_up_until=event.follow_up_until, assessed_on=event.assessed_on)


def _placed(state: GuardianshipCase, event: ChildPlaced) -> GuardianshipCase:
    """What was assessed before this placement says nothing about a return from it."""
    if not event.current:
        return state
    return replace(
        _moved(state, event),
        placements=event.placement,
        stays=event.stays,
        # The sealed fields are nobody's to decide by.
        care=event.model_copy(update=dict.fromkeys(event.SENSITIVE)),
        follow_up_until=None if event.begins else state.follow_up_until,
        assessed_on=None if event.begins else state.assessed_on,
    )


def _locate(command: Any, load: Callable[[UUID], GuardianshipCase]) -> UUID:
    """The child's open case, else the next one. A correction is of the case that it corrects."""
    occurrence = 1
    while load(guardianship_case_id(command.child_ref, occurrence)).state is (
        GuardianshipState.CLOSED
    ):
        occurrence += 1
    return guardianship_case_id(command.child_ref, occurrence)


GUARDIANSHIP_CASE: Stream[GuardianshipCase] = Stream(
    name="guardianship",
    initial=GuardianshipCase(),
    decide={
        RecordDissuasion: _dissuade,
        ReportToPolice: _report_to_police,
        RecordAdmonition: _admonish,
        OrderGuidance: _order_guidance,
        AskForAssessment: _ask_for_assessment,
        RecordAssessment: _assess,
        PlaceChild: _place,
        RecordSearchResult: _conclude_search,
        ReturnChildHome: _return_home,
        CloseGuardianshipCase: _close,
    },
    evolve={
        DissuasionRecorded: _moved,
        PoliceInformed: _told_police,
        AdmonitionRecorded: _admonished,
        GuidanceOrdered: _ordered,
        AssessmentNeeded: _asked,
        AssessmentRecorded: _assessed,
        ChildPlaced: _placed,
        ParentSearchConcluded: _moved,
        ChildReturnedHome: _moved,
        PlacementEnded: _moved,
        GuardianshipCaseClosed: _moved,
    },
    locate=_locate,
    title="监护个案",
    states={
        GuardianshipState.NONE: "未立个案",
        GuardianshipState.DISSUADED: "已劝诫",
        GuardianshipState.POLICE_REPORTED: "已报告公安",
        GuardianshipState.ADMONISHED: "已训诫",
        GuardianshipState.GUIDANCE_ORDERED: "已责令家庭教育指导",
        GuardianshipState.ASSESSING: "监护能力评估中",
        GuardianshipState.HOME_SUPPORT: "在家监护支持",
        GuardianshipState.TEMP_GUARDIANSHIP: "临时监护",
        GuardianshipState.RETURNED_FOLLOWUP: "送回随访",
        GuardianshipState.CLOSED: "结案",
    },
    codes={
        "conduct": GUARDIAN_CONDUCT,
        "order": GUIDANCE_ORDER,
        "conclusion": ASSESSMENT_CONCLUSION,
        "care": PLACEMENT_CARE,
        "situation": PLACEMENT_SITUATION,
    },
    case=lambda state, topic, facts: state_after(
        GuardianshipState(state or GuardianshipState.NONE), topic, facts
    ),
    stands=_stands,
)
