"""Every state × act × role of each stream, held against the tables that were read and kept.

Given a stream in one of its states / when somebody asks for one of its acts / then what is allowed
does what the table says, and everybody else is refused with the table's reason. A table that no
longer holds is written anew with ``python -m tests.domain.tables`` and read before it is kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.kernel import Command
from domain.organisations import HUB
from domain.registry import STREAMS
from tests.domain.tables import FOLDER, NEVER_BY_THE_HUB, NOT_ASKED, cells, lines, path_of

pytestmark = pytest.mark.xdist_group("every_state")

ROOT = Path(__file__).parents[2]

OPEN_TO_ALL = {
    # 强制报告: whoever knows reports (未保法 11(2)); nothing may stand in the way.
    "FileMandatoryReport",
    # Who a child is comes with every record of every sender.
    "StateIdentity",
    # Asked by the door that knows the record it belongs to (hub/attachments/intake.py).
    "WithdrawAttachment",
}
"""Acts that a stream's rules leave to everybody, and why."""


@pytest.mark.parametrize("name", sorted(stream.name for stream in STREAMS))
def test_who_may_do_what_in_which_state(name: str) -> None:
    kept = path_of(name).read_text(encoding="utf-8").splitlines()
    assert lines(name) == kept


def test_there_is_a_table_for_each_stream_and_for_nothing_else() -> None:
    assert {each.stem for each in FOLDER.iterdir()} == {stream.name for stream in STREAMS}


@pytest.mark.parametrize("name", sorted(stream.name for stream in STREAMS))
def test_each_act_is_tried_in_some_state(name: str) -> None:
    (stream,) = (each for each in STREAMS if each.name == name)
    tried = {cell.act for cell in cells()[name] if cell.code != NOT_ASKED}
    assert tried == set(stream.decide)


def test_every_refusal_says_what_is_wrong_in_plain_chinese() -> None:
    """A code for machines, a whole sentence for officials, and no word of the program."""
    for cell in (each for of in cells().values() for each in of):
        if cell.code in (None, NOT_ASKED, NEVER_BY_THE_HUB):
            continue
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", cell.code), cell
        assert re.search(r"[一-鿿]", cell.text), cell
        assert cell.text.endswith(("。", "！")), cell
        assert not re.search(r"[a-z]{3,}:|Error|None|UUID", cell.text), cell


def test_what_the_rules_leave_to_everybody_is_asked_by_the_hub_alone() -> None:
    """What reactions ask for is guarded by nothing but that no door offers it."""
    left = {act.__name__ for act in _left_to_everybody()} - OPEN_TO_ALL
    assert left, "reactions ask for something"
    doors = [
        *(ROOT / "hub" / "api").rglob("*.py"),
        *(ROOT / "hub" / "cli").rglob("*.py"),
        *(ROOT / "adapters").rglob("*.py"),
    ]
    offered = {
        name
        for path in doors
        for name in left & set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    }
    assert offered == set()


def _left_to_everybody() -> set[type[Command]]:
    found: dict[tuple[str, str], set[str]] = {}
    acts: dict[str, type[Command]] = {}
    for of in cells().values():
        for cell in of:
            if cell.events:
                found.setdefault((cell.state, cell.act.__name__), set()).add(cell.role)
                acts[cell.act.__name__] = cell.act
    roles = {cell.role for of in cells().values() for cell in of} - {HUB}
    return {acts[act] for (_, act), by in found.items() if roles <= by}
