"""The child file (一人一档): thin on purpose.

Identity sealed in two parts (who, contact), tier and classification, and the organisations
responsible for the child, as clear codes with from and until. Enrolment (就读) comes from
education's roll, residence (居住) from town or police: stating a record never creates rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from domain.aid_codes import AID_SCHEME
from domain.aid_rules import possible_schemes
from domain.code_sets import CHILD_CATEGORY, SEX, CodeSet
from domain.enrolment import (
    NOT_ON_ROLL,
    ConfirmEnrolment,
    EndEnrolment,
    EnrolmentConfirmed,
    EnrolmentEnded,
    Leaving,
    LeavingNoted,
    NotOnRollStated,
    StateNotOnRoll,
    confirm_enrolment,
    end_enrolment,
    entry_by,
    state_not_on_roll,
)
from domain.guardianship_codes import Care
from domain.identity import Contact
from domain.kernel import (
    Category,
    Command,
    Erased,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
)
from domain.leaving import DistrictLeft, LeaveDistrict, leave
from domain.merged_file import (
    FileMerged,
    FileUnmerged,
    FollowPlace,
    Joins,
    MergeFile,
    Place,
    ResidenceWithdrawn,
    Taken,
    UnmergeFile,
)
from domain.organisations import HUB, POLICE_SEATS, Seat, seat_of
from domain.standing import Standing, Stands
from domain.suspicion import NoteSuspicion, Suspicion, SuspicionNoted

C = TypeVar("C", bound=Command)

Who = Annotated[Text, Sensitive(Category.WHO)]
Classification = Annotated[Text, Sensitive(Category.CLASSIFICATION)]


class Tier(StrEnum):
    """走访类别: the cadence of contact and home visits (plan 二3; domain reference §5)."""

    BASE = "BASE"
    ENHANCED = "ENHANCED"


VISIT_TIER = CodeSet("VISIT_TIER", "走访类别", {Tier.BASE: "普通", Tier.ENHANCED: "加强"})

TIER_GROUND = CodeSet(
    "TIER_GROUND",
    "加强走访依据",
    {
        "PARENT_DISABLED": "父母一方或双方严重身体或智力残疾",
        "CHILD_DISABLED": "儿童身体或智力残疾",
        "CHILD_CONCERN": "儿童心理或行为异常",
    },
    {
        "父母残疾": "PARENT_DISABLED",
        "父母重残": "PARENT_DISABLED",
        "父母严重残疾": "PARENT_DISABLED",
        "儿童残疾": "CHILD_DISABLED",
        "心理异常": "CHILD_CONCERN",
        "行为异常": "CHILD_CONCERN",
        "心理行为异常": "CHILD_CONCERN",
        "心理或行为异常": "CHILD_CONCERN",
    },
)
"""加强走访依据: the plan's three grounds (二3, P20). The tier follows from them and is nobody's
to choose."""


class StateIdentity(Command):
    """State who the child is, as this organisation knows it.

    The first statement of all opens the file; so a record about a child that nobody named before
    looks like any other, and tells its sender nothing. Later an organisation that names a child
    outside its jurisdiction sees again what it stated itself, and nothing that others stated.
    """

    child_ref: UUID
    name: str
    birth_date: date | None
    id_number: str | None
    sex: str | None
    guardian_name: str | None = None
    stated_village: str | None = None
    possible_duplicates: tuple[UUID, ...] = ()
    apart: bool = False
    """It comes with a record that may be sealed, and goes with it: each such record states the
    child, and the organisation's next other one as if it had not been."""


class StateContact(Command):
    """State how the family is reached."""

    STATES: ClassVar[Category | None] = Category.CONTACT
    child_ref: UUID
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None
    address: str | None = None


class ConfirmResidence(Command):
    """Town or police confirm where the child lives; the beat's station is named by the door."""

    STATES: ClassVar[Category | None] = Category.CONTACT
    child_ref: UUID
    town: str
    village: str
    police_station: str | None
    address: str | None
    since: date


