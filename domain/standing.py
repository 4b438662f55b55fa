"""What stands in the way of an erasure or of sealing (不得删除、封存的情形).

Records of the child as a victim, live orders, safety instructions and open duties stay. Each
stream says itself, beside its fold, what of its state stands (:attr:`domain.kernel.Stream.stands`);
what an official reads for it is data (policies/erasure.toml).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stands(StrEnum):
    """The kinds of what stays."""

    VICTIM = "VICTIM"
    """受侵害儿童的记录."""
    REPORT_IN_WORK = "REPORT_IN_WORK"
    """强制报告在办."""
    ORDER_IN_FORCE = "ORDER_IN_FORCE"
    """仍有效的训诫、告诫书、督促监护令、家庭教育指导令."""
    SAFETY_INSTRUCTION = "SAFETY_INSTRUCTION"
    """仍有效的安全提示."""
    FOLLOW_UP = "FOLLOW_UP"
    """跟踪回访中的重点关注对象."""
    IN_CARE = "IN_CARE"
    """临时监护中."""
    OPEN_CASE = "OPEN_CASE"
    """在办个案."""
    BENEFIT_RUNNING = "BENEFIT_RUNNING"
    """在发的保障待遇."""
    OPEN_REFERRAL = "OPEN_REFERRAL"
    """在办转介."""
    OPEN_DEADLINE = "OPEN_DEADLINE"
    """未了时限."""
    VISIT_OWED = "VISIT_OWED"
    """应走访."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stays; ``until``: the first day on which it does not, where there is one."""

    code: Stands
    until: date | None = None


def latest(found: list[Standing]) -> date | None:
    """The first day on which none of it stands; None where no day can be told."""
    if not found or any(each.until is None for each in found):
        return None
    return max(each.until for each in found if each.until is not None)
