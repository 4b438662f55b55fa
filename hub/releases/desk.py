"""The desk of the key service: who asks, what the log says of it, the entry, then the keys.

Nothing that an organisation's server claims is taken for what it says. The organisation is whose
signature it is; the person is whose token it is, at the post held now; what a field is, whose
statement, and whether the organisation stands towards the child so as to read it, is looked up in
the log. The entry in the access log is written before a key leaves, and names the field's child.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from domain.kernel import Category, LegalBasis
from domain.organisations import seat_of
from domain.referral import OPEN_STATES, REFERRAL, Referral
from domain.scope import ScopeBasis
from hub import logs
from hub.authorization.decide import Asker, By, admits, asker, decide, look_at, tells_contact
from hub.authorization.policy import Policy
from hub.clearance import cleared
from hub.clock import Clock
from hub.directory import Directory, User
from hub.eventstore.codec import Fact, SealedField, sealed_field
from hub.eventstore.store import EventStore
from hub.keyservice import KeyService, Marker, Reader
from hub.releases.keys import PublicKeys
from hub.releases.questions import (
    QUESTION,
    LookAsked,
    NamesAsked,
    PersonalQuestion,
    Place,
    SafetyAsked,
    StandingAsked,
)
from hub.releases.standings import NOBODYS, Standing, Standings
from hub.releases.wire import SKEW, Asking, AskingRefused, Content, make_release, read_asking
from hub.safety import SafeContacts, SafetyLines
from projections.visible import concerned, visible

_LOG = logs.get("hub.releases")

Asked = Mapping[tuple[UUID, int], Mapping[str, Sequence[int]]]
"""The fields of a question by event (stream and version) and stored name: where in the question
each stands."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers askings. ``now`` is the time of the wire; ``clock`` the hub's own."""

    signing: Ed25519PrivateKey
    public: Callable[[str], PublicKeys | None]
    keyservice: KeyService
    store: EventStore
    directory: Directory
    policy: Policy
    standings: Standings
    clock: Clock
    now: Callable[[], datetime]
    used: UsedNonces
    first_call: str
    """The number that is called first, whatever else."""

    def answer(self, asking: bytes) -> bytes:
        """The release for an asking. Raises :class:`AskingRefused`, and what says that a part of
        the hub cannot answer now."""
        asked, keys = read_asking(asking, self.public, self.now())
        if not self.used.take(asked.nonce, asked.at):
            raise AskingRefused("REPLAYED")
        try:
            question = QUESTION.validate_python(asked.content)
        except ValidationError:
            # Its message repeats what was sent.
            raise AskingRefused("MALFORMED") from None
        content = self._names() if isinstance(question, NamesAsked) else self._told(asked, question)
        return make_release(self.signing, asked, keys, content, self.now())

    def _names(self) -> Content:
        return {"organisations": [[each.id, each.name] for each in self.directory.organisations()]}

    def _told(self, asked: Asking, question: PersonalQuestion) -> Content:
        user = self.directory.authenticate(question.token, self.clock.now())
        if user is None or user.organisation != asked.organisation:
            # As if there were no such token: whose it is elsewhere is nobody's business here.
            return {"person": None}
        stands = self._cleared(user)
        person = {
            "user": user.user,
            "login": user.login,
            "unit": user.unit,
            "post": user.post,
            "cleared": stands,
        }
        if not stands and isinstance(question, StandingAsked):
            # What is open, and of whom, is nobody's to know whose entry check does not stand.
            raise AskingRefused("NOT_CLEARED")
        match question:
            case StandingAsked():
                return {"person": person, "standings": self._standings(user, question)}
            case SafetyAsked():
                return {"person": person, "safety": self._safety(user, question)}
            case LookAsked():
                return {"person": person, **self._look(user, question)}
        return {"person": person}

    def _cleared(self, user: User) -> bool:
        """Whether the person's entry check (入职查询) stands by now, as the door for reads asks."""
        now = self.clock.now()
        return cleared(self.store, self.policy, now, user.organisation, user.user)

    def _asker(self, reader: Reader, user: User) -> Asker | None:
        return asker(
            reader.organisation,
            reader.post,
            reader.purpose,
            reader.legal_basis,
            cleared=self._cleared(user),
        )

    def _standings(self, user: User, question: StandingAsked) -> dict[str, Any]:
        now, task = self.clock.now(), str(question.task)
        standings = self.standings.of(user.organisation, map(str, question.children))
        return {
            child: {
                "opened": {category.value: by.value for category, by in standing.opened.items()},
                "conflicted": standing.opened.conflicted,
                "without_contact": standing.opened.without_contact,
                "in_task": standing.scope.in_task(now, task),
                "run_out": standing.run_out,
            }
            for child, standing in standings.items()
        }

    def _safety(self, user: User, question: SafetyAsked) -> dict[str, Any]:
        """What is to be heeded, by child: decided here, entered, and sealed to the organisation
        with the whole answer. Raises :class:`AskingRefused` for a purpose that is not admitted."""
        reader = Reader(
            user.organisation,
            user.post.value,
            user.user,
            question.purpose,
            question.legal_basis,
        )
        who = self._asker(reader, user)
        if not admits(self.policy, who):
            raise AskingRefused("PURPOSE")
        if question.what == "contacts":
            return self._safe_contacts(reader, who, question)
        lines = SafetyLines(self.store, self.keyservice, self.clock, self.first_call)
        among = lines.among(map(str, question.children))
        standings = self.standings.of(user.organisation, among)
        told = lines.of(reader, {child: each.opened for child, each in standings.items()})
        return {child: [asdict(line) for line in found] for child, found in told.items()}

    def _safe_contacts(
        self, reader: Reader, who: Asker | None, question: SafetyAsked
    ) -> dict[str, Any]:
        """Of children of whom it is told how their family is reached, as the door decides."""
        now, task = self.clock.now(), str(question.task)
        standings = self.standings.of(reader.organisation, map(str, question.children))
        calling = [
            child
            for child, each in standings.items()
            if tells_contact(self.policy, who, each.opened, in_task=each.scope.in_task(now, task))
        ]
        contacts = SafeContacts(self.store, self.keyservice, self.clock).of(reader, calling)
        return {child: asdict(contact) for child, contact in contacts.items()}

    def _look(self, user: User, question: LookAsked) -> Content:
        """Decide, write the entry, give the keys of what was decided."""
        reader = Reader(
            user.organisation,
            user.post.value,
            user.user,
            question.purpose,
            question.legal_basis,
            self._task(user.organisation, question.task or None),
        )
        who = self._asker(reader, user)
        if not admits(self.policy, who):
            action = question.action.removesuffix(".refused")
            self.keyservice.note(reader, {"": ()}, f"{action}.refused")
            _LOG.error("release.refused", purpose=str(question.purpose), seat=str(who and who.seat))
            if action == question.action or question.fields:
                raise AskingRefused("PURPOSE")
            # The organisation's own server refused it too, and had that entered.
            return {"keys": [], "counter": self.keyservice.revocation_counter}
        # Before the keys: what is revoked meanwhile is then revoked for whoever keeps them.
        counter = self.keyservice.revocation_counter
        asked = _by_event(question.fields)
        facts = self.store.facts_at(list(asked))
        standings = self.standings.of(
            user.organisation,
            {*map(str, filter(None, question.looks)), *filter(None, map(concerned, facts))},
        )
        found = self._fields(user, who, question, asked, facts, standings)
        looks = self._looks(question, standings)
        given: dict[str, list[int]] = {access: [] for access in looks}
        for number, (_, access) in found.items():
            given.setdefault(access, []).append(number)
        keys: list[bytes | Marker] = [Marker.WITHHELD] * len(question.fields)
        for access, numbers in sorted(given.items()):
            released = self.keyservice.subkeys(
                _in_emergency(reader, access) if access else reader,
                [found[number][0] for number in numbers],
                question.action,
                looks.get(access, {}),
            )
            for number, key in zip(numbers, released, strict=True):
                keys[number] = key
        return {"keys": [_spelt(key) for key in keys], "counter": counter}

    def _looks(
        self, question: LookAsked, standings: Mapping[str, Standing]
    ) -> dict[str, dict[str, list[str]]]:
        """The children and categories that the look is at, by the break-glass access (紧急调阅)
        under which they are seen ("" for everything else)."""
        found: dict[str, dict[str, list[str]]] = {}
        for ref, categories in question.looks.items():
            child = str(ref)
            standing = standings.get(child, NOBODYS)
            if not categories:
                found.setdefault("", {})[child] = []
            for category in categories:
                access = self._access(standing, standing.opened.get(category))
                found.setdefault(access, {}).setdefault(child, []).append(category.value)
        return found

    def _access(self, standing: Standing, by: By | None) -> str:
        """The break-glass access under which something is seen by a right, "" for every other."""
        if by is not By.BREAK_GLASS:
            return ""
        return str(standing.scope.open_item(ScopeBasis.BREAK_GLASS, self.clock.now()) or "")

    def _fields(
        self,
        user: User,
        who: Asker | None,
        question: LookAsked,
        asked: Asked,
        facts: Iterable[Fact],
        standings: Mapping[str, Standing],
    ) -> dict[int, tuple[SealedField, str]]:
        """Those of the fields asked for that the person may open, by their place in the question:
        as they stand in the log, and under which break-glass access ("" without one)."""
        now, task = self.clock.now(), str(question.task)
        may: dict[int, tuple[SealedField, str]] = {}
        for fact in facts:
            standing = standings.get(concerned(fact) or "", NOBODYS)
            if fact.event_id in standing.sealed:
                continue
            in_task = standing.scope.in_task(now, task)
            place, names = place_of(fact), asked[fact.stream, fact.version]
            # Asked once for all fields of one kind: a fact's fields are mostly of the same.
            decided: dict[tuple[str, int], tuple[By | None, str]] = {}
            for name, entry in fact.sealed.items():
                if entry[2] not in names:
                    continue
                kind = (entry[0], entry[1])
                if kind not in decided:
                    by = self._by(user, who, fact, entry, standing, in_task=in_task)
                    decided[kind] = by, self._access(standing, by)
                by, access = decided[kind]
                if by is not None:
                    field = sealed_field(place, name, entry)
                    for number in names[entry[2]]:
                        may[number] = field, access
        return may

    def _by(
        self,
        user: User,
        who: Asker | None,
        fact: Fact,
        entry: Sequence[Any],
        standing: Standing,
        *,
        in_task: bool,
    ) -> By | None:
        """As the door for reads decides, and the view before it, on what is open by now."""
        organisation = user.organisation
        conflicted = standing.opened.conflicted
        others_report = standing.filed_by not in ("", user.user)
        told = self.policy.audiences.of(Category.HARM, By.OWN).posts
        if others_report and (conflicted or user.post not in told):
            return None
        by = visible(self.policy, seat_of(organisation), organisation, standing.opened, fact)
        if by is None or (by is By.STATUS and not entry[1]):
            return None
        told_to = fact.clear.get("told_to", "")
        look = look_at(
            self.policy,
            organisation,
            Category(entry[0]),
            fact.producer,
            flag=bool(entry[1]),
            author_person=fact.header[3] == user.user
            # What is told to a conflicted organisation is told to who filed the report alone.
            or (told_to == organisation and (not conflicted or standing.filed_by == user.user)),
            told_to=told_to,
        )
        return decide(self.policy, who, standing.opened, look, in_task=in_task)

    def _task(self, organisation: str, task: UUID | None) -> str:
        """``task`` if it is an open referral to the organisation, else ""."""
        if task is None:
            return ""
        referral: Referral = self.store.load(REFERRAL, task).state
        is_open = referral.addressee == organisation and referral.state in OPEN_STATES
        return str(task) if is_open else ""


