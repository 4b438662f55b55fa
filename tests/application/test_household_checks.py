"""When a child is reported, every other child of its household is looked at within the same clock.

Source: issue on casework, 3 (a safety check of every other child of the household within the same
clock); 未保法 11; 强报意见 Art 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.family_link import ConfirmFamilyLink, EndFamilyLink
from domain.kernel import Refused
from domain.mandatory_report import (
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    NameReportedChild,
    PoliceDecision,
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
from tests.application.test_households import Family
from tests.application.test_suspects import report
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    OTHER_TOWN,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    reader,
    running,
)

pytestmark = pytest.mark.slow

CHECK = household_checks.CHECK


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


def test_who_supervises_sees_that_it_is_owed(family: Family) -> None:
    family.confirmed()
    report(family.hub, family.child)
    (task,) = checks(family, OTHER_STATION)
    found = family.hub.queries.board(reader(CIVIL_AFFAIRS)).items
    assert task.id in {each.id for each in found}
    seen = family.hub.queries.referral(reader(PROCURATORATE), task.id)
    assert seen is not None
    assert seen.child_ref == family.sister
