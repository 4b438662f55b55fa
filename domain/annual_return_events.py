"""What happens to a department's yearly return (年度报表): commands and events.

Plan 三1 (P55: 落实任务指标), 三2 (P56: 督查). What stands here of a figure is what was shown: a
small number of people is in no event.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar

from domain.kernel import Category, Command, Event, Message, Sensitive, Text

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]


class DrawnLine(Message):
    """An indicator as it is drawn for a return. ``figure``: what is shown of it (tenths of a per
    cent for shares; None where it is left out, or there is nothing). ``own_count``: the department
    stated it, and ``counted_figure`` is what the hub counted. ``unchanged``: a few people more or
    fewer were recorded since it was first drawn, and are not in it. ``counted_to``: up to which
    position of the log. ``account``: why the two differ."""

    indicator: str
    figure: int | None
    counted_figure: int | None = None
    own_count: bool = False
    unchanged: bool = False
    counted_to: int
    towns: tuple[str, ...] = ()
    town_figures: tuple[int | None, ...] = ()
    account: str | None = None


class ReturnCommand(Command):
    """Of the return of ``department`` for a year."""

    department: str
    year: int


class OpenReturn(ReturnCommand):
    """布置: by whoever checks it, as of a reference date (截至日期), to be filled in by a day."""

    NAMES: ClassVar[str] = "department"
    as_of: date
    fill_by: date


class FillReturn(ReturnCommand):
    """填报, by the department: lines as the hub counted them, or as the department states them."""

    lines: tuple[DrawnLine, ...]


class SubmitReturn(ReturnCommand):
    """提交, once every indicator has its line."""


class SendBackReturn(ReturnCommand):
    """退回, by whoever checks it, with a reason."""

    reason: str


class CheckReturn(ReturnCommand):
    """审核通过, by whoever checks it."""


class ConfirmReturn(ReturnCommand):
    """确认, for the department by somebody else than who drew it up."""


class LockReturn(ReturnCommand):
    """锁定, by whoever checks it: from now on there are corrections only."""


class CorrectReturn(ReturnCommand):
    """更正 of a line of a locked return, by the department, with a reason (``line.account``)."""

    line: DrawnLine


class ReturnEvent(Event):
    """``told_to``: the other one of department and checker."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "年度报表"
    department: str
    checker: str
    told_to: str
    year: int


class ReturnOpened(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.opened.v1"
    TITLE: ClassVar[str] = "布置年度报表"
    as_of: date
    due_at: datetime


class ReturnLine(ReturnEvent):
    """As in :class:`DrawnLine`. The figures are in no view: a door shows them to whom the matrix
    shows counts of the indicator's matter."""

    indicator: str
    figure: int | None
    counted_figure: int | None
    own_count: bool
    unchanged: bool
    counted_to: int
    towns: tuple[str, ...]
    town_figures: tuple[int | None, ...]
    prepared_by: str
    account: Programmes


class ReturnLineStated(ReturnLine):
    TOPIC: ClassVar[str] = "annual_return.line_stated.v1"
    TITLE: ClassVar[str] = "填报指标"


class ReturnSubmitted(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.submitted.v1"
    TITLE: ClassVar[str] = "提交年度报表"
    due_at: datetime


class ReturnSentBack(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.sent_back.v1"
    TITLE: ClassVar[str] = "退回年度报表"
    due_at: datetime
    account: Programmes


class ReturnChecked(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.checked.v1"
    TITLE: ClassVar[str] = "审核年度报表"
    due_at: datetime


class ReturnConfirmed(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.confirmed.v1"
    TITLE: ClassVar[str] = "确认年度报表"
    approved_by: str
    due_at: datetime


class ReturnLocked(ReturnEvent):
    TOPIC: ClassVar[str] = "annual_return.locked.v1"
    TITLE: ClassVar[str] = "锁定年度报表"


class ReturnCorrected(ReturnLine):
    """``figure_before``: what was shown until now."""

    TOPIC: ClassVar[str] = "annual_return.corrected.v1"
    TITLE: ClassVar[str] = "更正年度报表"
    figure_before: int | None
