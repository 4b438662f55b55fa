"""At an organisation's own server: keys and people, asked of the hub's key service one by one.

Nothing here opens anything by itself: each look is asked for, decided at the hub, entered in its
access log, and answered with the keys of the very fields. They are kept for a moment, so that the
same page asks for none of them twice; the look is asked for all the same, and what the hub says of
its revocation counter comes before any key that is kept.
"""

from __future__ import annotations

import hashlib
import threading
import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar
from uuid import UUID

from pydantic import JsonValue

from domain.kernel import Category
from domain.organisations import Post
from hub.answers import SafeContact, SafetyLine
from hub.authorization.decide import By, Openings
from hub.directory import User
from hub.eventstore.codec import SealedField
from hub.keyservice import Marker, Reader, opened
from hub.releases.keys import OrganisationKeys
from hub.releases.questions import (
    LookAsked,
    NamesAsked,
    PersonalQuestion,
    PersonAsked,
    Place,
    Question,
    SafetyAsked,
    StandingAsked,
)
from hub.releases.wire import LASTS, Content, Released, ReleaseForged, ask, open_release

K = TypeVar("K")
V = TypeVar("V")

KEPT = 20_000
"""Field keys that are kept at most."""
NAMES_LAST = 60.0
"""Seconds for which the names of organisations are taken as they were."""


class KeyServiceUnreachable(Exception):
    """The hub's key service does not answer now: nothing is opened."""


class AskingNotAnswered(Exception):
    """The key service answers nothing to this organisation: its keys are not known (any more), or
    the clocks of the two machines are too far apart. ``code`` is the service's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSignedIn(Exception):
    """The token is nobody's of this organisation, or has expired or been ended."""


class Transport(Protocol):
    """Carries an asking to the key service and the release back. Raises
    :class:`KeyServiceUnreachable` and :class:`AskingNotAnswered`."""

    def __call__(self, asking: bytes) -> bytes: ...