class ClassifyChild(Command):
    """Record categories of the child (domain reference §1.1) and grounds of a closer watch, each
    with start, end, basis and certifier.

    ``entry`` tells one classification from another: stated again it is replaced, and with an
    ``until`` it is over. None is the town register's word, replaced as a whole.
    """

    STATES: ClassVar[Category | None] = Category.CLASSIFICATION
    EACH_FILE: ClassVar[bool] = True
    child_ref: UUID
    entry: UUID | None = None
    categories: tuple[str, ...]
    grounds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    basis: str | None = None
    certifier: str | None = None


class SetTierTrigger(Command):
    """Something outside the classification raises the tier (a health finding), or no longer does;
    asked by the hub together with it. ``trigger`` is a pseudonym of what it is."""

    child_ref: UUID
    trigger: UUID
    active: bool


class ListForFollowUp(Command):
    """Put the child on the follow-up list (重点关注对象, plan 二2 P15) until a day."""

    child_ref: UUID
    until: date


class EndFollowUp(Command):
    """Take the child off the follow-up list."""

    EACH_FILE: ClassVar[bool] = True

    child_ref: UUID


class NotePlacement(Command):
    """How the child is cared for away from home (临时监护安置); None: no longer. Asked by the hub
    for each of the child's files, as its visits follow from it."""

    EACH_FILE: ClassVar[bool] = True

    child_ref: UUID
    care: Care | None


class LinkReport(Command):
    """A mandatory report was found to concern this child; asked by the hub with the finding."""

    child_ref: UUID
    report_id: UUID


class CloseFile(Command):
    """The file's erasure is approved: asked by the hub, in the append of the approval."""

    child_ref: UUID


class ReportLinked(Event):
    TOPIC: ClassVar[str] = "child_file.report_linked.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "强制报告归入一人一档"
    child_ref: UUID
    report_id: UUID


class IdentityStated(Event):
    TOPIC: ClassVar[str] = "child_file.identity_stated.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "登记身份信息"
    child_ref: UUID
    stated_by: str
    stated_village: str | None
    birth_month: str | None
    has_id_number: bool
    possible_duplicates: tuple[UUID, ...] = ()
    apart: bool = False
    name: Who
    birth_date: Who
    id_number: Who
    sex: Who
    guardian_name: Contact


class ContactStated(Event):
    TOPIC: ClassVar[str] = "child_file.contact_stated.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "登记家庭联系方式"
    child_ref: UUID
    guardian_name: Contact
    guardian_phone: Contact
    guardian_relation: Contact
    address: Contact


class ResidenceConfirmed(Event):
    TOPIC: ClassVar[str] = "child_file.residence_confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "居住地确认"
    child_ref: UUID
    town: str
    village: str
    police_station: str | None
    since: date
    enrol_by: datetime | None = None
    """By when the child has to be on a school's roll; None where it is on one, or need not."""
    address: Contact


class ChildClassified(Event):
    """``tier`` is the child's with this classification. Version 1 held only the tier, chosen by
    an office, and the categories, as the whole of what the child is."""

    TOPIC: ClassVar[str] = "child_file.classified.v2"
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "儿童类别登记"
    child_ref: UUID
    entry: UUID | None
    in_scope: bool
    raises_tier: bool
    refreshed: bool = False
    tier: str
    since: date | None
    until: date | None
    may_qualify: bool = False
    """Somebody should look whether the child may be aided (policies/benefits.toml)."""
    home_village: str | None = None
    categories: Classification
    grounds: Classification
    basis: Classification
    certifier: Classification
    possible_aid: Annotated[Text, Sensitive(Category.MEANS)] = None
    """By which schemes that may be: possible, and nobody's decision."""


class TierComputed(Event):
    TOPIC: ClassVar[str] = "child_file.tier_computed.v1"
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "走访类别核定"
    child_ref: UUID
    tier: str
    trigger: UUID
    active: bool


class FollowUpListed(Event):
    TOPIC: ClassVar[str] = "child_file.follow_up_listed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "列入重点关注对象"
    child_ref: UUID
    until: date


class FollowUpEnded(Event):
    TOPIC: ClassVar[str] = "child_file.follow_up_ended.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "移出重点关注对象"
    child_ref: UUID


class PlacementNoted(Event):
    TOPIC: ClassVar[str] = "child_file.placed.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "离家安置"
    child_ref: UUID
    care: Care


class HomeAgainNoted(Event):
    TOPIC: ClassVar[str] = "child_file.home_again.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "安置结束"
    child_ref: UUID


