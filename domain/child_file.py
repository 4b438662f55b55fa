"""The child file (一人一档): thin on purpose.

Identity sealed in two parts (who, contact), tier and classification, and the organisations
responsible for the child, as clear codes with from and until. Enrolment (就读) comes from
education's roll, residence (居住) from town or police: stating a record never creates rights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CHILD_CATEGORY, SEX, CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of

Who = Annotated[Text, Sensitive(Category.WHO)]
Contact = Annotated[Text, Sensitive(Category.CONTACT)]
Classification = Annotated[Text, Sensitive(Category.CLASSIFICATION)]
Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]


VISIT_TIER = CodeSet(
    "VISIT_TIER",
    "走访类别",
    {"BASE": "普通", "ENHANCED": "加强"},
    {"否": "BASE", "一般": "BASE", "是": "ENHANCED", "重点": "ENHANCED"},
)
"""走访类别: cadence of contact and visits (plan 二3; domain reference §5)."""


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


class StateContact(Command):
    """State how the family is reached."""

    STATES: ClassVar[Category | None] = Category.CONTACT
    child_ref: UUID
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None
    address: str | None = None


class ConfirmEnrolment(Command):
    """Education's roll names the school (就读学校); only education confirms."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    school: str
    student_number: str | None
    grade: str
    since: date


class EndEnrolment(Command):
    """The child left the school for good (转出, 毕业)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    school: str
    until: date
    reason: str


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
    """Record the child's categories (domain reference §1.1) and visiting tier."""

    STATES: ClassVar[Category | None] = Category.CLASSIFICATION
    child_ref: UUID
    categories: str
    tier: str


class LinkReport(Command):
    """A mandatory report was found to concern this child; asked by the hub with the finding."""

    child_ref: UUID
    report_id: UUID


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


class EnrolmentConfirmed(Event):
    TOPIC: ClassVar[str] = "child_file.enrolment_confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学籍确认"
    child_ref: UUID
    school: str
    since: date
    student_number: Annotated[Text, Sensitive(Category.SCHOOLING)]
    grade: Schooling


class EnrolmentEnded(Event):
    TOPIC: ClassVar[str] = "child_file.enrolment_ended.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学籍转出或毕业"
    child_ref: UUID
    school: str
    until: date
    reason: Schooling


class ResidenceConfirmed(Event):
    TOPIC: ClassVar[str] = "child_file.residence_confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "居住地确认"
    child_ref: UUID
    town: str
    village: str
    police_station: str | None
    since: date
    address: Contact


class ChildClassified(Event):
    TOPIC: ClassVar[str] = "child_file.classified.v1"
    CATEGORY: ClassVar[Category] = Category.CLASSIFICATION
    TITLE: ClassVar[str] = "儿童类别登记"
    child_ref: UUID
    tier: str
    categories: Classification


@dataclass(frozen=True, slots=True)
class ChildFile:
    """Folded state: clear facts only."""

    opened: bool = False
    birth_month: str | None = None
    school: str | None = None
    town: str | None = None
    village: str | None = None
    police_station: str | None = None
    tier: str = "BASE"
    identity_stated_by: frozenset[str] = frozenset()
    reports: frozenset[UUID] = frozenset()

    @property
    def responsible(self) -> frozenset[str]:
        """Organisations responsible now, from which standing scopes are derived."""
        named = [self.school, self.police_station]
        if self.town:
            named.append(f"{Seat.TOWN.value}:{self.town}")
        if self.village:
            named.append(f"{Seat.VILLAGE.value}:{self.village}")
        return frozenset(organisation for organisation in named if organisation)


def _state_identity(state: ChildFile, command: StateIdentity, given: Given) -> list[Event]:
    if given.actor.organisation in state.identity_stated_by:
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
            name=command.name,
            birth_date=born.isoformat() if born else None,
            id_number=command.id_number,
            sex=command.sex,
            guardian_name=command.guardian_name,
        )
    ]


def _state_contact(state: ChildFile, command: StateContact, given: Given) -> list[Event]:
    return [ContactStated(**command.model_dump())]


def _confirm_enrolment(state: ChildFile, command: ConfirmEnrolment, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("ENROLMENT_NOT_EDUCATION", "学籍只由教育局的名册确认。")
    events: list[Event] = []
    if state.school and state.school != command.school:
        events.append(
            EnrolmentEnded(
                child_ref=command.child_ref,
                school=state.school,
                until=command.since,
                reason="转学",
            )
        )
    events.append(EnrolmentConfirmed(**command.model_dump()))
    return events


def _end_enrolment(state: ChildFile, command: EndEnrolment, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("ENROLMENT_NOT_EDUCATION", "学籍只由教育局的名册确认。")
    if state.school != command.school:
        raise Refused("ENROLMENT_OTHER_SCHOOL", "该学生当前学籍不在所填学校，请核对学校后重报。")
    return [EnrolmentEnded(**command.model_dump())]


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
    return [ResidenceConfirmed(**command.model_dump())]


def _classify(state: ChildFile, command: ClassifyChild, given: Given) -> list[Event]:
    return [ChildClassified(**command.model_dump())]


def _link_report(state: ChildFile, command: LinkReport, given: Given) -> list[Event]:
    if command.report_id in state.reports:
        return []
    return [ReportLinked(**command.model_dump())]


def _report_linked(state: ChildFile, event: ReportLinked) -> ChildFile:
    return replace(state, reports=state.reports | {event.report_id})


def _identity_stated(state: ChildFile, event: IdentityStated) -> ChildFile:
    return replace(
        state,
        opened=True,
        birth_month=state.birth_month or event.birth_month,
        identity_stated_by=state.identity_stated_by | {event.stated_by},
    )


def _enrolled(state: ChildFile, event: EnrolmentConfirmed) -> ChildFile:
    return replace(state, school=event.school)


def _left(state: ChildFile, event: EnrolmentEnded) -> ChildFile:
    return replace(state, school=None) if state.school == event.school else state


def _resides(state: ChildFile, event: ResidenceConfirmed) -> ChildFile:
    return replace(
        state, town=event.town, village=event.village, police_station=event.police_station
    )


def _classified(state: ChildFile, event: ChildClassified) -> ChildFile:
    return replace(state, tier=event.tier)


CHILD_FILE: Stream[ChildFile] = Stream(
    name="child_file",
    initial=ChildFile(),
    decide={
        StateIdentity: _state_identity,
        LinkReport: _link_report,
        StateContact: _state_contact,
        ConfirmEnrolment: _confirm_enrolment,
        EndEnrolment: _end_enrolment,
        ConfirmResidence: _confirm_residence,
        ClassifyChild: _classify,
    },
    evolve={
        IdentityStated: _identity_stated,
        ReportLinked: _report_linked,
        EnrolmentConfirmed: _enrolled,
        EnrolmentEnded: _left,
        ResidenceConfirmed: _resides,
        ChildClassified: _classified,
    },
    locate=lambda command, load: command.child_ref,
    codes={"sex": SEX, "tier": VISIT_TIER, "categories": CHILD_CATEGORY},
)
