"""The safe contact (安全联系人): named by police, civil affairs or the town's station, until a day;
never a guardian, whether or not anybody is suspected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.kernel import Command, Event, Refused
from domain.organisations import HUB, POLICE_SEATS, Seat, seat_of
from domain.safe_contact import (
    SAFE_CONTACT,
    SAFE_RELATION,
    EndSafeContact,
    SafeContactEnded,
    SafeContactStated,
    StateSafeContact,
)
from domain.suspicion import SUSPECT_RELATION, Suspicion
from hub.policies import load_policies
from tests.domain.invented import CHILD, CIVIL_AFFAIRS, EVERY_SEAT, POLICE, STATION, TOWN
from tests.specification import circumstances, folded

RULES = load_policies().rules
DAY = date(2026, 3, 4)
FILE = ChildFile(opened=True, identity_stated_by=frozenset(EVERY_SEAT))
SUSPECTED = replace(FILE, suspicions={UUID(int=7): Suspicion(guardian=True)})
name = StateSafeContact(
    child_ref=CHILD,
    contact_name="示例外婆",
    contact_phone="13800000000",
    contact_relation="GRANDPARENT",
    until=DAY + timedelta(days=30),
)
end = EndSafeContact(child_ref=CHILD)


def stated(by: str) -> SafeContactStated:
    return SafeContactStated(
        child_ref=CHILD,
        issuer=by,
        until=name.until,
        contact_name="示例外婆",
        contact_phone="13800000000",
        contact_relation="GRANDPARENT",
        stated_on=DAY,
    )


def decide(
    command: Command,
    by: str,
    *before: Event,
    child: ChildFile | None = FILE,
    guardians: frozenset[str] = frozenset({"示例家长"}),
    phones: frozenset[str] = frozenset({"13912345678", "021-57000000"}),
) -> list[Event]:
    given = circumstances(by, DAY, child=child)
    given = replace(given, guardians=guardians, guardian_phones=phones)
    state = folded(SAFE_CONTACT, *before)
    return list(SAFE_CONTACT.decide[type(command)](state, command, given))


def refusal(command: Command, by: str, *before: Event, **more: Any) -> Refused:
    with pytest.raises(Refused) as found:
        decide(command, by, *before, **more)
    return found.value


@pytest.mark.parametrize("before", ["nobody", "own", "another's", "ended"])
@pytest.mark.parametrize("by", [*EVERY_SEAT, HUB])
def test_who_names_one_and_who_ends_it_in_each_state(by: str, before: str) -> None:
    held: dict[str, list[Event]] = {
        "nobody": [],
        "own": [stated(by)],
        "another's": [stated("town:other")],
        "ended": [stated(by), SafeContactEnded(child_ref=CHILD, issuer=by)],
    }
    events = held[before]
    if by == HUB or seat_of(by) not in RULES.safe_contacts.stated_by:
        assert refusal(name, by, *events).code == "SAFE_CONTACT_NOT_YOURS"
        assert refusal(end, by, *events).code == "SAFE_CONTACT_NOT_YOURS"
        return
    assert decide(name, by, *events) == [stated(by)]
    if before == "own" or (before == "another's" and seat_of(by) in POLICE_SEATS):
        assert decide(end, by, *events) == [SafeContactEnded(child_ref=CHILD, issuer=by)]
    else:
        assert refusal(end, by, *events).code == "SAFE_CONTACT_NONE"


@pytest.mark.parametrize("called", ["示例家长", " 示例 家长 "])
def test_a_guardian_is_refused_alike_whether_or_not_anybody_is_suspected(called: str) -> None:
    """The answer tells nobody of a suspicion."""
    told = name.model_copy(update={"contact_name": called})
    answers = {refusal(told, TOWN, child=child).text for child in (FILE, SUSPECTED)}
    assert len(answers) == 1
    assert decide(name, TOWN, child=SUSPECTED) == decide(name, TOWN)


@pytest.mark.parametrize(
    "number", ["13912345678", "+86 139-1234-5678", "１３９１２３４５６７８", "(021)5700 0000"]
)
def test_nor_is_a_guardians_telephone_taken_under_another_name(number: str) -> None:
    """Whoever calls would speak to the guardian. It reads as a guardian's name does, so that nobody
    learns a guardian's number by trying."""
    told = name.model_copy(update={"contact_phone": number})
    by_name = refusal(name.model_copy(update={"contact_name": "示例家长"}), TOWN)
    for child in (FILE, SUSPECTED):
        found = refusal(told, TOWN, child=child)
        assert (found.code, found.text) == (by_name.code, by_name.text)


