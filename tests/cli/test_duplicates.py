"""``hub duplicates``: list, decide, take back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    absent,
    reader,
    resident,
    running,
    send,
    unnumbered,
)


def test_a_pair_is_listed_decided_and_taken_back(hub: Hub, data: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(unnumbered(1)))
        again = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
        send(program, SCHOOL, "education.absence", absent(again))
        assert program.settle()
    by = ("--organisation", CIVIL_AFFAIRS, "--data", data)
    (pair,) = hub("duplicates", "list", *by, "--json").json["duplicates"]
    assert "姓名相同" in hub("duplicates", "list", *by).out
    assert hub("duplicates", "different", pair["id"], "--ground", "X", *by).code == 2
    ran = hub(
        *("duplicates", "different", pair["id"], "--ground", "SIBLINGS", "--from", "-", *by),
        input='{"note": "双胞胎"}',
    )
    assert (ran.code, "回执号" in ran.out) == (0, True)
    assert hub("duplicates", "list", *by, "--json").json["duplicates"] == []
    assert hub("duplicates", "reopen", pair["id"], "--ground", "MISTAKE", *by).code == 0
    assert len(hub("duplicates", "list", *by, "--json").json["duplicates"]) == 1
    other = ("--organisation", TOWN, "--data", data)
    assert hub("duplicates", "list", *other, "--json").json["duplicates"] == []
    assert hub("duplicates", "different", pair["id"], "--ground", "SIBLINGS", *other).code == 2


def test_two_files_are_joined_and_parted(hub: Hub, data: Path) -> None:
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(unnumbered(1)))
        again = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
        send(program, SCHOOL, "education.absence", absent(again))
        assert program.settle()
    by = ("--organisation", CIVIL_AFFAIRS, "--data", data)
    (pair,) = hub("duplicates", "list", *by, "--json").json["duplicates"]
    newer, older = (each["child_ref"] for each in pair["children"])
    same = ("duplicates", "same", pair["id"], "--ground", "SAME_DOCUMENT")
    assert hub(*same, "--keep", "x", *by).code == 2
    assert hub(*same, "--keep", older, *by).code == 0

    def told() -> set[str]:
        with running(data) as program:
            return {
                each.child_ref for each in program.queries.children(reader(CIVIL_AFFAIRS)).items
            }

    assert told() == {older}
    (decided,) = hub("duplicates", "list", "--all", *by, "--json").json["duplicates"]
    assert decided["state"] == "SAME"
    assert hub("duplicates", "reopen", pair["id"], "--ground", "MISTAKE", *by).code == 0
    assert told() == {older, newer}