class Remote:
    """Asks one organisation's questions."""

    def __init__(
        self,
        keys: OrganisationKeys,
        organisation: str,
        transport: Transport,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``now`` is the time of the wire."""
        self.organisation = organisation
        self._keys = keys
        self._transport = transport
        self._now = now

    def ask(self, question: Question) -> Released:
        """Ask, and open the answer. Raises what the transport raises, and ReleaseForged."""
        content = question.model_dump(mode="json")
        nonce, asking = ask(self._keys, self.organisation, content, self._now())
        release = self._transport(asking)
        return open_release(self._keys, self.organisation, nonce, release, self._now())

    def person(self, question: PersonalQuestion) -> Content:
        """As :meth:`ask`, of what somebody signed in asks. Raises :class:`NotSignedIn`."""
        content = self.ask(question).content
        if content.get("person") is None:
            raise NotSignedIn
        return content


class RemoteDirectory:
    """Who somebody is and what organisations are called, as the hub's directory has it."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._names: dict[str, str] = {}
        self._looked = -NAMES_LAST
        self._people = _Kept[bytes, User](1_000)

    def holders(self, tokens: Sequence[str], now: datetime) -> list[User | None]:
        """Whose tokens these are; None for one that is nobody's of this organisation. What was
        said a moment ago is taken as it was: every look asks the hub anew."""
        return [self._holder(token) for token in tokens]

    def _holder(self, token: str) -> User | None:
        # Not the token itself: it would lie in memory for longer than the request.
        known_as = hashlib.sha256(token.encode()).digest()
        found = self._people.get(known_as)
        if found is not None:
            return found
        begun = time.monotonic()
        try:
            person = self._remote.person(PersonAsked(token=token))["person"]
        except NotSignedIn:
            return None
        found = User(
            person["user"],
            person["login"],
            self._remote.organisation,
            person["unit"],
            Post(person["post"]),
        )
        self._people.keep(known_as, found, begun)
        return found

    def logins(self, users: Collection[str]) -> dict[str, str]:
        """None: who signs in at the hub is the hub's own; people are shown by their pseudonyms."""
        return {}

    def name(self, organisation: str) -> str:
        """As :meth:`hub.directory.Directory.name`."""
        if time.monotonic() - self._looked > NAMES_LAST:
            self._names = dict(self._remote.ask(NamesAsked()).content["organisations"])
            self._looked = time.monotonic()
        return self._names.get(
            organisation, "系统" if organisation.startswith("hub:") else organisation
        )


class Stands(NamedTuple):
    """Where an organisation stands towards a child: what is open and by which right, whether it has
    an open task (the reader's, if the reader has one), and whether something has run out."""

    opened: Openings
    in_task: bool
    run_out: bool


class RemoteKeys:
    """In the place of :class:`hub.keyservice.KeyService` at an organisation's own server."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._kept = _Kept[tuple[Any, ...], bytes](KEPT)

    def check(self) -> None:
        """Raise what says that nothing could be released now."""
        self._remote.ask(NamesAsked())

    def note(self, reader: Reader, looks: Mapping[str, Iterable[str]], action: str) -> None:
        """As :meth:`hub.keyservice.KeyService.note`: the entry is written at the hub."""
        self._look(reader, (), action, looks)

    def cleared(self, reader: Reader) -> bool:
        """Whether the reader's entry check (入职查询) stands by now, as the hub has it."""
        person = self._remote.person(PersonAsked(token=reader.credential))["person"]
        return person["cleared"] is True

    def standings(self, reader: Reader, children: Iterable[str]) -> dict[str, Stands]:
        """Where the organisation stands towards each child by now, as the log has it."""
        wanted = [UUID(child) for child in sorted(set(children)) if child]
        if not wanted:
            return {}
        question = StandingAsked(
            token=reader.credential,
            children=wanted,
            task=UUID(reader.task) if reader.task else "",
        )
        found = self._remote.person(question)["standings"]
        return {
            child: Stands(
                Openings(
                    {Category(category): By(by) for category, by in standing["opened"].items()},
                    conflicted=bool(standing["conflicted"]),
                    without_contact=bool(standing["without_contact"]),
                ),
                bool(standing["in_task"]),
                bool(standing["run_out"]),
            )
            for child, standing in found.items()
        }

    def safety(self, reader: Reader, children: Iterable[str]) -> dict[str, tuple[SafetyLine, ...]]:
        """What the organisation is told to heed of each child by now: nothing of it is kept."""
        found = self._heeded(reader, children, "lines")
        return {child: tuple(SafetyLine(**line) for line in lines) for child, lines in found}

    def safe_contacts(self, reader: Reader, children: Iterable[str]) -> dict[str, SafeContact]:
        """Whom to call about each child instead of a guardian: nothing of it is kept."""
        found = self._heeded(reader, children, "contacts")
        return {child: SafeContact(**contact) for child, contact in found}

    def _heeded(
        self, reader: Reader, children: Iterable[str], what: Literal["lines", "contacts"]
    ) -> list[tuple[str, Any]]:
        wanted = [UUID(child) for child in sorted(set(children)) if child]
        if not wanted:
            return []
        question = SafetyAsked(
            token=reader.credential,
            what=what,
            task=UUID(reader.task) if reader.task else "",
            purpose=reader.purpose,
            legal_basis=reader.legal_basis,
            children=wanted,
        )
        return list(self._remote.person(question)["safety"].items())

    def open(
        self,
        reader: Reader,
        fields: Sequence[SealedField],
        action: str,
        looks: Mapping[str, Iterable[str]] | None = None,
    ) -> list[JsonValue]:
        """As :meth:`hub.keyservice.KeyService.open`; a field that the hub does not release gives
        :attr:`Marker.WITHHELD`. Raises what asking raises: then nothing may be shown."""
        named = {child: set(categories) for child, categories in (looks or {}).items()}
        for each in fields:
            named.setdefault(str(each.context.concerns), set()).add(each.context.category)
        if not named:
            return []
        places = [_place(each) for each in fields]
        who = _kept_for(reader)
        found = [self._kept.get((who, *place)) for place in places]
        kept = [number for number, key in enumerate(found) if key is not None]
        missing = [number for number, key in enumerate(found) if key is None]
        released, current = self._look(reader, [places[n] for n in missing], action, named)
        keys: dict[int, bytes | Marker] = dict(zip(missing, released, strict=True))
        if not current and kept:
            # Something was revoked since they were released: they are asked for like any other.
            released, _ = self._look(reader, [places[n] for n in kept], action, named)
            keys.update(zip(kept, released, strict=True))
        else:
            keys.update((n, key) for n in kept if (key := found[n]) is not None)
        return [_value(keys[number], each) for number, each in enumerate(fields)]

    def _look(
        self,
        reader: Reader,
        places: Sequence[Place],
        action: str,
        looks: Mapping[str, Iterable[str]],
    ) -> tuple[list[bytes | Marker], bool]:
        """Ask for a look; gives the keys, in order, and whether those that were kept may still be
        used."""
        begun = time.monotonic()
        content = self._remote.person(
            LookAsked(
                token=reader.credential,
                action=action,
                purpose=reader.purpose,
                legal_basis=reader.legal_basis,
                task=UUID(reader.task) if reader.task else "",
                looks={
                    UUID(child) if child else "": sorted(map(Category, set(categories)))
                    for child, categories in looks.items()
                },
                fields=list(places),
            )
        )
        spelt = content["keys"]
        if len(spelt) != len(places):
            raise ReleaseForged("not what was asked for")
        found = [_key(*each) for each in spelt]
        current = self._kept.relabel(counter := int(content["counter"]))
        who = _kept_for(reader)
        for place, key in zip(places, found, strict=True):
            if isinstance(key, bytes):
                self._kept.keep((who, *place), key, begun, counter)
        return found, current


class _Kept(Generic[K, V]):
    """What was released a moment ago: bounded, no older than a release lasts, and void as soon as
    the hub's revocation counter has moved."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._label: int | None = None
        self._items: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            held = self._items.get(key)
            return held[0] if held is not None and time.monotonic() < held[1] else None

    def keep(self, key: K, value: V, begun: float, label: int | None = None) -> None:
        """Keep what was asked for at ``begun`` (of the monotonic clock), under the counter that
        came with it."""
        with self._lock:
            if label != self._label:
                return
            self._items[key] = (value, begun + LASTS.total_seconds())
            self._items.move_to_end(key)
            while len(self._items) > self._size:
                self._items.popitem(last=False)

    def relabel(self, counter: int) -> bool:
        """Empty it if the counter is another than before; whether it is the same."""
        with self._lock:
            same = counter == self._label
            if not same:
                self._items.clear()
            self._label = counter
            return same


def _place(each: SealedField) -> Place:
    return each.context.stream, each.context.version, each.context.field


def _kept_for(reader: Reader) -> str:
    """A key is kept for the very person, post, purpose, basis and task that it was released for."""
    return "|".join((reader.user, reader.post, reader.purpose, reader.legal_basis, reader.task))


def _value(key: bytes | Marker, each: SealedField) -> JsonValue:
    return key.value if isinstance(key, Marker) else opened(key, each)


def _key(kind: str, value: str) -> bytes | Marker:
    return b64decode(value) if kind == "key" else Marker[value]
