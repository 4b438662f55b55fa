"""``hub erase``: two people, a receipt, and nothing that only one of them could do."""

from __future__ import annotations

from pathlib import Path

from tests.cli.office import Hub
from tests.erasure.office import DOCUMENT, child_with_a_file
from tests.program import CIVIL_AFFAIRS, SCHOOL, absent, pupil, running, send


def _people(hub: Hub, data: Path) -> None:
    for login, post in (("asks", "handler"), ("approves", "head")):
        ran = hub(
            "users", "add", login, "--organisation", CIVIL_AFFAIRS, "--post", post, "--data", data
        )
        assert ran.code == 0


def _request(hub: Hub, data: Path, child: object, *more: object) -> int:
    return hub(
        "erase", "request", child, "--ground", "purpose", "--document", DOCUMENT,
        "--user", "asks", "--data", data, *more,
    ).code  # fmt: skip


def test_a_file_is_erased_by_two_people_and_proven_by_a_receipt(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    _people(hub, data)
    with running(data) as program:
        child = child_with_a_file(program)
    assert _request(hub, data, child) == 0
    own = hub("erase", "approve", child, "--user", "asks", "--data", data)
    assert own.code == 2
    assert "负责人" in own.err
    ran = hub("erase", "approve", child, "--user", "approves", "--data", data, "--json")
    assert ran.json["state"] == "APPROVED"
    assert hub("erase", "receipt", child, "--data", data).code == 2, "not yet"
    ran = hub("erase", "run", "--now", "--data", data, "--json")
    assert ran.json == {"finished": 1, "waiting": 0, "fenced_again": 0}
    (told,) = hub("erase", "list", "--data", data, "--json").json["erasures"]
    assert told["state"] == "COMPLETED"
    assert told["receipt"]
    (tmp_path / "receipt").write_text(hub("erase", "receipt", child, "--data", data).out)
    (tmp_path / "key").write_text(hub("erase", "key", "--data", data).out)
    check = ("erase", "verify", tmp_path / "receipt", "--key", tmp_path / "key")
    assert hub(*check, "--json").json["document"] == DOCUMENT
    changed = (tmp_path / "receipt").read_text().replace("〔2025〕", "〔2024〕")
    (tmp_path / "receipt").write_text(changed)
    assert hub(*check).code == 2
    (tmp_path / "key").write_text("不是公钥")
    ran = hub(*check)
    assert ran.code == 2
    assert "公钥文件的内容不是公钥" in ran.err


def test_a_refusal_says_what_stays_and_until_when(hub: Hub, data: Path) -> None:
    _people(hub, data)
    with running(data) as program:
        child = child_with_a_file(program)
        send(program, SCHOOL, "education.absence", absent(pupil(1), days=8))
        program.settle()
    ran = hub(
        "erase", "request", child, "--ground", "purpose", "--document", DOCUMENT,
        "--user", "asks", "--data", data,
    )  # fmt: skip
    assert ran.code == 2
    assert "在办的转介：到转介办结、退回或撤回" in ran.err


def test_what_is_no_pseudonym_is_not_repeated(hub: Hub, data: Path) -> None:
    _people(hub, data)
    for child in ("示甲甲", pupil(1)["id_number"]):
        ran = hub("erase", "approve", child, "--user", "approves", "--data", data)
        assert ran.code == 2
        assert child not in ran.err
