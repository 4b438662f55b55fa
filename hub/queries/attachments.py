"""Questions about attachments: which there are of a child, and the bytes of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, union

from domain.attachment import (
    ATTACHMENT,
    BLOB_KEY,
    Attachment,
    AttachmentStated,
    AttachmentWithdrawn,
)
from domain.organisations import seat_of
from hub import logs
from hub.answers import Entry, File, Page
from hub.attachments.store import STATED
from hub.encryption.blobs import BlobContext, open_blob
from hub.encryption.fields import Tampered
from hub.eventstore.codec import sealed_field
from hub.keyservice import Marker, Reader
from hub.queries.asked import STRANGER
from hub.queries.door import MAX_PAGE, PAGE, Door, as_pseudonym, place_of, still_shown
from hub.queries.looks import Looks
from projections.tables import CHILDREN, FACTS, REPORTS

_LOG = logs.get("hub.queries")


_LATER = FACTS.alias("later")


def _withdrawn_since() -> ColumnElement[bool]:
    """Whether an attachment was withdrawn after a statement of it."""
    return exists().where(
        _LATER.c.organisation == FACTS.c.organisation,
        _LATER.c.stream == FACTS.c.stream,
        _LATER.c.child_ref == FACTS.c.child_ref,
        _LATER.c.topic == AttachmentWithdrawn.TOPIC,
        _LATER.c.position > FACTS.c.position,
    )


class AttachmentFiles(Door):
    """Attachments, opened by the same decision as every field of their category."""

    def attachments(
        self, reader: Reader, child_ref: str, *, before: int | None = None, limit: int = PAGE
    ) -> Page[Entry]:
        """A child's attachments that the reader's organisation may see, newest first."""
        child_ref = as_pseudonym(child_ref)
        limit = min(limit, MAX_PAGE)
        query = (
            select(FACTS)
            .where(
                FACTS.c.organisation == reader.organisation,
                FACTS.c.child_ref == child_ref,
                FACTS.c.topic == AttachmentStated.TOPIC,
                ~_withdrawn_since(),
            )
            .order_by(FACTS.c.position.desc())
            .limit(limit + 1)
        )
        if before is not None:
            query = query.where(FACTS.c.position < before)
        return self._entries(reader, query, limit, "attachments", child_ref)

    def attachment(self, reader: Reader, attachment_id: str) -> File | None:
        """One attachment with its bytes; None for one that is not there or not to be seen."""
        asked = self._admit(reader, "attachment")
        query = select(FACTS).where(
            FACTS.c.organisation == reader.organisation,
            FACTS.c.stream == as_pseudonym(attachment_id),
            FACTS.c.topic == AttachmentStated.TOPIC,
            ~_withdrawn_since(),
            *self._for_this_person(reader),
        )
        row, towards, by = None, STRANGER, None
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found = connection.execute(query).mappings().first()
            if found is not None:
                row = dict(found)
                child = row["child_ref"]
                towards = self._opened(connection, reader, [child]).get(child, STRANGER)
        if row is not None and self._withdrawn(row["stream"]):
            # By the log: the view may not have followed yet, and its blob is gone.
            row = None
        if row is not None and BLOB_KEY in row["sealed"] and still_shown(asked, row, towards):
            entry = row["sealed"][BLOB_KEY]
            by = self._by(reader, asked, towards, entry, row["producer"], author=row["author"])
        if row is None or by is None:
            self._keyservice.note(reader, {"": ()}, "attachment.nothing")
            return None
        looks = Looks(reader, {row["child_ref"]: towards})
        looks.field(row["child_ref"], sealed_field(place_of(row), BLOB_KEY, entry), by)
        (key,) = looks.open(self._keyservice, "attachment")
        content, missing = b"", str(key)
        if key not in set(Marker):
            try:
                content, missing = self._unsealed(row, bytes.fromhex(str(key))), ""
            except (Tampered, ValueError):
                _LOG.error("attachment tampered", attachment=row["stream"])
                missing = Marker.TAMPERED.value
        return File(row["stream"], row["clear"]["media_type"], content, missing)

    def _withdrawn(self, attachment_id: str) -> bool:
        state: Attachment = self._store.load(ATTACHMENT, UUID(attachment_id)).state
        return state.withdrawn

    def _unsealed(self, row: Mapping[str, Any], key: bytes) -> bytes:
        clear = row["clear"]
        context = BlobContext(
            subject=UUID(row["subject"]),
            category=row["category"],
            blob=UUID(row["stream"]),
            producer=row["producer"],
            purpose=STATED,
        )
        return open_blob(
            key,
            context,
            self._chunks(clear["digest"]),
            digest=bytes.fromhex(clear["digest"]),
            mark=bytes.fromhex(clear["mark"]),
        )

    def has_child(self, reader: Reader, child_ref: str, action: str = "attach") -> bool:
        """Whether a child, or a report of the reader's own, is in its organisation's view: what
        somebody may be asked to put an attachment to."""
        self._admit(reader, action)
        child_ref = as_pseudonym(child_ref)
        child = select(CHILDREN.c.id).where(
            CHILDREN.c.organisation == reader.organisation, CHILDREN.c.id == child_ref
        )
        report = select(REPORTS.c.id).where(
            REPORTS.c.organisation == reader.organisation, REPORTS.c.id == child_ref
        )
        report = report.where(REPORTS.c.only_for.in_(("", reader.user)))
        if not self._reads_others_reports(reader):
            report = report.where(REPORTS.c.filed_by.in_(("", reader.user)))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            found = connection.execute(union(child, report)).first()
        self._keyservice.note(reader, {child_ref: ()}, action if found else f"{action}.nothing")
        return found is not None
