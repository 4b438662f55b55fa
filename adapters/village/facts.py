"""What a child director writes down of a visit, on a sheet or on the phone."""

from __future__ import annotations

from typing import Annotated, Any

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, code_column, several
from adapters.intake.records import PastDay, Record, coded
from domain.visit import NOT_MET, PROBLEM, VISIT_FORM, VisitForm


class VisitFacts(Record):
    """One contact or visit (联系、入户走访), met or not (未见到人).

    Source: plan 二3 (P18–P21); domain reference §5. Suspected harm is read for the mandatory
    report alone (:mod:`adapters.village.alarm`) and is no part of the visit.
    """

    visited_on: PastDay
    form: Annotated[str, coded(VISIT_FORM)]
    not_met_reason: Annotated[str | None, coded(NOT_MET)] = None
    seen: Note = None
    seen_alone: YesNo | None = None
    living: Note = None
    mood: Note = None
    health: Note = None
    schooling: Note = None
    guardian_contact: Note = None
    hazards: Note = None
    childs_view: Note = None
    problem_kinds: Annotated[tuple[str, ...], several(PROBLEM)] = ()
    problems: Note = None
    action: Note = None
    harm_suspected: str
    harm_seen: str | None = None

    def command(self) -> dict[str, Any]:
        """The fields of the command that records the visit, but for who was visited."""
        said = self.model_dump(include=set(_AS_SAID))
        alone = None if self.seen_alone is None else YES_NO.labels["1" if self.seen_alone else "0"]
        return {
            **said,
            "form": VisitForm(self.form),
            "met": self.not_met_reason is None,
            "seen_alone": alone,
        }


_AS_SAID = frozenset(VisitFacts.model_fields) - {
    "form",
    "seen_alone",
    "harm_suspected",
    "harm_seen",
}

VISIT_COLUMNS: tuple[Column, ...] = (
    Column("visited_on", "走访日期", aliases=("联系日期",), required=True, example="2025-03-12"),
    code_column(
        VISIT_FORM,
        "form",
        "走访方式",
        aliases=("联系方式",),
        required=True,
        example="入户走访",
        note="电话不算走访",
    ),
    code_column(NOT_MET, "not_met_reason", "未见到人原因", note="见到人的，留空"),
    Column("seen", "见到谁", aliases=("见到的人",), example="儿童本人和祖母"),
    code_column(YES_NO, "seen_alone", "是否单独与儿童谈话", example="是"),
    Column("living", "生活照料情况", aliases=("居住情况", "生活情况"), note="不超过2000字"),
    Column("mood", "情绪状态", aliases=("心理情绪",), note="不超过2000字"),
    Column("health", "健康情况", note="不超过2000字"),
    Column("schooling", "就学情况", aliases=("学习情况",), note="不超过2000字"),
    Column("guardian_contact", "监护人联系情况", aliases=("父母联系情况",), note="不超过2000字"),
    Column("hazards", "安全隐患", note="火、水、电、网络等；不超过2000字"),
    Column("childs_view", "儿童本人意见", aliases=("孩子的想法",), note="不超过2000字"),
    code_column(
        PROBLEM,
        "problem_kinds",
        "问题类别",
        example="就学",
        note="可填几项，用顿号分开；没有问题的，留空。填了的进入问题清单，街镇收到",
    ),
    Column("problems", "发现问题", note="没有的填“无”或留空；不超过2000字"),
    Column("action", "处理和帮扶", aliases=("解决方案", "关爱帮扶"), note="不超过2000字"),
)
