"""``hub family``: list, state, confirm, reject, end."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_TOWN,
    TOWN,
    child_of,
    pupil,
    resident,
    running,
    send,
)


def test_a_link_is_stated_decided_and_listed(hub: Hub, data: Path) -> None:
    with running(data) as program:
        for number in (1, 2):
            send(program, TOWN, "town.residence", resident(pupil(number)))
        assert program.settle()
        one, other = (child_of(program, pupil(number)) for number in (1, 2))
    town = ("--organisation", TOWN, "--data", data)
    civil = ("--organisation", CIVIL_AFFAIRS, "--data", data)
    pair = (one, other, "--link", "SIBLING")
    said = '{"note": "户口簿第2页", "other_note": "户口簿第3页"}'
    ran = hub("family", "state", *pair, "--from", "-", *town, input=said)
    assert (ran.code, "回执号" in ran.out) == (0, True)
    (told,) = hub("family", "list", other, *town, "--json").json["family"]
    assert (told["child_ref"], told["state"], told["note"]) == (one, "STATED", "户口簿第3页")
    assert "兄弟姐妹" in hub("family", "list", other, *town).out
    assert hub("family", "confirm", *pair, "--ground", "X", *civil).code == 2
    assert hub("family", "reject", *pair, "--ground", "FAMILY_DENIED", *civil).code == 0
    assert hub("family", "list", one, *town, "--json").json["family"] == []
    assert hub("family", "confirm", *pair, "--ground", "DOCUMENT", *civil).code == 0
    assert hub("family", "end", *pair, "--ground", "MISTAKE", *civil).code == 0
    (told,) = hub("family", "list", one, "--all", *town, "--json").json["family"]
    assert told["state"] == "ENDED"
    elsewhere = ("--organisation", OTHER_TOWN, "--data", data)
    for command in (("list", one), ("state", *pair), ("end", *pair, "--ground", "MISTAKE")):
        ran = hub("family", *command, *elsewhere)
        assert (ran.code, "没有可向本单位显示的记录" in ran.err) == (2, True)


def test_who_decides_lists_who_has_something_in_common(hub: Hub, data: Path) -> None:
    with running(data) as program:
        for number in (1, 2):
            shared = pupil(number, guardian_phone="13912345678")
            send(program, TOWN, "town.residence", resident(shared))
        assert program.settle()
    civil = ("--organisation", CIVIL_AFFAIRS, "--data", data)
    (pair,) = hub("family", "candidates", *civil, "--json").json["candidates"]
    assert pair["reasons"] == [{"code": "GUARDIAN_PHONE", "text": "监护人电话相同"}]
    assert "监护人电话相同" in hub("family", "candidates", *civil).out
    other = ("--organisation", TOWN, "--data", data)
    assert hub("family", "candidates", *other, "--json").json["candidates"] == []
