"""``hub systems``: sheets of other systems, both ways; ``hub exchange``: signed files by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.intake.sheets import read_sheet
from adapters.intake.templates import write_rows
from adapters.outside.sheets import ENTERED, NUMBER, layout_of
from domain.organisations import Post
from hub.policies import load_policies
from tests.cli.office import KINDS, Hub
from tests.program import POLICE, TOWN, admonished, pupil, resident, running, send

FORM = load_policies().rules.outside["CHILD_WELFARE"].sheets["children"]
LAYOUT = layout_of("children", FORM, KINDS[FORM.kind])
BY = ("--organisation", TOWN)


@pytest.fixture
def office(hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, TOWN, "town.residence", resident(pupil(1)))
        orphan = {"category": "孤儿", "since": "2025-02-01"}
        send(program, TOWN, "civil_affairs.classification", {**pupil(1), **orphan})
        assert program.settle()
    return hub


def test_what_waits_goes_out_as_their_sheet_and_comes_back(office: Hub, tmp_path: Path) -> None:
    listed = office("systems", "list", *BY, "--json").json["sheets"]
    can = [(each["system"], each["in"], each["out"]) for each in listed if each["in"]]
    assert can == [("CHILD_WELFARE", True, True), ("SOCIAL_ASSISTANCE", True, True)]
    (waits,) = office("systems", "waiting", *BY, "--json").json["entries"]
    assert (waits["state_name"], waits["fields"]["name"]) == ("未录入", pupil(1)["name"])
    assert "未录入" in office("systems", "waiting", *BY).out
    out = tmp_path / "theirs.xlsx"
    told = office("systems", "sheet", "全国儿童福利信息系统", "children", "--out", out, *BY)
    assert (told.code, out.stat().st_mode & 0o777) == (0, 0o600)
    (row,) = read_sheet(out.read_bytes(), out.name, [LAYOUT]).rows
    assert row.cells["category"] == "孤儿"
    back = tmp_path / "back.xlsx"
    write_rows(LAYOUT, [{**row.cells, NUMBER: "示编0001", ENTERED: "2025-03-03"}], back)
    taken = office("systems", "take", "CHILD_WELFARE", back, *BY, "--json")
    assert (taken.code, taken.json["entries"]["accepted"]) == (0, 1)
    assert office("systems", "waiting", *BY, "--json").json["entries"] == []
    (known,) = office("systems", "waiting", "--all", *BY, "--json").json["entries"]
    assert known["number"] == "示编0001"


def test_refused_rows_come_back_in_their_own_headings(office: Hub, tmp_path: Path) -> None:
    theirs, refused = tmp_path / "theirs.xlsx", tmp_path / "refused.xlsx"
    row = {"name": pupil(2)["name"], "id_number": pupil(2)["id_number"], "since": "2025-02-01"}
    write_rows(LAYOUT, [{**row, "category": "机密甲"}], theirs)
    taken = office("systems", "take", "CHILD_WELFARE", theirs, "--errors-out", refused, *BY)
    assert taken.code == 1
    assert "【儿童类型】" in taken.err
    assert "机密甲" not in taken.out + taken.err
    (again,) = read_sheet(refused.read_bytes(), refused.name, [LAYOUT]).rows
    assert again.cells["category"] == "机密甲"


def test_a_column_that_nobody_knows_is_named(office: Hub, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    child = pupil(2)
    theirs.write_text(
        "姓名,公民身份号码,儿童类型,纳入日期,帮扶干部\n"
        f"{child['name']},{child['id_number']},孤儿,2025-02-01,示例\n"
    )
    taken = office("systems", "take", "CHILD_WELFARE", theirs, "--dry-run", *BY)
    assert taken.code == 0
    assert "帮扶干部" in taken.err


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("sheet", "CHILD_WELFARE", "nothing", "--out", "x.xlsx"), "没有这张表"),
        (("sheet", "机密甲", "children", "--out", "x.xlsx"), "没有这个外部系统"),
        (("sheet", "CHILD_WELFARE", "children", "--out", "x.csv"), ".xlsx"),
        (("take", "STUDENT_ROLL", "nothing.xlsx"), "找不到"),
    ],
)
def test_what_makes_no_sense_is_told_in_words(
    office: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = office("systems", *asked, *BY)
    assert ran.code == 2
    assert words in ran.err
    assert "机密甲" not in ran.err


def test_a_separate_network_sends_files_and_reads_the_answers(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    """公安专网: nothing but a folder there, and the carrier in between."""
    own, hubs, at = tmp_path / "police", tmp_path / "hub.pub", ("--data", data)
    made = hub("exchange", "keypair", POLICE, "--folder", own, "--json").json
    public = tmp_path / "police.pub"
    public.write_text(made["keys"])
    hubs.write_text(hub("exchange", "key", *at, "--json").json["keys"])
    assert hub("exchange", "add", POLICE, "--key", public, *at).code == 0
    lines, packed, answer = (tmp_path / name for name in ("a.jsonl", "a.hub", "a.answer"))
    rows = [admonished(pupil(1)), {**admonished(pupil(2), 2), "served_on": "机密甲"}]
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    there = ("--hub", hubs, "--folder", own)
    kind = ("--kind", "police.admonition")
    assert hub("exchange", "pack", lines, *kind, *there, "--out", packed).code == 0
    assert pupil(1)["id_number"] not in packed.read_text()
    taken = hub("exchange", "take", packed, "--answer", answer, *at, "--json")
    assert (taken.code, taken.json["accepted"], taken.json["refused"]) == (1, 1, 1)
    read = hub("exchange", "read", answer, *there)
    assert read.code == 1
    assert "已收下" in read.out
    assert "机密甲" not in read.out
    packed.write_text(packed.read_text().replace("number 1", "number 3"))
    forged = hub("exchange", "take", packed, "--answer", tmp_path / "b", *at)
    assert (forged.code, "签名不是发送单位的" in forged.err) == (2, True)
    (kept,) = hub("exchange", "refused", *at, "--json").json["refused"]
    assert (kept["organisation"], kept["code"]) == (POLICE, "EXCHANGE_SIGNATURE")
    with running(data) as program:
        program.directory.add_user("zhang", POLICE, "示例科室", Post.HANDLER)
    given = tmp_path / "given.hub"
    assert hub("exchange", "give", "--user", "zhang", "--out", given, *at).code == 0
    assert hub("exchange", "read", given, *there, "--json").json == {"tasks": []}
    assert "待办 0" in hub("exchange", "read", given, *there).out
    (party,) = hub("exchange", "list", *at, "--json").json["parties"]
    assert party["taken"] == 1
    assert hub("exchange", "end", POLICE, *at).code == 0
