"""When a school's concern about a pupil (学生关注) was raised and ended: school and town alike."""

from __future__ import annotations

from adapters.intake.columns import Column

RAISED_COLUMN = Column(
    "raised_on", "提出日期", aliases=("关注日期",), required=True, example="2025-03-10"
)


def ended_column(*, required: bool) -> Column:
    """The day on which nothing more is to be watched."""
    return Column(
        "ended_on",
        "结束日期",
        aliases=("关注结束日期",),
        required=required,
        example="2025-03-31",
        note="" if required else "关注仍在继续的，留空",
    )


NOTE_COLUMN = Column("note", "结束说明", note="不超过2000字")
