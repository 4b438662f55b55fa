"""Random and fixed histories over all streams, from small pools, so that commands meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.approval import ApproveProposal
from domain.child_file import (
    ClassifyChild,
    ConfirmResidence,
    EndFollowUp,
    LinkReport,
    ListForFollowUp,
    SetTierTrigger,
    StateContact,
    StateIdentity,
)
from domain.deadline import AdvanceDeadline
from domain.dropout_codes import StrikeOffProof
from domain.dropout_events import RecordPersuasion, RecordReturn, ReportAbsence, StrikeOff
from domain.enrolment import ConfirmEnrolment
from domain.guardianship_case import guardianship_case_id
from domain.guardianship_commands import (
    CloseGuardianshipCase,
    RecordAdmonition,
    RecordDissuasion,
)
from domain.kernel import Actor, CaseReferrals, Category, Command, Event, Recorded, Refused
from domain.mandatory_report import (
    AcceptMandatoryReport,
    AskForEvidence,
    AskWhoTreated,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    FileMandatoryReport,
    HandOverEvidence,
    NameReportedChild,
    NoteHouseholdCheck,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    StateMedicalCare,
)
from domain.organisations import HUB, Post
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    RequestReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    WithdrawReferral,
)
from domain.registry import TOGETHER
from domain.rules import Rules
from domain.scope import CloseScope, OpenScope, ScopeBasis
from domain.status_check import CheckCaseStatus
from tests.domain import examples
from tests.domain.invented import (
    CHILD,
    EDUCATION,
    HOSPITAL,
    OTHER_SCHOOL,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import (
    CASE,
    DAY,
    KINDS,
    LONG_AFTER,
    REPORT_1,
    RULES,
    OneStation,
    Told,
    children,
    days,
    instants,
    matters,
    maybe_town,
    organisations,
    outcomes,
    reasons,
    referral_ids,
    report_ids,
    schools,
    stations,
    texts,
    towns,
    villages,
)
from tests.specification import By, Journal, When, at_noon


def _identity() -> dict[str, SearchStrategy[Any]]:
    return {
        "child_ref": children,
        "name": st.text(max_size=8),
        "birth_date": st.none() | days,
        "id_number": texts,
        "sex": texts,
        "stated_village": st.none() | villages,
    }


EXAMPLES = tuple(
    import_module(info.name) for info in iter_modules(examples.__path__, f"{examples.__name__}.")
)
"""One module a stream: how its commands are drawn (``COMMANDS``), and what is asked so that each
of its events happens (``TOLD``)."""

COMMANDS: Mapping[type[Command], SearchStrategy[Command]] = {
    **{command: drawn for each in EXAMPLES for command, drawn in each.COMMANDS.items()},
    StateIdentity: st.builds(StateIdentity, **_identity()),
    StateContact: st.builds(StateContact, child_ref=children, guardian_phone=texts),
    ConfirmResidence: st.builds(
        ConfirmResidence,
        child_ref=children,
        town=towns,
        village=villages,
        police_station=st.none() | stations,
        address=texts,
        since=days,
    ),
    ClassifyChild: st.builds(
        ClassifyChild,
        child_ref=children,
        entry=st.none() | referral_ids,
        categories=st.sampled_from([(), ("ORPHAN",), ("MIGRANT",)]),
        grounds=st.sampled_from([(), ("CHILD_DISABLED",)]),
        since=st.none() | days,
        until=st.none() | days,
    ),
    ReportAbsence: st.builds(
        ReportAbsence,
        child_ref=children,
        school=schools,
        town=maybe_town,
        absent_since=days,
        school_days=st.integers(0, 8),
        reason_code=st.sampled_from(reasons),
        family_contact=texts,
        reason=texts,
    ),
    RecordPersuasion: st.builds(
        RecordPersuasion,
        child_ref=children,
        persuaded_on=days,
        outcome=st.sampled_from(["RETURNED", "AGREED", "REFUSED", "NOT_FOUND"]),
        account=texts,
    ),
    RecordReturn: st.builds(RecordReturn, child_ref=children, school=schools, returned_on=days),
    StrikeOff: st.builds(
        StrikeOff,
        child_ref=children,
        proof=st.sampled_from(StrikeOffProof),
        struck_off_on=days,
        proof_note=texts,
    ),
    RecordDissuasion: st.builds(
        RecordDissuasion,
        child_ref=children,
        dissuaded_on=days,
        guardian_relation=texts,
        conduct=st.text(max_size=8),
        account=texts,
    ),
    RecordAdmonition: st.builds(
        RecordAdmonition,
        child_ref=children,
        town=maybe_town,
        document_number=st.text(max_size=8),
        served_on=days,
        guardian_relation=texts,
        conduct=st.text(max_size=8),
        account=texts,
        guidance_ordered=st.booleans(),
    ),
    CloseGuardianshipCase: st.builds(
        CloseGuardianshipCase, child_ref=children, reason=st.text(max_size=8)
    ),
    RequestReferral: st.builds(
        lambda pair, **rest: RequestReferral(kind=pair[0], addressee=pair[1], **rest),
        pair=st.sampled_from(KINDS),
        referral_id=referral_ids,
        child_ref=children,
        case_id=st.just(CASE),
        sender=st.sampled_from([SCHOOL, STATION]),
        town=maybe_town,
    ),
    AcceptReferral: st.builds(AcceptReferral, referral_id=referral_ids),
    StartReferral: st.builds(StartReferral, referral_id=referral_ids),
    CompleteReferral: st.builds(
        CompleteReferral,
        referral_id=referral_ids,
        outcome=st.sampled_from([*outcomes, "", "别的"]),
        happened_on=st.none() | days,
        account=texts,
    ),
    FailReferral: st.builds(FailReferral, referral_id=referral_ids, account=texts),
    ReturnReferral: st.builds(
        ReturnReferral,
        referral_id=referral_ids,
        reason=st.sampled_from(ReturnReason),
        note=texts,
    ),
    WithdrawReferral: st.builds(WithdrawReferral, referral_id=referral_ids, note=texts),
    OpenScope: st.builds(
        OpenScope,
        organisation=st.sampled_from([TOWN, PROCURATORATE]),
        child_ref=children,
        item=referral_ids,
        basis=st.sampled_from(ScopeBasis),
        categories=st.lists(matters, max_size=4, unique=True).map(tuple),
        on_acceptance=st.lists(matters, max_size=2, unique=True).map(tuple),
        until=st.none() | instants,
    ),
    CloseScope: st.builds(
        CloseScope,
        organisation=st.sampled_from([TOWN, PROCURATORATE]),
        child_ref=children,
        item=referral_ids,
    ),
    CheckCaseStatus: st.builds(
        CheckCaseStatus,
        check_id=referral_ids,
        child_ref=st.none() | children,
        document_number=st.text(max_size=8),
        matter=texts,
    ),
    SetTierTrigger: st.builds(
        SetTierTrigger, child_ref=children, trigger=referral_ids, active=st.booleans()
    ),
    ListForFollowUp: st.builds(ListForFollowUp, child_ref=children, until=days),
    EndFollowUp: st.builds(EndFollowUp, child_ref=children),
    LinkReport: st.builds(LinkReport, child_ref=children, report_id=report_ids),
    FileMandatoryReport: st.builds(
        FileMandatoryReport,
        report_id=report_ids,
        seen=texts,
        reporter_name=texts,
        discovered_at=st.none() | instants,
        immediate_danger=st.booleans(),
        town=maybe_town,
        defects=st.sampled_from([(), ("CHILD_MISSING", "SEEN_MISSING")]),
    ),
    AcceptMandatoryReport: st.builds(
        AcceptMandatoryReport, report_id=report_ids, police_receipt=texts
    ),
    DecideMandatoryReport: st.builds(
        DecideMandatoryReport,
        report_id=report_ids,
        decision=st.sampled_from(PoliceDecision),
        reason=texts,
        receiver=texts,
        letter=texts,
    ),
    NameReportedChild: st.builds(NameReportedChild, report_id=report_ids, child_ref=children),
    FeedBackToReporter: st.builds(
        FeedBackToReporter, report_id=report_ids, told=texts, final=st.booleans()
    ),
    CloseMandatoryReport: st.builds(
        CloseMandatoryReport, report_id=report_ids, reason=texts, unreachable=texts
    ),
    StateMedicalCare: st.builds(
        StateMedicalCare,
        report_id=report_ids,
        care=st.sampled_from(["SENT", "THERE", "NOT_SEEN"]),
        hospital=texts,
        account=texts,
        treated_at=st.sampled_from([None, HOSPITAL, SCHOOL]),
    ),
    AskWhoTreated: st.builds(AskWhoTreated, report_id=report_ids),
    HandOverEvidence: st.builds(HandOverEvidence, report_id=report_ids, listed=texts),
    ReceiveEvidence: st.builds(
        ReceiveEvidence,
        report_id=report_ids,
        hand_over=st.integers(0, 3),
        number=texts,
        note=texts,
    ),
    NoteHouseholdCheck: st.builds(
        NoteHouseholdCheck,
        report_id=report_ids,
        kind=st.just("check_household"),
        outcome=st.sampled_from(["SEEN_SAFE", "PROTECTED"]),
        checked_by=st.just(STATION),
    ),
    AskForEvidence: st.builds(
        AskForEvidence, report_id=report_ids, hospital=st.sampled_from([HOSPITAL, SCHOOL])
    ),
    OrderFiling: st.builds(OrderFiling, report_id=report_ids, reason=texts, document=texts),
}
"""How a command of each type is drawn."""

Drawn = tuple[Command, str, datetime]


def steps(*types: type[Command]) -> SearchStrategy[list[Drawn]]:
    """Sequences of commands of these types, each by some organisation (of clocks by the hub, which
    alone may) at some instant, in the order of time."""
    drawn = st.one_of(
        [
            st.tuples(
                COMMANDS[type_],
                st.just(HUB) if type_.__module__ == "domain.deadline" else organisations,
                instants,
            )
            for type_ in types
        ]
    )
    return st.lists(drawn, max_size=25).map(lambda found: sorted(found, key=lambda step: step[2]))


def carried_out(journal: Journal, run: list[Drawn]) -> list[Event]:
    """Carry out what the rules allow; what they refuse changes nothing. Any other exception is
    the caller's to see. Gives the events as they were decided, unsealed."""
    events: list[Event] = []
    for command, by, now in run:
        before = {stream_id: len(log) for stream_id, log in journal.streams.items()}
        refusal = None
        try:
            events += [fact.event for fact in journal.carry_out(command, by=by, on=now)]
        except Refused as refused:
            refusal = refused
        if refusal is not None:
            assert refusal.text.endswith("。"), refusal.code
            after = {stream_id: len(log) for stream_id, log in journal.streams.items()}
            assert before == after, "a refusal left something behind"
    return events