class UsedNonces:
    """The nonces of askings that were answered, as long as the same asking could come again. Of
    this process: it keeps an asking from being logged twice, and gives nobody anything, for what
    answers it is sealed to the asker."""

    def __init__(self) -> None:
        self._used: set[bytes] = set()
        self._order: deque[tuple[datetime, bytes]] = deque()
        self._lock = threading.Lock()

    def take(self, nonce: bytes, at: datetime) -> bool:
        """Whether it is new; from now on it is not."""
        with self._lock:
            while self._order and self._order[0][0] < at - 4 * SKEW:
                self._used.discard(self._order.popleft()[1])
            if nonce in self._used:
                return False
            self._used.add(nonce)
            self._order.append((at, nonce))
            return True


def _by_event(fields: Iterable[Place]) -> Asked:
    found: dict[tuple[UUID, int], dict[str, list[int]]] = {}
    for number, (stream, version, name) in enumerate(fields):
        found.setdefault((stream, version), {}).setdefault(name, []).append(number)
    return found


def place_of(fact: Fact) -> dict[str, Any]:
    """What the opening of a fact's fields authenticates."""
    return {
        "subject": fact.header[11],
        "event_id": fact.event_id,
        "stream": fact.stream,
        "version": fact.version,
        "topic": fact.stored_topic,
        "producer": fact.producer,
    }


def _in_emergency(reader: Reader, access: str) -> Reader:
    """The look as the log says it is made, whatever basis was claimed for it."""
    return replace(reader, legal_basis=LegalBasis.EMERGENCY, task=access)


def _spelt(key: bytes | Marker) -> list[str]:
    return ["marker", key.name] if isinstance(key, Marker) else ["key", b64encode(key).decode()]