class ChildErased(Event):
    """The fence: nothing of the child is recorded after it, and nothing before it is shown."""

    TOPIC: ClassVar[str] = "child_file.erased.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "依法删除"
    SURVIVES: ClassVar[bool] = True
    child_ref: UUID


@dataclass(frozen=True, slots=True)
class Classes:
    """One classification in force: whether it puts the child in scope, and raises the tier; and
    whether what is known of the child is refreshed from one verification to the next."""

    in_scope: bool
    raises_tier: bool
    refreshed: bool = False


@dataclass(frozen=True, slots=True)
class ChildFile:
    """Folded state: clear facts only. ``erased``: there was a file, and nothing of it is left."""

    opened: bool = False
    erased: bool = False
    birth_month: str | None = None
    school: str | None = None
    school_left: str | None = None
    """The last school whose roll it left, where it is on none since."""
    leaving: Leaving | None = None
    """It leaves its school, and no other has taken it over."""
    awaited: bool = False
    """It is of school age, or will be, and somebody waits for it to be on a roll."""
    elsewhere: bool = False
    """It is rightly on no roll of the district's."""
    town: str | None = None
    village: str | None = None
    police_station: str | None = None
    villages_left: Mapping[str, date] = field(default_factory=dict)
    """Villages where the child lived before, and from which day on elsewhere."""
    classes: Mapping[UUID | None, Classes] = field(default_factory=dict)
    triggers: frozenset[UUID] = frozenset()
    follow_up_until: date | None = None
    care: Care | None = None
    """How it is cared for away from home, while it is."""
    identity_stated_by: frozenset[str] = frozenset()
    reports: frozenset[UUID] = frozenset()
    suspicions: Mapping[UUID, Suspicion] = field(default_factory=dict)
    """What each report, or record, says of who is suspected, as long as it says anything."""
    joins: Joins = field(default_factory=Joins)

    @property
    def place(self) -> Place:
        """Whose the child is, by school and residence."""
        return Place(self.school, self.town, self.village, self.police_station)

    @property
    def merged_into(self) -> UUID | None:
        """The file that goes on in the place of this one (档案合并), or None."""
        found = (other for other, one in self.joins.by_other.items() if one.survivor == other)
        return next(found, None)

    @property
    def absorbed(self) -> tuple[UUID, ...]:
        """The files that this one goes on for, in the order in which they were joined to it."""
        return tuple(o for o, one in self.joins.by_other.items() if one.survivor != o)

    @property
    def tier(self) -> Tier:
        """加强 while anything raises it (plan 二3 P20), computed and never chosen."""
        raised = bool(self.triggers) or any(each.raises_tier for each in self.classes.values())
        return Tier.ENHANCED if raised else Tier.BASE

    @property
    def in_scope(self) -> bool:
        """Whether the child is one of those whom the plan is for: left behind or in difficulty."""
        return any(each.in_scope for each in self.classes.values())

    @property
    def refreshed(self) -> bool:
        """Whether what is known of the child is looked at anew half-yearly (流动儿童)."""
        return any(each.refreshed for each in self.classes.values())

    @property
    def followed_up(self) -> bool:
        """On the follow-up list (重点关注对象)."""
        return self.follow_up_until is not None

    @property
    def guardian_is_suspect(self) -> bool:
        """Whether a guardian is the suspect, by anything that stands."""
        return any(each.guardian for each in self.suspicions.values())

    @property
    def conflicted(self) -> frozenset[str]:
        """Organisations in which the suspect works, or to which related (利害关系单位)."""
        return frozenset[str]().union(*(each.conflicted for each in self.suspicions.values()))

    @property
    def responsible(self) -> frozenset[str]:
        """Organisations responsible now, from which standing scopes are derived."""
        named = [self.school, self.police_station]
        if self.town:
            named.append(f"{Seat.TOWN.value}:{self.town}")
        if self.village:
            named.append(f"{Seat.VILLAGE.value}:{self.village}")
        return frozenset(organisation for organisation in named if organisation)


def files_of(child_ref: UUID, load: Callable[[UUID], ChildFile]) -> tuple[UUID, ...]:
    """All files of a child (档案合并), the one that goes on first; mostly its own alone."""
    goes_on = load(child_ref).merged_into or child_ref
    return goes_on, *load(goes_on).absorbed


