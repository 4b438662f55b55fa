"""Attachments (附件): photos, scans and voice recordings that belong to a child's records.

The bytes are no part of an event: they lie as a sealed blob beside the log. The event says that
there is one, under which category it is shared, and what it must be: the digest of its
ciphertext, and a keyed mark of its content that tells nothing without the blob's key. That key
is a sealed field of the event, so that it is released, withheld and erased like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Sensitive, Stream, Text

BLOB_KEY = "blob_key"
"""The field that opens the blob. It is in no answer: a door opens the blob with it instead."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes in hex."""
OfMatter = Annotated[Text, Sensitive(None)]


class MediaType(StrEnum):
    """What an attachment is, by its content; never by its name."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    M4A = "audio/mp4"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"
    AMR = "audio/amr"
    OGG = "audio/ogg"


MEDIA_TYPE = CodeSet(
    "MEDIA_TYPE",
    "附件类型",
    {
        MediaType.JPEG: "照片（JPEG）",
        MediaType.PNG: "图片（PNG）",
        MediaType.WEBP: "图片（WebP）",
        MediaType.PDF: "扫描件（PDF）",
        MediaType.M4A: "录音（M4A）",
        MediaType.MP3: "录音（MP3）",
        MediaType.WAV: "录音（WAV）",
        MediaType.AMR: "录音（AMR）",
        MediaType.OGG: "录音（OGG）",
    },
)


class StateAttachment(Command):
    """State that a sealed blob belongs to a child, under the category that the sender declares.

    ``digest`` is the SHA-256 of the ciphertext, ``mark`` the keyed mark of the cleaned content,
    both in hex; ``size`` the padded size in bytes, ``blob_key`` what opens it, in hex. ``account``
    says what it shows."""

    attachment_id: UUID
    child_ref: UUID
    matter: Category
    media_type: MediaType
    size: int
    digest: Digest
    mark: Digest
    blob_key: str = Field(repr=False)
    file_name: str
    account: str | None = None

    @property
    def states(self) -> Category:
        return self.matter


class AttachmentStated(Event):
    TOPIC: ClassVar[str] = "attachment.stated.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "附件"
    child_ref: UUID
    matter: Category
    media_type: MediaType
    size: int
    digest: Digest
    mark: Digest
    blob_key: OfMatter
    file_name: OfMatter
    account: OfMatter

    @property
    def category(self) -> Category:
        return self.matter


@dataclass(frozen=True, slots=True)
class Attachment:
    stated: bool = False


def _state(state: Attachment, command: StateAttachment, given: Given) -> list[Event]:
    # The same content again, from the same sender: its identifier says so.
    if state.stated:
        return []
    return [AttachmentStated(**command.model_dump(exclude={"attachment_id"}))]


ATTACHMENT: Stream[Attachment] = Stream(
    name="attachment",
    initial=Attachment(),
    decide={StateAttachment: _state},
    evolve={AttachmentStated: lambda state, event: Attachment(stated=True)},
    locate=lambda command, load: command.attachment_id,
    title="附件",
    codes={"media_type": MEDIA_TYPE},
)
