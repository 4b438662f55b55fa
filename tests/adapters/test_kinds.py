"""Each agency's records: its sheet, what it states, what is refused and in which words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from adapters.intake.columns import EXAMPLE_MARK
from adapters.intake.intake import _texts
from adapters.intake.records import FaultyRecord, Places, Record, RecordKind
from adapters.intake.sheets import SheetError, read_sheet
from adapters.intake.templates import write_rows, write_template
from adapters.registry import ALL_KINDS
from domain.advice import IssueAdvice, ReplyToAdvice
from domain.benefit import EndBenefit, GrantBenefit, RefuseBenefit
from domain.child_file import ClassifyChild, ConfirmResidence
from domain.code_sets import CHILD_CATEGORY
from domain.concern import CloseConcern, RaiseConcern
from domain.conduct_measure import EndMeasure, TakeMeasure
from domain.delegated_care import AttestContact, EndDelegatedCare, RecordDelegatedCare
from domain.dropout_codes import (
    ABSENCE_REASON,
    LAWFUL_REASONS,
    PERSUASION_OUTCOME,
    REFUSED_OUTCOMES,
    STRIKE_OFF_PROOF,
    JointMeasure,
    StrikeOffProof,
)
from domain.dropout_events import (
    ApproveLawfulAbsence,
    CallMeasure,
    RecordPersuasion,
    RecordReturn,
    ReportAbsence,
    StrikeOff,
)
from domain.dropout_report import FileMonthlyReport, ReviewQuarter
from domain.enrolment import ConfirmEnrolment, EndEnrolment, StateNotOnRoll
from domain.faults import Fault
from domain.guardianship_care import (
    BeginEmergencyCare,
    DecideRevocation,
    EndEmergencyCare,
    NewGuardian,
    RestoreGuardianship,
    SeekRevocation,
)
from domain.guardianship_codes import (
    Care,
    Conclusion,
    Facility,
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    CloseGuardianshipCase,
    ExtendFollowUp,
    OrderGuidance,
    PlaceChild,
    RecordAdmonition,
    RecordAssessment,
    RecordDissuasion,
    RecordSearchResult,
    ReportToPolice,
    ReturnChildHome,
)
from domain.guidance import GuidanceResult, RecordSession, ReportGuidance
from domain.health import (
    RecordDisability,
    RecordHealthFollowUp,
    RuleOutDisability,
    SuspectDisability,
)
from domain.identifiers import id_check_character
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command
from domain.mandatory_report import AcceptMandatoryReport, NameReportedChild, StateSuspicion
from domain.organisations import Post, Seat
from domain.problem import RecheckProblem, StrikeOffProblem
from domain.programme import Activity, RecordViceHeadActivity
from domain.protection_order import (
    ApplyForProtection,
    EndProtection,
    ExtendProtection,
    IssueProtection,
    ProtectionEnd,
)
from domain.safe_contact import StateSafeContact
from domain.safety_instruction import IssueSafetyInstruction
from domain.service_plan_events import PlanVerdict, ReviewServicePlan, SetServicePlan
from domain.status_check import CheckCaseStatus
from domain.verification import Finding, VerifyChild
from domain.visit import RecordVisit, VisitForm
from domain.visit import visit_id as visit_of_phone
from domain.warning_visits import RecordWarningVisit

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2025, 4, 1)
CHILD = UUID(int=7)
CHECK = UUID(int=8)
RECORD = UUID(int=9)
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
ADVICE = UUID("f0000000-0000-4000-8000-000000000002")
VILLAGE, TOWN = "310117001001", "310117001"
SCHOOL = "school:3101170001"
STATION = "police_station:310117001000"
INSTITUTION = "welfare_institution:3101170001"
TOWN_STATION = f"town:{TOWN}"
BY_NAME = {kind.name: kind for kind in ALL_KINDS}
NAMES = sorted(BY_NAME)
# What is never refused has a specification of its own: test_mandatory_report.py.
NEVER_REFUSED = {kind.name for kind in ALL_KINDS if kind.never_refused}
RECORDS = sorted(set(NAMES) - NEVER_REFUSED)
# What an office records of itself and of reports names no child.
OF_A_CHILD = [name for name in RECORDS if "id_number" in BY_NAME[name].model.model_fields]
ID_NUMBER = "999999201503010016"


class FakePlaces:
    """One village, one school, one institution, one station; all else is unknown."""

    def village(self, text: str) -> tuple[str, str] | None:
        known = text in ("龙潭社区居委会", VILLAGE)
        return (VILLAGE, TOWN) if known else None

    def school(self, text: str) -> str | None:
        return SCHOOL if text in ("示例小学", "3101170001") else None

    def institution(self, text: str) -> str | None:
        return INSTITUTION if text == "示例儿童福利院" else None

    def organisation(self, text: str) -> str | None:
        return TOWN_STATION if text in ("岳阳街道未保站", TOWN_STATION) else None

    def police_station(self, town: str | None) -> str:
        return STATION if town == TOWN else "police:310117"

    def town_of(self, organisation: str) -> str | None:
        return TOWN if organisation in (TOWN_STATION, SCHOOL) else None


@dataclass
class FakeStatement:
    """Keeps what a record states."""

    actor: Actor
    known: bool = True
    today: date = TODAY
    record_id: UUID = RECORD
    defects: tuple[str, ...] = ()
    places: Places = field(default_factory=FakePlaces)
    opened: list[IdentityClaim] = field(default_factory=list)
    sought: list[IdentityClaim] = field(default_factory=list)
    commands: list[tuple[Command, date | None]] = field(default_factory=list)

    def child(self, claim: IdentityClaim) -> UUID:
        self.opened.append(claim)
        return CHILD

    def find(self, claim: IdentityClaim) -> UUID | None:
        self.sought.append(claim)
        return CHILD if self.known else None

    def execute(self, command: Command, *, occurred_on: date | None = None) -> None:
        self.commands.append((command, occurred_on))

    def new_id(self) -> UUID:
        return CHECK


def statement(kind: RecordKind[Any], *, known: bool = True) -> FakeStatement:
    code = "3101170001" if kind.seats[0] is Seat.SCHOOL else "310117"
    organisation = f"{kind.seats[0].value}:{code}"
    return FakeStatement(Actor(organisation, Post.HANDLER.value, "u1"), known)


def example(kind: RecordKind[Any]) -> dict[str, str]:
    """The example row of the kind's own template, by field."""
    return {column.field: column.example for column in kind.columns if column.example}


def without_number(kind: RecordKind[Any]) -> dict[str, str]:
    """The example row, for a child that has no ID number."""
    values = example(kind)
    if kind.name not in OF_A_CHILD:
        return values
    values.update(name="张三", guardian_name="张大", birth_date="2015-03-01")
    del values["id_number"]
    return values


def record(kind: RecordKind[Any], values: Mapping[str, Any]) -> Record:
    found = kind.read(values, TODAY)
    assert not isinstance(found, list), [fault.code for fault in found]
    return found  # type: ignore[no-any-return]


def faults(kind: RecordKind[Any], values: Mapping[str, Any]) -> list[Fault]:
    found = kind.read(values, TODAY)
    assert isinstance(found, list)
    return found


def heading(kind: RecordKind[Any], name: str) -> str:
    return next(column.heading for column in kind.columns if column.field == name)


def state(kind: RecordKind[Any], values: Mapping[str, Any], *, known: bool = True) -> FakeStatement:
    said = statement(kind, known=known)
    kind.state(record(kind, values), said)
    return said


def rows_of(path: Path) -> Iterator[list[Any]]:
    yield from (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )


# The kinds


def test_names_are_unique_and_begin_with_the_agency() -> None:
    counted = Counter(kind.name for kind in ALL_KINDS)
    assert set(counted.values()) == {1}
    packages = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}
    assert {name.split(".")[0] for name in counted} == packages - {"intake"}


@pytest.mark.parametrize("seat", sorted({s for kind in ALL_KINDS for s in kind.seats}))
def test_a_seat_never_has_two_kinds_of_one_name(seat: Seat) -> None:
    mine = [kind for kind in ALL_KINDS if seat in kind.seats]
    assert len({kind.layout.kind for kind in mine}) == len(mine)
    assert len({kind.title for kind in mine}) == len(mine)


@pytest.mark.parametrize("name", NAMES)
def test_each_column_is_a_field_and_required_where_the_record_needs_it(name: str) -> None:
    kind = BY_NAME[name]
    fields = kind.model.model_fields
    columns = {column.field: column for column in kind.columns}
    # A procurator's check asks for no telephone, address or sex.
    check = name == "procuratorate.status_check"
    unasked = {"sex", "guardian_phone", "address"} if check else set()
    assert set(columns) == set(fields) - unasked
    required = {f for f, info in fields.items() if info.is_required()}
    if name in NEVER_REFUSED:
        assert required == set()
    else:
        assert {f for f, c in columns.items() if c.required} == required


@pytest.mark.parametrize("name", NAMES)
def test_each_field_has_one_heading_and_no_two_share_a_word(name: str) -> None:
    words = [word for c in BY_NAME[name].columns for word in (c.heading, *c.aliases)]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_code_sets_name_what_the_rules_know() -> None:
    assert set(ABSENCE_REASON.labels) > LAWFUL_REASONS
    assert set(PERSUASION_OUTCOME.labels) > REFUSED_OUTCOMES
    assert set(STRIKE_OFF_PROOF.labels) == {proof.value for proof in StrikeOffProof}
    referrals = tomllib.loads((ROOT / "policies/referrals.toml").read_text(encoding="utf-8"))
    assert dict(PERSUASION_OUTCOME.labels) == referrals["persuade_dropout"]["outcomes"]


