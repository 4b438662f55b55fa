"""Children of one family: who is told of the other child, who may say so, and where each word of
it lies."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from domain.family_link import (
    ConfirmFamilyLink,
    EndFamilyLink,
    RejectFamilyLink,
    StateFamilyLink,
)
from domain.kernel import Command, Refused
from hub.answers import Relative
from hub.bootstrap import Program
from tests.application.test_merge import join, of_school, part, two_files
from tests.erasure.office import erase
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

pytestmark = pytest.mark.slow


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


PHONE = "13912345678"


def sharing(hub: Program, *numbers: int, **changes: str) -> list[str]:
    """Residents whose guardian has one telephone."""
    for number in numbers:
        shared = pupil(number, guardian_phone=PHONE, **changes)
        send(hub, TOWN, "town.residence", resident(shared))
    hub.settle()
    return [child_of(hub, pupil(number)) for number in numbers]


def suspected(hub: Program, organisation: str = CIVIL_AFFAIRS) -> list[set[str]]:
    page = hub.queries.family_candidates(reader(organisation))
    return [{each.child.child_ref, each.other.child_ref} for each in page.items]


def test_who_shares_a_telephone_or_an_address_is_proposed_to_who_decides(hub: Program) -> None:
    one, other = sharing(hub, 1, 2)
    send(hub, TOWN, "town.residence", resident(pupil(3, address=pupil(1)["address"])))
    hub.settle()
    third = child_of(hub, pupil(3))
    page = hub.queries.family_candidates(reader(CIVIL_AFFAIRS))
    found = {
        frozenset((each.child.child_ref, each.other.child_ref)): [t for _, t in each.reasons]
        for each in page.items
    }
    assert found == {
        frozenset((one, other)): ["监护人电话相同"],
        frozenset((one, third)): ["住址相同"],
    }
    for organisation in (TOWN, VILLAGE, SCHOOL, POLICE):
        assert suspected(hub, organisation) == []
    # A suspicion is no link: nobody's page shows it.
    assert told(hub, CIVIL_AFFAIRS, one) == []


def test_nothing_of_a_suspicion_is_recorded_and_no_receipt_tells_of_it(hub: Program) -> None:
    """The sender of the second child's record is told what it would be told without the first."""
    sharing(hub, 1)
    position = hub.store.position
    alone = send(hub, TOWN, "town.residence", resident(pupil(2)))
    events = alone.position - position
    hub.settle()
    position = hub.store.position
    shared = send(hub, TOWN, "town.residence", resident(pupil(3, guardian_phone=PHONE)))
    assert shared.position - position == events
    hub.settle()
    assert len(suspected(hub)) == 1
    assert not [each for each in hub.store.feed(0, 10_000) if each.topic.startswith("family_link.")]


def test_what_a_person_decided_or_stated_is_proposed_no_more(hub: Program) -> None:
    one, other = sharing(hub, 1, 2)
    decide(hub, RejectFamilyLink, one, other, "SHARED_CONTACT")
    assert suspected(hub) == []
    (third,) = sharing(hub, 3)
    assert suspected(hub) in ([{one, third}, {other, third}], [{other, third}, {one, third}])
    do(hub, stated(one, third), VILLAGE)
    assert suspected(hub) == [{other, third}]


def test_what_many_share_is_no_familys(hub: Program) -> None:
    most = hub.policies.rules.matching.families.shared_by_at_most
    sharing(hub, *range(1, most + 1))
    pairs = most * (most - 1) // 2
    assert len(suspected(hub)) == pairs
    first = hub.queries.family_candidates(reader(CIVIL_AFFAIRS), limit=4)
    assert (len(first.items), first.next_cursor is None) == (4, False)
    rest = hub.queries.family_candidates(reader(CIVIL_AFFAIRS), after=first.next_cursor)
    assert len(first.items) + len(rest.items) == pairs
    seen = {(each.child.child_ref, each.other.child_ref) for each in (*first.items, *rest.items)}
    assert len(seen) == pairs
    sharing(hub, most + 1)
    assert suspected(hub) == []


def test_more_pairs_are_no_more_questions(hub: Program) -> None:
    counts = []
    for numbers in ((1, 2), (3, 4)):
        sharing(hub, *numbers)
        asked: list[str] = []

        def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
            asked.append(statement)  # noqa: B023

        event.listen(Engine, "before_cursor_execute", count)
        try:
            suspected(hub)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        counts.append(len(asked))
    assert len(suspected(hub)) == 6
    assert counts[0] == counts[1] > 0


def test_who_may_not_state_how_a_family_is_reached_makes_no_suspicion(hub: Program) -> None:
    """A court's word for a telephone is nobody's contact."""
    sharing(hub, 1)
    send(hub, EDUCATION, "education.roll", enrolled(pupil(2, guardian_phone=PHONE)))
    hub.settle()
    assert suspected(hub) == []


def test_a_joined_child_is_no_relative_of_itself(hub: Program) -> None:
    older, newer = two_files(hub)
    same = of_school(guardian_phone=pupil(1)["guardian_phone"])
    send(hub, OTHER_TOWN, "town.residence", resident(same, OTHER_VILLAGE_CODE))
    hub.settle()
    assert suspected(hub) == [{older, newer}]
    join(hub, older, newer)
    assert suspected(hub) == []


def test_an_erased_child_is_proposed_to_nobody(hub: Program) -> None:
    sharing(hub, 1, 2)
    assert len(suspected(hub)) == 1
    for number in (1, 2):
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    hub.settle()
    erase(hub, UUID(child_of(hub, pupil(2))))
    hub.settle()
    assert suspected(hub) == []
