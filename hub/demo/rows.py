"""What several agencies' rows say about a child, before any dirt."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from hub.demo.world import Child

SEX = {"1": "男", "2": "女"}


def identity(child: Child, *, birth_date: bool = False, contact: bool = False) -> dict[str, str]:
    """Who the child is: by ID number, or by what stands for it where there is none."""
    row = {"name": child.name}
    if child.id_number:
        row["id_number"] = child.id_number
    if birth_date or not child.id_number:
        row["birth_date"] = child.birth_date.isoformat()
    if contact or not child.id_number:
        row["guardian_name"] = child.guardian
        row["village"] = child.village.name
    if contact:
        row["guardian_phone"] = child.phone
    return row


def village_words(rng: Random, child: Child) -> str:
    """The ways in which offices name a village: its name, its town before it, its code."""
    village = child.village
    return rng.choice((village.name, village.name, village.town_name + village.name, village.code))


ACCOUNT = "（演示）已按职责办理。"


def persuasion(child: Child, day: date, outcome: str) -> dict[str, str]:
    """A persuasion (劝返记录) of a school or a town."""
    return {
        **identity(child),
        "persuaded_on": day.isoformat(),
        "outcome": outcome,
        "account": "（演示）上门与家长面谈。",
    }


SEEN = ("手臂多处瘀青", "独自在家数日", "情绪反常")
"""What reporters have seen."""
_UNKNOWN = 0.2
"""Share of reports in which nobody knows who the child is."""


def report(rng: Random, child: Child, at: datetime, place: str) -> dict[str, str]:
    """A mandatory report (强制报告登记表), as far as its reporter got."""
    number = f"演示报〔{at.year}〕{rng.randrange(10**8):08d}号"
    known = rng.random() >= _UNKNOWN
    row = {
        "reference": number,
        "situations": rng.choice(("MR4", "MR4", "MR6", "MR5", "MR9", "MR4、MR6")),
        "seen": f"（演示）{number}：{rng.choice(SEEN)}。",
        "child": described(child) if known else f"（演示）{SEX[child.sex]}孩，姓名不详",
        "place": place,
        "guardian_suspected": rng.choice(("是", "否", "不清楚")),
        "immediate_danger": rng.choice(("否", "否", "否", "是")),
        "hurt": rng.choice(("是", "否")),
        "discovered_at": f"{at:%Y-%m-%d %H:%M}",
        "reporter_name": rng.choice(("（演示）值班人员", "（演示）班主任", "（演示）联络人")),
    }
    return {name: value for name, value in row.items() if rng.random() >= 0.05 or name == "seen"}


def described(child: Child) -> str:
    """A child as a report describes it: what the police have to find it by."""
    return f"{child.name}，{child.birth_date.isoformat()}"


def receipt(child: Child, direction: str, day: date) -> dict[str, str]:
    """A receipt of a hand-over (儿童交接登记)."""
    return {
        **identity(child),
        "direction": direction,
        "handed_on": day.isoformat(),
        "handed_at": "15时30分",
        "gave": "（演示）交出人",
        "received": "（演示）接收人",
        "things": "（演示）随身衣物。",
        "condition": "（演示）良好。",
    }
