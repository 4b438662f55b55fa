"""Code sets of applications for aid (保障申请), and under which category each scheme is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.benefit import BENEFIT_SCHEME
from domain.code_sets import CodeSet
from domain.kernel import Category

_OF_THE_FEDERATION = {
    "COCHLEAR_IMPLANT": "人工耳蜗植入",
    "BONE_JOINT_REPLACEMENT": "骨关节置换手术",
    "DEVICE_LIVING": "生活辅具",
    "DEVICE_REHABILITATION": "康复辅具",
    "DEVICE_SCHOOLING": "学习辅具",
    "REHABILITATION_TRAINING": "康复训练补贴",
}

_OLD_NAMES = {
    word: code for word, code in BENEFIT_SCHEME.aliases.items() if code != "REHABILITATION"
}

AID_SCHEME = CodeSet(
    "AID_SCHEME",
    "申请项目",
    {
        **{code: word for code, word in BENEFIT_SCHEME.labels.items() if code != "REHABILITATION"},
        **_OF_THE_FEDERATION,
    },
    {
        **_OLD_NAMES,
        "人工耳蜗": "COCHLEAR_IMPLANT",
        "骨关节置换": "BONE_JOINT_REPLACEMENT",
        "康复训练": "REHABILITATION_TRAINING",
        "学业辅具": "DEVICE_SCHOOLING",
    },
)
"""What may be applied for: each disability service by itself (plan 二3 P25), 低收入 as
最低生活保障边缘家庭 (上海市社会救助条例 11)."""

_SEALED_AS: Mapping[str, Category] = {
    **dict.fromkeys(_OF_THE_FEDERATION, Category.HEALTH),
    "EDUCATION": Category.SCHOOLING,
}


def matter_of(scheme: str) -> Category:
    """The column of the matrix by which an application is shared: a disability service is health,
    aid for schooling is the school's and the bureau's, all others are means."""
    return _SEALED_AS.get(scheme, Category.MEANS)


class Applicant(StrEnum):
    """Who applies (申请人)."""

    GUARDIAN = "GUARDIAN"
    RELATIVE = "RELATIVE"
    CHILD = "CHILD"
    CARER = "CARER"


APPLICANT = CodeSet(
    "APPLICANT",
    "申请人",
    {
        Applicant.GUARDIAN: "监护人",
        Applicant.RELATIVE: "其他近亲属",
        Applicant.CHILD: "本人",
        Applicant.CARER: "村居或照料单位代为申请",
    },
    {
        "父母": "GUARDIAN",
        "父亲": "GUARDIAN",
        "母亲": "GUARDIAN",
        "亲属": "RELATIVE",
        "村居": "CARER",
    },
)


class Finding(StrEnum):
    """What a verification comes to (核验结果)."""

    MEETS = "MEETS"
    DOES_NOT = "DOES_NOT"
    INCOMPLETE = "INCOMPLETE"


AID_FINDING = CodeSet(
    "AID_FINDING",
    "核验结果",
    {
        Finding.MEETS: "符合条件",
        Finding.DOES_NOT: "不符合条件",
        Finding.INCOMPLETE: "材料不全，需补正",
    },
    {"符合": "MEETS", "不符合": "DOES_NOT", "补正": "INCOMPLETE"},
)


GRANTED, REFUSED = "GRANTED", "REFUSED"

AID_DECISION = CodeSet(
    "AID_DECISION",
    "审批结果",
    {GRANTED: "批准", REFUSED: "不予批准"},
    {"同意": GRANTED, "通过": GRANTED, "不批准": REFUSED, "不同意": REFUSED, "不通过": REFUSED},
)


class EndReason(StrEnum):
    """Why an aid, or an application, is over (终止原因)."""

    AGE = "AGE"
    MOVED = "MOVED"
    CHOICE = "CHOICE"
    DECEASED = "DECEASED"
    NOT_MET = "NOT_MET"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"


CHILD_GONE = frozenset({EndReason.MOVED, EndReason.DECEASED})
"""What ends other aid as well."""

AID_END = CodeSet(
    "AID_END",
    "终止原因",
    {
        EndReason.AGE: "达到年龄或已完成学业",
        EndReason.MOVED: "迁出本区",
        EndReason.CHOICE: "另行选择其他保障",
        EndReason.DECEASED: "死亡",
        EndReason.NOT_MET: "不再符合条件",
        EndReason.COMPLETED: "服务已完成",
        EndReason.DECLINED: "家庭撤回或不需要",
    },
    {"超龄": "AGE", "迁出": "MOVED", "另行选择": "CHOICE", "不符合": "NOT_MET", "撤回": "DECLINED"},
)