def _unless_erased(
    decide: Callable[[ChildFile, C, Given], list[Event]],
) -> Callable[[ChildFile, C, Given], list[Event]]:
    """The decision, refused for a file that was erased."""

    def decided(state: ChildFile, command: C, given: Given) -> list[Event]:
        if state.erased:
            raise Erased
        return decide(state, command, given)

    return decided


def _state_identity(state: ChildFile, command: StateIdentity, given: Given) -> list[Event]:
    if given.actor.organisation in state.identity_stated_by and not command.apart:
        return []
    born = command.birth_date
    return [
        IdentityStated(
            child_ref=command.child_ref,
            stated_by=given.actor.organisation,
            stated_village=command.stated_village,
            birth_month=born.strftime("%Y-%m") if born else None,
            has_id_number=command.id_number is not None,
            possible_duplicates=command.possible_duplicates,
            apart=command.apart,
            name=command.name,
            birth_date=born.isoformat() if born else None,
            id_number=command.id_number,
            sex=command.sex,
            guardian_name=command.guardian_name,
        )
    ]


def _state_contact(state: ChildFile, command: StateContact, given: Given) -> list[Event]:
    return [ContactStated(**command.model_dump())]


def _confirm_residence(state: ChildFile, command: ConfirmResidence, given: Given) -> list[Event]:
    actor = given.actor.organisation
    seat = seat_of(actor)
    if not command.village.startswith(command.town):
        raise Refused("VILLAGE_NOT_IN_TOWN", "所填村居不在所填街镇，请核对居住村居。")
    if seat is Seat.TOWN:
        if actor != f"town:{command.town}":
            raise Refused("RESIDENCE_OTHER_TOWN", "只能确认本街镇的居住地，请由居住地街镇登记。")
    elif seat not in (Seat.POLICE, Seat.POLICE_STATION):
        raise Refused("RESIDENCE_NOT_TOWN_OR_POLICE", "居住地只由街镇或公安确认。")
    asked = state.elsewhere or (state.awaited and state.town == command.town)
    enrol_by = None if asked else entry_by(state, given)
    return [ResidenceConfirmed(**command.model_dump(), enrol_by=enrol_by)]


def _classify(state: ChildFile, command: ClassifyChild, given: Given) -> list[Event]:
    if command.until is not None and command.since is not None and command.until < command.since:
        raise Refused("CLASSIFIED_BACKWARDS", "类别终止日期早于起始日期，请核对日期后重报。")
    in_scope = bool(given.rules.visits.in_scope & set(command.categories))
    raises_tier = bool(command.grounds)
    refreshed = bool(given.rules.visits.refreshed & set(command.categories))
    over = command.until is not None
    possible = () if over else possible_schemes(given.rules.benefits, command.categories)
    classified = ChildClassified(
        child_ref=command.child_ref,
        entry=command.entry,
        in_scope=in_scope,
        raises_tier=raises_tier,
        refreshed=refreshed,
        tier=Tier.BASE,
        since=command.since,
        until=command.until,
        may_qualify=bool(possible),
        home_village=state.village if possible else None,
        categories=",".join(command.categories),
        grounds=",".join(command.grounds) or None,
        basis=command.basis,
        certifier=command.certifier,
        possible_aid=",".join(possible) or None,
    )
    return [classified.model_copy(update={"tier": _classified(state, classified).tier.value})]


def _set_trigger(state: ChildFile, command: SetTierTrigger, given: Given) -> list[Event]:
    if (command.trigger in state.triggers) == command.active:
        return []
    set_ = TierComputed(**command.model_dump(), tier=Tier.BASE)
    return [set_.model_copy(update={"tier": _trigger_set(state, set_).tier.value})]


def _list_for_follow_up(state: ChildFile, command: ListForFollowUp, given: Given) -> list[Event]:
    if state.follow_up_until == command.until:
        return []
    return [FollowUpListed(**command.model_dump())]


def _end_follow_up(state: ChildFile, command: EndFollowUp, given: Given) -> list[Event]:
    return [FollowUpEnded(child_ref=command.child_ref)] if state.followed_up else []


