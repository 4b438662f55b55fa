"""An organisation's own server has its private keys and its view; nothing else opens there.

Source: privacy design, "Attacks that must fail" 3, 6 and 10.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import JsonValue

from domain.referral import CompleteReferral
from hub.authorization.decide import By
from hub.bootstrap import Program
from hub.encryption.derive import frame, unframe
from hub.encryption.fields import Tampered, open_with_subkey
from hub.eventstore.codec import SealedField, sealed_field
from hub.keyservice import Marker
from hub.releases import remote as remote_module
from hub.releases import wire
from hub.releases.desk import Desk, place_of
from hub.releases.remote import (
    AskingNotAnswered,
    KeyServiceUnreachable,
    Remote,
    RemoteKeys,
)
from hub.releases.wire import Asking, ReleaseForged, make_release, read_asking
from tests.adversary.apart import Apart, Person, apart
from tests.adversary.job import INSTITUTION, REPORTED, Job
from tests.program import OTHER_SCHOOL, POLICE, SCHOOL, actor, at, reader

pytestmark = pytest.mark.adversary

WITHHELD, ERASED = Marker.WITHHELD.value, Marker.ERASED.value


@dataclass
class Thief:
    """Somebody with an organisation's keys and one of its people's tokens, and every database."""

    apart: Apart
    person: Person

    @property
    def keys(self) -> RemoteKeys:
        return RemoteKeys(self.apart.remote(self.person.organisation))

    def stolen(self, category: str = "") -> list[SealedField]:
        """Every sealed field of the whole log, of one category where that is wanted."""
        return [
            sealed_field(place_of(fact), name, entry)
            for fact in self.apart.hub.store.feed(0, 100_000)
            for name, entry in fact.sealed.items()
            if not category or entry[0] == category
        ]

    def opened(self, fields: list[SealedField]) -> list[JsonValue]:
        """What the key service lets open of them."""
        return [
            value
            for value in self.keys.open(self.person.reader(), fields, "timeline")
            if value != WITHHELD
        ]


@pytest.fixture
def made(hub: Program, job: Job, tmp_path: Path) -> Iterator[Apart]:
    with apart(hub, tmp_path) as found:
        yield found


@pytest.fixture
def thief(made: Apart) -> Thief:
    """At a school that has no part in any report."""
    return Thief(made, made.hire(SCHOOL))


# -- 3: a school's token, key and direct database access -----------------------------------------


@pytest.mark.attack(3)
def test_a_school_with_every_database_opens_nothing_of_harm(thief: Thief) -> None:
    harm = thief.stolen("harm")
    assert len(harm) > 5
    assert thief.opened(harm) == []


@pytest.mark.attack(3)
def test_no_key_that_a_school_is_given_opens_anything_of_harm(thief: Thief) -> None:
    """Nor does one of them derive from another, as it would if data keys were given out."""
    everything = thief.stolen()
    places = list(dict.fromkeys(remote_module._place(each) for each in everything))
    released, _ = thief.keys._look(thief.person.reader(), places, "timeline", {})
    given = [key for key in released if isinstance(key, bytes)]
    assert len(given) > 10, "it does read what is its own to read"
    for field in thief.stolen("harm"):
        for key in given:
            with pytest.raises(Tampered):
                open_with_subkey(key, field.context, field.token)


@pytest.mark.attack(3)
def test_what_is_its_own_a_school_reads_by_the_same_way(thief: Thief, job: Job) -> None:
    """So that the two tests before are not about a service that gives nothing."""
    assert "甲校缺课经过" in thief.opened(thief.stolen("schooling"))
    reporter = Thief(thief.apart, thief.apart.hire(OTHER_SCHOOL))
    written = [s.text for s in job.secrets if s.category == "harm" and s.producer == OTHER_SCHOOL]
    assert not set(written) & set(map(str, reporter.opened(reporter.stolen("harm")))), (
        "not even the filer's colleague"
    )


@pytest.mark.attack(3)
def test_a_schools_keys_do_not_ask_in_the_polices_name(thief: Thief) -> None:
    police = thief.apart.hire(POLICE)
    thief.apart.exported(POLICE)
    as_police = RemoteKeys(
        Remote(thief.apart.exported(SCHOOL), POLICE, thief.apart.wire, thief.apart.hub.clock.now)
    )
    with pytest.raises(AskingNotAnswered) as refused:
        as_police.open(police.reader(), thief.stolen("harm")[:1], "timeline")
    assert refused.value.code == "SIGNATURE"


@pytest.mark.attack(3, broken="the desk decides nothing from the log")
def test_without_the_decision_at_the_hub_it_would_open(
    thief: Thief, monkeypatch: pytest.MonkeyPatch, job: Job
) -> None:
    monkeypatch.setattr(Desk, "_by", lambda *anything, **how: By.READ)
    shown = thief.opened(thief.stolen("harm"))
    assert {s.text for s in job.secrets if s.category == "harm" and s.child == REPORTED} & set(
        map(str, shown)
    )


# -- 6: a warm key cache in another process ------------------------------------------------------


@dataclass
class Warm:
    """An institution's own server, which has just opened a child's name in the course of a task."""

    thief: Thief
    keys: RemoteKeys
    field: SealedField
    value: JsonValue

    def again(self) -> JsonValue:
        (value,) = self.keys.open(self.thief.person.reader(), [self.field], "timeline")
        return value

    @property
    def asked(self) -> int:
        return len(self.thief.apart.wire.askings)


@pytest.fixture
def warm(made: Apart, job: Job) -> Warm:
    thief = Thief(made, made.hire(INSTITUTION))
    (task,) = made.hub.queries.inbox(reader(INSTITUTION)).items
    assert task.state == "accepted"
    field = next(
        each
        for each in thief.stolen("who")
        if str(each.context.subject) == task.child_ref and each.context.field == "name"
    )
    keys = thief.keys
    (value,) = keys.open(thief.person.reader(), [field], "timeline")
    assert isinstance(value, str)
    assert value not in (WITHHELD, ERASED)
    return Warm(thief, keys, field, value)


def _never(*anything: object, **how: object) -> dict[object, object]:
    return {}


@pytest.mark.attack(6)
def test_a_key_that_is_kept_serves_the_same_person_for_a_moment(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look is asked for and entered all the same; only the key is not made again."""
    monkeypatch.setattr(Desk, "_fields", _never)
    before = warm.thief.apart.hub.audit.count()
    assert warm.again() == warm.value
    assert warm.thief.apart.hub.audit.count() == before + 1
    other = warm.thief.apart.hire(INSTITUTION)
    (value,) = warm.keys.open(other.reader(), [warm.field], "timeline")
    assert value == WITHHELD, "nobody else"


