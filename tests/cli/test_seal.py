"""``hub seal`` and ``hub unseal``: two people, a receipt, two holders, a case number, an expiry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.organisations import Organisation
from tests.cli.office import Hub
from tests.program import PROCURATORATE, SCHOOL, running
from tests.sealing.office import (
    ACCOUNT,
    COURT,
    DOCUMENT,
    known_pupil,
    record_of,
    took_measure,
)

pytestmark = pytest.mark.slow

CASE = "（2025）示0117刑初9号"


def _people(hub: Hub, data: Path) -> None:
    with running(data) as program:
        program.directory.add_organisations((Organisation(COURT, "示例区法院"),))
    for login, organisation, post in (
        ("asks", COURT, "handler"),
        ("approves", PROCURATORATE, "head"),
        ("else", PROCURATORATE, "head"),
        ("school", SCHOOL, "head"),
    ):
        ran = hub(
            "users", "add", login, "--organisation", organisation, "--post", post, "--data", data
        )
        assert ran.code == 0


def _holders(hub: Hub, data: Path, folder: Path) -> dict[str, Path]:
    files = {each: folder / f"{each.partition(':')[0]}.keys" for each in (COURT, PROCURATORATE)}
    for holder, file in files.items():
        assert hub("keys", "export-organisation", holder, file, "--data", data).code == 0
    return files


def _record(data: Path, **changes: Any) -> UUID:
    with running(data) as program:
        child = known_pupil(program)
        took_measure(program, **changes)
        return record_of(program, child)


def _request(hub: Hub, data: Path, record: object) -> tuple[str, ...]:
    return ("seal", "request", str(record), "--document", DOCUMENT, "--user", "asks",
            "--data", str(data))  # fmt: skip


def test_a_record_is_sealed_by_two_people_and_opened_for_a_case_by_both_holders(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    _people(hub, data)
    record = _record(data)
    none = hub(*_request(hub, data, record))
    assert none.code == 2
    assert "export-organisation" in none.err
    files = _holders(hub, data, tmp_path)
    assert hub(*_request(hub, data, record)).code == 0
    assert hub("seal", "approve", record, "--user", "asks", "--data", data).code == 2
    ran = hub("seal", "approve", record, "--user", "approves", "--data", data, "--json")
    assert ran.json["state"] == "APPROVED"
    receipt = ("seal", "receipt", record, "--user", "asks", "--data", data)
    assert hub(*receipt).code == 2, "not yet"
    ran = hub("seal", "run", "--now", "--data", data, "--json")
    assert ran.json == {"finished": 1, "waiting": 0, "closed": 0, "taken_again": 0}
    (told,) = hub("seal", "list", "--user", "asks", "--data", data, "--json").json["sealings"]
    assert (told["state"], told["receipt"]) == ("COMPLETED", True)
    (tmp_path / "receipt").write_text(hub(*receipt).out)
    (tmp_path / "key").write_text(hub("seal", "key", "--data", data).out)
    check = ("seal", "verify", tmp_path / "receipt", "--key", tmp_path / "key")
    assert hub(*check, "--json").json["document"] == DOCUMENT
    (tmp_path / "receipt").write_text((tmp_path / "receipt").read_text().replace("2025", "2024"))
    assert hub(*check).code == 2

    ran = hub(
        "unseal", "request", record, "--case", CASE, "--days", 3, "--user", "asks",
        "--data", data, "--json",
    )  # fmt: skip
    opening = ran.json["opening"]
    show = ("unseal", "show", opening, "--data", data, "--user")
    assert hub("unseal", "approve", opening, "--user", "asks", "--data", data).code == 2
    assert hub("unseal", "approve", opening, "--user", "approves", "--data", data).code == 0
    assert hub(*show, "asks").code == 2, "nobody gave a share"
    for holder, keys in files.items():
        asked, given = tmp_path / f"{holder}.asked", tmp_path / f"{holder}.given"
        ran = hub(
            "unseal", "ask", opening, "--holder", holder, "--to", asked, "--user", "asks",
            "--data", data,
        )  # fmt: skip
        assert ran.code == 0
        assert hub("unseal", "give", asked, "--keys", keys, "--to", given).code == 0
        assert hub("unseal", "take", given, "--data", data).code == 0
    shown = hub(*show, "asks", "--json").json["events"]
    assert ACCOUNT in {each["fields"].get("account") for each in shown}
    assert "予以训导" in hub(*show, "approves").out
    for login in ("else", "school"):
        assert hub(*show, login).code == 2
    assert hub("unseal", "end", opening, "--user", "asks", "--data", data).code == 0
    assert hub(*show, "asks").code == 2
    (told,) = hub("unseal", "list", "--user", "asks", "--data", data, "--json").json["openings"]
    assert (told["state"], told["case_number"], told["given"]) == ("ENDED", CASE, [])


def test_a_holder_that_renews_its_keys_seals_its_shares_anew(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    """Given a record sealed to two holders / when the court renews its keys / then it is told to
    keep the old file, opens nothing with the new one, and everything once it has sealed its shares
    anew; nobody else's are taken for its own."""
    _people(hub, data)
    files, record = _holders(hub, data, tmp_path), _record(data)
    assert hub(*_request(hub, data, record)).code == 0
    for step in (("approve", record, "--user", "approves"), ("run", "--now")):
        assert hub("seal", *map(str, step), "--data", data).code == 0
    new, listed, anew = (tmp_path / name for name in ("new.keys", "listed", "anew"))
    ran = hub("keys", "export-organisation", COURT, new, "--renew", "--data", data)
    assert "1件封存记录的份额" in ran.err
    assert "请保留原私钥文件" in ran.err

    def given(keys: Path) -> Any:
        asked = tmp_path / f"asked-{keys.name}"
        hub("unseal", "ask", opening, "--holder", COURT, "--to", asked, "--user", "asks",
            "--data", data)  # fmt: skip
        return hub("unseal", "give", asked, "--keys", keys, "--to", tmp_path / f"g-{keys.name}")

    until = ("--case", CASE, "--days", "3", "--user", "asks", "--data", data)
    opening = hub("unseal", "request", str(record), *until, "--json").json["opening"]
    assert hub("unseal", "approve", opening, "--user", "approves", "--data", data).code == 0
    assert given(new).code == 2
    shares = ("seal", "shares", COURT, "--to", listed, "--user", "asks", "--data", data)
    assert "1份" in hub(*shares).out
    school = ("seal", "shares", COURT, "--to", tmp_path / "x", "--user", "school", "--data", data)
    assert hub(*school).code == 2
    rewrap = ("seal", "rewrap", listed, "--keys", new, "--to", anew, "--old")
    assert hub(*rewrap, files[PROCURATORATE]).code == 2
    assert hub("seal", "renew", listed, "--data", data).code == 2, "nobody signed it"
    assert hub(*rewrap, files[COURT]).code == 0
    anothers = json.loads(anew.read_text()) | {"holder": PROCURATORATE}
    (tmp_path / "anothers").write_text(json.dumps(anothers))
    assert hub("seal", "renew", tmp_path / "anothers", "--data", data).code == 2
    assert hub("seal", "renew", anew, "--data", data).code == 0
    (tmp_path / "asked-new.keys").unlink()
    assert given(new).code == 0
    taken = hub("unseal", "take", tmp_path / "g-new.keys", "--data", data)
    assert taken.code == 0, "it fits the other share"
    assert hub("seal", "shares", COURT, "--to", tmp_path / "none", "--user", "asks",
               "--data", data, "--json").json["shares"] == 0  # fmt: skip


