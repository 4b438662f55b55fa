"""``hub returns``: opened, filled in, checked, locked, corrected, and read exactly by two."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Organisation, Post
from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, TOWN, running

LEAGUE = "youth_league:310117"
LOGINS = {"zhang": Post.HANDLER, "li": Post.HEAD, "wu": Post.HANDLER, "wang": Post.HANDLER}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("（示例）另有纸质台账", encoding="utf-8")
    return path


@pytest.fixture
def office(hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        program.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
        for login, post in LOGINS.items():
            program.directory.add_user(login, LEAGUE, "", post)
        for login, post in LOGINS.items():
            program.directory.add_user(f"m-{login}", CIVIL_AFFAIRS, "", post)
    return hub


def by(organisation: str) -> tuple[str, str]:
    return ("--organisation", organisation)


def test_p55_a_return_goes_round_at_the_console(office: Hub, words: Path, tmp_path: Path) -> None:
    """布置 → 填报 → 提交 → 审核 → 退回 → 确认 → 锁定 → 更正, and its table."""
    returns = ("returns",)
    dates = ("--as-of", "2024-12-31", "--fill-by", "2098-01-20")
    assert "没有可显示" in office(*returns, "table", LEAGUE, "2024", *by(LEAGUE)).out
    done = office(*returns, "open", LEAGUE, "2024", *dates, *by(CIVIL_AFFAIRS))
    assert (done.code, "已登记" in done.out) == (0, True), done.err
    refused = office(*returns, "fill", "2024", "--own", "league_activities=8", *by(LEAGUE))
    assert (refused.code, "请写明原因" in refused.err) == (2, True)
    wrong = office(*returns, "fill", "2024", "--own", "league_activities", *by(LEAGUE))
    assert (wrong.code, "代码=数" in wrong.err) == (2, True)
    own = ("--own", "league_activities=8", "--text", words)
    assert office(*returns, "fill", "2024", *own, *by(LEAGUE), "--json").code == 0
    assert office(*returns, "submit", "2024", *by(LEAGUE)).code == 0
    back = office(*returns, "return", LEAGUE, "2024", "--text", words, *by(CIVIL_AFFAIRS))
    assert back.code == 0
    assert office(*returns, "fill", "2024", "--user", "zhang").code == 0
    assert office(*returns, "submit", "2024", *by(LEAGUE)).code == 0
    assert office(*returns, "check", LEAGUE, "2024", *by(CIVIL_AFFAIRS)).code == 0
    assert office(*returns, "confirm", "2024", "--user", "wu").code == 2, "no head"
    assert office(*returns, "confirm", "2024", "--user", "li").code == 0
    assert office(*returns, "lock", LEAGUE, "2024", *by(CIVIL_AFFAIRS)).code == 0
    corrected = office(
        *returns, "correct", "league_activities", "2024", "--own", "2", "--text", words,
        "--user", "li",
    )  # fmt: skip
    assert corrected.code == 0, corrected.err
    table = office(*returns, "table", LEAGUE, "2024", *by(CIVIL_AFFAIRS)).out
    for word in ("已锁定", "确认人：li", "退回：（示例）另有纸质台账"):
        assert word in table
    told = office(*returns, "table", LEAGUE, "2024", *by(LEAGUE), "--json").json["table"]
    (line,) = told["lines"]
    assert (line["words"], line["own_count"]) == ("2场", True)
    assert line["corrections"][0]["before_words"] == "0场"
    sheet = tmp_path / "table.xlsx"
    written = office(*returns, "table", LEAGUE, "2024", "--xlsx", sheet, *by(LEAGUE))
    assert (written.code, "已写成Excel" in written.out) == (0, True), written.err
    assert (sheet.stat().st_mode & 0o777, sheet.read_bytes()[:2]) == (0o600, b"PK")
    assert office(*returns, "table", LEAGUE, "2024", "--xlsx", sheet, *by(LEAGUE)).code == 2
    (row,) = office(*returns, "list", "2024", *by(CIVIL_AFFAIRS), "--json").json["returns"]
    assert row["state_words"] == "已锁定"
    assert "已锁定" in office(*returns, "list", "2024", *by(LEAGUE)).out


def test_exact_figures_are_read_by_the_two_who_are_named(office: Hub, words: Path) -> None:
    returns = ("returns",)
    dates = ("--as-of", "2024-12-31", "--fill-by", "2098-01-20")
    office(*returns, "open", LEAGUE, "2024", *dates, *by(CIVIL_AFFAIRS))
    office(*returns, "fill", "2024", *by(LEAGUE))
    office(*returns, "submit", "2024", *by(LEAGUE))
    office(*returns, "check", LEAGUE, "2024", *by(CIVIL_AFFAIRS))
    office(*returns, "confirm", "2024", "--user", "li")
    office(*returns, "lock", LEAGUE, "2024", *by(CIVIL_AFFAIRS))
    two = ("--reader", "m-wu", "--reader", "m-wang")
    asked = ("exact-request", LEAGUE, "2024", "--text", words, "--user", "m-zhang")
    stranger = office(*returns, *asked, "--reader", "m-wu", "--reader", "wang")
    assert (stranger.code, "没有这个登录名" in stranger.err) == (2, True)
    number = office(*returns, *asked, *two, "--json").json["request_id"]
    assert "已申请" in office(*returns, *asked, *two).out
    assert office(*returns, "exact-approve", number, "--user", "m-zhang").code == 2
    assert office(*returns, "exact-approve", number, "--user", "m-li").code == 0
    read = office(*returns, "exact", number, "--user", "m-wu", "--json").json["exact"]
    assert [each["number"] for each in read["lines"]] == [0]
    assert "团组织活动场次" in office(*returns, "exact", number, "--user", "m-wang").out
    for nobody in ("m-li", "m-zhang", "li"):
        assert "没有可查看" in office(*returns, "exact", number, "--user", nobody).out
    listed = office(*returns, "exact-list", *by(CIVIL_AFFAIRS), "--json").json["requests"]
    assert [each["state_words"] for each in listed] == ["可查看", "待审批"]
    assert "可查看" in office(*returns, "exact-list", *by(CIVIL_AFFAIRS)).out
    assert office(*returns, "exact-end", number, "--user", "m-zhang").code == 0
    assert "没有可查看" in office(*returns, "exact", number, "--user", "m-wu").out
    refusal = ("exact-refuse", listed[1]["request_id"], "--text", words, "--user", "m-li")
    assert office(*returns, *refusal).code == 0
    assert office(*returns, "submit", "2024", *by(TOWN)).code == 2
