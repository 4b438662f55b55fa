"""By what every office means the same application: child, scheme and day of application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, Statement, coded
from domain.aid_codes import AID_SCHEME


class AidRecord(ChildRecord):
    """What is stated of one application."""

    scheme: Annotated[str, coded(AID_SCHEME)]
    applied_on: PastDay


COLUMNS = (
    *child_columns("儿童姓名"),
    code_column(
        AID_SCHEME,
        "scheme",
        "保障项目",
        aliases=("申请项目", "救助项目"),
        required=True,
        example="特殊儿童基本生活费",
    ),
    Column("applied_on", "申请日期", required=True, example="2025-03-03"),
)


def key_of(record: AidRecord) -> Sequence[str]:
    """The application in a natural key."""
    return (*record.child_key(), record.scheme, record.applied_on.isoformat())


def about(record: AidRecord, statement: Statement) -> dict[str, Any]:
    """Which application a record is about, for the command."""
    child = statement.child(record.claim(statement.places))
    return {
        "application_id": application(statement, child, record.scheme, record.applied_on),
        "child_ref": child,
        "scheme": record.scheme,
    }


def application(statement: Statement, child: UUID, scheme: str, applied_on: date) -> UUID:
    """The same for every office, and nothing can be reckoned from it."""
    return statement.shared_id("aid", str(child), scheme, applied_on.isoformat())
