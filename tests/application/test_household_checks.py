"""When a child is reported, every other child of its household is looked at within the same clock.

Source: issue on casework, 3 (a safety check of every other child of the household within the same
clock); 未保法 11; 强报意见 Art 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.duplicate import ConfirmDuplicate
from domain.family_link import ConfirmFamilyLink, EndFamilyLink
from domain.kernel import Refused
from domain.mandatory_report import (
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    HouseholdChecked,
    NameReportedChild,
    PoliceDecision,
    StateSuspicion,
)
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    HoldReferral,
    ReturnReason,
    ReturnReferral,
)
from hub import household_checks
from hub.answers import Referral
from hub.policies import load_policies
from hub.queries.door import Door
from projections import showing, visible
from tests.application.test_households import Family
from tests.application.test_suspects import report
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    at,
    enrolled,
    files,
    reader,
    running,
    send,
    unnumbered,
)

pytestmark = pytest.mark.slow

CHECK = household_checks.CHECK
FOUND = HouseholdChecked.TOPIC


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    with running(tmp_path / "data") as hub:
        yield Family(hub)


def checks(family: Family, organisation: str) -> list[Referral]:
    """The children that an organisation is asked to look at."""
    found = family.hub.queries.inbox(reader(organisation)).items
    return [each for each in found if each.kind == CHECK]


def tasks(family: Family, organisation: str) -> set[str]:
    found = family.hub.queries.inbox(reader(organisation), open_only=False).items
    return {each.kind for each in found}


@pytest.mark.parametrize("first", ["link", "report"])
def test_the_sister_is_seen_by_the_station_where_she_lives(family: Family, first: str) -> None:
    """Given two children of one household / when one of them is reported, before or after a person
    confirmed that they are / then the station where the other lives is asked to see her."""
    if first == "link":
        family.confirmed()
        report(family.hub, family.child)
    else:
        report(family.hub, family.child)
        assert checks(family, OTHER_STATION) == []
        family.confirmed()
    (task,) = checks(family, OTHER_STATION)
    assert (task.child_ref, task.sender_name) == (family.sister, "系统")
    # Whom to see and where: before anybody accepted.
    assert task.child is not None
    assert {"name", "address"} <= set(task.child.fields)
    assert checks(family, STATION) == []


def test_it_is_owed_by_the_clock_of_the_report(family: Family) -> None:
    family.confirmed()
    report(family.hub, family.child, immediate_danger="是")
    (task,) = checks(family, OTHER_STATION)
    inbox = family.hub.queries.inbox(reader(STATION)).items
    (handled,) = [each for each in inbox if each.kind == "handle_report"]
    assert task.accept_by == handled.accept_by
    assert task.complete_by == handled.complete_by


def test_the_rules_of_both_are_one_clock() -> None:
    rules = load_policies().rules
    report_, check = (rules.referral_kind(kind) for kind in ("handle_report", CHECK))
    for name in ("accept_within", "complete_within", "runs_on", "ladder", "in_danger", "seats"):
        assert getattr(report_, name) == getattr(check, name), name


def test_it_is_never_given_back_and_never_rests(family: Family) -> None:
    family.confirmed()
    report(family.hub, family.child)
    (task,) = checks(family, OTHER_STATION)
    station = actor(OTHER_STATION)
    of: dict[str, Any] = {"referral_id": UUID(task.id)}
    family.hub.hub.command(AcceptReferral(**of), station)
    for command in (
        ReturnReferral(**of, reason=ReturnReason.NOT_OUR_DUTY, note="（示例）"),
        HoldReferral(**of, reason="AWAITING_FAMILY", until=family.hub.clock.now().date()),
    ):
        with pytest.raises(Refused):
            family.hub.hub.command(command, station)
    family.hub.hub.command(CompleteReferral(**of, outcome="SEEN_SAFE"), station)
    family.hub.settle()
    assert checks(family, OTHER_STATION) == []


def test_it_names_neither_the_report_nor_its_child(family: Family) -> None:
    """Whoever is asked about the sister is told of nobody else, and her town and school nothing."""
    family.confirmed()
    number = report(family.hub, family.child)
    told = [
        family.hub.queries.inbox(reader(OTHER_STATION)),
        family.hub.queries.timeline(reader(OTHER_STATION), family.sister),
        family.hub.queries.child_file(reader(OTHER_STATION), family.sister),
    ]
    for hidden in (number, family.child):
        assert hidden not in repr(told)
    for organisation in (OTHER_TOWN, SCHOOL, VILLAGE, TOWN):
        queries, who = family.hub.queries, reader(organisation)
        seen = [queries.timeline(who, family.sister), queries.children(who), queries.inbox(who)]
        assert CHECK not in repr(seen)
        assert CHECK not in tasks(family, organisation)


def test_whoever_confirms_a_link_is_told_the_same_with_a_report_and_without(
    tmp_path: Path,
) -> None:
    positions = []
    for reported in (False, True):
        with running(tmp_path / str(reported)) as hub:
            family = Family(hub)
            if reported:
                report(hub, family.child)
            before = hub.store.position
            confirm = ConfirmFamilyLink(**family.pair, ground="DOCUMENT")
            hub.hub.command(confirm, actor(CIVIL_AFFAIRS))
            positions.append(hub.store.position - before)
            hub.settle()
            assert bool(checks(family, OTHER_STATION)) is reported
    assert positions[0] == positions[1] > 0


def test_once_for_each_report_and_not_once_it_is_closed(family: Family) -> None:
    family.confirmed()
    number = report(family.hub, family.child)
    assert len(checks(family, OTHER_STATION)) == 1
    name = NameReportedChild(report_id=UUID(number), child_ref=UUID(family.child))
    family.hub.hub.command(name, actor(STATION))
    family.hub.settle()
    assert len(checks(family, OTHER_STATION)) == 1, "the same report of the same child"
    end = EndFamilyLink(**family.pair, ground="MISTAKE")
    family.hub.hub.command(end, actor(CIVIL_AFFAIRS))
    station = actor(STATION)
    of: dict[str, Any] = {"report_id": UUID(number)}
    for command in (
        AcceptMandatoryReport(**of),
        DecideMandatoryReport(**of, decision=PoliceDecision.ADMIN_CASE),
        FeedBackToReporter(**of, told="（示例）已受理", final=True),
        CloseMandatoryReport(**of),
    ):
        family.hub.hub.command(command, station)
    family.hub.settle()
    for task in checks(family, OTHER_STATION):
        done: dict[str, Any] = {"referral_id": UUID(task.id)}
        family.hub.hub.command(AcceptReferral(**done), actor(OTHER_STATION))
        family.hub.hub.command(CompleteReferral(**done, outcome="SEEN_SAFE"), actor(OTHER_STATION))
    family.confirmed()
    assert checks(family, OTHER_STATION) == []


def test_what_is_merely_stated_sends_nobody(family: Family) -> None:
    family.stated()
    report(family.hub, family.child)
    assert checks(family, OTHER_STATION) == []


def test_a_station_where_the_suspect_works_is_not_asked(family: Family) -> None:
    """Not about the sister either: it would know that somebody looks."""
    family.confirmed()
    name = family.hub.directory.name(OTHER_STATION)
    report(family.hub, family.child, suspect_relation="其他单位工作人员", suspect_unit=name)
    assert checks(family, OTHER_STATION) == []
    assert [each.child_ref for each in checks(family, POLICE)] == [family.sister]


def test_were_the_suspects_unit_not_avoided_it_would_be_asked(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = household_checks.commands

    def unknowing(*of: object) -> Iterator[object]:
        for which, command in commands(*of):  # type: ignore[arg-type]
            yield which, command.model_copy(update={"avoid": ()})

    monkeypatch.setattr(household_checks, "commands", unknowing)
    family.confirmed()
    name = family.hub.directory.name(OTHER_STATION)
    report(family.hub, family.child, suspect_relation="其他单位工作人员", suspect_unit=name)
    assert [each.child_ref for each in checks(family, OTHER_STATION)] == [family.sister]


def test_another_file_of_the_child_brings_its_household(family: Family) -> None:
    """Given a report on a child, and a sister linked to another file of that child / when the files
    are joined (档案合并) / then the sister is seen."""
    hub = family.hub
    family.confirmed()
    other = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, EDUCATION, "education.roll", enrolled(other))
    hub.settle()
    (second,) = {each["child_ref"] for each in files(hub)} - {family.child, family.sister}
    report(hub, second)
    assert checks(family, OTHER_STATION) == []
    pair: dict[str, Any] = {"child_ref": UUID(second), "other": UUID(family.child)}
    join = ConfirmDuplicate(**pair, survivor=UUID(family.child), ground="SAME_DOCUMENT")
    hub.hub.command(join, actor(CIVIL_AFFAIRS))
    hub.settle()
    assert [each.child_ref for each in checks(family, OTHER_STATION)] == [family.sister]


def answered(family: Family, by: str = OTHER_STATION, outcome: str = "PROTECTED") -> None:
    (task,) = checks(family, by)
    of: dict[str, Any] = {"referral_id": UUID(task.id)}
    family.hub.hub.command(AcceptReferral(**of), actor(by))
    family.hub.hub.command(CompleteReferral(**of, outcome=outcome), actor(by))
    family.hub.settle()


def test_what_was_found_is_told_to_who_has_the_report_in_hand(family: Family) -> None:
    """Given a check that is asked of another station / when that one answers / then the outcome
    stands on the report, and the station that has the report is asked to note it: not of whom."""
    family.confirmed()
    number = report(family.hub, family.child)
    answered(family)
    queries, who = family.hub.queries, reader(STATION)
    (told,) = [each for each in queries.inbox(who).items if each.kind == household_checks.NOTE]
    assert (told.child_ref, told.concerns_name) == (
        number,
        family.hub.directory.name(OTHER_STATION),
    )
    (entry,) = [e for e in queries.timeline(who, number).items if e.topic == FOUND]
    assert entry.words["outcome"] == "发现危险，已采取保护措施并另行报告"
    assert family.sister not in repr([told, queries.timeline(who, number)])
    inbox = queries.inbox(reader(OTHER_STATION), open_only=False).items
    assert household_checks.NOTE not in {each.kind for each in inbox}


def test_what_was_found_is_not_told_where_the_suspect_works(family: Family) -> None:
    """The next one has the report, and is told."""
    family.confirmed()
    name = family.hub.directory.name(STATION)
    report(family.hub, family.child, suspect_relation="其他单位工作人员", suspect_unit=name)
    answered(family)
    assert household_checks.NOTE not in tasks(family, STATION)
    assert household_checks.NOTE in tasks(family, POLICE)


@pytest.mark.parametrize("conflicted", [CIVIL_AFFAIRS, POLICE])
def test_who_is_conflicted_by_the_report_is_neither_shown_nor_told_that_it_runs(
    family: Family, conflicted: str
) -> None:
    """Given a report whose suspect works there / when the check is asked for, and missed / then
    neither a status nor a step of the ladder nor a count tells of it."""
    family.confirmed()
    queries, who = family.hub.queries, reader(conflicted)
    name = family.hub.directory.name(conflicted)
    report(family.hub, family.child, suspect_relation="其他单位工作人员", suspect_unit=name)
    (task,) = checks(family, OTHER_STATION)
    for _ in range(5):
        at(family.hub, family.hub.clock.now() + timedelta(days=1))
        family.hub.settle()
    steps = [f for f in family.hub.store.feed(0, 10_000) if f.topic == "deadline.escalated.v1"]
    of_it = [each for each in steps if each.clear["subject_id"] == task.id]
    assert of_it
    assert conflicted not in {each.clear["escalated_to"] for each in of_it}
    seen = [queries.board(who), queries.inbox(who), queries.timeline(who, family.sister)]
    seen += [queries.silence(who), queries.referral(who, task.id)]
    assert task.id not in repr(seen)
    assert OTHER_STATION not in {each.whose for each in queries.silence_of_district(who)}
    assert queries.referral(reader(PROCURATORATE), task.id) is not None


def test_were_nothing_kept_from_anybody_they_would_see_it(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (visible, showing):
        monkeypatch.setattr(module, "is_kept_from", lambda organisation, fact: False)
    monkeypatch.setattr(Door, "_withheld", lambda self, ours, row: False)
    family.confirmed()
    name = family.hub.directory.name(CIVIL_AFFAIRS)
    report(family.hub, family.child, suspect_relation="其他单位工作人员", suspect_unit=name)
    (task,) = checks(family, OTHER_STATION)
    assert task.id in repr(family.hub.queries.board(reader(CIVIL_AFFAIRS)))


def test_who_is_found_to_be_conflicted_looks_no_more(family: Family) -> None:
    """Given a check in hand / when the police state that the suspect works in that station / then
    the sub-bureau is asked, and what follows is shown to the station no more."""
    family.confirmed()
    number = report(family.hub, family.child)
    (task,) = checks(family, OTHER_STATION)
    state = StateSuspicion(
        report_id=UUID(number),
        relation="OTHER_STAFF",
        conflicted_organisations=(OTHER_STATION,),
        account="（示例）",
    )
    family.hub.hub.command(AcceptMandatoryReport(report_id=UUID(number)), actor(STATION))
    family.hub.hub.command(state, actor(STATION))
    family.hub.settle()
    assert checks(family, OTHER_STATION) == []
    assert [each.id for each in checks(family, POLICE)] == [task.id]


@pytest.mark.parametrize("conflicted", [CIVIL_AFFAIRS, POLICE])
@pytest.mark.parametrize("accepted", [True, False])
def test_who_comes_to_be_conflicted_is_told_nothing_more_of_a_check_that_another_one_has(
    family: Family, conflicted: str, accepted: bool
) -> None:
    """Given a check in another station's hand, of which who supervises was shown that it runs /
    when the police state that the suspect works there / then no list, no step of the ladder and no
    count of it is told there any more, and the station has it on, by the same clock."""
    family.confirmed()
    hub, queries = family.hub, family.hub.queries
    number = report(hub, family.child)
    (task,) = checks(family, OTHER_STATION)
    if accepted:
        hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(OTHER_STATION))
    hub.settle()
    (before,) = checks(family, OTHER_STATION)
    state = StateSuspicion(
        report_id=UUID(number),
        relation="OTHER_STAFF",
        conflicted_organisations=(conflicted,),
        account="（示例）",
    )
    hub.hub.command(AcceptMandatoryReport(report_id=UUID(number)), actor(STATION))
    hub.hub.command(state, actor(STATION))
    hub.settle()
    assert checks(family, OTHER_STATION) == [before]
    last = hub.store.position
    for _ in range(5):
        at(hub, hub.clock.now() + timedelta(days=1))
        hub.settle()
    steps = [f for f in hub.store.feed(last, 10_000) if f.topic == "deadline.escalated.v1"]
    of_it = [each for each in steps if each.clear["subject_id"] == task.id]
    assert of_it
    assert conflicted not in {each.clear["escalated_to"] for each in of_it}
    who = reader(conflicted)
    seen = [queries.board(who), queries.inbox(who), queries.silence(who)]
    seen += [queries.referral(who, task.id), queries.overdue(who)]
    assert task.id not in repr(seen)
    assert OTHER_STATION not in {each.whose for each in queries.silence_of_district(who)}
    assert queries.referral(reader(PROCURATORATE), task.id) is not None


def test_who_supervises_sees_that_it_is_owed(family: Family) -> None:
    family.confirmed()
    report(family.hub, family.child)
    (task,) = checks(family, OTHER_STATION)
    found = family.hub.queries.board(reader(CIVIL_AFFAIRS)).items
    assert task.id in {each.id for each in found}
    seen = family.hub.queries.referral(reader(PROCURATORATE), task.id)
    assert seen is not None
    assert seen.child_ref == family.sister
