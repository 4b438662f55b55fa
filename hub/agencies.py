"""Composition of what goes on between the hub and agencies that run a worker of their own.

=================  ========================================  ==========================
what               needs                                     PostgreSQL roles
=================  ========================================  ==========================
:func:`feeding`    policies; no key                          hub_feed, hub_feeds
:func:`sending`    Kafka; no key                             hub_relay
:func:`receiving`  Kafka, root key; all that the API needs   those of the API, hub_feeds
:func:`following`  Kafka, the agency's own folder            none of the hub's
=================  ========================================  ==========================
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain.organisations import HUB, Seat, seat_of
from hub.audit.notes import Signer
from hub.bootstrap import (
    FOLLOWER,
    Program,
    as_role,
    kafka_settings,
    leads_on,
    open_storage,
    program,
)
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.exchange.office import Keys
from hub.exchange.parties import Parties
from hub.exchange.taking import CarriedFiles
from hub.feeds.keys import intake_key
from hub.feeds.outbox import FeedOutbox
from hub.feeds.registry import Agencies
from hub.feeds.tables import AREA as FEEDS
from hub.messaging.arrivals import InboundReader
from hub.messaging.feedlog import FeedReader
from hub.messaging.feedrelay import FeedRelay
from hub.messaging.positions import AREA as RELAY
from hub.messaging.positions import DatabasePositions
from hub.messaging.topics import KafkaSettings, check_topic, ensure_topics
from hub.policies import load_policies
from hub.receiving import Receiving
from hub.rootkey import open_root
from hub.settings import DataFolder, DataFolderError, Settings
from hub.storage.lead import Leads
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage
from projections.feed import FeedFollower
from projections.feeding import Feeder
from projections.storage import FolderViews

CONTENT_KEY = "inbound content"
"""The root keystore's name of the key that repetitions of messages are known by."""


@contextmanager
def registrations(hub: Program) -> Iterator[Agencies]:
    """The registered agencies of a running program."""
    agencies = Agencies(hub.storage, create=True)
    try:
        yield agencies
    finally:
        agencies.close()


def hubs_intake_key(root: Path, settings: Settings) -> X25519PrivateKey:
    """The key that agencies seal their records to. Raises DataFolderError and what opening the
    keystore raises."""
    folder = DataFolder(root)
    return intake_key(open_root(folder, settings))


@contextmanager
def feeding(root: Path, settings: Settings) -> Iterator[tuple[Feeder, Leads, Storage]]:
    """What puts into the agencies' outboxes what their scopes cover: ``feeder.step()`` while
    holding the lead ``feeds``. It holds no key. The storage is the one to be woken by (as
    ``FOLLOWER``). Raises as :func:`hub.bootstrap.projecting`."""
    folder = DataFolder(root)
    storage = open_storage(folder, settings)
    follows = as_role(storage, FOLLOWER)
    with ExitStack() as stack:
        store = EventStore(open_recorder(follows), None)
        stack.callback(store.close)
        agencies = Agencies(storage, create=True)
        stack.callback(agencies.close)
        feeder = Feeder(
            agencies.engine,
            load_policies().access,
            store,
            lambda: [each.organisation for each in agencies.present()],
        )
        yield feeder, leads_on(storage, folder, FEEDS.role), follows


@contextmanager
def sending(root: Path, settings: Settings) -> Iterator[tuple[FeedRelay, Leads]]:
    """What sends the outboxes to the feeds: ``relay.step()`` while holding the lead
    ``feedrelay``. It holds no key. Raises DataFolderError where the settings
    name no Kafka."""
    folder = DataFolder(root)
    kafka = kafka_settings(settings)
    storage = as_role(open_storage(folder, settings), RELAY.role)
    with ExitStack() as stack:
        outbox = FeedOutbox(storage, create=True)
        stack.callback(outbox.close)
        positions = DatabasePositions(storage, "feeds", create=True)
        stack.callback(positions.close)
        relay = FeedRelay(outbox, positions.of, kafka)
        stack.callback(relay.close)
        yield relay, leads_on(storage, folder, RELAY.role)


