"""Safety instructions (安全提示) from a sheet, and of two files of one child."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.duplicate import ConfirmDuplicate, ReopenDuplicate
from domain.safety_instruction import IssueSafetyInstruction
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    TOWN,
    actor,
    child_of,
    enrolled,
    files,
    pupil,
    reader,
    resident,
    send,
    take,
    unnumbered,
)

LINE = "（示例）请勿单独放行，先电话联系"
BODY: dict[str, Any] = {
    "text": LINE,
    "call": "110",
    "until": "2025-06-30",
    "seats": ["school", "village"],
}
SEEN = {"text": LINE, "call": "110", "until": "2025-06-30", "ours": False}


def test_from_a_sheet_which_names_kinds_and_organisations(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    row = {
        **pupil(1),
        "issued_on": "2025-03-01",
        "text": LINE,
        "call": "110",
        "until": "2025-06-30",
        "told_units": f"村居、{SCHOOL_NAME}",
    }
    send(hub, POLICE, "safety.instruction", row)
    hub.settle()
    child = child_of(hub, pupil(1))
    found = hub.queries.child_file(reader(SCHOOL), child)
    assert found is not None
    assert [each.text for each in found.safety] == [LINE]
    outcome = take(hub, POLICE, "safety.instruction", {**row, "told_units": "邻居张三"})
    assert [fault.code for fault in outcome.faults] == ["TOLD_UNKNOWN"]
    assert "张三" not in str(outcome.faults)
    # Sent again with the day on which it was ended.
    send(hub, POLICE, "safety.instruction", {**row, "ended_on": "2025-03-02"})
    found = hub.queries.child_file(reader(SCHOOL), child)
    assert found is not None
    assert found.safety == ()


def test_two_files_of_one_child_tell_the_same_while_they_are_joined(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(unnumbered(1)))
    elsewhere = pupil(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    send(hub, EDUCATION, "education.roll", enrolled(elsewhere))
    hub.settle()
    older, newer = (each["child_ref"] for each in files(hub))

    def told(child: str) -> list[str]:
        found = hub.queries.child_file(reader(SCHOOL), child)
        return [each.text for each in found.safety] if found else []

    issue = IssueSafetyInstruction(child_ref=UUID(older), **BODY)
    hub.hub.command(issue, actor(TOWN))
    assert told(newer) == []
    pair: dict[str, Any] = {"child_ref": UUID(newer), "other": UUID(older)}
    civil = actor(CIVIL_AFFAIRS)
    join = ConfirmDuplicate(**pair, survivor=UUID(older), ground="SAME_DOCUMENT")
    hub.hub.command(join, civil)
    hub.settle()
    assert told(newer) == told(older) == [LINE]
    hub.hub.command(ReopenDuplicate(**pair, ground="MISTAKE"), civil)
    hub.settle()
    assert told(newer) == []
