"""``hub demo`` as a command; what the demo does is specified in tests/demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.encryption.root import Argon2Cost, RootKeystore
from tests.cli.office import Hub
from tests.program import CHEAP

pytestmark = pytest.mark.slow

SMALL = ("--children", 6, "--days", 2, "--seed", 7)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    real = RootKeystore.create

    def create(path: Path, passphrase: str, cost: Argon2Cost | None = None) -> RootKeystore:
        return real(path, passphrase, CHEAP)

    monkeypatch.setattr(RootKeystore, "create", create)


def test_the_summary_is_the_json_and_holds_no_login(hub: Hub, tmp_path: Path) -> None:
    ran = hub("demo", *SMALL, "--data", tmp_path / "one", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [ran.json[key] for key in ("children", "days", "seed")] == [6, 2, 7]
    assert ran.json["agencies"]
    assert "token" not in ran.out
    other = hub("demo", *SMALL, "--data", tmp_path / "two", "--json")
    assert other.json == ran.json


def test_the_table_and_the_logins_and_a_second_run(hub: Hub, tmp_path: Path) -> None:
    ran = hub("demo", *SMALL, "--data", tmp_path / "one")
    assert ran.code == 0
    for word in ("民政局", "报送行", "逾期", "接口用的令牌", "/welcome/"):
        assert word in ran.out
    for word in ("hub serve --data", "/api/v1/inbox", "Bearer", "hub quarantine list"):
        assert word in ran.out
    again = hub("demo", "--children", 9, "--data", tmp_path / "one")
    assert again.code == 0
    assert "已有一次演示" in again.out
    assert "换一个 --data" in again.out


def test_a_folder_in_use_is_left_alone(hub: Hub, data: Path) -> None:
    ran = hub("demo", *SMALL, "--data", data, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "--data" in ran.err
