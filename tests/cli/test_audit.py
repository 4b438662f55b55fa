"""``hub audit``: verify, sign, prove, and check without the hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.audit.tables import AREA
from hub.storage.sqlite import FolderStorage
from tests.cli.office import Hub
from tests.program import EDUCATION, enrolled, pupil, reader, running, send
from tests.storage.opening import change

pytestmark = pytest.mark.slow


@pytest.fixture
def looked(data: Path) -> Path:
    """Records have been sent, and somebody has looked."""
    with running(data) as program:
        for number in range(3):
            send(program, EDUCATION, "education.roll", enrolled(pupil(number), "示例第一小学"))
        program.settle()
        program.queries.children(reader(EDUCATION))
    return data


@pytest.fixture
def key(hub: Hub, looked: Path) -> str:
    ran = hub("audit", "publickey", "--data", looked)
    assert ran.code == 0
    assert hub("audit", "publickey", "--data", looked, "--json").json == {
        "public_key": ran.out.strip()
    }
    return ran.out.strip()


def look_again(data: Path) -> None:
    with running(data) as program:
        program.queries.children(reader(EDUCATION))


def rewrite(data: Path) -> None:
    change(FolderStorage(data), AREA, "UPDATE access SET organisation = 'police:1' WHERE seq = 2")


def test_everything_fits_where_nobody_did_anything(hub: Hub, looked: Path) -> None:
    ran = hub("audit", "verify", "--data", looked)
    assert ran.code == 0
    assert "没有不符之处" in ran.out
    found = hub("audit", "verify", "--data", looked, "--json").json
    assert found["sound"] is True
    assert found["entries"] >= 3
    assert found["uncovered"] == found["events"] > 3
    hub("audit", "checkpoint", "--data", looked)
    found = hub("audit", "verify", "--data", looked, "--json").json
    assert (found["uncovered"], found["checkpoints"]) == (0, 2)


def test_what_was_rewritten_is_named_and_nothing_more_is_signed(hub: Hub, looked: Path) -> None:
    hub("audit", "checkpoint", "--data", looked)
    rewrite(looked)
    ran = hub("audit", "verify", "--data", looked)
    assert ran.code == 1
    assert "查阅记录第2条被改动，内容与登记时的指纹不符。" in ran.out
    assert "不要修复数据库" in ran.out
    found = hub("audit", "verify", "--data", looked, "--json")
    assert found.code == 1
    assert found.json["findings"] == [{"tree": "access", "wrong": "changed", "place": "2"}]


def test_an_office_keeps_what_was_signed_and_checks_it_alone(
    hub: Hub, looked: Path, key: str, tmp_path: Path
) -> None:
    office = tmp_path / "office"
    assert hub("audit", "checkpoint", "--out", office, "--data", looked).code == 0
    note = office / "access.note"
    look_again(looked)
    proof = office / "proof.json"
    ran = hub("audit", "prove", "--since", note, "--out", proof, "--data", looked)
    assert (ran.code, ran.out) == (0, "")
    (office / "key").write_text(key)
    # No data folder is there.
    nowhere = ("--key", office / "key")
    assert hub("audit", "check", note, *nowhere).code == 0
    ran = hub("audit", "check", proof, *nowhere, "--kept", note)
    assert ran.code == 0
    assert "只有增加，没有改动" in ran.out
    found = hub("audit", "check", proof, "--key", key, "--json").json
    assert [each["number"] for each in found["checkpoints"]] == [1, 2]
    assert found["checkpoints"][0]["size"] < found["checkpoints"][1]["size"]


def test_a_printed_checkpoint_is_the_note_itself(
    hub: Hub, looked: Path, key: str, tmp_path: Path
) -> None:
    notes = hub("audit", "checkpoint", "--data", looked, "--json").json["checkpoints"]
    printed = hub("audit", "checkpoint", "--data", looked).out
    assert printed.count("\n\n") == 2
    for number, text in enumerate([*notes.values(), printed[: printed.index("hub.310117/events")]]):
        path = tmp_path / str(number)
        path.write_text(text)
        assert hub("audit", "check", path, "--key", key).code == 0


def test_a_proof_of_something_else_than_what_was_kept_is_refused(
    hub: Hub, looked: Path, key: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    hub("audit", "checkpoint", "--out", first, "--data", looked)
    look_again(looked)
    hub("audit", "checkpoint", "--out", second, "--data", looked)
    proof = tmp_path / "proof.json"
    hub("audit", "prove", "--since", second / "access.note", "--out", proof, "--data", looked)
    ran = hub("audit", "check", proof, "--key", key, "--kept", first / "access.note")
    assert ran.code == 1
    assert "不是从留存的签署开始" in ran.out
    bent = json.loads(proof.read_text())
    bent["old"] = (first / "access.note").read_text()
    proof.write_text(json.dumps(bent))
    ran = hub("audit", "check", proof, "--key", key, "--json")
    assert (ran.code, ran.json) == (1, {"sound": False, "reason": "proof"})


def test_one_entry_and_one_event_are_shown_to_be_there(
    hub: Hub, looked: Path, key: str, tmp_path: Path
) -> None:
    for what in ("--entry", "--event"):
        ran = hub("audit", "prove", what, 2, "--data", looked)
        assert ran.code == 0
        assert set(ran.json) == {"kind", "checkpoint", "leaf", "hash", "proof"}, "and no content"
        path = tmp_path / what
        path.write_text(ran.out)
        assert hub("audit", "check", path, "--key", key).code == 0
        path.write_text(json.dumps({**ran.json, "leaf": 0}))
        assert hub("audit", "check", path, "--key", key).code == 1
        assert hub("audit", "prove", what, 10_000, "--data", looked).code == 2


def test_a_rewritten_log_cannot_be_proved_to_an_office(
    hub: Hub, looked: Path, tmp_path: Path
) -> None:
    hub("audit", "checkpoint", "--out", tmp_path / "office", "--data", looked)
    storage = FolderStorage(looked)
    for statement in (
        "DELETE FROM access WHERE seq > 1",
        "DELETE FROM tree WHERE tree = 'access' AND leaf > 0",
        "DELETE FROM checkpoints",
    ):
        change(storage, AREA, statement)
    note = tmp_path / "office" / "access.note"
    ran = hub("audit", "prove", "--since", note, "--data", looked)
    assert ran.code == 1
    assert "请保留这份签署" in ran.err
    ran = hub("audit", "verify", "--kept", note, "--data", looked)
    assert ran.code == 1
    assert "查阅记录与第1号签署不符" in ran.out


def test_nothing_is_signed_on_top_of_a_contradiction(hub: Hub, looked: Path) -> None:
    hub("audit", "checkpoint", "--data", looked)
    change(FolderStorage(looked), AREA, "DELETE FROM tree WHERE tree = 'access' AND leaf > 0")
    ran = hub("audit", "checkpoint", "--data", looked)
    assert ran.code == 2
    assert "没有签署" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "check", "missing", "--key", "missing"),
        ("audit", "prove"),
        ("audit", "prove", "--entry", 1, "--event", 1),
        ("audit", "prove", "--since", "missing"),
        ("audit", "verify", "--kept", "missing"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[object, ...], hub: Hub, looked: Path) -> None:
    options = () if arguments[1] == "check" else ("--data", looked)
    assert hub(*arguments, *options).code == 2


def test_what_is_no_note_is_told(hub: Hub, looked: Path, key: str, tmp_path: Path) -> None:
    path = tmp_path / "none"
    for text in ("", "{}", '{"kind": "growth", "proof": 1}', "[]", "hub.310117/access\n"):
        path.write_text(text)
        assert hub("audit", "check", path, "--key", key).code == 1
        assert hub("audit", "prove", "--since", path, "--data", looked).code == 2
        assert hub("audit", "verify", "--kept", path, "--data", looked).code == 2
