"""What a sheet looks like: its columns, headings and code lists."""

from __future__ import annotations

from dataclasses import dataclass

ERROR_HEADING = "错误原因"
"""Heading of the column that comes back with refused rows; ignored when the sheet returns."""

EXAMPLE_MARK = "【示例】"
"""Prefix of an example row's first cell. Not the bare word 示例: a school may be called that."""


@dataclass(frozen=True)
class Column:
    """One column.

    ``field`` is the record's field; ``heading`` the Chinese heading a template carries and
    ``aliases`` other headings offices use for it. ``codes`` are (code, Chinese label) pairs.
    ``sensitive`` says that a value must not be repeated in an error. ``identifier`` marks a
    column of digits that name something (ID number, telephone, student number), where a value
    Excel turned into scientific notation has lost digits and is refused.
    """

    field: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    note: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    sensitive: bool = True
    identifier: bool = False


@dataclass(frozen=True)
class SheetLayout:
    """One kind of sheet of one agency; ``title`` is the sheet's Chinese name."""

    agency: str
    kind: str
    title: str
    columns: tuple[Column, ...]


QUARANTINE_MARK = "待更正编号 "
"""Stands in the error column before the number of the quarantined row: a corrected sheet that
comes back closes it."""
