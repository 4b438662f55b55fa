"""The one composition root: settings in, wired program out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.intake.intake import Intake
from adapters.registry import ALL_KINDS
from hub.application import Hub
from hub.audit.log import AccessLog
from hub.clock import Clock, SystemClock
from hub.directory import AREA as DIRECTORY
from hub.directory import Directory
from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.records import RecordSealer
from hub.encryption.root import Argon2Cost, RootKeystore
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService
from hub.matching import Matching
from hub.places import DistrictPlaces
from hub.policies import FOLDER, Policies, load_policies
from hub.quarantine import AREA as QUARANTINE
from hub.quarantine import Quarantine
from hub.queries import Queries
from hub.reactor import AREA as REACTIONS
from hub.reactor import Reactor
from hub.settings import DataFolder, DataFolderError, Settings
from hub.storage.lead import FolderLeads, Leads, NotLeader, PostgresLeads
from hub.storage.postgres import PostgresStorage, Server
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage
from projections.runner import Projector
from projections.storage import view_storage


@dataclass(frozen=True, slots=True)
class Program:
    """The hub, wired on one data folder."""

    folder: DataFolder
    storage: Storage
    policies: Policies
    clock: Clock
    store: EventStore
    directory: Directory
    hub: Hub
    intake: Intake
    queries: Queries
    quarantine: Quarantine
    audit: AccessLog
    projector: Projector
    reactor: Reactor
    leads: Leads

    def settle(self, progress: Callable[[int], None] | None = None) -> bool:
        """Reactions, due deadlines and views, until nothing follows any more.

        Gives False when another process leads this folder and will do it.
        """
        try:
            with self.leading() as settle:
                settle(progress)
        except NotLeader:
            return False
        return True

    @contextmanager
    def leading(self) -> Iterator[Callable[[Callable[[int], None] | None], None]]:
        """Be the one process that settles, as often as the given function is called, until the
        block ends: nobody else projects or rebuilds under it meanwhile. Raises NotLeader."""
        with self.leads.take(("react", "tick")), self.projector.leading():
            yield self._settle

    def _settle(self, progress: Callable[[int], None] | None = None) -> None:
        while True:
            reacted = self.reactor.react()
            self.projector.catch_up()
            ticked = self.reactor.tick()
            if progress is not None:
                progress(self.store.position)
            if not reacted and not ticked and self.projector.catch_up() == 0:
                return


def initialise(root: Path, settings: Settings, cost: Argon2Cost | None = None) -> DataFolder:
    """Make a data folder with its keystore, and its databases where they are files of it. Safe to
    run twice. On PostgreSQL ``hub migrate`` comes first.

    Raises DataFolderError for a folder that has data keys but no root keystore: a new one would
    open nothing of what is there.
    """
    folder = DataFolder(root)
    storage = open_storage(folder, settings)
    if folder.keys.exists() and not folder.exists:
        raise DataFolderError(
            "数据文件夹里有数据密钥（keys.sqlite），但根密钥文件 root.keystore 不在了；"
            "请从备份中恢复它，不要重新初始化。"
        )
    folder.create()
    passphrase = folder.passphrase(settings, create=True)
    if not folder.exists:
        # The keystore comes last: a folder without one is a folder that init has not finished.
        RootKeystore.create(folder.keystore, passphrase, cost)
    keystore = RootKeystore.open(folder.keystore, passphrase)
    with ExitStack() as stack:
        for opened in (
            KeyStore(storage, keystore, create=True),
            MatchIndex(storage, keystore, create=True),
            open_recorder(storage, create=True),
            AccessLog(storage, create=True),
        ):
            stack.callback(opened.close)
        for area in (DIRECTORY, QUARANTINE, REACTIONS):
            stack.callback(storage.engine(area, create=True).dispose)
    return folder


def open_storage(folder: DataFolder, settings: Settings) -> Storage:
    """Where the settings say that the tables lie. Raises DatabaseUrlError."""
    if settings.database is None:
        return FolderStorage(folder.root)
    return PostgresStorage(Server(settings.database, settings.database_passfile))


def _leads(storage: Storage, folder: DataFolder) -> Leads:
    if isinstance(storage, PostgresStorage):
        return PostgresLeads(storage.server, REACTIONS.role)
    return FolderLeads(folder.root)


@contextmanager
def program(
    root: Path,
    settings: Settings | None = None,
    clock: Clock | None = None,
    policy_folder: Path = FOLDER,
) -> Iterator[Program]:
    """The wired hub on an initialised data folder. Raises DataFolderError, PolicyError, and
    what opening the keystore raises."""
    settings = settings or Settings()
    folder = DataFolder(root)
    if not folder.exists:
        raise DataFolderError(f"数据文件夹尚未初始化，请先运行 hub init --data {root}。")
    # Views are disposable, their folder with them.
    folder.views.mkdir(mode=0o700, exist_ok=True)
    policies = load_policies(policy_folder)
    running_clock = clock or SystemClock(folder.clock_offset())
    keystore = RootKeystore.open(folder.keystore, folder.passphrase(settings))
    storage = open_storage(folder, settings)
    leads = _leads(storage, folder)
    with ExitStack() as stack:
        keys = KeyStore(storage, keystore)
        stack.callback(keys.close)
        index = MatchIndex(storage, keystore)
        stack.callback(index.close)
        store = EventStore(open_recorder(storage), keys)
        stack.callback(store.close)
        audit = AccessLog(storage)
        stack.callback(audit.close)
        directory = Directory(storage, keystore.named_key("token"))
        stack.callback(directory.close)
        quarantine = Quarantine(storage, RecordSealer(keys), keystore.named_key("quarantine-row"))
        stack.callback(quarantine.close)
        projector = Projector(view_storage(storage), policies.access, store, leads, directory.seats)
        stack.callback(projector.close)
        places = DistrictPlaces(policies.divisions, directory)
        keyservice = KeyService(keys, audit, running_clock, policies.version)
        matching = Matching(index, store, keyservice)
        hub = Hub(store, matching, policies, places, running_clock, keystore)
        # It can be made anew from the log.
        reactor = Reactor(storage, hub, create=True)
        stack.callback(reactor.close)
        yield Program(
            folder=folder,
            storage=storage,
            policies=policies,
            clock=running_clock,
            store=store,
            directory=directory,
            hub=hub,
            intake=Intake(hub, ALL_KINDS, places, quarantine),
            queries=Queries(
                projector.view,
                keyservice,
                audit,
                matching,
                policies,
                directory,
                running_clock,
                store,
            ),
            quarantine=quarantine,
            audit=audit,
            projector=projector,
            reactor=reactor,
            leads=leads,
        )
