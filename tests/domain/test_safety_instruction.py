"""Safety instructions (安全提示): one line, no reason, a last day, whom to call; issued by police,
civil affairs, court or the town's station to whom they choose, ended by the issuer or its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import ChildFile
from domain.kernel import Given, Refused
from domain.organisations import HUB, Seat, seat_of
from domain.safety_instruction import (
    SAFETY_INSTRUCTION,
    EndSafetyInstruction,
    InstructionsShared,
    IssueSafetyInstruction,
    ReadTogether,
    SafetyInstructionEnded,
    SafetyInstructionIssued,
    is_told,
)
from domain.standing import Standing, Stands
from domain.suspicion import Suspicion
from hub.policies import load_policies
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_CHILD,
    OTHER_SCHOOL,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE_CODE,
)
from tests.specification import circumstances, folded

RULES = load_policies().rules
DAY = date(2026, 3, 4)
LINE = "（示例）请勿单独放行，先电话联系"
ISSUERS = {seat.value for seat in RULES.safety.issuers}
LIVES_HERE = ChildFile(
    opened=True,
    town=TOWN_CODE,
    village=VILLAGE_CODE,
    police_station=STATION,
    school=SCHOOL,
    identity_stated_by=frozenset({POLICE}),
)
issue = IssueSafetyInstruction(
    child_ref=CHILD,
    text=LINE,
    call="110",
    until=DAY + timedelta(days=30),
    seats=(Seat.VILLAGE, Seat.SCHOOL),
    organisations=(OTHER_SCHOOL,),
)
end = EndSafetyInstruction(child_ref=CHILD)


def issued(issuer: str, **other: Any) -> SafetyInstructionIssued:
    return SafetyInstructionIssued(
        **{
            "child_ref": CHILD,
            "issuer": issuer,
            "until": issue.until,
            "told_seats": (Seat.SCHOOL, Seat.VILLAGE),
            "told_organisations": (OTHER_SCHOOL,),
            "text": LINE,
            "call": "110",
            "issued_on": DAY,
            **other,
        }
    )


def given(by: str, child: ChildFile | None = LIVES_HERE, on: date = DAY) -> Given:
    return circumstances(by, on, child=child)


def refusal(command: Any, by: str, *before: Any, child: ChildFile | None = LIVES_HERE) -> Refused:
    with pytest.raises(Refused) as found:
        decide(command, by, *before, child=child)
    return found.value


def decide(command: Any, by: str, *before: Any, child: ChildFile | None = LIVES_HERE) -> Any:
    state = folded(SAFETY_INSTRUCTION, *before)
    return SAFETY_INSTRUCTION.decide[type(command)](state, command, given(by, child))


def test_the_town_station_issues_one_line_with_a_last_day_and_whom_to_call() -> None:
    assert decide(issue, TOWN) == [issued(TOWN)]


@pytest.mark.parametrize("before", ["nothing", "own", "another's"])
@pytest.mark.parametrize("by", [*EVERY_SEAT, HUB])
def test_who_issues_and_who_ends_in_each_state(by: str, before: str) -> None:
    known = ChildFile(opened=True, identity_stated_by=frozenset(EVERY_SEAT))
    held = {"nothing": [], "own": [issued(by)], "another's": [issued("police:other")]}[before]
    if by == HUB or seat_of(by).value not in ISSUERS:
        assert refusal(issue, by, *held, child=known).code == "SAFETY_NOT_ISSUER"
        assert refusal(end, by, *held, child=known).code == "SAFETY_NOT_ISSUER"
        return
    assert decide(issue, by, *held, child=known) == [issued(by)]
    if before == "own":
        assert decide(end, by, *held) == [SafetyInstructionEnded(child_ref=CHILD, issuer=by)]
    else:
        # The same, whether or not somebody else has issued one.
        assert refusal(end, by, *held).code == "SAFETY_NONE"


def test_what_an_issuer_issues_next_stands_in_the_place_of_its_former() -> None:
    later = issued(TOWN, until=DAY + timedelta(days=60))
    state = folded(SAFETY_INSTRUCTION, issued(TOWN), issued(CIVIL_AFFAIRS), later)
    assert state.until == {TOWN: later.until, CIVIL_AFFAIRS: issue.until}


EARLIER = DAY - timedelta(days=3)
early = issue.model_copy(update={"issued_on": EARLIER, "until": DAY + timedelta(days=2)})
end_early = EndSafetyInstruction(child_ref=CHILD, issued_on=EARLIER)


def test_an_older_one_filed_late_or_put_right_takes_the_place_of_no_newer_one() -> None:
    """Given one of today / when one of three days ago comes in, or its end / then that of today
    stands as it was; whoever ended it does not get the older one back."""
    for command in (early, end_early):
        found = decide(command, TOWN, issued(TOWN))
        assert len(found) == 1, "it is kept all the same"
        assert folded(SAFETY_INSTRUCTION, issued(TOWN), *found).until == {TOWN: issue.until}
    ended = decide(end, TOWN, issued(TOWN))
    late = decide(early, TOWN, issued(TOWN), *ended)
    assert folded(SAFETY_INSTRUCTION, issued(TOWN), *ended, *late).until == {}


@pytest.mark.parametrize("day", [None, DAY])
def test_the_end_of_the_newest_ends_it(day: date | None) -> None:
    ended = decide(end.model_copy(update={"issued_on": day}), TOWN, issued(TOWN))
    assert folded(SAFETY_INSTRUCTION, issued(TOWN), *ended).until == {}


def test_what_was_recorded_before_days_were_is_replaced_and_ended_as_ever() -> None:
    old = issued(TOWN, issued_on=None)
    assert folded(SAFETY_INSTRUCTION, old, *decide(early, TOWN, old)).until == {TOWN: early.until}
    assert folded(SAFETY_INSTRUCTION, old, *decide(end, TOWN, old)).until == {}


@pytest.mark.parametrize("by", [TOWN, CIVIL_AFFAIRS])
def test_where_the_suspect_works_nothing_is_issued_and_it_reads_like_no_child(by: str) -> None:
    known = replace(LIVES_HERE, identity_stated_by=frozenset({by}))
    there = replace(known, suspicions={UUID(int=7): Suspicion(False, frozenset({by}))})
    stranger = refusal(issue, by, child=ChildFile(opened=True))
    found = refusal(issue, by, child=there)
    assert (found.code, found.text) == (stranger.code, stranger.text)


@pytest.mark.parametrize("child", [None, ChildFile(), ChildFile(opened=True)])
def test_a_child_that_is_not_the_issuers_reads_like_none(child: ChildFile | None) -> None:
    assert refusal(issue, TOWN, child=child).code == "SAFETY_CHILD"
    assert refusal(issue, CIVIL_AFFAIRS, child=child).text == refusal(issue, TOWN, child=child).text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": " "}, "SAFETY_LINE"),
        ({"text": "第一行\n第二行"}, "SAFETY_LINE"),
        ({"text": "字" * (RULES.safety.max_chars + 1)}, "SAFETY_LINE"),
        ({"text": "请打13800000000"}, "SAFETY_NUMBER"),
        ({"call": "13800000000"}, "SAFETY_CALL"),
        ({"call": "找张三"}, "SAFETY_CALL"),
        ({"until": DAY - timedelta(days=1)}, "SAFETY_UNTIL"),
        ({"until": RULES.last_day(RULES.safety.longest, DAY) + timedelta(days=1)}, "SAFETY_UNTIL"),
        ({"seats": (), "organisations": ()}, "SAFETY_TOLD"),
        ({"seats": (Seat.FINANCE,)}, "SAFETY_TOLD"),
        ({"organisations": ("finance:310117",)}, "SAFETY_TOLD"),
        ({"organisations": ("找不到",)}, "SAFETY_TOLD"),
    ],
)
def test_what_is_no_instruction_is_refused_and_nothing_of_it_repeated(
    changed: dict[str, Any], code: str
) -> None:
    found = refusal(issue.model_copy(update=changed), TOWN)
    assert found.code == code
    assert "13800000000" not in found.text
    assert "张三" not in found.text
    # Of whichever child: the answer says nothing of one.
    assert refusal(issue.model_copy(update=changed), TOWN, child=None).code == code


def test_a_seat_is_told_while_it_has_the_child_in_hand_and_an_organisation_by_name_always() -> None:
    each = issued(POLICE)
    assert is_told(each, SCHOOL, has_in_hand=True)
    assert not is_told(each, SCHOOL, has_in_hand=False)
    assert is_told(each, OTHER_SCHOOL, has_in_hand=False)
    assert not is_told(each, TOWN, has_in_hand=True)


def test_it_keeps_the_file_until_its_last_day_is_over() -> None:
    state = folded(SAFETY_INSTRUCTION, issued(TOWN))
    stands = SAFETY_INSTRUCTION.stands
    assert stands is not None
    assert stands(state, RULES) == [
        Standing(Stands.SAFETY_INSTRUCTION, issue.until + timedelta(days=1))
    ]
    over = folded(
        SAFETY_INSTRUCTION, issued(TOWN), SafetyInstructionEnded(child_ref=CHILD, issuer=TOWN)
    )
    assert stands(over, RULES) == []


@pytest.mark.parametrize("joined", [True, False])
def test_only_the_hub_has_two_files_read_together(joined: bool) -> None:
    share = ReadTogether(child_ref=CHILD, other=OTHER_CHILD, joined=joined)
    shared = InstructionsShared(child_ref=CHILD, other=OTHER_CHILD, joined=joined)
    before = [] if joined else [shared.model_copy(update={"joined": True})]
    assert decide(share, HUB, *before) == [shared]
    assert decide(share, HUB, *before, shared) == []
    assert refusal(share, POLICE).code == "SAFETY_BY_HUB"
    assert folded(SAFETY_INSTRUCTION, *before, shared).read_with == (
        frozenset({UUID(str(OTHER_CHILD))}) if joined else frozenset()
    )
