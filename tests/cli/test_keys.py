"""``hub keys export-organisation``, ``hub keyservice`` and ``hub serve --organisation``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Seat
from hub.agencies import AgencyFolder
from hub.api import serve as serving
from hub.bootstrap import program
from hub.releases.keys import OrganisationKeys
from hub.releases.registry import PublicKeyring
from hub.settings import Settings
from projections.tables import view_area
from tests.cli.office import Hub
from tests.program import SCHOOL


def test_the_private_keys_are_in_the_file_and_nowhere_else(
    hub: Hub, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "school.pem"
    ran = hub("keys", "export-organisation", SCHOOL, file, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json == {"organisation": SCHOOL, "file": str(file), "shares_to_renew": 0}
    assert file.stat().st_mode & 0o777 == 0o600
    keys = OrganisationKeys.read(file)
    with program(data, Settings()) as made:
        keyring = PublicKeyring(made.storage)
        assert keyring.of(SCHOOL) == keys.public
        keyring.close()
    for private in (keys.sealing, keys.signing):
        secret = private.private_bytes_raw()
        for path in data.rglob("*"):
            if path.is_file():
                assert secret not in path.read_bytes(), path.name
                assert secret.hex().encode() not in path.read_bytes(), path.name


def test_they_are_made_once_unless_they_are_renewed(hub: Hub, data: Path, tmp_path: Path) -> None:
    export = ("keys", "export-organisation", SCHOOL)
    assert hub(*export, tmp_path / "one.pem", "--data", data).code == 0
    again = hub(*export, tmp_path / "two.pem", "--data", data)
    assert again.code == 2
    assert "--renew" in again.err
    assert not (tmp_path / "two.pem").exists()
    over = hub(*export, tmp_path / "one.pem", "--renew", "--data", data)
    assert (over.code, "已经存在" in over.err) == (2, True)
    assert hub(*export, tmp_path / "two.pem", "--renew", "--data", data).code == 0
    one, two = (OrganisationKeys.read(tmp_path / f"{name}.pem") for name in ("one", "two"))
    assert one.public != two.public
    with program(data, Settings()) as made:
        keyring = PublicKeyring(made.storage)
        assert keyring.of(SCHOOL) == two.public
        keyring.close()


def test_an_organisation_that_is_not_there_gets_none(hub: Hub, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "nobody.pem"
    ran = hub("keys", "export-organisation", "school:3101179999", file, "--data", data)
    assert ran.code == 2
    assert "机构" in ran.err
    assert not file.exists()


def test_keyservice_tells_its_address(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stop = serving.serve_app, threading.Event()

    def briefly(*arguments: Any, started: Callable[[str], None], **options: Any) -> None:
        def announced(address: str) -> None:
            started(address)
            stop.set()

        real(*arguments, started=announced, stop=stop, **options)

    monkeypatch.setattr(serving, "serve_app", briefly)
    ran = hub("keyservice", "--port", 0, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["address"].startswith("http://127.0.0.1:")


def test_keyservice_beyond_this_machine_needs_a_certificate(hub: Hub, data: Path) -> None:
    """What goes over the wire is sealed, and the tokens in it are; TLS keeps who asks."""
    ran = hub("keyservice", "--host", "0.0.0.0", "--port", 0, "--data", data)
    assert (ran.code, ran.out) == (2, "")
    assert "--tls-cert" in ran.err


# -- an organisation's own server ----------------------------------------------------------------


@pytest.fixture
def own(hub: Hub, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An organisation's own folder, with its keys."""
    folder = tmp_path / "own"
    AgencyFolder(folder).create()
    file = AgencyFolder(folder).organisation
    assert hub("keys", "export-organisation", SCHOOL, file, "--data", data).code == 0
    monkeypatch.setenv("HUB_KEYSERVICE", "http://127.0.0.1:9")
    monkeypatch.setenv("HUB_URL", "https://hub.example")
    return folder


SERVE = ("serve", "--organisation", SCHOOL, "--port", 0)


def test_an_own_server_starts_with_nothing_but_its_folder(
    hub: Hub, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not the key service is there already; what it opens it asks for then."""
    real, stop = serving.serve_app, threading.Event()

    def briefly(*arguments: Any, started: Callable[[str], None], **options: Any) -> None:
        def announced(address: str) -> None:
            started(address)
            stop.set()

        real(*arguments, started=announced, stop=stop, **options)

    monkeypatch.setattr(serving, "serve_app", briefly)
    ran = hub(*SERVE, "--data", own, "--json")
    assert ran.code == 0
    assert ran.json["address"].startswith("http://127.0.0.1:")
    assert {path.name for path in own.rglob("*") if path.is_file()} <= {
        "organisation.pem",
        *(f"{view_area(Seat.SCHOOL).file.removeprefix('views/')}{end}" for end in ENDS),
    }


ENDS = ("", "-wal", "-shm")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_KEYSERVICE", "http://hub.example:8311"),
        ("HUB_URL", "http://hub.example"),
        ("HUB_URL", "ftp://127.0.0.1"),
        ("HUB_URL", "hub.example"),
    ],
)
def test_nothing_goes_unencrypted_beyond_this_machine(
    hub: Hub, own: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = hub(*SERVE, "--data", own)
    assert ran.code == 3
    assert name in ran.err
    monkeypatch.delenv(name)
    ran = hub(*SERVE, "--data", own)
    assert (ran.code, name in ran.err) == (3, True)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_without_its_keys_an_own_server_does_not_start(
    hub: Hub, own: Path, content: bytes | None
) -> None:
    file = AgencyFolder(own).organisation
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    ran = hub(*SERVE, "--data", own)
    assert ran.code == 3
    assert "密钥文件" in ran.err


def test_a_code_that_is_none_is_told(hub: Hub, own: Path) -> None:
    ran = hub("serve", "--organisation", "somewhere", "--port", 0, "--data", own)
    assert ran.code == 3
    assert "机构代码" in ran.err


def test_beyond_this_machine_an_own_server_needs_a_certificate(hub: Hub, own: Path) -> None:
    ran = hub(*SERVE, "--host", "0.0.0.0", "--data", own)
    assert ran.code == 2
    assert "--tls-cert" in ran.err
