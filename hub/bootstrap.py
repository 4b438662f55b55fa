"""The one composition root: settings in, wired program out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from adapters.intake.intake import Intake
from adapters.outside.taking import OutsideSheets
from adapters.registry import ALL_KINDS
from domain.calendar import shanghai_date
from domain.organisations import Seat
from hub import logs
from hub.accounts.opening import Entrance, open_entrance
from hub.accounts.provider_settings import ProviderRefused, ProviderSettings
from hub.application import Hub
from hub.attachments.intake import Attachments
from hub.attachments.store import AREA as ATTACHMENTS
from hub.attachments.store import BlobStore
from hub.audit.keeping import Keeping
from hub.audit.log import AccessLog
from hub.audit.notes import Signer
from hub.audit.trail import Trail, TrailBroken
from hub.audit.watch import Watch
from hub.calling import Calls
from hub.clock import Clock, SystemClock
from hub.directory import AREA as DIRECTORY
from hub.directory import Directory
from hub.documents import Documents
from hub.duty import Duty
from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.records import RecordSealer
from hub.encryption.root import Argon2Cost, RootKey
from hub.erasure.journal import AREA as ERASURE
from hub.erasure.journal import Journal
from hub.erasure.retention import Retention
from hub.erasure.service import Erasures
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.eventstore.tables import AREA as EVENTS
from hub.eventstore.tables import FEED
from hub.handing_on import conflicted_about
from hub.hindsight import changed_in_place
from hub.indicators import Indicators
from hub.kept_rules import KeptRules
from hub.keyservice import MATCHER, KeyService
from hub.matching import Matching, NoMatching
from hub.messaging.log import EventsConsumer
from hub.messaging.positions import AREA as RELAY
from hub.messaging.positions import DatabasePositions
from hub.messaging.relay import Relay
from hub.messaging.topics import KafkaSettings, check_topic, ensure_topics
from hub.notices.file import FileNotices
from hub.notices.gateway import GatewayNotices, GatewayRefused
from hub.notices.port import NoticePort
from hub.notices.sender import Notices
from hub.notices.texts import FileTexts, GatewayTexts, TextPort
from hub.places import DistrictPlaces
from hub.policies import FOLDER, Policies, load_policies
from hub.quarantine import AREA as QUARANTINE
from hub.quarantine import Quarantine
from hub.queries import Queries
from hub.queries.unseen import Unseen
from hub.reaction_tables import AREA as REACTIONS
from hub.reactor import Reactor
from hub.releases.registry import PublicKeyring
from hub.report_links import ReportLinks
from hub.returns import Returns
from hub.rootkey import create_root, open_root
from hub.roster import Roster
from hub.safety import SafeContacts, SafetyLines
from hub.sealing.journal import AREA as SEALING
from hub.sealing.journal import Journal as SealingJournal
from hub.sealing.openings import Openings
from hub.sealing.records import Record
from hub.sealing.service import Sealings
from hub.searching import tables as searching
from hub.searching.index import OwnIndex
from hub.searching.limit import SearchLimit
from hub.settings import DataFolder, DataFolderError, Settings
from hub.silences import Silences
from hub.storage.areas import role_of
from hub.storage.lead import FolderLeads, Leads, NotLeader, PostgresLeads, StillAtWork
from hub.storage.postgres import Listener, PostgresStorage, Server, on_this_machine
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage
from projections.parted import PartedProjector
from projections.runner import Projector, SharedFeed
from projections.storage import view_storage
from projections.tables import view_area

_LOG = logs.get("hub.audit")
_UPKEEP_LOG = logs.get("hub.upkeep")
_RULES_LOG = logs.get("hub.rules")

SESSION = 10.0
"""Seconds after which the partitions of a worker that died go to the others."""
RELAY_ROLE = RELAY.role
FOLLOWER = role_of(FEED)
"""The PostgreSQL role of those that only follow the log."""


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
    outside: OutsideSheets
    queries: Queries
    searches: SearchLimit
    report_links: ReportLinks
    documents: Documents
    entrance: Entrance
    quarantine: Quarantine
    attachments: Attachments
    blobs: BlobStore
    audit: AccessLog
    trail: Trail
    watch: Watch
    projector: Projector
    reactor: Reactor
    silences: Silences
    indicators: Indicators
    returns: Returns
    notices: Notices
    duty: Duty
    calls: Calls
    roster: Roster
    leads: Leads
    root: RootKey
    keys: KeyStore
    erasures: Erasures
    sealings: Sealings
    openings: Openings
    retention: Retention

    def settle(self, progress: Callable[[int], None] | None = None) -> bool:
        """Reactions, due deadlines and views, until nothing follows any more.

        Gives False when another process leads this folder and will do it.
        """
        try:
            with self.leading(at_once=False) as settle:
                try:
                    settle(progress)
                except BaseException:
                    # What fails keeps nobody from seeing what was recorded.
                    self.projector.catch_up()
                    raise
        except NotLeader:
            return False
        return True

    @contextmanager
    def leading(
        self, *, at_once: bool = True
    ) -> Iterator[Callable[[Callable[[int], None] | None], None]]:
        """Be the one process that settles, as often as the given function is called, until the
        block ends: nobody else projects or rebuilds under it meanwhile. ``at_once``: views show
        what was recorded before what follows from it is worked out, for those who look at them
        meanwhile. Raises NotLeader."""
        with (
            self.leads.take(("react", "tick")),
            self.projector.leading(),
            self._telling() as tells,
        ):
            yield partial(self._settle, tells=tells, at_once=at_once)

    @contextmanager
    def _telling(self) -> Iterator[bool]:
        """Whether notices are for this process to write: those that go into a file, unless a
        worker of their own does it."""
        with ExitStack() as stack:
            if self.notices.local:
                try:
                    stack.enter_context(self.leads.take(("notices",)))
                except NotLeader:
                    yield False
                    return
            yield self.notices.local

    @contextmanager
    def notifying(self) -> Iterator[Callable[[Callable[[int], None]], None]]:
        """Be the one process that sends notices by a gateway, as often as the given function is
        called, until the block ends: beside everything else, so that a gateway that does not
        answer delays nothing. Those that go into a file are written by whoever settles. Raises
        NotLeader."""
        if self.notices.local:
            yield lambda progress: None
            return
        with self.leads.take(("notices",)) as lead:

            def step(progress: Callable[[int], None]) -> None:
                lead.check()
                self.notices.step()
                progress(self.store.position)

            yield step

    @contextmanager
    def auditing(self) -> Iterator[Callable[[Callable[[int], None]], None]]:
        """Be the one process that keeps the proofs and judges looks, as often as the given
        function is called, until the block ends. Raises NotLeader.

        Proofs that contradict what was signed are an alarm in the log at each step and stop
        nothing else: children are looked after all the same.
        """
        keeping = Keeping(self.trail, self.watch)
        with self.leads.take(("audit",)) as lead:

            def step(progress: Callable[[int], None]) -> None:
                lead.check()
                try:
                    keeping.step(self.clock.now(), progress)
                except TrailBroken as broken:
                    _LOG.critical("audit trail broken", where=str(broken))

            yield step

    @contextmanager
    def keeping_up(self) -> Iterator[Callable[[Callable[[int], None]], None]]:
        """Be the one process that goes on by itself with what was approved: erasures, sealings and
        openings that were broken off or whose day has come, as often as the given function is
        called, until the block ends; the first time, missing fences are put up again. Raises
        NotLeader.

        What fails is an alarm in the log at each step, and stops nothing else: what waits is a
        key's destruction, and children are looked after all the same.
        """
        work: dict[str, Callable[[], object]] = {
            "erasures": self.erasures.resume,
            "sealings": self.sealings.resume,
            "openings": self.openings.resume,
            "fences": self._fence_again,
            # Whoever asks follows as well: here, so that nobody waits for a long way.
            "silences": self.silences.follow,
            "indicators": self.indicators.follow,
        }
        with self.leads.take(("upkeep",)) as lead:

            def step(progress: Callable[[int], None]) -> None:
                for name, go_on in list(work.items()):
                    lead.check()
                    progress(self.store.position)
                    try:
                        go_on()
                        if name == "fences":
                            # Nobody restores a database under a process that has it open.
                            del work[name]
                    except StillAtWork:
                        # Whoever is at it does it.
                        continue
                    except Exception as error:
                        _UPKEEP_LOG.critical(
                            "not gone on with",
                            work=name,
                            error=type(error).__name__,
                            where=logs.where(error),
                        )

            yield step

    def _fence_again(self) -> None:
        """Once in a process: a key database that was restored from before knows no later fence."""
        missing = self.erasures.fence_again() + self.sealings.fence_again()
        if missing:
            _UPKEEP_LOG.critical("fences were missing", count=missing)

    def woken(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call ``wake`` whenever any process has appended something, until the block ends."""
        return woken(self.storage, EVENTS.role, wake)

    def _settle(
        self,
        progress: Callable[[int], None] | None = None,
        *,
        tells: bool = False,
        at_once: bool = True,
    ) -> None:
        while True:
            # What was recorded is seen first, and then what follows from it; not ``at_once``, all
            # of it in one batch.
            if at_once:
                self.projector.catch_up()
            reacted = self.reactor.react()
            try:
                ticked = self.reactor.tick()
            finally:
                # Whoever is on duty is told, also where a clock fails.
                if tells:
                    self.notices.step()
            if progress is not None:
                progress(self.store.position)
            if not reacted and not ticked and self.projector.catch_up() == 0:
                # What has expired is closed; that it has is looked at at every look besides.
                self.openings.resume()
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
            "请从备份或托管份额中恢复它，不要重新初始化。"
        )
    folder.create()
    # The root key comes last: a folder without one is a folder that init has not finished.
    keystore = create_root(folder, settings, cost)
    with ExitStack() as stack:
        for opened in (
            KeyStore(storage, keystore, create=True),
            MatchIndex(storage, keystore, create=True),
            open_recorder(storage, create=True),
            AccessLog(storage, create=True),
            searching.opened(storage),
        ):
            stack.callback(opened.close)
        for area in (DIRECTORY, QUARANTINE, REACTIONS, ATTACHMENTS, ERASURE, SEALING):
            stack.callback(storage.engine(area, create=True).dispose)
    return folder