@pytest.mark.attack(6)
@pytest.mark.parametrize("how", ["fenced", "deleted"])
def test_a_warm_cache_opens_nothing_of_a_child_that_was_erased(warm: Warm, how: str) -> None:
    store = warm.thief.apart.hub.hub.matching._keyservice._keys
    subject = warm.field.context.subject
    if how == "fenced":
        store.fence(subject)
    else:
        store.delete_keys(subject)
    assert warm.again() == ERASED


@pytest.mark.attack(6)
def test_a_warm_cache_is_void_after_any_revocation(warm: Warm) -> None:
    """Whosever keys were revoked: what is kept is asked for anew, and decided anew."""
    other = next(
        each
        for each in warm.thief.stolen("who")
        if each.context.subject != warm.field.context.subject
    )
    store = warm.thief.apart.hub.hub.matching._keyservice._keys
    store.new_version(other.context.subject, "who")
    asked = warm.asked
    assert warm.again() == warm.value
    assert warm.asked == asked + 2, "once for the look, once more for the key"


@pytest.mark.attack(6)
def test_no_key_is_kept_for_longer_than_a_release_lasts(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = warm.thief.apart.hub
    (task,) = hub.queries.inbox(reader(INSTITUTION)).items
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="RETURNED"), actor(INSTITUTION)
    )
    assert hub.settle()
    later = time.monotonic() + wire.LASTS.total_seconds()
    monkeypatch.setattr("hub.releases.remote.time.monotonic", lambda: later)
    assert warm.again() == WITHHELD


@pytest.mark.attack(6, broken="what is kept is served without a look at the revocation counter")
def test_without_the_counter_a_warm_cache_would_go_on(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_module._Kept, "relabel", lambda *anything: True)
    warm.thief.apart.hub.hub.matching._keyservice._keys.delete_keys(warm.field.context.subject)
    assert warm.again() == warm.value


@pytest.mark.attack(6)
def test_when_the_key_service_is_away_nothing_that_is_kept_opens(warm: Warm) -> None:
    warm.thief.apart.wire.cut = True
    with pytest.raises(KeyServiceUnreachable):
        warm.again()


# -- 10: a forged release ------------------------------------------------------------------------

FORGER = Ed25519PrivateKey.generate()


