"""Emergency care (紧急临时照料), and revoked and restored guardianship: commands and events."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.guardianship_events import Guardianship, Orders
from domain.kernel import Category, Command, Event


class NewGuardian(StrEnum):
    """Who is guardian after the court revoked a guardianship (民法典 36; 未保法 94)."""

    OTHER_GUARDIAN = "OTHER_GUARDIAN"
    STATE_LONG_TERM = "STATE_LONG_TERM"


NEW_GUARDIAN = CodeSet(
    "NEW_GUARDIAN",
    "指定监护人",
    {NewGuardian.OTHER_GUARDIAN: "其他监护人", NewGuardian.STATE_LONG_TERM: "民政长期监护"},
    {"民政部门": "STATE_LONG_TERM", "国家监护": "STATE_LONG_TERM", "亲属": "OTHER_GUARDIAN"},
)


class BeginEmergencyCare(Command):
    """紧急临时照料: village, town or civil affairs care for a child whose guardian is caught by an
    emergency (民法典 34(4)). It waits for nobody. ``town`` is the child's, as stated."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    town: str | None
    begun_on: date
    place: str | None
    account: str | None


class EndEmergencyCare(Command):
    """照料结束: the guardian cares again."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    ended_on: date
    account: str | None


class SeekRevocation(Command):
    """申请撤销监护人资格 (民法典 36), by an office."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    sought_on: date
    account: str | None


class DecideRevocation(Command):
    """The court's decision: revoked or not; who is guardian then; and whether it may ever be
    restored (民法典 38: never after an intentional crime against the child)."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    decided_on: date
    granted: bool
    guardian: NewGuardian | None
    restorable: bool
    document_number: str
    account: str | None


class RestoreGuardianship(Command):
    """恢复监护人资格 (民法典 38), by the court."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    restored_on: date
    document_number: str
    account: str | None


class EmergencyCareBegun(Event):
    """``current``: it says something about now, and does not reword care that is over."""

    TOPIC: ClassVar[str] = "guardianship.emergency_care_begun.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "紧急临时照料"
    child_ref: UUID
    town: str | None
    begun_on: date
    place: Guardianship
    account: Guardianship
    current: bool = True


class EmergencyCareEnded(Event):
    TOPIC: ClassVar[str] = "guardianship.emergency_care_ended.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "紧急临时照料结束"
    child_ref: UUID
    ended_on: date
    account: Guardianship


class RevocationSought(Event):
    """``current``: it is before the court, and does not reword what the court has ruled on."""

    TOPIC: ClassVar[str] = "guardianship.revocation_sought.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "申请撤销监护人资格"
    child_ref: UUID
    sought_on: date
    account: Guardianship
    current: bool = True


class RevocationDecided(Event):
    """``restorable`` is sealed (是 or 否): 否 says that there was an intentional crime against the
    child. ``current``: it stands, and does not reword what a restoration undid since."""

    TOPIC: ClassVar[str] = "guardianship.revocation_decided.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "撤销监护人资格裁判"
    child_ref: UUID
    decided_on: date
    granted: bool
    guardian: NewGuardian | None
    restorable: Orders
    document_number: Orders
    account: Orders
    current: bool = True


class GuardianshipRestored(Event):
    TOPIC: ClassVar[str] = "guardianship.restored.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "恢复监护人资格"
    child_ref: UUID
    restored_on: date
    document_number: Orders
    account: Orders