def open_storage(folder: DataFolder, settings: Settings) -> Storage:
    """Where the settings say that the tables lie. Raises DatabaseUrlError."""
    if settings.database is None:
        return FolderStorage(folder.root)
    return PostgresStorage(Server(settings.database, settings.database_passfile))


def uninitialised(root: Path) -> DataFolderError:
    return DataFolderError(f"数据文件夹尚未初始化，请先运行 hub init --data {root}。")


def as_role(storage: Storage, role: str) -> Storage:
    """The same tables, as one role only; files have no roles."""
    return (
        PostgresStorage(storage.server, role) if isinstance(storage, PostgresStorage) else storage
    )


def notice_port(folder: DataFolder, settings: Settings) -> NoticePort:
    """By which way notices leave. Raises DataFolderError."""
    if settings.notices is None:
        return FileNotices(folder.root)
    with _gateway("提醒"):
        token = one_line(settings.notices_token_file)
        return GatewayNotices(settings.notices, settings.notices_ca, token)


def text_port(folder: DataFolder, settings: Settings) -> TextPort:
    """By which way text messages leave. Raises DataFolderError."""
    if settings.sms is None:
        return FileTexts(folder.root)
    with _gateway("短信"):
        return GatewayTexts(settings.sms, settings.sms_ca, one_line(settings.sms_token_file))


