"""Why a person may or may not see something, step by step, in plain Chinese.

Each step asks the very function that the decision asks, and names the file and the row that it
read; the answer is the decision's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.kernel import Category
from domain.organisations import SEAT_WORDS, Post
from domain.purpose import PURPOSE_WORDS
from hub.authorization.decide import (
    Asker,
    Look,
    Openings,
    Standing,
    admits,
    decide,
    in_jurisdiction,
    open_categories,
    passes_check,
    reaches_guardian,
    rights,
    serves,
)
from hub.authorization.policy import COLUMN_OF, Jurisdiction, Need, Policy, Word
from hub.authorization.rights import By

BY_WORDS: Mapping[By, str] = {
    By.READ: "管辖范围内可读",
    By.TASK: "转介开放",
    By.BREAK_GLASS: "紧急调阅",
    By.OWN: "本单位自己登记",
    By.FLAG: "只见提示项",
    By.STATUS: "只见事项、状态和时限",
    By.WRITER: "只供登记人本人查看",
}
"""What officials read for each right."""

_WORDS: Mapping[Word, str] = {
    Word.PUBLISH: "可登记",
    Word.READ: "管辖内可读",
    Word.FLAG: "只见提示项",
    Word.TASK: "凭转介可见",
    Word.AGGREGATE: "只见汇总数",
    Word.OWN: "只见自己登记的",
}

_KINDS = {Jurisdiction.DISTRICT: "全区", Jurisdiction.RESPONSIBLE: "一人一档上写明由其负责的儿童"}


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that was asked: where it stands, what it says, and whether it lets one on."""

    file: str
    row: str
    text: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps of a decision, and by which right it shows something, or None."""

    steps: tuple[Step, ...]
    by: By | None
    version: str


def explain(
    policy: Policy, who: Asker | None, standing: Standing, look: Look, *, in_task: bool
) -> Explanation:
    """Why ``who`` may or may not see what ``look`` looks at, standing as it does."""
    if who is None:
        step = Step("", "", "机构类别、岗位、用途或法律依据不认识，一律不予查阅。", yes=False)
        return Explanation((step,), None, policy.version)
    opened = open_categories(policy, standing)
    steps = [_admitted(policy, who), *_stands(policy, standing, look.category)]
    found = rights(opened, look)
    steps += _suspects(policy, standing, look)
    steps.append(_rights(opened, look, found))
    steps += [step for by in found for step in _tells(policy, who, look, by, in_task=in_task)]
    by = decide(policy, who, opened, look, in_task=in_task)
    return Explanation(tuple(steps), by, policy.version)


def _admitted(policy: Policy, who: Asker) -> Step:
    row = policy.purposes.get(who.purpose)
    words = PURPOSE_WORDS[who.purpose]
    if row is None:
        return Step("purposes.toml", who.purpose, f"用途“{words}”没有规则：不予查阅。", yes=False)
    lacks = [
        text
        for text, there in (
            ("这类机构不能以此用途查阅", row.hub or who.seat in row.seats),
            ("这个岗位不能以此用途查阅", who.post in row.posts),
            ("这一法律依据不适用于此用途", who.basis in row.bases),
            ("入职查询没有有效结果", passes_check(policy, who)),
        )
        if not there
    ]
    text = f"用途“{words}”：{'；'.join(lacks) or '机构类别、岗位和法律依据都符合'}。"
    return Step("purposes.toml", f"[{who.purpose}]", text, yes=admits(policy, who))


def _stands(policy: Policy, standing: Standing, category: Category) -> tuple[Step, Step]:
    seat = standing.seat
    kind = policy.jurisdictions.get(seat)
    covered = in_jurisdiction(policy, seat, responsible=standing.responsible)
    area = f"{SEAT_WORDS[seat]}的管辖范围：{_KINDS[kind] if kind else '没有，只凭转介或自己登记'}"
    jurisdiction = Step(
        "jurisdictions.toml",
        seat.value,
        f"{area}；{'在管辖内' if covered else '不在管辖内'}。",
        yes=covered,
    )
    words = sorted(policy.words(seat, category))
    cell = "、".join(_WORDS[word] for word in words) or "不可见"
    matrix = Step(
        "sharing-matrix.csv",
        f"{seat.value} × {COLUMN_OF[category]}",
        f"共享矩阵：{'+'.join(words) or 'none'}（{cell}）。",
        yes=bool(words),
    )
    return jurisdiction, matrix


def _suspects(policy: Policy, standing: Standing, look: Look) -> list[Step]:
    """What wins over everything else, where it applies."""
    steps = []
    if standing.conflicted:
        text = "涉嫌人员在本单位工作或与之有利害关系：登记人本人只看自己登记的，其余一律不可见。"
        steps.append(Step("suspects.toml", "conflicted", text, yes=False))
    if standing.guardian_suspect and look.category is Category.CONTACT and look.sealed:
        need = policy.guardian_contact.get(standing.seat)
        told = reaches_guardian(policy, standing)
        whom = {None: "这类机构不告知", Need.ALWAYS: "这类机构办案需要"}.get(
            need, "这类机构只凭转介或紧急调阅告知"
        )
        text = f"监护人涉嫌，其电话和住址不出现在名单和表格上：{whom}。"
        steps.append(Step("suspects.toml", f"[guardian_contact] {standing.seat}", text, yes=told))
    return steps


def _rights(opened: Openings, look: Look, found: tuple[By, ...]) -> Step:
    if found:
        text = f"本单位对它的知悉方式：{'、'.join(BY_WORDS[by] for by in found)}。"
    elif opened.conflicted or (opened.without_contact and look.category is Category.CONTACT):
        text = "上述规定优先于管辖、转介、紧急调阅和本单位登记：不可见。"
    elif look.answer and opened.get(look.category) is By.READ:
        text = "是其他单位为答复转介写的，只由统筹、监督的单位阅读：本单位不可见。"
    elif opened.get(look.category) is By.FLAG:
        text = "本单位只见专设的提示项，这一项不是：不可见。"
    else:
        text = "没有在管辖内开放，没有未办结的转介或紧急调阅开放，也不是本单位登记的：不可见。"
    return Step("", "", text, yes=bool(found))


def _tells(policy: Policy, who: Asker, look: Look, by: By, *, in_task: bool) -> tuple[Step, ...]:
    audience = policy.audiences.of(look.category, by)
    listed = (look.category, by) in policy.audiences.rows
    wrote = audience.author and look.author and look.author_person
    told = who.post is Post.SYSTEM or who.post in audience.posts or wrote
    whom = [*sorted(audience.posts), *(["author"] if audience.author else [])]
    row = f"{look.category} × {by}" if listed else "[others]"
    tells = f"本单位内只告知{'、'.join(whom) or '无人'}；{'包括' if told else '不包括'}此人"
    text = f"按“{BY_WORDS[by]}”：{tells}。"
    shown = serves(policy, who, look.category, by, in_task=in_task)
    purpose = policy.purposes.get(who.purpose)
    needs = purpose is not None and purpose.in_task and not in_task
    why = "没有这名儿童的未办结转介" if needs else "用途不包括这类内容"
    return (
        Step("audiences.toml", row, text, yes=told),
        Step(
            "purposes.toml",
            f"[{who.purpose}.shows] {by}",
            f"按“{BY_WORDS[by]}”：{'用途包括这类内容' if shown else why}。",
            yes=shown,
        ),
    )