@dataclass
class Forger:
    """Between an organisation's server and the key service, with all public keys: it would have
    the server show that a field was erased."""

    apart: Apart
    organisation: str
    signing: Ed25519PrivateKey = FORGER
    to: str = ""

    def release(self, asking: bytes) -> bytes:
        asked, _ = self.read(asking)
        keys = self.apart.desk.public(self.to or self.organisation)
        assert keys is not None
        content = {
            "person": {},
            "keys": [["marker", "ERASED"]] * len(asked.content["fields"]),
            "counter": 1,
        }
        now = self.apart.hub.clock.now()
        return make_release(self.signing, asked, keys, content, now)

    def read(self, asking: bytes) -> tuple[Asking, object]:
        return read_asking(asking, self.apart.desk.public, self.apart.hub.clock.now())

    def __call__(self, release: bytes) -> bytes:
        return self.release(self.apart.wire.askings[-1])


def _other_organisation(forger: Forger) -> Callable[[bytes], bytes]:
    """What the hub releases to somebody else."""
    forger.apart.exported(OTHER_SCHOOL)
    keys = RemoteKeys(forger.apart.remote(OTHER_SCHOOL))
    keys.note(forger.apart.hire(OTHER_SCHOOL).reader(), {"": ()}, "children.nothing")
    theirs = forger.apart.wire.releases[-1]
    return lambda release: theirs


def _sealed_to_another(forger: Forger) -> Callable[[bytes], bytes]:
    """Signed by the hub, for this asking, and sealed to somebody else."""
    forger.apart.exported(OTHER_SCHOOL)
    return replace(forger, signing=forger.apart.desk.signing, to=OTHER_SCHOOL)


def _altered(part: int) -> Callable[[Forger], Callable[[bytes], bytes]]:
    def change(release: bytes) -> bytes:
        parts = unframe(release, 5)
        parts[part] = parts[part][:-1] + bytes([parts[part][-1] ^ 1])
        return frame(*parts)

    return lambda forger: change


def _replayed(forger: Forger) -> Callable[[bytes], bytes]:
    """What the hub released to the same organisation a moment before."""
    before = forger.apart.wire.releases[-1]
    return lambda release: before


def _expired(forger: Forger) -> Callable[[bytes], bytes]:
    """Held back until it is over."""

    def hold(release: bytes) -> bytes:
        hub = forger.apart.hub
        at(hub, hub.clock.now() + wire.LASTS + wire.SKEW + timedelta(seconds=1))
        return release

    return hold


FORGERIES: dict[str, Callable[[Forger], Callable[[bytes], bytes]]] = {
    "wrong signer": lambda forger: forger,
    "other organisation's": _other_organisation,
    "sealed to another": _sealed_to_another,
    "altered organisation": _altered(0),
    "altered nonce": _altered(1),
    "altered expiry": _altered(2),
    "altered content": _altered(3),
    "altered signature": _altered(4),
    "replayed": _replayed,
    "expired": _expired,
    "nothing": lambda forger: lambda release: b"",
}


def _looks(made: Apart) -> tuple[Thief, SealedField, JsonValue]:
    """Somebody at a school who has just opened a field in due form."""
    thief = Thief(made, made.hire(SCHOOL))
    field = next(f for f in thief.stolen("schooling") if thief.opened([f]) == ["甲校缺课经过"])
    return thief, field, "甲校缺课经过"


@pytest.mark.attack(10)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_release_is_refused_and_nothing_is_shown(made: Apart, forgery: str) -> None:
    thief, field, _ = _looks(made)
    made.wire.forge = FORGERIES[forgery](Forger(made, SCHOOL))
    with pytest.raises(ReleaseForged):
        thief.opened([field])


@pytest.mark.attack(10)
def test_nothing_that_was_forged_is_kept(made: Apart) -> None:
    thief, field, value = _looks(made)
    keys = thief.keys
    made.wire.forge = Forger(made, SCHOOL)
    with pytest.raises(ReleaseForged):
        keys.open(thief.person.reader(), [field], "timeline")
    made.wire.forge = bytes
    assert keys.open(thief.person.reader(), [field], "timeline") == [value]


@pytest.mark.attack(10, broken="the server trusts the forger's key in the place of the hub's")
def test_without_the_hubs_signature_a_forged_release_would_be_believed(made: Apart) -> None:
    thief, field, _ = _looks(made)
    made.keys[SCHOOL] = replace(made.exported(SCHOOL), hub=FORGER.public_key())
    made.wire.forge = Forger(made, SCHOOL)
    assert thief.opened([field]) == [ERASED]


@pytest.mark.attack(10, broken="every asking has the same nonce")
def test_without_the_nonce_a_replayed_release_would_be_believed(
    made: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief, field, value = _looks(made)
    monkeypatch.setattr("hub.releases.wire.os.urandom", bytes)
    assert thief.opened([field]) == [value]
    made.hub.hub.matching._keyservice._keys.delete_keys(field.context.subject)
    made.desk.used._used.clear()
    made.wire.forge = _replayed(Forger(made, SCHOOL))
    assert thief.opened([field]) == [value], "as it was before the erasure"