def provider_settings(settings: Settings) -> ProviderSettings | None:
    """By which identity provider people may sign in. Raises DataFolderError."""
    if settings.oidc_issuer is None:
        return None
    secret = one_line(settings.oidc_secret_file)
    if not secret or settings.oidc_back is None:
        raise DataFolderError("用统一身份认证要有 HUB_OIDC_SECRET_FILE 和 HUB_OIDC_BACK。")
    return ProviderSettings(
        settings.oidc_issuer,
        settings.oidc_client,
        secret,
        settings.oidc_back,
        settings.oidc_claim,
        settings.oidc_ca,
    )


def one_line(file: Path | None) -> str | None:
    """What stands in a file of one line. Raises DataFolderError."""
    if file is None:
        return None
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFolderError("读不到令牌文件，请核对环境变量 HUB_…_FILE 和文件权限。") from error


def _entrance(made: Writing, settings: Settings, texts: TextPort) -> Entrance:
    try:
        return open_entrance(
            made.storage,
            made.directory,
            made.keystore,
            RecordSealer(made.keys),
            made.policies.sign_in,
            texts.send,
            provider_settings(settings),
        )
    except ProviderRefused as error:
        raise DataFolderError(str(error)) from error


@contextmanager
def _gateway(word: str) -> Iterator[None]:
    try:
        yield
    except GatewayRefused as error:
        raise DataFolderError(f"{word}网关：{error}") from error
    except OSError as error:
        raise DataFolderError(f"{word}网关的证书文件不能使用。") from error


