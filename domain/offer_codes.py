"""What is offered to children to sign up for (报名项目), and how a sign-up ends: code sets."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class OfferKind(StrEnum):
    """项目类别. Source: plan 二1 (P06, P07), 二4 (P29)."""

    STATION_ACTIVITY = "STATION_ACTIVITY"
    DAY_CARE = "DAY_CARE"
    BABY_HOUSE = "BABY_HOUSE"
    NURSERY = "NURSERY"


OFFER_KIND = CodeSet(
    "OFFER_KIND",
    "项目类别",
    {
        OfferKind.STATION_ACTIVITY: "未保站项目和活动",
        OfferKind.DAY_CARE: "爱心暑托班",
        OfferKind.BABY_HOUSE: "宝宝屋",
        OfferKind.NURSERY: "托位",
    },
    {"暑托班": "DAY_CARE", "活动": "STATION_ACTIVITY", "托育": "NURSERY"},
)


class OfferState(StrEnum):
    NONE = "NONE"
    OPEN = "OPEN"
    GIVEN_OUT = "GIVEN_OUT"
    ENDED = "ENDED"


OFFER_STATE_WORDS: dict[str, str] = {
    OfferState.NONE: "未发布",
    OfferState.OPEN: "报名中",
    OfferState.GIVEN_OUT: "已分配名额",
    OfferState.ENDED: "报名结束",
}


class Wish(StrEnum):
    """What the child itself says (孩子本人意愿); nobody is signed up against it."""

    WISHES = "WISHES"
    TOO_YOUNG = "TOO_YOUNG"


WISH = CodeSet(
    "CHILD_WISH",
    "孩子本人意愿",
    {Wish.WISHES: "愿意参加", Wish.TOO_YOUNG: "年幼，未征求"},
    {"愿意": "WISHES", "是": "WISHES", "年幼": "TOO_YOUNG"},
)


class SpotAnswer(StrEnum):
    """What the family says to a spot (名额答复); before one is offered, it takes back."""

    TAKES = "TAKES"
    DECLINES = "DECLINES"


SPOT_ANSWER = CodeSet(
    "SPOT_ANSWER",
    "答复",
    {SpotAnswer.TAKES: "参加", SpotAnswer.DECLINES: "不参加"},
    {"接受": "TAKES", "放弃": "DECLINES", "撤回": "DECLINES"},
)


class Attendance(StrEnum):
    """What whoever offered it saw (参加情况)."""

    CAME = "CAME"
    COMPLETED = "COMPLETED"
    LEFT = "LEFT"
    NOT_COME = "NOT_COME"


ATTENDANCE = CodeSet(
    "ATTENDANCE",
    "参加情况",
    {
        Attendance.CAME: "已到场",
        Attendance.COMPLETED: "已完成",
        Attendance.LEFT: "中途退出",
        Attendance.NOT_COME: "未到场",
    },
    {"到场": "CAME", "入托": "CAME", "完成": "COMPLETED", "退出": "LEFT", "缺席": "NOT_COME"},
)


class SignUpEnd(StrEnum):
    """How a sign-up ends (报名结束原因)."""

    COMPLETED = "COMPLETED"
    LEFT = "LEFT"
    NOT_COME = "NOT_COME"
    DECLINED = "DECLINED"
    NO_SPOT = "NO_SPOT"
    CANCELLED = "CANCELLED"


SIGN_UP_END = CodeSet(
    "SIGN_UP_END",
    "报名结束原因",
    {
        SignUpEnd.COMPLETED: "已完成",
        SignUpEnd.LEFT: "中途退出",
        SignUpEnd.NOT_COME: "未到场",
        SignUpEnd.DECLINED: "家庭不参加",
        SignUpEnd.NO_SPOT: "没有名额",
        SignUpEnd.CANCELLED: "项目取消",
    },
)
