"""``hub init``, ``status``, ``rebuild``, ``deadletters``, ``serve`` and ``policy``."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Seat
from hub.api import serve as serving
from hub.eventstore.codec import Fact
from hub.policies import load_policies
from projections.engine import SeatView
from tests.cli.office import Hub, write_sheet
from tests.program import SCHOOL, absent, pupil, rows, running


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def filled(hub: Hub, data: Path, tmp_path: Path) -> Path:
    """A data folder with three absences in it."""
    ledger = [absent(pupil(number)) for number in (1, 2, 3)]
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", ledger)
    ran = hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data)
    assert ran.code == 0
    return data


@pytest.mark.slow
def test_init_makes_a_closed_folder_and_twice_changes_nothing(hub: Hub, tmp_path: Path) -> None:
    root = tmp_path / "new" / "data"
    first = hub("init", "--data", root, "--json")
    assert (first.code, first.err) == (0, "")
    assert (mode(root), mode(root / "views")) == (0o700, 0o700)
    assert (mode(root / "passphrase"), mode(root / "root.keystore")) == (0o600, 0o600)
    before = [(root / name).read_bytes() for name in ("passphrase", "root.keystore")]
    again = hub("init", "--data", root, "--json")
    assert again.code == 0
    assert again.json["organisations_added"] == 0
    assert again.json["organisations"] == first.json["organisations"]
    assert [(root / name).read_bytes() for name in ("passphrase", "root.keystore")] == before
    assert hub("status", "--data", root).code == 0


@pytest.mark.slow
def test_init_names_the_districts_own_organisations_and_keeps_what_was_renamed(
    hub: Hub, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    hub("init", "--data", root)
    listing = hub("organisations", "list", "--data", root, "--json").json["organisations"]
    names = {each["id"]: each["name"] for each in listing}
    assert names["civil_affairs:310117"] == "民政局"
    assert sum(1 for each in names if each.startswith("town:")) == 17
    villages = load_policies().divisions
    assert sum(1 for each in names if each.startswith("village:")) == len(villages)
    rename = ("organisations", "add", "civil_affairs:310117", "--name", "区民政局", "--data", root)
    assert hub(*rename).code == 0
    hub("init", "--data", root)
    found = hub("organisations", "list", "--seat", "civil_affairs", "--data", root, "--json")
    assert [each["name"] for each in found.json["organisations"]] == ["区民政局"]


def test_init_says_where_the_passphrase_lies_and_never_what_it_is(hub: Hub, tmp_path: Path) -> None:
    ran = hub("init", "--data", tmp_path / "data")
    assert "HUB_PASSPHRASE_FILE" in ran.out
    assert (tmp_path / "data" / "passphrase").read_text().strip() not in ran.out + ran.err


def test_init_where_a_file_stands(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    ran = hub("init", "--data", tmp_path / "data")
    assert (ran.code, ran.out) == (3, "")


def test_status_has_stable_keys(hub: Hub, filled: Path) -> None:
    found = hub("status", "--data", filled, "--json").json
    assert list(found) == [
        "data",
        "time",
        "policy",
        "log",
        "reactions",
        "views",
        "organisations",
        "users",
        "receipts",
        "quarantine",
        "dead_letters",
        "access_log",
    ]
    assert set(found["views"]) == set(found["organisations"])
    for view in found["views"].values():
        assert list(view) == ["position", "lag", "rows", "dead_letters"]
        assert view["position"] == found["log"]["position"]
    assert found["receipts"] == {"total": 3, "by_kind": {"education.absence": 3}}
    assert found["quarantine"] == {"open": 0, "corrected": 0, "by_organisation": {}}
    assert found["time"].startswith("2025-03-03T")


def test_status_for_people(hub: Hub, filled: Path) -> None:
    ran = hub("status", "--data", filled)
    assert (ran.code, ran.err) == (0, "")
    for word in ("滞后", "待更正", "死信", "民政局", "civil_affairs", "缺课与疑似辍学台账"):
        assert word in ran.out


def test_status_counts_refused_rows_by_sender(hub: Hub, data: Path, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", [absent(pupil(1), days=900)])
    hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data)
    found = hub("status", "--data", data, "--json").json["quarantine"]
    assert found["by_organisation"] == {SCHOOL: {"open": 1, "corrected": 0, "erased": 0}}
    assert (found["open"], found["corrected"]) == (1, 0)


def view_rows(data: Path) -> dict[str, Any]:
    """Every row of every view."""
    return {path.name: rows(path) for path in sorted((data / "views").glob("*.sqlite"))}


def test_deleted_views_are_rebuilt_the_same(hub: Hub, filled: Path) -> None:
    before = view_rows(filled)
    for path in (filled / "views").iterdir():
        path.unlink()
    lost = hub("status", "--data", filled, "--json").json
    assert all(view["lag"] == lost["log"]["position"] for view in lost["views"].values())
    ran = hub("rebuild", "--all", "--data", filled, "--json")
    assert ran.code == 0
    assert set(ran.json["rebuilt"]) == set(lost["views"])
    assert ran.json["position"] == lost["log"]["position"]
    assert view_rows(filled) == before


def test_one_view_is_rebuilt_alone(hub: Hub, filled: Path) -> None:
    for path in (filled / "views").iterdir():
        path.unlink()
    assert hub("rebuild", "town", "--data", filled).code == 0
    views = hub("status", "--data", filled, "--json").json["views"]
    assert views["town"]["lag"] == 0
    assert views["civil_affairs"]["lag"] > 0
    unknown = hub("rebuild", "court", "--data", filled)
    assert unknown.code == 2
    assert "town" in unknown.err


@pytest.mark.parametrize("command", [("rebuild", "--all"), ("deadletters", "retry")])
def test_another_process_leads(command: tuple[str, ...], hub: Hub, filled: Path) -> None:
    with running(filled) as other, other.projector.leading():
        ran = hub(*command, "--data", filled, "--json")
    assert (ran.code, ran.out) == (4, "")
    assert "hub serve" in ran.err


def test_no_dead_letters(hub: Hub, filled: Path) -> None:
    assert "没有死信" in hub("deadletters", "list", "--data", filled).out
    assert hub("deadletters", "list", "--data", filled, "--json").json == {"dead_letters": []}
    assert hub("deadletters", "retry", "--data", filled, "--json").json == {"taken": 0, "left": 0}


def test_dead_letters_are_listed_and_go_in_once_their_cause_is_gone(
    hub: Hub, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = view_rows(filled)
    made = SeatView.__init__

    def failing(self: SeatView, seat: Seat, *rest: Any, **more: Any) -> None:
        def take(fact: Fact) -> None:
            if fact.topic.startswith("dropout"):
                raise RuntimeError("a value")

        made(self, seat, *rest, **{**more, "take": take if seat is Seat.TOWN else None})

    with monkeypatch.context() as patched:
        patched.setattr(SeatView, "__init__", failing)
        hub("rebuild", "town", "--data", filled)
        still = hub("deadletters", "retry", "town", "--data", filled, "--json")
        assert still.code == 1
        assert still.json["left"] > 0
    letters = hub("deadletters", "list", "--data", filled, "--json").json["dead_letters"]
    assert {letter["view"] for letter in letters} == {"town"}
    assert {letter["error"] for letter in letters} == {"RuntimeError", "held"}
    shown = hub("deadletters", "list", "town", "--data", filled)
    assert "RuntimeError" in shown.out
    assert "a value" not in shown.out
    assert hub("status", "--data", filled, "--json").json["dead_letters"] == len(letters)
    ran = hub("deadletters", "retry", "--data", filled, "--json")
    assert (ran.code, ran.json) == (0, {"taken": len(letters), "left": 0})
    assert view_rows(filled) == before


def test_the_policys_version(hub: Hub) -> None:
    ran = hub("policy", "show", "--json")
    assert ran.code == 0
    assert ran.json["version"] == load_policies().version
    assert (ran.json["seats"], ran.json["towns"]) == (23, 17)
    assert ran.json["version"] in hub("policy", "show").out


Serve = Callable[..., None]


def served(monkeypatch: pytest.MonkeyPatch, server: Serve) -> None:
    """Stand ``server`` in for the web server."""
    monkeypatch.setattr(serving, "serve", server)


def test_serve_tells_its_address_and_runs_on_the_folder(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = serving.serve
    stop = threading.Event()

    def briefly(*arguments: Any, started: Callable[[str], None], **options: Any) -> None:
        def announced(address: str) -> None:
            started(address)
            stop.set()

        real(*arguments, started=announced, stop=stop, **options)

    served(monkeypatch, briefly)
    ran = hub("serve", "--port", 0, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["address"].startswith("http://127.0.0.1:")
    assert not ran.json["address"].endswith(":0")


def test_serve_beyond_this_machine_needs_a_certificate(hub: Hub, data: Path) -> None:
    ran = hub("serve", "--host", "0.0.0.0", "--port", 0, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert "--tls-cert" in ran.err


def test_serve_with_a_certificate_that_is_none(hub: Hub, data: Path, tmp_path: Path) -> None:
    (tmp_path / "tls.pem").write_text("nothing of the kind")
    pair = ("--tls-cert", tmp_path / "tls.pem", "--tls-key", tmp_path / "tls.pem")
    ran = hub("serve", "--port", 0, *pair, "--data", data)
    assert ran.code == 2
    assert "证书" in ran.err
    assert hub("serve", *pair[:3], tmp_path / "missing.pem", "--data", data).code == 2


def test_serve_on_a_port_that_is_taken(hub: Hub, data: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = hub("serve", "--port", taken.getsockname()[1], "--data", data)
    assert (ran.code, ran.out) == (4, "")
    assert "端口" in ran.err


@pytest.mark.parametrize(
    ("cause", "code"), [(RuntimeError("a value"), 70), (PermissionError(13, "a value"), 3)]
)
def test_serve_ends_with_the_reason_of_its_background_thread(
    cause: Exception, code: int, hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise serving.BackgroundFailed("后台更新意外停止。") from cause

    served(monkeypatch, failing)
    ran = hub("serve", "--data", data)
    assert ran.code == code
    assert "后台更新意外停止" in ran.err
    assert "a value" not in ran.err


def test_serve_with_a_log_level_that_is_none(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_LOG_LEVEL", "chatty")
    ran = hub("serve", "--data", data)
    assert ran.code == 2
    assert "HUB_LOG_LEVEL" in ran.err