def leads_on(storage: Storage, folder: DataFolder, role: str = REACTIONS.role) -> Leads:
    """Where the leads of a storage's processes are taken."""
    if isinstance(storage, PostgresStorage):
        return PostgresLeads(storage.server, role)
    return FolderLeads(folder.root)


@dataclass(frozen=True, slots=True)
class Writing:
    """What carries out commands: the write side alone, as a worker needs it."""

    folder: DataFolder
    storage: Storage
    policies: Policies
    clock: Clock
    keystore: RootKey
    keys: KeyStore
    store: EventStore
    log: SharedFeed
    """The store's log, as what follows it in this process reads it."""
    directory: Directory
    places: DistrictPlaces
    hub: Hub
    reactor: Reactor
    notices: Notices
    roster: Roster
    leads: Leads
    index: MatchIndex | None
    audit: AccessLog | None
    keyservice: KeyService | None
    role: str = REACTIONS.role
    """What a worker listens as, on PostgreSQL."""


@contextmanager
def _writing(
    root: Path,
    settings: Settings,
    clock: Clock | None,
    policy_folder: Path,
    *,
    naming: bool,
) -> Iterator[Writing]:
    """``naming``: children are found and opened by who they are, which takes the match index, the
    access log and, on PostgreSQL, the roles that go with them."""
    folder = DataFolder(root)
    if not folder.exists:
        raise uninitialised(root)
    policies = load_policies(policy_folder)
    running_clock = clock or SystemClock(folder.clock_offset())
    for missing in policies.rules.terms.missing(shanghai_date(running_clock.now())):
        # An alarm and no refusal: clocks of harm need no calendar, and no report waits for one.
        _RULES_LOG.error("calendar.missing", code=f"{missing.year}{missing.title}")
    keystore = open_root(folder, settings)
    storage = open_storage(folder, settings)
    with ExitStack() as stack:
        keys = KeyStore(storage, keystore, suite=settings.suite.encode())
        stack.callback(keys.close)
        store = EventStore(open_recorder(storage), keys, own_keys=policies.rules.sealing.streams)
        stack.callback(store.close)
        directory = Directory(
            storage if naming else as_role(storage, REACTIONS.role),
            keystore.named_key("token"),
        )
        stack.callback(directory.close)
        matching: Matching = NoMatching()
        index = audit = keyservice = None
        if naming:
            index = MatchIndex(storage, keystore)
            stack.callback(index.close)
            audit = AccessLog(storage)
            stack.callback(audit.close)
            if (before := changed_in_place(store, audit, policies.version)) is not None:
                # An alarm and no refusal: no report may wait for a version to be raised.
                _LOG.error("policy.changed_in_place", now=policies.version, before=before)
            keyservice = KeyService(keys, audit, running_clock, policies.version)
            matching = Matching(index, store, keyservice)
        places = DistrictPlaces(policies.divisions, directory)
        hub = Hub(store, matching, policies, places, running_clock, keystore)
        # Its tables can be made anew from the log.
        log = SharedFeed(store)
        reactor = Reactor(storage, hub, log, create=True)
        stack.callback(reactor.close)
        roster = Roster(storage if naming else as_role(storage, REACTIONS.role))
        stack.callback(roster.close)
        notices = Notices(
            storage,
            log,
            roster,
            notice_port(folder, settings),
            policies.notices,
            policies.rules.escalation,
            running_clock,
            partial(conflicted_about, store),
        )
        stack.callback(notices.close)
        yield Writing(
            folder=folder,
            storage=storage,
            policies=policies,
            clock=running_clock,
            keystore=keystore,
            keys=keys,
            store=store,
            log=log,
            directory=directory,
            places=places,
            hub=hub,
            reactor=reactor,
            notices=notices,
            roster=roster,
            leads=leads_on(storage, folder),
            index=index,
            audit=audit,
            keyservice=keyservice,
        )


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
    with ExitStack() as stack:
        made = stack.enter_context(_writing(root, settings, clock, policy_folder, naming=True))
        if made.audit is None or made.keyservice is None or made.index is None:
            raise RuntimeError("a program that names children has an access log")
        quarantine = Quarantine(
            made.storage, RecordSealer(made.keys), made.keystore.named_key("quarantine-row")
        )
        stack.callback(quarantine.close)
        # Folders of before there were attachments have no file for them.
        blobs = BlobStore(made.storage, create=True)
        stack.callback(blobs.close)
        policies, directory, hub = made.policies, made.directory, made.hub
        rules = KeptRules(made.folder.rules, policies)
        rules.keep(policy_folder)
        trail = Trail(made.storage, made.store.recorder, signer(made.keystore))
        stack.callback(trail.close)
        watch = Watch(made.storage, policies.unusual_looks, policies.version)
        stack.callback(watch.close)
        index = searching.opened(made.storage)
        stack.callback(index.close)
        searches = SearchLimit(index, policies.rules.matching.search)
        links = ReportLinks(
            made.storage,
            made.keystore.named_key("report link"),
            policies.rules.casework.report_links,
        )
        stack.callback(links.close)
        texts = text_port(made.folder, settings)
        stack.callback(texts.close)
        documents = Documents(made.storage)
        stack.callback(documents.close)
        entrance = _entrance(made, settings, texts)
        stack.callback(entrance.close)
        projector = Projector(
            view_storage(made.storage), policies.access, made.log, made.leads, directory.seats
        )
        stack.callback(projector.close)
        # A folder of an earlier version has no journal yet.
        journal = Journal(made.storage, create=True)
        stack.callback(journal.close)
        own_index = OwnIndex(
            index, lambda organisation: made.keystore.named_key(f"search/{organisation}")
        )
        silences = Silences(made.storage, made.store, policies.rules)
        stack.callback(silences.close)
        indicators = Indicators(made.storage, made.store, policies.rules.indicators)
        stack.callback(indicators.close)
        sealed = SealingJournal(made.storage, create=True)
        stack.callback(sealed.close)
        holders = PublicKeyring(made.storage)
        stack.callback(holders.close)
        sealings = Sealings(
            sealed,
            hub,
            made.keys,
            holders,
            (
                partial(_not_found_by, hub, own_index),
                partial(_judged_again, made.store, policies, made.audit, watch),
            ),
            partial(_seen, projector),
            made.keystore,
            quarantine,
            Signer("hub.310117.sealing", made.keystore.named_key("sealing signature")),
            made.leads,
        )
        openings = Openings(
            sealed, sealings, hub, made.keys, holders, made.keystore, made.audit, made.leads
        )
        erasures = Erasures(
            journal,
            hub,
            made.keys,
            (
                made.index.forget,
                blobs.forget,
                lambda child: own_index.forget(str(child)),
                sealings.forget,
            ),
            made.keystore,
            quarantine,
            Signer("hub.310117.erasure", made.keystore.named_key("erasure signature")),
            made.leads,
        )
        intake = Intake(hub, ALL_KINDS, made.places, quarantine)
        yield Program(
            folder=made.folder,
            storage=made.storage,
            policies=policies,
            clock=made.clock,
            store=made.store,
            directory=directory,
            hub=hub,
            intake=intake,
            outside=OutsideSheets(intake, policies.rules.outside, ALL_KINDS),
            searches=searches,
            report_links=links,
            documents=documents,
            entrance=entrance,
            queries=Queries(
                projector.view,
                made.keyservice,
                made.audit,
                hub.matching,
                policies,
                directory,
                made.clock,
                made.store,
                searches,
                own_index,
                watch,
                blobs.chunks,
                trail,
                rules,
                made.places,
                silences,
                SafetyLines(
                    made.store, made.keyservice, made.clock, policies.notices.calls.first.number
                ),
                SafeContacts(made.store, made.keyservice, made.clock),
                indicators,
            ),
            quarantine=quarantine,
            attachments=Attachments(hub, made.keys, blobs, policies.attachments),
            blobs=blobs,
            audit=made.audit,
            trail=trail,
            watch=watch,
            projector=projector,
            reactor=made.reactor,
            silences=silences,
            indicators=indicators,
            returns=Returns(hub, indicators, policies.rules.indicators),
            notices=made.notices,
            duty=Duty(made.roster, directory, policies.notices, policies.rules, made.clock),
            calls=Calls(made.store, made.roster, directory, policies.notices.calls),
            roster=made.roster,
            leads=made.leads,
            root=made.keystore,
            keys=made.keys,
            erasures=erasures,
            sealings=sealings,
            openings=openings,
            retention=Retention(journal, erasures, hub, quarantine, made.keys, policies.retention),
        )