def _note_placement(state: ChildFile, command: NotePlacement, given: Given) -> list[Event]:
    _by_hub(given)
    if state.erased or state.care == command.care:
        return []
    return [_placed(command.child_ref, command.care)]


def _placed(child_ref: UUID, care: Care | None) -> Event:
    if care is None:
        return HomeAgainNoted(child_ref=child_ref)
    return PlacementNoted(child_ref=child_ref, care=care)


def _close_file(state: ChildFile, command: CloseFile, given: Given) -> list[Event]:
    return [] if state.erased else [ChildErased(child_ref=command.child_ref)]


def _link_report(state: ChildFile, command: LinkReport, given: Given) -> list[Event]:
    if state.erased or command.report_id in state.reports:
        # A report is taken whatever became of the file that it names.
        return []
    return [ReportLinked(**command.model_dump())]


def _note_suspicion(state: ChildFile, command: NoteSuspicion, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if actor != HUB and seat_of(actor) not in POLICE_SEATS:
        raise Refused("SUSPICION_NOT_POLICE", "涉嫌情况由公安机关登记；发现疑似侵害请强制报告。")
    now = Suspicion(command.guardian_is_suspect, frozenset(command.conflicted_organisations))
    if state.erased or state.suspicions.get(command.source, Suspicion()) == now:
        return []
    return [_noted(command.child_ref, command.source, now)]


def _noted(child_ref: UUID, source: UUID, now: Suspicion) -> SuspicionNoted:
    return SuspicionNoted(
        child_ref=child_ref,
        source=source,
        guardian_is_suspect=now.guardian,
        conflicted_organisations=tuple(sorted(now.conflicted)),
    )


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("MERGE_NOT_DECIDED", "档案合并和撤销由系统按民政局的认定办理。")


def _merge(state: ChildFile, command: MergeFile, given: Given) -> list[Event]:
    """The one that goes on keeps its place and takes of the other what it has none of; the other
    one takes whatever the first has."""
    _by_hub(given)
    other: ChildFile = given.child
    goes_on = command.survivor == command.child_ref
    pair = (command.child_ref, command.other)
    named = command.survivor in pair and pair[0] != pair[1]
    if not (named and state.opened and other.opened):
        raise Refused("MERGE_NO_FILE", "其中一份档案不存在，请刷新后再办。")
    if state.merged_into is not None or (state.absorbed and not goes_on):
        raise Refused(
            "MERGED_ALREADY",
            "其中一份档案已与别的档案合并。请对合并后保留的档案办理，或先撤销原来的合并。",
        )
    theirs = other.place
    target = Place(
        theirs.school if theirs.school and not (goes_on and state.school) else state.school,
        *(theirs if theirs.village and not (goes_on and state.village) else state.place).residence,
    )
    takes = [Taken.SCHOOL] if target.school != state.school else []
    takes += [Taken.RESIDENCE] if target.residence != state.place.residence else []
    takes_care = other.care is not None and state.care is None
    merged = FileMerged(**command.model_dump(), takes=tuple(takes), takes_care=takes_care or None)
    # Who is suspected is suspected in every file of the child.
    theirs_too: list[Event] = [
        _noted(command.child_ref, source, each)
        for source, each in other.suspicions.items()
        if source not in state.suspicions
    ]
    if takes_care:
        theirs_too.append(_placed(command.child_ref, other.care))
    return [merged, *theirs_too, *_moved_to(state, target, command.child_ref, given)]


def _unmerge(state: ChildFile, command: UnmergeFile, given: Given) -> list[Event]:
    """What a file took of the other one it gives back; the one that went on keeps what somebody
    stated since."""
    _by_hub(given)
    joined = state.joins.by_other.get(command.other)
    if joined is None or state.erased:
        return []
    absorbed = joined.survivor == command.other
    before = joined.before
    back = Place(
        before.school if absorbed or Taken.SCHOOL in joined.taken else state.school,
        *(before if absorbed or Taken.RESIDENCE in joined.taken else state.place).residence,
    )
    # Whoever waited before, its former school or its town: it is on no roll now.
    awaited = back.school is None and back.village is not None
    enrol_by = entry_by(replace(state, school=None), given) if awaited else None
    unmerged = FileUnmerged(
        **command.model_dump(),
        enrol_by=enrol_by,
        home_village=back.village if enrol_by is not None else None,
    )
    # What a report on the other child says is of that child again; whatever else was said of the
    # two while they were one stands for both, until it is taken back.
    theirs: frozenset[UUID] = given.child.reports if given.child is not None else frozenset()
    others = [
        _noted(command.child_ref, source, Suspicion())
        for source in state.suspicions
        if source in theirs - state.reports
    ]
    # That the other child is in an institution is no more this one's: it is visited again.
    home = [HomeAgainNoted(child_ref=command.child_ref)] if joined.care else []
    return [unmerged, *others, *home, *_moved_to(state, back, command.child_ref, given)]


def _follow_place(state: ChildFile, command: FollowPlace, given: Given) -> list[Event]:
    _by_hub(given)
    if state.merged_into != command.survivor or state.erased:
        return []
    file: ChildFile = given.child
    return _moved_to(state, file.place, command.child_ref, given)


def _moved_to(state: ChildFile, target: Place, child_ref: UUID, given: Given) -> list[Event]:
    """The events by which a file comes to name the school and residence of ``target``."""
    events: list[Event] = []
    since = given.today
    if target.school != state.school:
        if state.school:
            ended = EnrolmentEnded(
                child_ref=child_ref,
                school=state.school,
                until=since,
                reason=None,
            )
            events.append(ended)
        if target.school:
            events.append(
                EnrolmentConfirmed(
                    child_ref=child_ref,
                    school=target.school,
                    since=since,
                    student_number=None,
                    grade=None,
                )
            )
    if target.residence != state.place.residence:
        if target.town and target.village:
            events.append(
                ResidenceConfirmed(
                    child_ref=child_ref,
                    town=target.town,
                    village=target.village,
                    police_station=target.police_station,
                    since=since,
                    address=None,
                )
            )
        else:
            events.append(ResidenceWithdrawn(child_ref=child_ref))
    return events


def _report_linked(state: ChildFile, event: ReportLinked) -> ChildFile:
    return replace(state, reports=state.reports | {event.report_id})


def _suspicion_noted(state: ChildFile, event: SuspicionNoted) -> ChildFile:
    kept = {source: one for source, one in state.suspicions.items() if source != event.source}
    now = Suspicion(event.guardian_is_suspect, frozenset(event.conflicted_organisations))
    return replace(state, suspicions={**kept, event.source: now} if now else kept)


def _identity_stated(state: ChildFile, event: IdentityStated) -> ChildFile:
    if event.apart:
        # It may be sealed: nothing that is decided later may rest on it.
        return replace(state, opened=True)
    return replace(
        state,
        opened=True,
        birth_month=state.birth_month or event.birth_month,
        identity_stated_by=state.identity_stated_by | {event.stated_by},
    )


def _enrolled(state: ChildFile, event: EnrolmentConfirmed) -> ChildFile:
    joins = state.joins.stated(Taken.SCHOOL)
    return replace(
        state,
        school=event.school,
        school_left=None,
        leaving=None,
        # A school that a joined file brought may go again with it.
        awaited=state.awaited and not event.awaited,
        elsewhere=False,
        joins=joins,
    )


def _left(state: ChildFile, event: EnrolmentEnded) -> ChildFile:
    if state.school != event.school:
        return state
    joins = state.joins.ended(Taken.SCHOOL)
    return replace(
        state,
        school=None,
        school_left=event.school,
        leaving=None,
        elsewhere=event.settled,
        joins=joins,
    )


def _leaves(state: ChildFile, event: LeavingNoted) -> ChildFile:
    if state.school != event.school:
        return state
    return replace(state, leaving=Leaving(event.school, event.until))


def _not_on_roll(state: ChildFile, event: NotOnRollStated) -> ChildFile:
    return replace(state, elsewhere=True, awaited=event.asked_again_at is not None)


def _resides(state: ChildFile, event: ResidenceConfirmed) -> ChildFile:
    left = dict(state.villages_left)
    if state.village and state.village != event.village:
        left[state.village] = event.since
    return replace(
        state,
        town=event.town,
        village=event.village,
        police_station=event.police_station,
        villages_left=left,
        awaited=state.awaited or event.enrol_by is not None,
        joins=state.joins.stated(Taken.RESIDENCE),
    )


def _resides_nowhere(state: ChildFile, event: ResidenceWithdrawn) -> ChildFile:
    return replace(state, town=None, village=None, police_station=None)


def _left_district(state: ChildFile, event: DistrictLeft) -> ChildFile:
    left = dict(state.villages_left)
    if state.village:
        left[state.village] = event.since
    return replace(
        state,
        town=None,
        village=None,
        police_station=None,
        villages_left=left,
        awaited=False,
        joins=state.joins.ended(Taken.RESIDENCE),
    )


def _merged(state: ChildFile, event: FileMerged) -> ChildFile:
    return replace(state, joins=state.joins.merged(event, state.place))


def _unmerged(state: ChildFile, event: FileUnmerged) -> ChildFile:
    return replace(state, joins=state.joins.unmerged(event))


def _classified(state: ChildFile, event: ChildClassified) -> ChildFile:
    """What is over was said with its end: a day that has come (intake takes no other)."""
    classes = {entry: one for entry, one in state.classes.items() if entry != event.entry}
    if event.until is None:
        classes[event.entry] = Classes(event.in_scope, event.raises_tier, event.refreshed)
    return replace(state, classes=classes)


def _trigger_set(state: ChildFile, event: TierComputed) -> ChildFile:
    changed = {event.trigger}
    triggers = state.triggers | changed if event.active else state.triggers - changed
    return replace(state, triggers=triggers)


def _stands(state: ChildFile, rules: Any) -> list[Standing]:
    """A child that was reported as a victim stays one; what is said on the follow-up list (请保密并
    多关心) holds until its day."""
    found = [Standing(Stands.VICTIM)] if state.reports else []
    if state.follow_up_until is not None:
        found.append(Standing(Stands.FOLLOW_UP, state.follow_up_until + timedelta(days=1)))
    return found


CHILD_FILE: Stream[ChildFile] = Stream(
    name="child_file",
    initial=ChildFile(),
    decide={
        LinkReport: _link_report,
        NoteSuspicion: _note_suspicion,
        CloseFile: _close_file,
        StateIdentity: _unless_erased(_state_identity),
        StateContact: _unless_erased(_state_contact),
        ConfirmEnrolment: _unless_erased(confirm_enrolment),
        EndEnrolment: _unless_erased(end_enrolment),
        StateNotOnRoll: _unless_erased(state_not_on_roll),
        ConfirmResidence: _unless_erased(_confirm_residence),
        LeaveDistrict: _unless_erased(leave),
        ClassifyChild: _unless_erased(_classify),
        SetTierTrigger: _unless_erased(_set_trigger),
        ListForFollowUp: _unless_erased(_list_for_follow_up),
        EndFollowUp: _unless_erased(_end_follow_up),
        NotePlacement: _note_placement,
        MergeFile: _unless_erased(_merge),
        UnmergeFile: _unmerge,
        FollowPlace: _follow_place,
    },
    evolve={
        IdentityStated: _identity_stated,
        ReportLinked: _report_linked,
        SuspicionNoted: _suspicion_noted,
        EnrolmentConfirmed: _enrolled,
        EnrolmentEnded: _left,
        LeavingNoted: _leaves,
        NotOnRollStated: _not_on_roll,
        ResidenceConfirmed: _resides,
        ResidenceWithdrawn: _resides_nowhere,
        DistrictLeft: _left_district,
        FileMerged: _merged,
        FileUnmerged: _unmerged,
        ChildClassified: _classified,
        TierComputed: _trigger_set,
        FollowUpListed: lambda state, event: replace(state, follow_up_until=event.until),
        FollowUpEnded: lambda state, event: replace(state, follow_up_until=None),
        PlacementNoted: lambda state, event: replace(
            state, care=event.care, joins=state.joins.placed()
        ),
        HomeAgainNoted: lambda state, event: replace(state, care=None, joins=state.joins.placed()),
        ChildErased: lambda state, event: ChildFile(erased=True),
    },
    locate=lambda command, load: command.child_ref,
    codes={
        "sex": SEX,
        "tier": VISIT_TIER,
        "categories": CHILD_CATEGORY,
        "grounds": TIER_GROUND,
        "possible_aid": AID_SCHEME,
        "reason_code": NOT_ON_ROLL,
    },
    stands=_stands,
)
