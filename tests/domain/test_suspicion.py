"""Who the suspected person is to the child, and what follows from it.

Sources: privacy design, Who may; domain reference §2 (suspected person & relation) and §10,
invariant 3; 未保法 11(2).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Category, Command, Event, Recorded
from domain.mandatory_report import (
    ClearSuspicion,
    FileMandatoryReport,
    MandatoryReportFiled,
    NameReportedChild,
    ReportChannel,
    ReportedChildNamed,
    StateSuspicion,
)
from domain.merged_file import MergeFile, UnmergeFile
from domain.organisations import HUB, Seat, district_organisation
from domain.reactions.loops import when_report_filed_then_the_police_of_the_beat_take_it
from domain.reactions.reports import when_suspicion_changes_then_the_file_knows
from domain.referral import (
    ReassignReferral,
    ReferralReassigned,
    ReferralRequested,
    RequestReferral,
)
from domain.referral_moves import instead
from domain.rules import SuspectRules
from domain.suspicion import (
    SUSPECT_RELATION,
    ConflictsFollowed,
    FollowConflicts,
    NoteSuspicion,
    Suspicion,
    SuspicionCleared,
    SuspicionNoted,
    SuspicionStated,
)
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    OTHER_CHILD,
    OTHER_SCHOOL,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
)
from tests.specification import as_recorded, circumstances, folded, given, happened

TODAY = date(2026, 3, 4)
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
OTHER_REPORT = UUID("f0000000-0000-4000-8000-000000000002")
SUSPECTS = load_policies().rules.suspects

report = FileMandatoryReport(report_id=REPORT, seen="手臂多处瘀青", suspect="示例职工")


def filed_with(**stated: object) -> MandatoryReportFiled:
    """The report as it is filed by the school when it says so."""
    (event,) = given().when(report.model_copy(update=stated), by=SCHOOL, on=TODAY).events
    assert isinstance(event, MandatoryReportFiled)
    return event


# -- what a report says at the door ---------------------------------------------------------------


def test_a_report_that_says_nothing_of_it_is_taken_as_ever() -> None:
    event = filed_with()
    assert not event.guardian_suspected
    assert event.conflicted_organisations == ()


@pytest.mark.parametrize("relation", ["GUARDIAN", "FAMILY"])
def test_a_guardian_or_who_lives_with_the_child_counts_as_the_guardian_side(relation: str) -> None:
    assert filed_with(suspect_relation=relation).guardian_suspected


@pytest.mark.parametrize("relation", ["ACQUAINTANCE", "PEER", "STRANGER", "UNKNOWN", None])
def test_anybody_else_does_not(relation: str | None) -> None:
    event = filed_with(suspect_relation=relation)
    assert not event.guardian_suspected
    assert event.conflicted_organisations == ()


def test_the_answer_to_whether_it_is_the_guardian_still_counts() -> None:
    assert filed_with(guardian_suspected=True, suspect_relation="STRANGER").guardian_suspected


def test_whose_own_staff_is_suspected_is_itself_conflicted_and_still_reports() -> None:
    assert filed_with(suspect_relation="UNIT_STAFF").conflicted_organisations == (SCHOOL,)


FOR_ANOTHER = pytest.mark.parametrize(
    "how", [{"channel": ReportChannel.LINK}, {"unit_named": "（示例）某宾馆"}], ids=["link", "unit"]
)
"""A unit that the hub does not know reports, in the name of one that it does."""


@FOR_ANOTHER
def test_who_writes_down_another_units_report_is_not_conflicted_by_its_staff(
    how: dict[str, object],
) -> None:
    """Given that a hotel suspects one of its own staff / when it is filed in the school's name /
    then the school is not conflicted, and that nobody knows the unit is for the police to mend."""
    event = filed_with(suspect_relation="UNIT_STAFF", defects=("SEEN_MISSING",), **how)
    assert event.conflicted_organisations == ()
    assert event.defects == ("SEEN_MISSING", "SUSPECT_UNIT_UNKNOWN")
    known = filed_with(suspect_relation="UNIT_STAFF", conflicted_organisations=(VILLAGE,), **how)
    assert (known.conflicted_organisations, known.defects) == ((VILLAGE,), ())
    more = report.model_copy(update={"suspect_relation": "UNIT_STAFF"})
    given(event).when(more, by=SCHOOL, on=TODAY).then(
        happened(MandatoryReportFiled, conflicted_organisations=())
    )


@FOR_ANOTHER
def test_nor_is_it_when_the_police_say_so_or_take_it_back(how: dict[str, object]) -> None:
    said = StateSuspicion(report_id=REPORT, relation="UNIT_STAFF", account="示例")
    given(filed_with(**how)).when(said, by=STATION, on=TODAY).then(
        happened(SuspicionStated, conflicted_organisations=())
    )
    named = filed_with(conflicted_organisations=(SCHOOL,), **how)
    cleared = ClearSuspicion(report_id=REPORT, relation="UNIT_STAFF", reason="查明不是")
    given(named).when(cleared, by=STATION, on=TODAY).then_refused("SUSPICION_UNIT_MISSING")


def test_units_that_are_named_are_conflicted() -> None:
    event = filed_with(conflicted_organisations=(STATION, VILLAGE))
    assert event.conflicted_organisations == tuple(sorted((STATION, VILLAGE)))


def test_nobodys_word_shuts_out_the_one_who_supervises_all_others() -> None:
    everybody = tuple(map(district_organisation, Seat))
    conflicted = filed_with(conflicted_organisations=everybody).conflicted_organisations
    assert PROCURATORATE not in conflicted
    assert set(everybody) - set(conflicted) == {PROCURATORATE}


def test_relation_and_unit_are_sealed_as_harm() -> None:
    for event in (MandatoryReportFiled, SuspicionStated, SuspicionCleared):
        clear = set(event.model_fields) - set(event.SENSITIVE)
        assert clear.isdisjoint({"suspect", "suspect_relation", "suspect_unit", "relation"})
        assert clear.isdisjoint({"account", "reason"})


# -- what the police find -------------------------------------------------------------------------


def test_the_police_state_it_later_and_it_adds_to_what_was_said() -> None:
    given(filed_with(suspect_relation="UNIT_STAFF")).when(
        StateSuspicion(report_id=REPORT, relation="GUARDIAN", account="示例"), by=STATION, on=TODAY
    ).then(happened(SuspicionStated, guardian_is_suspect=True, conflicted_organisations=(SCHOOL,)))


def test_what_is_found_not_to_be_so_is_cleared_with_a_reason_and_nothing_else_with_it() -> None:
    said = filed_with(guardian_suspected=True, suspect_relation="UNIT_STAFF")
    guardian = ClearSuspicion(report_id=REPORT, relation="GUARDIAN", reason="查明不是")
    given(said).when(guardian, by=STATION, on=TODAY).then(
        happened(SuspicionCleared, guardian_is_suspect=False, conflicted_organisations=(SCHOOL,))
    )
    school = ClearSuspicion(report_id=REPORT, organisations=(SCHOOL,), reason="查明不是")
    given(said).when(school, by=STATION, on=TODAY).then(
        happened(SuspicionCleared, guardian_is_suspect=True, conflicted_organisations=())
    )


@pytest.mark.parametrize("relation", [*SUSPECT_RELATION.labels, None])
def test_each_relation_clears_what_follows_from_it_and_no_guardian_with_it(
    relation: str | None,
) -> None:
    """With a unit that unit, without one what the relation itself stands for, or nothing."""
    said = filed_with(
        guardian_suspected=True,
        suspect_relation="UNIT_STAFF",
        conflicted_organisations=(OTHER_SCHOOL,),
    )
    guardian = relation not in SUSPECTS.guardian_relations
    named = ClearSuspicion(
        report_id=REPORT, relation=relation, organisations=(OTHER_SCHOOL,), reason="查明不是"
    )
    given(said).when(named, by=STATION, on=TODAY).then(
        happened(SuspicionCleared, guardian_is_suspect=guardian, conflicted_organisations=(SCHOOL,))
    )
    alone = ClearSuspicion(report_id=REPORT, relation=relation, reason="查明不是")
    after = given(said).when(alone, by=STATION, on=TODAY)
    if relation == "UNIT_STAFF":
        after.then(
            happened(
                SuspicionCleared,
                guardian_is_suspect=True,
                conflicted_organisations=(OTHER_SCHOOL,),
            )
        )
    elif guardian:
        after.then_refused("SUSPICION_UNIT_MISSING")
    else:
        after.then(happened(SuspicionCleared, guardian_is_suspect=False))


def test_what_nobody_said_cannot_be_cleared() -> None:
    clear = ClearSuspicion(report_id=REPORT, relation="GUARDIAN", reason="查明不是")
    given(filed_with()).when(clear, by=STATION, on=TODAY).then_refused("SUSPICION_NOT_STATED")


def test_a_conflicted_station_may_neither_clear_itself_nor_act_on_the_report() -> None:
    """Its refusal reads like that of a report that is not there."""
    said = filed_with(conflicted_organisations=(STATION,))
    for act in (
        ClearSuspicion(report_id=REPORT, organisations=(STATION,), reason="查明不是"),
        StateSuspicion(report_id=REPORT, relation="STRANGER"),
        NameReportedChild(report_id=REPORT, child_ref=CHILD),
    ):
        there = given(said).when(act, by=STATION, on=TODAY)
        nowhere = given().when(act, by=STATION, on=TODAY)
        assert there.refusal is not None
        assert nowhere.refusal is not None
        assert there.refusal.text == nowhere.refusal.text
        assert there.refusal.code == nowhere.refusal.code == "REPORT_NOT_YOURS"
        assert given(said).when(act, by=POLICE, on=TODAY).refusal is None


# -- the child's file -----------------------------------------------------------------------------


class Beat:
    """Places where one station answers for everything."""

    def police_station(self, town: str | None) -> str:
        return STATION

    def town_of(self, organisation: str) -> str | None:
        return TOWN_CODE


def cause_of(event: Event) -> Recorded:
    return as_recorded(event, REPORT, 1, circumstances(SCHOOL, TODAY))


def follows(event: Event) -> list[Command]:
    """What the file is told in the same append."""
    return list(when_suspicion_changes_then_the_file_knows.then(event, cause_of(event), Beat()))


def test_the_file_knows_with_the_child_named() -> None:
    said = filed_with(guardian_suspected=True, conflicted_organisations=(VILLAGE,))
    naming = NameReportedChild(report_id=REPORT, child_ref=CHILD)
    (named,) = given(said).when(naming, by=STATION, on=TODAY).events
    assert follows(named) == [
        NoteSuspicion(
            child_ref=CHILD,
            source=REPORT,
            guardian_is_suspect=True,
            conflicted_organisations=(VILLAGE,),
        )
    ]


def test_who_was_named_by_mistake_has_nothing_to_do_with_it_any_more() -> None:
    said = (filed_with(guardian_suspected=True), ReportedChildNamed(named=OTHER_CHILD))
    naming = NameReportedChild(report_id=REPORT, child_ref=CHILD)
    (named,) = given(*said).when(naming, by=STATION, on=TODAY).events
    assert follows(named) == [
        NoteSuspicion(child_ref=OTHER_CHILD, source=REPORT),
        NoteSuspicion(child_ref=CHILD, source=REPORT, guardian_is_suspect=True),
    ]


def noted(source: UUID = REPORT, *, guardian: bool = False, of: tuple[str, ...] = ()) -> Event:
    return SuspicionNoted(
        child_ref=CHILD, source=source, guardian_is_suspect=guardian, conflicted_organisations=of
    )


def test_it_stands_until_every_report_that_said_so_says_otherwise() -> None:
    both = [noted(guardian=True), noted(OTHER_REPORT, guardian=True, of=(VILLAGE,))]
    assert folded(CHILD_FILE, *both, noted()).guardian_is_suspect
    cleared = folded(CHILD_FILE, *both, noted(), noted(OTHER_REPORT))
    assert not cleared.guardian_is_suspect
    assert cleared.conflicted == frozenset()
    assert cleared.suspicions == {}


def test_the_same_said_again_is_not_said_again() -> None:
    again = NoteSuspicion(child_ref=CHILD, source=REPORT, guardian_is_suspect=True)
    given(noted(guardian=True)).when(again, by=HUB, on=TODAY).then_nothing()
    nothing = NoteSuspicion(child_ref=CHILD, source=OTHER_REPORT)
    given(noted(guardian=True)).when(nothing, by=HUB, on=TODAY).then_nothing()


def test_nobody_but_the_police_and_the_hub_notes_it_on_a_file() -> None:
    note = NoteSuspicion(child_ref=CHILD, source=REPORT, guardian_is_suspect=True)
    for by in (SCHOOL, TOWN, CIVIL_AFFAIRS):
        given().when(note, by=by, on=TODAY).then_refused("SUSPICION_NOT_POLICE")
    for by in (HUB, STATION, POLICE):
        given().when(note, by=by, on=TODAY).then(noted(guardian=True))


def opened(**more: object) -> ChildFile:
    return ChildFile(opened=True, **more)  # type: ignore[arg-type]


def test_files_that_are_joined_share_it_and_part_with_it_again() -> None:
    suspicion = Suspicion(guardian=True)
    other = opened(suspicions={REPORT: suspicion}, reports=frozenset({REPORT}))
    merge = MergeFile(child_ref=CHILD, other=OTHER_CHILD, survivor=CHILD)
    events = CHILD_FILE.decide[MergeFile](opened(), merge, circumstances(HUB, TODAY, child=other))
    joined = CHILD_FILE.fold(events, opened())
    assert joined.guardian_is_suspect
    unmerge = UnmergeFile(child_ref=CHILD, other=OTHER_CHILD)
    parted = CHILD_FILE.decide[UnmergeFile](joined, unmerge, circumstances(HUB, TODAY, child=other))
    assert not CHILD_FILE.fold(parted, joined).guardian_is_suspect


# -- other reports about the same child -----------------------------------------------------------


def of_two_reports() -> ChildFile:
    """A file of which one report says the village is conflicted, and another one the town."""
    said = {REPORT: VILLAGE, OTHER_REPORT: TOWN}
    return opened(suspicions={r: Suspicion(conflicted=frozenset({o})) for r, o in said.items()})


def test_a_report_knows_from_its_childs_file_what_others_say_and_not_its_own_word() -> None:
    naming = NameReportedChild(report_id=REPORT, child_ref=CHILD)
    known = happened(ReportedChildNamed, conflicted_organisations=(), conflicted_by_file=(TOWN,))
    given(filed_with()).when(naming, by=STATION, on=TODAY, child=of_two_reports()).then(known)
    at_the_door = report.model_copy(update={"known_child": CHILD})
    own_pupil = replace(of_two_reports(), school=SCHOOL)
    given().when(at_the_door, by=SCHOOL, on=TODAY, child=own_pupil).then(
        happened(MandatoryReportFiled), known
    )


def test_what_is_said_of_the_child_afterwards_follows_by_the_hub_alone() -> None:
    named = (filed_with(), ReportedChildNamed(named=CHILD))
    follow = FollowConflicts(report_id=REPORT, child_ref=CHILD)
    known = ConflictsFollowed(conflicted_by_file=(TOWN,))
    given(*named).when(follow, by=HUB, on=TODAY, child=of_two_reports()).then(known)
    given(*named, known).when(follow, by=HUB, on=TODAY, child=of_two_reports()).then_nothing()
    given(*named, known).when(follow, by=HUB, on=TODAY, child=opened()).then(
        ConflictsFollowed(conflicted_by_file=())
    )
    given(*named).when(follow, by=POLICE, on=TODAY, child=of_two_reports()).then_refused(
        "REPORT_NOT_YOURS"
    )


def test_what_is_known_of_a_child_named_by_mistake_is_not_known_of_the_right_one() -> None:
    mistaken = ReportedChildNamed(named=OTHER_CHILD, conflicted_by_file=(TOWN,))
    naming = NameReportedChild(report_id=REPORT, child_ref=CHILD)
    given(filed_with(), mistaken).when(naming, by=STATION, on=TODAY, child=opened()).then(
        happened(ReportedChildNamed, instead_of=OTHER_CHILD, conflicted_by_file=())
    )
    late = FollowConflicts(report_id=REPORT, child_ref=OTHER_CHILD)
    given(filed_with(), ReportedChildNamed(named=CHILD)).when(
        late, by=HUB, on=TODAY, child=of_two_reports()
    ).then_nothing()


def test_a_station_that_is_conflicted_by_another_report_may_not_act_on_this_one() -> None:
    said = (filed_with(), ReportedChildNamed(named=CHILD, conflicted_by_file=(STATION,)))
    act = StateSuspicion(report_id=REPORT, relation="STRANGER")
    given(*said).when(act, by=STATION, on=TODAY).then_refused("REPORT_NOT_YOURS")
    assert given(*said).when(act, by=POLICE, on=TODAY).refusal is None


# -- who is asked instead -------------------------------------------------------------------------


def asked(addressee: str, kind: str, *, child: ChildFile | None = None) -> ReferralRequested:
    command = RequestReferral(
        referral_id=UUID(int=7),
        child_ref=CHILD,
        case_id=UUID(int=8),
        kind=kind,
        sender=HUB,
        addressee=addressee,
        town=TOWN_CODE,
    )
    (event,) = given().when(command, by=HUB, on=TODAY, child=child).events
    assert isinstance(event, ReferralRequested)
    return event


def conflicted(*organisations: str) -> ChildFile:
    return opened(suspicions={REPORT: Suspicion(conflicted=frozenset(organisations))})


def test_a_task_goes_where_it_always_went_where_nobody_is_conflicted() -> None:
    event = asked(TOWN, "persuade_dropout", child=conflicted(VILLAGE))
    assert (event.addressee, event.kind) == (TOWN, "persuade_dropout")


@pytest.mark.parametrize(
    ("shut_out", "to", "kind", "takes", "as_what"),
    [
        ((STATION,), STATION, "consider_admonition", POLICE, "consider_admonition"),
        ((VILLAGE,), VILLAGE, "follow_up_return", TOWN, "follow_up_return"),
        ((VILLAGE, TOWN), VILLAGE, "follow_up_return", CIVIL_AFFAIRS, "follow_up_return"),
        ((TOWN,), TOWN, "persuade_dropout", CIVIL_AFFAIRS, "take_over"),
        ((TOWN, CIVIL_AFFAIRS), TOWN, "persuade_dropout", PROCURATORATE, "take_over"),
        ((STATION, POLICE), STATION, "trace_dropout", PROCURATORATE, "take_over"),
    ],
)
def test_a_conflicted_organisation_is_asked_for_nothing(
    shut_out: tuple[str, ...], to: str, kind: str, takes: str, as_what: str
) -> None:
    event = asked(to, kind, child=conflicted(*shut_out))
    assert (event.addressee, event.kind) == (takes, as_what)
    assert event.release == load_policies().rules.referral_kind(as_what).release


@pytest.mark.parametrize(
    ("shut_out", "takes"),
    [((STATION,), POLICE), ((STATION, POLICE), PROCURATORATE), ((), STATION)],
)
def test_a_report_on_the_beats_own_station_goes_to_the_next(
    shut_out: tuple[str, ...], takes: str
) -> None:
    filed = filed_with(conflicted_organisations=shut_out)
    cause = cause_of(filed)
    (command,) = when_report_filed_then_the_police_of_the_beat_take_it.then(filed, cause, Beat())
    (event,) = given().when(command, by=HUB, on=TODAY, child=conflicted(*shut_out)).events
    assert isinstance(event, ReferralRequested)
    assert (event.addressee, event.kind) == (takes, "handle_report")


def test_a_report_that_all_have_had_is_taken_over_by_who_cannot_give_it_back() -> None:
    """首接负责: what stands for a report is answered for as a report is."""
    rules = load_policies().rules
    had = {STATION, POLICE, PROCURATORATE}
    kind, to = instead("handle_report", POLICE, {POLICE}, rules, had_by=had)
    assert (kind, to) == ("take_over_harm", PROCURATORATE)
    row = rules.referral_kind(kind)
    assert (row.unreturnable, row.runs_on, row.matter) == (True, True, Category.HARM)
    assert instead(kind, PROCURATORATE, set(), rules)[0] == kind
    assert instead("persuade_dropout", TOWN, {TOWN}, rules)[0] == "take_over"


def test_a_task_handed_on_to_a_conflicted_one_goes_to_the_next_and_nothing_tells_why() -> None:
    """Refusing it would tell who is conflicted: it is taken as any other, and goes to the next."""
    had = asked(TOWN, "follow_up_return")
    onward = ReassignReferral(referral_id=UUID(int=7), addressee=VILLAGE)
    routed = given(had).when(onward, by=CIVIL_AFFAIRS, on=TODAY, child=conflicted(VILLAGE))
    (event,) = routed.then(happened(ReferralReassigned))
    assert isinstance(event, ReferralReassigned)
    assert event.addressee not in (VILLAGE, TOWN)
    (usual,) = given(had).when(onward, by=CIVIL_AFFAIRS, on=TODAY, child=opened()).events
    assert isinstance(usual, ReferralReassigned)
    assert usual.addressee == VILLAGE


def test_every_seat_reaches_the_last_resort_and_no_circle_is_taken() -> None:
    for seat in Seat:
        *_, last = SUSPECTS.instead_of(district_organisation(seat), ())
        assert last == PROCURATORATE
    circle = {**SUSPECTS.next_seat, Seat.CIVIL_AFFAIRS: Seat.TOWN}
    with pytest.raises(ValueError, match="circle"):
        SuspectRules.model_validate({**SUSPECTS.model_dump(), "next_seat": circle})