class Arriving:
    """Takes in what registered agencies send, also of those that register meanwhile."""

    def __init__(self, kafka: KafkaSettings, agencies: Agencies, receiving: Receiving) -> None:
        self._kafka = kafka
        self._agencies = agencies
        self._receiving = receiving
        self._reader: InboundReader | None = None

    def step(self, seconds: float) -> int:
        """Take what comes next, waiting up to ``seconds`` for it; gives how many messages. Raises
        what passes, and what the client of Kafka raises; :meth:`close` and go on then."""
        present = frozenset(each.organisation for each in self._agencies.present())
        if self._reader is not None and self._reader.organisations != present:
            self.close()
        if not present:
            return 0
        if self._reader is None:
            ensure_topics(self._kafka, [self._kafka.inbound(each) for each in sorted(present)])
            self._reader = InboundReader(self._kafka, self._receiving.offsets(present))
        return self._receiving.step(self._reader, seconds)

    def close(self) -> None:
        """Close the connection to the broker; the next step opens another."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()


@contextmanager
def receiving(root: Path, settings: Settings) -> Iterator[tuple[Arriving, Program]]:
    """What takes in the agencies' records: ``arriving.step(seconds)`` while holding the program's
    lead ``inbound``. Raises as :func:`hub.bootstrap.program`, and DataFolderError where the
    settings name no Kafka."""
    kafka = kafka_settings(settings)
    with ExitStack() as stack:
        hub = stack.enter_context(program(root, settings))
        agencies = stack.enter_context(registrations(hub))
        taking = receiving_on(hub, agencies)
        arriving = Arriving(kafka, agencies, taking)
        stack.callback(arriving.close)
        yield arriving, hub


def receiving_on(hub: Program, agencies: Agencies) -> Receiving:
    """The door for agencies' messages of a running program."""
    return Receiving(
        agencies.engine,
        hub.intake,
        [intake_key(hub.root)],
        hub.root.named_key(CONTENT_KEY),
        hub.clock,
    )


@contextmanager
def exchanging(hub: Program) -> Iterator[tuple[Parties, CarriedFiles]]:
    """The register of who exchanges signed files with a running program, and what takes them."""
    parties = Parties(hub.storage, create=True)
    try:
        yield (
            parties,
            CarriedFiles(
                parties.engine,
                hub.intake,
                hub.hub,
                [intake_key(hub.root)],
                exchange_signer(hub),
                hub.clock,
            ),
        )
    finally:
        parties.close()


def exchange_keys(hub: Program) -> Keys:
    """What an organisation on a separate network seals its files to, and checks answers by."""
    return Keys(exchange_signer(hub).public, intake_key(hub.root).public_key())


def exchange_signer(hub: Program) -> Signer:
    """What the hub signs its files with."""
    return Signer(HUB, hub.root.named_key("exchange signature"))


@dataclass(frozen=True, slots=True)
class AgencyFolder:
    """The files of an agency's own worker and server, mode 0700: its view, its keys, the hub's
    public key."""

    root: Path

    @property
    def key(self) -> Path:
        """The agency's private key."""
        return self.root / "agency.pem"

    @property
    def organisation(self) -> Path:
        """The private keys of the organisation's own server (``hub keys export-organisation``)."""
        return self.root / "organisation.pem"

    @property
    def intake(self) -> Path:
        """The hub's public intake key."""
        return self.root / "intake.pub"

    def create(self) -> None:
        """Make the folder, for its owner alone. Raises DataFolderError."""
        DataFolder(self.root).create()

    def view(self, organisation: str) -> FeedFollower:
        """The agency's view and its receipts. Raises DataFolderError."""
        self.create()
        engine = FolderViews(FolderStorage(self.root)).open(seat_of_organisation(organisation))
        return FeedFollower(organisation, engine)


def seat_of_organisation(organisation: str) -> Seat:
    """The seat of an organisation that somebody typed. Raises DataFolderError."""
    try:
        return seat_of(organisation)
    except ValueError:
        raise DataFolderError("机构代码应写成“类别:代码”，例如 school:3101170001。") from None


@contextmanager
def following(
    root: Path, settings: Settings, organisation: str
) -> Iterator[tuple[FeedFollower, FeedReader]]:
    """An agency's own worker on a folder of its own: ``follower.step(reader, seconds)``. It needs
    the broker and nothing else of the hub. One at a time: a second one changes nothing.

    Raises DataFolderError, TopicRefused where the agency is not registered, and the client's
    ``KafkaError``."""
    kafka = kafka_settings(settings)
    check_topic(kafka, kafka.feed(organisation))
    with ExitStack() as stack:
        follower = AgencyFolder(root).view(organisation)
        stack.callback(follower.close)
        reader = FeedReader(kafka, organisation, follower.place)
        stack.callback(reader.close)
        yield follower, reader
