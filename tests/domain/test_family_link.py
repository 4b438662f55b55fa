"""Children of one family (家庭关联): stated by an organisation, confirmed, rejected or ended by a
person with a ground; what is said of each child stands with that child alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.family_link import (
    ConfirmFamilyLink,
    EndFamilyLink,
    FamilyLinkConfirmed,
    FamilyLinkEnded,
    FamilyLinkEvent,
    FamilyLinkRejected,
    FamilyLinkStated,
    LinkKind,
    RejectFamilyLink,
    StateFamilyLink,
    link_id,
)
from domain.kernel import Event
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, OTHER_CHILD, SCHOOL, TOWN, VILLAGE
from tests.specification import given

DAY = date(2026, 3, 2)
PAIR: dict[str, Any] = {"child_ref": CHILD, "other": OTHER_CHILD, "link": "SIBLING"}
SAID: dict[str, Any] = {"note": "户口簿第2页", "other_note": "户口簿第3页"}


def both(
    event: type[FamilyLinkEvent], note: str | None, other_note: str | None, **more: str
) -> list[Event]:
    return [
        event(child_ref=one, other=other, link=LinkKind.SIBLING, note=said, **more)
        for one, other, said in ((CHILD, OTHER_CHILD, note), (OTHER_CHILD, CHILD, other_note))
    ]


STATED = both(FamilyLinkStated, **SAID)
CONFIRMED = both(FamilyLinkConfirmed, None, None, ground="DOCUMENT")
REJECTED = both(FamilyLinkRejected, None, None, ground="SHARED_CONTACT")


def test_stated_of_both_with_each_note_at_its_own_child() -> None:
    given().when(StateFamilyLink(**PAIR, **SAID), by=VILLAGE, on=DAY).then(*STATED)


def test_what_is_stated_or_confirmed_is_not_stated_again() -> None:
    for before in (STATED, CONFIRMED):
        given(*before).when(StateFamilyLink(**PAIR), by=TOWN, on=DAY).then_nothing()


def test_what_was_rejected_may_be_stated_again() -> None:
    again = both(FamilyLinkStated, None, None)
    given(*STATED, *REJECTED).when(StateFamilyLink(**PAIR), by=TOWN, on=DAY).then(*again)


def test_civil_affairs_confirms_what_was_stated_or_nobody_stated() -> None:
    for before in ([], STATED, REJECTED):
        given(*before).when(
            ConfirmFamilyLink(**PAIR, ground="DOCUMENT"), by=CIVIL_AFFAIRS, on=DAY
        ).then(*CONFIRMED)


def test_civil_affairs_rejects_and_ends() -> None:
    given(*STATED).when(
        RejectFamilyLink(**PAIR, ground="SHARED_CONTACT"), by=CIVIL_AFFAIRS, on=DAY
    ).then(*REJECTED)
    given(*CONFIRMED).when(EndFamilyLink(**PAIR, ground="MISTAKE"), by=CIVIL_AFFAIRS, on=DAY).then(
        *both(FamilyLinkEnded, None, None, ground="MISTAKE")
    )


def test_nobody_else_decides() -> None:
    for command in (
        ConfirmFamilyLink(**PAIR, ground="DOCUMENT"),
        RejectFamilyLink(**PAIR, ground="MISTAKE"),
        EndFamilyLink(**PAIR, ground="MISTAKE"),
    ):
        for by in (TOWN, VILLAGE, SCHOOL):
            given(*CONFIRMED).when(command, by=by, on=DAY).then_refused("FAMILY_LINK_NOT_YOURS")


def test_what_is_confirmed_is_ended_and_not_rejected() -> None:
    given(*CONFIRMED).when(
        RejectFamilyLink(**PAIR, ground="MISTAKE"), by=CIVIL_AFFAIRS, on=DAY
    ).then_refused("FAMILY_LINK_STATE")
    for before in ([], STATED, REJECTED):
        given(*before).when(
            EndFamilyLink(**PAIR, ground="MISTAKE"), by=CIVIL_AFFAIRS, on=DAY
        ).then_refused("FAMILY_LINK_STATE")


def test_a_kind_a_ground_and_two_children_are_needed() -> None:
    given().when(StateFamilyLink(**{**PAIR, "link": "COUSIN"}), by=TOWN, on=DAY).then_refused(
        "FAMILY_LINK_KIND"
    )
    given().when(StateFamilyLink(**{**PAIR, "other": CHILD}), by=TOWN, on=DAY).then_refused(
        "FAMILY_LINK_SAME"
    )
    given().when(
        ConfirmFamilyLink(**PAIR, ground="MOVED_APART"), by=CIVIL_AFFAIRS, on=DAY
    ).then_refused("FAMILY_LINK_GROUND")


@pytest.mark.parametrize("kind", ["SIBLING", "SAME_HOUSEHOLD"])
def test_a_link_is_one_whichever_child_is_named_first(kind: str) -> None:
    assert link_id(CHILD, OTHER_CHILD, kind) == link_id(OTHER_CHILD, CHILD, kind)
    assert link_id(CHILD, OTHER_CHILD, kind) != link_id(CHILD, OTHER_CHILD, "SAME_GUARDIAN")
