"""Putting a deadline off (延期): asked for with a reason, decided by another person.

Only whoever owes it asks; its head or leader on duty decides, who is never the one who asked. What
runs on is never put off, nor what has gone up beyond the organisation already.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.deadline import DeadlineEvent
from domain.kernel import Command, Sensitive, Text

Account = Annotated[Text, Sensitive(None)]
"""Why, in somebody's own words: sealed under the matter's category."""


class AskForExtension(Command):
    """申请延期, until the end of a Shanghai day, for a reason."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    until: date
    account: str


class ApproveExtension(Command):
    """同意延期, until the very day that whoever decides was asked for."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    until: date


class RefuseExtension(Command):
    """不同意延期."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str


class ExtensionAsked(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.extension_asked.v1"
    TITLE: ClassVar[str] = "申请延期"
    until: date
    requested_by: str
    account: Account


class DeadlineExtended(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.extended.v1"
    TITLE: ClassVar[str] = "同意延期"
    was_due_at: datetime
    due_at: datetime
    requested_by: str
    approved_by: str
    remind_at: datetime | None = None


class ExtensionRefused(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.extension_refused.v1"
    TITLE: ClassVar[str] = "不同意延期"
    requested_by: str


DECIDED_BY_PEOPLE = (ExtensionAsked, DeadlineExtended, ExtensionRefused)
"""What people said of a clock: entries of a timeline, unlike all that the hub works out."""
