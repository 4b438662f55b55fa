"""The rows of each agency's sheets about a child, in that agency's words, before any dirt."""

from __future__ import annotations

from datetime import date
from random import Random

from domain.code_sets import CHILD_CATEGORY
from hub.demo.world import Child

_SEX = {"1": "男", "2": "女"}

REASONS_IN_DOUBT = ("原因不明", "外出务工", "家庭原因", "厌学")
REASONS_IN_ORDER = ("病假", "休学", "转学中")
CONTACTS = ("联系不上", "联系上", "未联系")
CONDUCTS = ("拒绝或怠于履行监护职责", "致无人照料", "暴力伤害", "其他")


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


def roll(child: Child) -> dict[str, str]:
    """A line of the school roll (学籍名册)."""
    return {
        **identity(child, birth_date=True),
        "sex": _SEX[child.sex],
        "student_number": child.student_number,
        "school": child.school.code,
        "grade": child.grade,
        "since": child.enrolled_on.isoformat(),
    }


def residence(rng: Random, child: Child) -> dict[str, str]:
    """A line of a town's register (儿童居住登记)."""
    row = {
        **identity(child, birth_date=True, contact=True),
        "sex": _SEX[child.sex],
        "village": village_words(rng, child) if child.id_number else child.village.name,
        "address": child.address,
        "since": child.lives_since.isoformat(),
    }
    if child.categories:
        row["categories"] = "、".join(CHILD_CATEGORY.labels[each] for each in child.categories)
        row["grounds"] = rng.choice(("", "", "", "儿童残疾", "父母重残", "心理或行为异常"))
    return row


def absence(
    child: Child, since: date, school_days: int, reason: str, family_contact: str
) -> dict[str, str]:
    """A line of a school's ledger (缺课与疑似辍学台账)."""
    return {
        **identity(child, contact=True),
        "absent_since": since.isoformat(),
        "school_days": str(school_days),
        "reason_code": reason,
        "family_contact": family_contact,
        "reason": "（演示）班主任已登记。",
    }


def persuasion(child: Child, day: date, outcome: str) -> dict[str, str]:
    """A persuasion (劝返记录) of a school or a town."""
    return {
        **identity(child),
        "persuaded_on": day.isoformat(),
        "outcome": outcome,
        "account": "（演示）上门与家长面谈。",
    }


def back_at_school(child: Child, day: date) -> dict[str, str]:
    """A pupil is back in class (复学登记)."""
    return {**identity(child), "returned_on": day.isoformat()}


def struck_off(child: Child, day: date) -> dict[str, str]:
    """A case is struck off on proof (销号登记)."""
    return {**identity(child), "proof": "到校证明", "struck_off_on": day.isoformat()}


def dissuasion(rng: Random, child: Child, day: date) -> dict[str, str]:
    """A guardian was dissuaded (劝诫记录)."""
    return {
        **identity(child),
        "dissuaded_on": day.isoformat(),
        "guardian_relation": child.relation,
        "conduct": rng.choice(CONDUCTS[:2]),
        "account": "（演示）入户劝诫，告知监护职责。",
    }


def admonition(rng: Random, child: Child, day: date, document: str) -> dict[str, str]:
    """A guardian was admonished (训诫登记)."""
    return {
        **identity(child, contact=True),
        "document_number": document,
        "served_on": day.isoformat(),
        "guardian_relation": child.relation,
        "conduct": rng.choice(CONDUCTS),
        "guidance_ordered": rng.choice(("是", "是", "否")),
        "account": "（演示）训诫书已送达。",
    }


def status_check(child: Child, document: str) -> dict[str, str]:
    """A procurator asks where a child's case stands (案件状态核查)."""
    row = {**identity(child), "document_number": document, "matter": "（演示）核查控辍保学进展"}
    if child.id_number:
        row.pop("name")
    return row
