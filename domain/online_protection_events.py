"""Children who are lost in the net (网络沉迷): what is asked and said of them. Plan 二5 (P41)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Sensitive, Text

Own = Annotated[Text, Sensitive(None)]


class OnlineFinding(StrEnum):
    """What a look comes to."""

    CORRECTED = "CORRECTED"
    IMPROVING = "IMPROVING"
    RECURRED = "RECURRED"


ONLINE_FINDING = CodeSet(
    "ONLINE_FINDING",
    "复查情况",
    {
        OnlineFinding.CORRECTED: "已矫正",
        OnlineFinding.IMPROVING: "正在好转",
        OnlineFinding.RECURRED: "再次沉迷",
    },
    {"好转": "IMPROVING", "反复": "RECURRED"},
)


class FoundBy(StrEnum):
    """Who noticed it (发现途径); sealed wherever it is kept."""

    TEACHER = "TEACHER"
    GUARDIAN = "GUARDIAN"
    VILLAGE = "VILLAGE"
    HOSPITAL = "HOSPITAL"
    THE_CHILD = "THE_CHILD"


FOUND_BY = CodeSet(
    "FOUND_BY",
    "发现途径",
    {
        FoundBy.TEACHER: "教师发现",
        FoundBy.GUARDIAN: "家长反映",
        FoundBy.VILLAGE: "走访发现",
        FoundBy.HOSPITAL: "就诊时反映",
        FoundBy.THE_CHILD: "本人求助",
    },
    {"教师": "TEACHER", "家长": "GUARDIAN", "走访": "VILLAGE", "本人": "THE_CHILD"},
)


class OfOneChild(Command):
    """``matter``: under which the office states it."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    matter: Category

    @property
    def states(self) -> Category | None:
        return self.matter


class NoteOnlineRisk(OfOneChild):
    """列入重点人群: what was noticed, by whom."""

    found_on: date
    found_by: FoundBy
    signs: str


class RecordOnlineMeasures(OfOneChild):
    """制止: what the school does and what was agreed with the guardians, who are offered guidance
    (家庭教育指导), and accept it or not."""

    taken_on: date
    guidance_accepted: bool
    school_measures: str
    home_measures: str | None


class RecheckOnlineUse(OfOneChild):
    """矫正复查: a person looks again."""

    rechecked_on: date
    finding: OnlineFinding
    account: str | None


class FollowPupil(Command):
    """The child changed school or town: whoever leads now keeps the clock; asked by the hub."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID


class OnlineEvent(Event):
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "网络沉迷"
    child_ref: UUID
    matter: Category
    town: str | None

    @property
    def category(self) -> Category:
        return self.matter


class OnlineRiskFound(OnlineEvent):
    """``leads`` sees to it: which school or town that is, is no part of what the finder is told.
    ``stop_by``: until when something is done."""

    TOPIC: ClassVar[str] = "online_protection.found.v1"
    TITLE: ClassVar[str] = "发现网络沉迷"
    found_on: date
    leads: str
    stop_by: datetime
    noticed_by: Own
    signs: Own


class OnlineUseStopped(OnlineEvent):
    TOPIC: ClassVar[str] = "online_protection.stopped.v1"
    TITLE: ClassVar[str] = "制止网络沉迷"
    taken_on: date
    recheck_by: datetime
    guidance_accepted: bool
    school_measures: Own
    home_measures: Own


class OnlineUseRechecked(OnlineEvent):
    """``recheck_by``: of the next look; ``stop_by``: until when something is done anew."""

    TOPIC: ClassVar[str] = "online_protection.rechecked.v1"
    TITLE: ClassVar[str] = "网络沉迷复查"
    rechecked_on: date
    finding: OnlineFinding
    recheck_by: datetime | None
    stop_by: datetime | None
    account: Own


class OnlineLeadChanged(OnlineEvent):
    """``leads`` sees to it from here on: until when it is stopped, or looked at."""

    TOPIC: ClassVar[str] = "online_protection.lead_changed.v1"
    TITLE: ClassVar[str] = "网络沉迷转校办理"
    leads: str
    stop_by: datetime | None
    recheck_by: datetime | None
