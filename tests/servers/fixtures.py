"""Fixtures for tests against real servers; a conftest imports what its folder needs."""

from __future__ import annotations

import gc
import logging
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from hub.encryption.token import TokenRootKey, begin_anew
from hub.messaging.topics import KafkaSettings
from hub.storage.postgres import Server
from tests.servers import softhsm
from tests.servers.kafka import KafkaBroker
from tests.servers.postgres import PostgresServer
from tests.servers.shared import shared


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The run's PostgreSQL. Not to be stopped: tests that do that start one of their own."""
    with shared("postgres", tmp_path_factory) as state:
        yield PostgresServer(Path(state["folder"]), state["port"])


@pytest.fixture
def database(postgres: PostgresServer) -> Server:
    """A PostgreSQL database of this test's own, with the hub's tables, roles and rights."""
    return postgres.create()


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The broker that all tests of this run share, in all of xdist's workers."""
    with shared("kafka", tmp_path_factory) as state:
        yield state["bootstrap"]


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaSettings:
    """The shared broker, under topic names that nobody else has."""
    return KafkaSettings(kafka_bootstrap, prefix=f"t{uuid4().hex[:12]}.")


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of the Keycloak that all tests of this run share."""
    with shared("keycloak", tmp_path_factory) as state:
        yield state["issuer"]


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[KafkaBroker]:
    """A broker that a test may stop, kill and start as it likes."""
    broker = KafkaBroker(tmp_path / "kafka")
    broker.start()
    # kafka-python leaves the sockets of refused connections to the collector; the records of
    # its many log lines, which pytest keeps for a while, would hold on to them.
    client = logging.getLogger("kafka")
    level = client.level
    client.setLevel(logging.CRITICAL)
    yield broker
    broker.stop()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    client.setLevel(level)
    shutil.rmtree(broker.folder)


@pytest.fixture(scope="session")
def made_token(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A token with a root key and its mark, to be copied: making 256 keys takes a while."""
    folder = tmp_path_factory.mktemp("softhsm")
    softhsm.new_token(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", softhsm.configured(folder)["SOFTHSM2_CONF"])
        begin_anew(softhsm.module())
        mark = folder / "root.pkcs11"
        TokenRootKey.create(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
    begin_anew(softhsm.module())
    return folder


@pytest.fixture
def softhsm_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where SoftHSM2 keeps this test's tokens, also in processes that the test starts."""
    folder = tmp_path / "softhsm"
    monkeypatch.setenv("SOFTHSM2_CONF", softhsm.configured(folder)["SOFTHSM2_CONF"])
    begin_anew(softhsm.module())
    yield folder
    begin_anew(softhsm.module())


@pytest.fixture
def token_root(made_token: Path, softhsm_folder: Path) -> TokenRootKey:
    """A root key on a real token of this test's own; its mark is ``root.pkcs11`` beside it."""
    shutil.copytree(made_token / "tokens", softhsm_folder / "tokens", dirs_exist_ok=True)
    mark = softhsm_folder / "root.pkcs11"
    shutil.copy(made_token / "root.pkcs11", mark)
    begin_anew(softhsm.module())
    return TokenRootKey.open(softhsm.module(), softhsm.LABEL, softhsm.PIN, mark)
