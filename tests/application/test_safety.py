"""Safety instructions (安全提示) from a sheet, and of two files of one child."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.duplicate import ConfirmDuplicate, ReopenDuplicate
from domain.safe_contact import EndSafeContact, StateSafeContact
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    SCHOOL_NAME,
    TOWN,
    VILLAGE,
    actor,
    at,
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
CONTACT: dict[str, Any] = {
    "contact_name": "示例舅舅",
    "contact_phone": "13800000000",
    "contact_relation": "RELATIVE",
    "until": "2025-06-30",
}
CIVIL = actor(CIVIL_AFFAIRS)
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
    join = ConfirmDuplicate(**pair, survivor=UUID(older), ground="SAME_DOCUMENT")
    hub.hub.command(join, CIVIL)
    hub.settle()
    assert told(newer) == told(older) == [LINE]
    # Issued anew in the one that goes on, and ended by either: of both.
    hub.hub.command(issue.model_copy(update={"child_ref": UUID(newer)}), actor(TOWN))
    assert told(newer) == told(older) == [LINE]
    hub.hub.command(EndSafetyInstruction(child_ref=UUID(newer)), actor(TOWN))
    assert told(newer) == told(older) == []
    hub.hub.command(issue, actor(TOWN))
    assert told(newer) == [LINE]
    hub.hub.command(ReopenDuplicate(**pair, ground="MISTAKE"), CIVIL)
    hub.settle()
    assert told(newer) == []


def test_an_end_reaches_what_each_of_two_files_had_before_they_were_joined(hub: Program) -> None:
    """Given an instruction and a contact in each of two files / when the files are joined / then
    one is told of each, the newest, and its issuer ends them with one word."""
    older, newer, pair = _two_files(hub)
    for child, until in ((older, "2025-06-30"), (newer, "2025-05-31")):
        at(hub, hub.clock.now() + timedelta(hours=1))
        hub.hub.command(
            IssueSafetyInstruction(**{**BODY, "child_ref": child, "until": until}), CIVIL
        )
        hub.hub.command(StateSafeContact(child_ref=child, **{**CONTACT, "until": until}), CIVIL)
    join = ConfirmDuplicate(**pair, survivor=older, ground="SAME_DOCUMENT")
    hub.hub.command(join, actor(CIVIL_AFFAIRS))
    hub.settle()
    for child in (older, newer):
        found = hub.queries.child_file(reader(CIVIL_AFFAIRS), str(child))
        assert found is not None
        assert [each.until for each in found.safety] == ["2025-05-31"]
        assert found.safe_contact is not None
        assert found.safe_contact.until == "2025-05-31"
    hub.hub.command(EndSafetyInstruction(child_ref=older), CIVIL)
    hub.hub.command(EndSafeContact(child_ref=older), CIVIL)
    found = hub.queries.child_file(reader(CIVIL_AFFAIRS), str(newer))
    assert found is not None
    assert (found.safety, found.safe_contact) == ((), None)


def test_a_contact_in_one_file_is_called_of_both_while_they_are_joined(hub: Program) -> None:
    older, newer, pair = _two_files(hub)
    hub.hub.command(StateSafeContact(child_ref=newer, **CONTACT), CIVIL)

    def called(child: UUID) -> bool:
        found = hub.queries.child_file(reader(CIVIL_AFFAIRS), str(child))
        return found is not None and found.safe_contact is not None

    assert (called(older), called(newer)) == (False, True)
    join = ConfirmDuplicate(**pair, survivor=older, ground="SAME_DOCUMENT")
    hub.hub.command(join, CIVIL)
    hub.settle()
    assert called(older)
    assert called(newer)
    hub.hub.command(ReopenDuplicate(**pair, ground="MISTAKE"), CIVIL)
    hub.settle()
    assert (called(older), called(newer)) == (False, True)


def _two_files(hub: Program) -> tuple[UUID, UUID, dict[str, Any]]:
    """Of one child, both known to civil affairs."""
    elsewhere = pupil(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    for who in (unnumbered(1), elsewhere):
        row = {**who, "category": "留守儿童", "since": "2025-02-01"}
        send(hub, CIVIL_AFFAIRS, "civil_affairs.classification", row)
    hub.settle()
    older, newer = (UUID(each["child_ref"]) for each in files(hub))
    return older, newer, {"child_ref": newer, "other": older}


def test_an_older_row_filed_late_ends_and_replaces_nothing(hub: Program) -> None:
    """Given an instruction of the 2nd / when that of the 1st comes in late, and its end / then that
    of the 2nd is told."""
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    row = {**pupil(1), "text": LINE, "call": "110", "until": "2025-06-30", "told_units": "村居"}
    send(hub, TOWN, "safety.instruction", {**row, "issued_on": "2025-03-02"})
    late = {**row, "issued_on": "2025-03-01", "text": "（示例）另一行", "until": "2025-05-31"}
    contact = {**pupil(1), **CONTACT, "contact_relation": "邻居"}
    send(hub, TOWN, "safety.contact", {**contact, "stated_on": "2025-03-02"})
    old = {**contact, "stated_on": "2025-03-01", "contact_name": "示例邻居"}
    child = child_of(hub, pupil(1))
    for more in ({}, {"ended_on": "2025-03-02"}):
        send(hub, TOWN, "safety.instruction", {**late, **more})
        send(hub, TOWN, "safety.contact", {**old, **more})
        hub.settle()
        found = hub.queries.child_file(reader(VILLAGE), child)
        assert found is not None
        assert [each.text for each in found.safety] == [LINE]
        assert found.safe_contact is not None
        assert found.safe_contact.name == CONTACT["contact_name"]