def test_a_file_that_is_no_text_is_told_to_be_another(hub: Hub, data: Path, tmp_path: Path) -> None:
    """Given a photograph, say, where what another command wrote is asked for."""
    _people(hub, data)
    files = _holders(hub, data, tmp_path)
    other, to = tmp_path / "photo", tmp_path / "to"
    other.write_bytes(b"\x89PNG\xff")
    keys = files[COURT]
    for command in (
        ("seal", "rewrap", other, "--old", keys, "--keys", keys, "--to", to),
        ("seal", "renew", other, "--data", data),
        ("unseal", "give", other, "--keys", keys, "--to", to),
        ("unseal", "take", other, "--data", data),
    ):
        ran = hub(*command)
        assert (ran.code, "不是文本" in ran.err) == (2, True), command
    assert not to.exists()


def test_a_refusal_says_what_stays_and_whoever_may_not_ask_learns_of_nothing(
    hub: Hub, data: Path
) -> None:
    _people(hub, data)
    record = _record(data, until="2025-04-24", ended_on=None, note=None)
    ran = hub(*_request(hub, data, record))
    assert ran.code == 2
    assert "在办的个案：到个案结案" in ran.err
    unknown = "00000000-0000-4000-8000-000000000001"
    told = {
        hub("seal", "request", each, "--document", "x", "--user", "school", "--data", data).err
        for each in (record, unknown)
    }
    assert len(told) == 1
    for command in (("seal", "list"), ("unseal", "list"), ("seal", "receipt", record)):
        assert hub(*command, "--user", "school", "--data", data).err in told


def test_what_is_no_pseudonym_is_not_repeated(hub: Hub, data: Path) -> None:
    _people(hub, data)
    ran = hub("seal", "approve", "示甲甲", "--user", "approves", "--data", data)
    assert ran.code == 2
    assert "示甲甲" not in ran.err
