"""``hub roster`` and ``hub notices``: imported from a sheet, shown with its gaps; who was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Post
from tests.cli.office import Hub
from tests.program import SCHOOL, STATION, VILLAGE_CODE, running, send

SHEET = """岗位,开始,结束,值班人,替班人
值班,2025-03-03 08:00,2025-03-03 20:00,night,
值班领导,2025-03-03 08:00,2025-03-10 08:00,lead,night
"""


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as hub:
        for login, post in (("night", Post.DUTY), ("lead", Post.DUTY_LEADER)):
            hub.directory.add_user(login, STATION, "示例科室", post)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(SHEET, encoding="gb18030")
    return path


def test_a_roster_is_imported_and_shown_with_its_gap(hub: Hub, sheet: Path) -> None:
    done = hub("roster", "import", sheet, "--user", "lead")
    assert (done.code, "已导入2行" in done.out, "今晚20:00起无人值班" in done.out) == (
        0,
        True,
        True,
    )
    assert hub("roster", "number", "021-57000000", "--user", "lead").code == 0
    shown = hub("roster", "show", "--organisation", STATION)
    for word in ("night", "值班领导", "021-57000000", "今晚20:00起无人值班"):
        assert word in shown.out
    found = hub("roster", "show", "--user", "night", "--json").json
    assert (found["number"], len(found["shifts"])) == ("021-57000000", 2)


def test_a_sheet_with_faults_says_which_row_and_column_and_is_not_taken(
    hub: Hub, sheet: Path
) -> None:
    sheet.write_text(SHEET.replace("20:00,night", "20点,nobody"), encoding="utf-8")
    refused = hub("roster", "import", sheet, "--user", "lead")
    assert refused.code == 2
    assert "【第1行 结束】时间应写到分钟" in refused.err
    assert "【第1行 值班人】应填本单位人员的登录名" in refused.err
    assert "nobody" not in refused.err
    assert hub("roster", "show", "--organisation", STATION, "--json").json["shifts"] == []
    not_theirs = hub("roster", "import", sheet, "--user", "night")
    assert (not_theirs.code, "由本单位负责人或值班领导登记" in not_theirs.err) == (2, True)
    private = hub("roster", "number", "13800009999", "--user", "lead")
    assert (private.code, "13800009999" in private.out + private.err) == (2, False)


def test_who_was_told_is_listed(hub: Hub, data: Path, sheet: Path) -> None:
    assert hub("notices", "list").out.strip() == "没有提醒。"
    assert hub("roster", "import", sheet, "--user", "lead").code == 0
    told = {"seen": "（示例）瘀青", "place": VILLAGE_CODE, "immediate_danger": "是"}
    with running(data) as program:
        send(program, SCHOOL, "report.mandatory", told)
        program.settle()
    listed = hub("notices", "list")
    for word in ("值班", "已发送", "示例第一派出所"):
        assert word in listed.out
    (line,) = hub("notices", "list", "--json").json["notices"]
    assert (line["organisation"], line["nobody"], line["urgent"]) == (STATION, False, True)
    assert hub("notices", "list", "--unsent", "--json").json["notices"] == []
