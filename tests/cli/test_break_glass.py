"""``hub break-glass``: open, list, review, uses, end."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, OTHER_STATION

ACCOUNT = "（示例）夜间走失"


@pytest.fixture
def account(tmp_path: Path) -> str:
    path = tmp_path / "account.txt"
    path.write_text(ACCOUNT, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


def opening(account: str, *more: str, child: str | None = None) -> list[str]:
    asked = ["--child", child or str(uuid4()), "--categories", "contact,schooling"]
    by = ["--organisation", OTHER_STATION]
    return ["open", *asked, "--ground", "MISSING", "--text", account, *by, *more]


def test_it_is_opened_listed_reviewed_and_counted(hub: Hub, account: str) -> None:
    access = hub("break-glass", *opening(account, "--json")).json["access_id"]
    reviewer = ("--organisation", CIVIL_AFFAIRS)
    told = hub("break-glass", "list", *reviewer, "--json")
    assert [each["access_id"] for each in told.json["accesses"]] == [access]
    assert ACCOUNT not in told.out
    done = hub("break-glass", "review", access, "--justified", *reviewer)
    assert (done.code, "已登记" in done.out) == (0, True)
    (line,) = hub("break-glass", "uses", *reviewer, "--json").json["uses"]
    assert (line["organisation"], line["times"], line["open_reviews"]) == (OTHER_STATION, 1, 0)
    assert hub("break-glass", "end", access, "--organisation", OTHER_STATION).code == 0


def test_what_it_refuses_it_says_in_chinese_and_repeats_nothing(hub: Hub, account: str) -> None:
    for more, word in (
        (["--hours", "25"], "24"),
        (["--ground", "CURIOUS-410000000000000000"], "理由不在可选范围内"),
        (["--categories", "contact,410000000000000000"], "不认识的数据类别"),
    ):
        refused = hub("break-glass", *opening(account), *more)
        assert refused.code == 2
        assert word in refused.err
        assert "410000000000000000" not in refused.out + refused.err
    missing = hub("break-glass", *opening("/nowhere/410000000000000000"))
    assert missing.code == 2
    assert "410000000000000000" not in missing.err


def test_a_child_that_is_none_is_answered_alike(hub: Hub, account: str) -> None:
    answers = [
        hub("break-glass", *opening(account, "--json", child=child))
        for child in (str(uuid4()), "410000000000000000")
    ]
    assert {answer.code for answer in answers} == {0}
    assert len({tuple(answer.json) for answer in answers}) == 1
