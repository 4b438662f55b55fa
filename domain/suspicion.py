"""Who the suspected person is to the child (涉嫌侵害人与儿童的关系), as far as anything follows
from it.

Two things follow. Where the suspect is a guardian, everything on the guardian's side stops: no
notice, no view, no consent, and how the guardian is reached leaves every list and form (PIPL 57;
网保条例 35; privacy design, Who may). Where the suspect works in, or is related to, an organisation
that would be told (利害关系单位), that organisation is told nothing, and what it would have been
asked to do goes to the next one.

Only these two are clear, for decisions and routes follow from them. The relation and whatever
was said of the suspect stay sealed as harm. Doubt counts as suspicion; an organisation is never
kept from reporting or recording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Sensitive, Text

Harm = Annotated[Text, Sensitive(Category.HARM)]


SUSPECT_RELATION = CodeSet(
    "SUSPECT_RELATION",
    "疑似加害人与孩子的关系",
    {
        "GUARDIAN": "父母或其他监护人",
        "FAMILY": "其他家庭成员或亲属",
        "UNIT_STAFF": "报告单位工作人员",
        "OTHER_STAFF": "其他单位工作人员",
        "ACQUAINTANCE": "邻居、熟人",
        "PEER": "同学或其他未成年人",
        "STRANGER": "陌生人",
        "UNKNOWN": "不清楚",
    },
    {
        "监护人": "GUARDIAN",
        "父母": "GUARDIAN",
        "父亲": "GUARDIAN",
        "母亲": "GUARDIAN",
        "家庭成员": "FAMILY",
        "亲属": "FAMILY",
        "本单位工作人员": "UNIT_STAFF",
        "本单位职工": "UNIT_STAFF",
        "熟人": "ACQUAINTANCE",
        "邻居": "ACQUAINTANCE",
        "同学": "PEER",
        "不详": "UNKNOWN",
    },
)
"""Relations as a report names them [K]: 未保法 11(2) and 强报意见 Arts 2-4 name guardians, staff of
units in close contact with children, and others; no list of codes is prescribed. What follows from
which is data (policies/suspects.toml)."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What one report, or one record, says by now: whether a guardian is the suspect, and which
    organisations are conflicted (identifiers)."""

    guardian: bool = False
    conflicted: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.guardian or bool(self.conflicted)

    def also(self, guardian: bool, conflicted: Iterable[str]) -> Suspicion:
        """With what was stated since: nothing that is left out is taken back by it."""
        return Suspicion(self.guardian or guardian, self.conflicted | set(conflicted))

    def without(self, guardian: bool, cleared: Iterable[str]) -> Suspicion:
        """Without what was found not to be so."""
        return Suspicion(self.guardian and not guardian, self.conflicted - set(cleared))


class NoteSuspicion(Command):
    """What a report, or a record of the police (``source``), says of a child's guardian and of
    organisations by now, of each file of the child. Neither: it says so no more."""

    EACH_FILE: ClassVar[bool] = True
    child_ref: UUID
    source: UUID
    guardian_is_suspect: bool = False
    conflicted_organisations: tuple[str, ...] = ()


class SuspicionNoted(Event):
    """What holds of the child from here on, as far as ``source`` says."""

    TOPIC: ClassVar[str] = "child_file.suspicion_noted.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "登记回避和监护人涉嫌情况"
    child_ref: UUID
    source: UUID
    guardian_is_suspect: bool
    conflicted_organisations: tuple[str, ...]


class FollowConflicts(Command):
    """Let a report know who is conflicted by anything else about the child that it names: another
    report, or a record of the police."""

    READS_CHILD: ClassVar[bool] = True
    report_id: UUID
    child_ref: UUID

    @property
    def subject(self) -> UUID:
        return self.report_id

    @property
    def reads(self) -> UUID:
        return self.child_ref


class ConflictsFollowed(Event):
    """Who is conflicted by anything else about the child of the report, from here on."""

    TOPIC: ClassVar[str] = "report.conflicts_followed.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "同步回避情况"
    conflicted_by_file: tuple[str, ...]


class SuspicionStated(Event):
    """Stated by who has the report in hand. The clear facts are what holds from here on; what the
    relation is, and of whom, is sealed."""

    TOPIC: ClassVar[str] = "report.suspicion_stated.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "登记涉嫌人与儿童的关系"
    reporter_unit: str
    named: UUID | None
    guardian_is_suspect: bool
    conflicted_organisations: tuple[str, ...]
    relation: Harm
    account: Harm


class SuspicionCleared(Event):
    """Found not to be so, with the reason, by who has the report in hand. The clear facts are what
    still holds."""

    TOPIC: ClassVar[str] = "report.suspicion_cleared.v1"
    CATEGORY: ClassVar[Category] = Category.HARM
    TITLE: ClassVar[str] = "排除涉嫌或利害关系"
    reporter_unit: str
    named: UUID | None
    guardian_is_suspect: bool
    conflicted_organisations: tuple[str, ...]
    reason: Harm
