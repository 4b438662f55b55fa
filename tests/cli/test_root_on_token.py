"""``hub`` with its root key on a PKCS#11 token: nothing that opens the hub is in its folder."""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path

import pytest

from hub.encryption.token import begin_anew
from tests.cli.office import Hub, write_sheet
from tests.program import SCHOOL, absent, pupil
from tests.servers import softhsm

ROOM = Path(__file__).parent.parent.parent / "hub"


@pytest.fixture
def token(
    softhsm_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """An empty token that the settings name, its PIN in a file."""
    softhsm.new_token(softhsm_folder)
    begin_anew(softhsm.module())
    pin = tmp_path / "pin"
    pin.write_text(softhsm.PIN + "\n")
    for name, value in {
        "ROOT": "pkcs11",
        "PKCS11_MODULE": str(softhsm.module()),
        "PKCS11_TOKEN": softhsm.LABEL,
        "PASSPHRASE_FILE": str(pin),
    }.items():
        monkeypatch.setenv(f"HUB_{name}", value)
    return monkeypatch


@pytest.mark.slow
def test_a_hub_is_made_and_works_with_its_root_key_on_a_token(
    token: pytest.MonkeyPatch, hub: Hub, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert hub("init", "--data", data).code == 0
    assert hub("init", "--data", data).code == 0, "twice is as good as once"
    assert not (data / "root.keystore").exists()
    assert not (data / "passphrase").exists()
    assert softhsm.PIN not in (data / "root.pkcs11").read_text()
    hub("organisations", "add", SCHOOL, "--name", "示例学校", "--data", data)
    sheet = write_sheet(tmp_path / "a.xlsx", "education.absence", [absent(pupil(1))])
    sent = hub("intake", "education", sheet, "--organisation", SCHOOL, "--data", data)
    assert sent.code == 0
    assert hub("status", "--data", data).code == 0
    assert hub("keys", "export-organisation", SCHOOL, tmp_path / "k", "--data", data).code == 0
    # A keystore file is neither looked for nor made.
    token.delenv("HUB_ROOT")
    refused = hub("status", "--data", data)
    assert (refused.code, "HUB_ROOT=pkcs11" in refused.err) == (3, True)
    token.setenv("HUB_ROOT", "pkcs11")
    # The PIN may be typed in instead; a wrong one opens nothing.
    token.setenv("HUB_PASSPHRASE_FILE", "-")
    token.setattr(sys, "stdin", StringIO(softhsm.PIN + "\n"))
    assert hub("status", "--data", data, input=softhsm.PIN + "\n").code == 0
    wrong = hub("status", "--data", data, input="000000\n")
    assert (wrong.code, "PIN" in wrong.err) == (3, True)
    assert "000000" not in wrong.err


@pytest.mark.parametrize("missing", ["PKCS11_MODULE", "PKCS11_TOKEN", "PASSPHRASE_FILE"])
def test_what_the_settings_lack_is_said(
    token: pytest.MonkeyPatch, hub: Hub, tmp_path: Path, missing: str
) -> None:
    token.delenv(f"HUB_{missing}")
    ran = hub("init", "--data", tmp_path / "data")
    assert (ran.code, f"HUB_{missing}" in ran.err) == (3, True)


def test_a_folder_made_with_a_file_does_not_pass_for_one_with_a_token(
    data: Path, token: pytest.MonkeyPatch, hub: Hub
) -> None:
    ran = hub("status", "--data", data)
    assert (ran.code, "HUB_ROOT 改为 file" in ran.err) == (3, True)


def test_the_root_key_is_opened_in_one_place() -> None:
    """What opened the file by itself would not find the token."""
    opens = {
        str(path.relative_to(ROOM))
        for path in ROOM.rglob("*.py")
        if re.search(r"\b(RootKeystore|TokenRootKey)\.(open|create)\(", path.read_text())
    }
    assert opens == {"rootkey.py"}
