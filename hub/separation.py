"""Composition of what separates organisations' keys: the hub's key service, and an organisation's
own server, which has nothing but its view and its own private keys.

========================  =======================================  ==========================
what                      needs                                    PostgreSQL roles
========================  =======================================  ==========================
:func:`key_serving`       root key; log, access log, directory     hub_feed, hub_keys,
                                                                   hub_audit, hub_directory
:func:`own_program`       its own folder with its private keys     its view's, and no other
========================  =======================================  ==========================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Engine

from domain.organisations import Seat
from hub.agencies import AgencyFolder, seat_of_organisation
from hub.audit.log import AccessLog
from hub.bootstrap import FOLLOWER, Program, as_role, open_storage, uninitialised
from hub.clock import Clock, SystemClock
from hub.directory import Directory, User
from hub.encryption.keystore import KeyStore
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService
from hub.policies import FOLDER, Policies, load_policies
from hub.queries.own import OwnViewQueries
from hub.releases.desk import Desk, UsedNonces
from hub.releases.keys import NotTheKeys, OrganisationKeys, signing_key
from hub.releases.registry import PublicKeyring
from hub.releases.remote import Remote, RemoteDirectory, RemoteKeys
from hub.releases.standings import Standings
from hub.releases.transport import HttpTransport, trusting
from hub.rootkey import open_root
from hub.settings import DataFolder, DataFolderError, Settings
from hub.storage.postgres import PostgresStorage, Server, on_this_machine
from projections.storage import PostgresViews

HUB_PATIENCE = 30.0
"""Seconds that the hub gets for an answer that is carried on."""


def wire_time() -> datetime:
    """The time of what goes between machines: their own clocks', whatever the day is in a demo."""
    return datetime.now(UTC)


@contextmanager
def key_serving(
    root: Path,
    settings: Settings,
    clock: Clock | None = None,
    policy_folder: Path = FOLDER,
    now: Callable[[], datetime] = wire_time,
) -> Iterator[Desk]:
    """The desk of the key service. Raises as :func:`hub.bootstrap.program`."""
    folder = DataFolder(root)
    if not folder.exists:
        raise uninitialised(root)
    policies = load_policies(policy_folder)
    keystore = open_root(folder, settings)
    storage = open_storage(folder, settings)
    running_clock = clock or SystemClock(folder.clock_offset())
    with ExitStack() as stack:
        keys = KeyStore(storage, keystore)
        stack.callback(keys.close)
        # It reads the log, as those that follow it do, and seals nothing.
        store = EventStore(open_recorder(as_role(storage, FOLLOWER)), None)
        stack.callback(store.close)
        directory = Directory(storage, keystore.named_key("token"))
        stack.callback(directory.close)
        audit = AccessLog(storage)
        stack.callback(audit.close)
        keyring = PublicKeyring(storage)
        stack.callback(keyring.close)
        yield Desk(
            signing=signing_key(keystore),
            public=keyring.of,
            keyservice=KeyService(keys, audit, running_clock, policies.version),
            store=store,
            directory=directory,
            policy=policies.access,
            standings=Standings(policies.access, store, running_clock),
            clock=running_clock,
            now=now,
            used=UsedNonces(),
            first_call=policies.notices.calls.first.number,
        )


def export_organisation(hub: Program, organisation: str, file: Path, *, renew: bool) -> None:
    """Make an organisation's key pairs: the private ones into ``file`` and nowhere else, the
    public ones into the hub's directory. Raises FileExistsError, UnknownOrganisation, and HasKeys
    where it has some that ``renew`` does not end."""
    known = hub.directory.organisation(organisation)
    keys = OrganisationKeys.generate(signing_key(hub.root).public_key())
    keyring = PublicKeyring(hub.storage)
    try:
        # The file first: keys that the hub knows and nobody has would shut the organisation out.
        keys.write(file)
        try:
            keyring.add(known.id, keys.public, hub.clock.now(), renew=renew)
        except BaseException:
            file.unlink()
            raise
    finally:
        keyring.close()


@dataclass(frozen=True, slots=True)
class OwnProgram:
    """An organisation's own server, wired: its view, its private keys, and the hub's addresses."""

    organisation: str
    policies: Policies
    clock: Clock
    directory: RemoteDirectory
    queries: OwnViewQueries
    hub: httpx.AsyncClient

    def holders(self, tokens: Sequence[str]) -> list[User | None]:
        """Whose tokens these are, of this organisation."""
        return self.directory.holders(tokens, self.clock.now())


@dataclass(frozen=True, slots=True)
class _OwnView:
    engine: Engine


@contextmanager
def own_program(root: Path, settings: Settings, organisation: str) -> Iterator[OwnProgram]:
    """An organisation's own server on a folder of its own, which holds its private keys, and its
    view where that is not on PostgreSQL. It opens no key store, no log and no other view.

    Raises DataFolderError where something is missing or would travel unencrypted."""
    folder = AgencyFolder(root)
    seat = seat_of_organisation(organisation)
    keys = _own_keys(folder.organisation)
    at = {
        "HUB_KEYSERVICE": _encrypted("HUB_KEYSERVICE", settings.keyservice),
        "HUB_URL": _encrypted("HUB_URL", settings.url),
    }
    policies = load_policies()
    clock = SystemClock(DataFolder(root).clock_offset())
    with ExitStack() as stack:
        engine = _own_view(folder, settings, organisation, seat)
        stack.callback(engine.dispose)
        transport = HttpTransport(at["HUB_KEYSERVICE"], settings.ca)
        stack.callback(transport.close)
        remote = Remote(keys, organisation, transport)
        directory = RemoteDirectory(remote)
        yield OwnProgram(
            organisation=organisation,
            policies=policies,
            clock=clock,
            directory=directory,
            queries=OwnViewQueries(
                _OwnView(engine), RemoteKeys(remote), policies, directory, clock
            ),
            hub=httpx.AsyncClient(
                base_url=at["HUB_URL"],
                verify=trusting(settings.ca),
                timeout=HUB_PATIENCE,
                trust_env=False,
            ),
        )


def _own_keys(path: Path) -> OrganisationKeys:
    try:
        return OrganisationKeys.read(path)
    except FileNotFoundError:
        raise DataFolderError(
            f"找不到本单位的密钥文件 {path}。请向系统管理方索取（hub keys export-organisation）。"
        ) from None
    except NotTheKeys:
        raise DataFolderError(f"{path} 不是本单位的密钥文件，请核对。") from None


def _own_view(folder: AgencyFolder, settings: Settings, organisation: str, seat: Seat) -> Engine:
    if settings.database is None:
        return folder.view(organisation).engine
    server = Server(settings.database, settings.database_passfile)
    return PostgresViews(PostgresStorage(server)).open(seat)


def _encrypted(name: str, url: str | None) -> str:
    """An address that may be asked: over TLS, or on this machine."""
    if url is None:
        raise DataFolderError(f"没有指明地址，请用环境变量 {name} 指明，例如 https://hub.example。")
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname and on_this_machine(parts.hostname):
        return url
    raise DataFolderError(f"{name} 不在本机时必须是 https 地址。")
