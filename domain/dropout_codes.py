"""Codes of the dropout case (控辍保学): its states, and the lists that its records choose from."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class DropoutState(StrEnum):
    """States of a dropout case (domain reference §3)."""

    NONE = "NONE"
    ABSENT_UNVERIFIED = "ABSENT_UNVERIFIED"
    LAWFUL_ABSENCE = "LAWFUL_ABSENCE"
    SUSPECTED = "SUSPECTED_DROPOUT"
    DROPOUT = "DROPOUT"
    PERSUADING = "PERSUADING"
    RETURNED = "RETURNED"
    STRUCK_OFF = "CLOSED"


VERIFY = "verify_absence"
"""The clock by which a school says what became of an absence."""
BECOMES = "becomes_dropout"
"""The clock after which a suspected dropout is one."""
VISIT = "visit_absent_pupil"
"""The task to visit the home of an absent pupil."""

LAWFUL_REASONS = frozenset({"SICK_LEAVE", "SUSPENSION", "DEFERRED", "TRANSFERRING"})
"""病假, 休学, 延缓入学, 转学中: absence that is lawful and raises no suspicion."""


class StrikeOffProof(StrEnum):
    """What closes a case: attendance proof, lawful transfer, age or graduation."""

    ATTENDANCE = "ATTENDANCE"
    TRANSFER = "TRANSFER"
    AGE = "AGE"
    GRADUATION = "GRADUATION"


ABSENCE_REASON = CodeSet(
    "ABSENCE_REASON",
    "缺课原因",
    {
        "SICK_LEAVE": "病假",
        "SUSPENSION": "休学",
        "DEFERRED": "延缓入学",
        "TRANSFERRING": "转学中",
        "UNEXPLAINED": "原因不明",
        "WORK": "外出务工",
        "FAMILY": "家庭原因",
        "AVERSION": "厌学",
        "OTHER": "其他",
    },
    {
        "生病": "SICK_LEAVE",
        "缓学": "DEFERRED",
        "转学": "TRANSFERRING",
        "不明": "UNEXPLAINED",
        "不详": "UNEXPLAINED",
        "打工": "WORK",
        "务工": "WORK",
    },
)
"""缺课原因. The first four are lawful absence (domain reference §3) and raise no suspicion."""

LAWFUL_ABSENCE = CodeSet(
    "LAWFUL_ABSENCE",
    "正当缺课类别",
    {code: ABSENCE_REASON.label(code) for code in sorted(LAWFUL_REASONS)},
    {word: code for word, code in ABSENCE_REASON.aliases.items() if code in LAWFUL_REASONS},
)
"""正当缺课类别: what education bureau or town approve (义务教育法 11)."""

REACHED = "REACHED"

FAMILY_CONTACT = CodeSet(
    "FAMILY_CONTACT",
    "家长联系情况",
    {"NOT_CONTACTED": "未联系", "REACHED": "联系上", "UNREACHABLE": "联系不上"},
    {"已联系": "REACHED", "已联系上": "REACHED", "未联系上": "UNREACHABLE", "失联": "UNREACHABLE"},
)
"""家长联系情况: whether the school reached the family (沪未保 23)."""

PERSUASION_OUTCOME = CodeSet(
    "PERSUASION_OUTCOME",
    "劝返结果",
    {
        "RETURNED": "已复学",
        "AGREED": "同意复学",
        "REFUSED": "拒绝复学",
        "NOT_FOUND": "未找到",
    },
    {
        "复学": "RETURNED",
        "已返校": "RETURNED",
        "同意返校": "AGREED",
        "同意": "AGREED",
        "拒绝返校": "REFUSED",
        "拒绝": "REFUSED",
        "未找到人": "NOT_FOUND",
        "未见到人": "NOT_FOUND",
    },
)
"""劝返结果: the outcomes of the referral ``persuade_dropout`` (policies/referrals.toml)."""

REFUSED_OUTCOMES = frozenset({"REFUSED", "NOT_FOUND"})
"""A persuasion in vain (劝返无效)."""

STRIKE_OFF_PROOF = CodeSet(
    "STRIKE_OFF_PROOF",
    "销号依据",
    {
        StrikeOffProof.ATTENDANCE.value: "到校证明",
        StrikeOffProof.TRANSFER.value: "转学证明",
        StrikeOffProof.AGE.value: "超龄",
        StrikeOffProof.GRADUATION.value: "毕业",
    },
    {
        "复学证明": StrikeOffProof.ATTENDANCE.value,
        "转学": StrikeOffProof.TRANSFER.value,
        "毕业证明": StrikeOffProof.GRADUATION.value,
    },
)
"""销号依据: what alone closes a case (domain reference §3)."""


class JointMeasure(StrEnum):
    """联控联保措施: what other departments do for a child to come back to school."""

    CHILD_LABOUR = "CHILD_LABOUR"
    HOME_TEACHING = "HOME_TEACHING"
    RELIEF = "RELIEF"
    SUIT_SUPPORT = "SUIT_SUPPORT"
    SUIT = "SUIT"


JOINT_MEASURE = CodeSet(
    "JOINT_MEASURE",
    "联控联保措施",
    {
        JointMeasure.CHILD_LABOUR: "童工核查",
        JointMeasure.HOME_TEACHING: "送教上门",
        JointMeasure.RELIEF: "家庭救助",
        JointMeasure.SUIT_SUPPORT: "法律援助",
        JointMeasure.SUIT: "起诉监护人",
    },
    {"送教": JointMeasure.HOME_TEACHING, "救助": JointMeasure.RELIEF},
)
"""联控联保 (教基〔2020〕5号, 国办发〔2017〕72号 [K]; domain reference §3, duties [K])."""