# The sheets


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_template_is_known_and_has_no_rows(name: str, tmp_path: Path) -> None:
    kind = BY_NAME[name]
    write_template(kind.layout, tmp_path / "t.xlsx")
    with pytest.raises(SheetError) as refused:
        read_sheet((tmp_path / "t.xlsx").read_bytes(), "t.xlsx", [kind.layout])
    assert refused.value.code == "EMPTY"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_filled_with_its_own_example_is_read_as_its_kind(
    name: str, tmp_path: Path
) -> None:
    kind = BY_NAME[name]
    write_template(kind.layout, tmp_path / "t.xlsx")
    title, headings, row, *_ = rows_of(tmp_path / "t.xlsx")
    assert title[0] == kind.title
    row[0] = row[0].removeprefix(EXAMPLE_MARK)
    csv = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (headings, row))
    for seat in kind.seats:
        layouts = [other.layout for other in ALL_KINDS if seat in other.seats]
        sheet = read_sheet(csv.encode(), "t.csv", layouts)
        assert sheet.layout == kind.layout
        assert sheet.unknown_headings == []
        assert [each.problems for each in sheet.rows] == [[]]
        assert record(kind, sheet.rows[0].cells) == record(kind, example(kind))


@pytest.mark.parametrize("name", RECORDS)
def test_json_by_field_and_sheet_by_heading_give_the_same_record(name: str, tmp_path: Path) -> None:
    kind = BY_NAME[name]
    as_text = example(kind)
    if name in OF_A_CHILD:
        as_text.update(name="张三", guardian_name="张大")
    texts = {"account", "reason", "proof_note", "matter", "basis", "signs", "plan", "note"}
    note = texts & {c.field for c in kind.columns}
    as_text.update(dict.fromkeys(note, "家中无人，\n次日再去"))
    as_json: dict[str, Any] = dict(as_text)
    typed = {"school_days": 3, "guidance_ordered": True}
    as_json.update({key: value for key, value in typed.items() if key in as_json})
    if "categories" in as_json:
        as_json["categories"] = as_text["categories"].split("、")
    write_rows(kind.layout, [as_text], tmp_path / "s.xlsx")
    sheet = read_sheet((tmp_path / "s.xlsx").read_bytes(), "s.xlsx", [kind.layout])
    assert record(kind, sheet.rows[0].cells) == record(kind, _texts(as_json))


# What a record states

NOTE = "某日上门"
ORDERS = {
    "police.written_warning": (GuidanceOrderKind.WRITTEN_WARNING, "示公告诫〔2025〕0001号"),
    "procuratorate.supervision_order": (
        GuidanceOrderKind.SUPERVISION_ORDER,
        "示检督监〔2025〕0001号",
    ),
    "court.guidance_order": (GuidanceOrderKind.GUIDANCE_ORDER, "示法家教令〔2025〕0001号"),
}
"""Documents that order family-education guidance: kind and number."""


def visited(visit_id: UUID, *, from_list: bool, child_ref: UUID = CHILD) -> RecordVisit:
    """A visit as the example rows tell it; what is suspected goes elsewhere."""
    return RecordVisit(
        visit_id=visit_id,
        child_ref=child_ref,
        form=VisitForm.HOME_VISIT,
        visited_on=date(2025, 3, 12),
        met=True,
        from_list=from_list,
        seen="儿童本人和祖母",
        seen_alone="是",
        problem_kinds=("SCHOOLING",),
        action=NOTE,
    )


