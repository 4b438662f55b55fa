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

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hub.audit.log import AccessLog
from hub.bootstrap import FOLLOWER, Program, as_role, open_storage, uninitialised
from hub.clock import Clock, SystemClock
from hub.directory import Directory
from hub.encryption.keystore import KeyStore
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService
from hub.policies import FOLDER, load_policies
from hub.releases.desk import Desk, UsedNonces
from hub.releases.keys import OrganisationKeys, signing_key
from hub.releases.registry import PublicKeyring
from hub.releases.standings import Standings
from hub.rootkey import open_root
from hub.settings import DataFolder, Settings


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
