"""Words of help with work (就业帮扶): when somebody can work, what was done and offered.

Plan 二4 (P32: 为父母或监护人提供就业帮扶). None of them says why somebody can work only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.code_sets import CodeSet


class JobHours(StrEnum):
    """When somebody can work (可工作时间)."""

    FULL_DAY = "FULL_DAY"
    PART_DAY = "PART_DAY"
    EVENING = "EVENING"
    WEEKEND = "WEEKEND"
    FLEXIBLE = "FLEXIBLE"


JOB_HOURS = CodeSet(
    "JOB_HOURS",
    "可工作时间",
    {
        JobHours.FULL_DAY: "全日",
        JobHours.PART_DAY: "白天部分时段",
        JobHours.EVENING: "晚间",
        JobHours.WEEKEND: "周末",
        JobHours.FLEXIBLE: "灵活时间",
    },
    {"全天": "FULL_DAY", "半天": "PART_DAY", "灵活": "FLEXIBLE"},
)


class JobStep(StrEnum):
    """What human resources did (办理情况), in this order; of the three results one."""

    ACCEPTED = "ACCEPTED"
    CONTACTED = "CONTACTED"
    OFFERED = "OFFERED"
    PLACED = "PLACED"
    TRAINED = "TRAINED"
    NOT_PLACED = "NOT_PLACED"
    FOLLOWED_UP = "FOLLOWED_UP"


RESULTS = frozenset({JobStep.PLACED, JobStep.TRAINED, JobStep.NOT_PLACED})

JOB_STEP = CodeSet(
    "JOB_STEP",
    "办理情况",
    {
        JobStep.ACCEPTED: "已受理",
        JobStep.CONTACTED: "已联系本人",
        JobStep.OFFERED: "已推荐",
        JobStep.PLACED: "已就业",
        JobStep.TRAINED: "已参加培训",
        JobStep.NOT_PLACED: "未就业",
        JobStep.FOLLOWED_UP: "已回访",
    },
    {"已联系": "CONTACTED", "受理": "ACCEPTED", "回访": "FOLLOWED_UP"},
)


class JobOffer(StrEnum):
    """Through what something was offered (推荐渠道); plan 二4: 就业服务圈站点, 零工市场."""

    STATION = "STATION"
    LABOUR_MARKET = "LABOUR_MARKET"
    TRAINING = "TRAINING"


JOB_OFFER = CodeSet(
    "JOB_OFFER",
    "推荐渠道",
    {
        JobOffer.STATION: "就业服务站点",
        JobOffer.LABOUR_MARKET: "零工市场",
        JobOffer.TRAINING: "职业技能培训",
    },
    {"站点": "STATION", "培训": "TRAINING"},
)


class JobHelpState(StrEnum):
    """Where help with work stands."""

    NONE = "NONE"
    SENT = "SENT"
    ACCEPTED = "ACCEPTED"
    CONTACTED = "CONTACTED"
    OFFERED = "OFFERED"
    SETTLED = "SETTLED"
    DONE = "DONE"
    ENDED = "ENDED"


JOB_HELP_STATE: Mapping[str, str] = {
    JobHelpState.NONE: "未转送",
    JobHelpState.SENT: "待受理",
    JobHelpState.ACCEPTED: "待联系",
    JobHelpState.CONTACTED: "待推荐",
    JobHelpState.OFFERED: "待登记结果",
    JobHelpState.SETTLED: "待回访",
    JobHelpState.DONE: "已办结",
    JobHelpState.ENDED: "已结束",
}

ORDER: tuple[JobHelpState, ...] = tuple(JobHelpState)
"""A correction of an earlier step never leads back."""

LEADS_TO: Mapping[JobStep, JobHelpState] = {
    JobStep.ACCEPTED: JobHelpState.ACCEPTED,
    JobStep.CONTACTED: JobHelpState.CONTACTED,
    JobStep.OFFERED: JobHelpState.OFFERED,
    **dict.fromkeys(RESULTS, JobHelpState.SETTLED),
    JobStep.FOLLOWED_UP: JobHelpState.DONE,
}

COMES_AFTER: Mapping[JobStep, frozenset[JobHelpState]] = {
    JobStep.ACCEPTED: frozenset({JobHelpState.SENT}),
    JobStep.CONTACTED: frozenset({JobHelpState.ACCEPTED}),
    JobStep.OFFERED: frozenset({JobHelpState.CONTACTED, JobHelpState.OFFERED}),
    **dict.fromkeys(RESULTS, frozenset({JobHelpState.CONTACTED, JobHelpState.OFFERED})),
    JobStep.FOLLOWED_UP: frozenset({JobHelpState.SETTLED}),
}
"""After what a step is taken."""


class JobWishState(StrEnum):
    """Where a guardian's wish for work stands, at whoever asked."""

    NONE = "NONE"
    STATED = "STATED"
    FORWARDED = "FORWARDED"
    WITHDRAWN = "WITHDRAWN"


JOB_WISH_STATE: Mapping[str, str] = {
    JobWishState.NONE: "未登记",
    JobWishState.STATED: "待街镇转送",
    JobWishState.FORWARDED: "已转送",
    JobWishState.WITHDRAWN: "已退出",
}