def _not_found_by(hub: Hub, own_index: OwnIndex, record: Record) -> None:
    """Let nobody find a child any more by what only a sealed record said of it. An organisation's
    own index follows its view before it answers; to make it anew here would tell."""
    gone = {fact.event_id for fact in record.facts}
    left = [fact for fact in record.history if fact.event_id not in gone]
    hub.matching.withdraw(record.child, record.facts, left, record.stream)
    if not any(fact.topic.startswith("child_file.") for fact in left):
        own_index.forget(str(record.child))


def _judged_again(
    store: EventStore, policies: Policies, log: AccessLog, watch: Watch, record: Record
) -> None:
    """Judge past looks by what is told of them now: one that saw nothing but the sealed record is
    one at a child of whom its organisation may see nothing."""
    unseen = Unseen(store, policies.access, record.child)
    watch.judge_again(unseen.changed(log.every(str(record.child))).items())


def _seen(projector: Projector, position: int) -> bool:
    """Whether every view has taken in a position, here or in whichever process keeps them, and
    holds nothing back there."""
    try:
        with projector.leading():
            projector.catch_up()
    except NotLeader:
        pass
    views = projector.views.values()
    return all(
        view.position >= position
        and position not in {letter.position for letter in view.dead_letters()}
        for view in views
    )