def one_of_each_event() -> tuple[Event, ...]:
    """The events of :func:`one_of_each_recorded`."""
    return tuple(fact.event for fact in one_of_each_recorded())


_IN_TOWN = Actor(TOWN, Post.HANDLER.value, "u-town")


def new_journal() -> Journal:
    """Nothing has happened yet; in every case two have been asked, and have answered."""
    answered = CaseReferrals(addressees=2)
    return Journal(places=OneStation(), together=TOGETHER, referrals=answered)


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked next: under which rules, where others than the policies' are meant, and with
    which categories in hand."""

    command: Command
    by: By
    on: When
    rules: Rules | None = None
    tasks: frozenset[Category] = frozenset()


def tell(journal: Journal, step: Step) -> list[Recorded]:
    """Carry out one step."""
    journal.rules, journal.tasks = step.rules, step.tasks
    try:
        return journal.carry_out(step.command, by=step.by, on=step.on)
    finally:
        journal.rules, journal.tasks = None, frozenset()


@cache
def one_of_each_recorded() -> tuple[Recorded, ...]:
    """Events that decisions really produce, at least one of each type, from one child's year."""
    journal = new_journal()
    return tuple(fact for step in year() for fact in tell(journal, step))


@cache
def year() -> tuple[Step, ...]:
    """One child's year, in which each event happens."""
    identity: dict[str, Any] = {
        "child_ref": CHILD,
        "name": "测试甲",
        "birth_date": date(2015, 9, 1),
        "id_number": None,
        "sex": "2",
        "stated_village": VILLAGE_CODE,
    }
    absence = ReportAbsence(
        child_ref=CHILD,
        school=OTHER_SCHOOL,
        town=TOWN_CODE,
        absent_since=DAY,
        school_days=RULES.thresholds.suspected_after_school_days,
        reason_code="UNEXPLAINED",
        family_contact=None,
        reason=None,
    )
    limit = RULES.thresholds.persuasion_failures_before_supervision

    def ask(number: int) -> Command:
        return RequestReferral(
            referral_id=UUID(int=number),
            child_ref=CHILD,
            case_id=CASE,
            kind="persuade_dropout",
            sender=SCHOOL,
            addressee=TOWN,
            town=TOWN_CODE,
        )

    done, failed, returned, withdrawn = (UUID(int=n) for n in (11, 12, 13, 14))
    told: list[Told] = [
        (StateIdentity(**identity), TOWN, DAY),
        (StateContact(child_ref=CHILD, guardian_phone="13000000000"), TOWN, DAY),
        *(
            (
                ConfirmEnrolment(
                    child_ref=CHILD, school=school, student_number=None, grade="一", since=DAY
                ),
                EDUCATION,
                DAY,
            )
            for school in (SCHOOL, OTHER_SCHOOL)
        ),
        (
            ConfirmResidence(
                child_ref=CHILD,
                town=TOWN_CODE,
                village=VILLAGE_CODE,
                police_station=STATION,
                address=None,
                since=DAY,
            ),
            TOWN,
            DAY,
        ),
        (
            ClassifyChild(
                child_ref=CHILD,
                entry=CASE,
                categories=("ORPHAN",),
                grounds=("CHILD_DISABLED",),
                since=DAY,
                basis="民政认定",
                certifier="区民政局",
            ),
            TOWN,
            DAY,
        ),
        (SetTierTrigger(child_ref=CHILD, trigger=CASE, active=True), HUB, DAY),
        (ListForFollowUp(child_ref=CHILD, until=LONG_AFTER), HUB, DAY),
        (EndFollowUp(child_ref=CHILD), HUB, LONG_AFTER),
        (absence, OTHER_SCHOOL, DAY),
        *(
            (
                RecordPersuasion(
                    child_ref=CHILD,
                    persuaded_on=DAY + timedelta(days=n),
                    outcome="REFUSED",
                    account="家访",
                ),
                OTHER_SCHOOL,
                DAY + timedelta(days=n),
            )
            for n in range(limit)
        ),
        (
            RecordReturn(child_ref=CHILD, school=OTHER_SCHOOL, returned_on=DAY),
            OTHER_SCHOOL,
            DAY,
        ),
        (
            StrikeOff(
                child_ref=CHILD,
                proof=StrikeOffProof.ATTENDANCE,
                struck_off_on=DAY,
                proof_note=None,
            ),
            EDUCATION,
            DAY,
        ),
        (
            RecordDissuasion(
                child_ref=CHILD,
                dissuaded_on=DAY,
                guardian_relation="51",
                conduct="疏于照看",
                account=None,
            ),
            VILLAGE,
            DAY,
        ),
        (
            RecordAdmonition(
                child_ref=CHILD,
                town=TOWN_CODE,
                document_number="1号",
                served_on=DAY,
                guardian_relation="51",
                conduct="打骂",
                account=None,
                guidance_ordered=True,
            ),
            STATION,
            DAY,
        ),
        (CloseGuardianshipCase(child_ref=CHILD, reason="已改善"), TOWN, DAY),
        (
            ApproveProposal(case_id=guardianship_case_id(CHILD, 1), proposal=1),
            Actor(TOWN, Post.HEAD.value, "u-head"),
            DAY,
        ),
        *((ask(number), SCHOOL, DAY) for number in (11, 12, 13, 14)),
        (AdvanceDeadline(subject_id=done, kind="accept", child_ref=CHILD), HUB, LONG_AFTER),
        (AcceptReferral(referral_id=done), _IN_TOWN, LONG_AFTER),
        (StartReferral(referral_id=done), TOWN, LONG_AFTER),
        (CompleteReferral(referral_id=done, outcome="AGREED"), TOWN, LONG_AFTER),
        (AcceptReferral(referral_id=failed), _IN_TOWN, DAY),
        (FailReferral(referral_id=failed, account="未见到人"), TOWN, DAY),
        (ReturnReferral(referral_id=returned, reason=ReturnReason.DUPLICATE), TOWN, DAY),
        (WithdrawReferral(referral_id=withdrawn), HUB, DAY),
        (
            CheckCaseStatus(
                check_id=UUID(int=21), child_ref=CHILD, document_number="1号", matter=None
            ),
            PROCURATORATE,
            DAY,
        ),
        (
            FileMandatoryReport(
                report_id=REPORT_1,
                situations="MR4",
                seen="多处瘀青",
                child_described="约八岁",
                place=VILLAGE_CODE,
                suspect="不详",
                reporter_name="测试乙",
                call_back="13000000000",
                police_receipt="1号",
                unread="{}",
                discovered_at=at_noon(DAY),
                immediate_danger=True,
                town=TOWN_CODE,
                defects=("SUSPECT_UNREAD",),
            ),
            SCHOOL,
            DAY,
        ),
        (AcceptMandatoryReport(report_id=REPORT_1, police_receipt="1号"), STATION, DAY),
        (
            DecideMandatoryReport(
                report_id=REPORT_1, decision=PoliceDecision.NOT_FILED, reason="无违法事实"
            ),
            STATION,
            DAY,
        ),
        (NameReportedChild(report_id=REPORT_1, child_ref=CHILD), STATION, DAY),
        (StateMedicalCare(report_id=REPORT_1, care="SENT", hospital="急诊"), STATION, DAY),
        (HandOverEvidence(report_id=REPORT_1, listed="病历1份"), SCHOOL, DAY),
        (AskForEvidence(report_id=REPORT_1, hospital=HOSPITAL), STATION, DAY),
        (ReceiveEvidence(report_id=REPORT_1, hand_over=1, number="收1号"), STATION, DAY),
        (FeedBackToReporter(report_id=REPORT_1, told="已受案", final=True), STATION, DAY),
        (CloseMandatoryReport(report_id=REPORT_1, reason="已办结"), STATION, DAY),
        (OrderFiling(report_id=REPORT_1, reason="理由不成立"), PROCURATORATE, DAY),
        (
            NoteHouseholdCheck(
                report_id=REPORT_1, kind="check_household", outcome="SEEN_SAFE", checked_by=STATION
            ),
            HUB,
            DAY,
        ),
        *(each for module in EXAMPLES for each in module.TOLD),
    ]
    return (
        *(Step(*each) for each in told),
        # What happens only once a rule is another one, or by what somebody has in hand.
        *(
            step
            for module in EXAMPLES
            for step in (
                *_steps(getattr(module, "UNDER_OTHER_RULES", (None, [])), "rules"),
                *_steps(getattr(module, "IN_HAND", (frozenset(), [])), "tasks"),
            )
        ),
    )


def _steps(apart: tuple[Any, Sequence[Told]], what: str) -> list[Step]:
    value, told = apart
    return [Step(*each, **{what: value}) for each in told]
