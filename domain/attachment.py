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
    OWN_KEY: ClassVar[bool] = True
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


class WithdrawReason(StrEnum):
    WRONG_CHILD = "WRONG_CHILD"
    WRONG_FILE = "WRONG_FILE"
    NOT_NEEDED = "NOT_NEEDED"


WITHDRAW_REASON = CodeSet(
    "ATTACHMENT_WITHDRAW_REASON",
    "撤回附件的理由",
    {
        WithdrawReason.WRONG_CHILD: "传错儿童",
        WithdrawReason.WRONG_FILE: "传错文件",
        WithdrawReason.NOT_NEEDED: "不再需要",
    },
)


class WithdrawAttachment(Command):
    """撤回附件, by the organisation that sent it, also when its task has closed since; whether it
    did is for the door to say, which knows the header of the statement."""

    attachment_id: UUID
    child_ref: UUID
    matter: Category
    reason: WithdrawReason
    note: str | None = None


class AttachmentWithdrawn(Event):
    """Its blob goes with it, and the keys of what was stated. That there was one, and who withdrew
    it and why, stays."""

    TOPIC: ClassVar[str] = "attachment.withdrawn.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "撤回附件"
    child_ref: UUID
    matter: Category
    reason: WithdrawReason
    note: OfMatter

    @property
    def category(self) -> Category:
        return self.matter


@dataclass(frozen=True, slots=True)
class Attachment:
    """``stated``: it is there now; ``withdrawn``: it was, and is not any more."""

    stated: bool = False
    withdrawn: bool = False


def _state(state: Attachment, command: StateAttachment, given: Given) -> list[Event]:
    # The same content again, from the same sender: its identifier says so.
    if state.stated:
        return []
    return [AttachmentStated(**command.model_dump(exclude={"attachment_id"}))]


def _withdraw(state: Attachment, command: WithdrawAttachment, given: Given) -> list[Event]:
    if not state.stated:
        return []
    return [AttachmentWithdrawn(**command.model_dump(exclude={"attachment_id"}))]


ATTACHMENT: Stream[Attachment] = Stream(
    name="attachment",
    initial=Attachment(),
    decide={StateAttachment: _state, WithdrawAttachment: _withdraw},
    evolve={
        AttachmentStated: lambda state, event: Attachment(stated=True),
        AttachmentWithdrawn: lambda state, event: Attachment(withdrawn=True),
    },
    locate=lambda command, load: command.attachment_id,
    title="附件",
    codes={"media_type": MEDIA_TYPE, "reason": WITHDRAW_REASON},
)
