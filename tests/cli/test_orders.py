"""``hub orders``: issued, listed, answered in writing, closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, EDUCATION, SCHOOL, TOWN

DEMAND = "（示例）请于五个工作日内办结"


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(DEMAND, encoding="utf-8")
    return path


def by(organisation: str) -> tuple[str, str]:
    return ("--organisation", organisation)


def test_an_order_is_issued_answered_and_closed(hub: Hub, words: Path) -> None:
    asked = ("orders", "issue", "--to", EDUCATION, "--text", words, *by(CIVIL_AFFAIRS))
    number = hub(*asked, "--json").json["order_id"]
    assert "已制发" in hub("orders", "issue", "--to", TOWN, "--text", words, *by(CIVIL_AFFAIRS)).out
    (line,) = hub("orders", "list", *by(EDUCATION), "--json").json["orders"]
    assert (line["order_id"], line["what"]) == (number, "制发督办单")
    early = hub("orders", "close", number, *by(CIVIL_AFFAIRS))
    assert (early.code, "回复后" in early.err) == (2, True)
    done = hub("orders", "reply", number, "--text", words, *by(EDUCATION))
    assert (done.code, "已登记" in done.out) == (0, True)
    assert hub("orders", "close", number, *by(CIVIL_AFFAIRS), "--json").code == 0
    listed = hub("orders", "list", *by(EDUCATION))
    assert "督办办结" in listed.out
    assert DEMAND not in listed.out, "its words are read at the desk"


def test_what_it_refuses_it_says_in_chinese_and_repeats_nothing(hub: Hub, words: Path) -> None:
    for who, to, word in (
        (SCHOOL, EDUCATION, "由妇儿工委办或民政局制发"),
        (CIVIL_AFFAIRS, SCHOOL, "请核对被督办单位"),
    ):
        refused = hub("orders", "issue", "--to", to, "--text", words, *by(who))
        assert (refused.code, word in refused.err) == (2, True)
    nothing = hub("orders", "reply", "410000000000000000", "--text", words, *by(EDUCATION))
    assert (nothing.code, "请核对编号" in nothing.err) == (2, True)
    assert "410000000000000000" not in nothing.out + nothing.err
    wrong = hub(
        "orders", "issue", "--to", "410000000000000000", "--text", words, *by(CIVIL_AFFAIRS)
    )
    assert wrong.code == 2
    assert "410000000000000000" not in wrong.out + wrong.err
