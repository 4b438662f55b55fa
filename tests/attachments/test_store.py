"""Attachments on SQLite and PostgreSQL: kept, opened, refused, and gone with an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.attachment import AttachmentWithdrawn, WithdrawReason
from domain.kernel import Category, Refused
from hub.application import Hub
from hub.attachments.intake import AttachmentRefused
from hub.attachments.store import AREA
from hub.bootstrap import Program
from hub.encryption.blobs import CHUNK_BYTES
from hub.encryption.keystore import SubjectErased
from hub.eventstore.codec import sealed_field
from hub.keyservice import KeyService, Marker
from tests.attachments.files import png, spelling
from tests.erasure.office import child_with_a_file, erase
from tests.program import CIVIL_AFFAIRS, TOWN, actor, reader, running
from tests.storage.opening import select
from tests.system.backends import use


@pytest.fixture(params=("folder", "postgresql"))
def hub(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Program]:
    use(request.param, request, monkeypatch)
    with running(tmp_path / "data") as made:
        yield made


def _held(hub: Program) -> dict[str, int]:
    counts = {}
    for table in ("blobs", "chunks", "refused"):
        ((counts[table],),) = select(hub.storage, AREA, f"SELECT count(*) FROM {table}")
    return counts


def test_attachments_are_kept_opened_and_gone_with_an_erasure(hub: Program) -> None:
    child, other = child_with_a_file(hub, 1), child_with_a_file(hub, 2)
    words = "spelt in more than one chunk "
    large = spelling(words * (CHUNK_BYTES // len(words) + 1))
    taken = {
        each: hub.attachments.put(actor(TOWN), each, Category.CONTACT, large)
        for each in (child, other)
    }
    with pytest.raises(AttachmentRefused):
        hub.attachments.put(actor(TOWN), child, Category.CONTACT, b"no such type")
    hub.settle()
    assert _held(hub) == {"blobs": 3, "chunks": 5, "refused": 1}
    for each in taken.values():
        found = hub.queries.attachment(reader(CIVIL_AFFAIRS), str(each.attachment_id))
        assert found is not None
        assert words.encode() in found.content
    erase(hub, child)
    hub.settle()
    assert _held(hub) == {"blobs": 1, "chunks": 2, "refused": 0}
    assert hub.blobs.refused(TOWN) == []
    gone = hub.queries.attachment(reader(CIVIL_AFFAIRS), str(taken[child].attachment_id))
    assert gone is None or (gone.content == b"" and gone.missing)
    kept = hub.queries.attachment(reader(CIVIL_AFFAIRS), str(taken[other].attachment_id))
    assert kept is not None
    assert words.encode() in kept.content


def test_what_is_taken_back_leaves_no_key_in_the_store_or_any_cache(hub: Program) -> None:
    """A copy of its blob, made while it was there, opens no more; who took it back stays told."""
    child = child_with_a_file(hub, 1)
    taken = hub.attachments.put(actor(TOWN), child, Category.CONTACT, png(), "Someone.png")
    kept = hub.attachments.put(actor(TOWN), child, Category.CONTACT, spelling("another"))
    (stated,) = hub.store.stream_facts(taken.attachment_id)
    names = sorted(stated.sealed)
    fields = [sealed_field(stated.place, name, stated.sealed[name]) for name in names]
    service = KeyService(hub.keys, hub.audit, hub.clock, hub.policies.version)
    assert not {*Marker} & {*map(str, service.open(reader(TOWN), fields, "tried"))}
    hub.attachments.withdraw(actor(TOWN), taken.attachment_id, WithdrawReason.WRONG_CHILD, "why")
    hub.settle()
    assert service.open(reader(TOWN), fields, "tried") == [Marker.ERASED.value] * len(names)
    with pytest.raises(SubjectErased):
        hub.keys.every_key(taken.attachment_id)
    assert _held(hub) == {"blobs": 1, "chunks": 1, "refused": 0}
    found = hub.queries.attachment(reader(CIVIL_AFFAIRS), str(kept.attachment_id))
    assert found is not None
    assert found.content
    timeline = hub.queries.timeline(reader(CIVIL_AFFAIRS), str(child))
    assert timeline is not None
    told = {entry.topic: entry.fields for entry in timeline.items}
    assert told[AttachmentWithdrawn.TOPIC]["note"] == "why"
    erase(hub, child)
    assert _held(hub) == {"blobs": 0, "chunks": 0, "refused": 0}


def test_what_is_not_recorded_leaves_no_blob(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    child: UUID = child_with_a_file(hub, 1)

    def refused(*arguments: object, **options: object) -> None:
        raise Refused("TEST", "")

    monkeypatch.setattr(Hub, "records", refused)
    with pytest.raises(Refused):
        hub.attachments.put(actor(TOWN), child, Category.CONTACT, png())
    assert _held(hub) == {"blobs": 0, "chunks": 0, "refused": 0}