def test_a_guardians_number_that_was_written_otherwise_is_the_same_number() -> None:
    told = name.model_copy(update={"contact_phone": "13912345678"})
    for written in ("+86 139 1234 5678", "0086-13912345678", "１３９-１２３４-５６７８"):
        assert refusal(told, TOWN, phones=frozenset({written})).code == "SAFE_CONTACT_GUARDIAN"
    assert decide(told, TOWN, phones=frozenset({"不详", "13900000000"}))


def test_were_guardians_not_looked_at_one_would_be_taken() -> None:
    told = name.model_copy(update={"contact_name": "示例家长", "contact_phone": "13912345678"})
    assert decide(told, TOWN, guardians=frozenset(), phones=frozenset())


def test_no_relation_of_a_guardian_is_among_those_to_choose_from() -> None:
    assert not set(SAFE_RELATION.labels) & (RULES.suspects.guardian_relations - {"FAMILY"})
    assert "GUARDIAN" in SUSPECT_RELATION.labels
    told = name.model_copy(update={"contact_relation": "GUARDIAN"})
    assert refusal(told, TOWN).code == "SAFE_CONTACT_RELATION"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"contact_name": ""}, "SAFE_CONTACT_NAME"),
        ({"contact_name": "字" * (RULES.safe_contacts.max_name + 1)}, "SAFE_CONTACT_NAME"),
        ({"contact_phone": "没有"}, "SAFE_CONTACT_PHONE"),
        ({"contact_phone": "110"}, "SAFE_CONTACT_PHONE"),
        ({"until": DAY - timedelta(days=1)}, "SAFE_CONTACT_UNTIL"),
        (
            {"until": RULES.last_day(RULES.safe_contacts.longest, DAY) + timedelta(days=1)},
            "SAFE_CONTACT_UNTIL",
        ),
    ],
)
def test_what_names_nobody_is_refused_and_nothing_of_it_repeated(
    changed: dict[str, Any], code: str
) -> None:
    found = refusal(name.model_copy(update=changed), TOWN)
    assert found.code == code
    assert "示例外婆" not in found.text
    assert refusal(name.model_copy(update=changed), TOWN, child=None).code == code


@pytest.mark.parametrize("child", [None, ChildFile(), ChildFile(opened=True)])
@pytest.mark.parametrize("by", [TOWN, STATION, POLICE, CIVIL_AFFAIRS])
def test_a_child_that_is_not_theirs_reads_like_none(by: str, child: ChildFile | None) -> None:
    assert refusal(name, by, child=child).code == "SAFE_CONTACT_CHILD"


@pytest.mark.parametrize("by", [TOWN, STATION, POLICE, CIVIL_AFFAIRS])
def test_where_the_suspect_works_nobody_is_named_and_it_reads_like_none(by: str) -> None:
    """Else its own people would be called instead of a guardian."""
    there = replace(FILE, suspicions={UUID(int=7): Suspicion(False, frozenset({by}))})
    stranger = refusal(name, by, child=ChildFile(opened=True))
    found = refusal(name, by, child=there)
    assert (found.code, found.text) == (stranger.code, stranger.text)


def test_an_older_one_filed_late_or_put_right_takes_the_place_of_no_newer_one() -> None:
    """Nor does its end end the newer one, whoever named that."""
    earlier = DAY - timedelta(days=3)
    late = name.model_copy(update={"stated_on": earlier})
    before = [stated(TOWN), stated(POLICE)]
    for command in (late, EndSafeContact(child_ref=CHILD, stated_on=earlier)):
        found = decide(command, TOWN, *before)
        assert len(found) == 1, "it is kept all the same"
        assert folded(SAFE_CONTACT, *before, *found).stated_by == POLICE
    ended = decide(end, POLICE, *before)
    assert folded(SAFE_CONTACT, *before, *ended, *decide(late, TOWN, *before)).stated_by == ""


def test_the_newest_stands_in_the_place_of_the_former() -> None:
    assert folded(SAFE_CONTACT, stated(TOWN), stated(POLICE)).stated_by == POLICE
    assert Seat.SCHOOL not in RULES.safe_contacts.stated_by
