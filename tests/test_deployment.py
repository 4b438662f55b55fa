"""docker-compose.yml and the Dockerfile: that every service is well-formed, that every command in
them is a real ``hub`` command with real options, and that every setting is one of ours."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel, ConfigDict, Field

from hub.migrate import PROCESSES
from hub.settings import Settings
from tests.cli.office import COMMAND
from tests.servers.up import WORKERS

ROOT = Path(__file__).parent.parent


class Strict(BaseModel):
    """Nothing but what the compose specification knows, and of it only what we use."""

    model_config = ConfigDict(extra="forbid")


class Health(Strict):
    test: list[str] = Field(min_length=2)
    interval: str
    timeout: str
    start_period: str
    retries: int


class Needed(Strict):
    condition: str = Field(
        pattern="^(service_started|service_healthy|service_completed_successfully)$"
    )


class SubPath(Strict):
    subpath: str


class Mount(Strict):
    type: str = Field(pattern="^volume$")
    source: str
    target: str = Field(pattern="^/")
    read_only: bool = False
    volume: SubPath


class Service(Strict):
    image: str
    build: str | None = None
    init: bool = False
    restart: str = Field(pattern="^(no|unless-stopped)$")
    read_only: bool = False
    cap_drop: list[str] = []
    security_opt: list[str] = []
    network_mode: str | None = None
    tmpfs: list[str] = []
    command: list[str] = []
    environment: dict[str, str] = {}
    ports: list[str] = []
    volumes: list[str | Mount] = []
    secrets: list[str] = []
    depends_on: dict[str, Needed] = {}
    healthcheck: Health | None = None


class Secret(Strict):
    file: str = Field(pattern=r"^\./secrets/")


class Compose(Strict):
    services: dict[str, Service]
    secrets: dict[str, Secret]
    volumes: dict[str, None]


def composed() -> Compose:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return Compose.model_validate({k: v for k, v in found.items() if not k.startswith("x-")})


COMPOSE = composed()
OURS = {name: each for name, each in COMPOSE.services.items() if "hub" in each.image}


def check(arguments: list[str]) -> None:
    """Raise for what the command line program would not take."""
    command: Any = COMMAND
    context = command.make_context("hub", list(arguments))
    rest = list(arguments)
    while hasattr(command, "commands"):
        name, *rest = rest or [""]
        command = command.commands.get(name)
        if command is None:
            raise NoSuchCommand(name)
        context = command.make_context(name, list(rest), parent=context)


class NoSuchCommand(Exception):
    """No command of the program has that name."""


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_a_real_one(name: str) -> None:
    check(OURS[name].command)


@pytest.mark.parametrize(
    "wrong",
    [["migrates"], ["serve", "--api-onyl"], ["project", "--source", "disk"], ["relay", "x"]],
)
def test_a_wrong_command_is_found(wrong: list[str]) -> None:
    with pytest.raises((NoSuchCommand, typer.TyperException)):
        check(wrong)


def test_health_checks_call_real_commands() -> None:
    hub = [
        each.healthcheck.test[2:]
        for each in OURS.values()
        if each.healthcheck and each.healthcheck.test[1] == "hub"
    ]
    assert hub
    for arguments in hub:
        check(arguments)


@pytest.mark.parametrize("name", COMPOSE.services)
def test_what_a_service_needs_is_there(name: str) -> None:
    service = COMPOSE.services[name]
    for needed, how in service.depends_on.items():
        other = COMPOSE.services[needed]
        if how.condition == "service_healthy":
            assert other.healthcheck is not None, "nobody would ever call it healthy"
        if how.condition == "service_completed_successfully":
            assert other.restart == "no", "it would never be complete"
    assert set(service.secrets) <= set(COMPOSE.secrets)
    for volume in service.volumes:
        source = volume.source if isinstance(volume, Mount) else volume.split(":")[0]
        assert source in COMPOSE.volumes or (ROOT / source).is_file(), source
    if service.network_mode is not None:
        assert service.network_mode.removeprefix("service:") in COMPOSE.services
        assert not service.ports, "they belong to whoever owns the namespace"


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_has_no_more_than_it_needs(name: str) -> None:
    service = OURS[name]
    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    known = {f"HUB_{field.upper()}" for field in Settings.model_fields}
    assert set(service.environment) <= known
    stays = service.restart == "unless-stopped"
    assert (service.healthcheck is not None) == stays
    opens = service.command[0] in (
        "init",
        "serve",
        "keyservice",
        "react",
        "tick",
        "notices",
        "inbound",
    )
    assert ("passphrase" in service.secrets) == opens, "who opens or seals nothing has no root key"
    (passwords,) = [
        volume.volume.subpath for volume in service.volumes if isinstance(volume, Mount)
    ] or [""]
    assert passwords in {*PROCESSES, ""}
    assert (passwords == "") == (name == "migrate"), "only migrate sees every password"


def test_the_workers_are_those_that_run_natively() -> None:
    commands = {name: tuple(service.command) for name, service in OURS.items()}
    for name, (command, passwords) in WORKERS.items():
        assert commands[name] == command
        mounts = [volume for volume in OURS[name].volumes if isinstance(volume, Mount)]
        assert [mount.volume.subpath for mount in mounts] == [passwords]


def test_nothing_listens_beyond_the_namespace_but_api_and_key_service() -> None:
    assert [name for name, each in COMPOSE.services.items() if each.ports] == ["postgres"]
    assert COMPOSE.services["postgres"].ports == [
        "${HUB_PORT:-8443}:8443",
        "${HUB_KEYSERVICE_PORT:-8311}:8311",
    ]
    kafka = COMPOSE.services["kafka"].environment
    listeners = kafka["KAFKA_LISTENERS"] + "," + kafka["KAFKA_ADVERTISED_LISTENERS"]
    assert set(re.findall(r"//([^:]+):", listeners)) == {"127.0.0.1"}
    assert "listen_addresses=127.0.0.1" in COMPOSE.services["postgres"].command


def test_no_secret_stands_in_the_files() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    assert not re.search(r"(?i)(password|passphrase)\w*\s*[:=]\s*['\"]?[a-z0-9]{6,}", text)


def test_the_dockerfile_copies_what_it_runs() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (entry,) = [line for line in lines if line.startswith("ENTRYPOINT")]
    assert shlex.split(entry.split(maxsplit=1)[1].strip("[]").replace(",", " ")) == ["hub"]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for package in ("adapters", "domain", "hub", "policies", "projections"):
        assert f"!{package}" in ignored