def signer(keystore: RootKey) -> Signer:
    """What the hub signs its trees with; the name is the hub's own, as in access entries."""
    name = MATCHER.organisation.replace(":", ".")
    return Signer(name, keystore.named_key("audit signature"))


@contextmanager
def reacting(root: Path, settings: Settings) -> Iterator[Writing]:
    """What carries out reactions and due deadlines, and nothing else. Raises as :func:`program`."""
    with _writing(root, settings, None, FOLDER, naming=False) as made:
        yield made


@contextmanager
def reading_log(root: Path, settings: Settings) -> Iterator[tuple[EventStore, datetime]]:
    """The log's clear facts, and the instant by the folder's clock; no key at all. Raises as
    :func:`program`."""
    folder = DataFolder(root)
    if settings.database is None and not folder.exists:
        raise uninitialised(root)
    store = EventStore(open_recorder(as_role(open_storage(folder, settings), FOLLOWER)), None)
    try:
        yield store, SystemClock(folder.clock_offset()).now()
    finally:
        store.close()


@contextmanager
def projecting(
    root: Path, settings: Settings, only: Sequence[Seat] = tuple(Seat)
) -> Iterator[tuple[Projector, Storage]]:
    """What keeps views: it follows the log and holds no key at all. ``only`` says whose views.
    Raises as :func:`program`."""
    folder = DataFolder(root)
    if settings.database is None and not folder.exists:
        raise uninitialised(root)
    policies = load_policies()
    storage = open_storage(folder, settings)
    follows = as_role(storage, FOLLOWER)
    with ExitStack() as stack:
        store = EventStore(open_recorder(follows), None)
        stack.callback(store.close)
        directory = Directory(follows, b"")
        stack.callback(directory.close)
        projector = Projector(
            view_storage(storage),
            policies.access,
            store,
            leads_on(storage, folder, view_area(only[0]).role),
            directory.seats,
            only,
        )
        stack.callback(projector.close)
        yield projector, follows


