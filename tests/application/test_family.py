"""Children of one family: who is told of the other child, who may say so, and where each word of
it lies."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.family_link import (
    ConfirmFamilyLink,
    EndFamilyLink,
    RejectFamilyLink,
    StateFamilyLink,
)
from domain.kernel import Command, Refused
from hub.answers import Relative
from hub.bootstrap import Program
from tests.application.test_merge import join, part, two_files
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    send,
)


def family(hub: Program, organisation: str, child: str, **how: bool) -> tuple[Relative, ...] | None:
    return hub.queries.family(reader(organisation), child, **how)


def told(hub: Program, organisation: str, child: str) -> list[tuple[str, str, str]]:
    return [
        (each.link, each.state, each.child.child_ref)
        for each in family(hub, organisation, child) or ()
    ]


def siblings(hub: Program) -> tuple[str, str]:
    """Two residents of one village and pupils of one school."""
    for number in (1, 2):
        send(hub, TOWN, "town.residence", resident(pupil(number)))
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    hub.settle()
    return child_of(hub, pupil(1)), child_of(hub, pupil(2))


def stated(one: str, other: str, kind: str = "SIBLING") -> StateFamilyLink:
    return StateFamilyLink(
        child_ref=UUID(one),
        other=UUID(other),
        link=kind,
        note="哥哥，户口簿第2页",
        other_note="妹妹，户口簿第3页",
    )


def decide(
    hub: Program,
    what: type[ConfirmFamilyLink | RejectFamilyLink | EndFamilyLink],
    one: str,
    other: str,
    ground: str,
) -> None:
    command = what(child_ref=UUID(one), other=UUID(other), link="SIBLING", ground=ground)
    do(hub, command, CIVIL_AFFAIRS)


def do(hub: Program, command: Command, organisation: str) -> None:
    hub.hub.command(command, actor(organisation))
    hub.settle()


def test_who_answers_for_both_is_told_from_either_side(hub: Program) -> None:
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    for organisation in (VILLAGE, TOWN, CIVIL_AFFAIRS):
        assert told(hub, organisation, one) == [("SIBLING", "STATED", other)]
        assert told(hub, organisation, other) == [("SIBLING", "STATED", one)]
    (relative,) = family(hub, TOWN, other) or ()
    assert relative.child.fields["name"] == pupil(1)["name"]
    assert (relative.note, relative.other_note) == ("妹妹，户口簿第3页", "哥哥，户口簿第2页")


def test_who_does_not_read_of_families_is_told_of_none(hub: Program) -> None:
    """The school has both pupils, and not how their families are reached."""
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    for organisation in (SCHOOL, EDUCATION):
        assert family(hub, organisation, one) == ()
    for organisation in (OTHER_TOWN, OTHER_VILLAGE, POLICE, STATION):
        assert family(hub, organisation, one) is None


def test_a_person_confirms_rejects_and_ends(hub: Program) -> None:
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    decide(hub, RejectFamilyLink, one, other, "SHARED_CONTACT")
    assert told(hub, TOWN, one) == []
    (rejected,) = family(hub, TOWN, one, over=True) or ()
    assert (rejected.state, rejected.ground) == ("REJECTED", "SHARED_CONTACT")
    # Named in the other order: it is the same link.
    decide(hub, ConfirmFamilyLink, other, one, "DOCUMENT")
    assert told(hub, VILLAGE, one) == [("SIBLING", "CONFIRMED", other)]
    do(hub, stated(one, other, "SAME_HOUSEHOLD"), VILLAGE)
    decide(hub, EndFamilyLink, one, other, "MISTAKE")
    assert told(hub, TOWN, one) == [("SAME_HOUSEHOLD", "STATED", other)]


def test_who_may_not_state_how_a_family_is_reached_states_no_family(hub: Program) -> None:
    one, other = siblings(hub)
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        do(hub, stated(one, other), "cyberspace:310117")


def test_with_one_child_moved_out_of_reach_the_link_is_told_no_more(hub: Program) -> None:
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    moved = resident(pupil(2), OTHER_VILLAGE_CODE, since="2025-03-01")
    send(hub, OTHER_TOWN, "town.residence", moved)
    hub.settle()
    assert told(hub, CIVIL_AFFAIRS, one) == [("SIBLING", "STATED", other)]
    # Whoever stated it as well: what it once wrote down says nothing of today.
    for organisation in (TOWN, VILLAGE):
        assert family(hub, organisation, one) == ()
    for organisation in (OTHER_TOWN, OTHER_VILLAGE):
        assert family(hub, organisation, other) == ()


def test_a_look_is_entered_at_every_child_that_it_shows(hub: Program) -> None:
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    assert told(hub, TOWN, one)
    for child in (one, other):
        looks = [each for each in hub.audit.of_child(child) if each.action == "family"]
        assert {of for each in looks for of in each.categories.split(",")} >= {"who", "contact"}


def test_each_word_is_sealed_under_its_own_childs_key(hub: Program) -> None:
    one, other = siblings(hub)
    do(hub, stated(one, other), VILLAGE)
    facts = [each for each in hub.store.feed(0, 10_000) if each.topic.startswith("family_link.")]
    assert [(str(each.subject), each.clear["other"]) for each in facts] == [
        (one, other),
        (other, one),
    ]
    assert len({each.stream for each in facts}) == 1
    # Neither child's history holds back the other's.
    assert {each.ordering_key for each in facts} == {str(facts[0].stream)}


def test_a_joined_file_keeps_its_links(hub: Program) -> None:
    older, newer = two_files(hub)
    send(hub, TOWN, "town.residence", resident(pupil(3)))
    hub.settle()
    sister = child_of(hub, pupil(3))
    do(hub, stated(newer, sister), VILLAGE)
    assert [ref for _, _, ref in told(hub, CIVIL_AFFAIRS, sister)] == [newer]
    join(hub, older, newer)
    assert [ref for _, _, ref in told(hub, CIVIL_AFFAIRS, sister)] == [older]
    assert [ref for _, _, ref in told(hub, CIVIL_AFFAIRS, older)] == [sister]
    part(hub, older, newer)
    assert [ref for _, _, ref in told(hub, CIVIL_AFFAIRS, sister)] == [newer]
    assert told(hub, CIVIL_AFFAIRS, older) == []
