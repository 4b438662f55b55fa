"""``hub feeds`` and ``hub inbound``: registering agencies, their keys, what they send."""

from __future__ import annotations

import json
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from hub.agencies import AgencyFolder, hubs_intake_key
from hub.feeds.keys import NotAKey, read_private_file, read_public
from hub.feeds.outbox import Kind
from hub.messaging.inbound import open_record
from hub.messaging.receipts import Receipt, seal_receipt
from hub.settings import Settings
from tests.cli.office import Hub
from tests.program import SCHOOL, absent, pupil


@pytest.fixture
def agency(hub: Hub, tmp_path: Path) -> tuple[Path, Path]:
    """An agency's folder with its key, and a file with its public key."""
    folder = tmp_path / "agency"
    ran = hub("feeds", "keypair", "--data", folder)
    assert ran.code == 0
    public = tmp_path / "agency.pub"
    public.write_text(ran.out)
    return folder, public


def test_a_key_is_for_its_owner_alone_and_never_written_over(
    agency: tuple[Path, Path], hub: Hub
) -> None:
    folder, public = agency
    key = folder / "agency.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    held = read_private_file(key).public_key().public_bytes_raw()
    assert read_public(public.read_text()).public_bytes_raw() == held
    before = key.read_bytes()
    ran = hub("feeds", "keypair", "--out", key)
    assert ran.code == 2
    assert key.read_bytes() == before


def test_register_list_and_end(agency: tuple[Path, Path], hub: Hub, data: Path) -> None:
    _, public = agency
    for _ in range(2):
        ran = hub("feeds", "add", SCHOOL, "--key", public, "--json", "--data", data)
        assert ran.code == 0
        assert json.loads(ran.out)["organisation"] == SCHOOL
    (listed,) = json.loads(hub("feeds", "list", "--json", "--data", data).out)["agencies"]
    assert (listed["organisation"], listed["ended"]) == (SCHOOL, None)
    assert listed["key"] == public.read_text().strip()
    assert SCHOOL in hub("feeds", "list", "--data", data).out
    ended = json.loads(hub("feeds", "end", SCHOOL, "--json", "--data", data).out)
    assert ended == {"organisation": SCHOOL, "last": 1}
    assert hub("feeds", "end", SCHOOL, "--data", data).code == 2
    (listed,) = json.loads(hub("feeds", "list", "--json", "--data", data).out)["agencies"]
    assert listed["ended"]


def test_what_is_no_registration_is_told(
    agency: tuple[Path, Path], hub: Hub, data: Path, tmp_path: Path
) -> None:
    _, public = agency
    unknown = hub("feeds", "add", "school:9", "--key", public, "--data", data)
    assert unknown.code == 2
    assert "机构名录" in unknown.err
    wrong = tmp_path / "wrong"
    wrong.write_text("示例")
    for key in (wrong, tmp_path / "missing"):
        ran = hub("feeds", "add", SCHOOL, "--key", key, "--data", data)
        assert ran.code == 2
        assert "示例" not in ran.err
    assert hub("feeds", "add", SCHOOL, "--key", public, "--data", data).code == 0
    hub("feeds", "keypair", "--out", tmp_path / "second.pem")
    second = tmp_path / "second.pub"
    second.write_text(hub("feeds", "keypair", "--out", tmp_path / "third.pem").out)
    ran = hub("feeds", "add", SCHOOL, "--key", second, "--data", data)
    assert ran.code == 2
    assert "hub feeds end" in ran.err


def test_a_record_is_sealed_to_the_hub(agency: tuple[Path, Path], hub: Hub, data: Path) -> None:
    folder, _ = agency
    shown = hub("feeds", "intake-key", "--data", data)
    assert shown.code == 0
    (folder / "intake.pub").write_text(shown.out)
    record = json.dumps(absent(pupil(1)), ensure_ascii=False)
    arguments = ("--agency", SCHOOL, "--kind", "education.absence", "--id", "2025-1", "--json")
    ran = hub("inbound", "seal", *arguments, "--data", folder, input=record)
    assert ran.code == 0
    token = b64decode(json.loads(ran.out)["body"])
    assert record.encode() not in token
    key = hubs_intake_key(data, Settings())
    assert open_record([key], SCHOOL, "education.absence", "2025-1", token) == record.encode()


def test_the_intake_key_stays_the_same(hub: Hub, data: Path) -> None:
    first = hub("feeds", "intake-key", "--data", data).out
    assert first == hub("feeds", "intake-key", "--data", data).out
    assert json.loads(hub("feeds", "intake-key", "--json", "--data", data).out) == {
        "key": first.strip()
    }


def test_nothing_to_seal_is_told(agency: tuple[Path, Path], hub: Hub) -> None:
    folder, public = agency
    arguments = ("inbound", "seal", "--agency", SCHOOL, "--kind", "education.absence")
    assert hub(*arguments, "--key", public, "--data", folder, input="").code == 2
    assert "公钥" in hub(*arguments, "--data", folder).err


def test_sending_needs_to_know_where(
    agency: tuple[Path, Path], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_KAFKA", raising=False)
    ran = hub("inbound", "send", "--agency", SCHOOL, "--kind", "x.y", "--data", agency[0])
    assert ran.code == 3
    assert "HUB_KAFKA" in ran.err


def test_an_agency_reads_its_receipts(agency: tuple[Path, Path], hub: Hub) -> None:
    folder, _ = agency
    key = read_private_file(folder / "agency.pem").public_key()
    receipt = Receipt("2025-1", "accepted", number="20250303-ABCDEFGH")
    view = AgencyFolder(folder).view(SCHOOL)

    class Told:
        sequence, kind, subject = 1, Kind.RECEIPT, "2025-1"
        payload = seal_receipt(key, SCHOOL, receipt)

    view.take_in([Told()], 1)
    view.close()
    ran = hub("feeds", "receipts", SCHOOL, "--json", "--data", folder)
    (shown,) = json.loads(ran.out)["receipts"]
    assert (shown["sequence"], shown["number"]) == (1, "20250303-ABCDEFGH")
    assert "已收下" in hub("feeds", "receipts", SCHOOL, "--data", folder).out
    assert json.loads(
        hub("feeds", "receipts", SCHOOL, "--after", "1", "--json", "--data", folder).out
    ) == {"receipts": []}
    other = folder / "other.pem"
    hub("feeds", "keypair", "--out", other)
    assert hub("feeds", "receipts", SCHOOL, "--key", other, "--data", folder).code == 2


def test_there_is_nothing_to_retry(agency: tuple[Path, Path], hub: Hub, data: Path) -> None:
    assert hub("feeds", "add", SCHOOL, "--key", agency[1], "--data", data).code == 0
    ran = hub("feeds", "retry", "--json", "--data", data)
    assert ran.code == 0
    assert json.loads(ran.out) == {"taken": 0, "left": []}


def test_what_was_refused_is_listed(hub: Hub, data: Path) -> None:
    assert json.loads(hub("inbound", "refused", "--json", "--data", data).out) == {"refused": []}
    assert "0" in hub("inbound", "refused", "--data", data).out


@pytest.mark.parametrize("text", ["", "x", "AAAA", "示例"])
def test_what_is_no_key_is_not_repeated(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotAKey) as caught:
        read_public(text)
    assert not str(caught.value)
    file = tmp_path / "key"
    file.write_text(text)
    with pytest.raises(NotAKey):
        read_private_file(file)