STATED: dict[str, tuple[dict[str, str], list[tuple[Command, date | None]]]] = {
    "civil_affairs.benefit": (
        {"reason": NOTE},
        [
            (
                GrantBenefit(
                    benefit_id=RECORD,
                    child_ref=CHILD,
                    scheme="SPECIAL_CHILD",
                    document_number="示民保〔2025〕0001号",
                    reason=NOTE,
                    since=date(2025, 3, 1),
                    monthly_amount="3200元",
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "civil_affairs.classification": (
        {"basis": NOTE, "grounds": "儿童残疾"},
        [
            (
                ClassifyChild(
                    child_ref=CHILD,
                    entry=RECORD,
                    categories=("ORPHAN",),
                    grounds=("CHILD_DISABLED",),
                    since=date(2025, 2, 1),
                    basis=NOTE,
                    certifier="示例区民政局",
                ),
                date(2025, 2, 1),
            )
        ],
    ),
    "health.disability": (
        {"certificate_number": ID_NUMBER + "52", "account": NOTE},
        [
            (
                RecordDisability(
                    child_ref=CHILD,
                    entry=RECORD,
                    disability_class="5",
                    disability_grade="2",
                    certificate_number=ID_NUMBER + "52",
                    account=NOTE,
                ),
                date(2025, 3, 10),
            )
        ],
    ),
    "health.follow_up": (
        {"reason": NOTE, "plan": "每月门诊"},
        [
            (
                RecordHealthFollowUp(
                    child_ref=CHILD,
                    entry=RECORD,
                    ended=False,
                    reason=NOTE,
                    plan="每月门诊",
                    account=None,
                ),
                date(2025, 3, 3),
            )
        ],
    ),
    "education.roll": (
        {},
        [
            (
                ConfirmEnrolment(
                    child_ref=CHILD,
                    school=SCHOOL,
                    student_number="G" + ID_NUMBER,
                    grade="四年级",
                    since=date(2024, 9, 1),
                ),
                date(2024, 9, 1),
            )
        ],
    ),
    "education.absence": (
        {"reason": NOTE},
        [
            (
                ReportAbsence(
                    child_ref=CHILD,
                    school=SCHOOL,
                    town=TOWN,
                    absent_since=date(2025, 3, 3),
                    school_days=3,
                    reason_code="UNEXPLAINED",
                    family_contact="UNREACHABLE",
                    reason=NOTE,
                ),
                date(2025, 3, 3),
            )
        ],
    ),
    **{
        name: (
            {"account": NOTE},
            [
                (
                    RecordPersuasion(
                        child_ref=CHILD,
                        persuaded_on=date(2025, 3, 10),
                        outcome="AGREED",
                        account=NOTE,
                    ),
                    date(2025, 3, 10),
                )
            ],
        )
        for name in ("education.persuasion", "town.persuasion")
    },
    "village.problem_recheck": (
        {"account": NOTE},
        [
            (
                RecheckProblem(
                    child_ref=CHILD,
                    found_on=date(2025, 3, 12),
                    rechecked_on=date(2025, 3, 27),
                    solved=True,
                    account=NOTE,
                ),
                date(2025, 3, 27),
            )
        ],
    ),
    "town.problem_closing": (
        {"note": NOTE},
        [
            (
                StrikeOffProblem(
                    child_ref=CHILD,
                    found_on=date(2025, 3, 12),
                    struck_off_on=date(2025, 3, 31),
                    note=NOTE,
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "education.joint_measure": (
        {"note": NOTE},
        [
            (
                CallMeasure(
                    child_ref=CHILD,
                    measure=JointMeasure.HOME_TEACHING,
                    called_on=date(2025, 3, 20),
                    note=NOTE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "education.lawful_absence": (
        {"note": NOTE},
        [
            (
                ApproveLawfulAbsence(
                    child_ref=CHILD,
                    approved_on=date(2025, 3, 10),
                    until=date(2025, 7, 10),
                    reason_code="SUSPENSION",
                    document_number="示教核〔2025〕0001号",
                    note=NOTE,
                ),
                date(2025, 3, 10),
            )
        ],
    ),
    "education.return": (
        {},
        [
            (
                RecordReturn(child_ref=CHILD, school=SCHOOL, returned_on=date(2025, 3, 17)),
                date(2025, 3, 17),
            )
        ],
    ),
    "education.leaving": (
        {},
        [
            (
                EndEnrolment(
                    child_ref=CHILD, school=SCHOOL, until=date(2025, 3, 20), reason="转出"
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "education.not_on_roll": (
        {"outside": "外区学校"},
        [
            (
                StateNotOnRoll(
                    child_ref=CHILD,
                    reason_code="ELSEWHERE",
                    until=date(2026, 8, 31),
                    outside="外区学校",
                    proof="示教学〔2025〕0001号",
                ),
                None,
            )
        ],
    ),
    "education.concern": (
        {"account": NOTE, "note": "已好转"},
        [
            (
                RaiseConcern(
                    child_ref=CHILD,
                    school=SCHOOL,
                    town=TOWN,
                    school_town=TOWN,
                    raised_on=date(2025, 3, 10),
                    aspects=("PSYCHOLOGICAL",),
                    account=NOTE,
                ),
                date(2025, 3, 10),
            ),
            (
                CloseConcern(
                    child_ref=CHILD,
                    school=SCHOOL,
                    raised_on=date(2025, 3, 10),
                    ended_on=date(2025, 3, 31),
                    note="已好转",
                ),
                date(2025, 3, 31),
            ),
        ],
    ),
    "education.conduct_measure": (
        {"account": NOTE, "note": "已改正"},
        [
            (
                TakeMeasure(
                    child_ref=CHILD,
                    school=SCHOOL,
                    taken_on=date(2025, 3, 10),
                    measures=("ADMONISHED",),
                    until=date(2025, 4, 10),
                    account=NOTE,
                ),
                date(2025, 3, 10),
            ),
            (
                EndMeasure(
                    child_ref=CHILD,
                    school=SCHOOL,
                    taken_on=date(2025, 3, 10),
                    ended_on=date(2025, 3, 31),
                    note="已改正",
                ),
                date(2025, 3, 31),
            ),
        ],
    ),
    "town.concern_end": (
        {"note": NOTE},
        [
            (
                CloseConcern(
                    child_ref=CHILD,
                    school=SCHOOL,
                    raised_on=date(2025, 3, 10),
                    ended_on=date(2025, 3, 31),
                    note=NOTE,
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "education.strike_off": (
        {"proof_note": NOTE},
        [
            (
                StrikeOff(
                    child_ref=CHILD,
                    proof=StrikeOffProof.ATTENDANCE,
                    struck_off_on=date(2025, 3, 31),
                    proof_note=NOTE,
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "police.admonition": (
        {"account": NOTE},
        [
            (
                RecordAdmonition(
                    child_ref=CHILD,
                    town=TOWN,
                    document_number="示公训〔2025〕0001号",
                    served_on=date(2025, 3, 12),
                    guardian_relation="父亲",
                    conduct="LEFT_ALONE",
                    account=NOTE,
                    guidance_ordered=True,
                ),
                date(2025, 3, 12),
            )
        ],
    ),
    **{
        name: (
            {"requirements": NOTE},
            [
                (
                    OrderGuidance(
                        child_ref=CHILD,
                        town=TOWN,
                        order=order,
                        document_number=number,
                        served_on=date(2025, 3, 14),
                        guardian_relation="父亲",
                        requirements=NOTE,
                    ),
                    date(2025, 3, 14),
                )
            ],
        )
        for name, (order, number) in ORDERS.items()
    },
    "police.search_result": (
        {"whom": NOTE, "whereabouts": NOTE},
        [
            (
                RecordSearchResult(
                    child_ref=CHILD,
                    concluded_on=date(2025, 3, 28),
                    found=True,
                    whom=NOTE,
                    whereabouts=NOTE,
                ),
                date(2025, 3, 28),
            )
        ],
    ),
    "civil_affairs.assessment": (
        {
            "conclusion": "可以回归家庭",
            "follow_up_months": "3",
            "basics": NOTE,
            "quality": NOTE,
            "capacity": NOTE,
            "account": NOTE,
        },
        [
            (
                RecordAssessment(
                    child_ref=CHILD,
                    assessed_on=date(2025, 3, 18),
                    conclusion=Conclusion.CAN_RETURN,
                    grade="较低",
                    account=NOTE,
                    basics=NOTE,
                    quality=NOTE,
                    capacity=NOTE,
                    follow_up_months=3,
                ),
                date(2025, 3, 18),
            )
        ],
    ),
    "civil_affairs.placement": (
        {"account": NOTE, "facility": "儿童福利机构"},
        [
            (
                PlaceChild(
                    child_ref=CHILD,
                    placed_on=date(2025, 3, 20),
                    situation="HARMED",
                    care=Care.INSTITUTION,
                    institution=INSTITUTION,
                    place="示例儿童福利院",
                    account=NOTE,
                    facility=Facility.CHILD_WELFARE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "civil_affairs.return_home": (
        {"account": NOTE},
        [
            (
                ReturnChildHome(child_ref=CHILD, returned_on=date(2025, 3, 27), account=NOTE),
                date(2025, 3, 27),
            )
        ],
    ),
    "village.delegated_care": (
        {"account": NOTE},
        [
            (
                RecordDelegatedCare(
                    child_ref=CHILD,
                    town=TOWN,
                    since=date(2025, 3, 1),
                    until=date(2025, 8, 31),
                    child_heard=True,
                    barred_checked=True,
                    carer="外婆",
                    account=NOTE,
                ),
                date(2025, 3, 1),
            )
        ],
    ),
    "village.delegated_contact": (
        {"account": NOTE},
        [
            (
                AttestContact(child_ref=CHILD, contacted_on=date(2025, 3, 8), account=NOTE),
                date(2025, 3, 8),
            )
        ],
    ),
    "village.delegated_care_end": (
        {"account": NOTE},
        [
            (
                EndDelegatedCare(child_ref=CHILD, ended_on=date(2025, 3, 30), account=NOTE),
                date(2025, 3, 30),
            )
        ],
    ),
    "welfare_institution.service_plan": (
        {"education_plan": NOTE, "medical_plan": NOTE, "psychology_plan": NOTE},
        [
            (
                SetServicePlan(
                    child_ref=CHILD,
                    set_on=date(2025, 3, 26),
                    care="固定照料人，每周与祖母视频",
                    education=NOTE,
                    medical=NOTE,
                    psychology=NOTE,
                ),
                date(2025, 3, 26),
            )
        ],
    ),
    "welfare_institution.service_plan_review": (
        {"account": NOTE},
        [
            (
                ReviewServicePlan(
                    child_ref=CHILD,
                    reviewed_on=date(2025, 3, 28),
                    verdict=PlanVerdict.KEEP,
                    account=NOTE,
                ),
                date(2025, 3, 28),
            )
        ],
    ),
    "womens_federation.guidance_session": (
        {"account": NOTE},
        [
            (
                RecordSession(
                    child_ref=CHILD,
                    order=GuidanceOrderKind.GUIDANCE_ORDER,
                    held_on=date(2025, 3, 20),
                    attended=True,
                    account=NOTE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "womens_federation.guidance_report": (
        {"account": NOTE},
        [
            (
                ReportGuidance(
                    child_ref=CHILD,
                    order=GuidanceOrderKind.GUIDANCE_ORDER,
                    reported_on=date(2025, 3, 28),
                    result=GuidanceResult.COMPLETED,
                    account=NOTE,
                ),
                date(2025, 3, 28),
            )
        ],
    ),
    "village.warning_visit": (
        {"account": NOTE},
        [
            (
                RecordWarningVisit(
                    child_ref=CHILD,
                    visited_on=date(2025, 3, 20),
                    warned_seen=True,
                    protected_seen=True,
                    repeated=False,
                    account=NOTE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "police.warning_visit": (
        {"account": NOTE},
        [
            (
                RecordWarningVisit(
                    child_ref=CHILD,
                    visited_on=date(2025, 3, 20),
                    warned_seen=True,
                    protected_seen=True,
                    repeated=False,
                    account=NOTE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "village.emergency_care": (
        {"place": "村委会", "account": NOTE},
        [
            (
                BeginEmergencyCare(
                    child_ref=CHILD,
                    town=TOWN,
                    begun_on=date(2025, 3, 20),
                    place="村委会",
                    account=NOTE,
                ),
                date(2025, 3, 20),
            )
        ],
    ),
    "village.emergency_care_end": (
        {"account": NOTE},
        [
            (
                EndEmergencyCare(child_ref=CHILD, ended_on=date(2025, 3, 22), account=NOTE),
                date(2025, 3, 22),
            )
        ],
    ),
    "civil_affairs.revocation_application": (
        {"account": NOTE},
        [
            (
                SeekRevocation(child_ref=CHILD, sought_on=date(2025, 3, 24), account=NOTE),
                date(2025, 3, 24),
            )
        ],
    ),
    "court.revocation": (
        {"account": NOTE},
        [
            (
                DecideRevocation(
                    child_ref=CHILD,
                    decided_on=date(2025, 3, 28),
                    granted=True,
                    guardian=NewGuardian.STATE_LONG_TERM,
                    restorable=True,
                    document_number="示民特〔2025〕0001号",
                    account=NOTE,
                ),
                date(2025, 3, 28),
            )
        ],
    ),
    "court.restoration": (
        {"account": NOTE},
        [
            (
                RestoreGuardianship(
                    child_ref=CHILD,
                    restored_on=date(2025, 3, 31),
                    document_number="示民特恢〔2025〕0001号",
                    account=NOTE,
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "civil_affairs.protection_application": (
        {"account": NOTE},
        [
            (
                ApplyForProtection(
                    child_ref=CHILD, applied_on=date(2025, 3, 13), urgent=True, account=NOTE
                ),
                date(2025, 3, 13),
            )
        ],
    ),
    "court.protection_order": (
        {"measures": NOTE},
        [
            (
                IssueProtection(
                    child_ref=CHILD,
                    town=TOWN,
                    document_number="示民保令〔2025〕0001号",
                    issued_on=date(2025, 3, 14),
                    until=date(2025, 9, 13),
                    respondent="父亲",
                    measures=NOTE,
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "court.protection_extension": (
        {},
        [
            (
                ExtendProtection(
                    child_ref=CHILD,
                    town=TOWN,
                    document_number="示民保令延〔2025〕0001号",
                    decided_on=date(2025, 3, 31),
                    until=date(2026, 3, 13),
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "court.protection_end": (
        {"reason": NOTE},
        [
            (
                EndProtection(
                    child_ref=CHILD,
                    decided_on=date(2025, 3, 31),
                    how=ProtectionEnd.REFUSED,
                    reason=NOTE,
                ),
                date(2025, 3, 31),
            )
        ],
    ),
    "civil_affairs.follow_up_extension": (
        {"account": NOTE},
        [(ExtendFollowUp(child_ref=CHILD, until=date(2026, 3, 27), account=NOTE), None)],
    ),
    "civil_affairs.case_closing": (
        {},
        [
            (
                CloseGuardianshipCase(child_ref=CHILD, reason="随访期满，监护情况良好"),
                date(2025, 3, 31),
            )
        ],
    ),
    "police.report_child": (
        {},
        [(NameReportedChild(report_id=REPORT, child_ref=CHILD), None)],
    ),
    "safety.contact": (
        {},
        [
            (
                StateSafeContact(
                    child_ref=CHILD,
                    contact_name="示例外婆",
                    contact_phone="13800000000",
                    contact_relation="GRANDPARENT",
                    until=date(2025, 9, 13),
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "safety.instruction": (
        {},
        [
            (
                IssueSafetyInstruction(
                    child_ref=CHILD,
                    text="请勿单独放行，先电话联系",
                    call="110",
                    until=date(2025, 9, 13),
                    seats=(Seat.SCHOOL, Seat.VILLAGE),
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "advice.reply": (
        {},
        [
            (
                ReplyToAdvice(
                    advice_id=ADVICE,
                    content="（示例）已排查并整改",
                    replied_on=date(2025, 3, 28),
                ),
                date(2025, 3, 28),
            )
        ],
    ),
    "police.report_suspect": (
        {},
        [
            (
                StateSuspicion(report_id=REPORT, relation="GUARDIAN"),
                date(2025, 3, 5),
            )
        ],
    ),
    "police.report_status": (
        {},
        [
            (
                AcceptMandatoryReport(report_id=REPORT, police_receipt="示例接〔2025〕1号"),
                date(2025, 3, 4),
            )
        ],
    ),
    "procuratorate.advice": (
        {},
        [
            (
                IssueAdvice(
                    advice_id=RECORD,
                    addressee=TOWN_STATION,
                    document_number="示检建〔2025〕0001号",
                    matter="（示例）完善校外托管场所排查",
                    issued_on=date(2025, 3, 14),
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "education.monthly_report": (
        {},
        [
            (
                FileMonthlyReport(
                    reporter=SCHOOL,
                    period="2025-03",
                    enrolled=820,
                    absent=0,
                    suspected=0,
                    dropped_out=0,
                    returned=0,
                ),
                None,
            )
        ],
    ),
    "education.quarterly_review": (
        {"note": NOTE},
        [
            (
                ReviewQuarter(
                    reporter="education:310117",
                    period="2025-Q1",
                    schools=96,
                    suspected=3,
                    dropped_out=0,
                    note=NOTE,
                ),
                None,
            )
        ],
    ),
    "procuratorate.vice_head_activity": (
        {"account": NOTE},
        [
            (
                RecordViceHeadActivity(
                    activity_id=RECORD,
                    town=TOWN,
                    activity=Activity.LEGAL_EDUCATION,
                    held_on=date(2025, 3, 14),
                    attendance=40,
                    topic="示例普法课",
                    account=NOTE,
                ),
                date(2025, 3, 14),
            )
        ],
    ),
    "procuratorate.status_check": (
        {},
        [
            (
                CheckCaseStatus(
                    check_id=CHECK,
                    child_ref=CHILD,
                    document_number="示检核〔2025〕0001号",
                    matter="核查控辍保学个案进展",
                ),
                None,
            )
        ],
    ),
    "town.residence": (
        {"grounds": "儿童残疾", "address": "示例路1号"},
        [
            (
                ConfirmResidence(
                    child_ref=CHILD,
                    town=TOWN,
                    village=VILLAGE,
                    police_station=STATION,
                    address="示例路1号",
                    since=date(2024, 7, 1),
                ),
                date(2024, 7, 1),
            ),
            (
                ClassifyChild(
                    child_ref=CHILD,
                    categories=("LEFT_BEHIND_RURAL", "DIFFICULTY_ECONOMIC"),
                    grounds=("CHILD_DISABLED",),
                ),
                None,
            ),
        ],
    ),
    "village.visit": (
        {"action": NOTE, "harm_suspected": "是", "harm_seen": "（示例）有伤"},
        [(visited(RECORD, from_list=False), date(2025, 3, 12))],
    ),
    "village.visit_form": (
        {"action": NOTE, "harm_suspected": "是", "harm_seen": "（示例）有伤"},
        [
            (
                visited(
                    visit_of_phone("village:310117", UUID("f0000000-0000-4000-8000-000000000002")),
                    from_list=True,
                    child_ref=UUID("c0000000-0000-4000-8000-000000000001"),
                ),
                date(2025, 3, 12),
            )
        ],
    ),
    "village.verification": (
        {"differs": NOTE, "harm_suspected": "是"},
        [
            (
                VerifyChild(
                    verification_id=RECORD,
                    child_ref=CHILD,
                    town=None,
                    finding=Finding.AS_KNOWN,
                    verified_on=date(2025, 3, 12),
                    differs=NOTE,
                ),
                date(2025, 3, 12),
            )
        ],
    ),
    "town.dissuasion": (
        {"account": NOTE},
        [
            (
                RecordDissuasion(
                    child_ref=CHILD,
                    dissuaded_on=date(2025, 3, 5),
                    guardian_relation="父亲",
                    conduct="LEFT_ALONE",
                    account=NOTE,
                ),
                date(2025, 3, 5),
            )
        ],
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_row_states_its_commands_with_the_day_it_happened(name: str) -> None:
    kind = BY_NAME[name]
    extra, commands = STATED[name]
    said = state(kind, {**example(kind), **extra})
    assert said.commands == commands
    claims = said.sought if name == "procuratorate.status_check" else said.opened
    who = [(ID_NUMBER, date(2015, 3, 1), "1", TOWN)] if name in OF_A_CHILD else []
    assert [(c.id_number, c.birth_date, c.sex, c.town) for c in claims] == who


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_a_child_without_a_number_is_stated_by_name_birth_date_guardian_and_village(
    name: str,
) -> None:
    said = state(BY_NAME[name], without_number(BY_NAME[name]))
    (claim,) = said.opened + said.sought
    assert (claim.name, claim.guardian_name, claim.village) == ("张三", "张大", VILLAGE)
    assert (claim.id_number, claim.birth_date) == (None, date(2015, 3, 1))


def test_an_unknown_town_is_left_open_where_only_the_number_is_stated() -> None:
    kind = BY_NAME["education.absence"]
    values = {**example(kind), "village": ""}
    ((command, _),) = state(kind, values).commands
    assert isinstance(command, ReportAbsence)
    assert command.town is None


def test_a_status_check_opens_no_file_and_is_recorded_when_nobody_is_found() -> None:
    kind = BY_NAME["procuratorate.status_check"]
    said = state(kind, example(kind), known=False)
    assert said.opened == []
    ((command, _),) = said.commands
    assert isinstance(command, CheckCaseStatus)
    assert command.child_ref is None


@pytest.mark.parametrize(
    "child", [{"id_number": ID_NUMBER}, {"name": "张三", "birth_date": "2015-03-01"}]
)
def test_a_status_check_needs_the_number_or_name_and_birth_date(child: dict[str, str]) -> None:
    kind = BY_NAME["procuratorate.status_check"]
    said = state(kind, {"document_number": "示检核〔2025〕0001号", **child})
    assert len(said.sought) == 1
    for lacking in child:
        rest = {key: value for key, value in child.items() if key != lacking}
        found = faults(kind, {"document_number": "示检核〔2025〕0001号", **rest})
        assert [fault.code for fault in found] == ["CHILD_NOT_IDENTIFIED"]


def test_a_residence_without_category_classifies_nothing() -> None:
    kind = BY_NAME["town.residence"]
    said = state(kind, {**example(kind), "categories": ""})
    assert [type(command) for command, _ in said.commands] == [ConfirmResidence]


@pytest.mark.parametrize(
    "text",
    [
        "孤儿、流动儿童",
        "流动儿童，孤儿",
        "MIGRANT,ORPHAN",
        "孤儿；流动儿童；孤儿",
        " 孤 儿 ､ＭＩＧＲＡＮＴ",
    ],
)
def test_categories_are_told_apart_however_they_are_separated(text: str) -> None:
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "categories": text}).commands
    assert command == ClassifyChild(child_ref=CHILD, categories=("ORPHAN", "MIGRANT"))


@pytest.mark.parametrize("written", ["无", " 无 ", "不属于"])
def test_a_child_that_belongs_to_no_category_any_more_is_classified_as_such(written: str) -> None:
    """Else the towns' register could never end what it began."""
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "categories": written}).commands
    assert command == ClassifyChild(child_ref=CHILD, categories=())


def test_categories_are_kept_in_the_code_sets_order() -> None:
    kind = BY_NAME["town.residence"]
    text = "、".join(reversed(list(CHILD_CATEGORY.labels.values())))
    _, (command, _) = state(kind, {**example(kind), "categories": text}).commands
    assert isinstance(command, ClassifyChild)
    assert command.categories == tuple(CHILD_CATEGORY.labels)


@pytest.mark.parametrize("word", ["普通", "否", " 一般 "])
def test_the_old_word_for_no_closer_watch_is_no_ground(word: str) -> None:
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "grounds": word}).commands
    assert isinstance(command, ClassifyChild)
    assert command.grounds == ()


@pytest.mark.parametrize(
    ("written", "kept"),
    [("52", "母亲"), ("妈妈", "母亲"), ("外 婆", "外祖母"), ("干妈", "干妈"), ("", None)],
)
def test_a_guardian_relation_is_the_standards_word_or_the_offices_own(
    written: str, kept: str | None
) -> None:
    for name in ("police.admonition", "town.dissuasion"):
        kind = BY_NAME[name]
        ((command, _),) = state(kind, {**example(kind), "guardian_relation": written}).commands
        assert isinstance(command, RecordAdmonition | RecordDissuasion)
        assert command.guardian_relation == kept


@pytest.mark.parametrize(
    ("written", "ordered"), [("是", True), ("否", False), ("FALSE", False), (False, False)]
)
def test_guidance_is_ordered_or_not(written: object, ordered: bool) -> None:
    kind = BY_NAME["police.admonition"]
    ((command, _),) = state(kind, {**example(kind), "guidance_ordered": written}).commands
    assert isinstance(command, RecordAdmonition)
    assert command.guidance_ordered is ordered


def test_a_dissuasion_says_whether_the_police_were_told() -> None:
    """情节严重的，及时报告公安 (未保法 118(1)); a sheet without the column says nothing of it."""
    kind = BY_NAME["town.dissuasion"]
    day = date(2025, 3, 5)
    for written, told in (("是", 1), ("否", 0), ("", 0)):
        said = state(kind, {**example(kind), "police_told": written})
        assert [type(command) for command, _ in said.commands] == (
            [RecordDissuasion, ReportToPolice][: 1 + told]
        )
    said = state(kind, {**example(kind), "police_told": "是"})
    assert said.commands[1] == (ReportToPolice(child_ref=CHILD, town=TOWN, dissuaded_on=day), day)


@pytest.mark.parametrize(
    ("care", "where", "institution"),
    [
        ("机构照料", "示例儿童福利院", INSTITUTION),
        ("机构照料", "街道临时照料点", None),
        ("亲属照料", "示例儿童福利院", None),
        ("家庭寄养", "", None),
    ],
)
def test_an_institution_of_the_directory_is_asked_to_care(
    care: str, where: str, institution: str | None
) -> None:
    """Only where the child is in an institution; a place that has no seat here stays in words."""
    kind = BY_NAME["civil_affairs.placement"]
    ((command, _),) = state(kind, {**example(kind), "care": care, "place": where}).commands
    assert isinstance(command, PlaceChild)
    assert (command.institution, command.place) == (institution, where or None)


def test_an_institution_that_cares_must_be_named() -> None:
    kind = BY_NAME["civil_affairs.placement"]
    (fault,) = faults(kind, {**example(kind), "place": ""})
    assert (fault.column, fault.code) == (heading(kind, "place"), "PLACE_MISSING")
    assert_tells(fault, "示例儿童福利院")


def test_in_the_care_of_a_town_no_institution_is_named() -> None:
    """街镇临时照料: the child's own town cares (domain/guardianship_placement.py)."""
    kind = BY_NAME["civil_affairs.placement"]
    values = {**example(kind), "facility": "街镇临时照料"}
    for place in ("", "示例儿童福利院", "街镇未保站"):
        ((command, _),) = state(kind, {**values, "place": place}).commands
        assert isinstance(command, PlaceChild)
        assert (command.institution, command.facility) == (None, Facility.TOWN_CARE)


def test_only_an_institution_is_of_some_kind() -> None:
    kind = BY_NAME["civil_affairs.placement"]
    values = {**example(kind), "care": "亲属照料", "facility": "儿童福利机构"}
    (fault,) = faults(kind, values)
    assert (fault.column, fault.code) == (heading(kind, "facility"), "FACILITY_NOT_INSTITUTION")


@pytest.mark.parametrize("written", ["3", " ３ 天", "3日", "3.0", "3个上课日", 3])
def test_days_are_read_as_offices_write_them(written: object) -> None:
    kind = BY_NAME["education.absence"]
    ((command, _),) = state(kind, {**example(kind), "school_days": written}).commands
    assert isinstance(command, ReportAbsence)
    assert command.school_days == 3


# What is refused

WRONG_CHECK_DIGIT = ID_NUMBER[:-1] + "7"
CHILD_FAULTS = [
    ("id_number", WRONG_CHECK_DIGIT, "ID_CHECK_DIGIT"),
    ("birth_date", "二〇一五年", "DATE"),
    ("birth_date", "2015-03-02", "BIRTH_DATE_DIFFERS"),
    ("sex", "机密甲", "CODE_SEX"),
    ("guardian_phone", "机密甲", "PHONE_CHARACTERS"),
    ("name", "机" * 101, "TOO_LONG"),
    ("guardian_name", "机" * 101, "TOO_LONG"),
    ("village", "机" * 101, "TOO_LONG"),
    ("address", "机" * 201, "TOO_LONG"),
]
VISIT_NOTES = (
    "seen",
    "living",
    "mood",
    "health",
    "schooling",
    "guardian_contact",
    "hazards",
    "childs_view",
    "problems",
    "action",
)
OWN_VISIT_FAULTS = [
    ("form", "机密甲", "CODE_VISIT_FORM"),
    ("not_met_reason", "机密甲", "CODE_NOT_MET"),
    ("seen_alone", "机密甲", "CODE_YES_NO"),
    ("problem_kinds", "机密甲", "CODE_PROBLEM"),
    *((each, "机" * 2001, "TOO_LONG") for each in VISIT_NOTES),
]
OWN_FAULTS: dict[str, list[tuple[str, str, str]]] = {
    "civil_affairs.benefit": [
        ("scheme", "机密甲", "CODE_BENEFIT_SCHEME"),
        ("document_number", "机" * 101, "TOO_LONG"),
        ("decision", "机密甲", "CODE_BENEFIT_DECISION"),
        ("monthly_amount", "机" * 101, "TOO_LONG"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.classification": [
        ("category", "孤儿、流动儿童", "CODE_CHILD_CATEGORY"),
        ("basis", "机" * 2001, "TOO_LONG"),
        ("certifier", "机" * 101, "TOO_LONG"),
        ("grounds", "机密甲", "CODE_TIER_GROUND"),
    ],
    "health.disability": [
        ("status", "机密甲", "CODE_DISABILITY_STATUS"),
        ("disability_class", "机密甲", "CODE_DISABILITY_CLASS"),
        ("disability_grade", "机密甲", "CODE_DISABILITY_GRADE"),
        ("certificate_number", ID_NUMBER + "5", "DISABILITY_LENGTH"),
        ("signs", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "health.follow_up": [
        ("reason", "机" * 2001, "TOO_LONG"),
        ("plan", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "education.roll": [
        ("student_number", "X" + ID_NUMBER, "STUDENT_PREFIX"),
        ("student_number", "G" + WRONG_CHECK_DIGIT, "STUDENT_ID_CHECK_DIGIT"),
        ("school", "机" * 101, "TOO_LONG"),
        ("grade", "机" * 21, "TOO_LONG"),
    ],
    "education.absence": [
        ("school_days", "机密甲天", "NOT_A_NUMBER"),
        ("school_days", "3.75", "NOT_A_NUMBER"),
        ("school_days", "0", "OUT_OF_RANGE"),
        ("school_days", "-397", "NOT_A_NUMBER"),
        ("school_days", "401", "OUT_OF_RANGE"),
        ("reason_code", "机密甲", "CODE_ABSENCE_REASON"),
        ("family_contact", "机密甲", "CODE_FAMILY_CONTACT"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    "education.persuasion": [
        ("outcome", "机密甲", "CODE_PERSUASION_OUTCOME"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "education.return": [],
    "village.problem_recheck": [
        ("solved", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "town.problem_closing": [("note", "机" * 2001, "TOO_LONG")],
    "education.joint_measure": [
        ("measure", "机密甲", "CODE_JOINT_MEASURE"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "education.lawful_absence": [
        ("reason_code", "机密甲", "CODE_LAWFUL_ABSENCE"),
        ("document_number", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "education.concern": [
        ("aspects", "心理异常、机密甲", "CODE_CONCERN_ASPECT"),
        ("aspects", "、", "INVALID"),
        ("account", "机" * 2001, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "education.conduct_measure": [
        ("measures", "予以训导、机密甲", "CODE_CONDUCT_MEASURE"),
        ("measures", "、", "INVALID"),
        ("account", "机" * 2001, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "town.concern_end": [
        ("school", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "education.leaving": [
        ("school", "机" * 101, "TOO_LONG"),
        ("change", "机密甲", "CODE_LEAVING"),
        ("receiver", "机" * 101, "TOO_LONG"),
        ("outside", "机" * 101, "TOO_LONG"),
        ("letter", "机" * 101, "TOO_LONG"),
    ],
    "education.not_on_roll": [
        ("no_roll", "机密甲", "CODE_NOT_ON_ROLL"),
        ("outside", "机" * 101, "TOO_LONG"),
        ("proof", "机" * 101, "TOO_LONG"),
    ],
    "education.strike_off": [
        ("proof", "机密甲", "CODE_STRIKE_OFF_PROOF"),
        ("letter", "机" * 101, "TOO_LONG"),
        ("proof_note", "机" * 2001, "TOO_LONG"),
    ],
    "police.admonition": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("guardian_relation", "机" * 31, "TOO_LONG"),
        ("guardian_relation", "7654321", "CODE_FAMILY_RELATION"),
        ("conduct", "机密甲", "CODE_GUARDIAN_CONDUCT"),
        ("guidance_ordered", "机密甲", "CODE_YES_NO"),
        ("guardian_suspected", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    **{
        name: [
            ("document_number", "机" * 101, "TOO_LONG"),
            ("guardian_relation", "机" * 31, "TOO_LONG"),
            ("requirements", "机" * 2001, "TOO_LONG"),
        ]
        for name in ORDERS
    },
    "police.search_result": [
        ("found", "机密甲", "CODE_YES_NO"),
        ("whom", "机" * 2001, "TOO_LONG"),
        ("whereabouts", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.assessment": [
        ("conclusion", "机密甲", "CODE_ASSESSMENT_CONCLUSION"),
        ("grade", "机" * 101, "TOO_LONG"),
        ("follow_up_months", "机密甲", "NOT_A_NUMBER"),
        ("basics", "机" * 2001, "TOO_LONG"),
        ("quality", "机" * 2001, "TOO_LONG"),
        ("capacity", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.placement": [
        ("situation", "机密甲", "CODE_PLACEMENT_SITUATION"),
        ("care", "机密甲", "CODE_PLACEMENT_CARE"),
        ("facility", "机密甲", "CODE_PLACEMENT_FACILITY"),
        ("place", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.return_home": [("account", "机" * 2001, "TOO_LONG")],
    "civil_affairs.follow_up_extension": [("account", "机" * 2001, "TOO_LONG")],
    "village.delegated_care": [
        ("carer", "机" * 101, "TOO_LONG"),
        ("child_heard", "机密甲", "CODE_YES_NO"),
        ("barred_checked", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "village.delegated_contact": [("account", "机" * 2001, "TOO_LONG")],
    "village.delegated_care_end": [("account", "机" * 2001, "TOO_LONG")],
    "welfare_institution.service_plan": [
        ("care_plan", "机" * 2001, "TOO_LONG"),
        ("education_plan", "机" * 2001, "TOO_LONG"),
        ("medical_plan", "机" * 2001, "TOO_LONG"),
        ("psychology_plan", "机" * 2001, "TOO_LONG"),
    ],
    "welfare_institution.service_plan_review": [
        ("verdict", "机密甲", "CODE_PLAN_VERDICT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "womens_federation.guidance_session": [
        ("order", "机密甲", "CODE_GUIDANCE_ORDER"),
        ("attended", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "womens_federation.guidance_report": [
        ("order", "机密甲", "CODE_GUIDANCE_ORDER"),
        ("result", "机密甲", "CODE_GUIDANCE_RESULT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "village.warning_visit": [
        ("warned_seen", "机密甲", "CODE_YES_NO"),
        ("protected_seen", "机密甲", "CODE_YES_NO"),
        ("repeated", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "police.warning_visit": [
        ("warned_seen", "机密甲", "CODE_YES_NO"),
        ("protected_seen", "机密甲", "CODE_YES_NO"),
        ("repeated", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "village.emergency_care": [
        ("place", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "village.emergency_care_end": [("account", "机" * 2001, "TOO_LONG")],
    "civil_affairs.revocation_application": [("account", "机" * 2001, "TOO_LONG")],
    "court.revocation": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("granted", "机密甲", "CODE_YES_NO"),
        ("guardian", "机密甲", "CODE_NEW_GUARDIAN"),
        ("restorable", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "court.restoration": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.protection_application": [
        ("urgent", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "court.protection_order": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("respondent", "机" * 31, "TOO_LONG"),
        ("measures", "机" * 2001, "TOO_LONG"),
    ],
    "court.protection_extension": [("document_number", "机" * 101, "TOO_LONG")],
    "court.protection_end": [
        ("how", "机密甲", "CODE_PROTECTION_END"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    "civil_affairs.case_closing": [("reason", "机" * 2001, "TOO_LONG")],
    "police.report_child": [("report_id", "机密甲", "INVALID")],
    "procuratorate.status_check": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("matter", "机" * 2001, "TOO_LONG"),
    ],
    "safety.contact": [
        ("contact_name", "机" * 101, "TOO_LONG"),
        ("contact_phone", "机" * 101, "TOO_LONG"),
        ("contact_relation", "机密甲", "CODE_SAFE_RELATION"),
    ],
    "safety.instruction": [
        ("text", "机" * 201, "TOO_LONG"),
        ("call", "机" * 101, "TOO_LONG"),
        ("told_units", "机" * 501, "TOO_LONG"),
    ],
    "advice.reply": [
        ("advice_id", "机密甲", "INVALID"),
        ("content", "机" * 2001, "TOO_LONG"),
    ],
    "police.report_suspect": [
        ("report_id", "机密甲", "INVALID"),
        ("finding", "机密甲", "CODE_SUSPICION_FINDING"),
        ("relation", "机密甲", "CODE_SUSPECT_RELATION"),
        ("unit", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "police.report_status": [
        ("report_id", "机密甲", "INVALID"),
        ("step", "机密甲", "CODE_REPORT_STEP"),
        ("police_receipt", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
        ("receiver", "机" * 101, "TOO_LONG"),
        ("unreachable", "停" * 2001, "TOO_LONG"),
        ("hospital", "机" * 101, "TOO_LONG"),
        ("hand_over", "机密甲", "NOT_A_NUMBER"),
        ("number", "机" * 101, "TOO_LONG"),
        ("letter", "机" * 101, "TOO_LONG"),
    ],
    "procuratorate.advice": [
        ("document_number", "机" * 101, "TOO_LONG"),
        ("addressee", "机" * 101, "TOO_LONG"),
        ("matter", "机" * 2001, "TOO_LONG"),
    ],
    "education.monthly_report": [
        ("period", "机密甲", "NOT_A_MONTH"),
        ("period", "2025-13", "NOT_A_MONTH"),
        ("enrolled", "机密甲人", "NOT_A_NUMBER"),
        ("absent", "机密甲人", "NOT_A_NUMBER"),
        ("suspected", "100001", "OUT_OF_RANGE"),
        ("dropped_out", "机密甲人", "NOT_A_NUMBER"),
        ("returned", "机密甲人", "NOT_A_NUMBER"),
    ],
    "education.quarterly_review": [
        ("period", "2025-Q5", "NOT_A_QUARTER"),
        ("schools", "机密甲人", "NOT_A_NUMBER"),
        ("suspected", "机密甲人", "NOT_A_NUMBER"),
        ("dropped_out", "100001", "OUT_OF_RANGE"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    "procuratorate.vice_head_activity": [
        ("station", "机" * 101, "TOO_LONG"),
        ("activity", "机密甲", "CODE_ACTIVITY"),
        ("topic", "机" * 101, "TOO_LONG"),
        ("attendance", "机密甲人", "NOT_A_NUMBER"),
        ("attendance", "0", "OUT_OF_RANGE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "town.persuasion": [
        ("outcome", "机密甲", "CODE_PERSUASION_OUTCOME"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    "town.residence": [
        ("categories", "孤儿、机密甲", "CODE_CHILD_CATEGORY"),
        ("grounds", "机密甲", "CODE_TIER_GROUND"),
        ("grounds", "重点", "TIER_GROUND_MISSING"),
    ],
    "village.visit": OWN_VISIT_FAULTS,
    "village.visit_form": [
        *OWN_VISIT_FAULTS,
        ("visit_id", "机密甲", "INVALID"),
        ("child_ref", "机密甲", "INVALID"),
        ("corrects", "机密甲", "CODE_YES_NO"),
    ],
    "village.verification": [
        ("finding", "机密甲", "CODE_FINDING"),
        *(
            (each, "机" * 2001, "TOO_LONG")
            for each in (
                "household",
                "guardians",
                "carer",
                "schooling",
                "health",
                "means",
                "differs",
            )
        ),
    ],
    "town.dissuasion": [
        ("guardian_relation", "机" * 31, "TOO_LONG"),
        ("guardian_relation", "7654321", "CODE_FAMILY_RELATION"),
        ("conduct", "机密甲", "CODE_GUARDIAN_CONDUCT"),
        ("police_told", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
}


def days_of(kind: RecordKind[Any]) -> list[str]:
    """Fields that hold a day."""
    return [f for f, info in kind.model.model_fields.items() if "date" in str(info.annotation)]


def wrong() -> Iterator[tuple[str, str, str, str]]:
    for name, own in OWN_FAULTS.items():
        kind = BY_NAME[name]
        columns = {column.field for column in kind.columns}
        for each, value, code in (*CHILD_FAULTS, *own):
            if each in columns:
                yield name, each, value, code
        for each in days_of(kind):
            yield name, each, "2025-02-30", "DATE"


def assert_tells(fault: Fault, value: str) -> None:
    """The rule and what to do, in Chinese; never the value."""
    for sentence in (fault.rule, fault.advice):
        assert re.search(r"[\u4e00-\u9fff]", sentence)
        assert value not in sentence
        assert value not in str(fault)
        assert "机密" not in str(fault)


def test_every_kind_is_tried() -> None:
    assert set(OWN_FAULTS) == set(STATED) == set(RECORDS)
    assert {"health.suspected_harm", "report.mandatory"} == NEVER_REFUSED
    tried = {(name, each) for name, each, _, _ in wrong()}
    every = {(name, column.field) for name in RECORDS for column in BY_NAME[name].columns}
    # Whatever is said of suspected harm is taken: tests/adapters/test_alarm.py.
    alarming = {(name, each) for name, each in every if each in ("harm_suspected", "harm_seen")}
    assert every - alarming == tried


@pytest.mark.parametrize(("name", "each", "value", "code"), list(wrong()))
def test_a_wrong_value_is_refused_at_its_heading(
    name: str, each: str, value: str, code: str
) -> None:
    kind = BY_NAME[name]
    (fault,) = faults(kind, {**example(kind), each: value})
    assert (fault.column, fault.code) == (heading(kind, each), code)
    assert_tells(fault, value)


@pytest.mark.parametrize(
    ("name", "each"),
    [(name, c.field) for name in RECORDS for c in BY_NAME[name].columns if c.required],
)
def test_what_a_kind_requires_must_be_filled(name: str, each: str) -> None:
    kind = BY_NAME[name]
    for blank in ("", "  ", "\u3000", None):
        (fault,) = faults(kind, {**example(kind), each: blank})
        assert (fault.column, fault.code) == (heading(kind, each), "REQUIRED")
        assert_tells(fault, "机密")


# What was granted may begin with the month to come; a measure, or an approval, runs until a day.
DAYS_TO_COME = {
    ("education.absence", "until"),
    ("civil_affairs.benefit", "since"),
    ("education.conduct_measure", "until"),
    ("education.lawful_absence", "until"),
    ("civil_affairs.follow_up_extension", "until"),
    ("education.not_on_roll", "until"),
    ("court.protection_order", "until"),
    ("village.delegated_care", "until"),
    ("court.protection_extension", "until"),
    ("safety.contact", "until"),
    ("safety.instruction", "until"),
}


@pytest.mark.parametrize(
    ("name", "each"),
    [
        (kind.name, each)
        for kind in ALL_KINDS
        for each in days_of(kind)
        if (kind.name, each) not in DAYS_TO_COME
    ],
)
def test_a_day_is_today_at_the_latest(name: str, each: str) -> None:
    kind = BY_NAME[name]
    values = {**without_number(kind), "student_number": ""}
    values = {key: value for key, value in values.items() if value}
    record(kind, {**values, each: "2025-04-01"})
    (fault,) = faults(kind, {**values, each: "2025-04-02"})
    assert (fault.column, fault.code) == (heading(kind, each), "DATE_IN_FUTURE")
    assert_tells(fault, "2025-04-02")


@pytest.mark.parametrize("name", RECORDS)
def test_text_of_just_the_permitted_length_is_taken(name: str) -> None:
    kind = BY_NAME[name]
    for each, value, code in (*CHILD_FAULTS, *OWN_FAULTS[name]):
        if code == "TOO_LONG" and each in kind.model.model_fields:
            record(kind, {**example(kind), each: value[:-1]})


@pytest.mark.parametrize("name", [n for n in OF_A_CHILD if n != "procuratorate.status_check"])
@pytest.mark.parametrize("lacking", ["birth_date", "guardian_name", "village"])
def test_a_child_without_a_number_must_be_told_apart_otherwise(name: str, lacking: str) -> None:
    kind = BY_NAME[name]
    values = without_number(kind)
    del values[lacking]
    (fault,) = faults(kind, values)
    required = next(c.required for c in kind.columns if c.field == lacking)
    assert fault.column == heading(kind, lacking)
    assert fault.code == ("REQUIRED" if required else "CHILD_NOT_IDENTIFIED")
    assert_tells(fault, "张三")


@pytest.mark.parametrize("name", RECORDS)
def test_an_unknown_data_item_is_refused_without_its_name(name: str) -> None:
    kind = BY_NAME[name]
    (fault,) = faults(kind, {**example(kind), "机密甲": "机密乙"})
    assert (fault.column, fault.code) == ("", "UNKNOWN_FIELD")
    assert_tells(fault, "机密乙")


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_an_unknown_village_is_refused_and_states_nothing(name: str) -> None:
    kind = BY_NAME[name]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "village": "机密村"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "village"), "VILLAGE_UNKNOWN")
    assert_tells(fault, "机密村")
    assert (said.opened, said.sought, said.commands) == ([], [], [])


@pytest.mark.parametrize("name", ["education.roll", "education.leaving", "town.concern_end"])
def test_an_unknown_school_is_refused_and_states_nothing(name: str) -> None:
    kind = BY_NAME[name]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "school": "机密小学"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "school"), "SCHOOL_UNKNOWN")
    assert_tells(fault, "机密小学")
    assert (said.opened, said.commands) == ([], [])


def test_an_unknown_office_is_advised_of_nothing() -> None:
    kind = BY_NAME["procuratorate.advice"]
    said = statement(kind)
    with pytest.raises(FaultyRecord) as refused:
        kind.state(record(kind, {**example(kind), "addressee": "机密单位"}), said)
    (fault,) = refused.value.faults
    assert (fault.column, fault.code) == (heading(kind, "addressee"), "ORGANISATION_UNKNOWN")
    assert_tells(fault, "机密单位")
    assert said.commands == []


def test_a_closer_watch_needs_a_category() -> None:
    kind = BY_NAME["town.residence"]
    (fault,) = faults(kind, {**example(kind), "categories": "", "grounds": "儿童残疾"})
    assert (fault.column, fault.code) == ("儿童类别", "CATEGORY_MISSING")
    assert_tells(fault, "儿童残疾")


# Health, benefits and categories in their own words


def only(kind: RecordKind[Any], values: Mapping[str, Any]) -> tuple[Command, date | None]:
    """The one command of a row, and the day on which it happened."""
    (stated,) = state(kind, values).commands
    return stated


def test_a_disability_is_suspected_certified_or_ruled_out_under_one_record() -> None:
    kind = BY_NAME["health.disability"]
    values = example(kind)
    suspected = only(kind, {**values, "status": "疑似", "signs": NOTE})
    assert suspected == (
        SuspectDisability(child_ref=CHILD, entry=RECORD, town=TOWN, signs=NOTE, account=None),
        date(2025, 3, 10),
    )
    ruled_out = only(kind, {**values, "status": "已排除", "account": NOTE})
    assert ruled_out[0] == RuleOutDisability(child_ref=CHILD, entry=RECORD, account=NOTE)


def test_a_certificate_number_says_class_and_grade_and_whose_it_is() -> None:
    kind = BY_NAME["health.disability"]
    values = {**example(kind), "certificate_number": ID_NUMBER + "63"}
    bare = {**values, "disability_class": "", "disability_grade": ""}
    command, _ = only(kind, bare)
    assert isinstance(command, RecordDisability)
    assert (command.disability_class, command.disability_grade) == ("6", "3")
    for changes, column, code in (
        ({}, "残疾类别", "DISABILITY_CLASS_DIFFERS"),
        ({"disability_class": "孤独症"}, "残疾等级", "DISABILITY_GRADE_DIFFERS"),
        ({"certificate_number": "11010519491231002X51"}, "残疾人证号", "CERTIFICATE_OF_ANOTHER"),
    ):
        (fault,) = faults(kind, {**values, **changes})
        assert (fault.column, fault.code) == (column, code)
        assert_tells(fault, values["certificate_number"])
    (fault,) = faults(kind, {**bare, "certificate_number": ""})
    assert (fault.column, fault.code) == ("残疾类别", "DISABILITY_CLASS_MISSING")


def test_a_follow_up_stated_again_with_an_end_is_over() -> None:
    kind = BY_NAME["health.follow_up"]
    values = {**example(kind), "ended_on": "2025-03-31"}
    command, on = only(kind, values)
    assert isinstance(command, RecordHealthFollowUp)
    assert (command.ended, on) == (True, date(2025, 3, 31))
    assert key(kind, values) == key(kind, example(kind))
    (fault,) = faults(kind, {**values, "ended_on": "2025-03-02"})
    assert (fault.column, fault.code) == ("随访结束日期", "FOLLOW_UP_BACKWARDS")


def test_a_benefit_is_granted_refused_or_ended_and_may_begin_next_month() -> None:
    kind = BY_NAME["civil_affairs.benefit"]
    values = example(kind)
    coming, _ = only(kind, {**values, "since": "2025-05-01"})
    assert isinstance(coming, GrantBenefit)
    assert coming.since == date(2025, 5, 1)
    refused, on = only(kind, {**values, "decision": "不予批准", "since": "", "reason": NOTE})
    assert isinstance(refused, RefuseBenefit)
    assert (refused.reason, on) == (NOTE, date(2025, 3, 14))
    ended, on = only(kind, {**values, "until": "2025-03-31"})
    assert isinstance(ended, EndBenefit)
    assert (ended.since, ended.until, on) == (
        date(2025, 3, 1),
        date(2025, 3, 31),
        date(2025, 3, 31),
    )
    (fault,) = faults(kind, {**values, "since": ""})
    assert (fault.column, fault.code) == ("起始日期", "BENEFIT_START_MISSING")
    (fault,) = faults(kind, {**values, "decision": "不予批准", "until": "2025-03-31"})
    assert (fault.column, fault.code) == ("停发日期", "BENEFIT_NOT_GRANTED")


def test_a_category_stated_again_with_an_end_is_the_same_record() -> None:
    kind = BY_NAME["civil_affairs.classification"]
    values = {**example(kind), "until": "2025-03-31"}
    command, on = only(kind, values)
    assert isinstance(command, ClassifyChild)
    assert (command.entry, command.until, on) == (RECORD, date(2025, 3, 31), date(2025, 3, 31))
    assert key(kind, values) == key(kind, example(kind))


# The natural key


def key(kind: RecordKind[Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(kind.natural_key(record(kind, values)))


FULL_WIDTH = str.maketrans("0123456789G-", "０１２３４５６７８９Ｇ－")
DAY_FORMS = ["{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0.year}.{0.month}.{0.day}", "{0:%Y年%m月%d日}"]


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_is_the_same_however_number_and_days_are_written(name: str) -> None:
    kind = BY_NAME[name]
    values = example(kind)
    plain = key(kind, values)
    if name in OF_A_CHILD:
        full_width = values["id_number"].translate(FULL_WIDTH)
        assert key(kind, {**values, "id_number": full_width}) == plain
        assert key(kind, {**values, "id_number": "'999999 20150301 0016 "}) == plain
        assert key(kind, {**values, "name": "别的写法", "village": VILLAGE}) == plain
    for each in days_of(kind):
        if each not in values:
            continue
        day = date.fromisoformat(values[each])
        for form in DAY_FORMS:
            assert key(kind, {**values, each: form.format(day)}) == plain
            full_width = form.format(day).translate(FULL_WIDTH)
            assert key(kind, {**values, each: full_width}) == plain


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_is_the_same_however_names_are_written(name: str) -> None:
    kind = BY_NAME[name]
    values = {**without_number(kind), "name": "张学", "guardian_name": "张大"}
    plain = key(kind, values)
    for child, guardian in (("張學", "張大"), ("张 学", "张\u3000大"), (" ’張 学", "張·大")):
        assert key(kind, {**values, "name": child, "guardian_name": guardian}) == plain
    assert key(kind, {**values, "village": " 龙潭 社区居委会\u200b"}) == plain


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_the_key_tells_children_apart(name: str) -> None:
    kind = BY_NAME[name]
    first17 = ID_NUMBER[:14] + "003"
    other = first17 + id_check_character(first17)
    assert key(kind, example(kind)) != key(kind, {**example(kind), "id_number": other})
    values = without_number(kind)
    for each, value in (
        ("name", "张四"),
        ("guardian_name", "李大"),
        ("birth_date", "2015-03-02"),
        ("village", "别处"),
    ):
        assert key(kind, values) != key(kind, {**values, each: value})


OCCASION = {
    "civil_affairs.benefit": ("document_number", "示民保〔2025〕0002号"),
    "civil_affairs.classification": ("since", "2025-02-02"),
    "health.disability": ("found_on", "2025-03-11"),
    "health.follow_up": ("started_on", "2025-03-04"),
    "education.roll": ("school", "另一小学"),
    "education.absence": ("absent_since", "2025-03-04"),
    "education.persuasion": ("persuaded_on", "2025-03-11"),
    "education.return": ("returned_on", "2025-03-18"),
    "education.lawful_absence": ("approved_on", "2025-03-11"),
    "education.joint_measure": ("called_on", "2025-03-21"),
    "village.problem_recheck": ("found_on", "2025-03-11"),
    "town.problem_closing": ("found_on", "2025-03-11"),
    "education.concern": ("raised_on", "2025-03-11"),
    "education.conduct_measure": ("taken_on", "2025-03-11"),
    "town.concern_end": ("raised_on", "2025-03-11"),
    "education.leaving": ("until", "2025-03-21"),
    "education.not_on_roll": ("proof", "示教学〔2025〕0002号"),
    "education.strike_off": ("struck_off_on", "2025-03-30"),
    "police.admonition": ("document_number", "示公训〔2025〕0002号"),
    **{
        name: ("document_number", number.replace("1号", "2号"))
        for name, (_, number) in ORDERS.items()
    },
    "police.search_result": ("concluded_on", "2025-03-29"),
    "civil_affairs.assessment": ("assessed_on", "2025-03-19"),
    "civil_affairs.placement": ("placed_on", "2025-03-21"),
    "civil_affairs.return_home": ("returned_on", "2025-03-28"),
    "civil_affairs.case_closing": ("closed_on", "2025-03-30"),
    "civil_affairs.follow_up_extension": ("until", "2026-03-28"),
    "village.delegated_care": ("since", "2025-03-02"),
    "village.delegated_contact": ("contacted_on", "2025-03-09"),
    "village.delegated_care_end": ("ended_on", "2025-03-29"),
    "welfare_institution.service_plan": ("set_on", "2025-03-27"),
    "welfare_institution.service_plan_review": ("reviewed_on", "2025-03-27"),
    "womens_federation.guidance_session": ("held_on", "2025-03-21"),
    "womens_federation.guidance_report": ("reported_on", "2025-03-27"),
    "village.warning_visit": ("visited_on", "2025-03-21"),
    "police.warning_visit": ("visited_on", "2025-03-21"),
    "village.emergency_care": ("begun_on", "2025-03-21"),
    "village.emergency_care_end": ("ended_on", "2025-03-23"),
    "civil_affairs.revocation_application": ("sought_on", "2025-03-25"),
    "court.revocation": ("document_number", "示民特〔2025〕0002号"),
    "court.restoration": ("document_number", "示民特恢〔2025〕0002号"),
    "civil_affairs.protection_application": ("applied_on", "2025-03-14"),
    "court.protection_order": ("document_number", "示民保令〔2025〕0002号"),
    "court.protection_extension": ("document_number", "示民保令延〔2025〕0002号"),
    "court.protection_end": ("how", "撤销保护令"),
    "police.report_child": ("report_id", str(CHECK)),
    "procuratorate.status_check": ("document_number", "示检核〔2025〕0002号"),
    "safety.contact": ("stated_on", "2025-03-13"),
    "safety.instruction": ("issued_on", "2025-03-13"),
    "advice.reply": ("advice_id", str(CHECK)),
    "police.report_suspect": ("report_id", str(CHECK)),
    "police.report_status": ("report_id", str(CHECK)),
    "procuratorate.advice": ("document_number", "示检建〔2025〕0002号"),
    "education.monthly_report": ("period", "2025-04"),
    "education.quarterly_review": ("period", "2025-Q2"),
    "procuratorate.vice_head_activity": ("topic", "另一主题"),
    "town.persuasion": ("persuaded_on", "2025-03-11"),
    "town.residence": ("since", "2024-07-02"),
    "town.dissuasion": ("dissuaded_on", "2025-03-06"),
    "village.visit": ("visited_on", "2025-03-13"),
    "village.visit_form": ("visit_id", str(CHECK)),
    "village.verification": ("verified_on", "2025-03-13"),
}

# Where more than one field says which record it is: the others, each with another value.
ALSO: dict[str, dict[str, str]] = {
    "court.protection_end": {"decided_on": "2025-03-30"},
    "womens_federation.guidance_session": {"order": "告诫书"},
    "womens_federation.guidance_report": {"order": "告诫书"},
    "village.problem_recheck": {"rechecked_on": "2025-03-28"},
    "education.joint_measure": {"measure": "家庭救助"},
    "civil_affairs.benefit": {"scheme": "临时救助"},
    "civil_affairs.classification": {"category": "流动儿童"},
    "town.concern_end": {"school": "另一小学"},
    "police.report_suspect": {
        "finding": "排除",
        "relation": "陌生人",
        "unit": "某单位",
        "on": "2025-03-06",
    },
    "police.report_status": {"step": "反馈", "on": "2025-03-05"},
    "advice.reply": {"replied_on": "2025-03-29"},
    "procuratorate.vice_head_activity": {
        "station": "另一未保站",
        "activity": "业务培训",
        "held_on": "2025-03-15",
    },
}


@pytest.mark.parametrize("name", RECORDS)
def test_only_child_and_occasion_make_another_record(name: str) -> None:
    kind = BY_NAME[name]
    values = example(kind)
    occasion, other = OCCASION[name]
    also = ALSO.get(name, {})
    for each, value in {occasion: other, **also}.items():
        assert key(kind, values) != key(kind, {**values, each: value})
    child = {column.field for column in kind.columns} & {"name", "id_number", "birth_date", "sex"}
    changes = {
        "grade": "五年级",
        "school": "另一小学",
        "change": "毕业",
        "aspects": "行为异常",
        "ended_on": "2025-03-30",
        "since": "2024-09-02",
        "student_number": "L" + "1" * 18,
        "school_days": "9",
        "reason_code": "病假",
        "family_contact": "联系上",
        "outcome": "拒绝复学",
        "proof": "毕业",
        "served_on": "2025-03-13",
        "guardian_relation": "母亲",
        "conduct": "虐待",
        "guidance_ordered": "否",
        "found": "否",
        "conclusion": "在家监护支持",
        "situation": "无人照料",
        "care": "家庭寄养",
        "place": "别处",
        "reason": "已迁出",
        "matter": "另一事项",
        "attendance": "41",
        "police_receipt": "示例接〔2025〕2号",
        "addressee": "另一单位",
        "issued_on": "2025-03-15",
        "content": "另一回复",
        "categories": "孤儿",
        "grounds": "儿童残疾",
        "village": VILLAGE,
        "guardian_phone": "13900000000",
        "visited_on": "2025-03-13",
        "form": "电话联系",
        "seen": "祖母",
        "seen_alone": "否",
        "child_ref": str(CHECK),
        "finding": "已搬走",
        "harm_suspected": "是",
        "decision": "不予批准",
        "decided_on": "2025-03-15",
        "monthly_amount": "3000元",
        "certifier": "另一单位",
        "status": "疑似",
        "disability_class": "视力残疾",
        "disability_grade": "一级",
        "measures": "其他适当的管理教育措施",
        "until": "2025-05-10",
        "document_number": "示教核〔2025〕0002号",
        "problem_kinds": "健康",
        "solved": "否",
        "struck_off_on": "2025-04-01",
        "no_roll": "延缓入学",
        "urgent": "否",
        "granted": "否",
        "guardian": "其他监护人",
        "restorable": "否",
        "restored_on": "2025-03-30",
        "warned_seen": "否",
        "care_plan": "由护理员照料",
        "verdict": "需要调整",
        "facility": "未成年人救助保护机构",
        "carer": "祖父",
        "child_heard": "否",
        "barred_checked": "否",
        "attended": "否",
        "result": "拒不接受指导",
        "protected_seen": "否",
        "repeated": "是",
        "respondent": "母亲",
        "receiver": "另一外区单位",
        "hospital": "另一医院",
        "hand_over": "2",
        "number": "示例收〔2025〕2号",
        "contact_name": "示例姑姑",
        "contact_phone": "13900000000",
        "contact_relation": "其他亲属",
        "text": "另一提示",
        "call": "021-57000000",
        "told_units": "派出所",
        "letter": "（外区）签收〔2025〕8号",
        "enrolled": "821",
        "absent": "1",
        "suspected": "1",
        "dropped_out": "1",
        "returned": "1",
        "schools": "97",
    }
    rest = set(values) - child - {occasion} - set(also)
    assert rest <= set(changes)
    # A call on the day of a visit is another record.
    rest -= {"form"} if name == "village.visit" else set()
    for each in rest:
        assert key(kind, {**values, each: changes[each]}) == key(kind, values), each


@pytest.mark.parametrize(
    "name",
    [
        "civil_affairs.benefit",
        "police.admonition",
        "procuratorate.advice",
        "procuratorate.status_check",
        *ORDERS,
    ],
)
def test_a_document_number_is_one_whatever_its_brackets(name: str) -> None:
    kind = BY_NAME[name]
    values = {**example(kind), "document_number": "示公a〔2025〕12号"}
    for variant in ("示公A（２０２５）１２号", "示公a [2025] 12 号", "示公Ａ【2025】12号"):
        assert key(kind, {**values, "document_number": variant}) == key(kind, values)


def test_a_school_is_one_whatever_its_spaces() -> None:
    kind = BY_NAME["education.roll"]
    values = {**example(kind), "school": "示例第2小学(北)"}
    variant = {**values, "school": " 示例 第２小学（北）"}
    assert key(kind, variant) == key(kind, values)
