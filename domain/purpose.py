"""Why somebody looks (使用目的): stated with every look, decided on, and recorded with it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.organisations import Seat


class Purpose(StrEnum):
    """Purposes of a look. Who may use one, on which legal basis and for what, is a row of
    policies/purposes.toml; one without a row stops the start."""

    CASEWORK = "CASEWORK"
    """办理本单位职责内事项."""
    TASK = "TASK"
    """办理转介."""
    CASE_STATUS_CHECK = "CASE_STATUS_CHECK"
    """案件状态核查."""
    COORDINATION = "COORDINATION"
    """统筹协调."""
    MATCHING = "MATCHING"
    """The hub itself, finding which child a record concerns."""
    CASE_EXPORT = "CASE_EXPORT"
    """制作案件材料包 (for a court or a supervising procurator)."""
    QUARANTINE = "QUARANTINE"
    """更正本单位待更正的记录."""


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.CASEWORK: "办理本单位职责内事项",
    Purpose.TASK: "办理转介",
    Purpose.CASE_STATUS_CHECK: "案件状态核查",
    Purpose.COORDINATION: "统筹协调",
    Purpose.MATCHING: "系统核对身份",
    Purpose.CASE_EXPORT: "制作案件材料包",
    Purpose.QUARANTINE: "更正本单位待更正的记录",
}
"""What officials read for each purpose."""


def coordinating(seat: Seat) -> Purpose:
    """Why a seat looks at a list that is civil affairs' to coordinate by (统筹协调): everybody else
    looks at it for casework, and at no more of it."""
    return Purpose.COORDINATION if seat is Seat.CIVIL_AFFAIRS else Purpose.CASEWORK


class RevealedFor(StrEnum):
    """For what somebody asks to see who a child is, of whom nothing is in hand (显示身份)."""

    CHECK = "check"
    CONTACT = "contact"
    ANSWER = "answer"
    SUPERVISE = "supervise"


REVEALED_FOR: Mapping[RevealedFor, str] = {
    RevealedFor.CHECK: "核对身份",
    RevealedFor.CONTACT: "联系或走访",
    RevealedFor.ANSWER: "答复来访或来电",
    RevealedFor.SUPERVISE: "监督检查",
}
"""What officials choose from; it stands in the access log."""