def kafka_settings(settings: Settings) -> KafkaSettings:
    """Where the shared log is. Raises DataFolderError when the settings do not say, or lead
    beyond this machine without encryption."""
    if settings.kafka is None:
        raise DataFolderError(
            "没有指明 Kafka 的地址，请用环境变量 HUB_KAFKA 指明，例如 127.0.0.1:9092。"
        )
    security: dict[str, object] = {}
    if settings.kafka_ca is not None:
        security = {"security_protocol": "SSL", "ssl_cafile": str(settings.kafka_ca)}
    elif not all(on_this_machine(each.rpartition(":")[0]) for each in settings.kafka.split(",")):
        raise DataFolderError(
            "Kafka 不在本机时必须加密并核验证书：请用环境变量 HUB_KAFKA_CA 指明证书文件。"
        )
    return KafkaSettings(settings.kafka, prefix=settings.kafka_prefix, security=security)


@contextmanager
def relaying(root: Path, settings: Settings) -> Iterator[tuple[Relay, Leads, Storage]]:
    """What sends the log's events to the shared log. Raises as :func:`program`, TopicRefused."""
    folder = DataFolder(root)
    if settings.database is None and not folder.exists:
        raise uninitialised(root)
    kafka = kafka_settings(settings)
    storage = as_role(open_storage(folder, settings), RELAY.role)
    with ExitStack() as stack:
        recorder = open_recorder(storage)
        stack.callback(recorder.close)
        positions = DatabasePositions(storage, kafka.events.name, create=True)
        stack.callback(positions.close)
        ensure_topics(kafka, [kafka.events])
        relay = Relay(recorder, positions, kafka)
        stack.callback(relay.close)
        yield relay, leads_on(storage, folder, RELAY.role), storage


@contextmanager
def following(
    root: Path, settings: Settings, only: Sequence[Seat] = tuple(Seat)
) -> Iterator[tuple[PartedProjector, EventsConsumer]]:
    """What keeps views by the shared log, as one of a consumer group. ``only`` says whose views.
    Raises as :func:`program`, and the client's KafkaError."""
    kafka = kafka_settings(settings)
    check_topic(kafka, kafka.events)
    with ExitStack() as stack:
        projector, storage = stack.enter_context(projecting(root, settings, only))
        positions = DatabasePositions(storage, kafka.events.name, create=True)
        stack.callback(positions.close)
        parted = PartedProjector(
            lambda: list(projector.views.values()),
            projector.log,
            kafka.partitions,
            positions.get,
        )
        group = "hub.project" + ("" if len(only) == len(Seat) else f".{only[0].value}")
        consumer = EventsConsumer.in_group(kafka, group, parted.places, session_seconds=SESSION)
        stack.callback(consumer.close)
        yield parted, consumer


@contextmanager
def woken(storage: Storage, role: str, wake: Callable[[], None]) -> Iterator[None]:
    """Call ``wake`` whenever something was appended, until the block ends. A data folder has
    nobody who would say so: there one looks."""
    if not isinstance(storage, PostgresStorage):
        yield
        return
    listener = Listener(storage.server, role, wake)
    listener.start()
    try:
        yield
    finally:
        listener.stop()
